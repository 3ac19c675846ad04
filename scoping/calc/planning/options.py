"""What would be done sooner, and at what price: overtime, a second shift, more people.

Each option is walked like the plan itself. Its price is the difference of two
estimates where people are added, and the premium on the hours worked over or late
where hours are. The law comes before money: overtime is never planned beyond a limit,
and an option that a limit stops says whose limit it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

import numpy as np

from scoping.calc.estimate import Estimate, estimate
from scoping.calc.rates.values import Site
from scoping.calc.schedule import MOST_ANNOTATORS, reviewers_for
from scoping.calc.workdays import Workdays

from .days import MOST_RUN_DAYS, Crew, Job, Runs, Stop, walk
from .law import Allowed, Limits, allowed, in_words
from .solve import (
    Target,
    least_overtime,
    production_dates,
    smallest_team,
    with_overtime,
)

Kind = Literal["overtime", "saturdays", "second_shift", "team", "team_and_overtime"]
COINS = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One way to be done sooner. `extra_cost` is in the card's currency.

    `overtime_hours` are those of one person in the runs' mean, `wanted` hours a day.
    `meets`: None where no deadline is given. `binds`: who allows no more, if anybody.
    """

    kind: Kind
    annotators: int | None
    wanted: float
    overtime_hours: float
    finish: date | None
    chance: float | None
    meets: bool | None
    extra_cost: Decimal | None
    binds: Literal["law", "company"] | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """The plan as it stands: its estimate, crew, job, and the date it is held to.

    `plan` are the runs of the crew itself, followed past the deadline.
    """

    made: Estimate
    workdays: Workdays
    crew: Crew
    job: Job
    limits: Limits
    target: Target
    planned: date
    plan: Runs

    @property
    def known(self) -> bool:
        """Return whether the plan as it stands meets the deadline."""
        return (self.chance(self.plan) or 0.0) >= self.target.confidence

    @property
    def has_deadline(self) -> bool:
        """Return whether there is a date to be met."""
        return self.made.spec.deadline is not None

    @property
    def site(self) -> Site:
        """Return where the work is done, as the card has it."""
        return self.made.card.cost.site_of(self.made.spec.site)

    def reviewers(self, annotators: int) -> int:
        """Return the reviewers of a team of another size."""
        share = self.made.card.cost.work.reviewers_per_annotator.value
        return reviewers_for(annotators, share)

    def walked(self, crew: Crew) -> Runs:
        """Return the runs of another crew, as far as an option asks for them.

        That is: past its overtime and the deadline, and until the planned share is
        done. One run in thousands that takes for ever must not take the answer away.
        """
        if not any(crew.overtime) and replace(crew, overtime=()) == self.crew:
            return self.plan
        days = self.target.days if self.has_deadline else 0
        stop = Stop(
            until=MOST_RUN_DAYS,
            enough=self.target.confidence,
            least=max(days, len(crew.overtime)),
        )
        rng = np.random.default_rng(self.target.seed)
        return walk(self.job, crew, rng=rng, stop=stop).dated()

    def chance(self, runs: Runs) -> float | None:
        """Return the share of walked runs in time; None without a deadline."""
        if not self.has_deadline:
            return None
        last = min(self.target.days, MOST_RUN_DAYS)
        return float(np.mean(runs.finished <= last))

    def finish(self, runs: Runs) -> date:
        """Return the date that is not passed at the planning confidence."""
        day = int(
            np.quantile(runs.finished, self.target.confidence, method="inverted_cdf")
        )
        return self.target.site.add(self.target.begin, day)


def options(now: Situation) -> tuple[Option, ...]:
    """Return what would speed the plan up, those for a deadline first."""
    found = [_overtime(now), _second_shift(now)]
    if now.has_deadline:
        team = _team(now)
        found = [team, *found, _team_and_overtime(now, without=team.annotators)]
    return tuple(found)


