"""Which annotation methods satisfy a need, and what a lighter one gives up.

A table of facts about what models learn from, no formula: a method satisfies a need
when what it records holds all that such a model is trained on. A lighter method stands
beside a heavier one only where one unit of it replaces one unit of the other, because
otherwise nobody knows how many there would be. See docs/model.md#methods.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from .bill import in_total
from .spec.values import AnnotationType, Line, Need, Spec


@dataclass(frozen=True, slots=True, kw_only=True)
class Enough:
    """The methods that satisfy a need, the lightest of them, and why those do."""

    types: frozenset[AnnotationType]
    lightest: frozenset[AnnotationType]
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lighter:
    """A method that could replace a line's own, and what is given up with it."""

    type: AnnotationType
    gives_up: str


WITH_A_PLACE: frozenset[AnnotationType] = frozenset(
    {"bounding_box", "video_box", "polygon", "instance_mask", "cuboid"}
)
"""Methods that record one by one where objects are."""

ENOUGH: Mapping[Need, Enough] = MappingProxyType(
    {
        "classification": Enough(
            types=WITH_A_PLACE | {"image_tag", "semantic_mask"},
            lightest=frozenset({"image_tag"}),
            because="A classifier learns which kinds an image holds, and not where.",
        ),
        "object_detection": Enough(
            types=WITH_A_PLACE,
            lightest=frozenset({"bounding_box", "video_box"}),
            because="A detector learns a box around each object.",
        ),
        "instance_segmentation": Enough(
            types=frozenset({"polygon", "instance_mask"}),
            lightest=frozenset({"polygon", "instance_mask"}),
            because="It learns the pixels of each object, apart from its neighbours.",
        ),
        "semantic_segmentation": Enough(
            types=frozenset({"semantic_mask"}),
            lightest=frozenset({"semantic_mask"}),
            because="It learns a kind for every pixel, background included.",
        ),
        "pose": Enough(
            types=frozenset({"keypoint"}),
            lightest=frozenset({"keypoint"}),
            because="It learns where named points of a body lie.",
        ),
        "tracking": Enough(
            types=WITH_A_PLACE,
            lightest=frozenset({"bounding_box", "video_box"}),
            because="It learns where each object is from frame to frame.",
        ),
    }
)

NO_PLACE = "Where in the image each object is: a tag only says that it is there."
NO_OUTLINE = "The outline of each object: a box also holds what lies around it."
NO_DEPTH = "Depth and direction of each object."
GIVEN_UP: Mapping[tuple[AnnotationType, AnnotationType], str] = MappingProxyType(
    {
        **{(heavier, "image_tag"): NO_PLACE for heavier in sorted(WITH_A_PLACE)},
        ("polygon", "bounding_box"): NO_OUTLINE,
        ("instance_mask", "bounding_box"): NO_OUTLINE,
        ("cuboid", "bounding_box"): NO_DEPTH,
        ("polygon", "video_box"): NO_OUTLINE,
        ("instance_mask", "video_box"): NO_OUTLINE,
        ("cuboid", "video_box"): NO_DEPTH,
        ("instance_mask", "polygon"): (
            "Exact edges and holes: an outline is made of straight pieces."
        ),
        ("polygon", "instance_mask"): "Corner points that can be moved one by one.",
        ("video_box", "bounding_box"): (
            "Boxes that follow an object: those of one object must be linked later."
        ),
        ("bounding_box", "video_box"): (
            "A fresh box in every frame: between key frames it follows the object."
        ),
    }
)
"""What each replacement gives up, by (method, lighter method)."""


def satisfies(spec: Spec) -> bool:
    """Return whether what the total buys is enough for the need; True without one."""
    if spec.need is None:
        return True
    return any(in_total(line) and enough(spec, line.type) for line in spec.lines)


def enough(spec: Spec, type_: AnnotationType) -> bool:
    """Return whether a method satisfies the spec's need; False where none is stated.

    Nothing can be tracked through images that are no frames, whatever is drawn on them.
    """
    if spec.need is None:
        return False
    if spec.need == "tracking" and spec.item_kind != "frame":
        return False
    return type_ in ENOUGH[spec.need].types


def lighter_methods(spec: Spec, line: Line) -> Iterator[Lighter]:
    """Yield the lightest methods of the need that could replace a line's own.

    Whether one is lighter in money is for a price or an estimate to say.
    """
    if spec.need is None or line.work != "label" or not enough(spec, line.type):
        return
    for (heavier, type_), gives_up in GIVEN_UP.items():
        if heavier != line.type or type_ not in ENOUGH[spec.need].lightest:
            continue
        if type_ == "video_box" and spec.item_kind != "frame":
            continue
        yield Lighter(type=type_, gives_up=gives_up)
