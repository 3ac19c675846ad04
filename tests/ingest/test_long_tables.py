"""A long CSV is read column by column, and says what reading it row by row says.

The other path, which reads a whole file in memory cell by cell, is the second opinion.
"""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from random import Random

import pytest

from quotes.ingest import long_screens, long_tables
from quotes.ingest.long_blocks import is_plain, split
from quotes.ingest.long_screens import PAGE
from quotes.ingest.long_tables import Hashed, LongTable, is_long_table
from quotes.ingest.reading import MappingError, read_work
from quotes.ingest.tables import TableError, check_lines
from quotes.ingest.work import Stated
from tests import scale
from tests.ingest.test_mutations import mutated

STATED = Stated(zone="Asia/Ho_Chi_Minh", latest=datetime(2026, 9, 1, tzinfo=UTC))
# Plain cells first: a block of them is split and no more.
KINDS = {
    "batch": ["b1", "b2", "B3", "100%", "a\\b", "Nguyễn", "", " x ", "7\u200b"],
    "stage": ["label", "review", "Label", ""],
    "annotation_type": ["bounding_box", "polygon", "box"],
    "clock": ["label", "gesture", "wall"],
    "period_start": ["2026-03-01", "2026-03-02", "2026-03-02T08:00", "", "3/4/2026"],
    "period_end": ["2026-03-02", "2026-03-03", "2026-03-02T09:30Z", "", "2027-01-01"],
    "actor": ["Lan", "Ha", "", '"a,b"', '"said ""no"""', '"two\nlines"', "\u202elan"],
    "items": ["5", "0", "007", "", " 3", "1.5", "2147483648"],
    "units_produced": ["50", "7", "", "0", "x"],
    "units_passed": ["5", "6", "", "8", "51"],
    "active_seconds": ["12.500", "0.125", "0.000", "12", "0012.500", "1.0005", ""],
    "reject_cause": ["", "blur", "50 % dark", "{}", "%s"],
    "audit_classes": ["", "bus 12/1", "bus 1/2"],
    "note": ["", "x"],
}
HEADER = ",".join(KINDS)
ROW = "b1,label,bounding_box,label,2026-03-01,2026-03-01,Lan,5,50,5,12.500,,,"


def a_table(chance: Random, *, plain: float) -> str:
    """Return a table; the smaller `plain`, the odder its cells and lines."""

    def cell(kinds: list[str]) -> str:
        return kinds[0] if chance.random() < plain else chance.choice(kinds)

    lines = [HEADER]
    for _ in range(chance.randint(1, 12)):
        lines.append(",".join(cell(kinds) for kinds in KINDS.values()))
        if chance.random() > plain:
            odd = ["", ",,", HEADER, ROW + ",", ROW + ",x", "," * 13, '"', 'a"b' + ROW]
            lines.append(chance.choice(odd))
    end = chance.choice(["\n", "\r\n", "\r"])
    return end.join(lines) + chance.choice([end, ""])


def by_column(body: bytes, *, helpers: int = 0):
    table = LongTable(BytesIO(body), STATED)
    lines = b"".join(table.blocks(helpers=helpers)).decode().splitlines()
    rows = [tuple(line.split("\t")[:3]) for line in lines]
    found = table.found
    return (
        *(rows, sorted(found.shown(), key=lambda one: one.row), found.read),
        *(found.blank, found.digest, table.sha256, table.ignored),
    )


def by_row(body: bytes):
    found = read_work(body, mapping=None, zone=STATED.zone, stated=STATED)
    rows = [(str(row.number), row.key, row.content) for row in found.rows]
    return (
        *(rows, list(found.refused), found.read),
        *(found.blank, found.content_digest, found.sha256, found.ignored_columns),
    )


def told(read, body: bytes):
    """Return what is said of a file; of one with two faults, each may find its own."""
    try:
        return read(body)
    except (TableError, MappingError):
        return None


