"""Files that something went wrong with: refused in words, or read with nothing lost.

Bytes of the golden files are changed, dropped, doubled and swapped at random. Whatever
comes out is a refusal of ours or a reading whose rows are conserved, in little time and
little memory. Before a release 100,000 tables and 20,000 workbooks are tried.
"""

from __future__ import annotations

import io
import json
import resource
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from random import Random
from time import process_time
from typing import Any

import pytest
import xlsxwriter

from quotes.ingest.fields import REQUIRED
from quotes.ingest.reading import MappingError, read_work
from quotes.ingest.tables import TableError
from quotes.ingest.work import Stated
from tests import scale
from tests.factories import ROOT

GOLDEN = sorted((Path(__file__).parent / "golden").iterdir())
ODD = [
    *(b"\x00", b"\xff", b'"', b"'", b",", b";", b"\n", b"\r", b"\t", b"{", b"}", b"["),
    *(b"]", b"-", b"null", b"NaN", b"1e999", b"9" * 400, b"\xe2\x80\xae", b"\\u0000"),
    *(b"2026-13-45", b"0000-00-00", b"9999-12-31T23:59:59Z", b"true", b'""', b":"),
]
MOST_SECONDS = 5
MOST_BYTES = 200_000_000
STATED = Stated(zone="Asia/Ho_Chi_Minh", annotation_type="bounding_box", minutes=True)


def mutated(body: bytes, chance: Random) -> bytes:
    for _ in range(chance.randint(1, 4)):
        at, end = sorted(chance.randrange(len(body) + 1) for _ in range(2))
        end = min(end, at + chance.choice((0, 1, 3, 20)))
        body = chance.choice(
            (
                body[:at] + chance.choice(ODD) + body[end:],
                body[:at] + body[end:],
                body[:end] + body[at:],
                body[:at] + bytes([chance.randrange(256)]) + body[at + 1 :],
            )
        )
        if not body:
            return b"x"
    return body


def so_many(full: int, *, otherwise: int) -> int:
    """Return how many files are tried: all before a release, some of a part of them."""
    return full if scale.SCALE >= 1 else scale.count(otherwise)


def memory() -> int:
    """Return the most memory that this process ever had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@pytest.fixture(autouse=True)
def memory_stays():
    """Read one file, and see after all others that nobody needed much more."""
    check((GOLDEN[0]).read_bytes())
    before = memory()
    yield
    assert memory() - before < MOST_BYTES


def check(body: bytes) -> str:
    """Return what became of a file; anything but our own refusals is raised."""
    begun = process_time()
    found = _read(body)
    assert process_time() - begun < MOST_SECONDS, body[:200]
    return found


def _read(body: bytes) -> str:
    try:
        reading = read_work(body, mapping=None, zone=STATED.zone, stated=STATED)
    except (TableError, MappingError):
        return "refused"
    taken = sum(len(row.sources) for row in reading.rows)
    if reading.kind == "paid":
        taken = len({piece.row for piece in reading.pieces})
    assert reading.read == (
        taken + len(reading.refused) + reading.left_out + reading.blank
    )
    assert all(one.code and one.message for one in reading.refused)
    return "read"


@pytest.mark.timeout(3_600)
def test_a_table_with_odd_bytes_is_read_or_refused_and_never_breaks():
    chance = Random(271)
    bodies = [path.read_bytes() for path in GOLDEN if path.suffix == ".csv"]

    found = [
        check(mutated(chance.choice(bodies), chance))
        for _ in range(so_many(100_000, otherwise=36_000))
    ]

    assert set(found) == {"read", "refused"}


def test_a_text_with_odd_bytes_is_read_or_refused_and_never_breaks():
    chance = Random(272)
    bodies = [path.read_bytes() for path in GOLDEN if path.suffix != ".csv"]

    found = [
        check(mutated(chance.choice(bodies), chance))
        for _ in range(so_many(25_000, otherwise=14_000))
    ]

    assert set(found) == {"read", "refused"}


ALONE = """
import sys
from quotes.ingest.reading import read_work
from quotes.ingest.tables import TableError
try:
    read_work(sys.stdin.buffer.read(), mapping=None, zone="UTC")
    print("read")
