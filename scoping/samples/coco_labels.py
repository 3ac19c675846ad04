"""A COCO file as a pass: boxes, outlines, masks and keypoints with their place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from scoping.calc.labels.values import Box, Image, Label, Outline, Points, Shape

from . import checked
from .coco import categories, class_of, image_ids, image_of, listed
from .limits import Limits
from .passes import Pass
from .rle import coco_mask
from .values import SampleError

FORMAT = "COCO"
NUMBERS_OF_A_BOX = 4
NUMBERS_OF_A_POINT = 3


def read(document: Mapping[str, Any], *, name: str, limits: Limits) -> Pass:
    """Return the pass in a COCO document. Raises SampleError for what is none."""
    ids = image_ids(document, name)
    limits.check(name, len(ids), of="images", most=limits.images)
    names = categories(document, name)
    points = _point_names(document)
    annotations = listed(document, "annotations", name)
    limits.check(name, len(annotations), of="labels", most=limits.labels)
    found: dict[int | str, list[Label]] = {image: [] for image in ids}
    strangers = crowds = 0
    for place, one in enumerate(annotations):
        image = image_of(one, place, name)
        if image not in found:
            strangers += 1
            continue
        where = f"{name}, annotations[{place}]"
        crowds += bool(one.get("iscrowd"))
        shape = _shape(one, points, where, limits=limits)
        found[image].append(checked.labelled(class_of(one, names, place, name), shape))
        limits.check(
            f"{where}: its image",
            len(found[image]),
            of="labels",
            most=limits.labels_per_image,
        )
    listed_images = listed(document, "images", name)
    return Pass(
        name=name,
        format=FORMAT,
        images=tuple(_image(image, found[image["id"]]) for image in listed_images),
        classes=tuple(dict.fromkeys(checked.class_name(one) for one in names.values())),
        remarks=tuple(_remarks(strangers, crowds)),
    )


def _image(image: Mapping[str, Any], labels: list[Label]) -> Image:
    said = image.get("file_name")
    return Image(
        name=str(said if said else image["id"])[:1000],
        labels=tuple(labels),
        width=checked.size(image.get("width")),
        height=checked.size(image.get("height")),
    )


def _point_names(document: Mapping[str, Any]) -> dict[int | str, list[str]]:
    found: dict[int | str, list[str]] = {}
    for one in document.get("categories") or []:
        said = one.get("keypoints")
        if isinstance(said, list):
            found[one["id"]] = [checked.class_name(name) for name in said]
    return found


def _shape(
    one: Mapping[str, Any],
    names: Mapping[int | str, list[str]],
    where: str,
    *,
    limits: Limits,
) -> Shape:
    """Return the shape of an annotation: its points, else its outline, else its box."""
    segmentation = one.get("segmentation")
    if one.get("keypoints"):
        category: Any = one.get("category_id")
        return _points(one, names.get(category, []), where)
    if isinstance(segmentation, Mapping):
        return coco_mask(segmentation, where, limits=limits)
    if segmentation:
        if not isinstance(segmentation, list):
            raise SampleError(
                f"{where}: its segmentation is neither a list of rings nor an encoded "
                f"mask."
            )
        rings = segmentation if isinstance(segmentation[0], list) else [segmentation]
        return Outline(tuple(_ring(one, where, limits=limits) for one in rings))
    return _box(one.get("bbox"), where)


def _box(said: object, where: str) -> Box:
    if not isinstance(said, list) or len(said) != NUMBERS_OF_A_BOX:
        raise SampleError(
            f"{where}: it has no outline, and its bbox is no list of x, y, width and "
            f"height."
        )
    x, y, width, height = (
        checked.number(value, where, "a number of its bbox") for value in said
    )
    if width < 0 or height < 0:
        raise SampleError(f"{where}: its bbox has a width or height below 0.")
    return Box(left=x, top=y, right=x + width, bottom=y + height)


def _ring(said: object, where: str, *, limits: Limits) -> Any:
    if not isinstance(said, list) or len(said) % 2:
        raise SampleError(
            f"{where}: a ring of its segmentation is no list of x, y pairs, three at "
            f"least."
        )
    limits.check(
        where,
        len(said) // 2,
        of="corners in one outline",
        most=limits.corners_per_label,
    )
    values = [checked.number(value, where, "a corner of its outline") for value in said]
    return checked.ring(np.array(values).reshape(-1, 2), where, limits=limits)


def _points(one: Mapping[str, Any], names: list[str], where: str) -> Points:
    said = one["keypoints"]
    if not isinstance(said, list) or len(said) % NUMBERS_OF_A_POINT:
        raise SampleError(f"{where}: its keypoints are no list of x, y, visibility.")
    at = {}
    for place in range(len(said) // NUMBERS_OF_A_POINT):
        x, y, seen = (
            checked.number(value, where, "a number of its keypoints")
            for value in said[place * NUMBERS_OF_A_POINT :][:NUMBERS_OF_A_POINT]
        )
        # 0: not labelled. 1: labelled but hidden, which is a decision all the same.
        if seen > 0:
            at[names[place] if place < len(names) else str(place + 1)] = (x, y)
    return Points(at=at, area=_area(one, where))


def _area(one: Mapping[str, Any], where: str) -> float | None:
    said = one.get("area")
    if isinstance(said, int | float) and not isinstance(said, bool) and said > 0:
        return float(said)
    if one.get("bbox") is None:
        return None
    box = _box(one["bbox"], where)
    return (box.right - box.left) * (box.bottom - box.top) or None


def _remarks(strangers: int, crowds: int) -> Iterator[str]:
    if strangers:
        yield (
            f"{strangers:,} annotations belong to images that the file does not list. "
            f"They are left out."
        )
    if crowds:
        yield (
            f"{crowds:,} regions are marked as crowds. Each is compared as one object."
        )
