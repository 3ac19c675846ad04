"""Objects counted image by image, from whichever file they stand in."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from .limits import Limits
from .values import NO_CLASS, Measured

MOST_CLASSES = 100_000


@dataclass(slots=True)
class Tally:
    """What was counted so far; an image is there as soon as it is named."""

    name: str
    limits: Limits
    images: dict[str, int] = field(default_factory=dict)
    classes: Counter[str] = field(default_factory=Counter)
    listed: dict[str, None] = field(default_factory=dict)
    shapes: Counter[str] = field(default_factory=Counter)
    vertices: list[int] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    remarks: list[str] = field(default_factory=list)
    objects: int = 0

    def image(self, name: str) -> None:
        """Name an image, which may hold no object."""
        self.images.setdefault(name, 0)
        self.limits.check(
            self.name, len(self.images), of="images", most=self.limits.images
        )

    def object(
        self, image: str, *, of: str = NO_CLASS, shape: str, vertices: int | None = None
    ) -> None:
        """Count an object in an image; `vertices` where it is an outline."""
        self.image(image)
        self.images[image] += 1
        self.classes[of] += 1
        self.shapes[shape] += 1
        if vertices is not None:
            self.vertices.append(vertices)
        self.objects += 1
        self.limits.check(self.name, self.objects, of="labels", most=self.limits.labels)
        self.limits.check(self.name, len(self.classes), of="classes", most=MOST_CLASSES)

    def add(self, other: Measured, *, where: str) -> None:
        """Take over what another file holds; its images are named by where they are."""
        for place, count in enumerate(other.counts):
            self.images[f"{where}#{place}"] = count
        self.limits.check(
            self.name, len(self.images), of="images", most=self.limits.images
        )
        self.classes.update(other.classes)
        self.listed |= dict.fromkeys(other.unused_classes)
        self.shapes.update(other.shapes)
        self.vertices += other.vertices
        self.objects += other.objects
        self.remarks += [one for one in other.remarks if one not in self.remarks]
        self.limits.check(self.name, self.objects, of="labels", most=self.limits.labels)

    def measured(self, format_: str, *, path: Path | None = None) -> Measured:
        """Return the counts as a sample."""
        remarks = [
            f"{count:,} {kind} are left out: they mark no object."
            for kind, count in sorted(self.left_out.items())
        ]
        return Measured(
            format=format_,
            counts=tuple(self.images.values()),
            classes=dict((+self.classes).most_common()),
            unused_classes=tuple(
                one
                for one in self.listed
                if one not in self.classes and one != NO_CLASS
            ),
            shapes=dict((+self.shapes).most_common()),
            vertices=tuple(self.vertices),
            remarks=(*self.remarks, *remarks),
            path=path,
        )
