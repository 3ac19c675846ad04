"""A canonical CSV of any length, read once, as rows of text for a staging table.

The rows are those of `reading.read_work`, and what is wrong with one is said by the
same code: a cell that was read before is looked up, and only a row with a cell that
cannot be read is read in full. Memory does not grow with the file.
"""

from __future__ import annotations

import codecs
import hashlib
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice, repeat
from typing import IO, Any

from .fields import COLUMNS, KEY, LONGEST, MOMENTS, PAIRS, REQUIRED, CellError
from .formats import told_apart
from .readers.base import ragged
from .reading import Row, cell_reader, columns_of, is_canonical, read_line, sum_digest
from .tables import (
    Line,
    Table,
    TableError,
    check_header,
    csv_lines,
    delimiter_of,
    names_of,
    remarks_of,
)
from .work import Refusal, Stated

BLOCK = 1 << 20
CHUNK = 5_000
MOST_REMEMBERED = 100_000
"""Cells of a column; beyond, all of them are forgotten and learnt again."""
MOST_REFUSED_KEPT = 10_000
TEXTS = frozenset({*LONGEST, "stage", "annotation_type", "clock"})
NOTHING = "\\N"
"""How the COPY of PostgreSQL writes what is missing."""
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
OTHERS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


@dataclass(kw_only=True)
class Counted:
    """What became of the rows of a file so far; `refused` holds the first of many."""

    read: int = 0
    blank: int = 0
    refused_rows: int = 0
    content: int = 0
    refused: list[Refusal] = field(default_factory=list)

    def refuse(self, one: Refusal) -> None:
        """Count a refused row."""
        self.refused_rows += 1
        if len(self.refused) < MOST_REFUSED_KEPT:
            self.refused.append(one)

    def shown(self) -> list[Refusal]:
        """Return the refused rows under codes for people."""
        return told_apart(self.refused)

    @property
    def digest(self) -> str:
        """Return the digest of the rows, whatever their order."""
        return sum_digest([self.content])


class Column:
    """A column of the file: what its cells say, each distinct one read once."""

    def __init__(self, name: str, place: int, read: Callable[[str], object]) -> None:
        """Remember nothing yet."""
        self.name, self.place = name, place
        self._read = read
        self.missing = "" if name in TEXTS else NOTHING
        self.written: dict[str, str] = {}
        """Cells as the staging table takes them."""
        self.said: dict[str, str] = {}
        """Cells as the digest of the natural key takes them."""
        self.named: dict[str, str] = {}
        """Cells as the digest of the content takes them; empty where missing."""
        self.value: dict[str, Any] = {}
        self.bad: set[str] = set()

    def learn(self, cells: Sequence[str]) -> set[str]:
        """Read the cells that are new, and return those that cannot be read."""
        if len(self.written) > MOST_REMEMBERED:
            for memory in (self.written, self.said, self.named, self.value):
                memory.clear()
            self.bad.clear()
        distinct = set(cells)
        for cell in distinct.difference(self.written):
            self._learn(cell)
        return self.bad & distinct if self.bad else self.bad

    def _learn(self, cell: str) -> None:
        trimmed = cell.strip()
        value: Any = None
        if trimmed:
            try:
                value = self._read(trimmed)
            except CellError:
                self.bad.add(cell)
        elif self.name in REQUIRED:
            self.bad.add(cell)
        self.value[cell] = value
        if value is None:
            self.written[cell], self.said[cell] = self.missing, "null"
            self.named[cell] = ""
            return
        text = str(value)
        written = text
        if self.name in MOMENTS:
            written = str(value.replace(tzinfo=None))
        elif isinstance(value, list):
            written = json.dumps(value)
        self.written[cell] = written.replace("\\", "\\\\")
        self.said[cell] = json.dumps(text, ensure_ascii=False)
        self.named[cell] = f'"{self.name}": {self.said[cell]}'


