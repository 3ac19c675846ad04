"""Costs beside wages: rows of a CSV or of a form into values, or complaints."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from scoping.calc.money import coin

from .lists import OddCellError, Read, currency_of, read_csv, read_rows

COLUMNS = ("project", "month", "what", "amount", "currency", "source")
NEEDED = ("month", "what", "amount", "currency", "source")
LENGTHS = {"project": 80, "what": 80, "source": 200}
MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
AMOUNT = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,4})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """An amount of a month that is no wage; `project` is a slug, empty for none."""

    project: str
    month: str
    what: str
    amount: Decimal
    currency: str
    source: str


Bill = tuple[str, ...]
"""What makes a cost the same one, however it is spelled: see `bill_of`."""


def bill_of(cost: Cost) -> Bill:
    """Return what a cost is known by: all but its amount, case and spaces apart.

    >>> bill_of(Cost(project="a", month="2026-03", what="Tool  licence",
    ...              amount=Decimal(1), currency="USD", source="Bill 7"))
    ('a', '2026-03', 'USD', 'tool licence', 'bill 7')
    """
    words = (
        " ".join(unicodedata.normalize("NFC", text).casefold().split())
        for text in (cost.what, cost.source)
    )
    return (cost.project, cost.month, cost.currency, *words)


def read_costs_csv(text: str) -> Read[Cost]:
    """Return the costs of a CSV whose first row names the columns."""
    return read_csv(text, columns=COLUMNS, needed=NEEDED, lengths=LENGTHS, read=_read)


def read_cost(row: Mapping[str, str]) -> Read[Cost]:
    """Return the cost of a form, or what is wrong with it."""
    return read_rows([row], columns=COLUMNS, needed=NEEDED, lengths=LENGTHS, read=_read)


def _read(row: Mapping[str, str]) -> Cost:
    if not MONTH.fullmatch(row["month"]):
        raise OddCellError(
            "month", f"“{row['month'][:40]}” is no month. Write it as 2026-03."
        )
    currency = currency_of(row["currency"])
    return Cost(
        project=row["project"],
        month=row["month"],
        what=row["what"],
        amount=_amount(row["amount"], currency),
        currency=currency,
        source=row["source"],
    )


def _amount(text: str, currency: str) -> Decimal:
    plain = text.replace("\N{MINUS SIGN}", "-")
    if not AMOUNT.fullmatch(plain):
        raise OddCellError(
            "amount",
            f"“{text[:40]}” is no amount here. Write it as 1250.00, what is taken back "
            f"as -1250.00.",
        )
    found = Decimal(plain)
    unit = coin(currency)
    if found % unit:
        raise OddCellError(
            "amount", f"{currency} has no coin below {unit}. Write whole coins."
        )
    return found
