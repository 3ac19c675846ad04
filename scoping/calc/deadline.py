"""What a date buys: the team that meets it, or the items that a team does by then.

Staff only. The team is found as an estimate finds it; the items by taking the same
share of all work, which an estimate of the smaller project then confirms.
See docs/model.md#deadline.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np

from .beginning import beginning
from .budget import greatest, resized, steps_of
from .estimate import Estimate
from .schedule import days_to_the_end, days_until, team_for_deadline
from .spec.values import Spec
from .workdays import Workdays


def team_that_meets(made: Estimate, *, workdays: Workdays) -> int | None:
    """Return the smallest team that meets the estimate's deadline, None where none."""
    return team_for_deadline(
        made.spec,
        made.load,
        cost=made.card.cost,
        workdays=workdays,
        confidence=float(made.spec.commercial.confidence),
    )


def done_by(made: Estimate, deadline: date, *, workdays: Workdays) -> Spec | None:
    """Return the project with the most items that the team does by a date.

    At the planning confidence. None where the team does not get to a single item.
    """
    spec, cost = made.spec, made.card.cost
    work = made.load
    site = workdays.calendar(cost.site_of(spec.site).calendar)
    begun = beginning(spec, cost=cost, workdays=workdays)
    available = days_until(site, site.add(begun.first, 0), deadline)
    all_steps = steps_of(spec)

    def fits(steps: int) -> bool:
        part = replace(
            work,
            labelling=work.labelling * (steps / all_steps),
            reviewing=work.reviewing * (steps / all_steps),
            batches=-(-work.batches * steps // all_steps),
        )
        days = days_to_the_end(
            spec,
            part,
            annotators=made.schedule.annotators,
            cost=cost,
            begun=begun,
            site=site,
        )
        return float(np.mean(days <= available)) >= float(spec.commercial.confidence)

    steps = greatest(1, all_steps, fits=fits)
    return resized(spec, steps) if steps else None
