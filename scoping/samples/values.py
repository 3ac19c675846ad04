"""What a sample file holds, whatever its format: counts, classes, shapes, vertices.

Nothing here knows a format, and nothing is an estimate yet: these are counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

TYPE_OF_SHAPE = {
    "polygon": "polygon",
    "rle": "instance_mask",
    "box": "bounding_box",
    "keypoints": "bounding_box",
    "polyline": "polyline",
    "cuboid": "cuboid",
}
"""The annotation type, counted in objects, that a scope needs to get more of a shape.

Keypoints are billed by the point and these are counts of objects: so boxes."""
NO_CLASS = "without a class"
"""Where objects are counted that name no class."""


class SampleError(ValueError):
    """Raised for a file that cannot be measured; the text says why and what to do."""


class ComparisonError(ValueError):
    """Raised where two files cannot be compared; `field` is what it is about."""

    def __init__(self, text: str, *, field: str = "") -> None:
        super().__init__(text)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a sample holds.

    `counts` has one number per image, in the file's order; images without an object
    count as 0, because people open them all the same. `classes` are the classes that
    are used, with their objects; `unused_classes` are listed by the file alone.
    `vertices` has one number per polygon. `remarks` are sentences about what was left
    out. `path` is None where the sample came from no file.
    """

    format: str
    counts: tuple[int, ...]
    classes: Mapping[str, int]
    unused_classes: tuple[str, ...] = ()
    shapes: Mapping[str, int]
    vertices: tuple[int, ...] = ()
    remarks: tuple[str, ...] = ()
    path: Path | None = None

    @property
    def images(self) -> int:
        """Return how many images there are."""
        return len(self.counts)

    @property
    def objects(self) -> int:
        """Return how many objects there are."""
        return sum(self.counts)

    @property
    def class_count(self) -> int:
        """Return how many classes the file lists, used or not."""
        return len(self.classes.keys() - {NO_CLASS}) + len(self.unused_classes)

    @property
    def median_vertices(self) -> float | None:
        """Return the median vertices of a polygon, None where there is none."""
        return float(median(self.vertices)) if self.vertices else None

    @property
    def annotation_type(self) -> str:
        """Return the annotation type that most objects have; boxes where none has."""
        order = tuple(TYPE_OF_SHAPE)
        most = max(
            self.shapes,
            key=lambda shape: (self.shapes[shape], -order.index(shape)),
            default="box",
        )
        return TYPE_OF_SHAPE[most]
