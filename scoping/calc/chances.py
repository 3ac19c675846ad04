"""What can turn out differently, and how much of it moves together.

A chance is one standard normal per draw. Its name says what it moves and for which
line; lines are ranked by what they say, so that their order changes nothing. The draws
are scrambled Sobol points of the spec's seed, joined by a Gaussian copula: efforts of
one project share difficulty, and difficult work has more first-pass errors. A chance
has its place among the dimensions whatever else there is, so that a question of "what
if" compares the same luck. See docs/model.md#chances.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from .spec.values import Line
from .trace import Draws, Origin, Step

EDGE = 2.0**-40
"""Distance kept from 0 and 1, where the normal quantile has no value."""

OF_PROJECT = ("defects", "detection", "pace", "utilisation")
OF_LINE = ("effort", "units", "items", "accept")
OF_EVENT = ("risk", "impact")
ROOM = len(OF_LINE)
"""Dimensions kept for the project's chances; their number grows in this step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correlations:
    """Correlations of the normals, all at least 0, by what two chances move."""

    effort_effort: float = 0.0
    effort_defect: float = 0.0
    volume_volume: float = 0.0
    risk_risk: float = 0.0


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
    """Return a name for each line: its type, and its rank among the lines of that type.

    Ranked by what they say, not by where they stand. A line that is changed keeps its
    name while it stays the only one of its type, and with it its luck.
    """
    places: dict[str, list[int]] = {}
    for at, line in enumerate(lines):
        places.setdefault(line.type, []).append(at)
    keys = [""] * len(lines)
    for type_, alike in places.items():
        if len(alike) > 1:
            alike.sort(key=lambda at: _said(lines[at]))
        for rank, at in enumerate(alike, start=1):
            keys[at] = f"{type_}-{rank}"
    return tuple(keys)


def _said(line: Line) -> str:
    return repr(replace(line, index=0, name="", alternative_to=None))


def dimensions(names: Sequence[str]) -> Mapping[str, int]:
    """Return the dimension of the Sobol points that each chance takes.

    The project's chances come first, then four for each line in the order of the lines'
    names, then risk events. Events have points of their own; only sensitivities number
    their dimensions through.
    """
    keys = sorted({name.partition(":")[2] for name in names if _kind(name) in OF_LINE})
    others = sorted(name for name in names if _kind(name) not in OF_PROJECT + OF_LINE)
    found = {}
    for name in names:
        kind, _, key = name.partition(":")
        if kind in OF_PROJECT:
            found[name] = OF_PROJECT.index(kind)
        elif kind in OF_LINE:
            place = keys.index(key) * len(OF_LINE)
            found[name] = ROOM + place + OF_LINE.index(kind)
        else:
            found[name] = ROOM + len(keys) * len(OF_LINE) + others.index(name)
    return found


def _kind(name: str) -> str:
    return name.partition(":")[0]


def correlation_matrix(
    names: Sequence[str], correlations: Correlations
) -> NDArray[np.float64]:
    """Return the copula's correlation matrix for these chances, in this order."""
    kinds = [_kind(name) for name in names]
    matrix = np.eye(len(names))
    pairs = {
        ("effort", "effort"): correlations.effort_effort,
        ("defects", "effort"): correlations.effort_defect,
        ("units", "units"): correlations.volume_volume,
        ("risk", "risk"): correlations.risk_risk,
    }
    for row, first in enumerate(kinds):
        for column, second in enumerate(kinds[:row]):
            low, high = sorted((first, second))
            matrix[row, column] = matrix[column, row] = pairs.get((low, high), 0.0)
    return matrix


def normals(
    names: Sequence[str], *, seed: int, draws: int, correlations: Correlations
) -> Mapping[str, Draws]:
    """Return correlated standard normals for each chance, `draws` of each, read-only.

    `draws` is a power of two, because Sobol points are balanced only then. The same
    chances get the same draws in whatever order they come; they are kept for the next
    question about them.
    """
    if draws <= 1 or draws & (draws - 1):
        raise ValueError(f"Draws come in powers of two, and {draws} is none.")
    if not names:
        return {}
    places = dimensions(names)
    ordered = tuple(sorted(names, key=lambda name: places[name]))
    joined = _joined(ordered, seed, draws, correlations)
    return dict(zip(ordered, joined, strict=True))


