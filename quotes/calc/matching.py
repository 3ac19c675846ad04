"""Delivered work against quoted lines: which line a row belongs to, and the sums.

A row names its line, or its annotation type names the only line of that type. What
belongs to no line is kept apart and shown: it is never counted into another line.

Nothing is counted twice. Work that two clocks timed is taken from one of them: the paid
one, else the plan's. A unit that several stages passed was passed by the last of them.
A batch that was delivered again counts once; what its further versions took is rework.
Sums skip what is missing, and say over how many units they run.
See docs/model.md#matching.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

NOTHING = Decimal(0)
STAGES = ("label", "rework", "review", "audit")
"""Stages of a work record in the order in which a batch goes through them."""
LABEL, REWORK, REVIEW, AUDIT = STAGES


OfClass = tuple[str, int, int, int | None]
"""A class by itself in a sample: its name, checked, wrong, missed (None: not known)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actual:
    """One entry of the ledger, as far as a comparison needs it; None is missing.

    `day` is the last day of its period at the site. `audit_classes`: classes that were
    counted by themselves.
    """

    line: str
    batch: str
    delivery_version: int | None
    stage: str
    annotation_type: str
    clock: str
    items: int | None
    units_produced: int | None
    units_passed: int | None
    units_accepted: int | None
    units_rejected: int | None
    active_seconds: Decimal | None
    audit_n: int | None
    audit_defects: int | None
    day: date | None = None
    site: str = ""
    pod: str = ""
    role: str = ""
    prelabel_units: int | None = None
    prelabel_accepted: int | None = None
    audit_missed: int | None = None
    audit_extra: int | None = None
    audit_classes: tuple[OfClass, ...] = ()
    critical_defects: int | None = None
    minor_defects: int | None = None
    gold_n: int | None = None
    gold_correct: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchFact:
    """What a batch came to: its units, seconds of labelling, and its sample."""

    batch: str
    items: int | None
    units: int | None
    passed: int | None
    accepted: int | None
    audit_n: int | None
    audit_defects: int | None

    @property
    def state(self) -> str:
        """Return how far the batch has come, as far as its entries show."""
        if self.accepted is not None and self.accepted == self.units:
            return "accepted"
        if self.passed is not None:
            return "delivered"
        if self.audit_n is not None:
            return "in sample check"
        return "in production"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """The sums of one line. A sum of nothing is None, not 0.

    `timed_units` are the units of rows that carry a time: seconds per unit is over them
    alone. `clock` timed what is counted, `clocks` are all that there are; None and
    empty without labelling. `untimed_batches` are named, because a missing time is not
    a fast one.
    """

    line: int | None
    items: int | None
    units: int | None
    passed: int | None
    accepted: int | None
    rejected: int | None
    timed_units: int
    label_seconds: Decimal | None
    rework_seconds: Decimal | None
    review_seconds: Decimal | None
    clock: str | None
    clocks: tuple[str, ...]
    untimed_batches: tuple[str, ...]
    batches: tuple[BatchFact, ...]


def match(
    baseline: Mapping[str, Any], rows: Sequence[Actual], *, paid_clock: str
) -> dict[int | None, Delivered]:
    """Return the sums by the index of the baseline's line; None: no line fits."""
    by_line: dict[int | None, list[Actual]] = {}
    for row in rows:
        by_line.setdefault(line_of(baseline, row), []).append(row)
    plans = {line["index"]: str(line["clock"]) for line in baseline["lines"]}
    return {
        line: delivered(line, found, clocks=(paid_clock, plans.get(line, paid_clock)))
        for line, found in by_line.items()
    }


def line_of(baseline: Mapping[str, Any], row: Actual) -> int | None:
    """Return the baseline line of a row: by index or name, else by its only type.

    None where nothing fits, and where two lines bear the name.
    """
    lines = baseline["lines"]
    if row.line:
        wanted = row.line.casefold()
        fitting = [line for line in lines if wanted == str(line["index"])]
        fitting = fitting or [
            line for line in lines if wanted == str(line["name"]).casefold()
        ]
    else:
        fitting = [line for line in lines if line["type"] == row.annotation_type]
    return int(fitting[0]["index"]) if len(fitting) == 1 else None


