"""How much overtime there may be: the law's limits, and a company's own.

A person's overtime is capped by day, by calendar month and by calendar year. A wanted
overtime is given day by day until a limit takes it away; what is planned never passes
one. Each limit knows who set it, so that a plan can say whether the law or the company
binds. Money is another matter: a limit holds at any price.
See docs/model.md#scopingcalcplanning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from scoping.calc.rates.values import Overtime

Limit = Literal["day", "month", "year"]
ORDER: tuple[Limit, ...] = ("day", "month", "year")
SMALL = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """A person's most hours of overtime by day, month and year, and who set them.

    `used_year` are hours that people have worked over this year already.
    """

    day: float
    month: float
    year: float
    own: frozenset[Limit] = frozenset()
    used_year: float = 0.0

    def of(self, limit: Limit) -> float:
        """Return the hours of a limit."""
        return {"day": self.day, "month": self.month, "year": self.year}[limit]

    def setter(self, limits: Sequence[Limit]) -> Literal["law", "company"]:
        """Return who binds: the company only where it set every one of them."""
        return "company" if set(limits) <= self.own else "law"


def limits_of(
    overtime: Overtime, *, hours_per_day: float, used_year: float = 0.0
) -> Limits:
    """Return the limits of a site for people with so many normal hours a day."""
    names: dict[str, Limit] = {
        "day_share": "day",
        "month_hours": "month",
        "year_hours": "year",
    }
    return Limits(
        day=float(overtime.day_share.value) * hours_per_day,
        month=float(overtime.month_hours.value),
        year=float(overtime.year_hours.value),
        own=frozenset(names[name] for name in overtime.own),
        used_year=used_year,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """Overtime by working day that the limits leave, and which of them took some."""

    hours: tuple[float, ...]
    bound: tuple[Limit, ...]

    def total(self, days: int) -> float:
        """Return a person's hours of overtime in the first so many days."""
        return sum(self.hours[:days])


def allowed(wanted: float, *, days: Sequence[date], limits: Limits) -> Allowed:
    """Return `wanted` hours of overtime on each of these days, as far as is allowed.

    The earliest days come first: overtime is spent while there is work to do.

    >>> limits = Limits(day=4, month=40, year=200)
    >>> two_days = [date(2026, 3, 2), date(2026, 3, 3)]
    >>> allowed(30, days=two_days, limits=limits).hours
    (4, 4)
    """
    by_month: dict[tuple[int, int], float] = {}
    by_year = {days[0].year: limits.used_year} if days else {}
    found: list[float] = []
    bound: set[Limit] = set()
    for day in days:
        month = (day.year, day.month)
        left: dict[Limit, float] = {
            "day": limits.day,
            "month": limits.month - by_month.get(month, 0.0),
            "year": limits.year - by_year.get(day.year, 0.0),
        }
        hours = max(0.0, min(wanted, *left.values()))
        bound |= {
            name
            for name, most in left.items()
            if hours < wanted - SMALL and most <= hours + SMALL
        }
        found.append(hours)
        by_month[month] = by_month.get(month, 0.0) + hours
        by_year[day.year] = by_year.get(day.year, 0.0) + hours
    return Allowed(
        hours=tuple(found), bound=tuple(name for name in ORDER if name in bound)
    )


def in_words(bound: Sequence[Limit], limits: Limits) -> str:
    """Return the limits that bind in words: `40 hours a month and 200 a year`."""
    said = [f"{limits.of(name):g} hours a {name}" for name in ORDER if name in bound]
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"
