"""Hours and a calendar into a date for every gate.

Stages run in order; production waits for the pilot, whose rounds are drawn like the
work (`beginning`), review follows production a day behind, pre-labels run beside it. A
day's capacity is people × hours × share worked on units, less while people are new and
by those who leave. Where a batch of the
last day fails its gate, the end is a day later. Days are working days of the site;
answers take working days of the client's calendar. The promised week is the week that
holds the date not passed eight times in ten. `planning` walks the same project day by
day. See docs/model.md#schedule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

import numpy as np

from .beginning import Beginning, beginning
from .rates.values import CostSide
from .simulate import quantile
from .spec import Problem, SpecError
from .spec.values import Spec
from .tenure import Tenure, pace_curve
from .trace import Draws
from .workdays import Calendar, Workdays

MOST_ANNOTATORS = 500
"""The largest team that is tried for a deadline."""
GOLDEN = (5**0.5 - 1) / 2
"""Steps of the golden ratio fall evenly into 0 to 1, however many are taken."""
MOST_DAYS = 100_000
"""Working days of production, four centuries, beyond which no date is looked up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """The day on which a stage is expected to clear its gate."""

    stage: int
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When the work starts and when it may end.

    `finish` holds dates not passed with probability 0.1, 0.5, 0.8 and 0.9. `promised`
    is the Monday of the promised week. `holidays` are the site's between the two.
    `deadline_chance`: chance to finish by the deadline, None where none is given.
    `gaps` say which dates lie in years whose public holidays are not known. `begin` is
    the earliest day after which production begins: `starts` the working days after it
    on which it does in each draw, `days` those on which all is done.
    """

    start: date
    finish: dict[str, date]
    promised: date
    annotators: int
    reviewers: int
    working_days: Decimal
    milestones: tuple[Milestone, ...]
    holidays: tuple[str, ...]
    deadline_chance: Decimal | None
    begin: date
    days: Draws = field(compare=False, repr=False)
    starts: Draws = field(compare=False, repr=False)
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """Productive seconds by server, as draws: annotators' and reviewers'.

    `released`: the chance of a batch at its first check; None: no batch is checked.
    """

    labelling: Draws
    reviewing: Draws
    utilisation: Draws
    released: Draws | None = None
    batches: int = 1


def tenure_of(cost: CostSide) -> Tenure:
    """Return how newcomers learn, how many people leave, and when the next comes."""
    return Tenure(
        ramp=tuple(float(day.value) for day in cost.work.ramp_days),
        leaving_month=float(cost.work.leaving_month.value),
        hire_days=int(cost.work.hire_days.value),
    )


def reviewers_for(annotators: int, per_annotator: Decimal) -> int:
    """Return the reviewers of a team, at least one."""
    needed = (annotators * per_annotator).to_integral_value(rounding=ROUND_CEILING)
    return max(1, int(needed))


def days_of_work(seconds: Draws, *, per_day: Draws, pace: Sequence[float]) -> Draws:
    """Return working days for these seconds at this full capacity a day.

    `pace` holds the efficiency of the first days; the last holds for all that follow.
    """
    efficiency = np.asarray(pace, dtype=np.float64)
    done = np.concatenate(([0.0], np.cumsum(efficiency)))
    wanted = seconds / per_day
    days: Draws = len(efficiency) + (wanted - done[-1]) / efficiency[-1]
    soon = wanted <= done[-1]
    days[soon] = np.interp(wanted[soon], done, np.arange(len(done), dtype=np.float64))
    return days


def production_days(
    spec: Spec, work: Workload, *, annotators: int, cost: CostSide
) -> Draws:
    """Return the working days of production, labelling and review side by side."""
    per_person = float(spec.team.hours_per_day) * 3600 * work.utilisation
    reviewers = reviewers_for(annotators, cost.work.reviewers_per_annotator.value)
    labelling = days_of_work(
        work.labelling,
        per_day=per_person * annotators,
        pace=pace_curve(tenure_of(cost)),
    )
    reviewing = work.reviewing / (per_person * reviewers)
    days = np.maximum(labelling, reviewing) + 1.0
    if work.released is None:
        return days
    return days + resubmission_days(work.released, days=days, batches=work.batches)


def resubmission_days(released: Draws, *, days: Draws, batches: int) -> Draws:
    """Return the days by which batches that fail on the last day move the end: 0 or 1.

    Whatever fails earlier is seen again while others are still under way. Of the last
    day are batches ÷ days of them, and one at least; all are released with the chance
    of one to that power. A second failure is not planned (decision 0006).
    """
    last = np.maximum(1.0, batches / days)
    fails = 1 - released**last
    # Evenly spread over the draws: the share of draws that fail is the mean chance.
    place = np.modf(np.arange(1, len(days) + 1) * GOLDEN)[0]
    return np.where(place < fails, 1.0, 0.0)


def days_to_the_end(
    spec: Spec,
    work: Workload,
    *,
    annotators: int,
    cost: CostSide,
    begun: Beginning,
    site: Calendar,
) -> Draws:
    """Return the whole working days from the first end of the pilot to that of all."""
    days = production_days(spec, work, annotators=annotators, cost=cost)
    return np.ceil(days - 1e-9) + begun.drawn(len(days), site)


def schedule(
    spec: Spec,
    work: Workload,
    *,
    annotators: int,
    cost: CostSide,
    workdays: Workdays,
    promised: date | None,
) -> Schedule:
    """Return the dates of a project for a team of this many annotators.

    Raises SpecError where such a team would never be done.
    """
    key = cost.site_of(spec.site).calendar
    site = workdays.calendar(key)
    begun = beginning(spec, cost=cost, workdays=workdays)
    begin = site.add(begun.first, 0)
    days = days_to_the_end(
        spec, work, annotators=annotators, cost=cost, begun=begun, site=site
    )
    starts = begun.drawn(len(days), site)
    whole = np.sort(days)
    if quantile(whole, 0.9) > MOST_DAYS:
        raise SpecError((_endless(annotators),))
    marks = {
        name: site.add(begin, int(np.ceil(quantile(whole, share))))
        for name, share in (("p10", 0.1), ("p50", 0.5), ("p80", 0.8), ("p90", 0.9))
    }
    chance = None
    if spec.deadline is not None:
        available = days_until(site, begin, spec.deadline)
        chance = Decimal(str(round(float(np.mean(whole <= available)), 4)))
    return Schedule(
        start=begun.start,
        finish=marks,
        promised=promised or monday_of(marks["p80"]),
        annotators=annotators,
        reviewers=reviewers_for(annotators, cost.work.reviewers_per_annotator.value),
        working_days=Decimal(int(quantile(np.sort(days - starts), 0.5))),
        milestones=(
            Milestone(stage=1, day=begun.rules),
            Milestone(stage=2, day=begun.by(0.5)),
            Milestone(stage=3, day=site.add(marks["p50"], -1)),
            Milestone(stage=5, day=marks["p50"]),
            Milestone(stage=6, day=marks["p50"]),
            Milestone(stage=7, day=marks["p50"]),
        ),
        holidays=tuple(site.names_between(begun.start, marks["p90"])),
        deadline_chance=chance,
        begin=begin,
        days=days,
        starts=starts,
        gaps=_gaps(
            (site, begun.start, max(marks["p90"], spec.deadline or begun.start)),
            (workdays.calendar(spec.client_calendar), begun.start, begun.ends[-1]),
        ),
    )


def _gaps(*spans: tuple[Calendar, date, date]) -> tuple[str, ...]:
    """Return what is not known of the holidays in these spans, each said once."""
    found = (calendar.gap(start, end) for calendar, start, end in spans)
    return tuple(dict.fromkeys(text for text in found if text is not None))


def days_until(site: Calendar, begin: date, deadline: date) -> int:
    """Return the working days that may pass from `begin` so that work ends in time.

    Work that takes n days ends on the n-th working day after `begin`: those after it,
    up to and including the deadline.
    """
    return site.count(begin + timedelta(days=1), deadline + timedelta(days=1))


def _endless(annotators: int) -> Problem:
    return Problem(
        code="estimate_too_large",
        path="/team/annotators",
        message=(
            f"{annotators:,} annotators may take more than {MOST_DAYS:,} working days "
            f"for this. State more annotators, or split the project."
        ),
    )


def monday_of(day: date) -> date:
    """Return the Monday of the week that holds a day: how a week is written."""
    return day - timedelta(days=day.weekday())


def team_for_deadline(  # noqa: PLR0913 - what a team is solved for
    spec: Spec,
    work: Workload,
    *,
    cost: CostSide,
    workdays: Workdays,
    confidence: float,
    least: int = 1,
    most: int = MOST_ANNOTATORS,
) -> int | None:
    """Return the smallest team from `least` that meets the deadline so surely, or None.

    None says that even `most` annotators do not meet it: the days before production
    and the ramp are then the limit, not the number of people.
    """
    if spec.deadline is None:
        raise ValueError("A team is solved for a deadline, and the spec gives none.")
    site = workdays.calendar(cost.site_of(spec.site).calendar)
    begun = beginning(spec, cost=cost, workdays=workdays)
    available = days_until(site, site.add(begun.first, 0), spec.deadline)

    def meets(annotators: int) -> bool:
        days = days_to_the_end(
            spec, work, annotators=annotators, cost=cost, begun=begun, site=site
        )
        return float(np.mean(days <= available)) >= confidence

    if not meets(most):
        return None
    low, high = least, most
    while low < high:
        middle = (low + high) // 2
        if meets(middle):
            high = middle
        else:
            low = middle + 1
    return low
