"""CVAT's event log: one answer however long, ordered, cut or written it is."""

from __future__ import annotations

import codecs
import csv
import errno
import io
import json
import subprocess
import sys
import tracemalloc
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from itertools import permutations
from random import Random
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quotes.ingest import (
    event_readings,
    event_seconds,
    event_sums,
    event_tapes,
    long_tables,
    refusals,
)
from quotes.ingest.apart import Bounds, environment
from quotes.ingest.event_seconds import Seconds
from quotes.ingest.event_stages import Course
from quotes.ingest.event_tapes import Tape, pack
from quotes.ingest.logs_apart import add_up, read_log_apart
from quotes.ingest.moments import Days, moment_of
from quotes.ingest.opened_apart import answer_to
from quotes.ingest.reading import Reading, read_work
from quotes.ingest.row_logs import read_rows, reading_of, rows_in
from quotes.ingest.tables import TableError
from quotes.ingest.work import Stated
from tests import scale
from tests.ingest.slow_events import slowly

NAMES = (
    *("scope", "obj_name", "obj_val", "source", "timestamp", "count", "job_id"),
    *("user_name", "user_email", "payload"),
)
ZONE = "Asia/Ho_Chi_Minh"
STATED = Stated(zone=ZONE, annotation_type="polygon")


def an_event(scope: str, **said: object) -> list[str]:
    """Return the cells of an event, most of them those of a usual one."""
    cells = {
        "obj_name": "",
        "obj_val": "",
        "source": "server",
        "timestamp": "2026-03-02 08:15:12.345000+00:00",
        "count": "1",
        "job_id": "310",
        "user_name": "lan.tran",
        "user_email": "",
        "payload": "{}",
    }
    return [str({"scope": scope, **cells, **said}[name]) for name in NAMES]


def timed(milliseconds: object, scope: str = "send:working_time", **said: object):
    """Return an event that carries a working time."""
    payload = json.dumps({"working_time": milliseconds})
    return an_event(scope, payload=payload, **said)


def a_log(*rows: list[str], end: str = "\n", delimiter: str = ",") -> bytes:
    """Return a CSV of a header and rows."""
    out = io.StringIO()
    csv.writer(out, lineterminator=end, delimiter=delimiter).writerows([NAMES, *rows])
    return out.getvalue().encode()


def told(reading: Reading) -> tuple[object, ...]:
    """Return all that two readings of one log must agree on."""
    return (
        list(reading.rows),
        list(reading.refused),
        reading.read,
        reading.blank,
        reading.left_out,
        reading.verdict.findings,
        reading.verdict.counted,
    )


