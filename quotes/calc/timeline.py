"""How many units of a line had passed and been accepted, day by day.

A batch counts by its own rules (its last version, its last gate), as they stood with
the rows up to each day; a unit that is delivered again counts once.
See docs/model.md#timeline.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from .matching import Actual, BatchRows, by_batch


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
    so_far: dict[str, list[Actual]] = {}
    counts: dict[str, tuple[int | None, ...]] = {}
    found = []
    for day, pairs in groupby(dated, key=lambda pair: pair[0]):
        for batch, some in by_batch(row for _, row in pairs).items():
            so_far.setdefault(batch, []).extend(some)
            counts[batch] = _counts(batch, so_far[batch], clock)
        units, passed, accepted = (
            _sum([one[place] for one in counts.values()]) for place in range(3)
        )
        found.append(Moment(day=day, units=units, passed=passed, accepted=accepted))
    return found


def _counts(
    batch: str, rows: Sequence[Actual], clock: str | None
) -> tuple[int | None, ...]:
    fact = BatchRows.of(batch, rows, clock=clock).fact()
    return fact.units, fact.passed, fact.accepted


def _sum(counts: Sequence[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None
