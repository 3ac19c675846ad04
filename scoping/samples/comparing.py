"""Two annotation files of the same images, read, matched by name and compared."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scoping.calc.labels.agreement import LEAST, Agreement, agreement
from scoping.calc.labels.counting import TooMuchError
from scoping.calc.labels.values import LabelError

from .limits import COMMAND_LINE, Limits
from .passes import Pass, read_pass
from .same_images import same_images
from .values import ComparisonError, SampleError

SEED = 20260101
NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two files: what it holds, and its images that the other lacks."""

    name: str
    format: str
    images: int
    labels: int
    alone: tuple[str, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """The first file held against the second."""

    first: Side
    second: Side
    agreement: Agreement
    seed: int = SEED


def compare_files(
    first: Path,
    second: Path,
    *,
    least: float = LEAST,
    names: tuple[str, str] = ("", ""),
    limits: Limits = COMMAND_LINE,
    most_work: float = float("inf"),
) -> Compared:
    """Return how alike two files are.

    Raises ComparisonError for a file that cannot be read and for two that cannot be
    compared, OSError for what cannot be opened.
    """
    if not 0 < least <= 1:
        raise ComparisonError(
            "The overlap from which on two labels are one object is above 0 and at "
            "most 1: 0.5 is usual.",
            field="iou",
        )
    ours = _read(first, "first", name=names[0], limits=limits)
    theirs = _read(second, "second", name=names[1], limits=limits)
    same = same_images(ours.images, theirs.images)
    if not same.pairs:
        raise ComparisonError(
            f"{ours.name} and {theirs.name} have no image in common: the first has "
            f"{_few([image.name for image in ours.images])}, the second "
            f"{_few([image.name for image in theirs.images])}. Give two files of the "
            f"same images, under the same names.",
            field="second",
        )
    try:
        found = agreement(
            same.pairs,
            rng=np.random.default_rng(SEED),
            least=least,
            most_work=most_work,
        )
    except (LabelError, TooMuchError) as error:
        raise ComparisonError(str(error), field="second") from error
    return Compared(
        first=_side(ours, same.only_first),
        second=_side(theirs, same.only_second),
        agreement=found,
    )


def _read(path: Path, field: str, *, name: str, limits: Limits) -> Pass:
    try:
        return read_pass(path, name=name, limits=limits)
    except SampleError as error:
        raise ComparisonError(str(error), field=field) from error


def _side(one: Pass, alone: tuple[str, ...]) -> Side:
    return Side(
        name=one.name,
        format=one.format,
        images=len(one.images),
        labels=one.labels,
        alone=alone,
        remarks=one.remarks,
    )


def _few(names: list[str]) -> str:
    """Return the first names of a list, and how many more there are."""
    shown = ", ".join(f"“{name:.60}”" for name in names[:NAMED])
    more = len(names) - NAMED
    return f"{shown} and {more:,} more" if more > 0 else shown
