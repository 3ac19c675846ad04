"""The same formulas on draws: mean, P10, P50, P80, P90 with the standard error of each.

Nothing is computed twice: the reason tree that explains a number is evaluated on arrays
of draws. Inside the draws money is binary floating point; it becomes Decimal in one
place, `Distribution.of`. See docs/model.md#simulate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from .chances import Correlations, normals
from .memory import Memory
from .trace import Draws, Step, all_on_draws, chances_of, on_draws

QUANTILES: Mapping[str, float] = {"p10": 0.1, "p50": 0.5, "p80": 0.8, "p90": 0.9}


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """A number as it may turn out: the mean, four quantiles, an error for each.

    Errors are those of plain draws; scrambled Sobol points do better, so they are a
    safe side, not a boast.
    """

    mean: Decimal
    p10: Decimal
    p50: Decimal
    p80: Decimal
    p90: Decimal
    se: Mapping[str, Decimal]

    @classmethod
    def of(
        cls, draws: Draws, *, digits: int = 2, ordered: Draws | None = None
    ) -> Distribution:
        """Return the summary of draws, rounded to `digits` decimals.

        `ordered` are the same draws, where they have been sorted before.
        """
        if ordered is None:
            ordered = np.sort(draws)
        marks = {name: quantile(ordered, share) for name, share in QUANTILES.items()}
        errors = {
            name: _quantile_error(ordered, share) for name, share in QUANTILES.items()
        }
        mean = np.mean(draws, keepdims=True)
        errors["mean"] = float(np.std(draws, mean=mean) / np.sqrt(len(draws)))
        return cls(
            mean=as_decimal(float(mean[0]), digits=digits),
            se={
                name: as_decimal(value, digits=digits) for name, value in errors.items()
            },
            **{name: as_decimal(value, digits=digits) for name, value in marks.items()},
        )


class Simulation:
    """Draws of every chance below some steps, and of whatever rests on them.

    Evaluating several steps shares what they have in common.
    """

    def __init__(
        self,
        steps: Sequence[Step],
        *,
        seed: int,
        draws: int,
        correlations: Correlations,
        memory: Memory | None = None,
    ) -> None:
        """Draw every chance below the steps, once."""
        self.draws, self.seed, self.correlations = draws, seed, correlations
        names = chances_of(tuple(steps))
        self.chances = normals(names, seed=seed, draws=draws, correlations=correlations)
        self._ordered: dict[Step, Draws] = {}
        self._known = (memory or Memory()).known(
            (tuple(names), seed, draws, correlations)
        )

    def draw(self, steps: Sequence[Step]) -> None:
        """Evaluate steps together, which is faster than one after another."""
        all_on_draws(tuple(steps), self.chances, known=self._known)

    def of(self, step: Step) -> Draws:
        """Return the draws of a step; what rests on no chance is the same in each."""
        if step not in self._known:
            self.draw((step,))
        result = self._known[step]
        if isinstance(result, float):
            return np.full(self.draws, result)
        return result

    def without(self, chance: str, *, of: Step) -> Draws:
        """Return the draws of a step if the event of a chance could not happen."""
        never = {**self.chances, chance: np.full(self.draws, -np.inf)}
        return np.asarray(on_draws(of, never), dtype=np.float64)

    def ordered(self, step: Step) -> Draws:
        """Return the draws of a step from least to greatest, sorted once."""
        if step not in self._ordered:
            self._ordered[step] = np.sort(self.of(step))
        return self._ordered[step]

    def mean(self, step: Step) -> float:
        """Return the mean of a step's draws."""
        return float(np.mean(self.of(step)))


def quantile(ordered: Draws, share: float) -> float:
    """Return a quantile of sorted draws, interpolated (Hyndman-Fan type 7)."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    part = place - below
    return float(ordered[below] * (1 - part) + ordered[above] * part)


def _quantile_error(ordered: Draws, share: float) -> float:
    """Return the standard error √(q(1 − q)/n) ÷ density, read off the draws.

    The density at the quantile is the slope of the draws around it, half a standard
    deviation of the rank to either side (METHODS 1).
    """
    step = 0.02
    slope = (quantile(ordered, share + step) - quantile(ordered, share - step)) / (
        2 * step
    )
    return float(np.sqrt(share * (1 - share) / len(ordered)) * slope)


def histogram(draws: Draws, *, bars: int = 48) -> dict[str, list[str]]:
    """Return the draws between their 0.5 and 99.5 % points as bars, for a picture.

    `edges` has one entry more than `shares`; shares are of all draws.
    """
    ordered = np.sort(draws)
    low, high = quantile(ordered, 0.005), quantile(ordered, 0.995)
    if low == high:
        return {"edges": [f"{low:.2f}", f"{high:.2f}"], "shares": ["1"]}
    counts, edges = np.histogram(draws, bins=bars, range=(low, high))
    return {
        "edges": [f"{edge:.2f}" for edge in edges],
        "shares": [f"{count / len(draws):.6f}" for count in counts],
    }


def as_decimal(value: float, *, digits: int) -> Decimal:
    """Return a number of draws as an exact one, half up at so many decimals."""
    unit = Decimal(1).scaleb(-digits)
    return Decimal(repr(value)).quantize(unit, rounding=ROUND_HALF_UP)
