"""The promises of a plan held against rows of work: the quote's own clauses."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotes.calc.delivery import agreed_price, client_delays
from quotes.calc.gates.batch import (
    Batch,
    Handover,
    Made,
    Silence,
    State,
    Word,
)
from quotes.calc.gates.sample import Sample
from quotes.calc.kept import kept
from quotes.calc.kept_client import client_promises
from quotes.calc.matching import Actual
from scoping.calc.document import document
from scoping.calc.spec.service import ClassFloor, Sla
from scoping.calc.spec.values import Commercial, Credits, Quality
from tests.calc.an_estimate import a_line, a_spec, an_estimate, the_workdays

D = Decimal
TODAY = date(2026, 4, 1)


def a_baseline(*lines, unit="object", sla=None) -> dict[str, Any]:
    """Return the plan of 2,000 images in two batches, with its clauses."""
    spec = a_spec(
        *(lines or (a_line(type="image_tag", per_item=D(1)),)),
        items=2000,
        quality=Quality(unit=unit, sla=sla or Sla()),
        commercial=Commercial(credits=Credits(failed_batch=D("12.50"))),
    )
    said = document(an_estimate(spec, draws=64))
    return {
        "clauses": said["clauses"],
        "lines": [
            {
                "index": line["index"],
                "name": line["name"],
                "type": line["type"],
                "unit": line["counted_unit"],
                "items": 2000,
            }
            for line in said["lines"]
        ],
    }


@pytest.fixture(scope="module")
def tags() -> dict[str, Any]:
    return a_baseline()


def a_row(**said) -> Actual:
    fields = dict.fromkeys(
        (
            *("items", "units_produced", "units_passed", "units_accepted"),
            *("units_rejected", "active_seconds", "audit_n", "audit_defects"),
            "delivery_version",
        )
    )
    return Actual(
        **{
            **fields,
            "line": "",
            "batch": "1",
            "stage": "label",
            "annotation_type": "image_tag",
            "clock": "label",
            **said,
        }
    )


def a_batch(wrong: int, *, name="1", checked=100, version=1, items=100, **said):
    """Return the rows of a batch of 1,000 tags and its sample."""
    common = {"batch": name, "delivery_version": version, "day": date(2026, 3, 20)}
    return [
        a_row(items=1000, units_produced=1000, **common),
        a_row(
            stage="audit",
            items=items,
            audit_n=checked,
            audit_defects=wrong,
            units_passed=1000 if wrong <= 2 else 0,
            **(common | said),
        ),
    ]


def held(baseline, *rows, as_of=TODAY) -> dict[str, dict[str, Any]]:
    return {one["key"]: one for one in kept(baseline, rows, as_of=as_of)}


def test_samples_of_batches_are_held_against_the_clause_of_the_quote(tags):
    rows = [*a_batch(1), *a_batch(4, name="2")]

    found = held(tags, *rows)["image_tag_right"]

    assert found["state"] == "not_shown_yet"
    assert found["credit"] == "12.50"
    assert [one["first_passed"] for one in found["batches"]] == [True, False]
    # 5 wrong of 200.
    assert found["observed"] == "0.975000"
    assert (found["promise"], found["line"]) == ("Tags right", "Tags")


def test_a_batch_that_came_again_is_checked_again_and_credited_for_the_first(tags):
    rows = [*a_batch(4), *a_batch(0, version=2)]

    (batch,) = held(tags, *rows)["image_tag_right"]["batches"]

    assert (batch["first_passed"], batch["passed"]) == (False, True)
    assert batch["credit"] == "12.50"


def test_what_the_client_owes_and_lines_that_were_not_ordered_are_left_out(tags):
    assert set(held(tags)) == {"image_tag_right", "agreement", "delivery"}
    only = {**tags, "lines": []}
    assert set(held(only)) == {"agreement", "delivery"}
    assert kept({"lines": []}, [], as_of=TODAY) == []


def test_batches_that_passed_without_a_sample_are_counted(tags):
    unchecked = [
        a_row(items=1000, units_produced=1000, units_passed=1000, batch="9"),
        # How many are wrong is missing, and missing is not none.
        a_row(stage="audit", audit_n=100, batch="9"),
    ]

    found = held(tags, *a_batch(0), *unchecked)["image_tag_right"]

    assert found["why"].endswith("not looked at in 1 batch.")


def test_images_drawn_are_taken_in_proportion_where_no_row_counts_them(tags):
    rows = a_batch(0, items=None)

    (batch,) = held(tags, *rows)["image_tag_right"]["batches"]

    assert batch["passed"] is True
    # Nobody counted the batch either: as large as planned.
    (alone,) = held(tags, rows[1])["image_tag_right"]["batches"]
    assert alone["passed"] is True


def test_two_clocks_of_one_check_are_one_check(tags):
    rows = a_batch(2)
    twice = [*rows, a_row(**{**_fields(rows[1]), "clock": "session"})]

    (batch,) = held(tags, *twice)["image_tag_right"]["batches"]

    assert (batch["checked"], batch["wrong"]) == (100, 2)


def _fields(row: Actual) -> dict[str, Any]:
    return {name: getattr(row, name) for name in Actual.__dataclass_fields__}


def test_images_are_counted_where_the_promise_counts_images():
    boxes = a_baseline(a_line(per_item=D(5)), unit="image")
    rows = [
        a_row(items=1000, units_produced=5000, annotation_type="bounding_box"),
        a_row(
            stage="audit",
            items=100,
            audit_n=100,
            audit_defects=2,
            annotation_type="bounding_box",
            critical_defects=1,
        ),
    ]

    found = held(boxes, *rows)

    (batch,) = found["bounding_box_right"]["batches"]
    assert batch["passed"] is True
    # METHODS 3: 2 in 100 of 1,000 prove at most 5.9 % wrong.
    assert batch["low"] == "0.941000"
    assert found["bounding_box_missed"]["why"] == (
        "The errors that this promise counts were not looked for."
    )


def test_rows_that_count_missed_objects_classes_and_severities_are_evaluated():
    riders = ClassFloor(
        line=0,
        name="Riders",
        classes=("bus", "van"),
        share=D("0.02"),
        accuracy=D("0.9"),
    )
    boxes = a_baseline(
        a_line(per_item=D(5)), sla=Sla(critical=D("0.99"), floors=(riders,))
    )
    common: dict[str, Any] = {"annotation_type": "bounding_box", "items": 1000}
    labelled = a_row(units_produced=5000, **common)

    def state(**found):
        audit: dict[str, Any] = {"audit_n": 2500, "audit_defects": 10, "items": 500}
        row = a_row(**(common | audit | found | {"stage": "audit"}))
        rows = [row, row]
        return {key: one["state"] for key, one in held(boxes, labelled, *rows).items()}

    nothing = state()
    assert nothing["bounding_box_missed"] == "not_shown_yet"
    assert nothing["bounding_box_critical"] == "not_shown_yet"
    # The whole batch was read, by two: 20 wrong and 10 missed of 5,000.
    known = state(audit_missed=5, critical_defects=1, minor_defects=0, audit_extra=0)
    assert known["bounding_box_missed"] == known["bounding_box_critical"] == "met"
    assert state(audit_missed=100)["bounding_box_missed"] == "not_met"
    # Figures that cannot be together are cut to what can: all 30 errors are critical.
    odd = state(audit_missed=5, critical_defects=99, minor_defects=99, audit_extra=99)
    assert odd["bounding_box_critical"] == "met"
    for found, expected in (
        ((("bus", 50, 0, 0), ("van", 50, 1, 1)), "met"),
        ((("bus", 50, 0, 0), ("van", 50, 1, None)), "not_shown_yet"),
        ((("bus", 50, 30, 0), ("van", 50, 1, 1)), "not_met"),
        ((("tram", 50, 0, 0),), "not_shown_yet"),
        # Vans were not counted, or none was read of a number that nobody knows.
        ((("bus", 50, 0, 0),), "not_shown_yet"),
        ((("bus", 50, 0, 0), ("van", 0, 0, 0)), "not_shown_yet"),
    ):
        assert state(audit_classes=found)["bounding_box_Riders"] == expected


def test_the_reference_set_is_added_up_over_all_rows(tags):
    rows = [
        a_row(stage="label", gold_n=250, gold_correct=245, batch="g1"),
        a_row(stage="label", gold_n=250, gold_correct=240, batch="g2"),
    ]

    found = held(tags, *rows)["agreement"]

    assert (found["observed"], found["passed"]) == ("0.970000", True)
    assert held(tags)["agreement"]["state"] == "not_shown_yet"


DELIVERY = {
    "key": "delivery",
    "promise": "Delivery",
    "how_much": "everything in the week of 16 March 2026",
    "metric": "on_time",
    "unit": "week",
    "floor": None,
    "match_iou": None,
    "sample": None,
    "sample_text": "",
    "proves": None,
    "proves_text": "",
    "remedy": "",
    "remedy_days": None,
    "line": None,
    "due": "2026-03-16",
}


def test_a_week_is_kept_once_everything_that_was_planned_has_passed(tags):
    timed = {**tags, "clauses": [DELIVERY]}
    half, whole = a_batch(0), [*a_batch(0), *a_batch(0, name="2")]

    assert held(timed, *whole)["delivery"]["state"] == "met"
    assert held(timed, *half)["delivery"]["state"] == "not_met"
    early = held(timed, *half, as_of=date(2026, 3, 20))["delivery"]
    assert early["state"] == "not_shown_yet"
    # A batch of which nobody counted the images delivers none that is known.
    unknown = [a_row(batch="3", stage="review", units_passed=9)]
    assert held(timed, *half, *unknown)["delivery"]["state"] == "not_met"


def a_read(wrong: int, *, seed="s1", on=20, checked=100, whole=False) -> Made:
    sample = Sample(
        seed=seed,
        auditor="Mai",
        size=100,
        max_wrong=2,
        checked=checked,
        wrong=wrong,
        on=date(2026, 3, on),
        whole=whole,
    )
    state: State = "released" if sample.passes else "blocked"
    return Made(move="check", state=state, evidence=sample)


def handed(on: int) -> Made:
    day = date(2026, 3, on)
    return Made(
        move="deliver",
        state="delivered",
        evidence=Handover(version=1, on=day, answer_by=day, by="Mai"),
    )


def said(on: int) -> Made:
    word = Word(on=date(2026, 3, on), by="Dana")
    return Made(move="accept", state="accepted", evidence=word)


def at_gates(*history, items=1000, key="batch 001", line="Tags"):
    return Batch(key=key, items=items, line=line, history=history)


def held_at_gates(baseline, *batches, rows=(), as_of=TODAY, calendar="us"):
    known = None if calendar is None else the_workdays().calendar(calendar)
    found = kept(baseline, rows, as_of=as_of, batches=batches, calendar=known)
    return {one["key"]: one for one in found}


def rejected(on: int) -> Made:
    word = Word(on=date(2026, 3, on), by="Dana", why="wheels cut off")
    return Made(move="reject", state="rejected", evidence=word)


def test_a_late_delivery_gives_back_its_share_of_the_agreed_price(tags):
    late = {"per_week": "0.01", "most": "0.1", "grace_days": 2}
    promise = {**DELIVERY, "late": late, "currency": "USD"}
    timed = {**tags, "clauses": [promise], "lines_price": "12345.67"}
    first = at_gates(a_read(0), handed(20), said(21))
    # Promised until 22 March: delivered in time, rejected, delivered again on the 27th.
    second = at_gates(handed(21), rejected(23), handed(27), key="batch 002")

    def found(*batches, as_of=TODAY):
        return held_at_gates(timed, *batches, as_of=as_of)["delivery"]

    # 5 − 2 days: one week begun, 1 % of 12,345.67.
    assert found(first, second)["credit"] == "123.46"
    assert found(first, second, as_of=date(2026, 3, 22))["state"] == "met"
    # Rejected and not yet delivered again: it is not there.
    assert found(first, second, as_of=date(2026, 3, 25))["state"] == "not_met"
    assert found(first, at_gates(handed(21), key="batch 002"))["credit"] == "0"
    # Nothing of the second yet: on 1 April ten days late, two weeks begun.
    assert found(first, at_gates(key="batch 002"))["credit"] == "246.91"
    # A change order took half of the images away: nobody waits for the second batch.
    less = {"gates": {"lines": [{"line": "Tags", "items": 1000, "index": 0}]}}
    fewer = held_at_gates({**timed, **less}, first, at_gates(key="batch 002"))
    assert (fewer["delivery"]["state"], fewer["delivery"]["credit"]) == ("met", "0")
    # By rows where nothing was handed over here: none of them is of the gates.
    rows = [*a_batch(0), *a_batch(0, name="2")]
    by_rows = held_at_gates(timed, at_gates(a_read(0)), rows=rows)["delivery"]
    assert by_rows["state"] == "met"
    assert agreed_price(tags) is None


def test_days_of_the_client_move_the_week_for_both_readers(tags):
    late = {"per_week": "0.01", "most": "0.1", "grace_days": 0}
    promise = {**DELIVERY, "late": late, "currency": "USD"}
    timed = {**tags, "clauses": [promise], "lines_price": "1000"}
    handed_over = [at_gates(handed(24))]
    # 22 March and two days of hers; on the fifth a single person waited.
    delays = client_delays(
        {
            date(2026, 3, 2): (D(16), D(8)),
            date(2026, 3, 3): (D(8), D(8)),
            date(2026, 3, 5): (D(16), D(7)),
            date(2026, 3, 6): (D(0), D(0)),
        }
    )

    def verdicts(delays):
        (ours,) = kept(timed, [], as_of=TODAY, batches=handed_over, delays=delays)
        (hers,) = client_promises(
            timed,
            [],
            batches=handed_over,
            as_of=TODAY,
            calendar=None,
            delays=delays,
        )
        assert (ours["state"], D(ours["credit"])) == (hers.state, hers.credit)
        return ours

    assert (verdicts(())["state"], verdicts(())["credit"]) == ("not_met", "10.00")
    moved = verdicts(delays)
    assert (moved["state"], moved["due"], moved["credit"]) == ("met", "2026-03-24", "0")
    assert "2 days on which the work waited for data or answers" in moved["why"]


def test_samples_read_at_the_gates_count_and_not_the_rows_of_the_same_line(tags):
    failed_then_fixed = at_gates(a_read(5), a_read(0, seed="s2", on=24))

    found = held_at_gates(tags, failed_then_fixed, rows=a_batch(0, name="9"))

    (batch,) = found["image_tag_right"]["batches"]
    assert (batch["batch"], batch["first_passed"], batch["passed"]) == (
        "batch 001",
        False,
        True,
    )
    assert found["image_tag_right"]["credit"] == "12.50"
    other = held_at_gates(tags, at_gates(a_read(5), line="Boxes"), rows=a_batch(0))
    assert [one["batch"] for one in other["image_tag_right"]["batches"]] == ["1"]


def test_what_was_read_later_is_not_known_yet(tags):
    batch = at_gates(a_read(5), a_read(0, seed="s2", on=24))

    found = held_at_gates(tags, batch, as_of=date(2026, 3, 22))

    assert found["image_tag_right"]["batches"][0]["passed"] is False


def test_a_batch_that_was_read_in_whole_is_known_exactly(tags):
    small = at_gates(a_read(1, checked=60, whole=True), items=60)

    (batch,) = held_at_gates(tags, small)["image_tag_right"]["batches"]

    assert batch["low"] == batch["observed"] == "0.983333"
    assert batch["state"] == "met"


def test_a_batch_handed_over_without_a_sample_is_counted(tags):
    found = held_at_gates(
        tags, at_gates(a_read(0)), at_gates(handed(23), key="batch 002")
    )

    assert found["image_tag_right"]["why"].endswith("not looked at in 1 batch.")
    assert "your_acceptance" not in found


def test_the_clients_word_is_held_against_her_window(tags):
    # Handed over on Friday the 6th, said on the 20th: ten business days in the US.
    kept_word = at_gates(handed(6), said(20))
    again = at_gates(said(2), handed(6), said(9), handed(10), said(26))
    silent = Made(
        move="deem",
        state="deemed_accepted",
        evidence=Silence(on=date(2026, 3, 24)),
    )

    def state(*batches, **changes):
        return held_at_gates(tags, *batches, **changes).get("your_acceptance")

    assert state(kept_word)["state"] == "met"
    late = state(again)
    # 10 to 26 March: twelve business days.
    assert late["why"] == ("1 of 2 took more than 10 business days, the longest 12.")
    assert state(at_gates(handed(6), silent))["state"] == "not_met"
    assert state(at_gates(handed(6), said(20)), as_of=date(2026, 3, 9)) is None
    assert state(kept_word, calendar=None) is None


def waits(*days, worked=()):
    """Return March's paid days: waiting for the client, and worked."""
    found = {date(2026, 3, day): (D(8), D(8)) for day in days}
    return found | {date(2026, 3, day): (D(8), D(0)) for day in worked}


