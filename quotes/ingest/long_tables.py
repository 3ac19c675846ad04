"""A canonical CSV of any length, read once, as rows of text for a staging table.

The rows are those of `reading.read_work`, and what is wrong with one is said by the
same code: a cell that was read before is looked up, and only a row with a cell that
cannot be read is read in full. Memory does not grow with the file.
"""

from __future__ import annotations

import codecs
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress, islice
from typing import IO, Any, TypeAlias

import numpy as np

from quotes.calc.names import same

from .fields import COLUMNS, KEY, MOMENTS, PAIRS
from .formats import told_apart
from .long_blocks import is_plain, split
from .long_columns import Cells, Column, Piece, lines_of, more
from .long_helpers import helped
from .long_screens import Look, Screen
from .readers.base import ragged
from .reading import Row, cell_reader, columns_of, is_canonical, read_line, sum_digest
from .tables import (
    MOST_CELL,
    MOST_COLUMNS,
    MOST_LINE,
    NUL,
    Line,
    Table,
    TableError,
    check_header,
    check_lines,
    csv_lines,
    delimiter_of,
    line_too_long,
    names_of,
    remarks_of,
)
from .work import Refusal, Stated

BLOCK = 1 << 20
CHUNK = 10_000
MOST_REFUSED_KEPT = 10_000
Meanings: TypeAlias = Mapping[str, Mapping[str, str]]
"""By column what a cell means, by how names are compared."""
WIDEST_LINE = MOST_COLUMNS * (2 * MOST_CELL + 3)
"""Characters of a line with as many cells as may be, all as long, full of quotes."""
WORDS = 8
"""A digest is added up as so many words of 32 bits."""
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

    def add(self, one: Block) -> None:
        """Count the rows of a block."""
        self.content += one.content
        self.blank += one.blank
        self.refused_rows += len(one.refused)
        self.refused += one.refused[: MOST_REFUSED_KEPT - len(self.refused)]

    def shown(self) -> list[Refusal]:
        """Return the refused rows under codes for people."""
        return told_apart(self.refused)

    @property
    def digest(self) -> str:
        """Return the digest of the rows, whatever their order."""
        return sum_digest([self.content])


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """What was made of some rows: the good ones as lines of a COPY, and what to count.

    `look` is what was seen of the good ones, None where there are none.
    """

    blank: int
    refused: tuple[Refusal, ...]
    content: int = 0
    lines: bytes = b""
    look: Look | None = None


def _reader(name: str, stated: Stated, meant: Meanings) -> Callable[[str], object]:
    """Return how a cell is read: as it was written, or as what that means."""
    read, means = cell_reader(name, stated), meant.get(name)
    if not means:
        return read

    def read_as_meant(cell: str) -> object:
        found = str(read(cell))
        return means.get(same(found), found)

    return read_as_meant


