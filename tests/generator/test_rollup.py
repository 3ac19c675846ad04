"""Roll-up: an export of a generated project says what a tool would know, no more."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from quotes.generator.items import item_log
from quotes.generator.rollup import (
    COLUMNS,
    Export,
    as_csv,
    paid_hours,
    wages,
    work_records,
)
from quotes.ingest.reading import read_work
from tests.generator.truths import a_project, of_stage

BOXES = Export(annotation_type="bounding_box")


def test_units_and_seconds_are_those_of_the_events():
    events = a_project()

    rows = work_records(events, export=BOXES)

    units = sum(int(row["units_produced"] or 0) for row in rows)
    assert units == sum(one.units for one in of_stage(events, "label"))
    seconds = sum(float(row["active_seconds"]) for row in rows)
    worked = sum(one.seconds for one in events.entries)
    assert seconds == pytest.approx(worked, abs=0.001 * len(rows))


def test_reworked_units_are_those_sent_back():
    rows = work_records(a_project(), export=BOXES)

    sent_back = sum(int(row["units_rejected"] or 0) for row in rows)
    redone = sum(int(row["units_reworked"] or 0) for row in rows)

    assert sent_back == redone > 0


def test_released_batches_pass_all_their_units_and_blocked_ones_none():
    events = a_project(detection=0.3, first_pass_defect=0.08)

    passed: Counter = Counter()
    for row in work_records(events, export=BOXES):
        passed[row["batch"]] += int(row["units_passed"] or 0)

    assert passed == {
        f"batch {one.batch + 1:03d}": one.units * one.released
        for one in events.outcomes
    }


def test_there_is_one_row_for_a_day_batch_stage_and_person():
    rows = work_records(a_project(), export=BOXES)

    keys = {
        (row["period_start"], row["batch"], row["stage"], row["actor"]) for row in rows
    }

    assert len(keys) == len(rows)


def test_an_export_knows_nothing_of_later_work():
    events = a_project()
    noon = events.outcomes[9].at

    rows = work_records(events, export=_until(noon))

    assert 0 < len(rows) < len(work_records(events, export=BOXES))
    assert max(row["period_start"] for row in rows) <= noon.date().isoformat()


def test_acceptance_follows_release_by_its_days():
    events = a_project(acceptance_days=5)
    first = next(one for one in events.outcomes if one.released)
    name = f"batch {first.batch + 1:03d}"

    released = first.at + timedelta(seconds=1)
    before = _by_batch(events, released)
    after = _by_batch(events, released + timedelta(days=5))

    assert before[name] == {(str(first.units), "")}
    assert after[name] == {(str(first.units), str(first.units))}


def test_its_csv_is_read_without_a_refusal():
    rows = work_records(a_project(prelabel_accept=0.6), export=BOXES)

    reading = read_work(as_csv(rows).encode(), mapping=None, zone="Asia/Ho_Chi_Minh")

    assert reading.refused == ()
    assert reading.ignored_columns == ()
    assert len(reading.rows) == reading.read == len(rows)
    assert len({row.key for row in reading.rows}) == len(rows)
    assert set(rows[0]) == set(COLUMNS)


def test_what_is_not_known_is_empty_and_not_zero():
    audits = [
        row
        for row in work_records(a_project(), export=BOXES)
        if row["stage"] == "audit"
    ]

    assert {row["units_produced"] for row in audits} == {""}
    assert {row["gold_n"] for row in audits} == {""}


def test_idle_time_is_paid():
    busy, idle = a_project(idle_share=0.0), a_project(idle_share=0.5)

    assert sum(paid_hours(idle).values()) == pytest.approx(
        2 * sum(paid_hours(busy).values())
    )
    assert wages(busy) == pytest.approx(sum(paid_hours(busy).values()) * 4.2)


def test_people_of_a_named_crew_carry_its_name():
    rows = work_records(a_project(crew="boxes", batches=2), export=BOXES)

    assert {row["role"] for row in rows} <= {"annotator", "reviewer", "lead"}
    assert all(row["actor"].startswith("boxes ") for row in rows)


def _until(moment: datetime) -> Export:
    return Export(annotation_type="bounding_box", as_of=moment.astimezone(UTC))


def _by_batch(events, moment):
    found: dict[str, set] = {}
    for row in work_records(events, export=_until(moment)):
        if row["units_passed"]:
            said = (row["units_passed"], row["units_accepted"])
            found.setdefault(row["batch"], set()).add(said)
    return found


def test_a_log_of_items_tells_of_the_labels_of_a_batch_image_by_image():
    events = a_project()
    own = [one for one in events.entries if (one.stage, one.batch) == ("label", 0)]
    half = sorted(one.start for one in own)[len(own) // 2]

    log = item_log(events, export=BOXES, batch=0).encode()
    early = item_log(events, export=replace(BOXES, as_of=half), batch=0)

    reading = read_work(log, mapping=None, zone="Asia/Ho_Chi_Minh")
    assert (reading.refused, reading.read) == ((), len(own))
    values = [row.values for row in reading.rows]
    assert sum(one["units_produced"] for one in values) == sum(one.units for one in own)
    seconds = sum(one["active_seconds"] for one in values)
    assert float(seconds) == pytest.approx(0.7 * sum(one.seconds for one in own), abs=1)
    assert len(early.splitlines()) < len(own) / 2 + 2


def test_models_take_turns_and_the_last_stays():
    export = replace(BOXES, models=("first", "second"))
    turns = [export.model_of(batch) for batch in (0, 3, 4, 40)]

    assert turns == ["first", "first", "second", "second"]
    rows = work_records(a_project(), export=export)
    assert {
        (row["stage"] == "label", row["prelabel_models"] != "") for row in rows
    } == {
        (True, True),
        (False, False),
    }
