"""Each export is recognised from its content, and comes to what a hand adds up.

The files in golden/ were made for this test from the documented shapes; their totals
were added up by hand and stand here.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest

from quotes.ingest.content import open_content
from quotes.ingest.readers import READERS, reader_named
from quotes.ingest.reading import MappingError, read_work
from quotes.ingest.tables import TableError
from quotes.ingest.work import Stated

GOLDEN = Path(__file__).parent / "golden"
SAID = ("clock", "no_work")


def stated(**changes):
    fields: dict[str, Any] = {
        "zone": "UTC",
        "annotation_type": "bounding_box",
        "minutes": True,
    }
    return Stated(**(fields | changes))


def read(body, **changes):
    if isinstance(body, str):
        body = body.encode()
    return read_work(body, mapping=None, zone="UTC", stated=stated(**changes))


def total(reading, name):
    found = [row.values[name] for row in reading.rows if name in row.values]
    return sum(found) if found else None


def codes(reading):
    return [one.code for one in reading.verdict.findings if one.code not in SAID]


@dataclass(frozen=True)
class Sum:
    rows: int
    seconds: str | None
    units: int | None
    items: int | None
    left_out: int = 0
    codes: tuple[str, ...] = ()
    further: dict[str, int] = field(default_factory=dict)


WORK = {
    # 84.21 label + 15.79 review + 10 rework; 37 - 2 boxes and 3 tracks
    "cvat_events.csv": Sum(10, "110", 38, None, 5),
    "cvat_quality.json": Sum(
        1,
        None,
        None,
        None,
        codes=("score",),
        further={"gold_n": 300, "gold_correct": 294},
    ),
    "cvat_quality_list.json": Sum(
        3,
        *(None, None, None, 2),
        ("aggregate_rows", "zero_score", "score"),
        {"gold_n": 200, "gold_correct": 196},
    ),
    "cvat_jobs.json": Sum(4, None, None, 200, 2),  # 120 + 80
    # 3600 + 600.5 + 120; 100 - 4
    "cvat_analytics.csv": Sum(3, "4320.5", 96, None, codes=("unallocated",)),
    # 41.28 + 5.5 + 3.22 skipped, without the 8.72 of the ground truth
    "label_studio.json": Sum(
        4,
        *("50", 3, 3, 1),
        ("ground_truth",),
        {"items_skipped": 1, "prelabel_units": 2, "prelabel_accepted": 1},
    ),
    "label_studio.csv": Sum(2, "50", 3, 2),
    # 7200 + 5400.5, without their total; 120 + 4 and 80 + 0
    "label_studio_members.csv": Sum(
        3, "12600.5", None, 204, 1, ("totals_row",), {"items_skipped": 4}
    ),
    "mturk.csv": Sum(
        4, "195", 3, 3, 1, further={"units_passed": 2, "units_rejected": 1}
    ),  # 90 + 60 + 45
    "zooniverse.csv": Sum(2, "130.25", 3, 2),  # 120.25 + 10
    "crowdflower.csv": Sum(2, "42", 2, 2, further={"units_rejected": 1}),  # 12 + 30
    "trials.csv": Sum(3, "1", 2, 3, codes=("no_time",)),  # 0.7415 + 0.2585
    "click_tasks.json": Sum(2, "4.5", 2, 3, codes=("no_time",)),
    "click_jobs.json": Sum(1, "9.078", 2, 1),
    "labelbox.ndjson": Sum(
        2, "70", 2, 2, further={"review_seconds": 12, "items_skipped": 1}
    ),  # 61 + 9
    "labelbox_v1.csv": Sum(2, "100", None, 2, further={"review_seconds": 17}),
    "v7.csv": Sum(3, "9000", 900, 240, 1),  # 7200 + 1800
    "roboflow.json": Sum(2, None, 1000, 200),
    "roboflow_minutes.csv": Sum(1, "5430", 640, 120),  # 90.5 min
    "encord_time.json": Sum(2, "6000", None, None),
    "encord_timers.csv": Sum(2, "145.25", None, None),
    "encord_actions.json": Sum(3, None, None, 2, 1),
    "kili.json": Sum(4, "64", 5, 2, 1),  # 40 + 15 over two versions, 9 of review
    # 100 + 30 by status, 44.5 of a task without, and not the 130 again
    "diffgram.csv": Sum(4, "174.5", None, None, 1, ("aggregate_rows",)),
    "superannotate.csv": Sum(3, None, 3, 2, further={"prelabel_units": 1}),
    "timed_images.csv": Sum(2, "557", None, 3),  # 7:08, 0:40 and 1:29 minutes
    "method_totals.csv": Sum(2, "5220", 105, None),  # 63 and 24 minutes
    "canonical.csv": Sum(2, "9100.5", 750, 150),
    "canonical.json": Sum(2, "9100.5", 750, 150),
}
PAID = {
    # 7.5 + 1.25 hours and 8:00
    "timesheet.csv": ("paid_seconds", Decimal(60300), 3, 1),
    # 9:30 less an hour, and 22:00 to 6:00 less half an hour
    "attendance.csv": ("paid_seconds", Decimal(57600), 2, 0),
    "payroll.csv": ("amount", Decimal(27750000), 2, 0),
}


@pytest.mark.parametrize("name", WORK)
def test_a_golden_file_comes_to_what_a_hand_adds_up(name):
    reading = read((GOLDEN / name).read_bytes())

    wanted = WORK[name]
    assert reading.refused == ()
    assert (reading.read, reading.left_out) == (wanted.rows, wanted.left_out)
    assert total(reading, "active_seconds") == (
        None if wanted.seconds is None else Decimal(wanted.seconds)
    )
    assert total(reading, "units_produced") == wanted.units
    assert total(reading, "items") == wanted.items
    assert tuple(codes(reading)) == wanted.codes
    for field_name, amount in wanted.further.items():
        assert total(reading, field_name) == amount


@pytest.mark.parametrize("name", PAID)
def test_paid_time_is_read_and_is_no_work(name):
    reading = read((GOLDEN / name).read_bytes())

    column, amount, rows, left_out = PAID[name]
    assert (reading.kind, reading.rows, reading.refused) == ("paid", (), ())
    assert sum(one.values[column] for one in reading.pieces) == amount
    assert (reading.read, reading.left_out) == (rows, left_out)


def test_every_golden_file_has_its_totals_and_every_reader_its_file():
    assert {path.name for path in GOLDEN.iterdir()} == set(WORK) | set(PAID)
    known = {
        reader.key
        for path in GOLDEN.iterdir()
        for reader in READERS
        if reader.recognises(open_content(path.read_bytes()))
    }
    assert known == {reader.key for reader in READERS}


@pytest.mark.parametrize("path", sorted(GOLDEN.iterdir()), ids=lambda path: path.name)
def test_a_file_is_known_by_one_reader_alone(path):
    content = open_content(path.read_bytes())

    keys = [one.key for one in READERS if one.recognises(content)]

    assert keys == ([] if path.stem == "canonical" else keys[:1])
    assert len(keys) <= 1
    assert all(reader_named(key) for key in keys)


@pytest.mark.parametrize("name", sorted(name for name in WORK if name.endswith(".csv")))
def test_columns_are_found_by_name_and_unknown_ones_do_no_harm(name):
    text = (GOLDEN / name).read_text()
    rows = list(csv.reader(io.StringIO(text)))
    order = list(range(len(rows[0])))
    if name != "timed_images.csv":
        Random(7).shuffle(order)
    turned = io.StringIO()
    writer = csv.writer(turned, lineterminator="\r\n")
    for number, row in enumerate(rows):
        extra = [] if name == "timed_images.csv" else [f"new {number}"]
        writer.writerow([row[place] for place in order] + extra)

    one, other = read(text), read(turned.getvalue())

    assert other.reader == one.reader
    assert other.content_digest == one.content_digest
    assert codes(other) == codes(one)


@pytest.mark.parametrize("name", [*WORK, *PAID])
def test_rows_read_are_conserved(name):
    reading = read((GOLDEN / name).read_bytes())

    taken = sum(len(row.sources) for row in reading.rows)
    paid = len({one.row for one in reading.pieces}) if name in PAID else 0
    assert reading.read == (
        taken + paid + len(reading.refused) + reading.left_out + reading.blank
    )


def test_the_order_of_the_rows_of_a_log_changes_nothing():
    header, *rows = (GOLDEN / "cvat_events.csv").read_text().splitlines()
    Random(3).shuffle(rows)

    turned = read("\n".join([header, *rows]))

    assert (
        turned.content_digest
        == read((GOLDEN / "cvat_events.csv").read_bytes()).content_digest
    )


def test_work_in_a_job_follows_its_stage_and_what_was_sent_back_is_rework():
    reading = read((GOLDEN / "cvat_events.csv").read_bytes())

    found = {
        (row.values["stage"], row.values["actor"]): row.values["active_seconds"]
        for row in reading.rows
        if "active_seconds" in row.values
    }
    assert found[("label", "lan.tran")] == Decimal("84.210")
    assert found[("review", "qa.ha")] == Decimal("15.790")
    assert found[("rework", "lan.tran")] == Decimal("10.000")


def test_what_was_deleted_goes_off_what_was_made_last_and_never_below_nothing():
    text = (GOLDEN / "cvat_events.csv").read_text().replace(",2,0,7,41", ",50,0,7,41")

    reading = read(text)

    assert total(reading, "units_produced") == 3
    reasons = [one.what for one in reading.verdict.findings]
    assert any("made before this file begins" in what for what in reasons)


def test_the_time_of_older_clients_counts_where_the_server_writes_none():
    text = (GOLDEN / "cvat_events.csv").read_text()
    older = text.replace("send:working_time,", "send:exception,")

    assert total(read(older), "active_seconds") == Decimal(110)


# --- traps: each raises exactly its finding


def events(rows):
    header = (GOLDEN / "cvat_events.csv").read_text().splitlines()[0]
    return "\n".join([header, *rows])


def working(scope, at, milliseconds, job="310"):
    payload = json.dumps({"working_time": milliseconds}).replace('"', '""')
    return f'{scope},,,,x,{at},1,0,7,41,{job},19,lan,,3,a,"{payload}",'


def judgements(rows):
    head = "_unit_id,_created_at,_id,_started_at,_tainted,_trust,_worker_id"
    return "\n".join([head, *rows])


def imported(count):
    task = json.loads((GOLDEN / "label_studio.json").read_text())[1]
    tasks = []
    for number in range(count):
        made = dict(task["annotations"][0], id=number, lead_time=5 + number)
        tasks.append(dict(task, id=number, annotations=[made]))
    return tasks


def spread(tasks):
    for number, task in enumerate(tasks):
        task["annotations"][0]["created_at"] = f"2026-03-02T10:{number:02}:00Z"
    return tasks


def idle():
    tasks = spread(imported(12))
    tasks[3]["annotations"][0]["lead_time"] = 65146
    return json.dumps(tasks)


def zero():
    tasks = spread(imported(3))
    made = tasks[0]["annotations"][0]
    made["lead_time"] = 0
    made["result"] = [{"id": "x", "type": "rectanglelabels", "value": {}}]
    return json.dumps(tasks)


TRAPS = {
    "two_clocks": events(
        [
            working("send:working_time", "2026-03-02 08:00:00+00:00", 60000),
            working("send:exception", "2026-03-02 08:00:01+00:00", 60000),
        ]
    ),
    "unallocated": events(
        [
            working("send:working_time", "2026-03-02 08:00:00+00:00", 60000),
            working("send:working_time", "2026-03-02 09:00:00+00:00", 20000, job=""),
        ]
    ),
    "window": events(
        [
            working("send:working_time", "2026-03-01 08:00:00+00:00", 60000),
            working("send:working_time", "2026-03-30 20:00:00+00:00", 60000),
        ]
    ),
    "page_rows": judgements(
        [
            "1,8/15/2026 09:40:20,1,8/15/2026 09:40:08,false,1,w",
            "2,8/15/2026 09:40:20,2,8/15/2026 09:40:08,false,1,w",
        ]
    ),
    "duplicate_row": judgements(
        [
            "1,8/15/2026 09:40:20,1,8/15/2026 09:40:08,false,1,w",
            "1,8/15/2026 09:40:20,1,8/15/2026 09:40:08,false,1,w",
        ]
    ),
    "above_elapsed": (
        "HITId,AssignmentId,WorkerId,AcceptTime,SubmitTime,WorkTimeInSeconds\n"
        "H1,A1,W1,2026-03-02T08:00:00Z,2026-03-02T08:01:00Z,90\n"
    ),
    "one_instant": json.dumps(imported(10)),
    "idle": idle(),
    "zero_time": zero(),
    "no_time": json.dumps(
        [
            dict(task, annotations=[dict(task["annotations"][0], lead_time=lead)])
            for task, lead in zip(spread(imported(2)), (None, 7), strict=True)
        ]
    ),
}


@pytest.mark.parametrize("code", TRAPS)
def test_a_trap_raises_exactly_its_finding(code):
    reading = read(TRAPS[code])

    found = [one for one in reading.verdict.findings if one.code not in SAID]
    allowed = {code, "no_time"} if code == "zero_time" else {code}
    assert {one.code for one in found} == allowed
    assert reading.verdict.level != "good"


def test_the_time_of_a_page_counts_once():
    assert total(read(TRAPS["page_rows"]), "active_seconds") == 12
    assert total(read(TRAPS["two_clocks"]), "active_seconds") == 60


def test_days_of_an_import_are_not_believed():
    row = read(TRAPS["one_instant"]).rows[0]

    assert "period_start" not in row.values
    assert row.values["items"] == 10


def a_report(number, day, *, job=310, valid=196, who="lan.tran"):
    """Return a row of CVAT's list of quality reports."""
    (report,) = (
        one
        for one in json.loads((GOLDEN / "cvat_quality_list.json").read_text())[
            "results"
        ]
        if one["job_id"] == 310
    )
    return report | {
        "id": number,
        "job_id": job,
        "created_date": f"2026-03-{day:02}T09:10:00Z",
        "assignee": {"id": 1, "username": who},
        "summary": report["summary"] | {"valid_count": valid},
    }


