"""Dated rates of roles: rows of a CSV or of a form into values, or complaints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from quotes.calc.actual_rates import ActualRateError, RoleRate

from .lists import OddCellError, Read, currency_of, read_csv, read_rows

COLUMNS = (
    *("site", "team", "role", "valid_from", "hour_cost", "currency", "exchange"),
    "source",
)
NEEDED = ("site", "role", "valid_from", "hour_cost", "currency", "source")
LENGTHS = {"site": 60, "team": 80, "role": 40, "source": 200}
MOST = Decimal(10) ** 11
PLACES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedRate:
    """A rate and where it comes from."""

    rate: RoleRate
    source: str


def read_rates_csv(text: str) -> Read[DatedRate]:
    """Return the rates of a CSV whose first row names the columns."""
    return read_csv(text, columns=COLUMNS, needed=NEEDED, lengths=LENGTHS, read=_read)


def read_rates(rows: Sequence[Mapping[str, str]]) -> Read[DatedRate]:
    """Return the rates of rows of text; a row with a complaint gives none."""
    return read_rows(rows, columns=COLUMNS, needed=NEEDED, lengths=LENGTHS, read=_read)


def _read(row: Mapping[str, str]) -> DatedRate:
    cost = _amount("hour_cost", row)
    exchange = _amount("exchange", row) if row["exchange"] else None
    try:
        rate = RoleRate(
            site=row["site"],
            team=row["team"],
            role=row["role"],
            valid_from=_day(row["valid_from"]),
            hour_cost=cost,
            currency=currency_of(row["currency"]),
            exchange=exchange,
        )
    except ActualRateError as error:
        column = "exchange" if exchange == 0 else "hour_cost"
        raise OddCellError(column, str(error)) from error
    return DatedRate(rate=rate, source=row["source"])


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        message = f"“{text[:40]}” is no day. Write it as 2026-04-17."
        raise OddCellError("valid_from", message) from error


def _amount(column: str, row: Mapping[str, str]) -> Decimal:
    """Return an amount with a dot for decimals."""
    text = row[column]
    if text.isascii() and text.replace(".", "", 1).isdigit():
        found = Decimal(text)
        _, _, places = text.partition(".")
        if found < MOST and len(places) <= PLACES:
            return found
    raise OddCellError(
        column,
        f"“{text[:40]}” is no amount here. Write it as 4.25: a dot marks decimals, at "
        f"most {PLACES} of them.",
    )
