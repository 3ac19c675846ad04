"""An estimate as a job and a crew that can be walked day by day.

The work is the estimate's own, draw by draw: what a failed batch takes is kept apart,
so that it is done when the batch fails and not spread evenly over the project.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scoping.calc import audit, rework
from scoping.calc.checking import LineChecking
from scoping.calc.estimate import Estimate
from scoping.calc.rates.values import CostSide
from scoping.calc.sampling import LotPlan
from scoping.calc.schedule import reviewers_for, tenure_of
from scoping.calc.simulate import Simulation
from scoping.calc.tenure import Tenure
from scoping.calc.trace import Draws, Step

from .days import Crew, Job

RUNS = 2_000
"""Projects that are walked; the error of an 80 % date is then one chance in 100."""


def crew_of(made: Estimate, *, tenure: Tenure | None = None) -> Crew:
    """Return the team of an estimate, all of them new on the first day."""
    cost = made.card.cost
    annotators = made.schedule.annotators
    return Crew(
        annotators=annotators,
        reviewers=reviewers_for(annotators, cost.work.reviewers_per_annotator.value),
        hours_per_day=float(made.spec.team.hours_per_day),
        tenure=tenure or tenure_of(cost),
    )


def job_of(made: Estimate, *, runs: int = RUNS) -> Job:
    """Return the work of an estimate for so many runs, each one of its draws."""
    simulation = made.simulation
    work = made.load
    redoing, rereviewing = np.zeros(simulation.draws), np.zeros(simulation.draws)
    released, again = np.ones(simulation.draws), np.ones(simulation.draws)
    for index, checking in made.checkings.items():
        if made.work.lines[index] not in made.work.counted:
            continue
        plan = made.offer.plans[index]
        simulation.draw(_parts(checking))
        passes = simulation.of(checking.released_first_time)
        released *= passes
        again *= _released_again(checking, plan, simulation, cost=made.card.cost)
        redoing += simulation.of(checking.redoing)
        # Of two samples in a failed batch one is the fresh one.
        sampled = simulation.of(checking.auditing)
        rereviewing += simulation.of(checking.rereviewing)
        rereviewing += sampled * (1 - passes) / (2 - passes)
    failing = np.maximum(work.batches * (1 - released), 1e-9)
    pick = _some(simulation.draws, runs, seed=made.spec.seed)
    return Job(
        batches=work.batches,
        labelling=np.maximum(0.0, work.labelling - redoing)[pick],
        reviewing=np.maximum(0.0, work.reviewing - rereviewing)[pick],
        redoing=(redoing / failing)[pick],
        rereviewing=(rereviewing / failing)[pick],
        released=np.clip(released, 0.0, 1.0)[pick],
        released_again=np.clip(again, LEAST_RELEASED, 1.0)[pick],
        utilisation=work.utilisation[pick],
        starts=made.schedule.starts[pick].astype(np.int64),
    )


LEAST_RELEASED = 0.5
"""Where a second full review leaves a batch worse than that, a lead settles it."""


def _parts(checking: LineChecking) -> list[Step]:
    return [
        checking.released_first_time,
        checking.rereviewing,
        checking.redoing,
        checking.auditing,
        checking.counted_defect,
        checking.loop.detection,
    ]


def _released_again(
    checking: LineChecking, plan: LotPlan, simulation: Simulation, *, cost: CostSide
) -> Draws:
    """Return the chance of release after a second full review caught its share."""
    left = simulation.of(checking.counted_defect) * (
        1 - simulation.of(checking.loop.detection)
    )
    found = rework.apparent_defect(
        left,
        float(cost.work.auditor_false_alarms.value),
        float(cost.work.auditor_misses.value),
    )
    released: Draws = audit.released_share(
        found, plan.worth_lot.value, plan.worth_n.value, plan.worth_c.value
    )
    return released


def _some(draws: int, runs: int, *, seed: int) -> NDArray[np.int64]:
    """Return which draws are walked: in a fixed mixed order, over again if few."""
    mixed = np.random.default_rng(seed).permutation(draws)
    return np.resize(mixed, runs)
