"""What a field of the scope form is, and what can be chosen in one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FieldKind = Literal[
    "text", "whole", "number", "percent", "choice", "flag", "day", "words", "line"
]
Choices = tuple[tuple[str, str], ...]

ANY: Choices = (("", "not said"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One field: its name in the form, the key it writes, and how it is shown.

    `unsaid` is what a flag means when the document does not say it.
    """

    name: str
    path: tuple[str, ...]
    label: str
    kind: FieldKind = "text"
    unit: str = ""
    help: str = ""
    choices: Choices = ()
    first: str = ""
    unsaid: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Fields under one heading; a folded group is opened by a press."""

    name: str
    entries: tuple[Entry, ...]
    folded: bool = False


NEEDS: Choices = (
    *ANY,
    ("classification", "Sort images"),
    ("object_detection", "Find objects"),
    ("instance_segmentation", "Outline objects"),
    ("semantic_segmentation", "Colour every pixel"),
    ("pose", "Follow a pose"),
    ("tracking", "Follow objects through video"),
)
TYPES: Choices = (
    ("bounding_box", "Boxes"),
    ("image_tag", "Tags"),
    ("polygon", "Outlines"),
    ("semantic_mask", "Full-scene masks"),
    ("instance_mask", "Object masks"),
    ("keypoint", "Keypoints"),
    ("polyline", "Lines"),
    ("cuboid", "Cuboids"),
    ("video_box", "Boxes in video"),
)
DIFFICULTIES: Choices = tuple(
    (word, word) for word in ("simple", "standard", "hard", "expert")
)
WORKS: Choices = (
    ("label", "label"),
    ("audit", "check existing labels"),
    ("correct", "correct existing labels"),
)
RULES: Choices = (
    ("percent", "share of each batch"),
    ("two_point", "two points of quality"),
    ("zero_defect", "no defect in the sample"),
)
BASES: Choices = (
    ("unit", "a unit"),
    ("image", "an image, blended"),
    ("hour", "an hour, not to exceed"),
    ("pod_month", "a team and month"),
    ("fixed", "fixed"),
)
TAX_MODES: Choices = (
    ("none", "none"),
    ("exclusive", "added on top"),
    ("inclusive", "in the prices"),
    ("reverse_charge", "reverse charge"),
)
TAX_ROUNDINGS: Choices = (
    ("sum", "once, on all rows"),
    ("line", "row by row"),
)
COUNTED: Choices = (("object", "objects"), ("image", "images"))
ITEMS: Choices = (("image", "images"), ("frame", "frames of a video"))
LANGUAGES: Choices = (("en", "English"), ("vi", "Tiếng Việt"))
