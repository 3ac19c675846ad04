"""Why an estimate changed, said: the same difference, the same words."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from scoping.calc.diff import diff
from scoping.calc.diff_note import diff_data, diff_note, sentence
from scoping.calc.difference import Diff, Move, Part
from scoping.calc.spec.values import Quality
from scoping.calc.wording import Named

from .an_estimate import a_line, a_spec, an_estimate, the_workdays

D = Decimal


def a_found(*amounts, before="152000.00"):
    """Make a difference of parts with these amounts of money."""
    parts = tuple(
        Part(
            changes=(Named(at=f"/{n}", text=f"change {n}"),),
            price=D(amount),
            cost=D(0),
            hours=D(0),
        )
        for n, amount in enumerate(amounts, start=1)
    )
    after = D(before) + sum((part.price for part in parts), D(0))
    still = Move(before=D(9), after=D(9))
    return Diff(
        currency="USD",
        price=Move(before=D(before), after=after),
        cost=still,
        hours=still,
        parts=parts,
        silent=(Named(at="/dates", text="other dates"),),
        method="all orders",
        cards=("2026-01", "2026-02"),
    )


@pytest.mark.parametrize(
    ("amounts", "text"),
    [
        (
            ["9870.00", "2470.00"],
            (
                "The total rises by 12,340.00 USD (8.1 %): change 1 +9,870.00; "
                "change 2 +2,470.00."
            ),
        ),
        (["-15200"], "The total falls by 15,200.00 USD (10 %): change 1 −15,200.00."),
        (["1"], "The total rises by 1.00 USD (under 0.1 %): change 1 +1.00."),
        ([], "The total stays at 152,000.00 USD."),
        (
            ["5", "-5"],
            (
                "The total stays at 152,000.00 USD, though its parts moved: change 1 "
                "+5.00; change 2 −5.00."
            ),
        ),
    ],
)
def test_one_sentence_says_why(amounts, text):
    assert sentence(a_found(*amounts)) == text


def test_six_parts_are_all_named_and_of_seven_two_are_summed_up():
    six, seven = a_found(*range(6, 0, -1)), a_found(*range(7, 0, -1))

    assert sentence(six).endswith("change 6 +1.00.")
    assert sentence(seven).endswith("change 5 +3.00; 2 smaller changes +3.00.")


def test_a_total_that_was_nothing_rises_by_no_per_cent():
    assert sentence(a_found("7", before="0")) == (
        "The total rises by 7.00 USD: change 1 +7.00."
    )


def test_the_note_has_what_moved_and_what_did_not():
    before = an_estimate(a_spec())
    after = an_estimate(
        a_spec(a_line(per_item=D(6)), client_calendar="vn", quality=Quality(reviews=0))
    )

    text = diff_note(diff(before, after, workdays=the_workdays()))

    lines = text.splitlines()
    assert lines[0].startswith("The total rises by 8,400.00 USD (18.7 %): Boxes: more")
    columns = [line for line in lines if "Price, USD" in line]
    assert columns[0].split("  ")[-1].strip() == "Hours"
    assert "What changed and moved nothing\n  other dates" in text
    assert "mean effect over all orders of the changes" in text
    assert max(map(len, lines)) <= 96


def test_a_long_name_goes_on_in_the_next_row():
    words = "a change of a line that has a name so long that it needs two rows"
    found = a_found("7")
    part = Part(
        changes=(Named(at="/long", text=words),), price=D(7), cost=D(0), hours=D(0)
    )

    rows = diff_note(
        Diff(
            currency="USD",
            price=found.price,
            cost=found.cost,
            hours=found.hours,
            parts=(part,),
            silent=(),
            method="two orders",
            notes=("Said once.",),
        )
    ).splitlines()

    place = next(n for n, row in enumerate(rows) if row.startswith("  a change"))
    assert (
        rows[place].split("  ")[1] == "a change of a line that has a name so long that"
    )
    assert rows[place + 1] == "    it needs two rows"
    assert rows[-1] == "  Said once."
    assert not [row for row in rows if "opposite orders" in row]


def test_the_data_hold_every_amount_as_text():
    data = diff_data(a_found("9870.00", "2470.00"))

    assert json.loads(json.dumps(data)) == data
    assert data["price"] == {
        "before": "152000.00",
        "after": "164340.00",
        "by": "12340.00",
    }
    assert data["cards"] == ["2026-01", "2026-02"]
    assert [part["price"] for part in data["parts"]] == ["9870.00", "2470.00"]
    assert data["parts"][0]["changes"] == [
        {"at": "/1", "text": "change 1", "how_far": ""}
    ]
    assert data["moved_nothing"][0]["at"] == "/dates"
    assert set(data["sentences"]) == {"price", "cost", "hours"}
