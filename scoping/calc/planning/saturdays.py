"""Working on the free day of the week: the same hours, paid as a day off is.

Every hour of such a day is overtime and counts into the month's and the year's limit,
so that it is the law that says how many Saturdays there may be. A Saturday that no
limit leaves an hour of is not worked. See docs/model.md#scopingcalcplanning.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from scoping.calc.workdays import Calendar

from .days import MOST_RUN_DAYS, Crew, Job, Runs, Stop, walk
from .law import Allowed, allowed, in_words
from .options import (
    Option,
    Situation,
    hours_over,
    in_full,
    options,
    overtime_cost,
)
from .solve import Target, production_dates

SATURDAY = 5
SLOWEST = 2
"""Days are laid out for so many times the plan's, for runs that take longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """Working days with Saturdays among them, and `hours` that are overtime by day."""

    target: Target
    job: Job
    crew: Crew
    given: Allowed
    hours: tuple[float, ...]


def all_options(now: Situation) -> tuple[Option, ...]:
    """Return what would speed the plan up, with Saturdays behind overtime."""
    found = list(options(now))
    saturdays = saturdays_worked(now)
    if saturdays is not None:
        kinds = [option.kind for option in found]
        found.insert(kinds.index("overtime") + 1, saturdays)
    return tuple(found)


def saturdays_worked(now: Situation) -> Option | None:
    """Return the plan with Saturdays worked as far as limits allow.

    None where a site works on them anyway, or its card does not say what they are paid.
    """
    rate = now.site.overtime.rest_day_rate
    if rate is None or now.target.site.weekmask[SATURDAY] == "1":
        return None
    plan = _laid_out(now)
    if not any(plan.given.hours):
        return None
    runs, bound = _walked(now, plan), plan.given.bound
    hours = hours_over(plan.job, runs, plan.hours)
    finish = _finish(now, plan, runs)
    chance = _chance(now, plan, runs)
    meets = None if chance is None else chance >= now.target.confidence
    said = {
        None: "",
        True: ", which meets the deadline",
        False: ", after the deadline",
    }
    return Option(
        kind="saturdays",
        annotators=now.crew.annotators,
        wanted=0.0,
        overtime_hours=hours,
        finish=finish,
        chance=chance,
        meets=meets,
        extra_cost=overtime_cost(now, plan.crew, hours, rate=rate.value),
        binds=now.limits.setter(bound) if meets is False and bound else None,
        text=(
            f"Saturdays of {now.crew.hours_per_day:g} hours, {hours:.0f} hours a "
            f"person in all: done by {in_full(finish)}{said[meets]}."
            f"{_limited(now, plan.given)}"
        ),
    )


def _limited(now: Situation, given: Allowed) -> str:
    if not given.bound:
        return ""
    who = "The law" if now.limits.setter(given.bound) == "law" else "Our own rule"
    return f" {who} allows {in_words(given.bound, now.limits)} of overtime a person."


def _laid_out(now: Situation) -> _Plan:
    """Return the working days with Saturdays among them, as far as limits allow."""
    site, begin, hours = now.target.site, now.target.begin, now.crew.hours_per_day
    reach = max(now.planned, now.target.deadline)
    last = begin + (reach - begin) * SLOWEST
    free = _saturdays(site, begin, last)
    # The limit of a day is that of hours on top of a day's; here all are on top.
    given = allowed(hours, days=free, limits=replace(now.limits, day=hours))
    over = {day: some for day, some in zip(free, given.hours, strict=True) if some}
    worked = replace(
        site, worked=tuple(sorted({*site.worked, *over})), years=site.years_known
    )
    target = replace(now.target, site=worked)
    days = production_dates(replace(target, deadline=last))
    # A crew has its hours on every day that is worked: what is not allowed is less.
    more = tuple(over[day] - hours if day in over else 0.0 for day in days)
    return _Plan(
        target=target,
        job=_begun(now, target),
        crew=replace(now.crew, overtime=more),
        given=given,
        hours=tuple(over.get(day, 0.0) for day in days),
    )


def _begun(now: Situation, target: Target) -> Job:
    """Return the job with its first days counted on a calendar with Saturdays."""
    begin, day = target.begin, timedelta(days=1)
    ends, place = np.unique(now.job.starts, return_inverse=True)
    counted = [
        target.site.count(begin + day, now.target.site.add(begin, int(end)) + day)
        for end in ends
    ]
    return replace(now.job, starts=np.asarray(counted, dtype=np.int64)[place])


def _saturdays(site: Calendar, begin: date, last: date) -> list[date]:
    """Return the Saturdays between two days that are neither worked nor holidays."""
    holidays = {day for day, _ in site.holidays}
    first = begin + timedelta(days=(SATURDAY - begin.weekday()) % 7 or 7)
    found = [
        first + timedelta(weeks=week) for week in range((last - first).days // 7 + 1)
    ]
    return [day for day in found if day not in holidays and not site.is_worked(day)]


def _walked(now: Situation, plan: _Plan) -> Runs:
    days = plan.target.days if now.has_deadline else 0
    stop = Stop(
        until=min(MOST_RUN_DAYS, len(plan.crew.overtime)),
        enough=now.target.confidence,
        least=days,
    )
    rng = np.random.default_rng(now.target.seed)
    return walk(plan.job, plan.crew, rng=rng, stop=stop).dated()


def _finish(now: Situation, plan: _Plan, runs: Runs) -> date:
    """Return the date that is not passed at the planning confidence."""
    day = int(np.quantile(runs.finished, now.target.confidence, method="inverted_cdf"))
    return plan.target.site.add(plan.target.begin, day)


def _chance(now: Situation, plan: _Plan, runs: Runs) -> float | None:
    if not now.has_deadline:
        return None
    return float(np.mean(runs.finished <= plan.target.days))
