"""Delivered work against quoted lines: which line a row belongs to, and the sums.

A row names its line, or its annotation type names the only line of that type. What
belongs to no line is kept apart and shown: it is never counted into another line.
Sums skip what is missing, and say over how many units they run.
See docs/model.md#matching.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actual:
    """One entry of the ledger, as far as a comparison needs it; None is missing."""

    line: str
    batch: str
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
    alone. `untimed_batches` are named, because a missing time is not a fast one.
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
    clocks: tuple[str, ...]
    untimed_batches: tuple[str, ...]
    batches: tuple[BatchFact, ...]


def match(
    baseline: Mapping[str, Any], rows: Sequence[Actual]
) -> dict[int | None, Delivered]:
    """Return the sums by the index of the baseline's line; None: no line fits."""
    by_line: dict[int | None, list[Actual]] = {}
    for row in rows:
        by_line.setdefault(line_of(baseline, row), []).append(row)
    return {line: delivered(line, found) for line, found in by_line.items()}


def line_of(baseline: Mapping[str, Any], row: Actual) -> int | None:
    """Return the baseline line of a row: by index or name, else by its only type."""
    lines = baseline["lines"]
    if row.line:
        wanted = row.line.casefold()
        for line in lines:
            if wanted in (str(line["index"]), str(line["name"]).casefold()):
                return int(line["index"])
        return None
    same = [line for line in lines if line["type"] == row.annotation_type]
    return int(same[0]["index"]) if len(same) == 1 else None


def delivered(line: int | None, rows: Sequence[Actual]) -> Delivered:
    """Return the sums of the rows of one line."""
    labelling = [row for row in rows if row.stage == "label"]
    timed = [
        row
        for row in labelling
        if row.active_seconds is not None and row.units_produced is not None
    ]
    return Delivered(
        line=line,
        items=_sum(row.items for row in labelling),
        units=_sum(row.units_produced for row in labelling),
        passed=_sum(row.units_passed for row in rows),
        accepted=_sum(row.units_accepted for row in rows),
        rejected=_sum(row.units_rejected for row in rows),
        timed_units=sum(row.units_produced or 0 for row in timed),
        label_seconds=_seconds(timed),
        rework_seconds=_seconds([row for row in rows if row.stage == "rework"]),
        review_seconds=_seconds([row for row in rows if row.stage == "review"]),
        clocks=tuple(sorted({row.clock for row in labelling})),
        untimed_batches=tuple(
            sorted({row.batch for row in labelling if row.active_seconds is None})
        ),
        batches=tuple(_batches(rows)),
    )


def _batches(rows: Sequence[Actual]) -> Iterable[BatchFact]:
    by_batch: dict[str, list[Actual]] = {}
    for row in rows:
        by_batch.setdefault(row.batch, []).append(row)
    for batch, found in by_batch.items():
        labelling = [row for row in found if row.stage == "label"]
        yield BatchFact(
            batch=batch,
            items=_sum(row.items for row in labelling),
            units=_sum(row.units_produced for row in labelling),
            passed=_sum(row.units_passed for row in found),
            accepted=_sum(row.units_accepted for row in found),
            audit_n=_sum(row.audit_n for row in found),
            audit_defects=_sum(row.audit_defects for row in found),
        )


def _sum(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _seconds(rows: Iterable[Actual]) -> Decimal | None:
    known = [row.active_seconds for row in rows if row.active_seconds is not None]
    return sum(known, NOTHING) if known else None
