"""The corpus of bad inputs at the reading of files, in this product's own columns.

Each case is a file and what becomes of it: the code under which all of it is refused,
or the codes of its refused rows and the values of the others. Rows read are conserved
in each. What the corpus asks of other doors is named in ELSEWHERE with its place.
"""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, datetime
from decimal import Decimal
from time import perf_counter
from typing import Any

import pytest
import xlsxwriter

from quotes.ingest.fields import CellError, moment
from quotes.ingest.reading import MappingError, read_work
from quotes.ingest.tables import TableError
from quotes.ingest.times import named_instant, us_instant
from quotes.ingest.work import Stated
from tests.shared import shared

HEADER = "batch,stage,annotation_type,clock,items,units_produced,active_seconds"
MORE = f"{HEADER},period_start,actor,audit_n,audit_defects,units_accepted,units_passed"
GOOD = "1,label,bounding_box,label,100,500,6000"
BOX = ",label,bounding_box,label"


def read(body, *, zone="UTC"):
    if isinstance(body, str):
        body = body.encode()
    stated = Stated(zone=zone, latest=datetime(2026, 12, 1, tzinfo=UTC))
    reading = read_work(body, mapping=None, zone=zone, stated=stated)
    assert reading.read == (
        len(reading.rows) + len(reading.refused) + reading.left_out + reading.blank
    )
    return reading


def a_row(**changes):
    """Return a file with one row in which some cells are something else."""
    names = MORE.split(",")
    cells = dict(zip(names, [*GOOD.split(","), *[""] * 6], strict=True)) | changes
    written = io.StringIO()
    csv.DictWriter(written, names).writerow(cells)
    return written.getvalue()


REFUSED: list[tuple[str, Any, str]] = [
    ("IC-001", f"{HEADER},items\n{GOOD},1\n", "duplicate_column"),
    ("IC-005", "batch,units\n1,2\n", "missing_column"),
    ("IC-008", f"{GOOD}\n{GOOD}\n", "missing_header"),
    ("IC-009", f"# exported 2026-03-01\n{HEADER}\n{GOOD}\n", "missing_header"),
    ("IC-015", HEADER.encode() + "\nNguyê".encode("cp1252"), "bad_encoding"),
    ("IC-032", f"{HEADER}\n{'x' * 10_000_000}\n", "cell_too_large"),
    ("IC-036", "", "empty_file"),
]


@pytest.mark.parametrize(
    ("body", "code"), [one[1:] for one in REFUSED], ids=[one[0] for one in REFUSED]
)
def test_a_file_is_refused_under_its_code(body, code):
    begun = perf_counter()

    with pytest.raises((TableError, MappingError)) as refused:
        read(body)

    assert isinstance(refused.value, TableError | MappingError)
    assert refused.value.code == code
    assert perf_counter() - begun < 2


def test_all_missing_columns_are_listed_at_once():
    with pytest.raises(MappingError, match="no column batch, annotation_type, clock"):
        read("stage,units_produced\nlabel,2\n")