def _overtime(now: Situation) -> Option:
    """Return the least overtime for the deadline; without one all that is allowed."""
    wanted = now.limits.day
    meets: bool | None = None
    if now.has_deadline:
        answer = least_overtime(
            now.job, now.crew, now.target, limits=now.limits, known={0: now.known}
        )
        wanted, meets = min(answer.wanted, now.limits.day), answer.meets
    crew, given = _laid_out(now, now.crew, wanted)
    runs = now.walked(crew)
    hours = hours_over(now.job, runs, given.hours)
    bound = given.bound if meets is not False else answer.allowed.bound
    cost = _overtime_cost(now, crew, hours)
    finish = now.finish(runs)
    return Option(
        kind="overtime",
        annotators=crew.annotators,
        wanted=wanted,
        overtime_hours=hours,
        finish=finish,
        chance=now.chance(runs),
        meets=meets,
        extra_cost=cost,
        binds=now.limits.setter(bound) if meets is False and bound else None,
        text=_overtime_text(now, wanted, hours, finish, meets=meets, bound=bound),
    )


def _laid_out(now: Situation, crew: Crew, wanted: float) -> tuple[Crew, Allowed]:
    """Return the crew with overtime on every day until the plan as it stands ends.

    Beyond that date nobody works over: with more hours the work ends before it.
    """
    reach = replace(now.target, deadline=max(now.planned, now.target.deadline))
    return with_overtime(crew, wanted, target=reach, limits=now.limits)


def hours_over(job: Job, runs: Runs, hours: Sequence[float]) -> float:
    """Return a person's mean hours of overtime from the beginning until the end.

    `hours` of overtime by working day, those before production begins included.
    """
    summed = np.concatenate(([0.0], np.cumsum(hours)))
    last = len(hours)
    until = summed[np.minimum(runs.finished, last)]
    return float(np.mean(until - summed[np.minimum(job.starts, last)]))


def _overtime_text(
    now: Situation,
    wanted: float,
    hours: float,
    finish: date,
    *,
    meets: bool | None,
    bound: tuple[str, ...],
) -> str:
    plan = f"{_hours(wanted)} of overtime a day, {hours:.0f} hours a person in all"
    if meets and wanted == 0:
        return "The team meets the deadline without overtime."
    if meets is None or meets:
        more = ", which meets the deadline" if meets else ""
        return f"{plan}: done by {in_full(finish)}{more}."
    if not bound:
        return "Overtime does not meet the deadline: production begins too late for it."
    who = now.limits.setter(bound)  # type: ignore[arg-type]
    limit = in_words(bound, now.limits)  # type: ignore[arg-type]
    if who == "law":
        return (
            f"The law binds, not money: it allows {limit} of overtime a person. With "
            f"all of it the work is done by {in_full(finish)}, after the deadline."
        )
    return (
        f"The company's own limit binds: {limit} of overtime a person; the law of the "
        f"site sets none. With all of it the work is done by {in_full(finish)}, after "
        f"the deadline."
    )


def _overtime_cost(now: Situation, crew: Crew, hours: float) -> Decimal:
    return overtime_cost(now, crew, hours, rate=now.site.overtime.pay_rate.value)


def overtime_cost(
    now: Situation, crew: Crew, hours: float, *, rate: Decimal
) -> Decimal:
    """Return the premium on hours worked over: the hours themselves are in the plan."""
    premium = float(rate) - 1
    paid = crew.people * wage(now, "annotator") + (
        crew.reviewers * crew.shifts * wage(now, "reviewer")
    )
    return in_coins(hours * premium * paid)


def wage(now: Situation, role: str) -> float:
    """Return a role's gross pay of an hour in the card's currency."""
    site = now.site
    return float(
        site.roles[role].gross_month.value
        / site.paid_hours_month.value
        / site.units_per_card_currency.value
    )


