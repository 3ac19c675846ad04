"""Exports with a row for each judgement: row by row they say what they say as a whole.

The second opinion is the reader that holds all rows and has each judged by itself.
"""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quotes.ingest import judgement_sums, judgements
from quotes.ingest.logs_apart import read_log_apart
from quotes.ingest.reading import Reading, read_work
from quotes.ingest.row_logs import is_long_log, long_reader, read_rows, reading_of
from quotes.ingest.tables import TableError
from quotes.ingest.work import Stated
from tests import scale
from tests.ingest.test_event_logs import told
from tests.shared import shared

GOLDEN = Path(__file__).parent / "golden"
ZONE = "Asia/Ho_Chi_Minh"
STATED = Stated(zone=ZONE, annotation_type="polygon")
FILES = ("mturk", "zooniverse", "crowdflower", "trials", "labelbox_v1")


def by_row(body: bytes, stated: Stated) -> Reading:
    """Return a file read row by row, as it comes back from a child."""
    found, sha256 = read_rows(io.BytesIO(body), stated)
    return reading_of(json.loads(json.dumps(found)), stated=stated, sha256=sha256)


def agree(body: bytes, stated: Stated) -> Reading:
    """Hold both readings of a file against each other, and return one."""
    whole = read_work(body, mapping=None, zone=stated.zone, stated=stated)
    found = by_row(body, stated)
    assert (found.reader, found.each_is, found.sha256) == (
        *(whole.reader, whole.each_is),
        whole.sha256,
    )
    assert told(found) == told(whole)
    assert [one.times for one in found.rows] == [one.times for one in whole.rows]
    assert found.content_digest == whole.content_digest
    return found


@pytest.mark.parametrize("name", FILES)
def test_a_golden_file_says_the_same_row_by_row(name):
    body = (GOLDEN / f"{name}.csv").read_bytes()

    assert agree(body, STATED).rows
    agree(body, Stated(zone="UTC", batch="One", pseudonyms="x"))
    agree(body, Stated(zone=ZONE, annotation_type="polygon", cap_seconds=Decimal(40)))


ASSIGNED = (
    *("HITId", "HITTypeId", "AssignmentId", "WorkerId", "AssignmentStatus"),
    *("AcceptTime", "SubmitTime", "WorkTimeInSeconds", "Answer.boxes"),
)
LABELLED = (
    *("ID", "DataRow ID", "Created By", "Project Name", "Created At"),
    *("Seconds to Label", "Seconds to Review", "Skipped"),
)
MOMENTS = (
    *("2026-03-02T08:00:00Z", "2026-03-02T08:00:10.5Z", "2026-03-02T16:59:59Z"),
    *("2026-03-02T17:00:00Z", "2026-03-03T08:00:00Z", "", "soon", "1999-01-01"),
)
TIMES = ("30", "30", "31", "0", "", "2000", "90000", "0.0004", "1.00000000051", "1e99")
assigned = st.tuples(
    st.sampled_from(("h1", "h2", "")),
    st.sampled_from(("", "t1", "T1")),
    st.sampled_from((*(f"a{number}" for number in range(9)), "", "", "")),
    st.sampled_from(("lan", "lan", "ha", "", "x\u202ey")),
    st.sampled_from(("Approved", "Rejected", "")),
    st.sampled_from(MOMENTS),
    st.sampled_from(MOMENTS),
    st.sampled_from(TIMES),
    st.sampled_from(("", "[]", '[{"a": 1}]', '[{"a": 1}, {"a": 2}]', "x")),
)
labelled = st.tuples(
    st.sampled_from((*(f"l{number}" for number in range(9)), "")),
    st.sampled_from(("d1", "d2", "")),
    st.sampled_from(("lan", "ha", "")),
    st.sampled_from(("P", "Q", "")),
    st.sampled_from((*MOMENTS[:2] * 5, *MOMENTS)),
    st.sampled_from(TIMES),
    st.sampled_from(("", "3", "0.5")),
    st.sampled_from(("True", "False")),
)
odd = st.sampled_from(((), ("", " "), ("a", "b"), ASSIGNED, LABELLED))
tables = st.one_of(
    st.tuples(st.just(ASSIGNED), st.lists(st.one_of(assigned, assigned, odd))),
    st.tuples(st.just(LABELLED), st.lists(st.one_of(labelled, labelled, odd))),
)
said = st.builds(
    Stated,
    zone=st.sampled_from((ZONE, "America/St_Johns")),
    annotation_type=st.sampled_from(("polygon", "image_tag", "")),
    batch=st.sampled_from(("", "", "unallocated")),
    cap_seconds=st.sampled_from((None, None, Decimal(25), Decimal(0))),
)


@settings(max_examples=scale.count(2000), deadline=None)
@given(tables, said)
def test_rows_say_by_themselves_what_they_say_together(table, stated):
    names, rows = table

    agree(a_table(names, *rows), stated)


