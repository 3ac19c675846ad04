"""Where the cost of a project will end: spent so far, and a fan up to the end.

It repeats figures that stand beside it in words. Whole pixels.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from scoping.templatetags.plumbline import short_day, whole_money
from scoping.web.drawings import ROUND

WIDTH, HEIGHT = 520, 270
LEFT, RIGHT, TOP, BASE = 48, 408, 16, 236
APART = 15
"""Pixels between two labels at the end of the fan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Words at a place."""

    x: int
    y: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fan:
    """Spent as a line, the forecast as a band, the budget as a rule of brass."""

    spent: str
    band: str
    typical: str
    today: Mark
    limit: Mark
    ends: tuple[Mark, ...]
    rules: tuple[Mark, ...]
    days: tuple[Mark, ...]
    sentence: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    base: int = BASE


def fan(found: Mapping[str, Any]) -> Fan | None:
    """Return the picture of a standing; None where its end or its way is not known."""
    ending, budget = found["ending"], found["budget"]
    if not ending["known"] or not ending["finish"]["known"]:
        return None
    way = [
        (date.fromisoformat(row["on"]), Decimal(row["actual"]["value"]))
        for row in found["trend"]
        if row["actual"]["known"]
    ]
    last = ending["finish"]["p50"]
    if not way or last is None or date.fromisoformat(last) <= way[-1][0]:
        return None
    end = date.fromisoformat(last)
    low, typical, high = (Decimal(ending["cost"][key]) for key in ("p10", "p50", "p90"))
    limit = Decimal(budget["whole"]) + Decimal(budget["reserve"])
    first, now = way[0][0], way[-1]
    most = max(high, limit, now[1]) * Decimal("1.08")

    def x(day: date) -> int:
        return LEFT + round((day - first) / (end - first) * (RIGHT - LEFT))

    def y(value: Decimal) -> int:
        return BASE - round(value / most * (BASE - TOP))

    here = f"{x(now[0])} {y(now[1])}"
    return Fan(
        spent="M" + "L".join(f"{x(day)} {y(value)}" for day, value in way),
        band=f"M{here}L{RIGHT} {y(high)}V{y(low)}Z",
        typical=f"M{here}L{RIGHT} {y(typical)}",
        today=Mark(x=x(now[0]), y=y(now[1]), words=f"spent {whole_money(now[1])}"),
        limit=Mark(
            x=LEFT, y=y(limit), words=f"budget with reserve {whole_money(limit)}"
        ),
        ends=tuple(_apart(y(high), y(typical), y(low), words=(high, typical, low))),
        rules=tuple(
            Mark(x=LEFT, y=y(value), words=whole_money(value))
            for value in _rounds(most)
        ),
        days=tuple(
            Mark(x=x(day), y=BASE, words=short_day(day)) for day in (first, now[0], end)
        ),
        sentence=(
            f"{whole_money(now[1])} is spent by {short_day(now[0])}. It ends at "
            f"{whole_money(low)} to {whole_money(high)}, typically "
            f"{whole_money(typical)}, around {short_day(end)}; budget and reserve are "
            f"{whole_money(limit)}."
        ),
    )


def _apart(*places: int, words: tuple[Decimal, Decimal, Decimal]) -> Iterator[Mark]:
    """Yield the labels at the end of the fan, none on another."""
    high, typical, low = places
    names = ("high", "typical", "low")
    spread = (min(high, typical - APART), typical, max(low, typical + APART))
    for y, value, name in zip(spread, words, names, strict=True):
        yield Mark(x=RIGHT + 8, y=y + 4, words=f"{whole_money(value)} {name}")


def _rounds(most: Decimal) -> Iterator[Decimal]:
    """Yield round amounts up to the top, four or so, without zero."""
    rough = most / 5
    power = Decimal(1).scaleb(rough.adjusted())
    step = next(power * one for one in ROUND if power * one >= rough)
    value = step
    while value <= most:
        yield value
        value += step
