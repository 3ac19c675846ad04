"""A stranger's sample measured in a process of its own, which may die of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .apart import Bounds, answer_within_bounds, ask_child
from .limits import Limits
from .pictures import Pictures
from .reading import read_sample
from .values import Measured, SampleError

UPLOADED = Bounds(seconds=60, memory_bytes=1_000_000_000)
COMMAND_LINE = Bounds(seconds=3600, memory_bytes=1_000_000_000)
MODULE = "scoping.samples.measuring"


def measure_apart(
    path: Path, *, name: str, limits: Limits, bounds: Bounds = UPLOADED
) -> Measured | Pictures:
    """Return what a sample holds, read by a child with bounded memory and time.

    Raises SampleError with a sentence, and BusyError while others are being read.
    """
    asked = {
        "path": str(path.absolute()),
        "name": name,
        "limits": asdict(limits),
        "bounds": asdict(bounds),
    }
    answer = ask_child(json.dumps(asked), module=MODULE, bounds=bounds)
    if answer is None:
        raise SampleError(
            f"Reading {name} took more than {bounds.seconds} s or "
            f"{bounds.memory_bytes / 1e6:,.0f} MB of memory, and was stopped. Give a "
            f"part of the images."
        )
    if "unreadable" in answer:
        raise OSError(answer["unreadable"], answer["because"], str(path))
    if "refused" in answer:
        raise SampleError(answer["refused"])
    return sample_of(answer, path=path)


def data_of(found: Measured | Pictures) -> dict[str, Any]:
    """Return a sample as plain data."""
    if isinstance(found, Pictures):
        return {"pictures": found.images, "megapixels": found.megapixels}
    return {
        "format": found.format,
        "counts": list(found.counts),
        "classes": dict(found.classes),
        "unused_classes": list(found.unused_classes),
        "shapes": dict(found.shapes),
        "vertices": list(found.vertices),
        "remarks": list(found.remarks),
    }


def sample_of(data: Mapping[str, Any], *, path: Path | None) -> Measured | Pictures:
    """Return the sample that `data_of` wrote."""
    if "pictures" in data:
        return Pictures(images=data["pictures"], megapixels=data["megapixels"])
    lists = ("counts", "unused_classes", "vertices", "remarks")
    return Measured(
        format=data["format"],
        classes=data["classes"],
        shapes=data["shapes"],
        path=path,
        **{key: tuple(data[key]) for key in lists},
    )


def answer_to(asked: dict[str, Any]) -> dict[str, Any]:
    """Return what the child answers: data, or what is wrong."""
    try:
        found = read_sample(
            Path(asked["path"]), name=asked["name"], limits=Limits(**asked["limits"])
        )
    except SampleError as error:
        return {"refused": str(error)}
    except OSError as error:
        return {"unreadable": error.errno or 0, "because": error.strerror or str(error)}
    return data_of(found)


if __name__ == "__main__":
    answer_within_bounds(answer_to)
