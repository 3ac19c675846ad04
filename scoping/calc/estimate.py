"""One price with its reasons: volume, effort, checking, cost, price and dates at once.

`estimate` is a pure function of a spec, a card, calendars, decisions and a seed. Staff
alone see its result; what a client sees is made by `offer.py`, which is never given a
cost. See docs/model.md#estimate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

import numpy as np

from . import bill as billing
from . import number
from .chances import Correlations, line_keys
from .checking import LineChecking, line_checking
from .costing import Rates, Task, added, line_tasks, project_tasks, rates_of
from .effort import LineEffort, line_effort, pace
from .listing import list_price
from .offer import Offer, make_offer
from .pricing import price_for_margin
from .rates.values import CostSide, RateCard
from .reviewing import review_loop
from .schedule import Schedule, Workload, schedule, team_for_deadline
from .simulate import Distribution, Simulation, quantile
from .spec import Problem, SpecError
from .spec.values import Line, Spec
from .trace import Draws, Origin, Step, derive, given, summarised
from .volume import LineVolume, answer, by_line
from .workdays import Workdays

ENGINE = "1.0"
"""Version of the arithmetic; simulated figures are comparable only within one."""

PRODUCTION, CHECKING = 3, (5, 6)
"""Numbers of the stages that labelling and checking people work in."""

Binding = Literal["list", "target", "floor", "typed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A unit price that somebody decided: its value, what it follows, who and why."""

    value: Decimal
    binding: Binding
    who: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """The three prices of a line and the one that is taken."""

    list: Step
    target: Step
    floor: Step
    decided: Step
    binding: Binding


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Everything that is known about a priced project before it starts. Staff only."""

    spec: Spec
    card: RateCard
    draws: int
    offer: Offer
    efforts: Mapping[int, LineEffort]
    checkings: Mapping[int, LineChecking]
    suggested: Mapping[int, Suggested]
    line_costs: Mapping[int, Step]
    tasks: tuple[Task, ...]
    rates: Rates
    cost_step: Step
    fee_cost: Decimal
    cost: Distribution
    mean_revenue: Decimal
    margin: Distribution
    loss_probability: Decimal
    hours: Distribution
    mean_hours: Mapping[int, float]
    mean_costs: Mapping[int, float]
    schedule: Schedule
    simulation: Simulation
    cost_draws: Draws
    margin_draws: Draws
    annotators: Step
    warnings: tuple[dict[str, str], ...] = field(default=())

    @property
    def bill(self) -> billing.Bill:
        """Return the bill with its reasons: lines, fees, discount, tax, total."""
        return self.offer.bill


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """The work of a project before it is priced."""

    volumes: Mapping[int, LineVolume]
    efforts: Mapping[int, LineEffort]
    checkings: Mapping[int, LineChecking]
    tasks: tuple[Task, ...]
    beside: Mapping[int, tuple[Task, ...]]
    whole: Step
    line_costs: Mapping[int, Step]
    rates: Rates
    people: Step


def estimate(
    spec: Spec,
    card: RateCard,
    *,
    workdays: Workdays,
    decisions: Mapping[int, Decision] | None = None,
    draws: int = 16_384,
    promised: date | None = None,
) -> Estimate:
    """Return the estimate of a spec under a card.

    `decisions` are unit prices by line index; a line without one takes the greatest of
    its three suggestions. `promised` is a decided delivery week, None to suggest one.
    Raises SpecError for what the card cannot price, MissingRateError for its gaps.
    """
    from .fit import check_fits

    check_fits(spec, card.price, workdays=workdays)
    _check_saving(spec, card)
    work, simulation, annotators = _staffed(spec, card, workdays=workdays, draws=draws)
    dates = schedule(
        spec,
        _workload(work, simulation),
        annotators=annotators,
        cost=card.cost,
        workdays=workdays,
        promised=promised,
    )
    suggested = _suggest(spec, card, work, simulation, decisions=decisions or {})
    made = make_offer(
        spec,
        card.price,
        unit_prices={index: item.decided.value for index, item in suggested.items()},
        week=dates.promised,
        workdays=workdays,
        reasons={index: item.decided for index, item in suggested.items()},
    )
    return _assemble(
        spec,
        card,
        work,
        simulation,
        made,
        suggested=suggested,
        dates=dates,
        draws=draws,
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
    spec: Spec, card: RateCard, *, workdays: Workdays, draws: int
) -> tuple[_Work, Simulation, int]:
    """Return the work with its draws, for the stated, solved or standard team."""
    stated = spec.team.annotators
    people = (
        answer("Annotators", stated, unit="people", path="/team/annotators")
        if stated is not None
        else card.cost.work.standard_annotators.step("Annotators, standard team")
    )
    work = _work(spec, card, people=people)
    simulation = _simulate(spec, card, work, draws=draws)
    if stated is not None or spec.deadline is None:
        return work, simulation, int(people.value)
    solved = team_for_deadline(
        spec,
        _workload(work, simulation),
        cost=card.cost,
        workdays=workdays,
        confidence=float(spec.commercial.confidence),
    )
    if solved is None:
        return work, simulation, int(people.value)
    people = given(
        "Annotators, solved for the deadline",
        solved,
        unit="people",
        because="the smallest team that meets the deadline at the planning confidence",
        origin=Origin(kind="spec", at="/deadline"),
    )
    work = _work(spec, card, people=people)
    return work, _simulate(spec, card, work, draws=draws), solved


def _work(spec: Spec, card: RateCard, *, people: Step) -> _Work:
    price, cost = card.price, card.cost
    keys = line_keys(spec.lines)
    volumes = by_line(spec, keys=keys, price=price)
    rates = rates_of(spec, cost)
    crew_pace = pace(spec, people=people, cost=cost)
    from .sampling import lot_plan

    loops = {
        key: review_loop(spec, cost.review[key])
        for key in {_review_key(line, cost) for line in spec.lines}
    }
    efforts: dict[int, LineEffort] = {}
    checkings: dict[int, LineChecking] = {}
    rows: list[Task] = []
    beside: dict[int, tuple[Task, ...]] = {}
    for line, key in sorted(
        zip(spec.lines, keys, strict=True), key=lambda pair: pair[1]
    ):
        effort = line_effort(
            line, volumes[line.index], key=key, crew_pace=crew_pace, cost=cost
        )
        efforts[line.index] = effort
        checking = None
        if line.work != "audit":
            plan = lot_plan(spec, line, volumes[line.index], price=price)
            checking = line_checking(
                spec,
                volumes[line.index],
                effort=effort,
                loop=loops[_review_key(line, cost)],
                plan=plan,
                cost=cost,
            )
            checkings[line.index] = checking
        tasks = line_tasks(
            line.index, effort, checking, rates=rates, currency=cost.currency
        )
        if billing.in_total(line):
            rows += tasks
        else:
            beside[line.index] = tuple(tasks)
    counted = {
        line.index: efforts[line.index]
        for line, _ in sorted(
            zip(spec.lines, keys, strict=True), key=lambda pair: pair[1]
        )
        if billing.in_total(line)
    }
    rows += project_tasks(spec, efforts=counted, people=people, cost=cost, rates=rates)
    return _Work(
        volumes=volumes,
        efforts=efforts,
        checkings=checkings,
        tasks=tuple(rows),
        beside=beside,
        whole=added(
            [task.cost for task in rows], "Cost of the work", unit=cost.currency
        ),
        line_costs={
            line.index: _line_cost(line, rows, beside, currency=cost.currency)
            for line in spec.lines
        },
        rates=rates,
        people=people,
    )


def _review_key(line: Line, cost: CostSide) -> str:
    return line.type if line.type in cost.review else "default"


def _simulate(spec: Spec, card: RateCard, work: _Work, *, draws: int) -> Simulation:
    layers = card.cost.layers
    steps = [task.cost for task in work.tasks]
    for tasks in work.beside.values():
        steps += [task.cost for task in tasks]
    return Simulation(
        steps,
        seed=spec.seed,
        draws=draws,
        correlations=Correlations(
            effort_effort=float(layers.effort_effort.value),
            effort_defect=float(layers.effort_defect.value),
            volume_volume=float(card.price.volume_correlation.value),
        ),
    )


def _workload(work: _Work, simulation: Simulation) -> Workload:
    labelling = np.zeros(simulation.draws)
    checking = np.zeros(simulation.draws)
    for task in work.tasks:
        if task.seconds is None:
            continue
        if task.stage == PRODUCTION:
            labelling += simulation.of(task.seconds)
        elif task.stage in CHECKING:
            checking += simulation.of(task.seconds)
    return Workload(
        labelling=labelling,
        reviewing=checking,
        utilisation=simulation.of(work.rates.utilisation),
    )


def _suggest(
    spec: Spec,
    card: RateCard,
    work: _Work,
    simulation: Simulation,
    *,
    decisions: Mapping[int, Decision],
) -> dict[int, Suggested]:
    counted = [line for line in spec.lines if billing.in_total(line)]
    own = work.line_costs
    means = {index: float(np.mean(simulation.of(step))) for index, step in own.items()}
    project = work.whole
    all_draws = simulation.of(project)
    confidence = float(spec.commercial.confidence)
    at = f"p{confidence * 100:g}"
    mean_all = _number(float(np.mean(all_draws)))
    high_all = _number(quantile(np.sort(all_draws), confidence))
    found = {}
    for line in spec.lines:
        if billing.in_total(line):
            whole, mean, high = project, mean_all, high_all
        else:
            whole = own[line.index]
            mean = _number(means[line.index])
            high = _number(quantile(np.sort(simulation.of(whole)), confidence))
        found[line.index] = _suggested(
            line,
            card,
            units=work.volumes[line.index].quoted,
            listed=list_price(spec, line, price=card.price),
            mean=summarised(
                "Mean cost",
                mean,
                of=whole,
                statistic="mean",
                because="mean of the draws",
            ),
            high=summarised(
                f"Cost not passed {confidence * 100:g} times in 100",
                high,
                of=whole,
                statistic=at,
                because="quantile of the draws",
            ),
            share=_share_step(counted, own, means, line),
            decision=decisions.get(line.index),
        )
    return found


def cost_share(own: Decimal, *others: Decimal) -> Decimal:
    """Return the part of one mean cost in the sum of all, the one included first."""
    return own / sum(others, Decimal(0))


def _share_step(
    counted: list[Line],
    costs: Mapping[int, Step],
    means: Mapping[int, float],
    line: Line,
) -> Step | None:
    """Return the line's share of the project's cost, by mean cost; None beside it."""
    if not billing.in_total(line):
        return None
    parts = {
        other.index: summarised(
            "Mean cost of the line alone",
            _number(means[other.index]),
            of=costs[other.index],
            statistic="mean",
            because="mean of the draws",
        )
        for other in counted
    }
    return derive(
        "Share of the project's cost",
        cost_share,
        parts[line.index],
        *(parts[other.index] for other in counted),
        unit="",
        because="mean cost of the line ÷ mean cost of all lines",
    )


def _suggested(  # noqa: PLR0913 - one line's prices, named
    line: Line,
    card: RateCard,
    *,
    units: Step,
    listed: Step,
    mean: Step,
    high: Step,
    share: Step | None,
    decision: Decision | None,
) -> Suggested:
    policy, currency = card.cost.policy, card.cost.currency
    prices = {}
    for name, cost, margin in (
        ("Target price", mean, policy.target_margin.step("Target margin")),
        ("Floor price", high, policy.floor_margin.step("Floor margin")),
    ):
        borne = cost
        if share is not None:
            borne = derive(
                f"{cost.name} of the line",
                number.product,
                cost,
                share,
                unit=currency,
                because="cost × share of the project's cost",
            )
        each = derive(
            f"{cost.name} of one {line.unit}",
            number.ratio,
            borne,
            units,
            unit=f"{currency} a {line.unit}",
            because="cost ÷ quoted units",
        )
        prices[name] = derive(
            name,
            price_for_margin,
            each,
            margin,
            unit=f"{currency} a {line.unit}",
            because="cost ÷ (1 − margin), rounded up at four decimals",
        )
    target, floor = prices["Target price"], prices["Floor price"]
    decided, binding = _decided(line, listed, target, floor, decision)
    return Suggested(
        list=listed, target=target, floor=floor, decided=decided, binding=binding
    )


def _decided(
    line: Line, listed: Step, target: Step, floor: Step, decision: Decision | None
) -> tuple[Step, Binding]:
    """Return the unit price that is taken, as a step, and what it follows."""
    if decision is not None:
        step = given(
            "Decided price",
            decision.value,
            unit=listed.unit,
            because=f"decided by {decision.who}: {decision.why}",
            origin=Origin(kind="spec", at=line.path),
        )
        return step, decision.binding
    by_name: dict[Binding, Step] = {"list": listed, "target": target, "floor": floor}
    taken = max(by_name, key=lambda name: by_name[name].value)
    step = derive(
        "Unit price",
        number.largest,
        listed,
        target,
        floor,
        unit=listed.unit,
        because=f"the greatest of list, target and floor: the {taken}",
    )
    return step, taken


def _line_cost(
    line: Line,
    rows: list[Task],
    beside: Mapping[int, tuple[Task, ...]],
    *,
    currency: str,
) -> Step:
    tasks = [task for task in rows if task.line == line.index]
    tasks += beside.get(line.index, ())
    return derive(
        "Cost of the line",
        number.total,
        *(task.cost for task in tasks),
        unit=currency,
        because="labelling, rework, review, sample check and free redo",
    )


def _assemble(  # noqa: PLR0913 - everything an estimate is made of
    spec: Spec,
    card: RateCard,
    work: _Work,
    simulation: Simulation,
    made: Offer,
    *,
    suggested: Mapping[int, Suggested],
    dates: Schedule,
    draws: int,
) -> Estimate:
    fee_cost = sum(
        (
            card.cost.fee_costs[row.fee.key].value * row.quantity
            for row in made.bill.fees
        ),
        Decimal(0),
    )
    cost_draws = simulation.of(work.whole) + float(fee_cost)
    revenue = _revenue(made, simulation)
    margin = revenue - cost_draws
    hours = np.zeros(simulation.draws)
    for task in work.tasks:
        hours += simulation.of(task.hours)
    order = range(len(work.tasks))
    return Estimate(
        spec=spec,
        card=card,
        draws=draws,
        offer=made,
        efforts=work.efforts,
        checkings=work.checkings,
        suggested=suggested,
        line_costs=work.line_costs,
        tasks=work.tasks,
        rates=work.rates,
        cost_step=work.whole,
        fee_cost=fee_cost,
        cost=Distribution.of(cost_draws),
        mean_revenue=_number(float(np.mean(revenue)), digits=2),
        margin=Distribution.of(margin),
        loss_probability=_number(float(np.mean(margin < 0)), digits=4),
        hours=Distribution.of(hours),
        mean_hours={
            i: float(np.mean(simulation.of(work.tasks[i].hours))) for i in order
        },
        mean_costs={
            i: float(np.mean(simulation.of(work.tasks[i].cost))) for i in order
        },
        schedule=dates,
        simulation=simulation,
        cost_draws=cost_draws,
        margin_draws=margin,
        annotators=work.people,
    )


def _revenue(made: Offer, simulation: Simulation) -> Draws:
    """Return the net revenue under the draws: the bill follows accepted units."""
    fees = float(made.bill.fees_total.value)
    lines = sorted(
        made.bill.lines, key=lambda row: (row.line.type, row.net, row.units.value)
    )
    revenue = np.full(simulation.draws, fees)
    for row in lines:
        if row.units.value == 0:
            continue
        units = simulation.of(made.volumes[row.line.index].units)
        if made.spec.commercial.basis in ("image", "fixed"):
            revenue = revenue + float(row.net)
        else:
            quoted = float(made.volumes[row.line.index].quoted.value)
            revenue = revenue + units * (float(row.net) / quoted)
    return revenue


def _number(value: float, *, digits: int = 6) -> Decimal:
    return Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits))
