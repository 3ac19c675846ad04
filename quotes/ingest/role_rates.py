"""Dated rates of roles: rows of a CSV or of a form into values, or complaints."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import StringIO

from quotes.calc.actual_rates import ActualRateError, RoleRate

COLUMNS = (
    *("site", "team", "role", "valid_from", "hour_cost", "currency", "exchange"),
    "source",
)
NEEDED = ("site", "role", "valid_from", "hour_cost", "currency", "source")
LENGTHS = {"site": 60, "team": 80, "role": 40, "source": 200}
MOST_ROWS = 5_000
MOST = Decimal(10) ** 11
PLACES, CODE = 6, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedRate:
    """A rate and where it comes from."""

    rate: RoleRate
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What is wrong with a row: its number, the column, a sentence."""

    row: int
    column: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RatesRead:
    """Rates in the order of their rows; none counts while there are complaints."""

    rates: tuple[DatedRate, ...]
    complaints: tuple[Complaint, ...]


def read_rates_csv(text: str) -> RatesRead:
    """Return the rates of a CSV whose first row names the columns."""
    if "\0" in text:
        return _refused("", "The file holds a character that no CSV has (NUL).")
    try:
        reader = csv.DictReader(StringIO(text.lstrip("\ufeff")), strict=True)
        header = [name.strip().lower() for name in reader.fieldnames or ()]
        missing = [name for name in NEEDED if name not in header]
        if missing:
            return _refused(
                missing[0],
                f"The first row lacks {', '.join(missing)}. It names the columns "
                f"{', '.join(COLUMNS)}.",
            )
        reader.fieldnames = header
        rows = [{name: str(row.get(name) or "") for name in COLUMNS} for row in reader]
    except csv.Error as error:
        return _refused("", f"This is no CSV: {error}.")
    if len(rows) > MOST_ROWS:
        return _refused("", f"More than {MOST_ROWS:,} rows. Split the file.")
    if not rows:
        return _refused("", "There is no row below the names of the columns.")
    return read_rates(rows)


def read_rates(rows: Sequence[Mapping[str, str]]) -> RatesRead:
    """Return the rates of rows of text; a row with a complaint gives none."""
    rates, complaints = [], []
    for number, row in enumerate(rows, start=1):
        try:
            rates.append(_read({name: row.get(name, "").strip() for name in COLUMNS}))
        except _OddCellError as odd:
            complaints.append(
                Complaint(row=number, column=odd.column, message=str(odd))
            )
    return RatesRead(rates=tuple(rates), complaints=tuple(complaints))


class _OddCellError(ValueError):
    """Raised for a cell that cannot be read; says why."""

    def __init__(self, column: str, message: str) -> None:
        self.column = column
        super().__init__(message)


def _read(row: Mapping[str, str]) -> DatedRate:
    for name in NEEDED:
        if not row[name]:
            raise _OddCellError(name, f"{name} is empty.")
    for name, most in LENGTHS.items():
        if len(row[name]) > most:
            raise _OddCellError(name, f"{name}: at most {most} letters.")
    cost = _amount("hour_cost", row)
    exchange = _amount("exchange", row) if row["exchange"] else None
    try:
        rate = RoleRate(
            site=row["site"],
            team=row["team"],
            role=row["role"],
            valid_from=_day(row["valid_from"]),
            hour_cost=cost,
            currency=_currency(row["currency"]),
            exchange=exchange,
        )
    except ActualRateError as error:
        column = "exchange" if exchange == 0 else "hour_cost"
        raise _OddCellError(column, str(error)) from error
    return DatedRate(rate=rate, source=row["source"])


def _currency(text: str) -> str:
    if len(text) == CODE and text.isascii() and text.isalpha():
        return text.upper()
    raise _OddCellError("currency", f"“{text[:40]}” is no currency. Write it as USD.")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        message = f"“{text[:40]}” is no day. Write it as 2026-04-17."
        raise _OddCellError("valid_from", message) from error


def _amount(column: str, row: Mapping[str, str]) -> Decimal:
    """Return an amount with a dot for decimals."""
    text = row[column]
    if text.isascii() and text.replace(".", "", 1).isdigit():
        found = Decimal(text)
        _, _, places = text.partition(".")
        if found < MOST and len(places) <= PLACES:
            return found
    raise _OddCellError(
        column,
        f"“{text[:40]}” is no amount here. Write it as 4.25: a dot marks decimals, at "
        f"most {PLACES} of them.",
    )


def _refused(column: str, message: str) -> RatesRead:
    return RatesRead(
        rates=(), complaints=(Complaint(row=0, column=column, message=message),)
    )