class LongTable:
    """A canonical CSV that is read row by row. Raises TableError and MappingError."""

    def __init__(
        self, opened: IO[bytes], stated: Stated, *, meant: Meanings | None = None
    ) -> None:
        """Read the header; `meant` is what cells mean that were written otherwise."""
        self._raw = Hashed(opened)
        self._stated = stated
        self._texts = self._raw.texts()
        self._above = 0
        first = self._open(next(self._texts, ""))
        self._delimiter = delimiter_of(first.partition("\n")[0])
        self.names = names_of(next(self._records()).cells)
        check_header(self.names)
        self.columns = columns_of([name for name in self.names if name], None)
        self.remarks = remarks_of(self._delimiter)
        self.found = Counted()
        self.screen = Screen(stated.zone)
        self._read = [
            Column(name, self.names.index(name), _reader(name, stated, meant or {}))
            for name in COLUMNS
            if name in self.columns
        ]

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

    def blocks(
        self, before: str = "", digest: str = "", *, helpers: int = 0
    ) -> Iterator[bytes]:
        """Yield the good rows as lines of a COPY, each after some first columns.

        `digest` is how the database is told that the digits of a digest follow.
        `helpers` processes make the lines, while this one reads on and hands them out.
        """

        def made_of(part: _Rows | _Plain) -> Block:
            return self._block(part.rows(), before, digest)

        with helped(made_of, helpers=helpers) as made:
            for block in made(self._parts()):
                self.found.add(block)
                if block.look is not None:
                    self.screen.remember(block.look)
                yield block.lines

    def _parts(self) -> Iterator[_Rows | _Plain]:
        """Yield the rows of the file, some thousands at a time."""
        width = len(self.names)
        while text := self._current.read() or next(self._texts, ""):
            if is_plain(text, width=width, delimiter=self._delimiter):
                first = self._above + 1
                self._above += text.count("\n") + (not text.endswith("\n"))
                self.found.read += self._above + 1 - first
                yield _Plain(
                    text, range(first, self._above + 1), width, self._delimiter
                )
                continue
            self._open(text)
            records = self._records()
            while lines := list(islice(records, CHUNK)):
                self.found.read += len(lines)
                yield _Rows.of(lines, width=width)

    def _open(self, text: str) -> str:
        self._current = io.StringIO(text, newline="\n")
        self._left = text.count("\n") + (text[-1:] not in ("", "\n"))
        return text

    def _lines(self) -> Iterator[str]:
        """Yield the lines of the text, then of those into which a quoted cell goes."""
        while self._left or self._open(next(self._texts, "")):
            self._left -= 1
            self._above += 1
            yield self._current.readline()

    def _records(self) -> Iterator[Line]:
        """Yield the records that begin in the text."""
        for line in csv_lines(self._lines(), self._delimiter, above=self._above):
            yield line
            if not self._left:
                return

    def _block(self, rows: _Rows, before: str, digest: str) -> Block:
        """Return what is made of rows: a pure function of them."""
        numbers = rows.numbers
        taken = [one.take(rows.columns[one.place]) for one in self._read]
        wrong = self._wrong(taken)
        blank, refused = rows.blank, rows.refused
        if wrong:
            told = [*self._judged(rows.line(place) for place in sorted(wrong))]
            blank += told.count(None)
            refused += tuple(one for one in told if one is not None)
            flags = [place not in wrong for place in range(len(numbers))]
            numbers = list(compress(numbers, flags))
            taken = [one.kept(flags) for one in taken]
        if not numbers:
            return Block(blank=blank, refused=refused)
        contents = _digests(_content_lines(taken, many=len(numbers)))
        keys = _digests(_key_lines(taken, many=len(numbers)))
        first = f"{before}\t".replace("%", "%%") if before else ""
        pieces = [
            Piece(shape=f"{first}%s", parts=numbers),
            Piece(shape=f"\t{digest}%s", parts=[one.hex() for one in keys]),
            Piece(shape=f"\t{digest}%s", parts=[one.hex() for one in contents]),
        ]
        for one in taken:
            pieces += [Piece(shape="\t"), one.written()]
        return Block(
            blank=blank,
            refused=refused,
            content=_added(contents),
            lines=("\n".join(lines_of(pieces, many=len(numbers))) + "\n").encode(),
            look=self.screen.look(taken, keys, numbers),
        )

    def _wrong(self, taken: Sequence[Cells]) -> set[int]:
        """Return the places of rows that may be wrong: they are read in full."""
        found = {place for one in taken for place in one.bad()}
        by_name = {one.name: one for one in taken}
        for low, high in (*PAIRS, MOMENTS):
            if low in by_name and high in by_name:
                found.update(more(by_name[low], by_name[high]))
        return found

    def _judged(self, lines: Iterable[Line]) -> Iterator[Refusal | None]:
        """Yield what is wrong with rows, as of any file; None where one is blank."""
        for line in lines:
            if not any(cell and not cell.isspace() for cell in line.cells):
                yield None
                continue
            found = read_line(
                line, self.names, self.columns, mapping=None, stated=self._stated
            )
            if isinstance(found, Row):
                raise TypeError(f"Row {line.number} is good after all.")
            yield found


def _key_lines(taken: Sequence[Cells], *, many: int) -> Iterator[str]:
    """Yield what the digest `Row.key` is made of, for each row."""
    by_name = {one.name: one for one in taken}
    pieces = [Piece(shape="[")]
    for name in KEY:
        said = by_name[name].said() if name in by_name else Piece(shape="null")
        pieces += [said, Piece(shape=", ")]
    return lines_of([*pieces[:-1], Piece(shape="]")], many=many)


def _content_lines(taken: Sequence[Cells], *, many: int) -> Iterator[str]:
    """Yield what the digest `Row.content` is made of, for each row.

    Commas stand around the first column that says something in every row.
    """
    pieces, after = [Piece(shape="{")], False
    for one in sorted(taken, key=lambda one: one.name):
        if after:
            pieces.append(one.named(", ", ""))
        elif one.always():
            pieces.append(one.named("", ""))
            after = True
        else:
            pieces.append(one.named("", ", "))
    return lines_of([*pieces, Piece(shape="}")], many=many)


def _digests(lines: Iterable[str]) -> list[bytes]:
    return [hashlib.sha256(line.encode()).digest() for line in lines]


def _added(digests: Sequence[bytes]) -> int:
    """Return the sum of digests as whole numbers."""
    words = np.frombuffer(b"".join(digests), ">u4").reshape(-1, WORDS)
    found = 0
    for word in words.sum(axis=0, dtype=np.uint64):
        found = (found << 32) + int(word)
    return found


