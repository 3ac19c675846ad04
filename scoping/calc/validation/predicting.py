"""Hours of a published project by the estimator, its own sources left out.

What is predicted is the work that the reported hours are said to hold: first attempts,
and review with rework where checks are included, in worked hours. No audit, training,
leading or unpaid time, which published hours do not hold.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from scoping.calc.costing import added
from scoping.calc.memory import Memory
from scoping.calc.quantities import quantities
from scoping.calc.rates.values import LABEL_CLOCK, RateCard
from scoping.calc.simulate import quantile
from scoping.calc.spec.values import Spec
from scoping.calc.trace import Draws, Step
from scoping.calc.volume import answer
from scoping.calc.work import Work, simulate_work, work_of
from scoping.calc.workdays import Workdays

from .baselines import flat_predictions
from .leaving import leaving_out, sources_of
from .values import Evidence, Mapped, NotMapped, Prediction

SECONDS_AN_HOUR = 3600


def predicted(
    found: Mapped,
    spec: Spec,
    card: RateCard,
    *,
    evidence: Evidence,
    workdays: Workdays,
    draws: int,
) -> Prediction | NotMapped:
    """Return predicted hours of a mapped project, or why none can be predicted."""
    without = sources_of(found.project, evidence)
    left = leaving_out(card.cost, evidence, without=without)
    line = spec.lines[0]
    key = (line.type, line.complexity)
    if key in left.gone:
        return NotMapped(
            project=found.project,
            reason="Without its own source nothing is known of this type.",
        )
    hours = np.sort(
        _hours(
            found, spec, replace(card, cost=left.cost), workdays=workdays, draws=draws
        )
    )
    return Prediction(
        mapped=found,
        left_out=without,
        p10=quantile(hours, 0.1),
        p50=quantile(hours, 0.5),
        p90=quantile(hours, 0.9),
        fallback=key in left.pooled,
        flat=flat_predictions(found, evidence, without=without),
    )


def _hours(
    found: Mapped, spec: Spec, card: RateCard, *, workdays: Workdays, draws: int
) -> Draws:
    """Return the draws of the hours that the row reports, on the clock of the row."""
    memory = Memory()
    stated = spec.team.annotators
    people = (
        answer("Annotators", stated, unit="people", path="/team/annotators")
        if stated is not None
        else card.cost.work.standard_annotators.step("Annotators, standard team")
    )
    work = work_of(
        spec,
        card,
        quantities(spec, card.price, workdays=workdays),
        people=people,
        memory=memory,
    )
    simulation = simulate_work(spec, card, work, draws=draws, memory=memory)
    seconds = simulation.of(_counted(found, work))
    if found.clock != LABEL_CLOCK:
        seconds /= float(card.cost.clocks[found.clock].value)
    return seconds / SECONDS_AN_HOUR


def _counted(found: Mapped, work: Work) -> Step:
    line = work.lines[0]
    parts = [line.effort.labelling]
    if line.effort.frame_checks is not None:
        parts.append(line.effort.frame_checks)
    if found.with_checks and line.checking is not None:
        parts += [line.checking.reviewing, line.checking.reworking]
    return added(parts, "Work that the reported hours hold", unit="s")
