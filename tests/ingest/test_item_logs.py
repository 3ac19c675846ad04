"""Logs with a row for each item: one answer however they are cut, ordered, written."""

from __future__ import annotations

import codecs
import csv
import io
import pickle
from collections import defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import reduce
from itertools import pairwise
from math import log
from random import Random
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quotes.ingest import item_logs, item_sums, item_texts
from quotes.ingest.item_cells import Cells
from quotes.ingest.item_logs import Log, read_log
from quotes.ingest.item_parts import gathered_by, gathered_here, read_in_parts
from quotes.ingest.item_readings import LOG, reading_of
from quotes.ingest.item_sums import Rolled, merged
from quotes.ingest.item_totals import added_up
from quotes.ingest.items_apart import read_items_apart
from quotes.ingest.reading import MappingError, read_work
from quotes.ingest.tables import TableError
from quotes.ingest.work import Stated
from tests import scale
from tests.ingest.test_mutations import mutated

NAMES = (
    *("item", "batch", "stage", "annotation_type", "clock", "actor"),
    *("finished_at", "units_produced", "units_passed", "active_seconds"),
)
HEADER = ",".join(NAMES)
ZONE = "Asia/Ho_Chi_Minh"
STATED = Stated(zone=ZONE)


def a_row(**said: object) -> list[str]:
    """Return the cells of a good row of an item, some of them others."""
    cells = {
        "item": "a.jpg",
        "batch": "b1",
        "stage": "label",
        "annotation_type": "bounding_box",
        "clock": "label",
        "actor": "Lan",
        "finished_at": "2026-03-02T08:30:00Z",
        "units_produced": "5",
        "units_passed": "",
        "active_seconds": "41.280",
    }
    return [str({**cells, **said}[name]) for name in NAMES]


