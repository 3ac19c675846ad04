"""What needs no estimator: one number of seconds for all, and the median of the task.

Both are medians of published times, the project's own sources left out, times the units
and the people who labelled each. They stand as points, which is all that they say, and
with the 10 and 90 % points of the same times, which is more than they are given credit
for.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from .leaving import left_rows
from .values import Evidence, Mapped

GLOBAL, TASK = "one number for all", "median of the task"
SPREAD = "{}, with its spread"
PER_IMAGE = frozenset({"image_tag", "semantic_mask"})
TASKS = {
    "image_tag": ("image_tagging",),
    "bounding_box": ("bounding_box",),
    "polygon": ("polygon",),
    "semantic_mask": ("semantic_mask", "panoptic"),
    "keypoint": ("keypoint",),
    "polyline": ("polyline",),
    "cuboid": ("cuboid_3d",),
    "instance_mask": ("instance_mask",),
    "video_box": ("video_box",),
}
SECONDS_AN_HOUR = 3600
Points = tuple[float, float, float]


def flat_predictions(
    found: Mapped, evidence: Evidence, *, without: Collection[str]
) -> dict[str, Points | None]:
    """Return P10, P50 and P90 hours by each baseline; None where no time is left."""
    rows = left_rows(tuple(evidence.timed), evidence, without=without)
    tasks = TASKS[found.type]
    images = float(found.project.images or found.units)
    asked = {
        GLOBAL: ([row.seconds for row in rows], found.units),
        TASK: (
            [row.seconds for row in rows if row.task in tasks],
            images if found.type in PER_IMAGE else found.units,
        ),
    }
    answers: dict[str, Points | None] = {}
    for name, (seconds, units) in asked.items():
        hours = units * found.redundancy / SECONDS_AN_HOUR
        points = _points(seconds, hours)
        answers[name] = None if points is None else (points[1],) * 3
        answers[SPREAD.format(name)] = points
    return answers


def _points(seconds: Sequence[float], hours: float) -> Points | None:
    if not seconds:
        return None
    low, middle, high = np.quantile(seconds, (0.1, 0.5, 0.9))
    return float(low * hours), float(middle * hours), float(high * hours)