ROWS: list[tuple[str, str, list[str]]] = [
    ("IC-010", f"{HEADER}\n{GOOD}\n{HEADER}\n2{GOOD[1:]}\n", ["header_repeated"]),
    ("IC-025", f"{HEADER}\n{GOOD},EXTRA\n{GOOD}\n", ["ragged_row"]),
    ("IC-026", f"{HEADER}\n{GOOD},9\n2{GOOD[1:]},9\n", ["ragged_row"] * 2),
    ("IC-034", f"{HEADER}\n{GOOD}\nNote: prices in USD\n", ["ragged_row"]),
    (
        "IC-040",
        f'{HEADER}\n1,label,bounding_box,label,1,"1,234",1',
        ["ambiguous_number"],
    ),
    ("IC-042", f"{HEADER}\n1,label,bounding_box,label,1,1.250,1", ["ambiguous_number"]),
    (
        "IC-043",
        f'{HEADER}\n1{BOX},1,1,"1.234,56"\n2{BOX},1,1,"1,234.56"\n',
        ["mixed_number_formats"] * 2,
    ),
    *(
        (
            "IC-044",
            f'{HEADER}\n1,label,bounding_box,label,1,"{cell}",1',
            ["invalid_number"],
        )
        for cell in ("1'234", "1\u202f234", "1,23,456")
    ),
    ("IC-047", f"{HEADER}\n1,label,bounding_box,label,1,98%,1", ["invalid_number"]),
    ("IC-049", f"{HEADER}\n1,label,bounding_box,label,1,-50,1", ["negative"]),
    ("IC-055", f"{HEADER}\n1,label,bounding_box,label,1,1.2k,1", ["invalid_number"]),
    ("IC-056", f"{HEADER}\n1,label,bounding_box,label,1,1,7:30", ["invalid_number"]),
    (
        "IC-067",
        f"{MORE}\n{a_row(period_start='13/04/2026')}{a_row(period_start='04/13/2026')}",
        ["mixed_date_formats"] * 2,
    ),
    *(
        (identity, f"{MORE}\n{a_row(period_start=cell)}", [code])
        for identity, cell, code in (
            ("IC-067", "13/04/2026", "ambiguous_date"),
            ("IC-069", "2026-02-30", "invalid_date"),
            ("IC-069", "2026-02-29", "invalid_date"),
            ("IC-070", "2099-01-01", "date_out_of_window"),
            ("IC-070", "1970-01-01", "date_out_of_window"),
            ("IC-070", "0001-01-01", "date_out_of_window"),
            ("IC-070", "0001-01-01T00:00:00+14:00", "invalid_date"),
            ("IC-070", "9999-12-31T23:59:59-12:00", "invalid_date"),
            ("IC-071", "46082", "invalid_date"),
            ("IC-075", "2026-03-02T23:59:60Z", "invalid_time"),
            ("IC-075", "2026-03-02T24:61", "invalid_time"),
        )
    ),
    (
        "IC-076",
        f"{MORE}\n{a_row(units_passed='500', units_accepted='520')}",
        ["more_than_whole"],
    ),
    (
        "IC-077",
        f"{MORE}\n{a_row(audit_n='20', audit_defects='30')}",
        ["more_than_whole"],
    ),
    *(
        ("IC-080", f"{HEADER}\n1,{word}{GOOD[7:]}", ["unknown_choice"])
        for word in ("8", "0", "QA", "6. QA sampling")
    ),
]


@pytest.mark.parametrize(
    ("text", "codes"),
    [one[1:] for one in ROWS],
    ids=[f"{one[0]}-{place}" for place, one in enumerate(ROWS)],
)
def test_rows_are_refused_under_their_codes(text, codes):
    assert [one.code for one in read(text).refused] == codes


def test_a_day_number_of_a_spreadsheet_is_named_as_one():
    (refused,) = read(f"{MORE}\n{a_row(period_start='46082')}").refused

    assert "2026-03-01" in refused.message


def test_two_ways_of_writing_name_both_rows():
    reading = read(
        f"{MORE}\n{a_row(period_start='13/04/2026')}{a_row(period_start='04/13/2026')}"
    )

    assert "Rows 2 and 3 are written in two ways." in reading.refused[0].message


def test_an_hour_that_the_clocks_skipped_needs_its_offset():
    gap = read(
        f"{MORE}\n{a_row(period_start='2026-03-29T02:30')}", zone="Europe/Berlin"
    )
    fold = read(
        f"{MORE}\n{a_row(period_start='2026-10-25T02:30')}", zone="Europe/Berlin"
    )

    assert [one.code for one in gap.refused] == ["nonexistent_time"]
    # Of an hour that comes twice the first is meant: 2:30 at +02:00.
    assert fold.rows[0].values["period_start"].hour == 0