MOMENTS = (
    # Hanoi's midnight is 17:00; half a second to it, and the second of an import.
    *("2026-03-02 08:15:12.345000+00:00", "2026-03-02 16:59:59.500+00:00"),
    *("2026-03-02 17:00:00+00:00", "2026-03-02T17:00:00Z", "2026-03-03 01:00:00.5"),
    *("2026-03-02 10:00:00.1", "2026-03-02 10:00:00.2", "2026-03-02 10:00:00.3"),
    *(
        "2026-04-01 08:00:00",
        "2026-03-02",
        "1772438400000",
        "2026-03-02T15:15:12+07:00",
    ),
    *("1999-12-31 23:59:59", "soon", "", "02.03.2026 08:00", "2026-02-30 08:00:00"),
    *("9999-12-31 23:59:59.5-05:00", "0001-01-01 00:00:00.5+00:00"),
)
TIMES = ("84210", "15790.5", '"700"', "0", "-1", "null", "NaN", '"x"', "1e30", "[1]")
PAYLOADS = (
    *("", "{}", "[]", "{", '{"working\\u005ftime": 500}', '{"a": "b\nc"}'),
    *('{"old_value": "annotation"}', '{"old_value": "validation"}'),
    *('{"function": {"id": "yolo"}}', '{"function": {"id": "sam"}}'),
    *(f'{{"working_time": {one}, "id": "6a"}}' for one in TIMES),
)
SCOPES = (
    *("send:working_time", "create:shapes", "create:tracks", "create:tags"),
    *("delete:shapes", "delete:tags", "update:job", "call:function"),
    *("change:frame", " create:shapes", "scope", ""),
)
OBJECTS = ("rectangle", "Polygon", "tag", "state", "stage", "nothing", "")
events = st.builds(
    an_event,
    scope=st.sampled_from((*SCOPES, *SCOPES[:5] * 2)),
    obj_name=st.sampled_from(OBJECTS),
    obj_val=st.sampled_from(("rejected", "validation", "annotation", "acceptance", "")),
    timestamp=st.sampled_from((*MOMENTS, *MOMENTS[:8] * 3)),
    count=st.sampled_from(("1", "3", "3", "7.0", "0", "", "x", "007", "123456789")),
    job_id=st.sampled_from(("310", "310", "311", "J", "j", "", "9" * 121, "9" * 118)),
    user_name=st.sampled_from(("lan", "lan", "ha", "Hà", "", "a\u202eb", "n" * 121)),
    user_email=st.sampled_from(("", "lan@ex.test")),
    payload=st.sampled_from((*PAYLOADS, *PAYLOADS[-len(TIMES) : -7] * 6)),
)
odd_rows = st.sampled_from(
    ([], [""], ["", " "], list(NAMES), ["create:shapes"], [*an_event("a"), "b"])
)
logs = st.lists(st.one_of(*(events for _ in range(9)), odd_rows), max_size=40)
said = st.builds(
    Stated,
    zone=st.sampled_from((ZONE, "America/St_Johns", "UTC")),
    annotation_type=st.sampled_from(("polygon", "polygon", "")),
    batch=st.sampled_from(("", "", "", "One")),
    pseudonyms=st.sampled_from(("", "", "salt")),
)


