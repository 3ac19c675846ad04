"""Which labels of rare classes a sample check reads, beside the line's own sample.

A promise on some classes asks for a sample of them: the line's own meets them by chance
and shows next to nothing. It can be drawn where somebody counted how many labels of
each class the batch holds; else the reason is said, and the promise stays unshown.
Labels of a class have numbers from 1, in the order in which the tool lists them; the
seed of the line's sample orders them as it orders images. See docs/model.md#gates.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from typing import Any

from scoping.calc.sla import Clause

from .drawing import MOST_ITEMS
from .error import GateError
from .plan import GatePlan
from .sample import ClassFound


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassDraw:
    """The sample of the classes of one promise: how many of how many, how many wrong.

    `units`: labels of each class in the batch, by name; empty where nobody counted
    them. `size` 0: none is drawn, and `why` says why not.
    """

    promise: str
    group: str
    classes: tuple[str, ...]
    units: Mapping[str, int]
    size: int
    max_wrong: int
    why: str = ""

    @property
    def lot(self) -> int:
        """Return how many labels of its classes the batch holds, as far as counted."""
        return sum(self.units.values())

    def to_data(self) -> dict[str, Any]:
        """Return the draw as it is kept."""
        return {
            "promise": self.promise,
            "group": self.group,
            "classes": list(self.classes),
            "units": dict(self.units),
            "size": self.size,
            "max_wrong": self.max_wrong,
            "why": self.why,
        }


def class_draw_from_data(data: Mapping[str, Any]) -> ClassDraw:
    """Return the draw that was kept."""
    return ClassDraw(**{**data, "classes": tuple(data["classes"])})


def class_draws(
    clauses: Sequence[Clause], counted: Mapping[str, int], *, plan: GatePlan
) -> tuple[ClassDraw, ...]:
    """Return the samples of classes that the promises on a line ask of a batch.

    `counted`: how many labels of each class the batch holds, of those that somebody
    counted. A promise on the average of a project asks each batch for its part.
    """
    for name, units in counted.items():
        if not 0 <= units <= MOST_ITEMS:
            raise GateError(
                "impossible_count",
                f"{units:,} of {name} is no number of labels of a batch.",
                field="class_units",
            )
    return tuple(_draw(one, counted, plan=plan) for one in clauses if one.classes)


def _draw(clause: Clause, counted: Mapping[str, int], *, plan: GatePlan) -> ClassDraw:
    sample = clause.sample
    if sample is None:  # pragma: no cover - clauses of a line that is sampled have one
        raise GateError("no_sample", f"“{clause.promise}” draws no sample.")
    batches = plan.batches if clause.per == "project" else 1
    planned = ceil(sample.units / batches)
    unknown = [name for name in clause.classes if name not in counted]
    units = {name: counted[name] for name in clause.classes if name in counted}
    lot = sum(units.values())
    why = ""
    if unknown:
        why = (
            f"How many of {_listed(unknown)} this batch holds was not counted when "
            f"the sample was drawn, so that none could be drawn by class. "
            f"“{clause.promise}” asks for {planned:,}."
        )
    elif lot == 0:
        why = f"This batch holds none of {_listed(clause.classes)}."
    size = 0 if unknown else min(planned, lot)
    return ClassDraw(
        promise=clause.promise,
        group=clause.group,
        classes=clause.classes,
        units=units,
        size=size,
        max_wrong=sample.max_defects * size // max(sample.units, 1)
        if clause.per == "project" or size < planned
        else sample.max_defects,
        why=why,
    )


def labels_to_read(seed: str, draw: ClassDraw) -> tuple[tuple[str, int], ...]:
    """Return the labels of a draw in the order of reading: class and its number.

    >>> one = ClassDraw(promise="", group="", classes=("bus",), units={"bus": 4},
    ...     size=2, max_wrong=0)
    >>> labels_to_read("271", one)
    (('bus', 1), ('bus', 4))
    """
    return _labels_to_read(seed, tuple(draw.units.items()), draw.size)


@lru_cache(maxsize=128)
def _labels_to_read(
    seed: str, units: tuple[tuple[str, int], ...], size: int
) -> tuple[tuple[str, int], ...]:
    """Return the labels of a draw; a page asks at every view, of a million perhaps."""

    def place(label: tuple[str, int]) -> tuple[bytes, tuple[str, int]]:
        name, number = label
        return hashlib.sha256(f"{seed}:{name}:{number}".encode()).digest(), label

    every = ((name, number) for name, many in units for number in range(1, many + 1))
    return tuple(heapq.nsmallest(size, every, key=place))


def read_by_class(
    draws: Sequence[ClassDraw], found: Sequence[ClassFound]
) -> tuple[ClassFound, ...]:
    """Return what was found of classes, with how many of each the batch holds.

    A class of which the batch is known to hold none is on record with that.
    Raises GateError `sample_not_read` where fewer were read than were drawn.
    """
    by_name = {one.name: one for one in found}
    for draw in draws:
        checked = sum(by_name[one].checked for one in draw.classes if one in by_name)
        if checked < draw.size:
            raise GateError(
                "sample_not_read",
                f"“{draw.promise}” asks for {draw.size:,} of {_listed(draw.classes)} "
                f"checked; {checked:,} were. Check the rest of the sample first.",
                field="classes",
            )
    units = {name: one for draw in draws for name, one in draw.units.items()}
    none = [name for name, one in units.items() if one == 0 and name not in by_name]
    read = tuple(
        ClassFound(
            name=one.name,
            checked=one.checked,
            wrong=one.wrong,
            missed=one.missed,
            units=units.get(one.name, one.units),
        )
        for one in found
    )
    return read + tuple(
        ClassFound(name=name, checked=0, wrong=0, units=0) for name in none
    )


def draw_words(draw: ClassDraw) -> str:
    """Return a draw in words: how many of how many, or why none."""
    if not draw.size:
        return draw.why
    return (
        f"{draw.promise}: {draw.size:,} of {draw.lot:,} drawn by class, at most "
        f"{draw.max_wrong:,} wrong"
    )


def _listed(names: Sequence[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
