"""Scenarios and choices of a quote: priced when sent, shown and accepted as such."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from quotes.actions import RefusedError
from quotes.actions.drafts import add_scenario, change_spec
from quotes.actions.sending import SentQuote
from quotes.calc.choices import Choice, every_choice, inside, scenario_in
from quotes.models import Acceptance, Project, QuoteRevision
from quotes.pdf import quote_html
from quotes.queries.offers import estimates_of
from quotes.web.client_beside import client_beside
from scoping.access import Role
from scoping.templatetags.plumbline import money
from tests.quotes.a_quote import (
    NOON,
    a_client_document,
    a_draft,
    a_sent_quote,
    a_spec,
    accept,
    expert_words_in,
    quickly,
)

pytestmark = pytest.mark.django_db

LINES = [
    *a_spec()["lines"],
    {"type": "image_tag", "units_per_item": 3, "classes": 6, "alternative_to": 1},
    {"type": "polygon", "units_per_item": 1, "optional": True},
]
TERMS = {"discount": "0.05", "tax": {"rate": "0.08", "mode": "exclusive"}}


def with_choices(now: datetime = NOON) -> SentQuote:
    return a_sent_quote(now=now, lines=LINES, commercial=TERMS)


def document_of(revision: QuoteRevision) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(revision.documents.get(kind="client").body)
    return found


def test_every_choice_is_priced_as_a_bill_of_its_own_lines():
    revision = with_choices().revision
    document = document_of(revision)
    offered = scenario_in(document, "A")
    with quickly():
        made = estimates_of(revision, today=NOON.date())["A"]

    taken = list(every_choice(offered.view))
    assert len(taken) == 2 * 2 * 2 - 1
    for one in taken:
        price = offered.chosen(one)["price"]
        lines = inside(offered.view, one)
        # The slow way: what is in the total is summed from the amounts of the lines.
        amounts = [
            Decimal(line["amount"])
            for line in offered.view["lines"]
            if line["index"] in lines
        ]
        assert Decimal(price["subtotal"]) == sum(amounts)
        off = (sum(amounts) * Decimal("0.05")).quantize(Decimal("0.01"))
        assert abs(Decimal(price["discount"]) - off) <= Decimal("0.01")
        net = sum(amounts) - Decimal(price["discount"]) + Decimal(price["fees"])
        tax = Decimal(price["tax"][0]["amount"])
        assert abs(tax - net * Decimal("0.08")) <= Decimal("0.01")
        assert Decimal(price["total"]) == net + tax
        low, high = (Decimal(price["range"][key]) for key in ("low", "high"))
        assert low <= Decimal(price["total"]) <= high
    assert made.bill.total.value == Decimal(document["offer"]["price"]["total"])


def test_a_choice_is_accepted_at_its_total_and_becomes_the_plan():
    revision = with_choices().revision
    view = scenario_in(document_of(revision), "A").chosen({3, 4})

    with quickly():
        acceptance = accept(
            revision,
            choice=Choice(taken=frozenset({3, 4}), total=view["price"]["total"]),
        )

    plan = Project.objects.get(acceptance=acceptance).baseline.document
    assert acceptance.toggles == {"3": True, "4": True, "5": False}
    assert plan["price"] == view["price"]["total"]
    assert [line["index"] for line in plan["lines"]] == [0, 2, 3, 4]


@pytest.mark.parametrize(
    ("choice", "code"),
    [
        (Choice(taken=frozenset({3}), total="1.00"), "stale_version"),
        (Choice(total="1.00"), "stale_version"),
        (Choice(taken=frozenset({0})), "no_such_choice"),
        (Choice(taken=frozenset({77})), "no_such_choice"),
        (Choice(scenario="B"), "no_such_choice"),
    ],
)
def test_a_choice_that_was_not_offered_is_not_accepted(choice, code):
    revision = with_choices().revision

    with quickly(), pytest.raises(RefusedError) as refused:
        accept(revision, choice=choice)

    assert refused.value.code == code
    assert Acceptance.objects.count() == 0
    revision.refresh_from_db()
    assert revision.state == "sent"


def test_a_scenario_with_too_many_choices_is_not_sent():
    options = [
        {"type": "polygon", "units_per_item": n, "optional": True} for n in range(1, 7)
    ]

    with pytest.raises(RefusedError, match="64 ways") as refused:
        a_sent_quote(lines=[*a_spec()["lines"][:1], *options])

    assert refused.value.code == "too_many_choices"


def in_two_ways(now: datetime = NOON) -> SentQuote:
    draft = a_draft(now=now)
    who: dict[str, Any] = {"by": draft.created_by, "role": Role.SALES, "now": now}
    made = add_scenario(draft, like="A", edition=1, **who)
    change_spec(
        draft,
        made.spec | {"items": 40_000, "name": "Fewer streets"},
        edition=2,
        letter="B",
        **who,
    )
    draft.refresh_from_db()
    return a_sent_quote(draft, now=now)


def test_scenarios_are_sent_together_under_one_link_and_one_hash():
    revision = in_two_ways().revision
    document = document_of(revision)
    internal = json.loads(revision.documents.get(kind="internal").body)

    first, second = scenario_in(document, "A"), scenario_in(document, "B")

    assert revision.links.count() == 1
    assert revision.name == "Street scenes"
    assert second.view["name"] == "Fewer streets"
    assert Decimal(second.view["price"]["total"]) < Decimal(
        first.view["price"]["total"]
    )
    assert internal["others"]["B"]["spec"]["items"] == 40_000
    assert all(one.frozen_at == NOON for one in revision.scenarios.all())
    assert "cost" not in json.dumps(document["others"])


def test_the_scenario_that_is_accepted_is_the_one_that_is_done():
    revision = in_two_ways().revision
    total = scenario_in(document_of(revision), "B").view["price"]["total"]

    acceptance = accept(revision, choice=Choice(scenario="B", total=total))

    plan = Project.objects.get(acceptance=acceptance).baseline.document
    assert acceptance.scenario.letter == "B"
    assert (plan["items"], plan["price"]) == (40_000, total)


def opened(client: Any, sent: SentQuote) -> str:
    client.post(f"/q/{sent.token}")
    text: str = client.get("/offer/").text
    return text


def hidden(page: str, name: str) -> list[str]:
    return re.findall(rf'type="hidden" name="{name}" value="([^"]*)"', page)


def test_a_client_looks_at_choices_and_changes_nothing(client):
    sent = with_choices(datetime.now(UTC))
    page = opened(client, sent)
    before = sent.revision.events.count()
    view = scenario_in(document_of(sent.revision), "A").chosen({3, 4})

    chosen = client.get("/offer/?take=3&instead-1=4")

    assert "Add full-scene masks" in page
    assert "One of these" in page
    assert f"{Decimal(view['price']['total']):,.2f}" in chosen.text
    assert hidden(chosen.text, "total") == [view["price"]["total"]]
    assert hidden(chosen.text, "take") == ["3", "4"]
    assert sent.revision.events.count() == before
    assert client.head("/offer/?take=3").status_code == 200
    for odd in ("take=0", "take=99", "scenario=B", "scenario=", "instead-1=2"):
        assert client.get(f"/offer/?{odd}").status_code == 400, odd
    assert client.get("/offer/?take=x&take=%C2%B2&take=99999999").status_code == 200


def test_a_client_accepts_what_she_chose_and_reads_it_again(client):
    sent = with_choices(datetime.now(UTC))
    opened(client, sent)
    page = client.get("/offer/?take=3").text
    (total,) = hidden(page, "total")

    with quickly():
        answer = client.post(
            "/offer/accept",
            {
                "typed_name": "Ann Example",
                "consent": "yes",
                "client_digest": sent.revision.client_digest,
                "scenario": "A",
                "take": "3",
                "total": total,
            },
        )

    assert answer.status_code == 302
    again = client.get("/offer/").text
    assert f"{Decimal(total):,.2f}" in again
    assert "Show the new total" not in again
    client.force_login(sent.revision.created_by)
    desk = client.get(f"/quotes/{sent.revision}/").text
    said = desk[desk.index('id="accepted"') :].split("</section>")[0]
    assert "Ann Example" in said
    assert f"with full-scene masks, {Decimal(total):,.2f} USD" in said


def test_a_client_compares_scenarios(client):
    sent = in_two_ways(datetime.now(UTC))

    page = opened(client, sent)
    second = client.get("/offer/?scenario=B").text

    assert "Ways to do it" in page
    assert "Fewer streets" in page
    assert "40,000 images" in second
    assert set(hidden(second, "scenario")) == {"B"}


def test_a_question_reaches_sales_and_the_quote_stays_open(client):
    sent = with_choices(datetime.now(UTC))
    opened(client, sent)

    mute = client.post("/offer/ask", {"question": " "})
    asked = client.post("/offer/ask", {"question": "Do you label at night?"})

    assert (mute.status_code, asked.status_code) == (400, 200)
    assert "Your question is with us." in asked.text
    assert sent.revision.events.get(kind="question").note == "Do you label at night?"
    sent.revision.refresh_from_db()
    assert sent.revision.state == "sent"


def test_why_scenarios_differ_is_frozen_with_them_and_shown_to_the_client(client):
    sent = in_two_ways(now=datetime.now(UTC))
    document = document_of(sent.revision)
    client.post(f"/q/{sent.token}")

    page = client.get("/offer/")

    (why,) = document["differences"]
    (shown,) = page.context["page"].beside.whys
    totals = [scenario_in(document, one).view["price"]["total"] for one in "AB"]
    assert [why["before"], why["after"]] == totals
    assert sum(Decimal(part["amount"]) for part in why["parts"]) == Decimal(why["by"])
    assert [str(row.amount) for row in shown.way.rows] == [
        part["amount"] for part in why["parts"]
    ]
    rows = {row.name: row.cells for row in page.context["page"].beside.rows}
    assert [cell.value for cell in rows["Images"]] == ["100,000", "40,000"]
    assert all(any(cell.other for cell in cells) for cells in rows.values())
    assert "Why B is cheaper than A" in page.text
    assert "Why B is cheaper than A" in quote_html(document, digest="", size="a4")
    why["by"] = why["by"].removeprefix("-")
    assert "Why B is dearer than A" in quote_html(document, digest="", size="a4")
    assert expert_words_in(re.sub(r"<[^>]+>", " ", page.text)) == []


def test_one_way_alone_and_an_older_document_say_nothing_of_differences():
    document = document_of(a_sent_quote().revision)
    older = document | {"others": [{**document, "scenario": "B", "choices": []}]}

    assert "differences" not in document
    assert client_beside(document) is None
    found = client_beside(older)
    assert found is not None
    assert (found.rows, found.whys) == ((), ())


def test_a_client_is_shown_tax_and_another_currency_where_scenarios_differ_in_them():
    taxed = {"tax": {"rate": "0.08", "mode": "exclusive"}}
    plain, other = a_client_document(), a_client_document(commercial=taxed)
    abroad = {**other["offer"], "currency": "EUR"}
    others: list[dict[str, Any]] = [
        {"scenario": letter, "starts": "2026-03-02", "offer": offer, "choices": []}
        for letter, offer in (("B", other["offer"]), ("C", abroad))
    ]

    found = client_beside({**plain, "choices": [], "others": others})

    assert found is not None
    rows = {row.name: [cell.value for cell in row.cells] for row in found.rows}
    price = other["offer"]["price"]
    assert list(rows) == ["Currency", "Total", "Tax"]
    assert rows["Currency"] == ["USD", "USD", "EUR"]
    assert rows["Tax"] == ["not in it", *[money(price["tax"][0]["amount"])] * 2]
    first, second = (Decimal(value.replace(",", "")) for value in rows["Total"][:2])
    assert second - first == Decimal(price["tax"][0]["amount"]) > 0