def spans(paid):
    return [(one.first.day, one.last.day) for one in client_delays(paid)]


def test_a_wait_that_goes_on_after_a_weekend_includes_it():
    # Monday 2 to Friday 13 March: ten working days, twelve of the calendar.
    assert spans(waits(*range(2, 7), *range(9, 14))) == [(2, 13)]
    # Work on the Saturday ends it; so does a Monday on which somebody worked.
    assert spans(waits(6, 9, worked=(7,))) == [(6, 6), (9, 9)]
    assert spans(waits(5, 6, worked=(9,))) == [(5, 6)]
    # Four days without work are a weekend with holidays, five are not.
    assert spans(waits(2, 7)) == [(2, 7)]
    assert spans(waits(2, 8)) == [(2, 2), (8, 8)]
    # A day of leave alone is one without work.
    assert spans(waits(5, 9) | {date(2026, 3, 6): (D(0), D(0))}) == [(5, 9)]


@given(
    st.dictionaries(
        st.integers(1, 31), st.sampled_from([(8, 8), (8, 4), (8, 3), (8, 0), (0, 0)])
    )
)
def test_days_of_waiting_are_those_that_a_walk_over_the_month_finds(month):
    paid = {date(2026, 3, day): (D(a), D(b)) for day, (a, b) in month.items()}
    kinds = [month.get(day, (0, 0)) for day in range(1, 32)]
    expected = set()
    for day, (worked, waited) in enumerate(kinds, 1):
        if not worked:
            idle = [one for one in range(31) if kinds[one][0]]
            left = [one + 1 for one in idle if one + 1 < day]
            right = [one + 1 for one in idle if one + 1 > day]
            if not left or not right or right[0] - left[-1] - 1 > 4:
                continue
            beside = (kinds[left[-1] - 1], kinds[right[0] - 1])
            if all(pair[1] >= 4 for pair in beside):
                expected.add(day)
        elif waited >= 4:
            expected.add(day)

    found = [day for first, last in spans(paid) for day in range(first, last + 1)]

    assert sorted(found) == sorted(expected)
