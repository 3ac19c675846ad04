"""Objects made and objects deleted again, for events that come in order of time.

The rules are those of `readers.netting`, which holds all changes: a deletion takes away
what was made last in the same job, first by the same person. Here a job's changes pass
by, and what was made of one record in a row is one layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from .event_logs import DELETING, Many
from .event_tapes import Events

FIELDS = ("job", "type", "who", "kind", "value", "row")


class Owner(Protocol):
    """A record as far as units are taken off it."""

    units: int | None


@dataclass(slots=True)
class _Layer:
    """Units that a person made for a record, as far as nobody deleted them."""

    units: int
    who: int
    owner: Owner | None


class Netting:
    """Takes what was deleted off the records for which it was made."""

    def __init__(self) -> None:
        """Begin before the first job."""
        self.taken_off, self.from_before = Many(), Many()
        self._of: tuple[int, int] | None = None
        self._all: list[_Layer] = []
        self._own: dict[int, list[_Layer]] = {}

    def take(self, events: Events, owners: Sequence[Owner | None]) -> None:
        """Take changes by job, type and time, each with the record that it is in.

        Units of none, of a row that was refused, can be deleted like others.
        """
        columns = [events[name].tolist() for name in FIELDS]
        changes = zip(*columns, owners, strict=True)
        for job, of, who, kind, units, row, owner in changes:
            if (job, of) != self._of:
                self._of, self._all, self._own = (job, of), [], {}
            if kind == DELETING:
                short = self._delete(units, who)
                (self.from_before if short else self.taken_off).add(row)
            else:
                self._make(units, who, owner)

    def _make(self, units: int, who: int, owner: Owner | None) -> None:
        own = self._own.setdefault(who, [])
        top = self._all[-1] if self._all else None
        if top is not None and own and own[-1] is top and top.owner is owner:
            top.units += units
            return
        layer = _Layer(units, who, owner)
        self._all.append(layer)
        own.append(layer)

    def _delete(self, units: int, who: int) -> int:
        """Take units off what was made last; return how many there were not."""
        for layers in (self._own.get(who, []), self._all):
            while units and layers:
                top = layers[-1]
                taken = min(units, top.units)
                top.units -= taken
                units -= taken
                if top.owner is not None and top.owner.units is not None:
                    top.owner.units -= taken
                if not top.units:
                    layers.pop()
        return units
