"""One price with its reasons: volume, effort, checking, cost, price and dates at once.

`estimate` is a pure function of a spec, a card, calendars, decisions and a seed. Staff
alone see its result; what a client sees is made by `offer.py`, which is never given a
cost. See docs/model.md#estimate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from . import bill as billing
from .checking import LineChecking
from .costing import Rates, Task
from .effort import LineEffort
from .events import check_risks
from .exchange import card_in
from .fit import check_currency
from .lateness import expected_share, given_back
from .margins import TeamsBooked, fee_cost_of, margins
from .memory import Memory
from .offer import Offer, make_offer
from .quantities import Quantities, quantities
from .rates.values import RateCard
from .schedule import Schedule, Workload, schedule, team_for_deadline
from .simulate import Distribution, Simulation, as_decimal
from .spec import Problem, SpecError
from .spec.values import Line, Spec
from .suggest import Decision, Suggested, suggest
from .trace import Draws, Origin, Step, given
from .volume import answer
from .work import Work, simulate_work, work_of, workload
from .workdays import Workdays

ENGINE = "1.2"
"""Version of the arithmetic; simulated figures are comparable only within one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Everything that is known about a priced project before it starts. Staff only.

    `late`: the share of the lines' price that late delivery gives back in each draw,
    None where a late delivery gives nothing back.
    """

    spec: Spec
    card: RateCard
    draws: int
    offer: Offer
    suggested: Mapping[int, Suggested]
    work: Work
    fee_cost: Decimal
    cost: Distribution
    mean_revenue: Decimal
    margin: Distribution
    loss_probability: Decimal
    hours: Distribution
    load: Workload
    schedule: Schedule
    simulation: Simulation
    cost_draws: Draws
    margin_draws: Draws
    late: Draws | None = None
    teams: TeamsBooked | None = None
    warnings: tuple[dict[str, str], ...] = field(default=())

    @property
    def bill(self) -> billing.Bill:
        """Return the bill with its reasons: lines, fees, discount, tax, total."""
        return self.offer.bill

    def net_unit_price(self, line: Line) -> Decimal:
        """Return what a unit brings in, tiers and discount taken off, unrounded."""
        rows = (*self.bill.lines, *self.bill.beside)
        row = next(row for row in rows if row.line.index == line.index)
        return row.net / self.offer.volumes[line.index].quoted.value

    def is_below_floor(self, line: Line) -> bool:
        """Return whether a unit brings in less than the line's floor.

        To the four decimals of a unit price: a line is rounded to coins, and must not
        fall below its floor by that.
        """
        net = self.net_unit_price(line).quantize(
            Decimal("0.0001"), rounding=ROUND_HALF_UP
        )
        return net < self.suggested[line.index].floor.value

    @property
    def efforts(self) -> Mapping[int, LineEffort]:
        """Return the first attempts of every line, by its index."""
        return {index: work.effort for index, work in self.work.lines.items()}

    @property
    def checkings(self) -> Mapping[int, LineChecking]:
        """Return what checking adds to every line that is checked, by its index."""
        return {
            index: work.checking
            for index, work in self.work.lines.items()
            if work.checking is not None
        }

    @property
    def line_costs(self) -> Mapping[int, Step]:
        """Return the cost of every line alone, by its index."""
        return {index: work.cost for index, work in self.work.lines.items()}

    @property
    def tasks(self) -> tuple[Task, ...]:
        """Return the paid work that is in the total."""
        return self.work.tasks

    def mean_hours(self) -> list[float]:
        """Return the mean paid hours of every task, in the order of the tasks."""
        self.simulation.draw([task.hours for task in self.tasks])
        return [self.simulation.mean(task.hours) for task in self.tasks]

    def mean_costs(self) -> list[float]:
        """Return the mean cost of every task, in the order of the tasks."""
        self.simulation.draw([task.cost for task in self.tasks])
        return [self.simulation.mean(task.cost) for task in self.tasks]

    @property
    def cost_step(self) -> Step:
        """Return the cost of the work, without fees, with its reasons."""
        return self.work.whole

    @property
    def rates(self) -> Rates:
        """Return what an hour costs, and how much of it is worked on units."""
        return self.work.rates

    @property
    def annotators(self) -> Step:
        """Return the size of the team, as stated, solved for or standard."""
        return self.work.people


def estimate(  # noqa: PLR0913 - everything that a question may name
    spec: Spec,
    card: RateCard,
    *,
    workdays: Workdays,
    decisions: Mapping[int, Decision] | None = None,
    draws: int = 16_384,
    promised: date | None = None,
    memory: Memory | None = None,
) -> Estimate:
    """Return the estimate of a spec under a card.

    `decisions` are unit prices by line index; a line without one takes the greatest of
    its three suggestions. `promised` is a decided delivery week, None to suggest one.
    A `memory` of earlier estimates saves time and changes nothing.
    Raises SpecError for what the card cannot price, MissingRateError for its gaps.
    """
    memory = memory or Memory()
    check_currency(spec, card.price)
    card = card_in(card, spec.currency)
    counted = quantities(spec, card.price, workdays=workdays, memory=memory)
    _check_saving(spec, card)
    check_risks(spec, card.cost)
    work, simulation, annotators = _staffed(
        spec, card, counted, workdays=workdays, draws=draws, memory=memory
    )
    load = workload(spec, work, simulation)
    dates = schedule(
        spec,
        load,
        annotators=annotators,
        cost=card.cost,
        workdays=workdays,
        promised=promised,
    )
    site = workdays.calendar(card.cost.site_of(spec.site).calendar)
    late = given_back(spec, dates, site)
    suggested = suggest(
        spec,
        card,
        work,
        simulation,
        counted=counted,
        decisions=decisions or {},
        late=expected_share(late),
        memory=memory,
    )
    made = make_offer(
        spec,
        card.price,
        unit_prices={index: item.decided for index, item in suggested.items()},
        week=dates.promised,
        workdays=workdays,
        counted=counted,
        memory=memory,
    )
    return _assemble(
        card,
        work,
        simulation,
        made,
        suggested=suggested,
        load=load,
        dates=dates,
        late=late,
    )


def _check_saving(spec: Spec, card: RateCard) -> None:
    cap = card.cost.policy.planning_cap.value
    found = tuple(
        Problem(
            code="max_value",
            path=f"{line.path}/prelabel/saving",
            message=(
                f"A saving of {line.prelabel.saving} is more than the {cap} that is "
                f"planned without measurements. Write {cap} or less, or an accept rate."
            ),
        )
        for line in spec.lines
        if line.prelabel is not None
        and line.prelabel.saving is not None
        and line.prelabel.saving > cap
    )
    if found:
        raise SpecError(found)


def _staffed(
    spec: Spec,
    card: RateCard,
    counted: Quantities,
    *,
    workdays: Workdays,
    draws: int,
    memory: Memory,
) -> tuple[Work, Simulation, int]:
    """Return the work with its draws, for the stated, solved or standard team."""
    stated = spec.team.annotators
    people = (
        answer("Annotators", stated, unit="people", path="/team/annotators")
        if stated is not None
        else card.cost.work.standard_annotators.step("Annotators, standard team")
    )
    work = work_of(spec, card, counted, people=people, memory=memory)
    simulation = simulate_work(spec, card, work, draws=draws, memory=memory)
    if stated is not None or spec.deadline is None:
        return work, simulation, int(people.value)
    asked = (work, simulation, int(people.value))
    least = 1
    while True:
        solved = team_for_deadline(
            spec,
            workload(spec, work, simulation),
            cost=card.cost,
            workdays=workdays,
            confidence=float(spec.commercial.confidence),
            least=least,
        )
        if solved is None:
            return asked
        if solved == people.value:
            return work, simulation, solved
        # The spread between people depends on the crew, so the crew that was found is
        # asked again; it only ever grows.
        least = solved
        people = given(
            "Annotators, solved for the deadline",
            solved,
            unit="people",
            because="the smallest team that meets the deadline as surely as is planned",
            origin=Origin(kind="spec", at="/deadline"),
        )
        work = work_of(spec, card, counted, people=people, memory=memory)
        simulation = simulate_work(spec, card, work, draws=draws, memory=memory)


def _assemble(  # noqa: PLR0913 - the parts that were made
    card: RateCard,
    work: Work,
    simulation: Simulation,
    made: Offer,
    *,
    suggested: Mapping[int, Suggested],
    load: Workload,
    dates: Schedule,
    late: Draws | None,
) -> Estimate:
    fee_cost = fee_cost_of(made.bill, card)
    cost_draws = simulation.of(work.whole) + float(fee_cost)
    found = margins(
        made.spec,
        made.bill,
        work,
        simulation,
        load=load,
        volumes=made.volumes,
        card=card,
        late=late,
    )
    return Estimate(
        spec=made.spec,
        card=card,
        draws=simulation.draws,
        offer=made,
        suggested=suggested,
        work=work,
        fee_cost=fee_cost,
        cost=Distribution.of(
            cost_draws, ordered=simulation.ordered(work.whole) + float(fee_cost)
        ),
        mean_revenue=as_decimal(float(np.mean(found.revenue)), digits=2),
        margin=Distribution.of(found.margin),
        loss_probability=found.loss_probability,
        teams=found.teams,
        late=late,
        hours=Distribution.of(simulation.of(work.hours)),
        load=load,
        schedule=dates,
        simulation=simulation,
        cost_draws=cost_draws,
        margin_draws=found.margin,
    )
