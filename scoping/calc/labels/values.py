"""Labels as values: boxes, outlines, masks, keypoints and tags on named images.

Coordinates are continuous pixels from the top left corner: a box from 0 to 10 is 10
wide. (The inclusive convention, in which it would be 11, gives other overlaps.)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Family = Literal["regions", "keypoints", "tags"]
FAMILIES: tuple[Family, ...] = ("regions", "keypoints", "tags")
FEWEST_CORNERS = 3


class LabelError(ValueError):
    """Raised for a shape that cannot be; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """An upright box, its corners sorted."""

    left: float
    top: float
    right: float
    bottom: float

    def __post_init__(self) -> None:
        if not (self.left <= self.right and self.top <= self.bottom):
            raise LabelError("A box ends before it begins.")


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """A filled outline: the union of its rings, each filled by the even-odd rule.

    A ring is an array of corners × (x, y), closed by itself.
    """

    rings: tuple[Floats, ...]

    def __post_init__(self) -> None:
        if not self.rings or any(len(ring) < FEWEST_CORNERS for ring in self.rings):
            raise LabelError("An outline has rings of three corners at least.")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Mask:
    """Pixels of an image, as runs down its columns, the first column first.

    `starts` and `ends` count pixels in that order; a run holds start ≤ pixel < end.
    """

    height: int
    width: int
    starts: Whole
    ends: Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """Named points of one object. `area`: of the object, in square pixels, if known."""

    at: Mapping[str, tuple[float, float]]
    area: float | None = None


@dataclass(frozen=True, slots=True)
class Tag:
    """A word about the whole image."""


Shape = Box | Outline | Mask | Points | Tag


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One label: what it is called and where it is."""

    name: str
    shape: Shape

    def __post_init__(self) -> None:
        if not self.name:
            raise LabelError("A label has the name of its class.")

    @property
    def family(self) -> Family:
        """Return what it can be compared with: regions, keypoints or tags."""
        if isinstance(self.shape, Tag):
            return "tags"
        return "keypoints" if isinstance(self.shape, Points) else "regions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """One image with what was drawn on it; sizes None where the file does not say."""

    name: str
    labels: tuple[Label, ...] = ()
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The same image in two passes."""

    first: Image
    second: Image


@dataclass(frozen=True, slots=True, kw_only=True)
class Sigmas:
    """How far off each keypoint may be, as a share of the object's size.

    `by_name` where a point has its own, `other` for the rest.
    """

    by_name: Mapping[str, float] = field(default_factory=dict)
    other: float = 0.09

    def of(self, name: str) -> float:
        """Return the sigma of a point."""
        return self.by_name.get(name, self.other)


COCO_PERSON = Sigmas(
    by_name={
        "nose": 0.026,
        **dict.fromkeys(("left_eye", "right_eye"), 0.025),
        **dict.fromkeys(("left_ear", "right_ear"), 0.035),
        **dict.fromkeys(("left_shoulder", "right_shoulder"), 0.079),
        **dict.fromkeys(("left_elbow", "right_elbow"), 0.072),
        **dict.fromkeys(("left_wrist", "right_wrist"), 0.062),
        **dict.fromkeys(("left_hip", "right_hip"), 0.107),
        **dict.fromkeys(("left_knee", "right_knee"), 0.087),
        **dict.fromkeys(("left_ankle", "right_ankle"), 0.089),
    }
)
"""The 17 points of a person as COCO measured them on redundant labels; any other point
gets 0.09, which CVAT takes for all."""
