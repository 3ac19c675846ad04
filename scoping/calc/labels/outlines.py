"""How much two outlines cover of each other, exactly, and which pixels one covers.

Between two neighbouring heights at which anything happens (a corner, a crossing of two
edges) no edge meets another, so what is covered is made of trapezoids: their area is
their height times their width halfway up. So an area is a sum over slabs of the length
that a level line has inside, and nothing has to be clipped, ordered or repaired: rings
may cross themselves, touch, run along each other or turn either way. The result is
exact but for rounding of the machine's numbers; nothing is drawn as pixels.

Within a ring the even-odd rule decides what is inside; rings of one outline add up.
See docs/model.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .values import Floats, Whole

CELLS = 1_000_000
"""Pairs that are looked at together, which bounds the memory."""
Rings = Sequence[Floats]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Edges:
    """Edges of rings: from (x0, y0) to (x1, y1), each with the number of its ring."""

    x0: Floats
    y0: Floats
    x1: Floats
    y1: Floats
    ring: Whole

    @property
    def low(self) -> Floats:
        return np.minimum(self.y0, self.y1)

    @property
    def high(self) -> Floats:
        return np.maximum(self.y0, self.y1)

    def only(self, kept: Flags) -> _Edges:
        return _Edges(
            x0=self.x0[kept],
            y0=self.y0[kept],
            x1=self.x1[kept],
            y1=self.y1[kept],
            ring=self.ring[kept],
        )


def area(rings: Rings) -> float:
    """Return the area that rings cover together, in square pixels.

    >>> area([np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 3.0]])])
    6.0
    """
    edges = _edges(rings)
    levels = _levels(edges, -np.inf, np.inf, edges)
    return sum(
        float(heights @ (widths * _inside(ring, range(len(rings)))).sum(axis=1))
        for heights, widths, ring in _slabs(edges, levels)
    )


def common_area(first: Rings, second: Rings) -> float:
    """Return the area that both outlines cover, in square pixels."""
    edges = _edges([*first, *second])
    # Outside of both frames nothing is common, so nothing that happens there matters.
    lowest = np.maximum(_least(first), _least(second))
    highest = np.minimum(_most(first), _most(second))
    if (lowest >= highest).any():
        return 0.0
    left, low = lowest
    right, high = highest
    edges = edges.only((edges.high > low) & (edges.low < high))
    near = edges.only(
        (np.maximum(edges.x0, edges.x1) >= left)
        & (np.minimum(edges.x0, edges.x1) <= right)
    )
    levels = _levels(edges, low, high, near)
    ours = range(len(first))
    theirs = range(len(first), len(first) + len(second))
    return sum(
        float(
            heights
            @ (widths * (_inside(ring, ours) & _inside(ring, theirs))).sum(axis=1)
        )
        for heights, widths, ring in _slabs(edges, levels)
    )


def pixels(rings: Rings, *, height: int, width: int) -> tuple[Whole, Whole]:
    """Return the pixels whose centre lies inside, as runs down the columns."""
    # Columns are level lines of the outline laid on its side.
    turned = [ring[:, ::-1] for ring in rings]
    edges = _edges(turned)
    first = max(int(np.floor(edges.low.min())), 0)
    last = min(int(np.ceil(edges.high.max())), width)
    columns = np.arange(first, max(last, first))
    starts, ends = [], []
    step = max(1, CELLS // len(edges.ring))
    for begin in range(0, len(columns), step):
        chosen = columns[begin : begin + step]
        crossings, ring = _crossed(edges, chosen.astype(np.float64) + 0.5)
        inside = _inside(ring, range(len(rings)))[:, :-1] & np.isfinite(
            crossings[:, 1:]
        )
        rows = np.clip(np.ceil(np.where(inside, crossings[:, :-1], 0) - 0.5), 0, height)
        stops = np.clip(np.ceil(np.where(inside, crossings[:, 1:], 0) - 0.5), 0, height)
        base = chosen[:, np.newaxis] * height
        kept = inside & (stops > rows)
        starts.append((base + rows.astype(np.int64))[kept])
        ends.append((base + stops.astype(np.int64))[kept])
    if not starts:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    return np.concatenate(starts), np.concatenate(ends)


def _edges(rings: Rings) -> _Edges:
    following = [np.roll(ring, -1, axis=0) for ring in rings]
    here, there = np.concatenate(rings), np.concatenate(following)
    return _Edges(
        x0=here[:, 0],
        y0=here[:, 1],
        x1=there[:, 0],
        y1=there[:, 1],
        ring=np.repeat(np.arange(len(rings)), [len(ring) for ring in rings]),
    )


def _least(rings: Rings) -> Floats:
    found: Floats = np.min([ring.min(axis=0) for ring in rings], axis=0)
    return found


def _most(rings: Rings) -> Floats:
    found: Floats = np.max([ring.max(axis=0) for ring in rings], axis=0)
    return found


def _levels(edges: _Edges, low: float, high: float, near: _Edges) -> Floats:
    """Return the heights at which something happens, in order."""
    found = [edges.y0, *_crossings(near)]
    if np.isfinite(low):
        found.append(np.array([low, high]))
    return np.unique(np.clip(np.concatenate(found), low, high))


def _crossings(edges: _Edges) -> Iterator[Floats]:
    """Yield the heights at which edges cross, of a bounded number of pairs a time."""
    dx, dy = edges.x1 - edges.x0, edges.y1 - edges.y0
    count = len(dx)
    step = max(1, CELLS // max(count, 1))
    for start in range(0, count, step):
        one = slice(start, start + step)
        across = dx[one, None] * dy - dy[one, None] * dx
        off_x = edges.x0 - edges.x0[one, None]
        off_y = edges.y0 - edges.y0[one, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            along = (off_x * dy - off_y * dx) / across
            beside = (off_x * dy[one, None] - off_y * dx[one, None]) / across
        # Edges that run along each other never cross: their share is no number.
        meet = (along > 0) & (along < 1) & (beside >= 0) & (beside <= 1)
        row, column = np.nonzero(meet)
        yield edges.y0[one][row] + along[row, column] * dy[one][row]


def _slabs(edges: _Edges, levels: Floats) -> Iterator[tuple[Floats, Floats, Whole]]:
    """Yield heights of slabs, widths between crossings halfway up, and ring numbers."""
    middles, heights = (levels[1:] + levels[:-1]) / 2, np.diff(levels)
    step = max(1, CELLS // max(len(edges.ring), 1))
    for start in range(0, len(middles), step):
        crossings, ring = _crossed(edges, middles[start : start + step])
        widths = np.zeros_like(crossings)
        known = np.isfinite(crossings[:, 1:])
        widths[:, :-1][known] = np.diff(np.where(np.isfinite(crossings), crossings, 0))[
            known
        ]
        yield heights[start : start + step], widths, ring


def _crossed(edges: _Edges, lines: Floats) -> tuple[Floats, Whole]:
    """Return where level lines cross the edges, from the left, and whose edges.

    Infinite, with ring -1, for the edges that a line does not meet.
    """
    level = lines[:, np.newaxis]
    met = (edges.low <= level) & (level < edges.high)
    rise = edges.y1 - edges.y0
    slope = (edges.x1 - edges.x0) / np.where(rise == 0, 1, rise)
    at = np.where(met, edges.x0 + (level - edges.y0) * slope, np.inf)
    order = np.argsort(at, axis=1, kind="stable")
    ring = np.where(met, edges.ring, -1)
    return np.take_along_axis(at, order, 1), np.take_along_axis(ring, order, 1)


def _inside(ring: Whole, chosen: range) -> Flags:
    """Return what follows each crossing: inside of one of the chosen rings, or not."""
    inside = np.zeros(ring.shape, dtype=bool)
    for number in chosen:
        inside |= np.cumsum(ring == number, axis=1) % 2 == 1
    return inside
