"""What a client sees of change orders: an allow-list, of what she gave her word to.

Units, weeks and prices as agreed, on which day and in whose words; never cost, lost
days, or why we asked. An order that moves nothing she was promised is our own affair.
See docs/model.md#change_client.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """A change order as stored: `asked` by `calc.change`, and the client's word to it.

    `on` is the day at the project's site on which it was recorded.
    """

    on: date
    effective: date
    asked: Mapping[str, Any]
    price_change: Decimal
    clause: str
    word: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedLine:
    """A line whose units were agreed anew."""

    name: str
    was: int
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientChange:
    """A change order as its client sees it; `price` is before tax, in `currency`.

    `clause` is the assumption or promise of the quote that it rests on, `week` the
    promised day that was agreed, None: the one of before.
    """

    on: date
    effective: date
    lines: tuple[MovedLine, ...]
    price: Decimal
    currency: str
    week: date | None
    clause: str
    word: str
    by: str


def client_changes(
    first: Mapping[str, Any], orders: Iterable[Ordered]
) -> list[ClientChange]:
    """Return the changes that a client agreed to, the first one first.

    `first` is the plan of the start, which names the lines and their units; `orders`
    are all change orders in their order, those without a client's word too.

    >>> plan = {"currency": "USD", "lines": [{"index": 0, "name": "Boxes", "units": 9}]}
    >>> day = date(2026, 4, 1)
    >>> ours = Ordered(on=day, effective=day, asked={"units": {"0": 12}}, clause="",
    ...     price_change=Decimal(0), word="", by="")
    >>> hers = Ordered(on=day, effective=day, asked={"units": {"0": 15}}, clause="",
    ...     price_change=Decimal("0.24"), word="Please do.", by="Dana")
    >>> [(one.lines[0].was, one.lines[0].units, one.price)
    ...     for one in client_changes(plan, [ours, hers])]
    [(12, 15, Decimal('0.24'))]
    """
    names = {str(line["index"]): str(line["name"]) for line in first["lines"]}
    units = {str(line["index"]): int(line["units"]) for line in first["lines"]}
    found = []
    for order in orders:
        moved = tuple(
            MovedLine(name=names[at], was=units[at], units=int(many))
            for at, many in order.asked["units"].items()
            if int(many) != units[at]
        )
        units |= {at: int(many) for at, many in order.asked["units"].items()}
        week = order.asked.get("promised")
        if order.word and (moved or week or order.price_change):
            found.append(
                ClientChange(
                    on=order.on,
                    effective=order.effective,
                    lines=moved,
                    price=order.price_change,
                    currency=str(first["currency"]),
                    week=None if week is None else date.fromisoformat(week),
                    clause=order.clause,
                    word=order.word,
                    by=order.by,
                )
            )
    return found
