"""What a project will cost in the end, as a distribution, given its batches so far.

The cost of a batch over its planned cost is, on the logarithm,

    y = level of its line + start + drift up to it + batch + items,

level ~ N(0, L²), half of its variance shared by all lines of the project; drift a
random walk over batches; batch ~ N(0, s²); items ~ N(0, item² ÷ units). The plan is
the prior: L is the doubt that the quote stated. First batches are dearer than later
ones: people learn, and until everybody has had a few jobs the slow have done as many as
the quick. The plan is an average over the whole, so that start is a height times how
far a batch lies above the mean of a falling curve: first ones above, later ones below.
The height is learned as the level is; how long it lasts, the spread s and the drift
over a fixed grid. Given the batches seen, those to come are jointly normal on the
logarithm; their sum has exact mean and variance and is taken as lognormal in every node
of the grid, so that the answer is a mixture and needs no draws.
See docs/model.md#completion.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import brentq
from scipy.special import ndtr

Row = NDArray[np.float64]

SHARED = 0.5
"""Of the doubt of a line's level, the part that all lines of a project share."""
ITEM_SIGMA = 0.36
"""Spread between items (data/effort, layers)."""
BATCH_SIGMA, BATCH_DOUBT = 0.20, 0.7
"""Spread between batches that is guessed at first, and how far off that may be."""
SPREADS = np.exp(BATCH_DOUBT * np.linspace(-2.5, 2.5, 11))
SPREAD_BELIEFS = -(np.linspace(-2.5, 2.5, 11) ** 2) / 2
DRIFTS = np.array([0.0, 0.01, 0.03])
DRIFT_BELIEFS = np.log(np.array([0.8, 0.15, 0.05]))
"""Drift of the level from batch to batch, and how far each is believed."""
START, START_DOUBT = 0.15, 0.15
"""How far a first batch lies above the steady pace, on the logarithm, and its sigma.

A person's first 50 images cost a quarter more than their steady pace (data/effort, note
3: 1.74, 1.34, 1.26 and 1.15 times), the first 500 two hundredths. While each person has
had as many jobs as another, the mean over people of spread 0.40 to 0.45 lies up to
0.16 to 0.20 above the one that is left when the quick do more. Batches are small or
large: 0 to 0.3, its middle taken with half the range for its sigma.
"""
LENGTHS = np.array([1.0, 3.0, 9.0])
"""Batches in which the start falls to 1 ÷ e, each as likely: crews and batches differ."""
MOST_SEEN, MOST_AHEAD = 120, 24
"""Batches of a line beyond these are taken together, neighbours with neighbours."""
JITTER = 1e-9
WIDEST = 12.0


