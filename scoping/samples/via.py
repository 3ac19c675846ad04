"""VIA's project and its annotations in JSON: images with regions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .checked import class_name
from .tally import Tally
from .values import SampleError

FORMAT = "VIA"
SHAPES = {
    "rect": "box",
    "circle": "polygon",
    "ellipse": "polygon",
    "polygon": "polygon",
    "polyline": "polyline",
    "point": "keypoints",
}


def images_of(document: object) -> Mapping[str, Any] | None:
    """Return the images of a VIA document by key, None if it is another one."""
    if not isinstance(document, Mapping):
        return None
    found = document.get("_via_img_metadata", document)
    if not isinstance(found, Mapping) or not found:
        return None
    first = next(iter(found.values()))
    known = isinstance(first, Mapping) and {"filename", "regions"} <= first.keys()
    return found if known else None


def count_images(images: Mapping[str, Any], tally: Tally, *, where: str) -> None:
    """Count the regions of every image. Raises SampleError, naming the image."""
    for key, image in images.items():
        place = f"{where}, {key!s:.60}"
        regions = image.get("regions") if isinstance(image, Mapping) else None
        if isinstance(regions, Mapping):
            # VIA 1 numbers its regions, VIA 2 lists them.
            regions = [*regions.values()]
        if not isinstance(regions, list):
            raise SampleError(f"{place}: there is no list of regions.")
        tally.image(str(key))
        for region in regions:
            _region(region, tally, image=str(key), where=place)


def _region(region: object, tally: Tally, *, image: str, where: str) -> None:
    shape = region.get("shape_attributes") if isinstance(region, Mapping) else None
    if not isinstance(region, Mapping) or not isinstance(shape, Mapping):
        raise SampleError(f"{where}: a region has no shape.")
    corners = shape.get("all_points_x")
    said = region.get("region_attributes")
    tally.object(
        image,
        of=class_name(_word(said.values() if isinstance(said, Mapping) else ())),
        shape=SHAPES.get(str(shape.get("name")), "polygon"),
        vertices=len(corners) if isinstance(corners, list) else None,
    )


def _word(values: Iterable[object]) -> str | None:
    return next((value for value in values if isinstance(value, str) and value), None)
