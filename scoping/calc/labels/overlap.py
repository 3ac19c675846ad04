"""How alike two shapes are: overlap of regions, likeness of keypoints, 0 to 1.

Overlap is what both cover ÷ what either covers (IoU), on continuous coordinates, exact
for boxes and outlines. A mask is pixels: with a mask, a box or an outline is the pixels
whose centres it covers. Keypoints: object keypoint similarity (OKS) as COCO defines it.
See docs/model.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import exp

import numpy as np

from . import outlines
from .values import (
    Box,
    Floats,
    Label,
    LabelError,
    Mask,
    Outline,
    Points,
    Shape,
    Sigmas,
    Tag,
    Whole,
)

Frame = tuple[float, float, float, float]
ROUNDING = 1e-6


def overlaps(
    first: Sequence[Label],
    second: Sequence[Label],
    *,
    sigmas: Sigmas,
    image_area: float | None = None,
    least: float = 0.0,
) -> Floats:
    """Return the likeness of each label of one family with each of another pass.

    `image_area` scales keypoints of an object whose own area is not known. What is
    sure to stay below `least`, because of the frames alone, may be given as 0.
    Raises LabelError for masks of two sizes.
    """
    ours, theirs = [one.shape for one in first], [one.shape for one in second]
    if all(isinstance(shape, Box) for shape in (*ours, *theirs)):
        return box_overlaps(_frames(ours), _frames(theirs))
    found = np.zeros((len(ours), len(theirs)))
    mine, others = [_Measured(one) for one in ours], [_Measured(one) for one in theirs]
    for row, column in _near(ours, theirs):
        one, other = mine[row], others[column]
        if isinstance(one.shape, Outline | Box) and isinstance(
            other.shape, Outline | Box
        ):
            if one.may_overlap(other, least):
                found[row, column] = one.overlap(other)
            continue
        found[row, column] = likeness(
            one.shape, other.shape, sigmas=sigmas, image_area=image_area
        )
    return found


class _Measured:
    """An outline or box whose area is taken once, however many it is laid on."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.frame = frame(shape)
        self._area: float | None = None

    @property
    def area(self) -> float:
        if self._area is None:
            self._area = outlines.area(_rings(self.shape))
        return self._area

    def may_overlap(self, other: _Measured, least: float) -> bool:
        """Return whether two frames leave room for this much overlap."""
        (a, b, c, d), (e, f, g, h) = self.frame, other.frame
        common = max(min(c, g) - max(a, e), 0) * max(min(d, h) - max(b, f), 0)
        return common >= least * max(self.area, other.area) * (1 - ROUNDING)

    def overlap(self, other: _Measured) -> float:
        common = outlines.common_area(_rings(self.shape), _rings(other.shape))
        either = self.area + other.area - common
        return min(common / either, 1.0) if common else 0.0


def likeness(
    first: object, second: object, *, sigmas: Sigmas, image_area: float | None = None
) -> float:
    """Return how alike two shapes of one family are, 0 to 1."""
    if isinstance(first, Tag) and isinstance(second, Tag):
        return 1.0
    if isinstance(first, Points) and isinstance(second, Points):
        return keypoint_similarity(first, second, sigmas=sigmas, image_area=image_area)
    if isinstance(first, Mask) or isinstance(second, Mask):
        return _mask_overlap(first, second)
    return outline_overlap(_rings(first), _rings(second))


def box_overlap(first: Frame, second: Frame) -> float:
    """Return the overlap of two boxes given as left, top, right, bottom.

    >>> round(box_overlap((0, 0, 10, 10), (5, 5, 15, 15)), 4)
    0.1429
    """
    return float(
        box_overlaps(np.array([first], float), np.array([second], float))[0, 0]
    )


def box_overlaps(first: Floats, second: Floats) -> Floats:
    """Return the overlap of each box with each other; rows: left, top, right, bottom.

    Two boxes without area have no overlap, not even with themselves.
    """
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum(first[:, None, 2:], second[None, :, 2:])
    common = np.clip(high - low, 0, None).prod(axis=2)
    areas = [(box[:, 2:] - box[:, :2]).prod(axis=1) for box in (first, second)]
    either = areas[0][:, None] + areas[1][None, :] - common
    found: Floats = np.zeros_like(common)
    np.divide(common, either, out=found, where=either > 0)
    return found


def outline_overlap(first: Sequence[Floats], second: Sequence[Floats]) -> float:
    """Return the overlap of two outlines, each a list of rings."""
    return _Measured(Outline(tuple(first))).overlap(_Measured(Outline(tuple(second))))


