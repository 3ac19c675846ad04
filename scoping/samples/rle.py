"""Masks as run lengths: COCO's lists and letters, and CVAT's lists inside of a frame.

Runs are never drawn as pixels, except CVAT's, which lie along rows and are turned into
columns; their frame is bounded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from scoping.calc.labels.values import Mask, Whole

from .checked import whole
from .limits import Limits
from .values import SampleError

LEAST_LETTER, CHUNK, MORE, SIGN = 48, 0x1F, 0x20, 0x10
MOST_SHIFT = 60
CAN_LOOK_BACK = 2


def coco_mask(found: Mapping[str, Any], where: str, *, limits: Limits) -> Mask:
    """Return the mask of a COCO segmentation: its size and its counts."""
    sides = found.get("size")
    if not isinstance(sides, list) or len(sides) != 2:  # noqa: PLR2004 - h, w
        raise SampleError(f"{where}: a mask has no size of height and width.")
    height, width = (
        whole(side, where, "a side of the mask", most=limits.mask_pixels)
        for side in sides
    )
    limits.check(where, height * width, of="pixels in a mask", most=limits.mask_pixels)
    said = found.get("counts")
    if isinstance(said, str):
        counts = letters(said, where)
    elif isinstance(said, list):
        counts = [
            whole(count, where, "a run of the mask", most=limits.mask_pixels)
            for count in said
        ]
    else:
        raise SampleError(f"{where}: a mask has no counts.")
    return _of_runs(counts, height=height, width=width, where=where)


def letters(said: str, where: str) -> list[int]:
    """Return the runs of COCO's compressed text.

    Each run is written in groups of five bits, the least first, as letters from “0” on;
    from the third run on it is the difference to the run before the last.
    """
    counts: list[int] = []
    value = shift = 0
    for letter in said:
        bits = ord(letter) - LEAST_LETTER
        if not 0 <= bits < 2 * MORE or shift > MOST_SHIFT:
            raise SampleError(
                f"{where}: the text of a mask holds “{letter}”, which is no run "
                f"length. Export it again."
            )
        value |= (bits & CHUNK) << shift
        shift += 5
        if bits & MORE:
            continue
        if bits & SIGN:
            value -= 1 << shift
        if len(counts) > CAN_LOOK_BACK:
            value += counts[-2]
        counts.append(value)
        value = shift = 0
    if shift:
        raise SampleError(f"{where}: the text of a mask is cut short.")
    return counts


def cvat_mask(
    counts: list[int],
    frame: tuple[int, int, int, int],
    image: tuple[int, int],
    where: str,
    *,
    limits: Limits,
) -> Mask:
    """Return CVAT's mask: runs along the rows of a frame (left, top, width, height)."""
    left, top, width, height = frame
    image_width, image_height = image
    limits.check(
        where, width * height, of="pixels in a mask", most=limits.decoded_pixels
    )
    limits.check(
        where, image_width * image_height, of="pixels", most=limits.mask_pixels
    )
    if left + width > image_width or top + height > image_height:
        raise SampleError(f"{where}: a mask reaches out of its image.")
    if sum(counts) != width * height:
        raise SampleError(
            f"{where}: the runs of a mask add up to {sum(counts):,}, not to its "
            f"{width * height:,} pixels."
        )
    filled = np.repeat(np.arange(len(counts)) % 2 == 1, counts).reshape(height, width)
    columns = np.zeros((width, image_height), dtype=np.int8)
    columns[:, top : top + height] = filled.T
    steps = np.diff(np.concatenate([[0], columns.ravel(), [0]]).astype(np.int8))
    base = left * image_height
    return Mask(
        height=image_height,
        width=image_width,
        starts=np.flatnonzero(steps == 1) + base,
        ends=np.flatnonzero(steps == -1) + base,
    )


def _of_runs(counts: list[int], *, height: int, width: int, where: str) -> Mask:
    if any(count < 0 for count in counts) or sum(counts) != height * width:
        raise SampleError(
            f"{where}: the runs of a mask do not add up to its {height * width:,} "
            f"pixels. Export it again."
        )
    stops: Whole = np.cumsum(np.array([0, *counts], dtype=np.int64))
    starts, ends = stops[1:-1:2], stops[2::2]
    kept = ends > starts
    return Mask(height=height, width=width, starts=starts[kept], ends=ends[kept])
