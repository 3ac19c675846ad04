"""What meets a deadline: the smallest team, the least overtime, a second shift.

Each answer is found by walking the project. "Meets" is: done on or before the deadline
in at least the wanted share of runs. Overtime is planned within its limits only; where
even all that is allowed does not meet the date, the limit that binds is named.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from scoping.calc.schedule import MOST_ANNOTATORS
from scoping.calc.workdays import Calendar

from .days import MOST_RUN_DAYS, Crew, Job, walk
from .law import Allowed, Limits, allowed

OVERTIME_STEP = 0.25
"""Hours: overtime is planned by the quarter of an hour."""
MOST_PLANNED = 4_000
"""Working days for which overtime is laid out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """When production begins, when it must be over, and how sure that must be."""

    site: Calendar
    begin: date
    deadline: date
    confidence: float
    seed: int

    @property
    def days(self) -> int:
        """Return the working days that production may take, 0 or more."""
        after = self.site.add(self.begin, 1)
        end = date.fromordinal(self.deadline.toordinal() + 1)
        return self.site.count(after, end)


@dataclass(frozen=True, slots=True, kw_only=True)
class OvertimeAnswer:
    """The least overtime a day that meets the target, or all that is allowed.

    `wanted` are hours a day, `allowed` what limits leave of them, `chance` the share
    of runs that are then in time.
    """

    wanted: float
    allowed: Allowed
    chance: float
    meets: bool


def chance_in_time(job: Job, crew: Crew, target: Target) -> float:
    """Return the share of runs that are done within the target's days."""
    if target.days == 0:
        return 0.0
    last = min(target.days, MOST_RUN_DAYS)
    runs = walk(job, crew, rng=np.random.default_rng(target.seed), until=last)
    return float(np.mean(runs.finished > 0))


def smallest_team(
    job: Job,
    crew: Crew,
    target: Target,
    *,
    reviewers: Callable[[int], int],
    most: int = MOST_ANNOTATORS,
) -> int | None:
    """Return the fewest annotators that meet the target, None if `most` do not.

    One fewer was walked too, and misses it.
    """

    def meets(annotators: int) -> bool:
        sized = crew.with_annotators(annotators, reviewers=reviewers(annotators))
        return chance_in_time(job, sized, target) >= target.confidence

    if not meets(most):
        return None
    low, high = 0, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if meets(middle) else (middle, high)
    return high


def with_overtime(
    crew: Crew, wanted: float, *, target: Target, limits: Limits
) -> tuple[Crew, Allowed]:
    """Return the crew with so many hours a day more, as far as limits allow."""
    given = allowed(wanted, days=production_dates(target), limits=limits)
    return replace(crew, overtime=given.hours), given


def production_dates(target: Target) -> list[date]:
    """Return the working days of production up to the deadline."""
    found, day = [], target.begin
    for _ in range(min(target.days, MOST_PLANNED)):
        day = target.site.add(day, 1)
        found.append(day)
    return found


def least_overtime(
    job: Job, crew: Crew, target: Target, *, limits: Limits
) -> OvertimeAnswer:
    """Return the least overtime that meets the target, or the most that is allowed."""

    def ask(steps: int) -> OvertimeAnswer:
        wanted = steps * OVERTIME_STEP
        more, given = with_overtime(crew, wanted, target=target, limits=limits)
        chance = chance_in_time(job, more, target)
        return OvertimeAnswer(
            wanted=wanted,
            allowed=given,
            chance=chance,
            meets=chance >= target.confidence,
        )

    # A step more than the day's limit, so that the limit is seen to bind.
    low, high = -1, int(limits.day / OVERTIME_STEP) + 1
    best = ask(high)
    if not best.meets:
        return best
    while high - low > 1:
        middle = (low + high) // 2
        answer = ask(middle)
        if answer.meets:
            high, best = middle, answer
        else:
            low = middle
    return best
