"""A pilot's results: read strictly, refused where they do not fit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import yaml

from scoping.calc.pilot import (
    read_pilot,
)
from scoping.calc.spec.values import (
    Prelabel,
)
from tests.calc.a_pilot import (
    BOXES,
    DEFECTS,
    PER_ITEM,
    PROPOSALS,
    SECONDS,
    TODAY,
    a_document,
    line_of,
    misfit,
    refused,
    results,
)
from tests.calc.an_estimate import (
    FIXTURES,
    D,
    a_line,
    a_spec,
    the_card,
    the_card_with,
)

# --- Reading --------------------------------------------------------------------------


def test_results_are_read_with_what_each_is_worth():
    found = results(
        {"seconds": SECONDS, "units_per_item": PER_ITEM, "defects": DEFECTS},
        {"prelabel": PROPOSALS},
        agreement={"gold": 500, "right": 480},
    )

    assert found.measured_on == date(2026, 5, 4)
    assert found.lines[0].seconds.people == 6
    assert found.lines[0].prelabel is None
    assert found.lines[1].prelabel.accepted == 360
    assert found.agreement.right == 480


def test_the_demo_results_are_read():
    text = (FIXTURES / "demo/pilot_results.yaml").read_text("utf-8")

    found = read_pilot(yaml.safe_load(text.replace("18.4", '"18.4"')), today=TODAY)

    assert [one.type for one in found.lines] == ["bounding_box", "image_tag"]
    assert line_of(found, 1).seconds.clock_factor.value == D("0.68")


def test_all_that_is_wrong_is_said_at_once():
    document = a_document(
        {"secnds": SECONDS, "defects": DEFECTS | {"wrong": 900}},
        {"line": 0, "units_per_item": PER_ITEM | {"mean": D(0)}},
        {"seconds": SECONDS | {"people": 0}},
        {"type": "box"},
        measured_on=date(2026, 7, 1),
        agreement={"gold": 500, "right": 501},
    )

    found = refused(document)

    assert set(found) == {
        ("unknown_field", "/lines/0/secnds"),
        ("more_than_all", "/lines/0/defects/wrong"),
        ("duplicate_line", "/lines/1/line"),
        ("min_value", "/lines/1/units_per_item/mean"),
        ("min_value", "/lines/2/seconds/people"),
        ("unknown_choice", "/lines/3/type"),
        ("nothing_measured", "/lines/3"),
        ("in_the_future", "/measured_on"),
        ("more_than_all", "/agreement/right"),
    }
    assert "Did you mean seconds?" in found["unknown_field", "/lines/0/secnds"]
    assert all(message.endswith((".", "?")) for message in found.values())


@pytest.mark.parametrize(
    "document", [None, [], "pilot", {"pilot": 1, "lines": 3}, {"lines": [3]}]
)
def test_what_are_no_results_is_refused(document):
    assert refused(document)


def test_what_is_missing_is_named():
    found = refused({"lines": [{"seconds": {}, "defects": 3}]})

    assert {path for code, path in found if code == "required"} >= {
        "/pilot",
        "/measured_on",
        "/lines/0/line",
        "/lines/0/type",
        "/lines/0/seconds/clock",
        "/lines/0/seconds/opening",
    }


def test_a_clock_factor_needs_a_source():
    factor = {"value": D("0.7"), "source": "  "}

    found = refused(a_document({"seconds": SECONDS | {"clock_factor": factor}}))

    assert list(found) == [("no_source", "/lines/0/seconds/clock_factor/source")]


def test_a_pilot_may_be_said_in_units_an_hour():
    said = {key: value for key, value in SECONDS.items() if key != "per_unit"}

    found = results({"seconds": said | {"units_per_hour": D(200)}})

    # 3,600 s ÷ 200.
    assert found.lines[0].seconds == results({"seconds": SECONDS}).lines[0].seconds
    assert found.lines[0].seconds.per_unit == 18


@pytest.mark.parametrize("pace", [{}, {"per_unit": D(18), "units_per_hour": D(200)}])
def test_how_fast_people_were_is_said_once(pace):
    said = {key: value for key, value in SECONDS.items() if key != "per_unit"}

    found = refused(a_document({"seconds": said | pace}))

    assert list(found) == [("seconds_or_units_per_hour", "/lines/0/seconds")]


# --- Results that do not fit ----------------------------------------------------------


def test_lines_that_the_spec_does_not_have_are_said_together():
    found = misfit(
        a_spec(),
        results({"type": "polygon", "seconds": SECONDS}, {"seconds": SECONDS}),
    )

    assert set(found) == {
        ("other_type", "/lines/0/type"),
        ("no_such_line", "/lines/1/line"),
    }


def test_another_clock_is_never_converted_in_silence():
    found = misfit(a_spec(), results({"seconds": SECONDS | {"clock": "session"}}))

    message = found["other_clock", "/lines/0/seconds/clock"]
    assert "session clock" in message
    assert "label clock" in message
    assert "clock_factor" in message


def test_a_factor_between_like_clocks_is_refused():
    factor = {"value": D("0.7"), "source": "side by side"}

    found = misfit(a_spec(), results({"seconds": SECONDS | {"clock_factor": factor}}))

    assert list(found) == [("clock_factor_unused", "/lines/0/seconds/clock_factor")]


def test_proposals_without_pre_labels_are_refused():
    found = misfit(a_spec(), results({"prelabel": PROPOSALS}))

    assert list(found) == [("no_prelabel", "/lines/0/prelabel")]


def test_a_check_of_labels_has_no_first_attempt():
    found = misfit(a_spec(a_line(work="audit")), results({"defects": DEFECTS}))

    assert list(found) == [("no_first_attempt", "/lines/0/defects")]


@pytest.mark.parametrize(
    "line", [a_line(work="audit"), a_line(prelabel=Prelabel(accept_rate=D("0.6")))]
)
def test_seconds_of_work_that_starts_from_labels_say_their_footing(line):
    found = misfit(a_spec(line), results({"seconds": SECONDS}))

    assert list(found) == [("required", "/lines/0/seconds/basis")]


def test_seconds_that_opening_alone_uses_up_are_refused():
    quick = SECONDS | {"per_unit": D("0.48"), "opening": "included"}

    # Opening takes 2.4 s an image, five boxes in it: 0.48 s of a box.
    found = misfit(a_spec(), results({"seconds": quick}))

    assert "0.48 s" in found["nothing_left", "/lines/0/seconds/per_unit"]


def test_a_card_that_cannot_be_weighed_is_said():
    cell = the_card().cost.effort[BOXES]
    nothing = {
        name: replace(getattr(cell.seconds, name), value=D(value))
        for name, value in (("p10", 0), ("p50", 0), ("p90", 20))
    }
    card = the_card_with(
        cost={
            "effort": {BOXES: replace(cell, seconds=replace(cell.seconds, **nothing))}
        }
    )

    found = misfit(a_spec(), results({"seconds": SECONDS}), card=card)

    assert list(found) == [("cannot_update", "/lines")]


def test_work_that_takes_no_time_tells_nothing_of_work_by_hand():
    work = the_card().cost.work
    free = replace(work.audit_seconds_share, value=D(0))
    card = the_card_with(cost={"work": replace(work, audit_seconds_share=free)})

    found = misfit(
        a_spec(a_line(work="audit")),
        results({"seconds": SECONDS | {"basis": "as_worked"}}),
        card=card,
    )

    assert "by hand" in found["cannot_update", "/lines"]
