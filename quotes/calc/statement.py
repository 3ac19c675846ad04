"""A statement of accepted units by batch, at the prices of the quote: what to invoice.

Units are billed at the tiers of the quote in the order in which they were accepted, so
that a batch's amount is what the bill grew by when it came. The rows of a month add up
to what a line's bill grew by, to the coin. See docs/model.md#statement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from scoping.calc.money import to_coins

from .billing import amount_of, is_by_unit
from .matching import Delivered

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineBill:
    """What a line comes to at a moment: accepted, passed on top, units by batch."""

    accepted: Decimal
    waiting: Decimal
    units: Mapping[str, int]


def line_bill(
    line: Mapping[str, Any], done: Delivered | None, *, currency: str
) -> LineBill | None:
    """Return what a line comes to; None where no accepted unit can be known or billed.

    Units that passed and are not accepted count at the prices that they will reach.
    """
    if done is None or done.accepted is None or not is_by_unit(line):
        return None
    accepted = to_coins(amount_of(Decimal(done.accepted), line), currency)
    passed = max(done.passed or 0, done.accepted)
    return LineBill(
        accepted=accepted,
        waiting=to_coins(amount_of(Decimal(passed), line), currency) - accepted,
        units={
            one.batch: one.accepted for one in done.batches if one.accepted is not None
        },
    )


def statement(
    line: Mapping[str, Any],
    *,
    now: Mapping[str, int],
    before: Mapping[str, int],
    currency: str,
) -> list[dict[str, Any]]:
    """Return a row for each batch whose accepted units changed, units taken back first.

    `now` and `before` are accepted units by batch at the two ends of the month.

    >>> line = {"name": "Boxes", "unit": "box", "kept": "1", "tiers": [
    ...     {"units": 100, "unit_price": "0.10"}, {"units": 900, "unit_price": "0.05"}]}
    >>> now, before = {"b1": 80, "b2": 40}, {"b1": 80}
    >>> rows = statement(line, now=now, before=before, currency="USD")
    >>> [(row["batch"], row["units"], row["amount"]) for row in rows]
    [('b2', 40, '3.00')]
    """
    moved = {
        batch: now.get(batch, 0) - before.get(batch, 0) for batch in {*now, *before}
    }
    order: Sequence[str] = sorted(
        (batch for batch, units in moved.items() if units),
        key=lambda batch: (moved[batch] > 0, batch),
    )
    so_far, rows = sum(before.values()), []
    for batch in order:
        then = to_coins(amount_of(Decimal(so_far), line), currency)
        so_far += moved[batch]
        amount = to_coins(amount_of(Decimal(so_far), line), currency) - then
        rows.append(
            {
                "line": line["name"],
                "unit": line["unit"],
                "batch": batch,
                "units": moved[batch],
                "each": str(amount / moved[batch])[:12],
                "amount": str(amount),
            }
        )
    return rows
