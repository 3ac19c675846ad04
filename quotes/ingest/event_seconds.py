"""Which seconds many events of a log bear: those of an import, which have no day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from quotes.calc.verdict import CLUSTER

from .moments import DAY, Whole

Flags: TypeAlias = npt.NDArray[np.bool_]
SIDES: tuple[Literal["left", "right"], ...] = ("left", "right")
FEW = 8_192
"""Events of a day up to which their seconds are a list."""


class Seconds:
    """How many events bear each second, as far as it matters: many, or not.

    A day of few events is the sorted list of their seconds, one of many a count for
    each second that it has: neither days nor events alone can make it large.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._few: dict[int, npt.NDArray[np.int32]] = {}
        self._many: dict[int, npt.NDArray[np.uint8]] = {}

    def add(self, seconds: Whole) -> None:
        """Count events of seconds."""
        days = seconds // DAY
        for day, places in _groups(days, np.argsort(days, kind="stable")):
            within = (seconds[places] % DAY).astype(np.int32)
            if day not in self._many:
                few = self._few.pop(day, within[:0])
                within = np.sort(np.concatenate([few, within]))
                if len(within) <= FEW:
                    self._few[day] = within
                    continue
            before = self._many.get(day, np.uint8(0))
            counts = np.bincount(within, minlength=DAY) + before
            self._many[day] = np.minimum(counts, CLUSTER).astype(np.uint8)

    def are_many(self, seconds: Whole) -> Flags:
        """Return which seconds are borne by many."""
        found = np.zeros(len(seconds), np.bool_)
        days = seconds // DAY
        for day, places in _groups(days, np.argsort(days, kind="stable")):
            within = seconds[places] % DAY
            if day in self._many:
                found[places] = self._many[day][within] >= CLUSTER
                continue
            few = self._few[day]
            begins, ends = (np.searchsorted(few, within, one) for one in SIDES)
            found[places] = ends - begins >= CLUSTER
        return found


def _groups(values: Whole, order: Whole) -> Iterator[tuple[int, Whole]]:
    """Yield each value and the places where it stands, `order` being theirs."""
    if not len(order):
        return
    sorted_ = values[order]
    starts = np.flatnonzero(np.diff(sorted_)) + 1
    for places in np.split(order, starts):
        yield int(values[places[0]]), places
