"""The cells of a block, column by column: each distinct one is read once.

A column of a log says few things many times, so that a cell read before is looked up.
Numbers differ from row to row; where all of a block are written as we would write them,
that they are is the whole of reading them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import compress, repeat
from typing import Any

from .fields import LONGEST, MOMENTS, READERS, REQUIRED, CellError, count, seconds

MOST_REMEMBERED = 100_000
"""Cells of a column; beyond, all of them are forgotten and learnt again."""
TEXTS = frozenset({*LONGEST, "stage", "annotation_type", "clock"})
NOTHING = "\\N"
"""How the COPY of PostgreSQL writes what is missing."""
AS_WE_WRITE: dict[object, re.Pattern[str]] = {
    count: re.compile(r"(?:(?:0|[1-9][0-9]{0,8}+)\n)*+"),
    seconds: re.compile(r"(?:(?:0|[1-9][0-9]{0,9}+)\.[0-9]{3}\n)*+"),
}


class Column:
    """A column of the file: what its cells say, each distinct one read once."""

    def __init__(self, name: str, place: int, read: Callable[[str], object]) -> None:
        """Remember nothing yet."""
        self.name, self.place = name, place
        self._read = read
        self._plain = AS_WE_WRITE.get(READERS.get(name, read))
        self.missing = "" if name in TEXTS else NOTHING
        self.written: dict[str, str] = {}
        """Cells as the staging table takes them."""
        self.said: dict[str, str] = {}
        """Cells as the digests take them, empty where missing."""
        self.value: dict[str, Any] = {}
        self.bad: set[str] = set()

    def take(self, cells: Sequence[str]) -> Cells:
        """Return the cells of a block, read."""
        if self._plain is not None and _are(self._plain, cells):
            return Cells(column=self, cells=cells, plain=True)
        if len(self.written) > MOST_REMEMBERED:
            for memory in (self.written, self.said, self.value):
                memory.clear()
            self.bad.clear()
        distinct = set(cells)
        for cell in distinct.difference(self.written):
            self._learn(cell)
        return Cells(column=self, cells=cells, distinct=frozenset(distinct))

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
            self.written[cell], self.said[cell] = self.missing, ""
            return
        text = str(value)
        written = text
        if self.name in MOMENTS:
            written = str(value.replace(tzinfo=None))
        elif isinstance(value, list):
            written = json.dumps(value)
        self.written[cell] = written.replace("\\", "\\\\")
        self.said[cell] = json.dumps(text, ensure_ascii=False)


def _are(pattern: re.Pattern[str], cells: Sequence[str]) -> bool:
    """Return whether each cell fits: one of two lines is not two that fit."""
    text = "\n".join(cells) + "\n"
    return text.count("\n") == len(cells) and bool(pattern.fullmatch(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """The cells of a column in one block.

    `plain` are numbers that are written as we would write them; `distinct` are the
    cells of any other column, all of them read.
    """

    column: Column
    cells: Sequence[str]
    plain: bool = False
    distinct: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """Return the name of the column."""
        return self.column.name

    def values(self) -> Callable[[str], Any]:
        """Return how to tell what a cell says, None for nothing."""
        return Decimal if self.plain else self.column.value.__getitem__

    def bad(self) -> Iterator[int]:
        """Yield the places of cells that cannot be read."""
        wrong = self.distinct & self.column.bad
        if wrong:
            yield from (at for at, cell in enumerate(self.cells) if cell in wrong)

    def kept(self, flags: Sequence[bool]) -> Cells:
        """Return the cells of some of the rows."""
        cells = tuple(compress(self.cells, flags))
        return Cells(
            column=self.column,
            cells=cells,
            plain=self.plain,
            distinct=frozenset() if self.plain else frozenset(cells),
        )

    def written(self) -> Piece:
        """Return the cells as the staging table takes them."""
        return self._piece(self.column.written, "{}")

    def said(self) -> Piece:
        """Return the cells as the digest of a key takes them."""
        return self._piece(
            {cell: said or "null" for cell, said in self._said()}, '"{}"'
        )

    def named(self, lead: str, trail: str) -> Piece:
        """Return the cells as the digest of a content takes them: nothing if missing.

        `lead` and `trail` part what is said from the columns before and behind.
        """
        before, after = f'{lead}"{self.name}": ', trail
        return self._piece(
            {cell: said and before + said + after for cell, said in self._said()},
            f'{before}"{{}}"{after}',
        )

    def always(self) -> bool:
        """Return whether every cell says something."""
        return self.plain or all(said for _, said in self._said())

    def _said(self) -> Iterator[tuple[str, str]]:
        said = self.column.said
        return ((cell, said[cell]) for cell in self.distinct)

    def _piece(self, words: dict[str, str], shape: str) -> Piece:
        """Return the pieces of lines that a column gives: one, where all are alike."""
        if self.plain:
            before, after = shape.replace("%", "%%").split("{}")
            return Piece(shape=f"{before}%s{after}", parts=self.cells)
        if len(self.distinct) == 1:
            (cell,) = self.distinct
            return Piece(shape=words[cell].replace("%", "%%"))
        return Piece(shape="%s", parts=[*map(words.__getitem__, self.cells)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of each line of a block: the same text, or one with a part of each row."""

    shape: str
    parts: Sequence[object] | None = None


def lines_of(pieces: Sequence[Piece], *, many: int) -> Iterator[str]:
    """Yield a line for each of so many rows, put together of its pieces."""
    shape = "".join(piece.shape for piece in pieces)
    parts = [piece.parts for piece in pieces if piece.parts is not None]
    if not parts:
        return repeat(shape % (), many)
    return map(shape.__mod__, zip(*parts, strict=True))


def more(low: Cells, high: Cells) -> Iterator[int]:
    """Yield the places where what may not be more than the other is more.

    Of moments, it is the begin that may not be after the end.
    """
    if low.cells == high.cells:
        return
    part_of, whole_of = low.values(), high.values()
    wrong = {
        pair
        for pair in set(zip(low.cells, high.cells, strict=True))
        if (part := part_of(pair[0])) is not None
        and (whole := whole_of(pair[1])) is not None
        and part > whole
    }
    if wrong:
        pairs = zip(low.cells, high.cells, strict=True)
        yield from (at for at, pair in enumerate(pairs) if pair in wrong)
