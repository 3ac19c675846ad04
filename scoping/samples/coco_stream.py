"""A COCO file of any size, counted as it streams by: images, classes, annotations.

The file is read three times, once for each of its lists, because they may stand in any
order. What stays in memory is a number an image and one an outline. What is counted and
what is complained about is `coco.py`'s.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ijson

from .coco import categories, counted, image_ids
from .limits import Limits
from .values import Measured, SampleError

BUFFER = 1 << 20


def measure_stream(path: Path, *, name: str, limits: Limits) -> Measured:
    """Return what a COCO file holds. Raises SampleError for what is none."""
    images = image_ids(
        {"images": [*_ids(path, "images", name, limits=limits, most=limits.images)]},
        name,
    )
    names = categories(
        {
            "categories": [
                *_items(path, "categories", name, limits=limits, most=limits.images)
            ]
        },
        name,
    )
    if not holds_list(path, "annotations"):
        raise SampleError(
            f"{name} is no COCO file: it has no list “annotations”. A COCO file holds "
            f"images, annotations and categories."
        )
    return counted(
        images,
        names,
        _items(path, "annotations", name, limits=limits, most=limits.labels),
        name=name,
        path=path,
    )


def _ids(
    path: Path, key: str, name: str, *, limits: Limits, most: int
) -> Iterator[Any]:
    """Yield the objects of a list with their id alone: a name an image adds up."""
    for one in _items(path, key, name, limits=limits, most=most):
        yield {"id": one.get("id")} if isinstance(one, dict) else one


def _items(
    path: Path, key: str, name: str, *, limits: Limits, most: int
) -> Iterator[Any]:
    try:
        with path.open("rb") as file:
            found = ijson.items(file, f"{key}.item", use_float=True, buf_size=BUFFER)
            for place, one in enumerate(found, start=1):
                limits.check(name, place, of=key, most=most)
                yield one
    except SampleError:
        raise
    except ijson.IncompleteJSONError as error:
        raise SampleError(
            f"{name} is no complete JSON: it may be cut short. Export it again."
        ) from error
    except ijson.JSONError as error:
        raise SampleError(
            f"{name} is no JSON that can be read: {error!s:.80}"
        ) from error
    except (ValueError, OverflowError) as error:
        raise SampleError(
            f"{name} holds a number that is too long to read. Export it again."
        ) from error


def holds_list(path: Path, key: str) -> bool:
    """Return whether a file names a list at all, which may be empty."""
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text,
    ):
        return text.find(f'"{key}"'.encode()) >= 0