class CompletionError(ValueError):
    """Raised for batches that cannot be; says which figure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A finished batch of a line: planned and actual cost of its images, its units."""

    line: int
    planned: float
    actual: float
    units: float

    def __post_init__(self) -> None:
        """Refuse a batch that has no cost over a plan."""
        if min(self.planned, self.actual, self.units) <= 0:
            raise CompletionError(
                f"A batch planned at {self.planned} that cost {self.actual} for "
                f"{self.units} units has no cost over a plan. Leave it out."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """What is still to come of a line: its planned cost, in so many batches."""

    line: int
    planned: float
    batches: int
    units: float

    def __post_init__(self) -> None:
        """Refuse work to come that is none."""
        if min(self.planned, self.batches, self.units) <= 0:
            raise CompletionError(
                f"{self.batches} batches planned at {self.planned} are no work."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """The cost at completion: `certain` and a mixture of lognormals on top.

    `drift` is the share of belief that the level drifts, `spread` the mean spread
    between batches.
    """

    certain: float
    weights: Row
    means: Row
    sigmas: Row
    spread: float
    drift: float

    def below(self, cost: float) -> float:
        """Return the probability that the whole costs at most this."""
        rest = cost - self.certain
        if not len(self.weights):
            return float(rest >= 0)
        if rest <= 0:
            return 0.0
        each = ndtr((np.log(rest) - self.means) / self.sigmas)
        return float(self.weights @ each)

    def quantile(self, share: float) -> float:
        """Return the cost that is not passed with this probability."""
        if not len(self.weights):
            return self.certain
        reach = WIDEST * float(self.sigmas.max())
        return self.certain + float(
            np.exp(
                brentq(
                    lambda level: self._log_below(level) - share,
                    float(self.means.min()) - reach,
                    float(self.means.max()) + reach,
                    xtol=1e-12,
                )
            )
        )

    def _log_below(self, level: float) -> float:
        return float(self.weights @ ndtr((level - self.means) / self.sigmas))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Points:
    """Places on a line's sequence of batches; `own` over s² and item² for each."""

    line: Row
    place: Row
    many: Row
    units: Row
    planned: Row


@dataclass(frozen=True, slots=True, kw_only=True)
class _Node:
    """What may be true of a project, and the logarithm of how far it is believed."""

    level: float
    spread: float
    drift: float
    start: float
    length: float
    belief: float


def completion(
    done: Sequence[Done],
    ahead: Sequence[Ahead],
    *,
    certain: float,
    level_sigma: float,
    batch_sigma: float = BATCH_SIGMA,
    start: float = START,
) -> Completion:
    """Return the cost at completion.

    `certain` is what is spent or carried as planned; `ahead` comes on top. A
    `batch_sigma` of 0 says that batches differ by the luck of their items, their start
    and no drift; a `start` of 0 that first batches are as later ones.
    """
    if not ahead:
        nothing = np.zeros(0)
        return Completion(
            certain=certain,
            weights=nothing,
            means=nothing,
            sigmas=nothing,
            spread=0.0,
            drift=0.0,
        )
    seen, levels = _seen(done)
    coming = _coming(done, ahead)
    nodes = list(_nodes(level_sigma, batch_sigma, start))
    found = [_believed(node, seen, levels, coming) for node in nodes]
    logs, means, sigmas = map(np.array, zip(*found, strict=True))
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    return Completion(
        certain=certain,
        weights=weights,
        means=means,
        sigmas=sigmas,
        spread=float(weights @ [node.spread for node in nodes]),
        drift=float(weights @ [node.drift > 0 for node in nodes]),
    )


def _nodes(level: float, batch: float, start: float) -> Iterator[_Node]:
    """Yield what may be true: spread between batches, drift, length of the start."""
    for spread, likely in zip(SPREADS, SPREAD_BELIEFS, strict=True):
        for drift, other in zip(DRIFTS, DRIFT_BELIEFS, strict=True):
            for length in LENGTHS:
                if batch or drift == 0:
                    yield _Node(
                        level=level,
                        spread=spread * batch,
                        drift=drift,
                        start=start,
                        length=length,
                        belief=likely + other,
                    )


def _seen(done: Sequence[Done]) -> tuple[_Points, Row]:
    """Return finished batches, neighbours together where there are many, and y."""
    rows = []
    for line in sorted({one.line for one in done}):
        some = [one for one in done if one.line == line]
        size = -(-len(some) // MOST_SEEN)
        for first in range(0, len(some), size):
            block = some[first : first + size]
            planned = sum(one.planned for one in block)
            actual = sum(one.actual for one in block)
            units = sum(one.units for one in block) / len(block)
            place = first + (len(block) + 1) / 2
            rows.append((line, place, len(block), units, planned, actual))
    table = np.array(rows, dtype=float).reshape(-1, 6)
    return _points(table), np.log(table[:, 5] / table[:, 4])


def _coming(done: Sequence[Done], ahead: Sequence[Ahead]) -> _Points:
    """Return batches to come, neighbours together where there are many."""
    rows = []
    for one in ahead:
        begun = sum(1 for batch in done if batch.line == one.line)
        size = -(-one.batches // MOST_AHEAD)
        for first in range(0, one.batches, size):
            many = min(size, one.batches - first)
            place = begun + first + (many + 1) / 2
            part = one.planned * many / one.batches
            rows.append((one.line, place, many, one.units, part))
    return _points(np.array(rows, dtype=float))


def _points(table: Row) -> _Points:
    return _Points(
        line=table[:, 0],
        place=table[:, 1],
        many=table[:, 2],
        units=table[:, 3],
        planned=table[:, 4],
    )


def _believed(
    node: _Node, seen: _Points, levels: Row, coming: _Points
) -> tuple[float, float, float]:
    """Return how far a node is believed, and the lognormal of the sum of what comes."""
    before, after = _starts(node, seen, coming)
    prior = _covariance(node, (coming, after), (coming, after))
    prior += np.diag(_own(node, coming))
    evidence, mean, spread = 0.0, node.start * after, prior
    if len(levels):
        known = _covariance(node, (seen, before), (seen, before))
        known += np.diag(_own(node, seen) + JITTER)
        factor = cho_factor(known, lower=True)
        between = _covariance(node, (coming, after), (seen, before))
        off = levels - node.start * before
        mean = mean + between @ cho_solve(factor, off)
        spread = prior - between @ cho_solve(factor, between.T)
        evidence = (
            -float(np.sum(np.log(np.diag(factor[0]))))
            - float(off @ cho_solve(factor, off)) / 2
        )
    each = coming.planned * np.exp(mean + np.diag(spread) / 2)
    whole = float(each.sum())
    variance = float(each @ np.expm1(spread) @ each)
    sigma2 = np.log1p(variance / whole**2)
    return (
        node.belief + evidence,
        float(np.log(whole) - sigma2 / 2),
        float(np.sqrt(sigma2)),
    )


def _starts(node: _Node, seen: _Points, coming: _Points) -> tuple[Row, Row]:
    """Return how far the start lies above its mean over a line, seen and to come."""
    line = np.concatenate((seen.line, coming.line))
    planned = np.concatenate((seen.planned, coming.planned))
    falling = np.exp((1 - np.concatenate((seen.place, coming.place))) / node.length)
    same = np.equal.outer(line, line) * planned
    above = falling - same @ falling / same.sum(axis=1)
    return above[: len(seen.line)], above[len(seen.line) :]


def _covariance(
    node: _Node, first: tuple[_Points, Row], second: tuple[_Points, Row]
) -> Row:
    (one, above), (other, beyond) = first, second
    same = np.equal.outer(one.line, other.line)
    shared = node.level**2 * (SHARED + (1 - SHARED) * same)
    walk = node.drift**2 * np.minimum.outer(one.place, other.place)
    doubt = START_DOUBT * node.start / START
    return np.asarray(shared + (walk + doubt**2 * np.outer(above, beyond)) * same)


def _own(node: _Node, points: _Points) -> Row:
    return np.asarray((node.spread**2 + ITEM_SIGMA**2 / points.units) / points.many)
