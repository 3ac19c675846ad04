"""What a reader is, and how it finds a cell: by what a column is called, never where.

`Working time (ms)`, `working_time_ms` and `workingTimeMs` are one name: tools change
case, spaces and underscores between versions, and order between two exports.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from quotes.ingest.content import Content, as_table
from quotes.ingest.fields import CellError, count, text
from quotes.ingest.tables import Line, Table
from quotes.ingest.times import instant
from quotes.ingest.work import Found, Refusal, Stated

MISSHAPEN = (TypeError, AttributeError, LookupError, ValueError, ArithmeticError)
"""What reading raises where JSON holds something else than its tool writes."""
AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]*)?(e-[0-9]{1,2})?", re.IGNORECASE)
WHOLE = re.compile(r"([0-9]{1,9})\.0+")


def plain(name: str) -> str:
    """Return a name of a column without case, spaces and marks.

    >>> plain("Working time (ms)") == plain("workingTimeMs")
    True
    """
    return "".join(mark for mark in name.casefold() if mark.isalnum())


@dataclass(frozen=True, slots=True)
class Cells:
    """One row of a table, by the plain names of its columns."""

    number: int
    by_name: Mapping[str, str]

    def text(self, *names: str) -> str:
        """Return the first cell that is not empty, as a checked text."""
        name, cell = self._first(names)
        return self._read(name, cell, text) if cell else ""

    def raw(self, *names: str) -> str:
        """Return the first cell that is not empty, as it stands."""
        return self._first(names)[1]

    def has(self, *names: str) -> bool:
        """Return whether any of some columns has text in this row."""
        return bool(self._first(names)[1])

    def is_yes(self, *names: str) -> bool:
        """Return whether a cell says yes in any of the ways in which tools say it."""
        return self._first(names)[1].casefold() in ("true", "1", "yes", "t")

    def count(self, *names: str) -> int | None:
        """Return a whole number, None for an empty cell; 12.0 is 12."""
        name, cell = self._first(names)
        whole = WHOLE.fullmatch(cell)
        return (
            self._read(name, whole.group(1) if whole else cell, count) if cell else None
        )

    def seconds(self, *names: str, each: Decimal = Decimal(1)) -> Decimal | None:
        """Return seconds as written, None for an empty cell; `each` is their unit."""
        name, cell = self._first(names)
        if not cell:
            return None
        found: Decimal = self._read(name, cell, amount)
        return found * each

    def moment(
        self,
        *names: str,
        zone: str,
        read: Callable[[str, str], datetime] = instant,
    ) -> datetime | None:
        """Return a moment in UTC, None for an empty cell."""
        name, cell = self._first(names)
        return self._read(name, cell, lambda one: read(one, zone)) if cell else None

    def _first(self, names: tuple[str, ...]) -> tuple[str, str]:
        for name in names:
            cell = self.by_name.get(name, "").strip()
            if cell:
                return name, cell
        return names[0], ""

    def _read(self, name: str, cell: str, read: Callable[[str], Any]) -> Any:
        try:
            return read(cell)
        except CellError as error:
            error.column = name
            raise


def amount(cell: str) -> Decimal:
    """Return a number that is not negative, as programs write it."""
    if not AMOUNT.fullmatch(cell):
        if cell.startswith("-"):
            raise CellError(
                "negative", f"“{cell[:40]}” is negative. Correct it at the source."
            )
        raise CellError("invalid_number", f"“{cell[:40]}” is no plain number.")
    return Decimal(cell)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """One kind of export: how it is recognised, and how it becomes work.

    `scope` completes the sentence "the seconds run ...". `each_is` says what one row
    is: only where it is one item may it be compared with the median item. `window_days`
    is what the tool exports where nobody asks for more. `kind` says what rows are:
    work, paid time, or labels without any work.
    """

    key: str
    name: str
    clock: str
    scope: str
    recognises: Callable[[Content], bool]
    read: Callable[[Content, Stated], Iterator[Found]]
    each_is: str = "item"
    kind: str = "work"
    window_days: int | None = None
    by_row: Callable[[Cells, Stated], Found] | None = None
    """What reads a row, where rows need no other: so a long file is read."""


def table_reader(
    *,
    needs: tuple[str, ...],
    piece: Callable[[Cells, Stated], Found],
    lacks: tuple[str, ...] = (),
    long: bool = False,
    **about: Any,
) -> Reader:
    """Return a reader of tables that have some columns, in a CSV, XLSX or JSON.

    `long` says that a CSV of it may have millions of rows.
    """

    def recognises(content: Content) -> bool:
        table = as_table(content)
        if table is None:
            return False
        names = {plain(name) for name in table.names}
        return names.issuperset(needs) and names.isdisjoint(lacks)

    def read(content: Content, stated: Stated) -> Iterator[Found]:
        table = as_table(content)
        if table is not None:
            yield from each_row(table, lambda cells: piece(cells, stated))

    by_row = piece if long else None
    return Reader(recognises=recognises, read=read, by_row=by_row, **about)


def each_row(table: Table, piece: Callable[[Cells], Found]) -> Iterator[Found]:
    """Yield what a function makes of each row, or why it refuses it."""
    names = [plain(name) for name in table.names]
    for line in table.lines:
        if list(line.cells) == list(table.names):
            yield header_again(line)
            continue
        cells = Cells(line.number, dict(zip(names, line.cells, strict=True)))
        yield attempt(line.number, lambda cells=cells: piece(cells))  # type: ignore[misc]
    for line in table.ragged:
        yield ragged(line, len(table.names))


def header_again(line: Line) -> Refusal:
    """Return why a row that repeats the header is not read."""
    return Refusal(
        row=line.number,
        column="",
        code="header_repeated",
        message="The header stands here once more.",
    )


def ragged(line: Line, width: int) -> Refusal:
    """Return why a row with too many or too few cells is not read."""
    return Refusal(
        row=line.number,
        column="",
        code="ragged_row",
        message=(
            f"The row has {len(line.cells)} cells and the header {width}: nobody can "
            f"tell which cell belongs where."
        ),
    )


def attempt(row: int, read: Callable[[], Found]) -> Found:
    """Return what is read of a row, or its refusal."""
    try:
        return read()
    except CellError as error:
        return refusal(row, error)
    except MISSHAPEN:
        return refusal(
            row,
            CellError("misshapen", "The row has not the shape that this tool writes."),
        )


def refusal(row: int, error: CellError) -> Refusal:
    """Return the refusal of a row for a cell that cannot be read."""
    column = f"{error.column} " if error.column else ""
    return Refusal(
        row=row, column=error.column, code=error.code, message=f"{column}{error}"
    )


def known(**values: Any) -> dict[str, Any]:
    """Return the values that are known: nothing missing is written down."""
    return {name: value for name, value in values.items() if value not in (None, "")}
