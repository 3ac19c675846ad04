"""The register of risk events as a document prints it: what each is expected to cost.

See docs/model.md#register.
"""

from __future__ import annotations

import numpy as np

from .estimate import Estimate
from .simulate import quantile
from .trace import plain, significant

PROMISE = 0.8
"""The probability of what is promised."""


def register(made: Estimate) -> list[dict[str, str]]:
    """Return the register of events: how likely, what each does, what it costs.

    `expected_cost` and `adds_to_promise` are what mean and P80 of the cost would fall
    by if the event could not happen; together events may do more than their sum.
    """
    simulation, whole = made.simulation, made.cost_step
    mean = simulation.mean(whole)
    promise = quantile(simulation.ordered(whole), PROMISE)
    found = []
    for event in made.work.events:
        without = np.sort(simulation.without(event.chance, of=whole))
        found.append(
            {
                "event": event.key,
                "name": event.name,
                "probability": str(plain(event.probability.value)),
                "effect": event.effect,
                "size": str(plain(significant(event.size.value, digits=6))),
                "unit": event.size.unit,
                "expected_cost": f"{mean - float(np.mean(without)):.2f}",
                "adds_to_promise": f"{promise - quantile(without, PROMISE):.2f}",
            }
        )
    return found
