"""What moves the cost: how much doubt each chance carries, and what it may do alone.

Total-order shares: how much of the variance would be left if everything else were
known, measured on the independent normals that feed the copula (Jansen 1999, on the
design of Saltelli 2010). They add up to more than 1 where chances work together. The
ends of the tornado: the cost with one chance at its low or high end and all others
typical. See docs/model.md#sensitivity.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from .chances import EDGE, Correlations, correlation_matrix, dimensions
from .trace import Draws, Step, chances_of, on_draws

POINTS = 1024
"""Base points; each chance asks for as many again."""
CERTAIN = 7.0
"""A normal that no event is likely or unlikely enough to withstand."""
Z90 = 1.2815515655446004


@dataclass(frozen=True, slots=True, kw_only=True)
class Mover:
    """One chance: its total-order share, and the outcome at its low and high end."""

    chance: str
    share: float
    low: float
    high: float


def movers(of: Step, *, seed: int, correlations: Correlations) -> tuple[Mover, ...]:
    """Return what moves a step, the greatest share first; none where nothing does."""
    names = chances_of((of,))
    places = dimensions(names)
    names.sort(key=lambda name: places[name])
    if not names:
        return ()
    weights = np.linalg.cholesky(correlation_matrix(names, correlations))

    def outcome(independent: Draws) -> Draws:
        joined = dict(zip(names, weights @ independent, strict=True))
        return np.asarray(on_draws(of, joined), dtype=np.float64)

    _, shares = sobol_indices(outcome, dims=len(names), seed=seed)
    ends = tornado(of, names)
    found = [
        Mover(chance=name, share=float(share), low=low, high=high)
        for name, share, (low, high) in zip(names, shares, ends, strict=True)
        if share > 0
    ]
    return tuple(sorted(found, key=lambda mover: (-mover.share, mover.chance)))


def sobol_indices(
    model: Callable[[Draws], Draws], *, dims: int, seed: int, points: int = POINTS
) -> tuple[Draws, Draws]:
    """Return first-order and total-order shares of a model of independent normals.

    `model` takes an array of `dims` rows and returns an outcome for each column.
    A model that does not vary has shares of 0. First order: Saltelli 2010; total
    order: Jansen 1999, which cannot fall below 0.
    """
    from scipy.stats.qmc import Sobol

    generator = np.random.Generator(np.random.PCG64DXSM(seed))
    drawn = Sobol(d=2 * dims, scramble=True, rng=generator).random_base2(
        points.bit_length() - 1
    )
    normal = ndtri(np.clip(drawn, EDGE, 1 - EDGE)).T
    first, second = normal[:dims], normal[dims:]
    mixed = np.repeat(first[:, None, :], dims, axis=1)
    for row in range(dims):
        mixed[row, row] = second[row]
    columns = np.concatenate(
        [first, second, mixed.reshape(dims, dims * points)], axis=1
    )
    outcomes = np.broadcast_to(model(columns), (columns.shape[1],))
    at_first, at_second = outcomes[:points], outcomes[points : 2 * points]
    changed = outcomes[2 * points :].reshape(dims, points)
    variance = float(np.var(outcomes[: 2 * points]))
    if variance == 0:
        return np.zeros(dims), np.zeros(dims)
    return (
        np.mean(at_second * (changed - at_first), axis=1) / variance,
        np.mean((at_first - changed) ** 2, axis=1) / (2 * variance),
    )


def tornado(of: Step, names: Sequence[str]) -> list[tuple[float, float]]:
    """Return the step with each chance at its P10 and at its P90, the others typical.

    The lower figure first, whichever end of the chance it is. An event has no P10: its
    ends are that it does not happen, and that it does; how hard it hits is shown for
    when it does.
    """
    size = 2 * len(names)
    chances = {name: np.zeros(size) for name in names}
    for place, name in enumerate(names):
        end = CERTAIN if name.startswith("risk:") else Z90
        pair = slice(2 * place, 2 * place + 2)
        kind, _, key = name.partition(":")
        if kind == "impact":
            chances[f"risk:{key}"][pair] = CERTAIN
        chances[name][pair] = (-end, end)
    found = np.broadcast_to(np.asarray(on_draws(of, chances)), (size,))
    pairs = found.reshape(len(names), 2)
    return [(float(pair.min()), float(pair.max())) for pair in pairs]
