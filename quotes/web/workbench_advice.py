"""What else could be done with a draft: rows of an estimate document, with an act."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from quotes.queries.advice import key_of
from quotes.web.pages import AdviceRow
from scoping.calc.advice import ANEW
from scoping.templatetags.plumbline import change


def advice_rows(estimate: Mapping[str, Any], *, can_edit: bool) -> Iterator[AdviceRow]:
    """Yield the advice of an estimate document; only what pays is to be applied.

    Nor is what a budget buys at prices that do not hold for so few.
    """
    currency = estimate["currency"]
    codes = {one["code"] for one in estimate["advice"]}
    for one in estimate["advice"]:
        cost = one.get("saves_cost")
        holds = one["code"] != "budget_buys" or ANEW not in codes
        applies = can_edit and one["patch"] and one.get("pays", True) and holds
        yield AdviceRow(
            does=one.get("does", ""),
            note=one.get("note", one["text"]),
            cost=_moves(cost, currency),
            cost_kind="over" if cost is not None and Decimal(cost) < 0 else "less",
            price=_moves(one.get("saves_price"), currency),
            key=key_of(one) if applies else "",
        )


def _moves(saves: str | None, currency: str) -> str:
    """Return how an amount moves when so much of it is saved."""
    if saves is None:
        return ""
    moved = -Decimal(saves)
    return change(moved, currency) if moved else "stays"