@pytest.mark.parametrize("block", [97, 700, 1 << 20])
def test_a_table_says_by_column_what_it_says_by_row(monkeypatch, block):
    monkeypatch.setattr(long_tables, "BLOCK", block)
    monkeypatch.setattr("quotes.ingest.long_columns.MOST_REMEMBERED", 5)
    chance = Random(block)
    seen = set()
    for _ in range(scale.count(6_000) // 3):
        body = a_table(chance, plain=chance.choice([1, 0.99, 0.9, 0.5])).encode()
        if chance.random() < 0.3:
            body = mutated(body, chance)
        if not is_long_table(body[:65_536]):
            continue

        one, other = told(by_row, body), told(by_column, body)

        assert other == one, body
        seen |= {"refused"} if one is None else {refusal.code for refusal in one[1]}
    assert seen >= {"refused", "required", "ragged_row", "more_than_whole"}


@pytest.mark.parametrize("helpers", [1, 2])
def test_helpers_make_of_a_table_what_its_reader_would(monkeypatch, helpers):
    monkeypatch.setattr(long_tables, "BLOCK", 300)
    chance = Random(helpers)
    for _ in range(scale.count(200)):
        plain = chance.choice([1, 0.9, 0.5])
        body = "".join(a_table(chance, plain=plain) for _ in range(4)).encode()

        alone = told(by_column, body)
        helped = told(lambda body: by_column(body, helpers=helpers), body)

        assert helped == alone, body


@pytest.mark.parametrize("cell", ["5", "12.500"])
def test_a_number_of_two_lines_is_refused_and_is_not_two_numbers(cell):
    two = ROW.replace(f",{cell},", f',"{cell}\n{cell}",', 1)
    body = f"{HEADER}\n{two}\n{ROW}\n".encode()

    assert told(by_column, body) == told(by_row, body)
    assert [one.row for one in told(by_column, body)[1]] == [2]


def test_a_block_of_plain_rows_is_split_and_one_with_a_quote_is_parsed():
    plain = "\n".join([*[ROW] * 3, ""])
    quoted = plain.replace("Lan", '"Lan"', 1)

    found = [
        is_plain(text, width=len(KINDS), delimiter=",")
        for text in (plain, quoted, plain + ",", plain + ROW + ",x")
    ]

    assert found == [True, False, False, False]
    cells = split(plain, width=len(KINDS), delimiter=",")
    assert [",".join(row) for row in zip(*cells, strict=True)] == [ROW] * 3


@pytest.mark.parametrize("read", [by_row, by_column])
def test_a_line_without_end_is_refused_before_it_is_in_memory(read):
    body = f"{HEADER}\n{ROW}\n{',' * 3_000_000}".encode()

    with pytest.raises(TableError) as refused:
        read(body)

    assert refused.value.code == "line_too_long"


def test_rows_that_may_be_one_page_of_a_tool_are_named(monkeypatch):
    chance = Random(4)
    named = 0
    for _ in range(scale.count(200)):
        body = a_table(chance, plain=0.9).replace('"', "").encode()
        table = LongTable(BytesIO(body), STATED)
        list(table.blocks())
        pages: dict[tuple[object, ...], list[int]] = {}
        for row in read_work(body, mapping=None, zone=STATED.zone, stated=STATED).rows:
            pages.setdefault(tuple(map(row.values.get, PAGE)), []).append(row.number)
        alike = [some for some in pages.values() if len(some) > 1]

        doubted = table.screen.doubted()

        assert doubted is not None
        assert sorted(doubted) == sorted(number for some in alike for number in some)
        named += len(doubted)
        monkeypatch.setattr(long_screens, "MOST_DOUBTED", len(doubted) - 1)
        assert table.screen.doubted() == (None if doubted else ())
        monkeypatch.undo()
    assert named


def test_a_line_without_an_end_is_looked_at_once(monkeypatch):
    # Looked at from its begin with each block, 6 MB would be 1,000 MB of looks.
    looks = []

    def looked(text):
        looks.append(len(text))
        check_lines(text)

    monkeypatch.setattr(long_tables, "check_lines", looked)
    monkeypatch.setattr(long_tables, "BLOCK", 1 << 14)
    long = "x" * 6_000_000

    texts = list(Hashed(BytesIO(f"a,b\n{long}\nc".encode())).texts())

    assert "".join(texts) == f"a,b\n{long}\nc"
    assert sum(looks) < 3 * len(long)


def test_a_line_wider_than_all_cells_that_may_be_is_refused_before_it_ends(
    monkeypatch,
):
    monkeypatch.setattr(long_tables, "WIDEST_LINE", 5_000)
    monkeypatch.setattr(long_tables, "BLOCK", 1_000)
    opened = BytesIO(b"a,b\n" + b"x" * 100_000)

    with pytest.raises(TableError) as refused:
        list(Hashed(opened).texts())

    assert refused.value.code == "line_too_long"
    assert opened.tell() < 10_000