def a_log(*rows: list[str], quoting: Literal[0, 1] = csv.QUOTE_MINIMAL) -> bytes:
    """Return a CSV of a header and rows."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n", quoting=quoting).writerows([NAMES, *rows])
    return out.getvalue().encode()


def rolled(body: bytes, stated: Stated = STATED) -> Rolled:
    """Return a log as it is added up in one go."""
    return read_log(io.BytesIO(body), stated)[0].rolled


def told(found: Rolled) -> object:
    """Return all that two ways of reading one log must agree on."""
    reading = reading_of(found, stated=STATED, sha256="")
    rows = sorted(
        (sorted((name, str(one)) for name, one in row.values.items()), row.many)
        for row in reading.rows
    )
    times = sorted(repr(row.times) for row in reading.rows)
    return (
        *(rows, times, reading.read, reading.blank),
        *(found.refused_rows, found.zeros, found.spread, found.within),
        sorted(one.code for _, one in found.refused),
    )


def test_two_people_and_two_days_are_three_records_of_whole_sums():
    body = a_log(
        a_row(active_seconds="2"),
        a_row(active_seconds="8.5", units_produced="7"),
        a_row(actor="Ha", active_seconds="3.25", units_passed="4"),
        # 23:30 in Hanoi, and the day after.
        a_row(finished_at="2026-03-02T16:30:59.5Z", active_seconds=""),
        a_row(finished_at="2026-03-02T17:00:00+00:00", active_seconds="0"),
    )

    reading = read_work(body, mapping=None, zone=ZONE)

    assert (reading.reader, reading.read, reading.refused) == (LOG, 5, ())
    first, ha, untimed, next_day = reading.rows
    assert (first.values["items"], first.values["units_produced"]) == (2, 12)
    assert first.values["active_seconds"] == Decimal("10.500")
    assert first.times is not None
    assert (first.times.n, first.times.milliseconds) == (2, 10_500)
    assert (ha.values["actor"], ha.values["units_passed"]) == ("Ha", 4)
    # What was not timed stays apart: no time is divided by its units.
    assert "active_seconds" not in untimed.values
    assert untimed.values["period_start"] == datetime(2026, 3, 1, 17, tzinfo=UTC)
    assert next_day.values["period_start"] == datetime(2026, 3, 2, 17, tzinfo=UTC)
    assert "units_passed" not in first.values
    assert [one.code for one in reading.verdict.findings] == ["zero_time", "no_time"]


PEOPLE = ("Lan", " Lan", "Hà", "Hà", "p,q", 'the "boss"', "a name of many words" * 7)
MOMENTS = (
    *("2026-03-02T08:30:00Z", "2026-03-02 16:59:59.999999+00:00", "2026-03-02"),
    *("2026-03-02T17:00:00Z", "2026-03-03T01:00:00+07:00", "2026-03-02T08:30"),
    *("20260302", "02.03.2026", "", "2026-02-30T10:00:00Z", "2026-03-02T08:60:00Z"),
)
AMOUNTS = (
    "1",
    "2.5",
    "41.280",
    "0",
    "0.001",
    "",
    "1e3",
    "-4",
    "1.23456",
    " 7 ",
    "9" * 9,
)
COUNTS = ("5", "", "12", "007", "1,5", "x", "0", "123456789")

rows = st.builds(
    a_row,
    batch=st.sampled_from(("b1", "B1", "b2", "")),
    actor=st.sampled_from(PEOPLE),
    finished_at=st.sampled_from(MOMENTS),
    units_produced=st.sampled_from(COUNTS),
    units_passed=st.sampled_from(COUNTS),
    active_seconds=st.sampled_from(AMOUNTS),
)
good_rows = st.builds(
    a_row,
    actor=st.sampled_from(("Lan", "Ha")),
    finished_at=st.sampled_from(MOMENTS[:6]),
    active_seconds=st.decimals("0.001", "90000", places=3).map(str),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(rows, min_size=1, max_size=25), st.randoms(use_true_random=False))
def test_a_log_reads_as_its_rows_one_by_one_in_any_order(found, chance):
    body = a_log(*found)
    shuffled = list(found)
    chance.shuffle(shuffled)

    whole = rolled(body)

    assert told(rolled(a_log(*shuffled))) == told(whole)
    assert told(rolled(a_log(*found, quoting=csv.QUOTE_ALL))) == told(whole)
    assert told(rolled(body.replace(b"\n", b"\r\n"))) == told(whole)
    alone = [rolled(a_log(one)) for one in found]
    assert told(reduce(merged, alone)) == told(whole)
    assert whole.read == len(found)
    taken = sum(one.totals.rows for one in whole.groups.values())
    assert taken + whole.refused_rows + whole.blank == whole.read


@settings(max_examples=60, deadline=None)
@given(
    st.lists(rows, min_size=1, max_size=20),
    st.lists(st.integers(0, 20), max_size=6),
    st.randoms(use_true_random=False),
)
def test_parts_merged_in_any_tree_are_the_whole(found, cuts, chance):
    lines = a_log(*found).decode().splitlines(keepends=True)[1:]
    edges = sorted({0, len(lines), *(min(cut, len(lines)) for cut in cuts)})
    whole = Log(NAMES, ",", STATED)
    whole.take(iter(["".join(lines)]), above=1)
    parts = []
    for number, (begin, end) in enumerate(pairwise(edges)):
        part = Log(NAMES, ",", STATED)
        part.take(iter(["".join(lines[begin:end])]), part=number, above=not number)
        # As a worker far away sends it.
        parts.append(part.rolled)

    while len(parts) > 1:
        one = parts.pop(chance.randrange(len(parts)))
        other = parts.pop(chance.randrange(len(parts)))
        parts.append(one.merge(other))

    assert told(parts[0]) == told(whole.rolled)
    assert [row.number for row in _rows(parts[0])] == [
        row.number for row in _rows(whole.rolled)
    ]
    assert [one.row for one in _refused(parts[0])] == [
        one.row for one in _refused(whole.rolled)
    ]


def _rows(found):
    return reading_of(found, stated=STATED, sha256="").rows


def _refused(found):
    return reading_of(found, stated=STATED, sha256="").refused


@settings(max_examples=30, deadline=None)
@given(st.lists(good_rows, min_size=1, max_size=30))
def test_a_second_opinion_adds_up_the_same(found):
    """Add up with decimals and a dictionary: shares no code with what it checks."""
    days = defaultdict(list)
    for row in found:
        cells = dict(zip(NAMES, row, strict=True))
        text = cells["finished_at"]
        if len(text) == 10:
            day = date.fromisoformat(text)
        else:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=ZoneInfo(ZONE))
            day = moment.astimezone(ZoneInfo(ZONE)).date()
        days[cells["actor"], day].append(Decimal(cells["active_seconds"]))

    reading = read_work(a_log(*found), mapping=None, zone=ZONE)

    assert len(reading.rows) == len(days)
    for row in reading.rows:
        day = row.values["period_start"].astimezone(ZoneInfo(ZONE)).date()
        expected = days[row.values["actor"], day]
        assert row.values["active_seconds"] == sum(expected)
        assert row.times is not None
        assert row.values["items"] == row.times.n == len(expected)
        logs = [log(float(one)) for one in expected]
        # Each logarithm is rounded by half a thousand millionth at most.
        assert abs(row.times.logs / 1e9 - sum(logs)) <= 0.51e-9 * len(logs)
        squares = sum(one * one for one in logs)
        assert abs(row.times.squares / 1e9 - squares) <= 0.51e-9 * len(logs) + 1e-12
        assert row.times.longest == int(max(expected) * 1000)


def test_where_blocks_end_changes_nothing(monkeypatch):
    chance = Random(5)
    found = [
        a_row(
            actor=chance.choice(PEOPLE),
            finished_at=chance.choice(MOMENTS),
            active_seconds=chance.choice(AMOUNTS),
            batch=chance.choice(("b1", "two\nlines", "b2")),
        )
        for _ in range(400)
    ]
    body = a_log(*found) + b"\n,,,,,,,,,\nragged,row\n"
    whole = read_log(io.BytesIO(body), STATED)[0].rolled

    for size in (1, 900, 20_000):
        monkeypatch.setattr(item_texts, "TEXT", size)
        monkeypatch.setattr("quotes.ingest.long_tables.BLOCK", size + 100)
        monkeypatch.setattr(item_logs, "SMALLEST", size)
        found_now = read_log(io.BytesIO(body), STATED)[0].rolled
        assert told(found_now) == told(whole)
        assert [one.row for one in _refused(found_now)] == [
            one.row for one in _refused(whole)
        ]


def test_what_is_wrong_with_a_row_is_said_as_of_any_row():
    body = a_log(
        a_row(),
        a_row(finished_at="03/04/2026"),
        a_row(units_produced="5", units_passed="6"),
        a_row(active_seconds="1.234,5"),
        a_row(annotation_type="box"),
        a_row(finished_at=""),
        a_row(actor="a\u0007b"),
    )

    reading = read_work(body, mapping=None, zone=ZONE)

    assert [(one.row, one.column, one.code) for one in reading.refused] == [
        (3, "finished_at", "ambiguous_date"),
        (4, "units_passed", "more_than_whole"),
        (5, "active_seconds", "ambiguous_number"),
        (6, "annotation_type", "unknown_choice"),
        (7, "finished_at", "required"),
        (8, "actor", "control_char"),
    ]
    assert len(reading.rows) == 1


def test_rows_that_go_wrong_together_are_refused_together():
    body = a_log(*(a_row(units_produced="12345678") for _ in range(300)))

    (refusal,) = read_work(body, mapping=None, zone=ZONE).refused

    # 300 x 12,345,678 is more than a column holds.
    assert (refusal.code, refusal.row, refusal.beside) == ("too_large", 2, 299)
    assert refusal.message.endswith("So it is with 299 rows more.")


def test_rows_refused_after_those_that_are_named_are_not_said_to_fail_alike(
    monkeypatch,
):
    monkeypatch.setattr(item_sums, "MOST_REFUSED_KEPT", 3)
    wrong = [a_row(units_produced="-1"), a_row(units_produced="x")]
    body = a_log(*wrong, *wrong, wrong[0])  # 5 refused: fewer than are held at once

    refused = read_work(body, mapping=None, zone=ZONE).refused

    assert [(one.row, one.beside) for one in refused] == [(2, 0), (3, 0), (4, 2)]
    assert refused[-1].message.endswith("Below it 2 more rows are refused.")


def test_a_long_log_of_utf_16_with_nul_is_no_table_as_a_short_one_is_none():
    text = a_log(a_row(batch="b1"), a_row(batch="b1\0")).decode()

    # A word of eight bytes is filled up with NUL: both batches would be one.
    with pytest.raises(TableError) as caught:
        rolled(text.encode("utf-16"))

    assert caught.value.code == "nul"


def test_a_return_by_itself_ends_a_line_in_parts_as_in_one_go(tmp_path):
    path = tmp_path / "log.csv"
    good = ",".join(a_row())
    path.write_bytes(f"{HEADER}\n{good}\r{good}\r\n{good}\r\r\n".encode())

    parts = read_in_parts(path, STATED, gather=gathered_here)

    whole = reading_of(rolled(path.read_bytes()), stated=STATED, sha256="")
    assert (parts.read, parts.blank, len(parts.refused)) == (4, 1, 0)
    assert (parts.read, parts.rows) == (whole.read, whole.rows)


def test_an_idle_tab_shows_and_a_cap_cuts_it():
    body = a_log(
        *(a_row(active_seconds="10") for _ in range(9)), a_row(active_seconds="1000")
    )

    written = rolled(body)
    capped = rolled(body, Stated(zone=ZONE, cap_seconds=Decimal(100)))

    (idle,) = reading_of(written, stated=STATED, sha256="").verdict.findings
    # 20 x 10 s; of 1,090 s it cuts 800: a size of time is a per cent wide.
    assert (idle.code, idle.rows) == ("idle", 1)
    assert idle.effect == pytest.approx(Decimal("-0.733"), abs=Decimal("0.003"))
    assert (capped.capped, capped.cut, capped.longest) == (1, 900_000, 1_000_000)
    stated = Stated(zone=ZONE, cap_seconds=Decimal(100))
    reading = reading_of(capped, stated=stated, sha256="")
    assert reading.rows[0].values["active_seconds"] == Decimal("190.000")
    (cut,) = reading.verdict.findings
    # 900 of 1,090 s.
    assert (cut.effect, cut.done) == (Decimal("-0.8257"), "capped at 100 s")


def test_large_numbers_are_added_exactly():
    import numpy as np

    values = np.array([2**53 - 1, 2**53 - 3, -(2**52), 5], np.int64)

    assert added_up(values, np.array([0, 0, 1, 1]), 2) == [2**54 - 4, 5 - 2**52]


def test_two_groups_of_one_digest_are_still_two(monkeypatch):
    import numpy as np

    monkeypatch.setattr("quotes.ingest.item_cells.MIXED", np.uint64(0))
    body = a_log(a_row(actor="Lan"), a_row(actor="Ha"))

    assert sorted(row.values["actor"] for row in _rows(rolled(body))) == ["Ha", "Lan"]


def test_a_child_adds_up_what_we_would(tmp_path):
    body = a_log(a_row(), a_row(actor="Ha", units_produced="x"), a_row(batch="b2"))
    path = tmp_path / "log.csv"
    path.write_bytes(body)
    stated = Stated(zone=ZONE, pseudonyms="salt", cap_seconds=Decimal(30))

    with path.open("rb") as opened:
        opened.read(10)
        found = read_items_apart(opened, stated=stated)

    assert found == read_work(body, mapping=None, zone=ZONE, stated=stated)
    assert found.rows[0].values["actor"].startswith("p_")


def test_a_child_says_what_is_no_table(tmp_path):
    path = tmp_path / "log.csv"
    path.write_bytes(a_log(a_row()).replace(b"Lan", b"\xff\xfe\xfd"))

    with path.open("rb") as opened, pytest.raises(TableError, match="not UTF-8"):
        read_items_apart(opened, stated=STATED)


def test_a_log_with_odd_bytes_reads_the_same_block_by_block_and_row_by_row(monkeypatch):
    chance = Random(274)
    body = a_log(*(a_row(actor=PEOPLE[n % 4], units_produced="7") for n in range(12)))
    split = Cells.of

    def read(text: bytes) -> object:
        try:
            found = rolled(text)
        except (TableError, MappingError) as error:
            return error.code
        taken = sum(one.totals.rows for one in found.groups.values())
        assert taken + found.refused_rows + found.blank == found.read
        return told(found)

    for _ in range(scale.count(6_000)):
        odd = mutated(body, chance)
        monkeypatch.setattr(Cells, "of", split)
        at_once = read(odd)
        monkeypatch.setattr(Cells, "of", lambda *_, **__: None)
        assert read(odd) == at_once, odd


class Cluster:
    """What `distributed` is to us: it maps and submits, in whichever order it likes."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance

    def map(self, read, parts, **said):
        jobs = [self.submit(read, part, **said) for part in parts]
        order = [*jobs]
        self._chance.shuffle(order)
        for one in order:
            one.result()
        return jobs

    def submit(self, do, *given, **said):
        def result():
            known = [one.result() if isinstance(one, Job) else one for one in given]
            # Over the wire and back.
            return pickle.loads(pickle.dumps(do(*known, **said)))

        return Job(result)


