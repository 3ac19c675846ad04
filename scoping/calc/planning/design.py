"""A whole schedule of an estimate: dates, gates, progress, and what speeds it up.

Staff only: it speaks of people, hours and cost. A client is shown the promised week and
nothing else, and that comes from the client view.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from scoping.calc import pipeline
from scoping.calc.beginning import Beginning, beginning
from scoping.calc.estimate import Estimate
from scoping.calc.merging import chance_each, day_together, joint_finish
from scoping.calc.schedule import days_until, monday_of
from scoping.calc.tenure import Tenure
from scoping.calc.workdays import Calendar, Workdays

from .days import (
    MOST_RUN_DAYS,
    Counts,
    Crew,
    EndlessError,
    Job,
    Runs,
    Stop,
    hopeless,
    walk,
)
from .inputs import RUNS, crew_of, job_of
from .law import Limits, limits_of
from .options import Option, Situation
from .pilot import pilot_words
from .saturdays import all_options
from .solve import Target

MARKS: Mapping[str, float] = {"p10": 0.1, "p50": 0.5, "p80": 0.8, "p90": 0.9}
FOLLOWED = 0.99
"""The share of runs that is followed to the end: the slowest may take for ever."""
MOST_POINTS = 60
"""Points of the progress picture: more are thinned out evenly, first and last kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What may be asked beyond the estimate itself.

    `streams`: pieces of work like this one that must all be done together.
    `used_year`: hours of overtime that people have worked over this year already.
    `tenure`: another way of learning and leaving than the card's.
    """

    runs: int = RUNS
    streams: int = 1
    used_year: float = 0.0
    tenure: Tenure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage and the days on which its gate is cleared: likely, and as promised.

    `begins` is the likely first day. None: the stage is not used.
    """

    number: int
    name: str
    gate: str
    begins: date | None
    likely: date | None
    planned: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Shares of all batches released by the end of a day: low, typical, high."""

    day: date
    low: float
    typical: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """Streams like this one that must all be done: how sure, and by when.

    `chance` is that of all where each is promised at the confidence; `each` what each
    must be promised at for all to be as sure as one; `day` the date for that.
    """

    streams: int
    chance: float
    each: float
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """A schedule as staff see it, means over the runs.

    `failures`: batches that fail a check. `batch_days`: working days of a batch
    between labelling and release (Little: batches waiting ÷ batches released a day).
    `begin`: the earliest day after which production begins, `begins` the likely one.
    """

    made: Estimate
    crew: Crew
    job: Job
    runs: Runs
    limits: Limits
    begin: date
    begins: date
    finish: Mapping[str, date]
    promised: date
    working_days: int
    stages: tuple[Stage, ...]
    progress: tuple[Point, ...]
    deadline_chance: float | None
    failures: float
    batch_days: float
    together: Together
    options: tuple[Option, ...]
    holidays: tuple[str, ...]
    gaps: tuple[str, ...]
    site: Calendar
    pilot: str | None

    def chance_by(self, day: date) -> float:
        """Return the share of runs that are done on or before a day."""
        left = days_until(self.site, self.begin, day)
        return float(np.mean(self.runs.finished <= left))


def design(made: Estimate, *, workdays: Workdays, ask: Ask | None = None) -> Design:
    """Return the schedule of an estimate, walked day by day.

    Raises EndlessError where the team is not done within the days that are walked.
    """
    ask = ask or Ask()
    spec, cost = made.spec, made.card.cost
    site = workdays.calendar(cost.site_of(spec.site).calendar)
    begun = beginning(spec, cost=cost, workdays=workdays)
    start, begin = begun.start, site.add(begun.first, 0)
    crew, job = crew_of(made, tenure=ask.tenure), job_of(made, runs=ask.runs)
    confidence = float(spec.commercial.confidence)
    left = 0
    if spec.deadline is not None:
        left = days_until(site, begin, spec.deadline)
    each = chance_each(confidence, ask.streams)
    runs = _walked(job, crew, seed=spec.seed, enough=max(FOLLOWED, each), least=left)
    days = _dates(site, begin, int(runs.finished.max()))
    ordered = np.sort(runs.finished).astype(np.float64)
    finish = {name: days[_at(runs.finished, share)] for name, share in MARKS.items()}
    limits = limits_of(
        cost.site_of(spec.site).overtime,
        hours_per_day=crew.hours_per_day,
        used_year=ask.used_year,
    )
    last = days[_at(runs.finished, 0.9)]
    chance = None
    if spec.deadline is not None:
        chance = float(np.mean(runs.finished <= left))
    situation = Situation(
        made=made,
        workdays=workdays,
        crew=crew,
        job=job,
        limits=limits,
        target=Target(
            site=site,
            begin=begin,
            deadline=spec.deadline or last,
            confidence=confidence,
            seed=spec.seed,
        ),
        planned=days[_at(runs.finished, confidence)],
        plan=runs,
    )
    client = workdays.calendar(spec.client_calendar)
    gaps = (
        site.gap(start, max(last, spec.deadline or last)),
        client.gap(start, begun.ends[-1]),
    )
    return Design(
        made=made,
        crew=crew,
        job=job,
        runs=runs,
        limits=limits,
        begin=begin,
        begins=begun.by(0.5),
        finish=finish,
        promised=monday_of(finish["p80"]),
        working_days=_at(runs.finished - job.starts, 0.5),
        stages=_stages(made, job, runs, days, begun=begun),
        progress=_progress(
            runs, days, batches=job.batches, upto=_at(runs.finished, 0.9)
        ),
        deadline_chance=chance,
        failures=float(runs.failed.mean()),
        batch_days=float(np.mean(runs.waiting)) / job.batches,
        together=Together(
            streams=ask.streams,
            chance=joint_finish([confidence] * ask.streams),
            each=each,
            day=days[int(day_together(ordered, joint=confidence, streams=ask.streams))],
        ),
        options=all_options(situation),
        holidays=tuple(site.names_between(start, last)),
        gaps=tuple(dict.fromkeys(text for text in gaps if text is not None)),
        site=site,
        pilot=pilot_words(spec, cost),
    )


def _walked(job: Job, crew: Crew, *, seed: int, enough: float, least: int) -> Runs:
    """Return the runs of the plan until nearly all are done, and past the deadline.

    The few that are still going then are dated a day later, and their failures and
    waiting are counted until then. Raises EndlessError where they are not few.
    """
    if hopeless(job, crew, days=MOST_RUN_DAYS) > 1 - enough:
        raise EndlessError(crew.annotators)
    stop = Stop(until=MOST_RUN_DAYS, enough=enough, least=least)
    runs = walk(job, crew, rng=np.random.default_rng(seed), stop=stop)
    if runs.done < enough:
        raise EndlessError(crew.annotators)
    return runs.dated()


def _dates(site: Calendar, begin: date, days: int) -> list[date]:
    """Return the date of each working day of production; day 0 is its eve."""
    found = [begin]
    for _ in range(days):
        found.append(site.add(found[-1], 1))
    return found


def _at(days: Counts, share: float) -> int:
    """Return the day that at least this share of the runs does not pass."""
    return int(np.quantile(days, share, method="inverted_cdf"))


def _stages(
    made: Estimate, job: Job, runs: Runs, days: Sequence[date], *, begun: Beginning
) -> tuple[Stage, ...]:
    """Return the seven stages with the days of their gates."""
    first = job.starts + 1
    marked = {
        3: (first, runs.labelled),
        5: (np.minimum(first + 1, runs.reviewed), runs.reviewed),
        6: (runs.first_release, runs.finished),
        7: (runs.first_release, runs.finished),
    }
    found = []
    for stage in pipeline.stages(made.spec, made.card.price):
        begins: date | None = None
        likely: date | None = None
        planned: date | None = None
        if stage.number in marked and stage.used:
            opens, gate = marked[stage.number]
            begins = days[_at(opens, 0.5)]
            likely, planned = days[_at(gate, 0.5)], days[_at(gate, 0.8)]
        elif stage.used:
            ends = {
                1: (begun.start, begun.rules, begun.rules),
                2: (begun.rules, begun.by(0.5), begun.by(0.8)),
                4: (begun.rules, days[_at(first, 0.5)], days[_at(first, 0.8)]),
            }
            begins, likely, planned = ends[stage.number]
        found.append(
            Stage(
                number=stage.number,
                name=stage.name,
                gate=stage.gate,
                begins=begins,
                likely=likely,
                planned=planned,
            )
        )
    return tuple(found)


def _progress(
    runs: Runs, days: Sequence[date], *, batches: int, upto: int
) -> tuple[Point, ...]:
    """Return the share released by day: the band holds eight runs of ten."""
    steps = np.unique(np.linspace(1, upto, min(upto, MOST_POINTS)).round().astype(int))
    rows = np.quantile(
        runs.progress[steps - 1] / batches,
        [0.1, 0.5, 0.9],
        axis=1,
        method="inverted_cdf",
    )
    return (
        Point(day=days[0], low=0.0, typical=0.0, high=0.0),
        *(
            Point(day=days[step], low=float(low), typical=float(mid), high=float(high))
            for step, low, mid, high in zip(steps, *rows, strict=True)
        ),
    )
