"""The people of a generated project: how each one works, and when each one is free.

A calendar counts worked seconds: a person's day holds so many, Saturdays and Sundays
hold none, and what does not fit into a day goes on the next morning.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

import numpy as np
from numpy.random import Generator

from .truth import AN_HOUR, Truth

FRIDAY = 4
MORNING = time(1, 0, tzinfo=UTC)
"""Eight o'clock in Hanoi, so that a working day is one date in UTC too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A person: pace as a factor on the seconds, and a first-pass defect share."""

    name: str
    pace: float
    defect: float


@dataclass(slots=True, kw_only=True)
class Desk:
    """Where somebody sits: what they have worked and produced so far."""

    worker: Worker
    worked: float = 0.0
    units: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """The people of a project by what they do."""

    annotators: tuple[Worker, ...]
    reviewers: tuple[Worker, ...]
    lead: Worker


@dataclass(slots=True, kw_only=True)
class Floor:
    """The desks of a crew while a project runs."""

    annotators: list[Desk] = field(default_factory=list)
    reviewers: list[Desk] = field(default_factory=list)
    lead: Desk


def hire(truth: Truth, *, rng: Generator) -> Crew:
    """Return the people of a project, drawn from its truth."""
    prefix = f"{truth.crew} " if truth.crew else ""
    return Crew(
        annotators=_people(f"{prefix}annotator", truth.annotators, truth, rng),
        reviewers=_people(f"{prefix}reviewer", truth.reviewers, truth, rng),
        lead=Worker(name=f"{prefix}lead", pace=1.0, defect=0.0),
    )


def seat(crew: Crew) -> Floor:
    """Return the desks of a crew on its first morning."""
    return Floor(
        annotators=[Desk(worker=worker) for worker in crew.annotators],
        reviewers=[Desk(worker=worker) for worker in crew.reviewers],
        lead=Desk(worker=crew.lead),
    )


def first_free(desks: list[Desk]) -> Desk:
    """Return whoever is free first; of several, the first by name."""
    return min(desks, key=lambda desk: (desk.worked, desk.worker.name))


def moment(worked: float, *, truth: Truth) -> datetime:
    """Return when a person has worked so many seconds since the project's start."""
    days, rest = divmod(worked, truth.daily_seconds)
    day = working_day(truth.start, int(days))
    # Idle time lies evenly over the day.
    elapsed = rest / truth.daily_seconds * truth.hours_per_day * AN_HOUR
    return datetime.combine(day, MORNING) + timedelta(seconds=elapsed)


@lru_cache(maxsize=1024)
def working_day(start: date, days: int) -> date:
    """Return the day that comes so many working days after the first."""
    first = start
    while first.weekday() > FRIDAY:
        first += timedelta(days=1)
    weeks, rest = divmod(first.weekday() + days, FRIDAY + 1)
    return first + timedelta(days=7 * weeks + rest - first.weekday())


def _people(name: str, count: int, truth: Truth, rng: Generator) -> tuple[Worker, ...]:
    paces = np.exp(rng.normal(0.0, truth.worker_sigma, count))
    defects = _defect_shares(truth, count, rng)
    return tuple(
        Worker(name=f"{name} {place + 1:02d}", pace=float(pace), defect=float(defect))
        for place, (pace, defect) in enumerate(zip(paces, defects, strict=True))
    )


def _defect_shares(truth: Truth, count: int, rng: Generator) -> np.ndarray:
    """Return a defect share for each person: a beta with the clustering asked for."""
    mean, likeness = truth.first_pass_defect, truth.defect_clustering
    if likeness == 0 or mean in (0.0, 1.0):
        return np.full(count, mean)
    if likeness == 1:
        return (rng.random(count) < mean).astype(np.float64)
    strength = 1 / likeness - 1
    return rng.beta(mean * strength, (1 - mean) * strength, count)