@dataclass(frozen=True, slots=True)
class _Rows:
    """Some rows of a file: the lines on which they begin, and their cells by column.

    Beside them what was read among them and has no such cells.
    """

    numbers: Sequence[int]
    columns: Sequence[Sequence[str]]
    blank: int = 0
    refused: tuple[Refusal, ...] = ()

    @classmethod
    def of(cls, lines: Iterable[Line], *, width: int) -> _Rows:
        """Take the lines that have a cell for each column; count the others."""
        blank, refused, good = 0, [], []
        for line in lines:
            cells = line.cells
            if len(cells) == width:
                good.append(line)
            elif not any(cell and not cell.isspace() for cell in cells):
                blank += 1
            elif len(cells) > width and not any(one.strip() for one in cells[width:]):
                good.append(Line(line.number, cells[:width]))
            else:
                refused.append(ragged(line, width))
        columns = list(zip(*(line.cells for line in good), strict=True))
        numbers = [line.number for line in good]
        return cls(numbers, columns or [()] * width, blank, tuple(refused))

    def rows(self) -> _Rows:
        return self

    def line(self, place: int) -> Line:
        return Line(self.numbers[place], [cells[place] for cells in self.columns])


@dataclass(frozen=True, slots=True)
class _Plain:
    """Some rows of a file as a text of plain lines: it goes to a helper as it is."""

    text: str
    numbers: range
    width: int
    delimiter: str

    def rows(self) -> _Rows:
        found = split(self.text, width=self.width, delimiter=self.delimiter)
        return _Rows(self.numbers, found)


def is_long_table(head: bytes) -> bool:
    """Return whether a file that begins so is a CSV of canonical work records."""
    names = header_in(head)
    return names is not None and is_canonical(Table(names=names, lines=()))


def header_in(head: bytes) -> tuple[str, ...] | None:
    """Return the columns of a file that begins so, None if it is no CSV."""
    if head.startswith(OTHERS):
        return None
    encoding = _encoding(head)
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(head)
    if text.lstrip()[:1] in ("", "{", "[", "<"):
        return None
    try:
        header = next(csv_lines(io.StringIO(text, newline=None), delimiter_of(text)))
    except TableError:
        return None
    return tuple(names_of(header.cells))


def _encoding(head: bytes) -> str:
    return "utf-16" if head[:2] in UTF_16 else "utf-8-sig"


class OpenLine:
    """A line of which the end was not read yet; each part of it is looked at once."""

    def __init__(self) -> None:
        """Begin it."""
        self._unseen, self._size = "", 0

    def add(self, text: str) -> None:
        """Take what follows. Raises TableError for a line that nobody writes."""
        self._size += len(text)
        self._unseen += text
        if len(self._unseen) > MOST_LINE:
            check_lines(self._unseen)
            self._unseen = self._unseen[
                (len(self._unseen) - 1) // MOST_LINE * MOST_LINE :
            ]
        if self._size > WIDEST_LINE:
            raise line_too_long()


class Hashed(io.RawIOBase):
    """Bytes of a file, hashed as they are read."""

    def __init__(self, opened: IO[bytes]) -> None:
        self._opened = opened
        self._hash = hashlib.sha256()
        self._head = opened.read(2)
        self._hash.update(self._head)
        self._encoding = _encoding(self._head)

    @property
    def sha256(self) -> str:
        """Return the hash of what was read."""
        return self._hash.hexdigest()

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read some bytes. Raises TableError for those that no text has."""
        block = self._head or self._opened.read(len(buffer))
        if self._head:
            self._head = b""
        else:
            self._hash.update(block)
        if self._encoding != "utf-16" and b"\x00" in block:
            raise TableError(NUL, code="nul")
        buffer[: len(block)] = block
        return len(block)

    def texts(self) -> Iterator[str]:
        """Yield whole lines of text, about a block of them at a time.

        Raises TableError for bytes that are none.
        """
        decoder = codecs.getincrementaldecoder(self._encoding)()
        buffered = io.BufferedReader(self, BLOCK)
        whole = io.IncrementalNewlineDecoder(None, translate=True)
        parts: list[str] = []
        line, at = OpenLine(), 0
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
            # Of UTF-8 the bytes were looked at; here every other byte may be one.
            if "\x00" in text:
                raise TableError(NUL, code="nul")
            text = whole.decode(text, final=not block)
            cut = text.rfind("\n") + 1 if block else len(text)
            if cut or not block:
                # What came before goes with it: the end of a line that was open.
                if found := "".join([*parts, text[:cut]]):
                    yield found
                parts, line = [], OpenLine()
            if not block:
                return
            parts.append(text[cut:])
            line.add(text[cut:])