except TableError:
    print("refused")
"""


@pytest.mark.parametrize(
    ("said", "became"),
    [
        ("17724384e99900000", "refused"),
        ("1e-99900000", "refused"),
        ("1e999999999999999999999", "refused"),
        ("1.7724384e12", "read"),
    ],
)
def test_a_number_of_ten_letters_with_a_hundred_million_digits_is_no_bomb(said, became):
    """It was written out for minutes, in a process that nothing but a kill reaches."""
    body = (GOLDEN[0].parent / "click_tasks.json").read_text()
    assert "1772438400000" in body

    child = subprocess.run(
        [sys.executable, "-c", ALONE],
        input=body.replace("1772438400000", said).encode(),
        capture_output=True,
        timeout=30,
        check=True,
        cwd=ROOT,
    )

    assert child.stdout.decode().strip() == became


def test_a_moment_that_no_calendar_has_is_refused_with_its_task():
    body = (GOLDEN[0].parent / "click_tasks.json").read_text()
    late = body.replace("1772438400000", "9" * 30).encode()

    found = read_work(late, mapping=None, zone=STATED.zone, stated=STATED)

    assert [one.code for one in found.refused] == ["date_out_of_window"]
    assert check(late) == "read"


WRONG: list[Any] = [None, 0, -5.5, "", "x", [], {}, [None], [[1]], {"a": None}, True]
WRONG += ["9" * 300, 10**30, [{}], "2026-03-02T08:00:00Z", "NaN"]


def places(value: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to everything in a document, but to the document itself."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, one in inner:
        yield (*before, key)
        if isinstance(one, dict | list):
            yield from places(one, (*before, key))


def test_a_document_with_wrong_values_is_read_or_refused_and_never_breaks():
    chance = Random(159)
    texts = [path.read_text() for path in GOLDEN if path.suffix == ".json"]

    found = []
    for _ in range(so_many(25_000, otherwise=25_000)):
        document = json.loads(chance.choice(texts))
        way = chance.choice(list(places(document)))
        inside = reduce(lambda value, key: value[key], way[:-1], document)
        inside[way[-1]] = chance.choice(WRONG)
        found.append(check(json.dumps(document).encode()))

    assert set(found) == {"read", "refused"}


def a_book() -> bytes:
    body = io.BytesIO()
    rows: list[list[Any]] = [
        [*REQUIRED, "items", "units_produced", "active_seconds"],
        ["A", "label", "bounding_box", "label", 100, 500, 6000.5],
        ["B", "label", "bounding_box", "label", 10, 50, 600],
    ]
    with xlsxwriter.Workbook(body, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return body.getvalue()


def test_a_workbook_with_odd_bytes_is_read_or_refused_and_never_breaks():
    chance = Random(314)
    book = a_book()
    with zipfile.ZipFile(io.BytesIO(book)) as box:
        parts = {name: box.read(name) for name in box.namelist()}
    inner = ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml")

    found = []
    for number in range(so_many(20_000, otherwise=5_000)):
        if number % 2:
            found.append(check(b"PK\x03\x04" + mutated(book[4:], chance)))
            continue
        changed = dict(parts)
        name = chance.choice(inner)
        changed[name] = mutated(parts[name], chance)
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as box:
            for one, part in changed.items():
                box.writestr(one, part)
        found.append(check(made.getvalue()))

    assert set(found) == {"read", "refused"}


def test_a_reading_that_breaks_would_be_seen(monkeypatch):
    def broken(*args: object, **fields: object) -> None:
        raise KeyError("row")

    monkeypatch.setattr("tests.ingest.test_mutations.read_work", broken)

    with pytest.raises(KeyError):
        check(b"x")


def test_a_reading_that_takes_long_would_be_seen(monkeypatch):
    monkeypatch.setattr("tests.ingest.test_mutations.MOST_SECONDS", 0)

    with pytest.raises(AssertionError):
        check(GOLDEN[0].read_bytes())
