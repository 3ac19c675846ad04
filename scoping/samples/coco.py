"""A COCO annotation file into counts per image: what a scope can be measured from.

No pixel is needed: images, annotations and categories are counted. Everything that the
file may get wrong is refused with its place, or left out and said; nothing is guessed.
The reader takes the whole file into memory, which its size limit allows for.
See docs/measure.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from math import isfinite
from pathlib import Path
from typing import Any

from .json_file import json_of
from .values import NO_CLASS, Measured, SampleError

MOST_BYTES = 600_000_000
FEWEST_RING_NUMBERS = 6
"""A ring of a polygon has three points at least."""
NAMED = 3
Ids = Mapping[int | str, str]


def read_coco(path: Path, *, most_bytes: int = MOST_BYTES) -> Measured:
    """Return what a COCO file holds.

    Raises SampleError for what is no COCO file, and OSError for what cannot be read.
    """
    size = path.stat().st_size
    if size > most_bytes:
        raise SampleError(
            f"{path.name} has {size / 1e6:,.0f} MB; at most {most_bytes / 1e6:,.0f} MB "
            f"are read. Take a part of it: fewer images, with all their annotations."
        )
    return measure(json_of(path, name=path.name), name=path.name, path=path)


def measure(document: object, *, name: str, path: Path | None = None) -> Measured:
    """Return what a COCO document holds; `name` is what sentences call it."""
    if not isinstance(document, Mapping):
        raise SampleError(
            f"{name} is no COCO file: a COCO file is an object with images, "
            f"annotations and categories."
        )
    return counted(
        image_ids(document, name),
        categories(document, name),
        listed(document, "annotations", name),
        name=name,
        path=path,
    )


def counted(
    images: Iterable[int | str],
    names: Ids,
    annotations: Iterable[Any],
    *,
    name: str,
    path: Path | None = None,
) -> Measured:
    """Return the annotations counted by image, class and shape, one after the other."""
    counts = dict.fromkeys(images, 0)
    classes: Counter[str] = Counter()
    shapes: Counter[str] = Counter()
    vertices: list[int] = []
    strangers: Counter[int | str] = Counter()
    for place, one in enumerate(annotations):
        image = image_of(one, place, name)
        if image not in counts:
            strangers[image] += 1
            continue
        counts[image] += 1
        classes[class_of(one, names, place, name)] += 1
        shape, points = _shape(one, place, name)
        shapes[shape] += 1
        if points is not None:
            vertices.append(points)
    return Measured(
        format="COCO",
        counts=tuple(counts.values()),
        classes=dict((+classes).most_common()),
        unused_classes=tuple(one for one in names.values() if one not in classes),
        shapes=dict((+shapes).most_common()),
        vertices=tuple(vertices),
        remarks=tuple(_remarks(strangers, classes[NO_CLASS], shapes["keypoints"])),
        path=path,
    )


def listed(document: Mapping[str, Any], key: str, name: str) -> list[Any]:
    """Return a list of a COCO file. Raises SampleError where there is none."""
    found = document.get(key)
    if not isinstance(found, list):
        raise SampleError(
            f"{name} is no COCO file: it has no list “{key}”. A COCO file holds "
            f"images, annotations and categories."
        )
    return found


def is_id(value: object) -> bool:
    """Return whether something names a thing: a number or a text."""
    return isinstance(value, int | str) and not isinstance(value, bool)


def image_ids(document: Mapping[str, Any], name: str) -> list[int | str]:
    """Return the ids of the images, in the file's order, each one once."""
    images = listed(document, "images", name)
    if not images:
        raise SampleError(
            f"{name} lists no images, so nothing is known per image. Export it with "
            f"its images, the empty ones too."
        )
    found: list[int | str] = []
    for place, one in enumerate(images):
        if not isinstance(one, Mapping) or not is_id(one.get("id")):
            raise SampleError(
                f"{name}, images[{place}]: there is no id, a number or a text."
            )
        found.append(one["id"])
    if len(set(found)) != len(found):
        twice, times = Counter(found).most_common(1)[0]
        raise SampleError(
            f"{name}: the image id {twice} stands {times} times, so its objects "
            f"cannot be told apart. Give each image an id of its own."
        )
    return found