def forget() -> None:
    """Forget all draws, so that the next ones are made afresh; for measuring."""
    _joined.cache_clear()
    _of_event.cache_clear()
    _luck.cache_clear()


@lru_cache(maxsize=8)
def _joined(
    ordered: tuple[str, ...], seed: int, draws: int, correlations: Correlations
) -> tuple[Draws, ...]:
    places = dimensions(ordered)
    taken = [places[name] for name in ordered if _kind(name) not in OF_EVENT]
    matrix = correlation_matrix(ordered, correlations)
    found = []
    if taken:
        luck = _luck(seed, -(-(taken[-1] + 1) // ROOM) * ROOM)
        found = luck.normals(taken, draws=draws)
    for name in ordered[len(taken) :]:
        kind, _, key = name.partition(":")
        found.append(_of_event(key, seed, draws)[OF_EVENT.index(kind)])
    # Most chances go alone: only those that move together are multiplied out.
    joined = np.flatnonzero(np.count_nonzero(matrix, axis=1) > 1)
    if joined.size:
        weights = np.linalg.cholesky(matrix[np.ix_(joined, joined)])
        for place, row in zip(
            joined, weights @ np.array([found[i] for i in joined]), strict=True
        ):
            row.flags.writeable = False
            found[place] = row
    return tuple(found)


class _Luck:
    """Sobol points of a seed, and the normals of those dimensions that were asked for.

    Quantiles take longer than points, and a project leaves many dimensions empty. Fewer
    points of a seed are the first of its many, so they are made once.
    """

    def __init__(self, seed: int, count: int) -> None:
        """Make nothing yet."""
        self._seed, self._count = seed, count
        self._points: Draws = np.empty((count, 0))
        self._normals: dict[int, Draws] = {}

    def normals(self, places: Sequence[int], *, draws: int) -> list[Draws]:
        """Return independent standard normals of these dimensions, read-only."""
        points, known = self._points, self._normals
        if points.shape[1] < draws:
            # Both at once, and only here: another thread goes on with what it holds.
            points, known = self._made(draws), {}
            self._points, self._normals = points, known
        missing = [place for place in places if place not in known]
        if missing:
            made = ndtri(np.clip(points[missing], EDGE, 1 - EDGE))
            made.flags.writeable = False
            known.update(zip(missing, made, strict=True))
        return [known[place][:draws] for place in places]

    def _made(self, draws: int) -> Draws:
        # scipy.stats takes seconds to import, and exact prices do not need it.
        from scipy.stats.qmc import Sobol

        generator = np.random.Generator(np.random.PCG64DXSM(self._seed))
        points: Draws = Sobol(d=self._count, scramble=True, rng=generator).random_base2(
            draws.bit_length() - 1
        )
        # By dimension, because each is read on its own.
        return np.ascontiguousarray(points.T)


@lru_cache(maxsize=32)
def _of_event(key: str, seed: int, draws: int) -> tuple[Draws, Draws]:
    """Return the two normals of an event: whether it happens, how hard it hits.

    Each event has points of its own, so that one that comes or goes moves no other
    draw. Points of two nets meet in order; shuffled, they meet by chance.
    """
    from scipy.stats.qmc import Sobol

    own = np.random.SeedSequence([seed, crc32(key.encode())])
    generator = np.random.Generator(np.random.PCG64DXSM(own))
    points: Draws = Sobol(d=2, scramble=True, rng=generator).random_base2(
        draws.bit_length() - 1
    )
    shuffled = points[generator.permutation(draws)].T
    happens, hits = ndtri(np.clip(shuffled, EDGE, 1 - EDGE))
    happens.flags.writeable = hits.flags.writeable = False
    return happens, hits


@lru_cache(maxsize=4)
def _luck(seed: int, count: int) -> _Luck:
    return _Luck(seed, count)
