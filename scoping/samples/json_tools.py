"""JSON of Datumaro, LabelMe and Supervisely: which it is, and its objects counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import via
from .checked import class_name
from .tally import Tally
from .values import NO_CLASS, SampleError

DATUMARO, LABELME, SUPERVISELY = "Datumaro", "LabelMe", "Supervisely"
DATUMARO_SHAPES = {
    "bbox": "box",
    "polygon": "polygon",
    "mask": "rle",
    "points": "keypoints",
    "skeleton": "keypoints",
    "polyline": "polyline",
    "ellipse": "polygon",
    "rotated_bbox": "polygon",
    "cuboid_2d": "cuboid",
    "cuboid_3d": "cuboid",
}
LABELME_SHAPES = {
    "polygon": "polygon",
    "rectangle": "box",
    "circle": "polygon",
    "line": "polyline",
    "linestrip": "polyline",
    "point": "keypoints",
    "points": "keypoints",
    "mask": "rle",
}
SUPERVISELY_SHAPES = {
    "rectangle": "box",
    "polygon": "polygon",
    "bitmap": "rle",
    "alpha_mask": "rle",
    "line": "polyline",
    "point": "keypoints",
    "graph": "keypoints",
    "cuboid": "cuboid",
    "cuboid_2d": "cuboid",
    "cuboid_3d": "cuboid",
}
CORNER = 2
"""Numbers of a corner."""


def format_of(document: object) -> str:
    """Return the tool that wrote a document, "" where it is none of these."""
    if not isinstance(document, Mapping):
        return ""
    keys = document.keys()
    if {"items", "categories"} <= keys:
        return DATUMARO
    if "shapes" in keys and keys & {"imagePath", "imageData", "version"}:
        return LABELME
    if {"objects", "size"} <= keys:
        return SUPERVISELY
    return via.FORMAT if via.images_of(document) is not None else ""


def count_document(
    document: Mapping[str, Any], tally: Tally, *, format_: str, where: str
) -> None:
    """Count the objects of a document of a known format. Raises SampleError."""
    if format_ == DATUMARO:
        _datumaro(document, tally, where=where)
    elif format_ == via.FORMAT:
        via.count_images(via.images_of(document) or {}, tally, where=where)
    elif format_ == LABELME:
        _labelme(document, tally, where=where)
    else:
        _supervisely(document, tally, where=where)


def classes_of_meta(document: object) -> list[str]:
    """Return the classes that a Supervisely meta.json lists."""
    said = document.get("classes") if isinstance(document, Mapping) else None
    if not isinstance(said, list):
        return []
    return [
        class_name(one.get("title"))
        for one in said
        if isinstance(one, Mapping) and one.get("title")
    ]


def _listed(
    document: Mapping[str, Any], key: str, where: str
) -> list[Mapping[str, Any]]:
    found = document.get(key)
    if not isinstance(found, list) or not all(
        isinstance(one, Mapping) for one in found
    ):
        raise SampleError(f"{where}: “{key}” is no list of objects.")
    return found


def _datumaro(document: Mapping[str, Any], tally: Tally, *, where: str) -> None:
    said = document["categories"]
    labels = said.get("label") if isinstance(said, Mapping) else None
    listed = _listed(labels, "labels", where) if isinstance(labels, Mapping) else []
    names = [class_name(one.get("name")) for one in listed]
    tally.listed |= dict.fromkeys(names)
    for place, item in enumerate(_listed(document, "items", where)):
        image = f"{where}#{item.get('id', place)!s:.200}"
        tally.image(image)
        for one in _listed(item, "annotations", f"{where}, items[{place}]"):
            kind = str(one.get("type"))
            shape = DATUMARO_SHAPES.get(kind)
            if shape is None:
                tally.left_out[f"annotations of type “{kind:.40}”"] += 1
                continue
            tally.object(
                image,
                of=_named(names, one.get("label_id")),
                shape=shape,
                vertices=_corners(one.get("points")) if shape == "polygon" else None,
            )


def _named(names: list[str], label: object) -> str:
    known = isinstance(label, int) and 0 <= label < len(names)
    return names[label] if known and isinstance(label, int) else NO_CLASS


def _corners(points: object) -> int | None:
    return len(points) // CORNER if isinstance(points, list) else None


def _labelme(document: Mapping[str, Any], tally: Tally, *, where: str) -> None:
    image = f"{where}#{document.get('imagePath', '')!s:.200}"
    tally.image(image)
    for one in _listed(document, "shapes", where):
        kind = str(one.get("shape_type") or "polygon")
        shape = LABELME_SHAPES.get(kind, "polygon")
        points = one.get("points")
        counted = shape == "polygon" and kind == "polygon" and isinstance(points, list)
        tally.object(
            image,
            of=class_name(one.get("label")),
            shape=shape,
            vertices=len(points) if counted and isinstance(points, list) else None,
        )


def _supervisely(document: Mapping[str, Any], tally: Tally, *, where: str) -> None:
    tally.image(where)
    for one in _listed(document, "objects", where):
        shape = SUPERVISELY_SHAPES.get(str(one.get("geometryType")), "polygon")
        said = one.get("points")
        ring = said.get("exterior") if isinstance(said, Mapping) else None
        counted = shape == "polygon" and isinstance(ring, list)
        tally.object(
            where,
            of=class_name(one.get("classTitle")),
            shape=shape,
            vertices=len(ring) if counted and isinstance(ring, list) else None,
        )
