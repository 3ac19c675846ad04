"""The page of calculators: one project through each, and quotes that were typed."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from scoping.access import Role
from scoping.actions import publish_rate_card
from scoping.calc.offer import make_offer
from scoping.calc.spec import read_spec
from scoping.queries import demo_document
from scoping.templatetags.plumbline import whole_money
from tests.calc.an_estimate import the_card, the_workdays
from tests.factories import (
    LAUNCH_CARD,
    NOON,
    a_client,
    a_membership,
    a_published_card,
    a_workspace,
)
from tests.quotes.a_quote import expert_words_in

pytestmark = pytest.mark.django_db

ADDRESS = "/calculators/"
KNOWN = {
    "r1-name": "Cheaper",
    "r1-price": "0.05",
    "r1-unit": "box",
    "r1-accuracy": "95",
    "r1-rework_is_free": "yes",
    "r1-minimum": "0",
    "r1-set_up": "0",
    "client-inspect": "0.002",
    "client-catches": "50",
    "client-own_rework": "0.1",
    "client-escape": "0.5",
}


def at_the_desk(client: Any, *, text: str = LAUNCH_CARD) -> Any:
    workspace = a_workspace()
    a_published_card(workspace=workspace, text=text)
    client.force_login(a_membership(workspace=workspace).user)
    return client


def part_for(audience: str, page: str) -> str:
    """Return what stands in the part of a page that is made for somebody."""
    start = page.index(f'data-audience="{audience}"')
    others = [
        found.start()
        for found in re.finditer("data-audience=", page)
        if found.start() > start
    ]
    return page[start : min(others, default=len(page))]


def words_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


def test_one_project_is_shown_through_each_calculator(client):
    page = at_the_desk(client).get(ADDRESS)

    words = words_of(page.text)
    assert page.status_code == 200
    # 50,000 x 0.063 + 450,000 x 0.049 = 3,150 + 22,050.
    assert "Graduated list price" in words
    assert "25,200.00" in words
    # 500,000 x 0.049, and three times that.
    assert "24,500.00" in words
    assert "73,500.00" in words
    # 100,000 images x 5 x 0.084.
    assert "42,000.00" in words
    assert "box 50,001 lowers the bill by 700.00" in words
    for name in ("Workers × hours × rate", "Rejection in one pass", "Tool boost"):
        assert name in words


def test_ours_stands_beside_them_with_its_range(client):
    spec = read_spec(demo_document(), door="staff", today=NOON.date())
    made = make_offer(
        replace(spec, lines=spec.lines[:1]),
        the_card().price,
        unit_prices=None,
        week=None,
        workdays=the_workdays(),
    )

    words = words_of(at_the_desk(client).get(ADDRESS).text)

    ours = (whole_money(value) for value in (made.low, made.total, made.high))
    assert words.count(" – ".join(ours)) == 3


def test_a_quote_with_everything_said_has_one_figure_and_its_break_even(client):
    page = at_the_desk(client).get(ADDRESS, KNOWN)

    row = re.search(r"<tr>\s*<th[^>]*>Cheaper</th>.*?</tr>", page.text, re.DOTALL)
    assert page.status_code == 200
    assert row is not None
    words = words_of(row.group())
    # p = 5 %, half caught: (0.052 x 0.975 + 0.025 x 0.002 + 0.025 x 0.5) / 0.95.
    assert "0.0666" in words
    assert "0.0666 –" not in words
    assert "5,000" in words
    assert "It costs as much as ours once 14.1 % are wrong." in words
    assert "Ask first" not in words


def test_no_break_even_is_named_for_a_dearer_quote(client):
    words = words_of(at_the_desk(client).get(ADDRESS, KNOWN | {"r1-price": "0.2"}).text)

    assert "Cheaper 0.2000" in words
    assert "It costs as much as ours" not in words


def test_what_a_quote_leaves_open_stays_a_range_with_a_question(client):
    said = {"r1-name": "Crowd", "r1-price": "0.049", "r1-includes_review": "no"}

    words = words_of(at_the_desk(client).get(ADDRESS, said).text)

    # At best 3 % wrong, no fee, no check, no harm: 0.049 with those paid for in vain.
    assert re.search(r"0\.049\d – 0\.\d{4}", words)
    assert "3,000 – 17,000" in words
    assert "Ask first:" in words


def test_five_quotes_fit_and_one_that_counts_hours_is_not_compared(client):
    said = {
        f"r{number}-{key}": value
        for number in range(1, 6)
        for key, value in (("name", f"Vendor {number}"), ("price", "0.05"))
    }

    page = at_the_desk(client).get(ADDRESS, said | {"r5-unit": "hour"})

    for number in range(1, 6):
        assert f">Vendor {number}</th>" in page.text
    assert "not compared" in page.text
    assert "how many box units one hour holds" in page.text


def test_a_quote_by_the_image_is_shared_by_its_boxes(client):
    said = KNOWN | {"r1-price": "0.25", "r1-unit": "image"}

    words = words_of(at_the_desk(client).get(ADDRESS, said).text)

    # The mean of 4.6, 5.0 and 5.5 boxes is 5.03088: 0.25 / 5.03088.
    assert "0.0497" in words


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("r1-price", "", "Write the price, or empty this quote."),
        ("r1-price", "0,05", "Write 0.05. A dot marks decimals here."),
        ("r1-price", "cheap", "“cheap” is not a number."),
        ("r1-price", "0", "A price is more than 0."),
        ("r1-price", "0.1234567", "Write at most 6 decimals."),
        ("r1-price", "2,000,000,000", "Write at most 1,000,000,000."),
        ("r1-accuracy", "101", "Accuracy lies above 0 % and at most at 100 %."),
        ("r1-accuracy", "0", "Accuracy lies above 0 % and at most at 100 %."),
        ("r1-first_pass_wrong", "5", "Write the promised accuracy or the share wrong"),
        ("r1-minimum", "-1", "Write 0 or more. Empty means not known."),
        ("r1-set_up", "much", "“much” is not a number."),
        ("r1-unit", "mile", "Choose one of the units in the list."),
        ("r1-includes_review", "perhaps", "Choose not known, yes or no."),
        ("r1-rework_is_free", "perhaps", "Choose not known, yes or no."),
        ("r1-name", "x" * 61, "Write a name of at most 60 letters."),
        ("client-catches", "200", "A check catches from 0 % to 100 %."),
        ("client-inspect", "-1", "Write 0 or more. Empty means not known."),
        ("client-escape", "a lot", "“a lot” is not a number."),
    ],
)
def test_a_bad_answer_is_a_sentence_beside_its_field(client, field, typed, sentence):
    page = at_the_desk(client).get(ADDRESS, KNOWN | {field: typed})

    assert page.status_code == 400
    assert sentence in page.text
    assert f'href="#id_{field}"' in page.text
    at_field = page.text.split(f'id="id_{field}_error"', maxsplit=1)[1]
    assert sentence in at_field.split("</div>", maxsplit=1)[0]


def test_the_other_quotes_are_compared_beside_a_bad_one(client):
    said = KNOWN | {"r2-name": "Odd", "r2-price": "cheap"}

    page = at_the_desk(client).get(ADDRESS, said)

    assert page.status_code == 400
    assert ">Cheaper</th>" in page.text
    assert ">Odd</th>" not in page.text
    assert 'value="cheap"' in page.text


def test_what_was_typed_is_shown_as_text(client):
    page = at_the_desk(client).get(ADDRESS, KNOWN | {"r1-name": "<b>Vendor</b>"})

    assert "<b>Vendor" not in page.text
    assert "&lt;b&gt;Vendor" in page.text


def test_the_part_for_clients_is_the_same_whatever_work_costs(client):
    dearer = LAUNCH_CARD
    for figure, other in (
        ('{value: "9500000"', '{value: "8100000"'),
        ('p10: "6.41", p50: "12.97", p90: "26.25"', 'p10: "6", p50: "11", p90: "21"'),
        (
            'p10: "0.03", p50: "0.06", p90: "0.11"',
            'p10: "0.02", p50: "0.05", p90: "0.1"',
        ),
        (
            '{p10: "0.72", p50: "0.80", p90: "0.86"',
            '{p10: "0.75", p50: "0.82", p90: "0.9"',
        ),
        (
            'target_margin: &policy {value: "0.30"',
            'target_margin: &policy {value: "0.25"',
        ),
    ):
        assert figure in dearer
        dearer = dearer.replace(figure, other)

    pages = [
        at_the_desk(client, text=text).get(ADDRESS, KNOWN).text
        for text in (LAUNCH_CARD, dearer)
    ]

    first, second = (part_for("client", page) for page in pages)
    assert first == second
    assert part_for("staff", pages[0]) != part_for("staff", pages[1])


def test_the_part_for_clients_names_no_cost_of_ours(client):
    page = at_the_desk(client).get(ADDRESS, KNOWN).text

    words = words_of(part_for("client", page)).lower()
    for word in ("margin", "wage", "floor", "target price", "utilisation", "our cost"):
        assert word not in words
    # A rival's rework is asked for, and others publish seconds.
    assert set(expert_words_in(words)) <= {"rework", "seconds"}


def test_every_figure_of_the_sites_and_the_market_names_its_source(client):
    page = at_the_desk(client).get(ADDRESS).text

    assert page.count("Sources</summary>") == 3
    assert "WeLabelData, in-house against outsourced" in page
    assert "Our 0.0840 lies inside 3 of 8 published prices" in page
    assert 'href="https://roboflow.com/pricing"' in page


def test_without_a_card_it_says_what_to_load(client):
    workspace = a_workspace()
    client.force_login(a_membership(workspace=workspace).user)

    page = client.get(ADDRESS)

    assert page.status_code == 200
    assert f"load_rate_card FILE --workspace {workspace.slug}" in page.text


def test_a_card_in_another_currency_is_not_compared(client, monkeypatch):
    monkeypatch.setattr("scoping.web.calculators.CURRENCY", "EUR")

    page = at_the_desk(client).get(ADDRESS)

    assert "Published figures are in EUR and rate card 2026-01 is in USD" in page.text
    assert "data-audience" not in page.text


def test_a_card_that_cannot_price_the_example_says_so(client):
    text = LAUNCH_CARD.replace(
        "    bounding_box:\n      hard: {reason",
        "    bounding_box:\n      standard: {reason: on request}\n      hard: {reason",
    )

    page = at_the_desk(client, text=text).get(ADDRESS)

    assert page.status_code == 200
    assert "no price in the total" in page.text


def test_it_is_for_staff(client):
    workspace = a_workspace()
    publish_rate_card(LAUNCH_CARD, workspace=workspace, by=None, now=NOON)
    member = a_membership(
        workspace=workspace, role=Role.CLIENT, client=a_client(workspace=workspace)
    )

    assert client.get(ADDRESS).status_code == 302
    client.force_login(member.user)
    assert client.get(ADDRESS).status_code == 403
    assert client.post(ADDRESS).status_code == 405


def test_it_carries_no_style_or_script_of_its_own(client):
    page = at_the_desk(client).get(ADDRESS, KNOWN).text

    assert "style=" not in page
    assert "<style" not in page
    assert page.count("<script") == page.count('<script src="/static/')
    assert '<a href="/calculators/" aria-current="page">Calculators</a>' in page
