"""YOLO's text files: a line an object, numbers apart by spaces, a file an image.

Boxes have a class and four numbers (a fifth may say how sure a model was); outlines and
turned boxes a class and corners; poses a box and points, as the yaml beside them says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from .checked import class_name
from .tally import Tally
from .values import SampleError

FORMAT = "YOLO"
BOX, SURE_BOX = 5, 6
FEWEST = 7
"""A class and three corners."""
SAFE_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
NOT_LABELS = frozenset(
    {"classes.txt", "train.txt", "val.txt", "valid.txt", "test.txt", "readme.txt"}
)
"""Texts that lie beside labels and are none."""
Names = Mapping[int, str]


def names_of(document: object) -> tuple[dict[int, str], bool]:
    """Return the classes of a data.yaml by number, and whether it is about poses."""
    if not isinstance(document, Mapping):
        return {}, False
    said: Any = document.get("names")
    pairs: Iterable[tuple[Any, Any]] = ()
    if isinstance(said, Mapping):
        pairs = said.items()
    elif isinstance(said, list):
        pairs = enumerate(said)
    names = {key: class_name(value) for key, value in pairs if isinstance(key, int)}
    return names, "kpt_shape" in document


def read_yaml(text: str, *, name: str) -> tuple[dict[int, str], bool]:
    """Return what a data.yaml says. Raises SampleError for what is no YAML."""
    if "&" in text and "*" in text:
        # An alias may stand for more than the whole archive; no tool writes one here.
        raise SampleError(f"{name} uses YAML aliases, which are not read here.")
    try:
        return names_of(yaml.load(text, Loader=SAFE_LOADER))
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise SampleError(f"{name} is no YAML that can be read.") from error


def count_lines(
    text: str, tally: Tally, *, image: str, where: str, names: Names, poses: bool
) -> None:
    """Count the objects of one image. Raises SampleError, naming the line."""
    tally.image(image)
    for number, line in enumerate(text.splitlines(), start=1):
        parts = line.split()
        if not parts:
            continue
        shape, vertices = _shape(parts, f"{where}, line {number}", poses=poses)
        kind = int(float(parts[0]))
        tally.object(
            image, of=names.get(kind, f"class {kind}"), shape=shape, vertices=vertices
        )


def _shape(parts: list[str], where: str, *, poses: bool) -> tuple[str, int | None]:
    try:
        numbers = [float(part) for part in parts]
    except ValueError as error:
        raise SampleError(
            f"{where}: it is no line of YOLO, a class and numbers: “{parts[0]:.20}…”."
        ) from error
    count = len(numbers)
    if not numbers[0].is_integer() or numbers[0] < 0:
        raise SampleError(f"{where}: a line begins with the number of its class.")
    if poses and count > BOX:
        return "keypoints", None
    if count in (BOX, SURE_BOX):
        return "box", None
    if count >= FEWEST and count % 2:
        return "polygon", (count - 1) // 2
    raise SampleError(
        f"{where}: {count} numbers are no box (5) and no outline (7, 9, 11, …). Export "
        f"the labels again."
    )