def categories(document: Mapping[str, Any], name: str) -> Ids:
    """Return the classes by id; a file without any still has countable objects."""
    if document.get("categories") is None:
        return {}
    found: dict[int | str, str] = {}
    for place, one in enumerate(listed(document, "categories", name)):
        if not isinstance(one, Mapping) or not is_id(one.get("id")):
            raise SampleError(
                f"{name}, categories[{place}]: there is no id, a number or a text."
            )
        found[one["id"]] = str(one.get("name", one["id"]))
    return found


def image_of(annotation: object, place: int, name: str) -> int | str:
    """Return the id of the image that an annotation belongs to."""
    if not isinstance(annotation, Mapping) or not is_id(annotation.get("image_id")):
        raise SampleError(
            f"{name}, annotations[{place}]: there is no image_id, a number or a text."
        )
    image: int | str = annotation["image_id"]
    return image


def class_of(one: Mapping[str, Any], names: Ids, place: int, name: str) -> str:
    """Return the class of an annotation, NO_CLASS where the file lists none."""
    category = one.get("category_id")
    if category is None:
        return NO_CLASS
    if not is_id(category):
        raise SampleError(
            f"{name}, annotations[{place}]: its category_id is no number and no text."
        )
    return names.get(category, NO_CLASS)


def _shape(one: Mapping[str, Any], place: int, name: str) -> tuple[str, int | None]:
    """Return the shape of an annotation and, of a polygon, its vertices.

    What has an outline is one, whatever box stands beside it; an empty outline is none.
    """
    segmentation = one.get("segmentation")
    if one.get("keypoints"):
        return "keypoints", None
    if isinstance(segmentation, Mapping):
        return "rle", None
    if segmentation is None or segmentation == []:
        return "box", None
    if not isinstance(segmentation, list):
        raise SampleError(
            f"{name}, annotations[{place}]: its segmentation is neither a list of "
            f"rings nor an encoded mask."
        )
    rings = segmentation if isinstance(segmentation[0], list) else [segmentation]
    return "polygon", sum(_points(ring, place, name) for ring in rings)


def _points(ring: object, place: int, name: str) -> int:
    if (
        not isinstance(ring, list)
        or len(ring) < FEWEST_RING_NUMBERS
        or len(ring) % 2
        or not all(_is_finite(value) for value in ring)
    ):
        raise SampleError(
            f"{name}, annotations[{place}]: a ring of its segmentation is no list of "
            f"x, y pairs, three at least."
        )
    return len(ring) // 2


def _is_finite(value: object) -> bool:
    # A whole number may be too large for a float, and is finite all the same.
    return (isinstance(value, int) and not isinstance(value, bool)) or (
        isinstance(value, float) and isfinite(value)
    )


def _remarks(
    strangers: Counter[int | str], classless: int, with_points: int
) -> Iterable[str]:
    if strangers:
        named = ", ".join(str(image)[:40] for image, _ in strangers.most_common(NAMED))
        more = f" and {len(strangers) - NAMED:,} more" if len(strangers) > NAMED else ""
        yield (
            f"{strangers.total():,} annotations belong to images that the file does "
            f"not list ({named}{more}). They are left out."
        )
    if classless:
        yield (
            f"{classless:,} annotations name no class that the file lists. They count "
            f"as objects."
        )
    if with_points:
        hold = "annotation holds" if with_points == 1 else "annotations hold"
        yield (
            f"{with_points:,} {hold} keypoints. They are counted as objects; points "
            f"are billed one by one, and are a line of their own in a quote."
        )