def runs_common(first: tuple[Whole, Whole], second: tuple[Whole, Whole]) -> int:
    """Return how many pixels two lists of runs share; each list in order, apart."""
    starts, ends = first
    if not len(starts) or not len(second[0]):
        return 0
    # How many pixels of the first list lie before a place, as a broken line.
    places = np.column_stack([starts, ends]).ravel()
    before = np.column_stack(
        [np.cumsum(ends - starts) - (ends - starts), np.cumsum(ends - starts)]
    ).ravel()
    covered = np.interp(second[1], places, before) - np.interp(
        second[0], places, before
    )
    return round(float(covered.sum()))


def keypoint_similarity(
    first: Points,
    second: Points,
    *,
    sigmas: Sigmas,
    image_area: float | None = None,
) -> float:
    """Return the similarity of keypoints, seen from the second pass.

    The mean, over the points that the second pass has, of exp(-d² / (2 s² k²)), with
    s² the object's area there and k twice the point's sigma; a point that the first
    pass lacks counts as 0. Without any area (one single point) the image's stands in.
    """
    area = second.area or _frame_area(second) or image_area
    if not area or not second.at:
        return 0.0
    total = 0.0
    for name, (x, y) in second.at.items():
        if name in first.at:
            off = (first.at[name][0] - x) ** 2 + (first.at[name][1] - y) ** 2
            total += exp(-off / (2 * area * (2 * sigmas.of(name)) ** 2))
    return total / len(second.at)


def _frame_area(points: Points) -> float:
    xs, ys = zip(*points.at.values(), strict=True) if points.at else ((0,), (0,))
    return float((max(xs) - min(xs)) * (max(ys) - min(ys)))


def _mask_overlap(first: object, second: object) -> float:
    size = next(one for one in (first, second) if isinstance(one, Mask))
    ours, theirs = _runs(first, size), _runs(second, size)
    common = runs_common(ours, theirs)
    either = sum(int((ends - starts).sum()) for starts, ends in (ours, theirs)) - common
    return common / either if either else 0.0


def _runs(shape: object, size: Mask) -> tuple[Whole, Whole]:
    if not isinstance(shape, Mask):
        return outlines.pixels(_rings(shape), height=size.height, width=size.width)
    if (shape.height, shape.width) != (size.height, size.width):
        raise LabelError(
            f"One mask is {shape.width} × {shape.height} pixels and another "
            f"{size.width} × {size.height}: they are not of the same image."
        )
    return shape.starts, shape.ends


def _rings(shape: object) -> tuple[Floats, ...]:
    if isinstance(shape, Outline):
        return shape.rings
    if not isinstance(shape, Box):
        raise LabelError("Shapes of two kinds cannot be laid on each other.")
    left, top, right, bottom = shape.left, shape.top, shape.right, shape.bottom
    return (
        np.array([[left, top], [right, top], [right, bottom], [left, bottom]], float),
    )


def _near(
    ours: Sequence[object], theirs: Sequence[object]
) -> Iterator[tuple[int, int]]:
    """Yield the pairs whose frames meet; keypoints and tags all meet."""
    mine, others = _frames(ours), _frames(theirs)
    meet = (mine[:, None, :2] <= others[None, :, 2:]).all(axis=2) & (
        others[None, :, :2] <= mine[:, None, 2:]
    ).all(axis=2)
    rows, columns = np.nonzero(meet)
    yield from zip(rows.tolist(), columns.tolist(), strict=True)


def _frames(shapes: Sequence[object]) -> Floats:
    return np.array([frame(shape) for shape in shapes], float).reshape(len(shapes), 4)


def frame(shape: object) -> Frame:
    """Return the least upright box around a shape; keypoints and tags: everywhere."""
    if isinstance(shape, Box):
        return shape.left, shape.top, shape.right, shape.bottom
    if isinstance(shape, Outline):
        low = np.min([ring.min(axis=0) for ring in shape.rings], axis=0)
        high = np.max([ring.max(axis=0) for ring in shape.rings], axis=0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])
    if isinstance(shape, Mask) and len(shape.starts):
        tall = max(shape.height, 1)
        return (
            float(shape.starts[0] // tall),
            0.0,
            float((shape.ends[-1] - 1) // tall + 1),
            float(tall),
        )
    everywhere = float("inf")
    return -everywhere, -everywhere, everywhere, everywhere