class LongTable:
    """A canonical CSV that is read row by row. Raises TableError and MappingError."""

    def __init__(self, opened: IO[bytes], stated: Stated) -> None:
        """Read the header."""
        self._raw = _Hashed(opened)
        self._stated = stated
        lines = self._raw.lines()
        first = next(lines, "")
        delimiter = delimiter_of(first)
        self._rows = csv_lines(chain((first,), lines), delimiter)
        self.names = names_of(next(self._rows).cells)
        check_header(self.names)
        self.columns = columns_of([name for name in self.names if name], None)
        self.remarks = remarks_of(delimiter)
        self.found = Counted()
        self._read = [
            Column(name, self.names.index(name), cell_reader(name, stated))
            for name in COLUMNS
            if name in self.columns
        ]
        self._by_name = {one.name: one for one in self._read}

    @property
    def staged(self) -> tuple[str, ...]:
        """Return the columns of the blocks."""
        return ("number", "key", "content", *(one.name for one in self._read))

    @property
    def ignored(self) -> tuple[str, ...]:
        """Return the columns of the file that mean nothing here."""
        return tuple(name for name in self.names if name and name not in self.columns)

    @property
    def sha256(self) -> str:
        """Return the hash of the bytes that were read."""
        return self._raw.sha256

    def blocks(self, before: str = "") -> Iterator[bytes]:
        """Yield the good rows as lines of a COPY, each after some first columns."""
        while lines := list(islice(self._rows, CHUNK)):
            self.found.read += len(lines)
            yield self._block(list(self._shaped(lines)), before)

    def _shaped(self, lines: Iterable[Line]) -> Iterator[Line]:
        """Yield the lines that have a cell for each column; count the others."""
        width = len(self.names)
        for line in lines:
            cells = line.cells
            if len(cells) == width:
                yield line
            elif not any(cell and not cell.isspace() for cell in cells):
                self.found.blank += 1
            elif len(cells) > width and not any(one.strip() for one in cells[width:]):
                yield Line(line.number, cells[:width])
            else:
                self.found.refuse(ragged(line, width))

    def _block(self, lines: list[Line], before: str) -> bytes:
        cells = list(zip(*(line.cells for line in lines), strict=True))
        wrong = self._wrong(cells)
        if wrong:
            self._judge([lines[place] for place in sorted(wrong)])
            lines = [line for place, line in enumerate(lines) if place not in wrong]
            cells = list(zip(*(line.cells for line in lines), strict=True))
        if not lines:
            return b""
        rows = zip(
            *(() if not before else (repeat(before),)),
            (str(line.number) for line in lines),
            self._keys(cells),
            self._contents(cells),
            *(map(one.written.__getitem__, cells[one.place]) for one in self._read),
            strict=False,
        )
        return ("\n".join(map("\t".join, rows)) + "\n").encode()

    def _wrong(self, cells: list[tuple[str, ...]]) -> set[int]:
        """Return the places of rows that may be wrong: they are read in full."""
        if not cells:
            return set()
        found: set[int] = set()
        for one in self._read:
            bad = one.learn(cells[one.place])
            if bad:
                found |= {
                    place for place, cell in enumerate(cells[one.place]) if cell in bad
                }
        for low, high in (*PAIRS, MOMENTS[::-1]):
            if low in self._by_name and high in self._by_name:
                found |= self._more(cells, self._by_name[low], self._by_name[high])
        return found

    def _more(
        self, cells: list[tuple[str, ...]], low: Column, high: Column
    ) -> set[int]:
        """Return the places where what may not be more than the other is more."""
        ends = low.name == MOMENTS[1]
        return {
            place
            for place, (part, whole) in enumerate(
                zip(
                    map(low.value.__getitem__, cells[low.place]),
                    map(high.value.__getitem__, cells[high.place]),
                    strict=True,
                )
            )
            if part is not None
            and whole is not None
            and (part < whole if ends else part > whole)
        }

    def _judge(self, lines: Iterable[Line]) -> None:
        """Say what is wrong with rows, as it is said of any file."""
        for line in lines:
            if not any(cell and not cell.isspace() for cell in line.cells):
                self.found.blank += 1
                continue
            found = read_line(
                line, self.names, self.columns, mapping=None, stated=self._stated
            )
            if isinstance(found, Row):
                raise TypeError(f"Row {line.number} is good after all.")
            self.found.refuse(found)

    def _keys(self, cells: list[tuple[str, ...]]) -> Iterator[str]:
        """Yield what `Row.key` is of each row."""
        parts = [
            map(one.said.__getitem__, cells[one.place])
            if (one := self._by_name.get(name)) is not None
            else repeat("null")
            for name in KEY
        ]
        for text in map(", ".join, zip(*parts, strict=False)):
            yield hashlib.sha256(f"[{text}]".encode()).hexdigest()

    def _contents(self, cells: list[tuple[str, ...]]) -> Iterator[str]:
        """Yield what `Row.content` is of each row, and add them up."""
        named = [
            map(one.named.__getitem__, cells[one.place])
            for one in sorted(self._read, key=lambda one: one.name)
        ]
        for parts in zip(*named, strict=True):
            text = ", ".join(parts if all(parts) else filter(None, parts))
            digest = hashlib.sha256(f"{{{text}}}".encode())
            self.found.content += int.from_bytes(digest.digest())
            yield digest.hexdigest()


def is_long_table(head: bytes) -> bool:
    """Return whether a file that begins so is a CSV of canonical work records."""
    if head.startswith(OTHERS):
        return False
    encoding = _encoding(head)
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(head)
    if text.lstrip()[:1] in ("", "{", "[", "<"):
        return False
    try:
        header = next(csv_lines(io.StringIO(text, newline=None), delimiter_of(text)))
    except TableError:
        return False
    return is_canonical(Table(names=tuple(names_of(header.cells)), lines=()))


def _encoding(head: bytes) -> str:
    return "utf-16" if head[:2] in UTF_16 else "utf-8-sig"


class _Hashed(io.RawIOBase):
    """Bytes of a file, hashed as they are read."""

    def __init__(self, opened: IO[bytes]) -> None:
        self._opened = opened
        self._hash = hashlib.sha256()
        self._head = opened.read(2)
        self._hash.update(self._head)
        self._encoding = _encoding(self._head)

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        block = self._head or self._opened.read(len(buffer))
        if self._head:
            self._head = b""
        else:
            self._hash.update(block)
        if self._encoding != "utf-16" and b"\x00" in block:
            raise TableError(
                "The file holds NUL characters. Export it again as CSV.", code="nul"
            )
        buffer[: len(block)] = block
        return len(block)

    def lines(self) -> Iterator[str]:
        """Yield lines of text. Raises TableError for bytes that are none."""
        decoder = codecs.getincrementaldecoder(self._encoding)()
        buffered = io.BufferedReader(self, BLOCK)
        whole = io.IncrementalNewlineDecoder(None, translate=True)
        before, at = "", 0
        while True:
            block = buffered.read(BLOCK)
            pending = len(decoder.getstate()[0])
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                raise TableError(
                    f"The file is not UTF-8 (byte {at - pending + error.start + 1:,}). "
                    f"Save it as CSV UTF-8.",
                    code="bad_encoding",
                ) from error
            at += len(block)
            text = before + whole.decode(text, final=not block)
            if not block:
                if text:
                    yield text
                return
            cut = text.rfind("\n") + 1
            before = text[cut:]
            yield from io.StringIO(text[:cut], newline="\n")
