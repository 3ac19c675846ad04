"""The samples of each line over time: on one control chart, and how many passed.

See docs/model.md#sample_checks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from .control import Point, Sample, chart, in_words
from .matching import Actual, BatchRows, by_batch, counted_clock, line_of

FOUR = Decimal("0.0001")


def sample_checks(
    baseline: Mapping[str, Any], rows: Sequence[Actual]
) -> list[dict[str, Any]]:
    """Return for each line with samples its chart, in the order of their days."""
    by_line: dict[int | None, list[Actual]] = {}
    for row in rows:
        by_line.setdefault(line_of(baseline, row), []).append(row)
    found = []
    for line in baseline["lines"]:
        facts = _facts(by_line.get(line["index"], []))
        if not facts:
            continue
        points = chart([sample for _, sample, _ in facts])
        found.append(
            {
                "index": line["index"],
                "name": line["name"],
                "text": in_words(points),
                "alarm": bool(points) and points[-1].alarm,
                "checked": len(facts),
                "passed": sum(1 for _, _, passed in facts if passed),
                "points": [_data(point) for point in points],
            }
        )
    return found


def _facts(rows: Sequence[Actual]) -> list[tuple[tuple[date, str], Sample, bool]]:
    """Return the batches that were sampled: when, the sample, and if they passed."""
    clock = counted_clock(rows, preferred=())
    found = []
    for name, some in by_batch(rows).items():
        batch = BatchRows.of(name, some, clock=clock)
        fact = batch.fact()
        if not fact.audit_n or fact.audit_defects is None:
            continue
        days = [row.day or date.max for row in some if row.audit_n is not None]
        sample = Sample(batch=name, checked=fact.audit_n, wrong=fact.audit_defects)
        found.append(((min(days), name), sample, fact.passed is not None))
    return sorted(found, key=lambda one: one[0])


def _data(point: Point) -> dict[str, Any]:
    return {
        "batch": point.batch,
        "checked": point.checked,
        "wrong": point.wrong,
        "share": _four(point.share),
        "centre": _four(point.centre),
        "low": _four(point.low),
        "high": _four(point.high),
        "alarm": point.alarm,
    }


def _four(share: float | None) -> str | None:
    return None if share is None else str(Decimal(repr(share)).quantize(FOUR))