def _second_shift(now: Situation) -> Option:
    """Return the plan with a second shift of the same size on the same seats."""
    crew = replace(now.crew, shifts=2)
    runs = now.walked(crew)
    people = crew.people
    worked = float(
        np.mean((now.job.labelling + now.job.reviewing) / now.job.utilisation) / 3600
    )
    premium = float(now.site.second_shift_premium.value)
    late = worked / 2 * premium * wage(now, "annotator")
    cost = _people_cost(now, people) + in_coins(late)
    finish, chance = now.finish(runs), now.chance(runs)
    meets = None if chance is None else chance >= now.target.confidence
    said = {
        True: ", which meets the deadline",
        False: ", after the deadline",
        None: "",
    }
    return Option(
        kind="second_shift",
        annotators=people,
        wanted=0.0,
        overtime_hours=0.0,
        finish=finish,
        chance=chance,
        meets=meets,
        extra_cost=cost,
        binds=None,
        text=(
            f"A second shift of {now.crew.annotators} annotators, on the same seats: "
            f"done by {in_full(finish)}{said[meets]}."
        ),
    )


def _team(now: Situation) -> Option:
    """Return the smallest team that meets the deadline without overtime."""
    found = smallest_team(
        now.job,
        now.crew,
        now.target,
        reviewers=now.reviewers,
        known={now.crew.annotators: now.known},
    )
    if found is None:
        return _no_team("team", "")
    return _of_size(now, found, wanted=0.0, kind="team")


def _team_and_overtime(now: Situation, *, without: int | None) -> Option:
    """Return the smallest team that meets the deadline with all overtime allowed.

    `without`: the smallest team that meets it without any, None if none does.
    """
    crew, _ = with_overtime(
        now.crew, now.limits.day, target=now.target, limits=now.limits
    )
    found = smallest_team(
        now.job,
        crew,
        now.target,
        reviewers=now.reviewers,
        likely=without,
    )
    if found is None:
        return _no_team("team_and_overtime", ", not even with all the overtime allowed")
    return _of_size(now, found, wanted=now.limits.day, kind="team_and_overtime")


def _no_team(kind: Kind, more: str) -> Option:
    return Option(
        kind=kind,
        annotators=None,
        wanted=0.0,
        overtime_hours=0.0,
        finish=None,
        chance=None,
        meets=False,
        extra_cost=None,
        binds=None,
        text=(
            f"No team of up to {MOST_ANNOTATORS} annotators meets the deadline{more}: "
            f"rules, pilot, training and the day of review take the days."
        ),
    )


def _of_size(now: Situation, people: int, *, wanted: float, kind: Kind) -> Option:
    crew = now.crew.with_annotators(people, reviewers=now.reviewers(people))
    given = allowed(wanted, days=production_dates(now.target), limits=now.limits)
    crew = replace(crew, overtime=given.hours)
    runs = now.walked(crew)
    hours = hours_over(now.job, runs, given.hours)
    finish = now.finish(runs)
    over = f", with {hours:.0f} hours of overtime a person" if hours else ""
    return Option(
        kind=kind,
        annotators=people,
        wanted=wanted,
        overtime_hours=hours,
        finish=finish,
        chance=now.chance(runs),
        meets=True,
        extra_cost=_people_cost(now, people) + _overtime_cost(now, crew, hours),
        binds=None,
        text=(
            f"{_people(people)}{over}: the smallest team that meets the deadline, done "
            f"by {in_full(finish)}. One fewer misses it."
        ),
    )


def _people_cost(now: Situation, people: int) -> Decimal:
    """Return what the same work costs more with another number of annotators."""
    made = now.made
    spec = replace(made.spec, team=replace(made.spec.team, annotators=people))
    other = estimate(spec, made.card, workdays=now.workdays, draws=made.draws)
    return other.cost.mean - made.cost.mean


def in_coins(value: float) -> Decimal:
    """Return an amount of money of a walk, rounded once."""
    return Decimal(str(value)).quantize(COINS, ROUND_HALF_UP)


def _hours(hours: float) -> str:
    return f"{hours:g} hour{'' if hours == 1 else 's'}"


def _people(count: int) -> str:
    return f"{count} annotator{'' if count == 1 else 's'}"


def in_full(day: date) -> str:
    """Return a day as sentences say it: `2 March 2026`."""
    return f"{day.day} {day:%B %Y}"