def test_a_second_report_of_a_job_comes_in_the_place_of_the_first():
    reports = [a_report(2, 9, valid=190), a_report(1, 5), a_report(3, 6, job=311)]

    reading = read(json.dumps({"results": reports}))

    assert (total(reading, "gold_n"), total(reading, "gold_correct")) == (400, 386)
    assert "earlier_report" in codes(reading)
    assert (reading.read, reading.left_out) == (3, 1)


def test_a_later_list_of_jobs_restates_the_jobs_of_an_earlier_one():
    text = (GOLDEN / "cvat_jobs.json").read_text()
    later = text.replace("2026-03-0", "2026-03-1").replace("lan.tran", "minh.pham")
    assert later != text

    keys = [{row.key for row in read(one).rows} for one in (text, later)]

    assert keys[0] == keys[1]
    assert len(keys[0]) == 2


def test_an_idle_tab_counts_as_written_until_a_cap_is_stated():
    # 5 + 6 + 7 + 9 + ... + 16 s of eleven items, and one of 65,146 s
    assert total(read(TRAPS["idle"]), "active_seconds") == 118 + 65146
    capped = read(TRAPS["idle"], cap_seconds=Decimal(60))
    assert total(capped, "active_seconds") == 118 + 60


# --- what is refused


@pytest.mark.parametrize(
    ("name", "old", "new", "code"),
    [
        ("v7.csv", ",7200,", ",-5,", "negative"),
        ("v7.csv", ",7200,", ',"7,200",', "invalid_number"),
        ("v7.csv", "2026-03-02", "02/03/2026", "ambiguous_date"),
        ("v7.csv", "2026-03-02", "2026-02-30", "invalid_date"),
        ("v7.csv", "2026-03-02", "1970-01-01", "date_out_of_window"),
        ("v7.csv", ",900,", ",nine,", "invalid_number"),
        ("mturk.csv", "PST", "XST", "unknown_zone"),
        ("mturk.csv", "Mar 02 08:00", "Foo 02 08:00", "unknown_zone"),
        ("zooniverse.csv", "08:22:00.750Z", "08:19:00.750Z", "ends_before_start"),
        (
            "crowdflower.csv",
            "8/15/2026 09:40:08",
            "13/15/2026 09:40:08",
            "invalid_date",
        ),
        ("method_totals.csv", ",63.0,", ",630.0,", "unit_mismatch"),
        ("timesheet.csv", "7.5", "25", "more_than_whole"),
        ("timesheet.csv", "Lan Tran", "", "required"),
        ("attendance.csv", "17:30", "soon", "invalid_time"),
        ("attendance.csv", ",60\n", ",600\n", "more_than_whole"),
        ("payroll.csv", "14500000", '"14,500,000"', "invalid_number"),
        ("payroll.csv", "2026-03,Lan", "March,Lan", "invalid_date"),
        ("cvat_events.csv", "2026-03-02 08:15", "soon 08:15", "invalid_date"),
        (
            "cvat_quality.json",
            '"valid_count":294',
            '"valid_count":301',
            "more_than_whole",
        ),
    ],
)
def test_a_bad_cell_refuses_its_row_under_its_code(name, old, new, code):
    text = (GOLDEN / name).read_text()
    assert old in text

    reading = read(text.replace(old, new))

    assert code in {one.code for one in reading.refused}
    assert all(one.message for one in reading.refused)


