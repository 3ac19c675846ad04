"""What a date buys: the team that meets it, or the items that a team does by then.

Staff only. The team is found as an estimate finds it; the items by taking the same
share of all work, which an estimate of the smaller project then confirms.
See docs/model.md#deadline.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np

from .budget import greatest, resized, steps_of
from .estimate import CHECKING, PRODUCTION, Estimate
from .schedule import (
    Workload,
    production_days,
    production_start,
    team_for_deadline,
)
from .spec.values import Spec
from .workdays import Workdays


def workload_of(made: Estimate) -> Workload:
    """Return the work that has to be done before the date, as draws of the estimate."""
    labelling = np.zeros(made.draws)
    checking = np.zeros(made.draws)
    for task in made.tasks:
        if task.seconds is None:
            continue
        if task.stage == PRODUCTION:
            labelling += made.simulation.of(task.seconds)
        elif task.stage in CHECKING:
            checking += made.simulation.of(task.seconds)
    return Workload(
        labelling=labelling,
        reviewing=checking,
        utilisation=made.simulation.of(made.rates.utilisation),
    )


def team_that_meets(made: Estimate, *, workdays: Workdays) -> int | None:
    """Return the smallest team that meets the estimate's deadline, None where none."""
    return team_for_deadline(
        made.spec,
        workload_of(made),
        cost=made.card.cost,
        workdays=workdays,
        confidence=float(made.spec.commercial.confidence),
    )


def done_by(made: Estimate, deadline: date, *, workdays: Workdays) -> Spec | None:
    """Return the project with the most items that the team does by a date.

    At the planning confidence. None where the team does not get to a single item.
    """
    spec, cost = made.spec, made.card.cost
    work = workload_of(made)
    site = workdays.calendar(cost.site_of(spec.site).calendar)
    begin = site.add(production_start(spec, cost=cost, workdays=workdays)[-1], 0)
    available = site.count(begin, deadline)
    all_steps = steps_of(spec)

    def fits(steps: int) -> bool:
        part = replace(
            work,
            labelling=work.labelling * (steps / all_steps),
            reviewing=work.reviewing * (steps / all_steps),
        )
        days = production_days(
            spec, part, annotators=made.schedule.annotators, cost=cost
        )
        in_time = np.mean(np.ceil(days - 1e-9) <= available)
        return float(in_time) >= float(spec.commercial.confidence)

    steps = greatest(1, all_steps, fits=fits)
    return resized(spec, steps) if steps else None