ACCEPTED: list[tuple[str, Any, dict[str, Any]]] = [
    ("IC-006", f"{HEADER},foo\n{GOOD},1\n", {}),
    ("IC-011", f'{HEADER},"units\ndelivered"\n{GOOD},1\n', {}),
    ("IC-012", f'{HEADER},"units (k)"\n{GOOD},1\n', {"units_produced": 500}),
    ("IC-013", b"\xef\xbb\xbf" + f"{HEADER}\n{GOOD}".encode(), {"batch": "1"}),
    ("IC-014", f"{HEADER}\n{GOOD}".encode("utf-16"), {"batch": "1"}),
    ("IC-023", f"{HEADER}\n\n , , \n{GOOD}\n", {}),
    (
        "IC-027",
        f"{HEADER}\n{GOOD}".replace(",", ";").replace("6000", "6000.5"),
        {"active_seconds": Decimal("6000.5")},
    ),
    ("IC-028", f"{HEADER}\n{GOOD}".replace(",", "\t"), {"units_produced": 500}),
    ("IC-031", MORE + "\n" + a_row(actor='said "ok"'), {"actor": 'said "ok"'}),
    ("IC-035", f"{HEADER}\n{GOOD},,,\n", {"units_produced": 500}),
    ("IC-052", f"{MORE}\n{a_row(actor='NA', batch='None')}", {"actor": "NA"}),
    (
        "IC-057",
        f"{HEADER}\n1,label,bounding_box,label,1,1,0.1234567890123",
        {"active_seconds": Decimal("0.123")},
    ),
    *(
        ("IC-059", f"{MORE}\n{a_row(batch=cell)}", {"batch": cell.casefold()})
        for cell in ("1E5", "2E7", "MAR1", "3-4")
    ),
    *(
        ("IC-060", f"{MORE}\n{a_row(batch=cell)}", {"batch": "b1"})
        for cell in ("B1 ", "B1\xa0", "B\u200b1")
    ),
    *(
        ("IC-064", f"{MORE}\n{a_row(batch=cell)}", {"batch": cell.casefold()})
        for cell in ("=1+1", "@SUM(A1)", "+84 90 123")
    ),
    ("IC-086", f"{MORE}\n{a_row(units_produced='130000')}", {"units_produced": 130000}),
]


@pytest.mark.parametrize(
    ("body", "values"),
    [one[1:] for one in ACCEPTED],
    ids=[f"{one[0]}-{place}" for place, one in enumerate(ACCEPTED)],
)
def test_what_is_sound_is_taken_as_it_stands(body, values):
    reading = read(body)

    assert reading.refused == ()
    (row,) = reading.rows
    for name, value in values.items():
        assert row.values[name] == value


def test_a_column_that_is_not_known_is_named():
    assert read(f"{HEADER},foo\n{GOOD},1\n").ignored_columns == ("foo",)


def test_lines_that_end_in_three_ways_are_four_rows():
    rows = [f"{number}{GOOD[1:]}" for number in range(1, 5)]
    text = f"{HEADER}\r\n{rows[0]}\r\n{rows[1]}\n{rows[2]}\r{rows[3]}"

    assert [row.number for row in read(text).rows] == [2, 3, 4, 5]


def test_leading_zeros_make_another_batch():
    reading = read(f"{HEADER}\n007{GOOD[1:]}\n7{GOOD[1:]}\n")

    assert [row.values["batch"] for row in reading.rows] == ["007", "7"]


# --- workbooks


