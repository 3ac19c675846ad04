"""How many units of a line had passed and been accepted, day by day.

A batch counts by its own rules (its last version, its last gate), as they stood with
the rows up to each day; a unit that is delivered again counts once. A day adds its rows
to what the batches had come to: it reads no row of an earlier day again.
See docs/model.md#timeline.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from .matching import LABEL, STAGES, Actual


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What a line had come to by the end of a day; None: nothing of it was reported."""

    day: date
    units: int | None
    passed: int | None
    accepted: int | None


def timeline(rows: Sequence[Actual], *, clock: str | None) -> list[Moment]:
    """Return the standing of one line at the end of every day with rows.

    Rows without a day are left out; units are those of the rows of `clock`. A day
    recounts only the batches that it touches.
    """
    dated = sorted(
        ((row.day, row) for row in rows if row.day is not None),
        key=lambda pair: pair[0],
    )
    batches: dict[str, _Batch] = {}
    units, passed, accepted = _Total(), _Total(), _Total()
    found = []
    for day, pairs in groupby(dated, key=lambda pair: pair[0]):
        touched = {}
        for _, row in pairs:
            if row.batch not in batches:
                batches[row.batch] = _Batch(clock=clock)
            touched[row.batch] = batches[row.batch]
            touched[row.batch].add(row)
        for name, batch in touched.items():
            units.put(name, batch.units)
            passed.put(name, batch.passed.last)
            accepted.put(name, batch.accepted.last)
        found.append(
            Moment(
                day=day,
                units=units.known,
                passed=passed.known,
                accepted=accepted.known,
            )
        )
    return found


@dataclass(slots=True, kw_only=True)
class _Batch:
    """What the rows of a batch so far come to, by the rules of `matching`."""

    clock: str | None
    versions: dict[int, int | None] = field(default_factory=dict)
    """Units by the version that they were labelled for; None: none is reported."""
    passed: _Gate = field(default_factory=lambda: _Gate())
    accepted: _Gate = field(default_factory=lambda: _Gate())

    def add(self, row: Actual) -> None:
        version = row.delivery_version or 1
        if row.stage == LABEL and row.clock == self.clock:
            known = self.versions.setdefault(version, None)
            if row.units_produced is not None:
                self.versions[version] = (known or 0) + row.units_produced
        self.passed.add(row, version, row.units_passed)
        self.accepted.add(row, version, row.units_accepted)

    @property
    def units(self) -> int | None:
        """Return the units of the first version that was labelled."""
        return self.versions[min(self.versions)] if self.versions else None


class _Gate:
    """Units by version and stage that report them, and by the clock that ran beside."""

    def __init__(self) -> None:
        self._units: dict[tuple[int, int], dict[str, int]] = {}

    def add(self, row: Actual, version: int, units: int | None) -> None:
        if units is not None:
            by_clock = self._units.setdefault((version, STAGES.index(row.stage)), {})
            by_clock[row.clock] = by_clock.get(row.clock, 0) + units

    @property
    def last(self) -> int | None:
        """Return the units of the last version and stage, by one of its clocks."""
        if not self._units:
            return None
        by_clock = self._units[max(self._units)]
        return by_clock[min(by_clock)]


class _Total:
    """A sum over batches, kept up as they change; None while nothing is known."""

    def __init__(self) -> None:
        self._of: dict[str, int] = {}
        self._sum = 0

    def put(self, batch: str, units: int | None) -> None:
        self._sum -= self._of.pop(batch, 0)
        if units is not None:
            self._sum += units
            self._of[batch] = units

    @property
    def known(self) -> int | None:
        return self._sum if self._of else None
