"""Notes: rounding that keeps a sentence true, and what only some documents have."""

from __future__ import annotations

import pytest

from scoping.calc.document import document
from scoping.calc.layout import chance, percent, table
from scoping.calc.note import client_note, note
from scoping.calc.offer import client_view, offer
from scoping.calc.outline import outline
from scoping.calc.sections import advice, plans, sums
from scoping.calc.spec.values import Commercial
from tests.calc.an_estimate import (
    a_line,
    a_spec,
    an_estimate,
    the_card,
    the_workdays,
    without_doubt,
)


@pytest.mark.parametrize(
    ("share", "words"),
    [
        ("0.0005", "less than 1 in 1,000"),
        ("0.001", "about 1 in 1,000"),
        ("0.2", "about 1 in 5"),
        ("0.21", "21 in 100"),
    ],
)
def test_a_chance_is_said_in_words(share, words):
    assert chance(share) == words


def test_a_whole_per_cent_has_no_idle_zero():
    assert (percent("0.1"), percent("0.105")) == ("10 %", "10.5 %")


def test_columns_line_up():
    lines = list(table([("a", "1"), ("bbb", "10")], align="lr", indent=0))

    assert lines == ["a     1", "bbb  10"]


def test_a_discount_and_a_tax_without_a_reason_stand_in_the_sum():
    price = {
        "discount": "5.00",
        "tax": [{"reason": "", "mode": "exclusive", "amount": "1.00"}],
        "total": "96.00",
    }

    assert list(sums(price)) == [
        ("Discount", "−5.00"),
        ("Tax", "1.00"),
        ("Total", "96.00"),
    ]


def test_a_tax_that_the_total_holds_stands_below_it():
    price = {
        "discount": "0.00",
        "tax": [{"reason": "at home", "mode": "inclusive", "amount": "8.00"}],
        "total": "108.00",
    }

    assert list(sums(price)) == [("Total", "108.00"), ("Tax in it, at home", "8.00")]


def test_the_plans_of_several_lines_stand_below_their_names():
    made = document(an_estimate(a_spec(a_line(), a_line(index=1, type="polygon"))))

    said = list(plans(made["audit"]["by_line"]))

    text = " ".join(" ".join(said).split())
    assert [line for line in said if not line.startswith("    ")] == [
        "  Boxes",
        "  Outlines",
    ]
    assert "As written: 10 % of each batch, at most 2 % wrong, in this quote" in text
    assert "Sized to pass 1 % wrong and stop 4 % wrong: " in text


def test_advice_is_said_in_full():
    document = {"advice": [{"text": "A smaller batch."}, {"text": "A pilot."}]}

    assert list(advice(document)) == ["  A smaller batch.", "  A pilot."]


def test_weak_evidence_is_marked_and_a_number_is_taken_apart_once():
    leaf = {
        "name": "Time",
        "value": "2",
        "unit": "s",
        "op": "card",
        "at": "cost/x",
        "source": "a guess",
        "weak": True,
    }
    twice = {"name": "Twice", "value": "4", "unit": "s", "op": "product", "uses": ["1"]}
    whole = {
        "name": "All",
        "value": "8",
        "unit": "s",
        "op": "total",
        "uses": ["2", "2"],
    }
    nodes = {
        "1": leaf,
        "2": twice | {"because": "2 × time"},
        "3": whole | {"because": "sum"},
    }

    lines = list(
        outline({"lines": [], "trace": {"roots": {"/x": "3"}, "nodes": nodes}})
    )

    assert lines == [
        "/x",
        "  All: 8 s = sum",
        "    Twice: 4 s = 2 × time",
        "      Time: 2 s <- card cost/x; a guess, weak evidence",
        "    Twice: 4 s (above)",
        "",
    ]


def test_the_reasons_say_the_time_for_one_as_units_an_hour_too():
    text = note(document(an_estimate()), explain=True)

    # 3,600 s ÷ 12.97 s of the card, and no pace of what is no time for one.
    assert "Seconds for one box by hand: 12.97 s, 277.6 an hour" in text
    assert "Worked seconds of a paid hour: 2,880 s = " in text


def test_a_check_of_existing_labels_promises_no_quality_of_ours():
    said = note(document(an_estimate(a_spec(a_line(work="audit")))), explain=False)

    assert "existing labels are checked, nothing is promised." in said
    assert "No line is labelled, so there is no quality of ours to speak of." in said
    assert "A right unit costs" not in said


def test_where_nothing_is_in_doubt_nothing_moves_the_cost():
    sure = note(document(an_estimate(card=without_doubt())), explain=False)
    in_doubt = note(document(an_estimate()), explain=False)

    assert "Of the doubt" in in_doubt
    assert "Of the doubt" not in sure
    assert "Between the plan (P50) and the promise (P80) lie 0.00." in sure


def test_booked_teams_are_a_row_of_both_notes_and_their_lines_included():
    terms = Commercial(basis="pod_month", pods=2, months=3)
    made = an_estimate(a_spec(commercial=terms))

    staff = note(document(made), explain=False)
    client = client_note(client_view(made.offer))

    for text in (staff, client):
        row = next(line for line in text.splitlines() if "Teams of 10" in line)
        # 6 × 12,000.00.
        assert row.split() == [
            *("Teams", "of", "10:", "2", "×", "3", "months", "6", "team", "months"),
            *("12,000.00", "72,000.00"),
        ]
        assert any(
            line.split()[:1] == ["Boxes"] and line.split()[-1] == "included"
            for line in text.splitlines()
        )
    assert "Ways to sell it, USD" in staff
    assert "Ways to sell it" not in client
    assert "pod month *" in staff


def test_a_client_whose_lines_are_all_on_request_reads_no_equivalent():
    view = offer(
        a_spec(a_line(complexity="expert")),
        the_card().price,
        unit_prices=None,
        week=None,
        workdays=the_workdays(),
    )

    text = client_note(view)

    assert "on request" in text
    assert "This comes to" not in text
