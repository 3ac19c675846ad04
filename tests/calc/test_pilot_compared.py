"""A pilot's results, held against the quote: in figures and in words."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from scoping.calc.pilot import (
    report,
    to_document,
)
from scoping.calc.pilot.compare import deviation
from scoping.calc.spec.values import (
    Prelabel,
)
from tests.calc.a_pilot import (
    ACCEPT,
    DEFECTS,
    PER_ITEM,
    PROPOSALS,
    SECONDS,
    compared,
    results,
    row_of,
)
from tests.calc.an_estimate import (
    D,
    a_line,
    a_spec,
    flat,
    the_card,
    the_card_with,
)

# --- Quoted, measured, new ------------------------------------------------------------


def test_a_comparison_shows_each_figure_three_times():
    found = compared(
        a_spec(),
        results(
            {"seconds": SECONDS, "units_per_item": PER_ITEM, "defects": DEFECTS},
            agreement={"gold": 500, "right": 480},
        ),
    )

    seconds = row_of(found, "seconds_per_unit")
    assert (seconds.quoted, seconds.measured) == (D("12.97"), D(18))
    assert D("12.97") < seconds.new < 18
    assert seconds.saw == "400 units, 6 people, 2 batches"
    assert row_of(found, "units_per_item").weight == 1
    assert row_of(found, "first_pass_defect").measured == D("0.075")
    agreement = row_of(found, "agreement", line=None)
    assert (agreement.quoted, agreement.measured) == (D("0.95"), D("0.96"))
    assert agreement.inside_collar is None
    assert row_of(found, "cost_p50", line=None).new > (
        row_of(found, "cost_p50", line=None).quoted
    )
    assert row_of(found, "target_price").measured is None
    assert found.cards == ("2026-01", "2026-01 + pilot")


@pytest.mark.parametrize(
    ("per_unit", "inside"),
    [("14.9155", True), ("14.92", False), ("11.0245", True), ("11.02", False)],
)
def test_the_collar_holds_up_to_its_edge_on_both_sides(per_unit, inside):
    # 12.97 s quoted; 15 % more is 14.9155, 15 % less 11.0245.
    found = compared(
        a_spec(), results({"seconds": SECONDS | {"per_unit": D(per_unit)}})
    )

    assert row_of(found, "seconds_per_unit").inside_collar is inside
    assert found.inside_collar is inside


def test_one_figure_outside_is_enough_for_a_revision():
    close = SECONDS | {"per_unit": D(13)}

    found = compared(a_spec(), results({"seconds": close, "defects": DEFECTS}))

    assert row_of(found, "seconds_per_unit").inside_collar is True
    assert row_of(found, "first_pass_defect").inside_collar is False
    assert found.inside_collar is False


def test_accept_rates_are_shown_and_not_judged():
    line = a_line(prelabel=Prelabel(accept_rate=ACCEPT))

    found = compared(a_spec(line), results({"prelabel": PROPOSALS}))

    accepted = row_of(found, "accept_rate")
    assert (accepted.quoted, accepted.measured) == (D("0.65"), D("0.4"))
    assert accepted.inside_collar is None
    assert found.inside_collar is None
    # What was not measured is shown where it moved with what was.
    seconds = row_of(found, "seconds_per_unit")
    assert seconds.measured is None
    assert seconds.new > seconds.quoted


def test_a_bare_saving_had_no_accept_rate():
    line = a_line(prelabel=Prelabel(saving=D("0.3")))

    row = row_of(
        compared(a_spec(line), results({"prelabel": PROPOSALS})), "accept_rate"
    )

    assert row.quoted is None
    assert row.new is not None


def test_seconds_timed_by_hand_are_held_against_seconds_by_hand():
    line = a_line(prelabel=Prelabel(accept_rate=ACCEPT))
    by_hand = SECONDS | {"basis": "by_hand"}

    row = row_of(
        compared(a_spec(line), results({"seconds": by_hand})), "seconds_per_unit"
    )

    assert row.quoted == D("12.97")
    assert row.unit == "s a box by hand"


def test_a_check_of_labels_is_compared_without_first_pass_errors():
    timed = SECONDS | {"basis": "as_worked", "per_unit": D(9)}

    found = compared(a_spec(a_line(work="audit")), results({"seconds": timed}))

    assert row_of(found, "seconds_per_unit").quoted == D("7.782")
    assert not [one for one in found.rows if one.quantity == "first_pass_defect"]


@pytest.mark.parametrize(
    ("quoted", "seen", "away"), [("10", "12", "0.2"), ("0", "0", "0"), ("0", "1", None)]
)
def test_how_far_off_is_a_share_of_what_was_quoted(quoted, seen, away):
    assert deviation(D(quoted), D(seen)) == (None if away is None else D(away))


def test_a_comparison_is_plain_data():
    document = to_document(compared(a_spec(), results({"seconds": SECONDS})))

    assert document["pilot_comparison"] == 1
    assert document["collar"] == "0.15"
    assert document["rows"][0]["quoted"] == "12.970000"
    assert document["rows"][1]["measured"] is None
    assert {type(row["inside_collar"]) for row in document["rows"]} <= {
        bool,
        type(None),
    }


# --- In words -------------------------------------------------------------------------


def noted(spec, found, **changes):
    return report(to_document(compared(spec, found, **changes)))


def test_inside_the_collar_prices_stand():
    text = noted(a_spec(), results({"seconds": SECONDS | {"per_unit": D(13)}}))

    assert text.startswith("Inside the collar of 15 %")
    assert "The quoted unit prices stand." in " ".join(text.split())


def test_outside_the_collar_a_revision_is_proposed():
    text = noted(a_spec(), results({"seconds": SECONDS}))

    assert "seconds of Boxes 38.8 % above" in " ".join(text.split())
    assert "unit prices come out as quoted" in " ".join(text.split())
    assert "Seconds of Boxes: the pilot counts 86 %, the card 14 %." in text
    # 3,600 s ÷ 12.97 s quoted and ÷ 18 s measured.
    assert re.search(r"\n  An hour +277\.6 +200\.0 +\d{3}\.\d\n", text)


def test_a_new_floor_above_the_quoted_price_comes_as_a_warning():
    slow = SECONDS | {"per_unit": D(60)}

    text = noted(a_spec(), results({"seconds": slow, "units_per_item": PER_ITEM}))

    assert "new unit prices is proposed" in " ".join(text.split())
    assert "! Boxes: the new floor of" in text
    assert "what was said before 0 %" in text


def test_faster_than_quoted_is_outside_too():
    text = noted(a_spec(), results({"seconds": SECONDS | {"per_unit": D(8)}}))

    assert "seconds of Boxes 38.3 % below" in " ".join(text.split())


def test_errors_where_none_were_quoted_have_no_share():
    review = the_card().cost.review
    none = flat(review["default"].first_pass_defect)
    zero = {
        name: replace(getattr(none, name), value=D(0)) for name in ("p10", "p50", "p90")
    }
    perfect = replace(review["default"], first_pass_defect=replace(none, **zero))
    card = the_card_with(cost={"review": {"default": perfect}})

    text = noted(a_spec(), results({"defects": DEFECTS}), card=card)

    assert "first-pass errors of Boxes not quoted, and measured" in " ".join(
        text.split()
    )


def test_where_the_collar_judges_nothing_nothing_is_decided():
    line = a_line(prelabel=Prelabel(accept_rate=ACCEPT))

    text = noted(a_spec(line), results({"prelabel": PROPOSALS}))

    assert "Nothing is decided." in text