class Job:
    def __init__(self, result):
        self.result = result


@pytest.mark.parametrize("size", [1, 90, 700, 100_000])
def test_a_cluster_reads_parts_of_a_file_as_one_process_reads_all(tmp_path, size):
    chance = Random(size)
    rows = [
        a_row(
            actor=chance.choice(("Lan", "Hà", "p,q", 'the "boss"')),
            finished_at=chance.choice(MOMENTS),
            active_seconds=chance.choice(AMOUNTS),
        )
        for _ in range(60)
    ]
    path = tmp_path / "log.csv"
    path.write_bytes(codecs.BOM_UTF8 + a_log(*rows).replace(b"\n", b"\r\n"))

    whole = read_work(path.read_bytes(), mapping=None, zone=ZONE)

    for gather in (gathered_here, gathered_by(Cluster(chance))):
        found = read_in_parts(path, STATED, gather=gather, size=size)
        assert found.sha256 == whole.sha256
        assert found.rows == whole.rows
        assert found.refused == whole.refused
        assert found.verdict == whole.verdict
        assert (found.read, found.blank) == (whole.read, whole.blank)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (a_log(a_row(actor="two\nlines"), a_row()), "line_in_cell"),
        (a_log(a_row()).decode().encode("utf-16"), "bad_encoding"),
        (a_log(a_row()) + b"\xff,,,\n", "bad_encoding"),
        (a_log(a_row()) + b"\0,,,\n", "nul"),
    ],
)
def test_what_cannot_be_cut_is_not_read_in_parts(tmp_path, body, code):
    path = tmp_path / "log.csv"
    path.write_bytes(body)

    with pytest.raises(TableError) as refused:
        read_in_parts(path, STATED, gather=gathered_here, size=200)

    assert refused.value.code == code


