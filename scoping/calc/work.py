"""The work of a project before it is priced: every task of every line, and its draws.

A line's work rests on the line, the project around it and the team, and on no other
line; a memory therefore keeps it while a question changes something else. See
docs/model.md#work.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

import numpy as np

from . import number
from .bill import in_total
from .chances import Correlations
from .checking import LineChecking, line_checking
from .costing import (
    Rates,
    Task,
    added,
    batches_of,
    line_tasks,
    project_tasks,
    rates_of,
)
from .credits import credit_of
from .effort import LineEffort, batch_count, line_effort, pace
from .events import Event, correlation, event_tasks, events, with_events
from .memory import Memory
from .quantities import Quantities
from .rates.values import CostSide, RateCard
from .reviewing import review_loop
from .schedule import Workload
from .simulate import Simulation
from .spec.values import Line, Spec
from .trace import Step, derive

LEAD = "lead"
PRODUCTION, CHECKING = 3, (5, 6)
"""Numbers of the stages that labelling and checking people work in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineWork:
    """The work of one line; `checking` is None where existing labels are checked.

    `units` are how many there may be. `labelling` and `reviewing` are worked seconds in
    production and of checking, `hours` are paid ones. `credit` is what is promised back
    for failed batches; it is in the cost.
    """

    units: Step
    effort: LineEffort
    checking: LineChecking | None
    tasks: tuple[Task, ...]
    cost: Step
    hours: Step
    labelling: Step
    reviewing: Step | None
    credit: Step | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """All work of a project: `counted` lines are in the total, others beside it.

    `shared` are steps that several lines rest on.
    """

    lines: Mapping[int, LineWork]
    counted: tuple[LineWork, ...]
    tasks: tuple[Task, ...]
    whole: Step
    hours: Step
    shared: tuple[Step, ...]
    rates: Rates
    people: Step
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """What the work of every line rests on besides the line."""

    spec: Spec
    cost: CostSide
    people: Step
    rates: Rates
    pace: Step
    events: tuple[Event, ...]
    key: Hashable


def work_of(
    spec: Spec, card: RateCard, counted: Quantities, *, people: Step, memory: Memory
) -> Work:
    """Return the work of a project for a team of so many people."""
    frame = _frame(spec, card, people=people, memory=memory)
    lines = {}
    # In the order of what the lines say, so that sums come out the same however a spec
    # is written.
    for key, index in sorted(zip(counted.keys, range(len(spec.lines)), strict=True)):
        line = spec.lines[index]
        lines[index] = memory.keep(
            ("work", frame.key, line, key),
            partial(_line_work, frame, line, counted, key=key, memory=memory),
        )
    counting = {i: found for i, found in lines.items() if in_total(spec.lines[i])}
    shared = memory.keep(
        ("project", frame.key, *((i, counting[i].cost) for i in counting)),
        partial(
            _project_work,
            frame,
            {index: found.effort for index, found in counting.items()},
        ),
    )
    counted_lines = tuple(counting.values())
    own = [task for found in counted_lines for task in found.tasks]
    return Work(
        lines=lines,
        counted=counted_lines,
        tasks=(*own, *shared),
        whole=added(
            [
                *(found.cost for found in counted_lines),
                *(task.cost for task in shared),
            ],
            "Cost of the work",
            unit=card.cost.currency,
        ),
        hours=added(
            [
                *(found.hours for found in counted_lines),
                _led(
                    "Paid hours of the project",
                    [task.hours for task in shared if task.role != LEAD],
                    lead_share=frame.rates.lead_share,
                ),
                *(task.hours for task in shared if task.role == LEAD),
            ],
            "Paid hours",
            unit="h",
        ),
        shared=tuple(_shared(frame, lines.values())),
        rates=frame.rates,
        people=frame.people,
        events=frame.events,
    )


def _project_work(frame: _Frame, efforts: Mapping[int, LineEffort]) -> list[Task]:
    """Return the work that belongs to no line, with the events that add to it."""
    known = project_tasks(
        frame.spec,
        efforts=efforts,
        people=frame.people,
        cost=frame.cost,
        rates=frame.rates,
    )
    return [*known, *event_tasks(frame.events, frame.rates, frame.cost.currency)]


def _shared(frame: _Frame, lines: Iterable[LineWork]) -> Iterator[Step]:
    yield from (frame.rates.utilisation, frame.rates.worked_seconds, frame.pace)
    for found in lines:
        if found.checking is not None:
            loop = found.checking.loop
            yield from (loop.detection, loop.reworks, loop.passes, loop.outgoing_defect)


def _frame(spec: Spec, card: RateCard, *, people: Step, memory: Memory) -> _Frame:
    key = (memory.frame(spec, card), people.name, people.value)
    people = memory.keep(("people", key), lambda: people)
    happening = memory.keep(("events", key), partial(events, spec, card.cost))
    crew_pace = memory.keep(
        ("pace", key), partial(pace, spec, people=people, cost=card.cost)
    )
    return _Frame(
        spec=spec,
        cost=card.cost,
        people=people,
        rates=memory.keep(("rates", key), partial(rates_of, spec, card.cost)),
        pace=memory.keep(
            ("pace with events", key), partial(with_events, crew_pace, happening)
        ),
        events=happening,
        key=key,
    )


