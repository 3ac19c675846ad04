"""The plan by week: cost and paid hours of each line and stage, and batches due.

Each stage has a window between its gates' days; its work falls evenly on the site's
working days in it. Batches leave production evenly, pass the checks after the working
days between the two gates, and are accepted after the client's turn-around on the
client's calendar. A week is named by its Monday. See docs/model.md#timephase.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from scoping.calc.money import rounded_together, share_out
from scoping.calc.workdays import Calendar

RULES, PILOT, PRODUCTION, REVIEW, SAMPLE, DELIVERY = 1, 2, 3, 5, 6, 7
TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The working days of one stage, in order; never none."""

    stage: int
    days: tuple[date, ...]


def monday(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def windows(schedule: Mapping[str, Any], *, calendar: Calendar) -> dict[int, Window]:
    """Return the working days of each stage from the gates of a schedule.

    Rules and pilot follow one another; production, its checks and delivery begin
    together and end at their own gates.
    """
    gates = {
        row["stage"]: date.fromisoformat(row["day"]) for row in schedule["milestones"]
    }
    begin = date.fromisoformat(schedule["start"]) - timedelta(days=1)
    found: dict[int, Window] = {}
    for stage, gate in sorted(gates.items()):
        found[stage] = Window(stage=stage, days=_worked(begin, gate, calendar=calendar))
        if stage < PRODUCTION:
            begin = gate
    return found


def _worked(after: date, until: date, *, calendar: Calendar) -> tuple[date, ...]:
    length = (until - after).days
    days = (after + timedelta(days=place) for place in range(1, length + 1))
    return tuple(day for day in days if calendar.is_worked(day)) or (until,)


def by_week(
    cost: Decimal, hours: Decimal, *, days: Sequence[date], currency: str
) -> list[dict[str, str]]:
    """Return cost and hours by week, evenly over the days.

    Both add up exactly, hours to their tenth.
    """
    weeks = sorted(Counter(monday(day) for day in days).items())
    weights = [Decimal(many) for _, many in weeks]
    costs = share_out(cost, weights, currency)
    whole = Fraction(hours.quantize(TENTH, ROUND_HALF_UP))
    parts = [whole * many / len(days) for _, many in weeks]
    tenths = rounded_together(parts, unit=TENTH)
    return [
        {"week": week.isoformat(), "cost": str(money), "hours": str(some)}
        for (week, _), money, some in zip(weeks, costs, tenths, strict=True)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """How many batches should have passed, and been accepted, by the end of a day."""

    batches: int
    passed: tuple[tuple[date, int], ...]
    accepted: tuple[tuple[date, int], ...]


def due(
    found: Mapping[int, Window],
    *,
    batches: int,
    turnaround_days: int,
    calendar: Calendar,
    client_calendar: Calendar,
) -> Due:
    """Return when batches are due, as running counts by day."""
    making = found[PRODUCTION].days
    last = found[max(stage for stage in found if stage in (PRODUCTION, REVIEW, SAMPLE))]
    lag = calendar.count(making[-1], last.days[-1])
    made = Counter(
        making[-(-number * len(making) // batches) - 1]
        for number in range(1, batches + 1)
    )
    passed: Counter[date] = Counter()
    accepted: Counter[date] = Counter()
    for day, many in made.items():
        released = calendar.add(day, lag)
        passed[released] += many
        accepted[client_calendar.add(released, turnaround_days)] += many
    return Due(batches=batches, passed=_running(passed), accepted=_running(accepted))


def _running(by_day: Mapping[date, int]) -> tuple[tuple[date, int], ...]:
    found, so_far = [], 0
    for day in sorted(by_day):
        so_far += by_day[day]
        found.append((day, so_far))
    return tuple(found)


def share_due(running: Sequence[Sequence[Any]], day: date, *, batches: int) -> Decimal:
    """Return the share of all batches that is due by the end of a day.

    `running` are days, as text or dates, with running counts, in order.
    """
    done = 0
    for when, many in running:
        if (when if isinstance(when, date) else date.fromisoformat(when)) > day:
            break
        done = many
    return Decimal(done) / batches