def test_units_of_each_model_are_added_up_and_what_is_not_said_is_not_known():
    names = ",".join((*NAMES, "prelabel_models"))
    cells = [
        ("Lan", "5", "det-v2"),
        ("Lan", "7", "det-v2"),
        ("Lan", "9", "det-v2=4; det-v3=5"),
        ("Lan", "2", ""),
        ("Ha", "", "det-v2"),
        ("Ha", "3", "det-v2"),
        ("Ha", "3", "det-v2; det-v3"),
    ]
    lines = [
        ",".join((*a_row(actor=who, units_produced=units), cell))
        for who, units, cell in cells
    ]

    def read(*chosen: str) -> tuple[dict[str, object], list[str]]:
        body = "\n".join((names, *chosen, "")).encode()
        reading = read_work(body, mapping=None, zone=ZONE)
        found = {
            row.values["actor"]: row.values["prelabel_models"] for row in reading.rows
        }
        return found, [one.code for one in reading.refused]

    # 5 + 7 + 4 units began from det-v2; of Ha's first row nobody knows how many.
    expected = {"Lan": [["det-v2", 16], ["det-v3", 5]], "Ha": [["det-v2", None]]}
    assert read(*lines) == (expected, ["units_missing"])
    assert read(*reversed(lines)) == (expected, ["units_missing"])
