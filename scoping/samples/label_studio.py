"""Label Studio's JSON as a pass: regions in per cent of the image, some of them turned.

A task may hold several annotations: cancelled ones are left out, and of the rest the
last one counts, a ground truth only where there is nothing else. A task that nobody has
annotated is no part of the pass; one that was sent in empty is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from scoping.calc.labels.values import (
    Box,
    Floats,
    Image,
    Label,
    Outline,
    Points,
    Shape,
    Tag,
)

from . import checked
from .limits import Limits
from .passes import Pass, left_out
from .values import SampleError

FORMAT = "Label Studio"
IMAGE_ENDINGS = (".jpg", ".jpeg", ".png", ".bmp", ".gif", ".tif", ".tiff", ".webp")
KINDS = ("rectangle", "polygon", "ellipse", "keypoint")
NOT_READ = {"brush": "brush masks", "text": "marks in texts", "other": "other results"}
Result = Mapping[str, Any]
Named = tuple[Result, object]


@dataclass(slots=True)
class _Read:
    """What was read so far."""

    name: str
    limits: Limits
    skipped: Counter[str] = field(default_factory=Counter)
    labels: int = 0
    unlabelled: int = 0
    several: int = 0


def is_export(document: object) -> bool:
    """Return whether a JSON document is an export of Label Studio."""
    tasks = document if isinstance(document, list) else [document]
    return bool(tasks) and all(
        isinstance(one, Mapping) and isinstance(one.get("annotations"), list)
        for one in tasks
    )


def read(document: Any, *, name: str, limits: Limits) -> Pass:
    """Return the pass in an export. Raises SampleError for what holds no images."""
    tasks = document if isinstance(document, list) else [document]
    limits.check(name, len(tasks), of="images", most=limits.images)
    found = _Read(name=name, limits=limits)
    images = [
        image
        for place, task in enumerate(tasks)
        if (image := _image(task, place, found)) is not None
    ]
    if not images:
        raise SampleError(
            f"{name} has no task with an annotation that was sent in and not "
            f"cancelled, so there is nothing to read."
        )
    if found.skipped["text"] and not found.labels:
        raise SampleError(
            f"{name} holds marks in texts, not labels of images. Give an export of an "
            f"image project."
        )
    classes = dict.fromkeys(one.name for image in images for one in image.labels)
    return Pass(
        name=name,
        format=FORMAT,
        images=tuple(images),
        classes=tuple(classes),
        remarks=tuple(_remarks(found)),
    )


def _image(task: Mapping[str, Any], place: int, found: _Read) -> Image | None:
    where = f"{found.name}, task {place + 1}"
    annotation = _annotation(task, where, found)
    if annotation is None:
        found.unlabelled += 1
        return None
    results = annotation.get("result")
    if not isinstance(results, list) or not all(
        isinstance(one, Mapping) for one in results
    ):
        raise SampleError(
            f"{where}: the result of an annotation is no list of objects."
        )
    found.limits.check(
        where, len(results), of="results", most=found.limits.labels_per_image
    )
    labels = list(_labels(results, where, found))
    found.labels += len(labels)
    found.limits.check(found.name, found.labels, of="labels", most=found.limits.labels)
    sizes = [one for one in results if checked.size(one.get("original_width"))]
    return Image(
        name=_name(task, where),
        labels=tuple(labels),
        width=checked.size(sizes[0].get("original_width")) if sizes else None,
        height=checked.size(sizes[0].get("original_height")) if sizes else None,
    )


def _annotation(task: Mapping[str, Any], where: str, found: _Read) -> Result | None:
    """Return the annotation of a task that counts: the last one that was sent in."""
    if not all(isinstance(one, Mapping) for one in task["annotations"]):
        raise SampleError(f"{where}: an annotation is no object.")
    sent = [one for one in task["annotations"] if not one.get("was_cancelled")]
    work = [one for one in sent if not one.get("ground_truth")] or sent
    found.several += len(work) > 1
    if not work:
        return None
    last = max(
        range(len(work)),
        key=lambda at: (
            str(work[at].get("updated_at") or work[at].get("created_at") or ""),
            at,
        ),
    )
    chosen: Result = work[last]
    return chosen


def _name(task: Mapping[str, Any], where: str) -> str:
    data = task.get("data")
    words = (
        [value for value in data.values() if isinstance(value, str)]
        if isinstance(data, Mapping)
        else []
    )
    named = data.get("image") if isinstance(data, Mapping) else None
    pictures = [one for one in words if one.lower().endswith(IMAGE_ENDINGS)]
    choices = [named, *pictures, task.get("file_upload"), *words, task.get("id")]
    name = next((str(one) for one in choices if one not in (None, "")), "")
    if not name:
        raise SampleError(f"{where}: nothing says which image it is about.")
    return name[:1000]


def _labels(results: list[Any], where: str, found: _Read) -> Iterator[Label]:
    """Yield the labels of an annotation; parts of one region share an id."""
    regions = _regions(results)
    children = _children(regions)
    for region, parts in regions.items():
        kind, part = _kind(parts)
        if kind == "tag":
            yield from _tags(part)
        elif kind not in KINDS:
            found.skipped[kind] += 1
        elif region in children:
            yield _pose(children[region], part, _class(parts), where)
        elif kind != "keypoint" or str(part.get("parentID")) not in regions:
            shape = _shape(kind, part, where, found)
            yield checked.labelled(_class(parts), shape)


def _regions(results: list[Any]) -> dict[str, list[Result]]:
    found: dict[str, list[Result]] = defaultdict(list)
    for place, one in enumerate(results):
        if one.get("type") != "relation":
            found[str(one.get("id", f"number {place}"))].append(one)
    return found


def _children(regions: Mapping[str, list[Result]]) -> dict[str, list[Named]]:
    """Return the points that belong to a region, with their names."""
    found: dict[str, list[Named]] = defaultdict(list)
    for parts in regions.values():
        kind, part = _kind(parts)
        parent = str(part.get("parentID"))
        if kind == "keypoint" and parent in regions:
            found[parent].append((part, _class(parts)))
    return found


def _kind(parts: list[Result]) -> tuple[str, Result]:
    """Return what a region is, and the result that says where."""
    for one in parts:
        said = str(one.get("type", "")).removesuffix("labels")
        if said in KINDS or said == "brush":
            return said, one
    for one in parts:
        value = one.get("value")
        if isinstance(value, Mapping) and "start" in value:
            return "text", one
        if isinstance(value, Mapping) and isinstance(value.get("choices"), list):
            return "tag", one
    return "other", parts[0]


def _class(parts: list[Result]) -> object:
    """Return the first class that any part of a region names."""
    for one in parts:
        value = one.get("value")
        if not isinstance(value, Mapping):
            continue
        for key, names in value.items():
            if str(key).endswith("labels") and isinstance(names, list) and names:
                return names[0]
    return None


def _tags(part: Result) -> Iterator[Label]:
    for choice in part["value"]["choices"]:
        yield checked.labelled(choice, Tag())


def _shape(kind: str, part: Result, where: str, found: _Read) -> Shape:
    value, width, height = _placed(part, where)
    readers = {
        "rectangle": _rectangle,
        "ellipse": _ellipse,
        "keypoint": _keypoint,
    }
    if kind == "polygon":
        return _polygon(value, (width, height), where, found)
    return readers[kind](value, (width, height), where)


def _placed(part: Result, where: str) -> tuple[Mapping[str, Any], int, int]:
    """Return the value of a result with the size of its image."""
    value = part.get("value")
    width = checked.size(part.get("original_width"))
    height = checked.size(part.get("original_height"))
    if not isinstance(value, Mapping) or width is None or height is None:
        raise SampleError(
            f"{where}: a region has no value, or no original_width and "
            f"original_height, without which its per cents are no place."
        )
    return value, width, height


Size = tuple[int, int]


def _figures(
    value: Mapping[str, Any], keys: tuple[str, ...], where: str
) -> tuple[float, ...]:
    return tuple(
        checked.number(value.get(key), where, f"“{key}” of a region") for key in keys
    )


def _rectangle(value: Mapping[str, Any], size: Size, where: str) -> Shape:
    x, y, wide, high = _figures(value, ("x", "y", "width", "height"), where)
    left, top = x * size[0] / 100, y * size[1] / 100
    width, height = wide * size[0] / 100, high * size[1] / 100
    if width < 0 or height < 0:
        raise SampleError(f"{where}: a rectangle has a width or height below 0.")
    degrees = _degrees(value, where)
    if degrees % 360 == 0:
        return Box(left=left, top=top, right=left + width, bottom=top + height)
    corners: Floats = np.array(
        [
            [left, top],
            [left + width, top],
            [left + width, top + height],
            [left, top + height],
        ]
    )
    # Label Studio turns about the first corner, not about the middle.
    return Outline((checked.turned(corners, degrees=degrees, about=(left, top)),))


def _ellipse(value: Mapping[str, Any], size: Size, where: str) -> Shape:
    x, y, wide, high = _figures(value, ("x", "y", "radiusX", "radiusY"), where)
    return checked.ellipse(
        (x * size[0] / 100, y * size[1] / 100),
        (wide * size[0] / 100, high * size[1] / 100),
        degrees=_degrees(value, where),
    )


def _keypoint(value: Mapping[str, Any], size: Size, where: str) -> Points:
    x, y = _figures(value, ("x", "y"), where)
    return Points(at={"1": (x * size[0] / 100, y * size[1] / 100)})


def _degrees(value: Mapping[str, Any], where: str) -> float:
    return checked.number(value.get("rotation") or 0, where, "a rotation")


def _polygon(value: Mapping[str, Any], size: Size, where: str, found: _Read) -> Outline:
    points = value.get("points")
    if not isinstance(points, list) or not all(
        isinstance(one, list) and len(one) == len("xy") for one in points
    ):
        raise SampleError(f"{where}: the points of a polygon are no list of x, y.")
    corners = np.array(
        [[checked.number(one, where, "a corner") for one in pair] for pair in points]
    ).reshape(-1, 2)
    scaled: Floats = corners * np.array(size) / 100
    return Outline((checked.ring(scaled, where, limits=found.limits),))


def _pose(
    points: list[Named],
    box: Result,
    name: object,
    where: str,
) -> Label:
    """Return the points that belong to a rectangle, as keypoints of one object."""
    at = {}
    for part, point in points:
        value, width, height = _placed(part, where)
        at[checked.class_name(point)] = _keypoint(value, (width, height), where).at["1"]
    value, width, height = _placed(box, where)
    area = None
    if "width" in value and "height" in value:
        wide, high = _figures(value, ("width", "height"), where)
        area = wide * width / 100 * high * height / 100
    return checked.labelled(name, Points(at=at, area=area))


def _remarks(found: _Read) -> Iterator[str]:
    if found.unlabelled:
        yield (
            f"{found.unlabelled:,} tasks have no annotation that was sent in. They are "
            f"no part of this pass."
        )
    if found.several:
        yield (
            f"{found.several:,} {'task has' if found.several == 1 else 'tasks have'} "
            f"more than one annotation. The last one of each counts."
        )
    yield from left_out(
        {NOT_READ[kind]: times for kind, times in found.skipped.items() if times},
        why="they are not compared.",
    )