def _line_work(
    frame: _Frame, line: Line, counted: Quantities, *, key: str, memory: Memory
) -> LineWork:
    spec, cost, volume = frame.spec, frame.cost, counted.volumes[line.index]
    effort = line_effort(line, volume, key=key, crew_pace=frame.pace, cost=cost)
    checking = None
    if line.work != "audit":
        review = line.type if line.type in cost.review else "default"
        checking = line_checking(
            spec,
            volume,
            effort=effort,
            # One loop for all lines with the same figures: they share their chances.
            loop=memory.keep(
                ("loop", frame.key, review),
                partial(review_loop, spec, cost.review[review]),
            ),
            plan=counted.plans[line.index],
            cost=cost,
        )
    tasks = tuple(
        line_tasks(
            line.index, effort, checking, rates=frame.rates, currency=cost.currency
        )
    )
    credit = None
    if checking is not None:
        credit = credit_of(
            spec,
            plan=counted.plans[line.index],
            found_wrong=checking.found_wrong,
            released=checking.line_released,
            batches=batches_of(spec),
            currency=cost.currency,
        )
    return LineWork(
        units=volume.units,
        effort=effort,
        checking=checking,
        tasks=tasks,
        credit=credit,
        cost=derive(
            "Cost of the line",
            number.total,
            *(task.cost for task in tasks),
            *([] if credit is None else [credit]),
            unit=cost.currency,
            because="labelling, rework, review, sample check, free redo and credits",
        ),
        hours=_led(
            "Paid hours of the line",
            [task.hours for task in tasks],
            lead_share=frame.rates.lead_share,
        ),
        labelling=added(
            _seconds(tasks, (PRODUCTION,)), "Worked seconds in production", unit="s"
        ),
        reviewing=(
            added(_seconds(tasks, CHECKING), "Worked seconds of checking", unit="s")
            if checking is not None
            else None
        ),
    )


def _led(name: str, hours: list[Step], *, lead_share: Step) -> Step:
    """Return paid hours with the leading that goes with them."""
    return derive(
        name,
        led_hours,
        lead_share,
        *hours,
        unit="h",
        because="hours of all tasks × (1 + leading per hour)",
    )


def led_hours(lead_share: Any, *hours: Any) -> Any:
    """Return hours with the leading that goes with each of them."""
    return number.total(*hours) * (1 + lead_share)


def _seconds(tasks: tuple[Task, ...], stages: tuple[int, ...]) -> list[Step]:
    return [
        task.seconds
        for task in tasks
        if task.stage in stages and task.seconds is not None
    ]


def simulate_work(
    spec: Spec, card: RateCard, work: Work, *, draws: int, memory: Memory
) -> Simulation:
    """Return the draws of a project's work, with what moves together."""
    layers = card.cost.layers
    # What pre-labels would leave is asked for even where they are not used.
    left = [found.effort.prelabel_factor for found in work.lines.values()]
    simulation = Simulation(
        [
            work.whole,
            *(found.cost for found in work.lines.values()),
            *(step for step in left if step is not None),
        ],
        seed=spec.seed,
        draws=draws,
        correlations=Correlations(
            effort_effort=float(layers.effort_effort.value),
            effort_defect=float(layers.effort_defect.value),
            risk_risk=correlation(spec, card.cost),
            volume_volume=float(card.price.volume_correlation.value),
        ),
        memory=memory,
    )
    # All at once, so that what lines share is drawn once and kept for the next
    # question; what lies below a line is let go when its own steps are known. The units
    # are billed, and the gold set rests on the first attempts of every line.
    steps = [
        step
        for found in work.lines.values()
        for step in (
            found.units,
            found.effort.labelling,
            found.labelling,
            found.reviewing,
            found.hours,
            found.cost,
            found.checking.released_first_time if found.checking else None,
        )
        if step is not None
    ]
    simulation.draw([*work.shared, *steps, work.whole, work.hours])
    return simulation


def workload(spec: Spec, work: Work, simulation: Simulation) -> Workload:
    """Return the seconds of labelling and of checking, as they may turn out.

    A batch is released where the samples of all its lines pass.
    """
    labelling = np.zeros(simulation.draws)
    checking = np.zeros(simulation.draws)
    released = np.ones(simulation.draws)
    for found in work.counted:
        labelling += simulation.of(found.labelling)
        if found.reviewing is not None:
            checking += simulation.of(found.reviewing)
        if found.checking is not None:
            released *= simulation.of(found.checking.released_first_time)
    return Workload(
        labelling=labelling,
        reviewing=checking,
        utilisation=simulation.of(work.rates.utilisation),
        released=released,
        batches=int(
            batch_count(Decimal(spec.items), Decimal(spec.quality.batch_items))
        ),
    )