def a_workbook(rows, write=None):
    """Return an XLSX of rows; `write` may do more with book and sheet."""
    body = io.BytesIO()
    with xlsxwriter.Workbook(body, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Work")
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if cell != "":
                    sheet.write(number, place, cell)
        if write is not None:
            write(book, sheet)
    return body.getvalue()


TABLE: list[Any] = [
    HEADER.split(","),
    ["A", "label", "bounding_box", "label", 100, 500, 6000],
]


def with_part(body, name, change):
    """Return a workbook in which the text of one part is something else."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(made, "w") as new:
        for one in old.namelist():
            text = old.read(one)
            new.writestr(one, change(text) if one == name else text)
    return made.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
PLAIN = a_workbook(TABLE)


def far(book, sheet):
    sheet.write("XFD1048576", 1)


def merged(book, sheet):
    sheet.merge_range("A2:A3", "A")


def two_headers(book, sheet):
    sheet.merge_range("F1:G1", "Units")


def formula(text, value=0):
    def write(book, sheet):
        sheet.write_formula("F2", text, None, value)

    return write


def a_zip(members):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as box:
        for name, text in members:
            box.writestr(name, text)
    return made.getvalue()


BOOKS: list[tuple[str, bytes, str]] = [
    ("IX-001", a_workbook(TABLE, far), "sheet_too_large"),
    (
        "IX-005",
        with_part(
            PLAIN,
            "xl/sharedStrings.xml",
            lambda text: text.replace(
                b"?>",
                b'?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
                1,
            ),
        ),
        "bad_container",
    ),
    ("IX-006", a_zip([(f"m{number}", "") for number in range(1001)]), "bad_container"),
    ("IX-006", a_zip([("../../etc/cron.d/x", "")]), "bad_container"),
    ("IX-006", a_zip([("xl/workbook.xml", " " * 40_000_000)]), "bad_container"),
    (
        "IX-009",
        with_part(
            a_workbook(TABLE, formula("=B2*2")),
            SHEET,
            lambda text: text.replace(b"<v>0</v>", b""),
        ),
        "formula_without_value",
    ),
    (
        "IX-011",
        a_workbook(
            TABLE,
            formula("=1/0", "#DIV/0!"),
        ),
        "cell_error",
    ),
    ("IX-024", a_workbook(TABLE, merged), "merged_cells"),
    ("IX-026", a_workbook(TABLE, two_headers), "merged_cells"),
    (
        "IX-030",
        a_workbook([[], [], *[["", "", *row] for row in TABLE]]),
        "missing_header",
    ),
    ("IX-032", b"<table><tr><td>1</td></tr></table>", "content_mismatch"),
    (
        "IX-033",
        a_zip([("xl/workbook.xml", "<x/>"), ("xl/vbaProject.bin", "x")]),
        "unsupported_type",
    ),
    ("IX-033", a_zip([("mimetype", "oasis"), ("content.xml", "")]), "unsupported_type"),
    ("IX-033", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "unsupported_type"),
    (
        "IX-034",
        b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"),
        "encrypted",
    ),
]


@pytest.mark.parametrize(
    ("body", "code"),
    [one[1:] for one in BOOKS],
    ids=[f"{one[0]}-{place}" for place, one in enumerate(BOOKS)],
)
def test_a_workbook_is_refused_under_its_code(body, code):
    begun = perf_counter()

    with pytest.raises(TableError) as refused:
        read(body)

    assert refused.value.code == code
    assert perf_counter() - begun < 2


def test_a_workbook_says_the_same_as_its_table():
    one, other = read(PLAIN), read(f"{HEADER}\nA{GOOD[1:]}\n")

    assert one.content_digest == other.content_digest


def test_five_hundred_sheets_are_one_table_and_the_rest_is_named():
    def many(book, sheet):
        for number in range(499):
            book.add_worksheet(f"more {number}")

    reading = read(a_workbook(TABLE, many))

    assert len(reading.rows) == 1
    assert "499 further sheets were not read." in reading.findings


CELLS: list[tuple[str, int, Any, str, Any]] = [
    ("IX-013", 5, "500", "units_produced", 500),
    ("IX-013", 0, "007", "batch", "007"),
    ("IX-013", 0, "1E5", "batch", "1e5"),
    ("IX-015", 6, 0.12345, "active_seconds", Decimal("0.123")),
    ("IX-016", 6, 0.1 + 0.2, "active_seconds", Decimal("0.300")),
]


@pytest.mark.parametrize(("place", "cell", "name", "value"), [one[1:] for one in CELLS])
def test_a_cell_is_what_the_workbook_stores(place, cell, name, value):
    row = list(TABLE[1])
    row[place] = cell

    reading = read(a_workbook([TABLE[0], row]))

    assert reading.refused == ()
    assert reading.rows[0].values[name] == value


def test_the_format_of_a_cell_changes_nothing():
    def shown(book, sheet):
        sheet.write("G2", 0.03, book.add_format({"num_format": "0%"}))

    assert read(a_workbook(TABLE, shown)).rows[0].values["active_seconds"] == Decimal(
        "0.03"
    )


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (True, "invalid_number"),
        ("1,5", "ambiguous_number"),
        (-5, "negative"),
        (2.5, "invalid_number"),
    ],
)
def test_a_cell_that_is_no_count_refuses_its_row(cell, code):
    row = list(TABLE[1])
    row[5] = cell

    assert [one.code for one in read(a_workbook([TABLE[0], row])).refused] == [code]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("01/03/2026", "ambiguous_date"),
        (60, "invalid_date"),
        (0, "invalid_date"),
        (-1, "invalid_date"),
        (2958466, "invalid_date"),
    ],
)
def test_a_date_of_a_workbook_is_a_date_or_refused(cell, code):
    rows: list[Any] = [[*TABLE[0], "period_start"], [*TABLE[1], cell]]

    assert [one.code for one in read(a_workbook(rows)).refused] == [code]


def test_a_real_date_of_a_workbook_is_read():
    def dated(book, sheet):
        style = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write("H1", "period_start")
        sheet.write_datetime("H2", datetime(2026, 3, 1), style)  # noqa: DTZ001

    row = read(a_workbook(TABLE, dated)).rows[0]

    assert row.values["period_start"] == datetime(2026, 3, 1, tzinfo=UTC)


def test_hidden_rows_count_and_are_said():
    def hide(book, sheet):
        sheet.set_row(1, None, None, {"hidden": True})

    reading = read(a_workbook(TABLE, hide))

    assert len(reading.rows) == 1
    assert "1 hidden rows are counted like the others." in reading.findings


def test_empty_rows_with_a_format_are_no_rows():
    def bold(book, sheet):
        sheet.write_blank("E20000", None, book.add_format({"bold": True}))

    reading = read(a_workbook(TABLE, bold))

    assert (len(reading.rows), reading.refused) == (1, ())


def test_strings_within_cells_are_read_like_shared_ones():
    """Some producers write no table of strings."""
    text = TABLE[1][0]
    inline = with_part(
        PLAIN,
        SHEET,
        lambda xml: xml.replace(
            b'<c r="A2" t="s"><v>7</v></c>',
            f'<c r="A2" t="inlineStr"><is><t>{text}</t></is></c>'.encode(),
        ),
    )

    assert inline != PLAIN
    assert read(inline).content_digest == read(PLAIN).content_digest


ELSEWHERE = {
    "IC-020": "lines that end in three ways, above",
    "IC-038": "test_killed_ingests has a million rows at full scale; make bench",
    "IC-058": "leading zeros, above",
    "IC-074": "skipped hours, above",
    "IC-078": "gates of batches",
    "IC-079": "gates of batches",
    "IC-083": "work outside the plan is shown apart: tests/calc/test_reconcile",
    "IC-084": "files carry no money of work; wages keep their currency: test_paid",
    "IC-085": "a project begins with an accepted quote",
    "IX-008": "500 sheets, above",
    "IX-014": "formats, above",
    "IX-018": "cells that are no count, above",
    "IX-020": "dates of workbooks, above",
    "IX-021": "dates of workbooks, above",
    "IX-027": "hidden rows, above",
    "IX-029": "empty rows, above",
    "IX-036": "inline strings, above; other producers were not at hand",
}


def test_every_row_of_the_corpus_has_its_place():
    path = shared("data/nasty_inputs.csv")
    with path.open(encoding="utf-8", newline="") as opened:
        wanted = {
            row["id"]
            for row in csv.DictReader(opened)
            if row["surface"] in ("ingest_csv", "ingest_xlsx")
        }

    here = {one[0] for one in (*REFUSED, *ROWS, *ACCEPTED, *BOOKS, *CELLS)}
    assert here | set(ELSEWHERE) == wanted


def test_a_batch_is_as_long_as_it_is_without_its_case():
    reading = read(f"{HEADER}\n{'ß' * 61}{GOOD[1:]}\n{'ß' * 60}{GOOD[1:]}")

    assert [one.code for one in reading.refused] == ["max_length"]
    assert [one.values["batch"] for one in reading.rows] == ["s" * 120]


@pytest.mark.parametrize(
    ("read_cell", "cell", "zone"),
    [
        (moment, "0001-01-01", "Asia/Ho_Chi_Minh"),
        (moment, "9999-12-31T23:59:59", "America/Los_Angeles"),
        (us_instant, "01/01/0001 00:00:00", "Asia/Ho_Chi_Minh"),
        (us_instant, "12/31/9999 23:59:59", "America/Los_Angeles"),
        (named_instant, "Fri Dec 31 23:59:59 PDT 9999", "UTC"),
    ],
)
def test_the_ends_of_the_calendar_are_refused_where_a_zone_has_no_such_moment(
    read_cell, cell, zone
):
    with pytest.raises(CellError) as refused:
        read_cell(cell, zone)

    assert refused.value.code == "invalid_date"
