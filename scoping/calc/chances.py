"""What can turn out differently, and how much of it moves together.

A chance is one standard normal per draw. Its name says what it moves and for which
line; a line is named by its content, so that the order of lines changes nothing. The
draws are scrambled Sobol points of the spec's seed, joined by a Gaussian copula:
efforts of one project share difficulty, and difficult work has more first-pass errors.
See docs/model.md#chances.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from .spec.values import Line
from .trace import Draws, Origin, Step

EDGE = 2.0**-40
"""Distance kept from 0 and 1, where the normal quantile has no value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correlations:
    """Correlations of the normals, all at least 0, by what two chances move."""

    effort_effort: float = 0.0
    effort_defect: float = 0.0
    volume_volume: float = 0.0


def chance(name: str) -> Step:
    """Return the leaf of a chance: 0, the middle of the road."""
    return Step(
        name=name,
        value=Decimal(0),
        unit="",
        because="0 is typical; the draws of the seed move it",
        origin=Origin(kind="chance", at="/seed"),
    )


def line_keys(lines: Sequence[Line]) -> tuple[str, ...]:
    """Return a name for each line that depends on what the line says, not where.

    Two lines that say the same are told apart by count, since they are different work.
    """
    seen: dict[str, int] = {}
    keys = []
    for line in lines:
        said = repr(replace(line, index=0, name="", alternative_to=None))
        digest = hashlib.sha256(said.encode()).hexdigest()[:10]
        seen[digest] = seen.get(digest, 0) + 1
        keys.append(f"{digest}-{seen[digest]}")
    return tuple(keys)


def correlation_matrix(
    names: Sequence[str], correlations: Correlations
) -> NDArray[np.float64]:
    """Return the copula's correlation matrix for these chances, in this order."""
    kinds = [name.split(":")[0] for name in names]
    matrix = np.eye(len(names))
    pairs = {
        ("effort", "effort"): correlations.effort_effort,
        ("defects", "effort"): correlations.effort_defect,
        ("units", "units"): correlations.volume_volume,
    }
    for row, first in enumerate(kinds):
        for column, second in enumerate(kinds[:row]):
            low, high = sorted((first, second))
            matrix[row, column] = matrix[column, row] = pairs.get((low, high), 0.0)
    return matrix


def normals(
    names: Sequence[str], *, seed: int, draws: int, correlations: Correlations
) -> Mapping[str, Draws]:
    """Return correlated standard normals for each chance, `draws` of each.

    `draws` is a power of two, because Sobol points are balanced only then. The names
    are sorted first: the same chances get the same draws in whatever order they come.
    """
    if draws <= 1 or draws & (draws - 1):
        raise ValueError(f"Draws come in powers of two, and {draws} is none.")
    ordered = sorted(names)
    if not ordered:
        return {}
    # scipy.stats takes seconds to import, and exact prices do not need it.
    from scipy.stats.qmc import Sobol

    points = Sobol(
        d=len(ordered),
        scramble=True,
        rng=np.random.Generator(np.random.PCG64DXSM(seed)),
    ).random_base2(draws.bit_length() - 1)
    independent = ndtri(np.clip(points, EDGE, 1 - EDGE)).T
    matrix = correlation_matrix(ordered, correlations)
    joined = np.ascontiguousarray(independent)
    if np.count_nonzero(matrix) > len(ordered):
        joined = np.linalg.cholesky(matrix) @ joined
    return dict(zip(ordered, joined, strict=True))
