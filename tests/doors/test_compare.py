"""Scenarios side by side: what differs is marked, and why it costs more adds up."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from unittest.mock import patch

import pytest
import yaml

from quotes.actions.drafts import decide_price
from quotes.queries.comparing import Side
from quotes.queries.quotes import estimate_of, scenario_of
from quotes.web.compare_page import beside_groups
from scoping.audit import digest
from scoping.calc.document import document
from scoping.calc.estimate import estimate
from scoping.calc.rates import read_card
from scoping.calc.spec import read_spec, to_document
from scoping.models import AuditEntry
from scoping.queries import workdays
from tests.factories import LAUNCH_CARD, NOON, a_membership
from tests.quotes.a_quote import a_desk, a_draft, a_sent_quote, a_spec, quickly

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def few_draws(monkeypatch):
    monkeypatch.setattr("quotes.web.compare.now", lambda: NOON)
    with quickly():
        yield


@pytest.fixture
def draft(client):
    workspace, user = a_desk()
    client.force_login(user)
    return a_draft(workspace=workspace, by=user)


def duplicate(client, draft, **said):
    draft.refresh_from_db()
    form = {"like": "A", "change": "", "value": "", "edition": draft.edition} | said
    return client.post(f"/quotes/{draft}/scenarios/like", form)


def scenarios(draft):
    return draft.scenarios.order_by("letter")


def read(spec):
    return read_spec(spec, door="staff", today=NOON.date())


def spec_of(spec):
    return to_document(read(spec))


def made_of(spec):
    card = read_card(yaml.safe_load(LAUNCH_CARD))
    return estimate(read(spec), card, workdays=workdays(), draws=64)


def page_of(client, draft, said=""):
    return client.get(f"/quotes/{draft}/compare{said}").context["page"]


def cells(page, name):
    rows = (row for group in page.groups for row in group.rows if row.name == name)
    return [(cell.value, cell.other) for cell in next(rows).cells]


def test_why_one_is_dearer_adds_up_to_the_cent_and_agrees_with_its_estimates(
    client, draft
):
    answer = duplicate(client, draft, change="accuracy", value="99", name="Stricter")
    duplicate(client, draft, like="B", change="items", value="120,000")

    page = page_of(client, draft, "?from=A&to=C")
    way = page.why.way
    first = estimate_of(scenario_of(draft, "A"), today=NOON.date())
    half = estimate_of(scenario_of(draft, "B"), today=NOON.date())
    last = estimate_of(scenario_of(draft, "C"), today=NOON.date())
    # The slow way, for two changes: each first in the row and last in it, halved.
    other = estimate(
        replace(first.spec, items=120_000), first.card, workdays=workdays(), draws=256
    )
    a, b, c, d = (one.bill.total.value for one in (first, half, last, other))
    assert answer.url == f"/quotes/{draft}/compare?from=A&to=B"
    assert {row.changes[0].words: row.amount for row in way.rows} == {
        "a higher accuracy": ((b - a) + (c - d)) / 2,
        "more images": ((d - a) + (c - b)) / 2,
    }
    assert (way.before, way.after) == (a, c)
    assert sum(row.amount for row in way.rows) == c - a
    back = page_of(client, draft, "?from=C&to=A").why.way
    assert sorted(row.amount for row in back.rows) == sorted(
        -row.amount for row in way.rows
    )


def test_what_differs_is_marked_and_the_rest_is_one_click_away(client, draft):
    duplicate(client, draft, change="reviews", value="2")

    page = page_of(client, draft)
    everything = page_of(client, draft, "?rows=all")

    assert cells(page, "Reviews") == [("1", False), ("2", True)]
    assert cells(page, "Total")[1][1]
    names = [row.name for group in page.groups for row in group.rows]
    assert "Start" not in names
    assert cells(everything, "Start")[1] == ("2 March 2026", False)
    assert sum(len(group.rows) for group in everything.groups) == page.every
    text = client.get(f"/quotes/{draft}/compare").text
    assert "Why B is dearer than A" in text
    assert text.count(", differs") == sum(
        cell.other for group in page.groups for row in group.rows for cell in row.cells
    )


def test_decided_prices_come_along_unless_they_are_left_behind(client, draft):
    decide_price(
        draft,
        line=0,
        value=Decimal("0.2"),
        binding="typed",
        why="renewal",
        by=draft.created_by,
        role="manager",
        now=NOON,
    )

    duplicate(client, draft, change="rush")
    duplicate(client, draft, change="rush", priced_anew="yes")

    page = page_of(client, draft)
    (boxes, *_) = (row for row in page.groups[1].rows)
    assert [cell.value for cell in boxes.cells][:2] == ["0.2000", "0.2000"]
    assert boxes.cells[2].note.endswith("list price")
    added = AuditEntry.objects.filter(action="add_scenario").order_by("pk")
    told = {"letter": "C", "like": "A", "priced_anew": True}
    assert [one.after_digest == digest(told) for one in added] == [False, True]


def test_a_turn_of_the_list_never_turns_another_scenario_the_other_way(client, draft):
    duplicate(client, draft, change="rush")
    listed = {one.words: one.key for one in page_of(client, draft).new.changes}

    of_a = duplicate(client, draft, like="A", change=listed["Without rush"])
    of_b = duplicate(client, draft, like="B", change=listed["Without rush"])

    (problem,) = of_a.context["page"].problem.problems
    assert problem.text == (
        "Scenario A is so already. Choose what differs from the list."
    )
    assert of_b.status_code == 302
    rushed = {one.letter: one.spec["commercial"]["rush"] for one in scenarios(draft)}
    assert rushed == {"A": False, "B": True, "C": False}
    assert {"Rush", "Without rush"} <= listed.keys()


def test_amounts_add_up_to_the_total_and_lines_of_one_type_keep_their_promises(draft):
    line, other = scenario_of(draft).spec["lines"][:2]
    terms = {"discount": "0.05", "tax": {"rate": "0.08", "mode": "exclusive"}}
    spec = a_spec(lines=[line, line | {"name": "Lights"}, other], commercial=terms)
    made = made_of(spec)
    side = Side(letter="A", name="", spec=spec_of(spec), estimate=document(made))
    rows = {group.name: group.rows for group in beside_groups([side])}

    shown = {
        row.name: Decimal(row.cells[0].value.replace(",", "").replace("−", "-"))
        for row in rows["Price"]
        if row.name != "Range, by quantity"
    }
    total = shown.pop("Total")
    assert set(shown) == {"Lines", "Discount", "Fees", "Tax"}
    assert sum(shown.values()) == total == made.bill.total.value
    assert shown["Discount"] < 0 < shown["Tax"]
    assert len(rows["Promises"]) == len(side.estimate["clauses"])


@pytest.mark.parametrize(
    ("said", "field", "text"),
    [
        ({"change": "reviews", "value": "x"}, "value", "is not a number"),
        ({"change": "reviews", "value": "9"}, "value", ""),
        ({"change": "accuracy", "value": "250"}, "value", ""),
        ({"change": "", "value": "2"}, "change", "Choose what “2” is."),
        ({"change": "nonsense"}, "change", "Choose what differs from the list."),
        ({"like": "Z"}, "", "has no scenario Z"),
    ],
)
def test_a_change_that_cannot_be_is_said_at_its_field(client, draft, said, field, text):
    response = duplicate(client, draft, **said)

    assert response.status_code == 400
    (problem, *_) = response.context["page"].problem.problems
    assert problem.field_id == field
    assert text in problem.text
    assert draft.scenarios.count() == 1
    assert said.get("value", "") in response.text


def test_what_was_changed_meanwhile_is_refused_and_three_are_the_most(client, draft):
    assert duplicate(client, draft, change="site-us").status_code == 302
    assert duplicate(client, draft, edition=1).status_code == 409
    assert duplicate(client, draft).status_code == 302

    page = page_of(client, draft, "?from=B&to=B")

    assert page.new is None
    assert [pair.here for pair in page.pairs].count(True) == 1
    assert duplicate(client, draft).status_code == 409
    assert scenario_of(draft, "B").spec["site"] == "us"


def test_one_alone_is_shown_with_the_form_of_another(client, draft):
    page = page_of(client, draft)

    assert (page.why, page.pairs, page.new.letter) == (None, (), "B")
    assert {one.words for one in page.new.changes} >= {"Rush", "Without a pilot"}


def test_what_was_sent_is_compared_as_it_was_frozen(client, draft):
    duplicate(client, draft, change="discount", value="5")
    draft.refresh_from_db()
    sent = a_sent_quote(draft).revision

    page = page_of(client, sent)
    with patch("quotes.queries.comparing.ENGINE", "of a later release"):
        later = page_of(client, sent)

    (row,) = page.why.way.rows
    assert (row.changes[0].words, row.changes[0].how_far) == (
        "a larger discount",
        "0 % → 5 %",
    )
    assert page.new is None
    assert later.why is None
    assert "sent by an earlier release" in later.unknown
    assert later.groups == page.groups
    with patch("quotes.queries.comparing.queries.estimate_of") as made:
        made.return_value.bill.total.value = 1
        assert page_of(client, sent).unknown == later.unknown


def test_scenarios_in_two_currencies_have_no_difference(client, draft):
    duplicate(client, draft)
    second = draft.scenarios.get(letter="B")
    second.spec = {**second.spec, "currency": "VND"}
    second.save()

    page = page_of(client, draft)

    assert page.why is None
    assert "Amounts of two currencies have no difference" in page.unknown
    assert all(not cell.off for row in page.groups[0].rows for cell in row.cells)


def test_advice_is_tried_as_a_scenario_and_what_it_is_on_stays(client, draft):
    bench = client.get(f"/quotes/{draft}/").context["page"]
    key = next(row.key for row in bench.advice if row.key)
    before = scenario_of(draft).spec

    response = client.post(
        f"/quotes/{draft}/advice?into=scenario", {"advice": key, "edition": 1}
    )

    assert response.url == f"/quotes/{draft}/compare?from=A&to=B"
    assert scenario_of(draft).spec == before
    page = page_of(client, draft)
    assert any(any(row.more) for row in page.why.way.rows)
    gone = {"advice": "0" * 16, "edition": draft.edition}
    again = client.post(f"/quotes/{draft}/advice?into=scenario", gone)
    assert again.status_code == 409
    assert draft.scenarios.count() == 2


def test_what_would_keep_a_page_waiting_too_long_is_not_worked_out(client, draft):
    duplicate(client, draft, change="discount", value="5")
    limit = "quotes.queries.comparing.MOST_LINES_MADE"

    # Four lines, one change: two estimates are eight lines, in either way of trying.
    with patch(limit, 7), patch("quotes.queries.comparing.diff") as made:
        too_long = page_of(client, draft)
    with patch(limit, 8):
        found = page_of(client, draft)

    assert made.call_count == 0
    assert too_long.why is None
    assert too_long.unknown.startswith("They differ in 1 things. With so many lines")
    assert len(too_long.groups[0].rows) == len(found.groups[0].rows)
    assert len(found.why.way.rows) == 1


def test_who_may_not_see_cost_sees_no_comparison(client, draft):
    buyer = a_membership(
        workspace=draft.workspace, role="client", client=draft.quote.client
    )
    client.force_login(buyer.user)

    assert client.get(f"/quotes/{draft}/compare").status_code == 403
    assert duplicate(client, draft).status_code == 403
