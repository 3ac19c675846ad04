"""A file of labels as a pass over images, whatever its format; recognised by content.

A pass keeps every label with its place, so that it can be held against another one. A
sample needs only counts, and is counted from the same pass.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from scoping.calc.labels.values import Box, Image, Mask, Outline, Points

from .json_file import json_of
from .limits import COMMAND_LINE, Limits
from .values import NO_CLASS, Measured, SampleError

SNIFFED = 4096
SHAPE_NAMES = {Box: "box", Outline: "polygon", Mask: "rle", Points: "keypoints"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What one file holds: its images with their labels, and what was left out."""

    name: str
    format: str
    images: tuple[Image, ...]
    classes: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def labels(self) -> int:
        """Return how many labels there are."""
        return sum(len(image.labels) for image in self.images)


def read_pass(path: Path, *, name: str = "", limits: Limits = COMMAND_LINE) -> Pass:
    """Return the pass in a file: COCO, CVAT or Label Studio, told by what is in it.

    `name` is what sentences call the file, by default its own name.
    Raises SampleError for what cannot be read, and OSError for what cannot be opened.
    """
    # Readers know passes, and a pass is read by a reader: so they are named here late.
    from . import coco_labels, cvat, label_studio

    called = name or path.name
    size = path.stat().st_size
    if size > limits.bytes:
        raise SampleError(
            f"{called} has {size / 1e6:,.0f} MB; at most {limits.bytes / 1e6:,.0f} MB "
            f"are read here. Take a part of it: fewer images, with all their labels."
        )
    if _begins_as_xml(path):
        return cvat.read(path, name=called, limits=limits)
    document = json_of(path, name=called)
    if isinstance(document, Mapping) and "images" in document:
        return coco_labels.read(document, name=called, limits=limits)
    if label_studio.is_export(document):
        return label_studio.read(document, name=called, limits=limits)
    raise SampleError(
        f"{called} is JSON, but neither COCO (an object with images, annotations and "
        f"categories) nor Label Studio (a list of tasks). Export it as one of these, "
        f"or as CVAT XML."
    )


def measured_of(found: Pass) -> Measured:
    """Return the counts of a pass, as a sample is measured by them."""
    classes: Counter[str] = Counter()
    shapes: Counter[str] = Counter()
    vertices: list[int] = []
    counts = []
    for image in found.images:
        objects = [one for one in image.labels if one.family != "tags"]
        counts.append(len(objects))
        classes.update(one.name for one in objects)
        shapes.update(SHAPE_NAMES[type(one.shape)] for one in objects)
        vertices += [
            sum(len(ring) for ring in one.shape.rings)
            for one in objects
            if isinstance(one.shape, Outline)
        ]
    return Measured(
        format=found.format,
        counts=tuple(counts),
        classes=dict(classes.most_common()),
        unused_classes=tuple(
            name for name in found.classes if name not in classes and name != NO_CLASS
        ),
        shapes=dict(shapes.most_common()),
        vertices=tuple(vertices),
        remarks=found.remarks,
    )


def left_out(counts: Mapping[str, int], *, why: str) -> Iterable[str]:
    """Yield a sentence for each kind of label that was left out."""
    for kind, count in sorted(counts.items()):
        yield f"{count:,} {kind} are left out: {why}"


def _begins_as_xml(path: Path) -> bool:
    with path.open("rb") as file:
        begin = file.read(SNIFFED)
    # UTF-16 has a zero beside each letter; an XML declaration names it by itself.
    text = begin.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return text.startswith(b"<")
