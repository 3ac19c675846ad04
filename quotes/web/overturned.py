"""How often each check was overturned in disputes, as the pages print it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from quotes.calc.disputes import RATES
from scoping.templatetags.plumbline import count, plural, share_percent


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRow:
    """How often a check was overturned."""

    name: str
    decided: str
    overturned: str
    share: str


def rate_rows(rates: Mapping[str, Mapping[str, Any]]) -> Iterator[RateRow]:
    """Yield how often each check was overturned, as text; nothing undecided is 0."""
    for key, name in RATES.items():
        one = rates[key]
        share = "nothing decided yet"
        if one["share"] is not None:
            low, high = (share_percent(Decimal(one[end]), 0) for end in ("low", "high"))
            share = (
                f"{share_percent(Decimal(one['share']), 0)}, between {low} and {high}"
            )
        yield RateRow(
            name=name,
            decided=count(one["decided"]),
            overturned=count(one["overturned"]),
            share=share,
        )


def waiting_words(many: int) -> str:
    """Return how many disputes wait for a verdict, in words; empty for none."""
    if not many:
        return ""
    return f"{count(many)} {plural(many, 'dispute')} {'waits' if many == 1 else 'wait'}"
