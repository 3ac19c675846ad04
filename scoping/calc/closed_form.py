"""The simulation checked against an exact mean, on every run.

Labelling time is a product of independent distributions whose means are known in
closed form; the mean of the draws must come to the same within their error. What is
not such a product (a share accepted by a model, say) has no closed form, and None says
so. See docs/model.md#closed_form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import exp, prod

from . import bands, events, number
from .trace import Step, chances_of


def mean_of(step: Step) -> float | None:
    """Return the exact mean of a step over its chances, None where there is none.

    A product has the product of its means only where its factors share no chance;
    chances of one line that meet here (its effort, its units, its items, the pace) are
    independent of each other on every card.
    """
    if not chances_of((step,)):
        return float(step.value)
    if step.formula is None:
        return None
    answer = ANSWERS.get(step.formula)
    return None if answer is None else answer(step)


def _product(step: Step) -> float | None:
    named = [name for used in step.uses for name in set(chances_of((used,)))]
    happening = sum(name.startswith("risk:") for name in named)
    # Events come together, so that two of them have no product of means.
    if len(named) != len(set(named)) or happening > 1:
        return None
    means = [mean_of(used) for used in step.uses]
    known = [mean for mean in means if mean is not None]
    return prod(known) if len(known) == len(means) else None


def _total(step: Step) -> float | None:
    means = [mean_of(used) for used in step.uses]
    known = [mean for mean in means if mean is not None]
    return sum(known) if len(known) == len(means) else None


def _band(step: Step) -> float | None:
    if chances_of(step.uses[1:]):
        return None
    low, mid, high = (used.value for used in step.uses[1:])
    return float(bands.mean_of_band(low, mid, high))


def _triangle(step: Step) -> float | None:
    if chances_of(step.uses[1:]):
        return None
    low, mode, high = (used.value for used in step.uses[1:])
    return float(bands.mean_of_triangle(low, mode, high))


def _spread(step: Step) -> float | None:
    if chances_of(step.uses[1:]):
        return None
    return exp(float(step.uses[1].value) ** 2 / 2)


def _event(step: Step) -> float | None:
    _, likely, size = step.uses
    if_it_happens = mean_of(size)
    if if_it_happens is None:
        return None
    return 1 + float(likely.value) * (if_it_happens - 1)


ANSWERS: Mapping[Callable[..., object], Callable[[Step], float | None]] = {
    number.product: _product,
    number.total: _total,
    bands.drawn: _band,
    bands.drawn_triangular: _triangle,
    bands.spread: _spread,
    events.factor_if_it_happens: _event,
}