def test_where_parts_end_changes_nothing_and_many_rows_are_named_by_the_first(
    monkeypatch,
):
    body = (GOLDEN / "mturk.csv").read_bytes()
    whole = by_row(body, STATED)
    monkeypatch.setattr(judgements, "AT_ONCE", 1)
    monkeypatch.setattr(judgement_sums, "MOST_NAMED", 0)

    found = by_row(body, STATED)

    assert found.verdict == whole.verdict
    assert [one.values for one in found.rows] == [one.values for one in whole.rows]
    assert [one.many for one in found.rows] == [one.many for one in whole.rows]
    assert {len(one.sources) for one in found.rows} == {1}


def test_a_child_adds_up_what_we_would_and_other_tables_have_no_such_reader():
    path = GOLDEN / "crowdflower.csv"

    with path.open("rb") as opened:
        found = read_log_apart(opened, stated=STATED)

    assert found == by_row(path.read_bytes(), STATED)
    for other in ("canonical", "timesheet", "label_studio", "v7", "payroll"):
        header = (GOLDEN / f"{other}.csv").read_text().partition("\n")[0]
        assert long_reader(header.split(",")) is None


def a_table(*rows: tuple[str, ...]) -> bytes:
    """Return a CSV of rows, the first of which is the header."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def test_the_time_of_a_page_counts_once_where_its_rows_carry_all_of_it():
    page = ("2026-03-02T08:00:00Z", "2026-03-02T08:01:00Z")
    rows = [
        ("h1", "t", "a1", "lan", "Approved", *page, "60", ""),
        ("h2", "t", "a2", "lan", "Approved", *page, "60", ""),
        ("h3", "t", "a3", "lan", "Approved", *page, "20", ""),
        ("h1", "t", "a4", "ha", "Approved", *page, "60", ""),
    ]

    found = agree(a_table(ASSIGNED, *rows), STATED)

    spent = {row.values["actor"]: row.values["active_seconds"] for row in found.rows}
    # Lan's second row is the page of the first, her third has a time of its own.
    assert spent == {"lan": 80, "ha": 60}
    assert found.verdict.findings[0].code == "page_rows"
    assert found.verdict.findings[0].effect == Decimal("-0.3000")  # 60 of 200


@pytest.mark.parametrize("many", [9, 10])
def test_ten_labels_of_one_second_are_an_import(many):
    rows = [
        (f"l{number}", "d", "lan", "P", "2026-03-02T08:00:00Z", "30", "", "False")
        for number in range(many)
    ]

    found = agree(a_table(LABELLED, *rows), STATED)

    assert ("period_start" in found.rows[0].values) == (many < 10)


def a_data_row(number: int, **details: object) -> str:
    """Return a line of Labelbox's export: an image with three labels."""
    labels = [
        {
            "id": f"l{number}-{label}",
            "label_details": {
                "created_by": f"u{(number + label) % 3}",
                "created_at": f"2026-03-0{1 + number % 3}T08:00:{number % 60:02}Z",
            },
            "performance_details": {
                "seconds_to_create": number * 7.25,
                "seconds_to_review": label,
                "skipped": number % 5 == 0,
                **details,
            },
            "annotations": {"objects": [{"annotation_kind": "ImagePolygon"}] * label},
        }
        for label in (0, 1, 1)
    ]
    return json.dumps(
        {"data_row": {"id": f"d{number}"}, "projects": {"p": {"labels": labels}}}
    )


def test_labels_of_labelbox_say_the_same_line_by_line():
    lines = [a_data_row(number) for number in range(40)]
    lines.insert(7, a_data_row(99, seconds_to_create="-1"))
    body = "\n".join(lines).encode()

    found = agree(body, STATED)
    agree((GOLDEN / "labelbox.ndjson").read_bytes(), STATED)

    # Of three labels of a row two share their id; those of one row are refused.
    assert (found.read, found.left_out, len(found.refused)) == (123, 40, 3)
    assert is_long_log(body)
    for odd, code in ((b'\n{"a": 1}', "misshapen"), (b"\n{", "bad_json")):
        with pytest.raises(TableError) as caught:
            by_row(body + odd, STATED)
        assert caught.value.code == code


@pytest.mark.parametrize("folder", ["zooniverse", "crowdtruth", "geirhos"])
def test_real_logs_say_the_same_row_by_row(folder):
    for path in sorted(shared(f"data/samples/logs/{folder}").glob("*.csv")):
        body = path.read_bytes()
        for cap in (None, Decimal(60)):
            found = agree(
                body, Stated(zone="UTC", annotation_type="image_tag", cap_seconds=cap)
            )
            taken = sum(row.many for row in found.rows)
            gone = len(found.refused) + found.left_out + found.blank
            assert found.read == taken + gone > 0
