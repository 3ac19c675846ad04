"""A gap of costs in another currency, at the rate that was pinned with the quote.

What was planned and what was spent are each turned and rounded once to the coins of the
other currency; the parts between them are turned, and rounded so that they add up to
the coin. They are about: nobody paid at this rate, and nothing is billed from it.
See docs/model.md#converted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from scoping.calc.money import coin, rounded_together, to_coins


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned:
    """A pinned rate: units of `quote` for one of `base`, with its day and source."""

    base: str
    quote: str
    rate: Decimal
    as_of: str
    source: str


def pinned_rate(plan: Mapping[str, Any], *, currency: str) -> Pinned | None:
    """Return the rate into the site's currency that a plan holds for its own.

    None where the site is paid in the same currency, or the plan names no such rate.
    """
    fx = plan.get("fx")
    if not fx or fx["base"] != currency or fx["quote"] == currency:
        return None
    return Pinned(
        base=fx["base"],
        quote=fx["quote"],
        rate=Decimal(fx["rate"]),
        as_of=fx.get("as_of", ""),
        source=fx.get("source", ""),
    )


def gap_in(gap: Mapping[str, Any], pinned: Pinned) -> dict[str, Any]:
    """Return a gap in the currency of a pinned rate; what else it says stays.

    >>> usd = {"planned": "100.00", "actual": "100.03", "total": "0.03",
    ...        "parts": [{"name": "speed", "amount": "0.03"}]}
    >>> gap_in(usd, Pinned(base="USD", quote="VND", rate=Decimal(25450), as_of="",
    ...        source=""))["parts"]
    [{'name': 'speed', 'amount': '764'}]
    """
    planned, actual = (
        to_coins(Decimal(gap[key]) * pinned.rate, pinned.quote)
        for key in ("planned", "actual")
    )
    total = actual - planned
    exact = [Fraction(part["amount"]) * Fraction(pinned.rate) for part in gap["parts"]]
    if exact:
        largest = max(range(len(exact)), key=lambda place: abs(exact[place]))
        exact[largest] += Fraction(total) - sum(exact)
    amounts = rounded_together(exact, unit=coin(pinned.quote))
    return {
        **gap,
        "planned": str(planned),
        "actual": str(actual),
        "total": str(total),
        "parts": [
            {**part, "amount": str(amount)}
            for part, amount in zip(gap["parts"], amounts, strict=True)
        ],
    }
