"""What a standing is read off: the lines that rows report, their cells and budgets.

See docs/model.md#field.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from scoping.calc.layout import batches_called
from scoping.calc.workdays import Calendar

from .actual_rates import PaidTime, RateBook, paid_by_week
from .cells import NOTHING, Cells, cells_of, plans_of
from .earned import InTime, Measures, earned_schedule, in_time, measures
from .figures import Figure, Missing
from .gap import Costed, Prices, costed, prices_of
from .matching import Actual, counted_clock, line_of
from .timeline import Moment, timeline
from .timephase import monday, share_due
from .waiting import Wait, until_day

A_WEEK = 7
NO_ACCEPTANCE = "the client has not confirmed any batch"
NO_GATE = "no gate was reported"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What a standing is worked out from, besides plan and rows."""

    paid_clock: str
    calendar: Calendar
    on: date | None = None
    book: RateBook = field(default_factory=RateBook)
    paid: tuple[PaidTime, ...] = ()
    waits: tuple[Wait, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """The lines that rows report, with the budget of the work that they report."""

    baseline: Mapping[str, Any]
    lines: tuple[Mapping[str, Any], ...]
    cells: Cells
    prices: Prices
    products: tuple[Costed, ...]
    moments: Mapping[int, Sequence[Moment]]
    on: date
    waits: tuple[Wait, ...] = ()

    def budget(self, line: Mapping[str, Any]) -> Decimal:
        """Return the planned cost of the kinds of work that rows report."""
        plans = plans_of(line)
        kinds = self.cells.counted.get(line["index"], ())
        return sum((plans[kind].cost for kind in kinds if kind in plans), NOTHING)

    @property
    def whole(self) -> Decimal:
        """Return the budget of all these lines."""
        return sum((self.budget(line) for line in self.lines), NOTHING)

    def earned(self, day: date, *, accepted: bool) -> Figure:
        """Return the planned cost of what was accepted, or passed, by a day.

        A line that reports none while another does has none yet.
        """
        known = NOTHING
        silent: list[str] = []
        for line in self.lines:
            units = units_by(self.moments[line["index"]], day, accepted=accepted)
            if units is None:
                silent.append(line["name"])
                continue
            known += self.budget(line) * units / int(line["units"])
        if len(silent) == len(self.lines):
            return Missing(NO_ACCEPTANCE if accepted else NO_GATE)
        return known

    def planned(self, day: date, *, accepted: bool) -> Figure:
        """Return the budget of what should be accepted, or have passed, by a day."""
        plan = self.baseline["plan"]
        share = share_due(
            plan["accepted" if accepted else "passed"], day, batches=plan["batches"]
        )
        return self.whole * share

    def actual(self, day: date) -> Figure:
        """Return what the work cost by a day; not known while a batch has no time."""
        for line in self.lines:
            index = line["index"]
            if index in self.cells.why_not:
                return self.cells.why_not[index]
            untimed = self.cells.untimed[index]
            if untimed:
                return Missing(
                    f"{batches_called(untimed[:3])} of {line['name']} "
                    f"{'has' if len(untimed) == 1 else 'have'} no time"
                )
        return sum(
            (
                one.actual
                for one in self.products
                if one.cell.day is not None and one.cell.day <= day
            ),
            NOTHING,
        )


def units_by(moments: Sequence[Moment], day: date, *, accepted: bool) -> int | None:
    """Return units accepted, or passed, by a day; None if none are ever reported."""
    last = moments[-1].accepted if accepted else moments[-1].passed
    if last is None:
        return None
    found = 0
    for moment in moments:
        if moment.day > day:
            break
        found = (moment.accepted if accepted else moment.passed) or 0
    return found


def field_of(
    baseline: Mapping[str, Any],
    rows: Sequence[Actual],
    *,
    inputs: Inputs,
    on: date,
) -> Field:
    """Return what the rows up to a day report, priced."""
    cells = cells_of(baseline, rows, paid_clock=inputs.paid_clock)
    prices = prices_of(baseline, book=inputs.book, paid=paid_by_week(inputs.paid))
    clocks = {line["index"]: line["clock"] for line in baseline["lines"]}
    by_line: dict[int, list[Actual]] = {}
    for row in rows:
        index = line_of(baseline, row)
        if index is not None:
            by_line.setdefault(index, []).append(row)
    return Field(
        baseline=baseline,
        lines=tuple(line for line in baseline["lines"] if line["index"] in by_line),
        cells=cells,
        prices=prices,
        products=tuple(costed(cells.cells, prices=prices)),
        moments={
            index: timeline(
                some,
                clock=counted_clock(some, preferred=(inputs.paid_clock, clocks[index])),
            )
            for index, some in by_line.items()
        },
        on=on,
        waits=inputs.waits if inputs.on is None else until_day(inputs.waits, on),
    )


def measures_on(field: Field, day: date, *, accepted: bool) -> Measures:
    """Return the earned value of a day, of accepted units or of passed ones."""
    return measures(
        budget=field.whole,
        planned=field.planned(day, accepted=accepted),
        earned=field.earned(day, accepted=accepted),
        actual=field.actual(day),
    )


def first_week(field: Field) -> date:
    """Return the Monday with which the plan's weeks begin."""
    return monday(date.fromisoformat(field.baseline["start"]))


def weeks_between(first: date, day: date) -> Decimal:
    """Return the weeks from a Monday to the end of a day."""
    return Decimal((day - first).days + 1) / A_WEEK


def curve_of(field: Field, *, accepted: bool) -> list[Decimal]:
    """Return planned value at the end of each week, up to the last batch due."""
    plan = field.baseline["plan"]
    running = plan["accepted" if accepted else "passed"]
    first, last = first_week(field), date.fromisoformat(running[-1][0])
    length = (monday(last) - first).days // A_WEEK + 1
    sundays = (
        first + timedelta(days=A_WEEK * week + A_WEEK - 1) for week in range(length)
    )
    return [
        field.whole * share_due(running, day, batches=plan["batches"])
        for day in sundays
    ]


def time_on(field: Field, day: date, *, accepted: bool) -> tuple[Figure, InTime]:
    """Return the earned schedule of a day in weeks, and what follows from it."""
    curve = curve_of(field, accepted=accepted)
    at = weeks_between(first_week(field), day)
    earned = field.earned(day, accepted=accepted)
    when = (
        earned
        if isinstance(earned, Missing)
        else earned_schedule(curve, earned=earned, at=at)
    )
    return when, in_time(when, at=at, planned=Decimal(len(curve)))
