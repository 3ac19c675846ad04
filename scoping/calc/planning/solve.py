"""What meets a deadline: the smallest team, the least overtime, a second shift.

Each answer is found by walking the project. "Meets" is: done on or before the deadline
in at least the wanted share of runs. A few runs say where the answer lies, and all of
them are walked on both sides of it. Overtime is planned within its limits only; where
even all that is allowed does not meet the date, the limit that binds is named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from scoping.calc.schedule import MOST_ANNOTATORS
from scoping.calc.tenure import pace_curve
from scoping.calc.workdays import Calendar

from .days import MOST_RUN_DAYS, Crew, Job, Stop, hopeless, walk
from .law import Allowed, Limits, allowed

OVERTIME_STEP = 0.25
"""Hours: overtime is planned by the quarter of an hour."""
FIRST_RUNS = 200
"""Runs that say where to look; the answer itself is asked of all."""
SMALL = 1e-9
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

    `wanted` are hours a day, `allowed` what limits leave of them.
    """

    wanted: float
    allowed: Allowed
    meets: bool


def chance_in_time(job: Job, crew: Crew, target: Target) -> float:
    """Return the share of runs that are done within the target's days."""
    return _share_in_time(job, crew, target, enough=1.0)


def meets_target(job: Job, crew: Crew, target: Target) -> bool:
    """Return whether the wanted share of runs is done within the target's days.

    The same as comparing `chance_in_time` with the confidence, sooner: where so many
    runs are hopeless that it cannot be met nothing is walked, and a walk ends as soon
    as enough runs are done.
    """
    last = min(target.days, MOST_RUN_DAYS)
    if hopeless(job, crew, days=last) > 1 - target.confidence + SMALL:
        return False
    confidence = target.confidence
    return _share_in_time(job, crew, target, enough=confidence) >= confidence


def _share_in_time(job: Job, crew: Crew, target: Target, *, enough: float) -> float:
    stop = Stop(until=min(target.days, MOST_RUN_DAYS), enough=enough)
    runs = walk(job, crew, rng=np.random.default_rng(target.seed), stop=stop)
    return float(np.mean(runs.finished > 0))


def edge(
    meets: Callable[[int], bool],
    roughly: Callable[[int], bool],
    *,
    least: int,
    most: int,
) -> int | None:
    """Return a number that meets where one fewer does not; None if `most` does not.

    `roughly` is asked first and cheaply, and says where to look; what is returned was
    asked of `meets`, and so was the number below it, unless that is less than `least`.
    """
    low, high = least - 1, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if roughly(middle) else (middle, high)
    # `high` is a guess. Step away from it, twice as far each time, until the edge lies
    # between a number that misses and one that meets; then halve.
    step = 1
    if meets(high):
        low = high - 1
        while low >= least and meets(low):
            low, high, step = max(least - 1, low - 2 * step), low, 2 * step
    else:
        while True:
            if high == most:
                return None
            low, high = high, min(most, high + step)
            if meets(high):
                break
            step *= 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if meets(middle) else (middle, high)
    return high


def some_runs(job: Job) -> Job:
    """Return few runs that stand for all: of each beginning, least work to most."""
    order = np.lexsort((job.labelling / job.utilisation, job.starts))
    few = min(FIRST_RUNS, job.runs)
    return job.only(order[((np.arange(few) + 0.5) * job.runs / few).astype(np.int64)])


def first_look(job: Job, crew: Crew, target: Target) -> bool:
    """Return whether the team meets the target by hours alone, without a walk.

    People as they are on average, failed batches spread evenly, a day behind for
    review. It says where to look and decides nothing.
    """
    hours = np.array(
        [crew.hours(day) for day in range(min(target.days, MOST_RUN_DAYS))]
    )
    if not len(hours):
        return False
    curve = np.asarray(pace_curve(crew.tenure))
    pace = curve[np.minimum(np.arange(len(hours)), len(curve) - 1)]
    failing = job.batches * (1 - job.released)
    an_hour = 3600 * job.utilisation
    label = (job.labelling + failing * job.redoing) / an_hour / crew.people
    review = (job.reviewing + failing * job.rereviewing) / an_hour
    review /= crew.reviewers * crew.shifts
    ends = np.maximum(
        np.searchsorted(np.cumsum(hours * pace), label),
        np.searchsorted(np.cumsum(hours), review),
    )
    # Place 0 is the first day; what is labelled on the last is reviewed a day later.
    return bool(np.mean(ends + 2 + job.starts <= target.days) >= target.confidence)


def _near(
    job: Job, crews: Callable[[int], Crew], target: Target, *, least: int, most: int
) -> Callable[[int], bool]:
    """Return the first answer to ask: by hours alone, then by a few runs near that."""
    few = some_runs(job)
    found = edge(
        lambda number: meets_target(few, crews(number), target),
        lambda number: first_look(few, crews(number), target),
        least=least,
        most=most,
    )
    return lambda number: found is not None and number >= found


def _asked(
    job: Job,
    crews: Callable[[int], Crew],
    target: Target,
    *,
    known: Mapping[int, bool],
) -> Callable[[int], bool]:
    """Return the question asked of all runs; what is `known` is not asked again."""
    return lambda number: (
        known[number] if number in known else meets_target(job, crews(number), target)
    )


NOTHING: Mapping[int, bool] = {}


def smallest_team(  # noqa: PLR0913 - what a team is sought by
    job: Job,
    crew: Crew,
    target: Target,
    *,
    reviewers: Callable[[int], int],
    most: int = MOST_ANNOTATORS,
    likely: int | None = None,
    known: Mapping[int, bool] = NOTHING,
) -> int | None:
    """Return the fewest annotators that meet the target, None if `most` do not.

    One fewer was walked too, in every run, and misses it. A few of the runs say where
    to look, up to `likely` where that is given. `known`: whether teams meet it that
    were walked before.
    """

    def sized(annotators: int) -> Crew:
        return crew.with_annotators(annotators, reviewers=reviewers(annotators))

    return edge(
        _asked(job, sized, target, known=known),
        _near(job, sized, target, least=1, most=most if likely is None else likely),
        least=1,
        most=most,
    )


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
    job: Job,
    crew: Crew,
    target: Target,
    *,
    limits: Limits,
    known: Mapping[int, bool] = NOTHING,
) -> OvertimeAnswer:
    """Return the least overtime that meets the target, or the most that is allowed.

    `known`: whether steps of a quarter of an hour meet it that were walked before.
    """

    def crew_with(steps: int) -> tuple[Crew, Allowed]:
        return with_overtime(crew, steps * OVERTIME_STEP, target=target, limits=limits)

    def longer(steps: int) -> Crew:
        return crew_with(steps)[0]

    # A step more than the day's limit, so that the limit is seen to bind.
    most = int(limits.day / OVERTIME_STEP) + 1
    steps = edge(
        _asked(job, longer, target, known=known),
        _near(job, longer, target, least=0, most=most),
        least=0,
        most=most,
    )
    _, given = crew_with(most if steps is None else steps)
    return OvertimeAnswer(
        wanted=(most if steps is None else steps) * OVERTIME_STEP,
        allowed=given,
        meets=steps is not None,
    )