def delivered(
    line: int | None, rows: Sequence[Actual], *, clocks: Sequence[str]
) -> Delivered:
    """Return the sums of the rows of one line; `clocks` are preferred in this order."""
    clock = counted_clock(rows, preferred=clocks)
    batches = [
        BatchRows.of(batch, found, clock=clock)
        for batch, found in by_batch(rows).items()
    ]
    labelling = [row for batch in batches for row in batch.first]
    timed = [
        row
        for row in labelling
        if row.active_seconds is not None and row.units_produced is not None
    ]
    return Delivered(
        line=line,
        items=_sum(row.items for row in labelling),
        units=_sum(row.units_produced for row in labelling),
        passed=_sum(batch.passed for batch in batches),
        accepted=_sum(batch.accepted for batch in batches),
        rejected=_sum(batch.rejected for batch in batches),
        timed_units=sum(row.units_produced or 0 for row in timed),
        label_seconds=_seconds(timed),
        rework_seconds=_seconds([row for batch in batches for row in batch.again]),
        review_seconds=_seconds([row for batch in batches for row in batch.reviews]),
        clock=clock,
        clocks=tuple(sorted({row.clock for row in rows if row.stage == LABEL})),
        untimed_batches=tuple(
            sorted({row.batch for row in labelling if row.active_seconds is None})
        ),
        batches=tuple(batch.fact() for batch in batches),
    )


def counted_clock(rows: Sequence[Actual], *, preferred: Sequence[str]) -> str | None:
    """Return the clock whose rows of labelling are counted, None without any.

    The first preferred one that timed any; else the one with most units, by name where
    they are equal.
    """
    units: dict[str, int] = {}
    for row in rows:
        if row.stage == LABEL:
            units[row.clock] = units.get(row.clock, 0) + (row.units_produced or 0)
    for clock in preferred:
        if clock in units:
            return clock
    return min(units, key=lambda clock: (-units[clock], clock), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRows:
    """The rows of one batch: its first labelling, what was done again, checks, all."""

    batch: str
    first: tuple[Actual, ...]
    again: tuple[Actual, ...]
    reviews: tuple[Actual, ...]
    audits: tuple[Actual, ...]
    rows: tuple[Actual, ...]

    @classmethod
    def of(cls, batch: str, rows: Sequence[Actual], *, clock: str | None) -> BatchRows:
        """Sort the rows of a batch; times of other clocks are left out."""
        counted = [row for row in rows if row.clock == clock]
        labelling = [row for row in counted if row.stage == LABEL]
        version = min((_version(row) for row in labelling), default=1)
        return cls(
            batch=batch,
            first=tuple(row for row in labelling if _version(row) == version),
            again=tuple(
                row
                for row in counted
                if row.stage == REWORK
                or (row.stage == LABEL and _version(row) > version)
            ),
            reviews=tuple(row for row in counted if row.stage == REVIEW),
            audits=tuple(row for row in counted if row.stage == AUDIT),
            rows=tuple(rows),
        )

    @property
    def passed(self) -> int | None:
        """Return the units that the last stage which reports any let pass."""
        return self._last("units_passed")

    @property
    def accepted(self) -> int | None:
        """Return the units that the client accepted of the last version."""
        return self._last("units_accepted")

    @property
    def rejected(self) -> int | None:
        """Return the units sent back, by whichever stage."""
        return _sum(row.units_rejected for row in _once(self.rows, "units_rejected"))

    def _last(self, field: str) -> int | None:
        """Return the sum of a field in the last version and stage that reports it."""
        known = [row for row in self.rows if getattr(row, field) is not None]
        if not known:
            return None
        last = max((_version(row), STAGES.index(row.stage)) for row in known)
        final = [
            row for row in known if (_version(row), STAGES.index(row.stage)) == last
        ]
        return _sum(getattr(row, field) for row in _once(final, field))

    def fact(self) -> BatchFact:
        """Return what the batch came to."""
        audits = _once(self.rows, "audit_n")
        return BatchFact(
            batch=self.batch,
            items=_sum(row.items for row in self.first),
            units=_sum(row.units_produced for row in self.first),
            passed=self.passed,
            accepted=self.accepted,
            audit_n=_sum(row.audit_n for row in audits),
            audit_defects=_sum(row.audit_defects for row in audits),
        )


def _once(rows: Sequence[Actual], field: str) -> list[Actual]:
    """Return the rows of the one clock, in order of its name, that reports a field.

    A count is the same whichever clock ran beside it.
    """
    clocks = sorted({row.clock for row in rows if getattr(row, field) is not None})
    return [row for row in rows if clocks and row.clock == clocks[0]]


def _version(row: Actual) -> int:
    return row.delivery_version or 1


def by_batch(rows: Iterable[Actual]) -> dict[str, list[Actual]]:
    """Return rows by the name of their batch, in the order in which the batches began.

    Not in that of the rows: the same work dropped in other files would be another.
    """
    found: dict[str, list[Actual]] = {}
    for row in rows:
        found.setdefault(row.batch, []).append(row)
    return dict(sorted(found.items(), key=_begun))


def _begun(one: tuple[str, Sequence[Actual]]) -> tuple[date, str]:
    batch, rows = one
    return min(row.day or date.max for row in rows), batch


def _sum(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _seconds(rows: Iterable[Actual]) -> Decimal | None:
    known = [row.active_seconds for row in rows if row.active_seconds is not None]
    return sum(known, NOTHING) if known else None