def test_a_type_that_nobody_states_is_asked_for():
    reading = read((GOLDEN / "v7.csv").read_bytes(), annotation_type="")

    assert {one.code for one in reading.refused} == {"type_not_stated"}


def test_minutes_and_seconds_of_a_spreadsheet_are_not_guessed():
    reading = read((GOLDEN / "timed_images.csv").read_bytes(), minutes=False)

    assert {one.code for one in reading.refused} == {"ambiguous_number"}
    assert "25,680 seconds" in reading.refused[0].message


def test_people_get_other_names_where_that_is_asked():
    reading = read((GOLDEN / "v7.csv").read_bytes(), pseudonyms="salt")

    names = {row.values["actor"] for row in reading.rows}
    assert len(names) == 2
    assert all(name.startswith("p_") for name in names)


def test_a_header_in_the_middle_and_a_note_at_the_end_are_refused_alone():
    lines = (GOLDEN / "v7.csv").read_text().splitlines()
    text = "\n".join([*lines[:2], lines[0], *lines[2:], "Note: seconds"])

    reading = read(text)

    assert [one.code for one in reading.refused] == ["header_repeated", "ragged_row"]
    assert total(reading, "active_seconds") == 9000


def test_an_unknown_table_is_answered_with_its_columns():
    with pytest.raises(MappingError, match="Its columns are lot, things"):
        read("lot,things\n1,2\n")
    with pytest.raises(MappingError, match="No reader knows this document"):
        read('{"a": {"b": 1}}')


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{not json", "bad_json"),
        ('{"a": 1}\n{"b": NaN}\n', "bad_json"),
        ("[" * 5000 + "]" * 5000, "too_deep"),
        ("<html><table></table></html>", "content_mismatch"),
        (b"\xd0\xcf\x11\xe0 old", "unsupported_type"),
        (b"PK\x03\x04 broken", "bad_container"),
        ('<annotations><image><box label="a"/></image></annotations>', "no_work"),
        ("<annotation><object></object></annotation>", "no_work"),
        ("0 0.5 0.5 0.1 0.1\n", "no_work"),
        ('{"images": [], "annotations": [{}]}', "no_work"),
    ],
)
def test_what_holds_no_work_is_refused_under_its_code(text, code):
    with pytest.raises(TableError) as refused:
        read(text)

    assert refused.value.code == code
