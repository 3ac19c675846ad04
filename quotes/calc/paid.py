"""Paid time over projects, and wages over paid time: what money follows, to the coin.

A person's day is paid whole. What the timesheet itself gives a project goes there; the
rest of the day goes to the projects that tools saw the person work on, in proportion to
the seconds they saw; a day that no tool saw, and leave, go to no project and are
shown as the bench. So pauses and meetings of a working day are paid by the projects of
that day. Every split is by largest remainder: projects and bench add up to what was
paid, in milliseconds and in the smallest coin. See docs/model.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from scoping.calc.money import coin, rounded_together

MILLI = Decimal("0.001")
NAMED, TOOLS, BENCH = "timesheet", "tool hours", "bench"


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """Paid time of one person on one day, as one row of a timesheet has it.

    `project` is what the timesheet itself names, None where it names none. `leave` is
    the part of `seconds` in which nobody worked.
    """

    person: str
    day: date
    seconds: Decimal
    project: str | None = None
    leave: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What tools saw of a person on one day in one project."""

    person: str
    day: date
    project: str
    seconds: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a person's paid day: for a project, or for none (the bench)."""

    person: str
    day: date
    project: str | None
    seconds: Decimal
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wage:
    """What a person cost in a month, or with no person a total of everybody's."""

    month: str
    person: str | None
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """A part of a wage: for a project, or for none (the bench)."""

    month: str
    person: str | None
    project: str | None
    amount: Decimal
    currency: str


def split_days(days: Iterable[Day], seen: Iterable[Seen]) -> list[Part]:
    """Return the parts of paid days; those of a day add up to it exactly.

    >>> day = date(2026, 3, 2)
    >>> tools = [Seen(person="lan", day=day, project=name, seconds=Decimal(seconds))
    ...          for name, seconds in (("cars", 7200), ("birds", 3600))]
    >>> parts = split_days([Day(person="lan", day=day, seconds=Decimal(28800))], tools)
    >>> [(part.project, int(part.seconds)) for part in parts]
    [('birds', 9600), ('cars', 19200)]
    """
    by_day: dict[tuple[str, date], dict[str, Decimal]] = {}
    for one in seen:
        projects = by_day.setdefault((one.person, one.day), {})
        projects[one.project] = projects.get(one.project, Decimal(0)) + one.seconds
    parts: list[Part] = []
    for day in days:
        parts += _split_day(day, by_day.get((day.person, day.day), {}))
    return parts


def _split_day(day: Day, tools: Mapping[str, Decimal]) -> list[Part]:
    worked = day.seconds - day.leave
    weights = {name: seconds for name, seconds in sorted(tools.items()) if seconds > 0}
    if day.project is not None:
        shares = [_part(day, day.project, worked, NAMED)]
    elif weights:
        whole = sum(weights.values(), Decimal(0))
        exact = [
            Fraction(worked) * Fraction(one) / Fraction(whole)
            for one in weights.values()
        ]
        cut = rounded_together(exact, unit=MILLI)
        shares = [
            _part(day, name, seconds, TOOLS)
            for name, seconds in zip(weights, cut, strict=True)
        ]
    else:
        shares = [_part(day, None, worked, BENCH)]
    if day.leave:
        shares.append(_part(day, None, day.leave, BENCH))
    return [one for one in shares if one.seconds]


def _part(day: Day, project: str | None, seconds: Decimal, basis: str) -> Part:
    return Part(
        person=day.person, day=day.day, project=project, seconds=seconds, basis=basis
    )


def split_wages(wages: Iterable[Wage], parts: Sequence[Part]) -> list[Cost]:
    """Return wages over projects by the paid time of their month, bench included.

    Parts of a wage add up to it in the smallest coin. A wage of somebody without any
    paid time is on the bench: what it was paid for is not known.
    """
    costs: list[Cost] = []
    for wage in wages:
        weights: dict[str | None, Decimal] = {}
        for part in parts:
            if f"{part.day:%Y-%m}" == wage.month and wage.person in (None, part.person):
                known = weights.get(part.project, Decimal(0))
                weights[part.project] = known + part.seconds
        costs += _split_wage(wage, weights or {None: Decimal(1)})
    return costs


def _split_wage(wage: Wage, weights: Mapping[str | None, Decimal]) -> list[Cost]:
    names = sorted(weights, key=lambda name: (name is None, name or ""))
    whole = Fraction(sum(weights.values(), Decimal(0)))
    exact = [Fraction(wage.amount) * Fraction(weights[name]) / whole for name in names]
    amounts = rounded_together(exact, unit=coin(wage.currency))
    return [
        Cost(
            month=wage.month,
            person=wage.person,
            project=name,
            amount=amount,
            currency=wage.currency,
        )
        for name, amount in zip(names, amounts, strict=True)
    ]


def capture_ratio(
    days: Iterable[Day], seen: Iterable[Seen]
) -> tuple[Decimal, Decimal, Decimal] | None:
    """Return the share of paid time that tools saw, with the lowest and highest tenth.

    Over the person-days that both know; leave is no paid work. The interval is that of
    the person-days themselves, from the 10th to the 90th of 100: how different days
    are, not how sure their mean is. None where no day is known by both.
    """
    tools: dict[tuple[str, date], Decimal] = {}
    for one in seen:
        key = (one.person, one.day)
        tools[key] = tools.get(key, Decimal(0)) + one.seconds
    paid: dict[tuple[str, date], Decimal] = {}
    for day in days:
        key = (day.person, day.day)
        paid[key] = paid.get(key, Decimal(0)) + day.seconds - day.leave
    both = [key for key, seconds in paid.items() if seconds > 0 and key in tools]
    if not both:
        return None
    ratios = sorted(tools[key] / paid[key] for key in both)
    last = len(ratios) - 1
    both_seen = sum((tools[key] for key in both), Decimal(0))
    whole = both_seen / sum((paid[key] for key in both), Decimal(0))
    return whole, ratios[last * 10 // 100], ratios[-(-last * 90 // 100)]