def cut(body: bytes, stated: Stated, *, run: int, read: int, block: int) -> Reading:
    """Return a log read a few bytes, and added up a few events, at a time."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(long_tables, "BLOCK", block)
        patched.setattr(
            event_tapes.Tape.__init__, "__kwdefaults__", {"run": run, "read": read}
        )
        found, sha256 = read_rows(io.BytesIO(body), stated)
    found = json.loads(json.dumps(found))
    return reading_of(found, stated=stated, sha256=sha256)


@settings(max_examples=scale.count(1000), deadline=None)
@given(logs, said, st.integers(1, 9), st.integers(1, 9), st.integers(2, 300))
def test_a_log_says_what_its_rows_say_one_by_one(rows, stated, run, read, block):
    body = a_log(*rows)

    expected = slowly(body, stated)

    assert told(rows_in(body, stated=stated)) == expected
    assert told(cut(body, stated, run=run, read=read, block=block)) == expected


def test_the_lines_of_a_log_in_any_order_are_the_same_records():
    chance = Random(11)
    rows = [
        timed(
            1000 * number,
            job_id=str(number % 3),
            timestamp=f"2026-03-0{1 + number % 9} 08:{number:02}:00",
            user_name=("lan", "ha")[number % 2],
        )
        for number in range(60)
    ]
    rows += [
        an_event(
            ("create:shapes", "delete:shapes")[number % 3 == 0],
            obj_name="rectangle",
            count=number % 5,
            job_id=str(number % 4),
            timestamp=f"2026-03-0{1 + number % 9} 09:{number:02}:00",
        )
        for number in range(60)
    ]
    whole = rows_in(a_log(*rows), stated=STATED)

    for size in (1, 7, 1000):
        chance.shuffle(rows)
        again = cut(a_log(*rows), STATED, run=size, read=3, block=64)
        assert again.content_digest == whole.content_digest
        assert {*again.verdict.findings} == {*whole.verdict.findings}


def test_bytes_of_another_container_say_the_same():
    rows = [
        timed(84210),
        an_event("create:shapes", obj_name="rectangle", count=3),
        an_event("change:frame", payload='{"a": "two\nlines"}'),
        timed(500, user_name="Hà"),
    ]
    plain = told(rows_in(a_log(*rows), stated=STATED))
    text = a_log(*rows).decode()

    for other in (
        codecs.BOM_UTF8 + text.encode(),
        a_log(*rows, end="\r\n"),
        text.encode("utf-16"),
    ):
        assert told(read_work(other, mapping=None, zone=ZONE, stated=STATED)) == plain
    bars = a_log(*rows, delimiter=";")
    found = read_work(bars, mapping=None, zone=ZONE, stated=STATED)
    assert told(found) == plain
    assert found.findings == ("Cells are separated by a semicolon.",)
    with pytest.raises(TableError, match="NUL"):
        rows_in(a_log(*rows, timed(1, user_name="\0")), stated=STATED)


def test_a_list_of_objects_is_read_as_its_table_is():
    rows = [timed(84210), an_event("create:shapes", obj_name="polygon", count=3)]
    objects = [dict(zip(NAMES, row, strict=True)) for row in rows]

    found = read_work(
        json.dumps(objects).encode(), mapping=None, zone=ZONE, stated=STATED
    )

    (row,) = found.rows
    assert (row.sources, row.values["units_produced"]) == ((1, 2), 3)
    assert row.values["active_seconds"] == Decimal("84.210")
    # The same rows as a CSV add nothing to it.
    assert found.content_digest == rows_in(a_log(*rows), stated=STATED).content_digest


def test_events_of_an_import_have_no_day_wherever_they_stand():
    # Ten of one second, 4 + 6 in two jobs far apart, are an import; nine are work.
    late = "2026-03-05 09:00:00.{}00"
    rows = [
        timed(1000, job_id=str(310 + number % 2), timestamp=late.format(number))
        for number in range(9)
    ]
    nine = rows_in(a_log(*rows), stated=STATED)
    rows.append(an_event("create:tags", job_id="9", timestamp="2026-03-05 09:00:00.9"))

    ten = cut(a_log(*rows), STATED, run=2, read=2, block=99)

    assert {"period_start" in row.values for row in nine.rows} == {True}
    assert {"period_start" in row.values for row in ten.rows} == {False}
    finding = next(one for one in ten.verdict.findings if one.code == "one_instant")
    assert finding.rows == 10


def test_who_deletes_takes_off_their_own_objects_first_whatever_the_order():
    made = [
        an_event("create:shapes", obj_name="polygon", count=5, user_name="lan"),
        an_event("create:shapes", obj_name="polygon", count=5, user_name="ha"),
        an_event("delete:shapes", obj_name="polygon", count=7, user_name="lan"),
    ]
    for number, row in enumerate(made):
        row[NAMES.index("timestamp")] = f"2026-03-02 08:00:0{number}"

    for order in permutations(made):
        found = cut(a_log(*order), STATED, run=1, read=2, block=50)
        # Lan's own 5 go and 2 of Ha's, although Ha's were made later.
        left = {row.values["actor"]: row.values["units_produced"] for row in found.rows}
        assert left == {"lan": 0, "ha": 3}


def test_a_stage_begins_with_the_very_moment_of_its_change():
    def at(second: int) -> str:
        return f"2026-03-02 08:00:0{second}"

    rows = [timed(1000, timestamp=at(number)) for number in range(7)]
    rows += [
        an_event("update:job", obj_name="stage", obj_val=value, timestamp=at(second))
        for second, value in ((2, "validation"), (4, "annotation"))
    ]
    rejected = an_event("update:job", obj_val="rejected", timestamp=at(5))

    found = rows_in(a_log(*rows, rejected), stated=STATED)

    # 0 and 1, 2 and 3; 4 is labelled again, 5 and 6 after it was sent back.
    assert {row.values["stage"]: row.many for row in found.rows} == {
        "label": 3,
        "review": 2,
        "rework": 2,
    }


def test_the_clients_times_do_not_count_beside_those_of_the_server():
    # The job and the person are known when the first time of the server comes.
    rows = [
        an_event("create:tags"),
        timed(7000, scope="change:frame"),
        timed(4000),
    ]

    found = rows_in(a_log(*rows), stated=STATED)
    alone = rows_in(a_log(*rows[:2]), stated=STATED)

    assert found.rows[0].values["active_seconds"] == 4
    clocks = next(one for one in found.verdict.findings if one.code == "two_clocks")
    assert (clocks.rows, clocks.effect) == (1, Decimal("1.7500"))  # 7 of 4 s
    assert alone.rows[0].values["active_seconds"] == 7


def test_a_day_of_more_than_a_day_is_said():
    long = timed(50_000_000, timestamp="2026-03-02 08:00:00")

    found = rows_in(a_log(long, long, timed(1000, job_id="1")), stated=STATED)

    above = next(one for one in found.verdict.findings if one.code == "above_elapsed")
    # 100,001 s on one day, 13,601 more than it has: 13.6 per cent of all.
    assert (above.rows, above.effect) == (1, Decimal("-0.1360"))


def test_a_time_that_no_clock_ran_is_refused_and_the_rest_is_read():
    wrong = ("1e12", "Infinity", "-Infinity", "NaN", '"1 h"', "[]", "-1")
    rows = [
        an_event("send:working_time", payload=f'{{"working_time": {one}}}')
        for one in wrong
    ]
    deep = "[" * 100_000
    rows.append(an_event("send:working_time", payload=deep))

    found = rows_in(a_log(*rows, timed("700.5")), stated=STATED)

    assert [(one.row, one.code) for one in found.refused] == [
        (2, "too_large"),
        (3, "invalid_number"),
        (4, "invalid_number"),
        (5, "invalid_number"),
        (6, "invalid_number"),
        (7, "invalid_number"),
        (8, "negative"),
    ]
    # What is nested too deep to be read says nothing of time.
    assert found.left_out == 1
    assert found.rows[0].values["active_seconds"] == Decimal("0.701")


def test_a_model_whose_name_is_none_is_refused_by_itself_and_the_rest_is_read():
    rows = [
        an_event("call:function", payload=json.dumps({"function": {"id": name}}))
        for name in ("x" * 200, "\ud800", "yolo")
    ]

    found = rows_in(a_log(*rows, timed(1000)), stated=STATED)

    assert [(one.row, one.code, one.message) for one in found.refused] == [
        (
            2,
            "max_length",
            "payload names a model whose name is longer than 120 characters.",
        ),
        (
            3,
            "control_char",
            "payload names a model whose name holds control characters. Remove them.",
        ),
    ]
    assert found.rows[0].values["prelabel_models"] == [["yolo", None]]


def test_what_no_figure_can_be_of_is_refused_as_a_whole(monkeypatch):
    def odd(*_):
        raise ValueError("A moment that is possible is refused.")

    monkeypatch.setattr(event_readings, "Sums", odd)

    with pytest.raises(TableError) as caught:
        rows_in(a_log(timed(1000)), stated=STATED)

    assert caught.value.code == "misshapen"


def test_of_many_events_the_first_row_of_a_record_is_named(monkeypatch):
    monkeypatch.setattr(event_sums, "MOST_NAMED", 2)
    rows = [timed(1000, user_name="n" * 120, job_id="9" * 117)] * 3
    found = rows_in(a_log(*rows), stated=STATED)

    # "job " and 117 digits are more than the ledger keeps of a batch.
    (refusal,) = found.refused
    assert (refusal.row, refusal.code, refusal.beside) == (2, "max_length", 2)
    good = rows_in(a_log(*[timed(1000)] * 3), stated=STATED)
    assert (good.rows[0].sources, good.rows[0].beside) == ((2,), 2)


def test_the_first_refused_rows_are_named_and_all_are_counted(monkeypatch):
    monkeypatch.setattr(refusals, "MOST_REFUSED_KEPT", 3)
    monkeypatch.setattr(event_sums, "MOST_REFUSED_KEPT", 3)
    wrong = timed(1, timestamp="1999-01-01 00:00:00")
    rows = [timed(-1), *[wrong] * 9, timed(2)]

    found = cut(a_log(*rows), STATED, run=2, read=2, block=90)

    assert [(one.row, one.beside) for one in found.refused] == [(2, 0), (3, 0), (4, 7)]
    assert "Below it 7 more rows are refused." in found.refused[-1].message
    assert found.read == 11 == 10 + sum(row.many for row in found.rows)


def test_runs_on_the_disk_come_back_as_one_order():
    chance = Random(3)
    events = [
        (row, chance.randrange(4), 1, chance.randrange(3), 0, chance.randrange(2), 0)
        for row in range(200)
    ]
    expected = sorted(events, key=lambda one: (one[3], one[5], one[1], one[0]))

    for run, read in ((1, 1), (7, 3), (64, 1000), (1000, 5)):
        with Tape(run=run, read=read) as tape:
            for event in events:
                tape.add(pack(*event))
            tape.close()
            found = [tuple(one) for block in tape.ordered() for one in block.tolist()]
            there = [tuple(one) for block in tape.blocks() for one in block.tolist()]
        assert found == expected
        assert sorted(there) == events


@pytest.mark.parametrize(
    "zone", ["Asia/Kathmandu", "Australia/Lord_Howe", "Asia/Pyongyang"]
)
def test_a_day_at_the_site_is_that_of_its_clocks(zone):
    chance = Random(1)
    moments = [
        chance.randrange(946684800, 2_000_000_000) * 1_000_000 for _ in range(500)
    ]

    found = Days(zone).of(np.array(moments, np.int64)).tolist()

    assert found == [
        moment_of(one).astimezone(ZoneInfo(zone)).date().toordinal() for one in moments
    ]


def test_a_child_adds_up_what_we_would(tmp_path):
    path = tmp_path / "log.csv"
    path.write_bytes(a_log(timed(84210), timed("x"), an_event("create:tags", count=2)))
    stated = Stated(zone=ZONE, annotation_type="polygon", pseudonyms="salt")

    with path.open("rb") as opened:
        opened.read(10)
        found = read_log_apart(opened, stated=stated)

    assert found == read_work(path.read_bytes(), mapping=None, zone=ZONE, stated=stated)
    assert found.rows[0].values["actor"].startswith("p_")


SLOWLY = """
import sys
from quotes.ingest.apart import Bounds, environment
from quotes.ingest.content import open_content
Bounds(memory_bytes=int(sys.argv[1])).keep()
print(len(open_content(open(sys.argv[2], "rb").read()).lines))
"""


def test_memory_does_not_grow_with_the_log(tmp_path):
    path, few = tmp_path / "log.csv", 200_000_000
    seen = an_event("change:frame", payload=json.dumps({"from": "x" * 200}))
    rows = [timed(1000), an_event("create:tags"), *[seen] * 3]
    with path.open("wb") as opened:
        opened.write(a_log(*rows * 24_000))
    slow = [sys.executable, "-c", SLOWLY]

    with path.open("rb") as opened:
        bounds = Bounds(memory_bytes=few)
        found = read_log_apart(opened, stated=STATED, bounds=bounds)
    held = subprocess.run([*slow, f"{few}", path], capture_output=True, check=False)

    assert (found.read, found.left_out) == (120_000, 72_000)
    (row,) = found.rows
    assert row.values["active_seconds"] == 24_000
    # All rows in memory do not fit where they were added up.
    assert held.returncode
    assert b"MemoryError" in held.stderr


def test_a_record_of_the_first_day_of_the_calendar_is_refused_where_it_is_no_day():
    body = (
        b"batch,stage,annotation_type,clock,period_start\n"
        b"a,label,polygon,label,0001-01-01T00:00:00Z\n"
    )

    found = read_work(body, mapping=None, zone="America/New_York")

    assert [(one.row, one.code) for one in found.refused] == [(2, "date_out_of_window")]


@pytest.mark.parametrize("latest", [None, datetime(2026, 3, 5, tzinfo=UTC)])
def test_a_moment_at_an_end_of_the_calendar_is_refused_and_the_rest_is_read(latest):
    moments = (
        # Half a second more or an offset less, and there is no such moment.
        *("9999-12-31 23:59:59.5-05:00", "0001-01-01 00:00:00.5+05:00"),
        # New York has no day before the first, Hanoi none after the last.
        *("0001-01-01 00:00:00.5+00:00", "9999-12-31 23:59:59.5+00:00"),
    )
    rows = [timed(1000, timestamp=one) for one in moments]

    for zone in ("America/New_York", ZONE):
        stated = Stated(zone=zone, annotation_type="polygon", latest=latest)
        found = rows_in(a_log(*rows, timed(1000)), stated=stated)

        assert [(one.row, one.code) for one in found.refused] == [
            (2, "invalid_date"),
            (3, "invalid_date"),
            (4, "date_out_of_window"),
            (5, "date_out_of_window"),
        ]
        assert [row.sources for row in found.rows] == [(6,)]


def test_days_without_end_take_the_memory_of_their_events():
    # 1,000 days, of which a count for each of their seconds would be 86 MB.
    seconds = np.arange(1_000) * 86_400
    kept = Seconds()

    tracemalloc.start()
    kept.add(seconds)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert most < 5_000_000
    assert not kept.are_many(seconds).any()


def test_seconds_of_few_events_and_of_many_are_counted_alike(monkeypatch):
    chance = np.random.default_rng(2)
    parts = [chance.integers(0, 12, 40) * 40_000 for _ in range(4)]
    counts = Counter(np.concatenate(parts).tolist())
    expected = [counts[one] >= 10 for one in parts[0].tolist()]
    assert set(expected) == {True, False}

    for few in (0, 5, 60, 1_000):
        monkeypatch.setattr(event_seconds, "FEW", few)
        kept = Seconds()
        for part in parts:
            kept.add(part)
        assert kept.are_many(parts[0]).tolist() == expected


def test_the_changes_of_a_job_are_put_in_order_once_however_it_is_cut(monkeypatch):
    made = []

    class Counted(Course):
        def __init__(self, job):
            made.append(len(job.stages))
            super().__init__(job)

    monkeypatch.setattr(event_sums, "Course", Counted)
    rows = [
        an_event("update:job", obj_name="stage", obj_val="validation", job_id=job)
        for job in ("310", "311")
        for _ in range(9)
    ]
    rows += [timed(1000, job_id=job) for job in ("310", "311") for _ in range(30)]

    found = cut(a_log(*rows), STATED, run=4, read=4, block=500)

    assert [row.values["stage"] for row in found.rows] == ["review", "review"]
    assert made == [0, 9, 9]


def test_a_disk_without_room_is_named_and_no_time_or_memory(monkeypatch):
    class Full(io.BytesIO):
        def write(self, _):
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(event_tapes, "TemporaryFile", Full)
    monkeypatch.setattr(
        event_tapes.Tape.__init__, "__kwdefaults__", {"run": 1, "read": 1}
    )

    said = answer_to(add_up, io.BytesIO(a_log(timed(1000))), STATED)

    assert (said["kind"], said["code"]) == ("table", "too_heavy")
    assert "The disk of this server is full" in said["message"]


def test_what_counts_of_a_log_lies_where_the_operator_has_room(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", f"{tmp_path}")
    assert environment()["TMPDIR"] == f"{tmp_path}"

    monkeypatch.delenv("TMPDIR")
    assert "TMPDIR" not in environment()
