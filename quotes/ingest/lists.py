"""Short lists that somebody drops: rows of text into values, or complaints by cell.

One row that is wrong refuses the whole list, so that nothing counts in part.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Generic, TypeVar

MOST_ROWS = 5_000
CODE = 3

Value = TypeVar("Value")
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What is wrong with a row: its number, the column, a sentence."""

    row: int
    column: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Read(Generic[Value]):
    """Values in the order of their rows; none counts while there are complaints."""

    values: tuple[Value, ...]
    complaints: tuple[Complaint, ...]


class OddCellError(ValueError):
    """Raised for a cell that cannot be read; says why."""

    def __init__(self, column: str, message: str) -> None:
        self.column = column
        super().__init__(message)


def read_csv(
    text: str,
    *,
    columns: Sequence[str],
    needed: Sequence[str],
    lengths: Mapping[str, int],
    read: Callable[[Row], Value],
) -> Read[Value]:
    """Return the values of a CSV whose first row names the columns."""
    if "\0" in text:
        return refused("", "The file holds a character that no CSV has (NUL).")
    try:
        reader = csv.DictReader(StringIO(text.lstrip("\ufeff")), strict=True)
        header = [name.strip().lower() for name in reader.fieldnames or ()]
        missing = [name for name in needed if name not in header]
        if missing:
            return refused(
                missing[0],
                f"The first row lacks {', '.join(missing)}. It names the columns "
                f"{', '.join(columns)}.",
            )
        reader.fieldnames = header
        rows = [{name: str(row.get(name) or "") for name in columns} for row in reader]
    except csv.Error as error:
        return refused("", f"This is no CSV: {error}.")
    if len(rows) > MOST_ROWS:
        return refused("", f"More than {MOST_ROWS:,} rows. Split the file.")
    if not rows:
        return refused("", "There is no row below the names of the columns.")
    return read_rows(rows, columns=columns, needed=needed, lengths=lengths, read=read)


def read_rows(
    rows: Sequence[Row],
    *,
    columns: Sequence[str],
    needed: Sequence[str],
    lengths: Mapping[str, int],
    read: Callable[[Row], Value],
) -> Read[Value]:
    """Return the values of rows of text; a row with a complaint gives none."""
    values: list[Value] = []
    complaints = []
    for number, row in enumerate(rows, start=1):
        cells = {name: row.get(name, "").strip() for name in columns}
        try:
            _check(cells, needed=needed, lengths=lengths)
            values.append(read(cells))
        except OddCellError as odd:
            complaints.append(
                Complaint(row=number, column=odd.column, message=str(odd))
            )
    return Read(values=tuple(values), complaints=tuple(complaints))


def _check(row: Row, *, needed: Sequence[str], lengths: Mapping[str, int]) -> None:
    for name in needed:
        if not row[name]:
            raise OddCellError(name, f"{name} is empty.")
    for name, most in lengths.items():
        if len(row[name]) > most:
            raise OddCellError(name, f"{name}: at most {most} letters.")


def currency_of(text: str) -> str:
    """Return a currency by its three letters."""
    if len(text) == CODE and text.isascii() and text.isalpha():
        return text.upper()
    raise OddCellError("currency", f"“{text[:40]}” is no currency. Write it as USD.")


def refused(column: str, message: str) -> Read[Value]:
    """Return a list that is refused as a whole."""
    return Read(
        values=(), complaints=(Complaint(row=0, column=column, message=message),)
    )
