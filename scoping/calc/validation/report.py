"""A validation as text and as data: every row, every row left aside, the scores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import log
from typing import Any

from .scoring import STATED, Scores
from .values import NotMapped, Prediction

CALIBRATION = "calibration"
"""The split whose rows are scored; others are shown alone."""


def scored(found: Sequence[Prediction]) -> list[Prediction]:
    """Return the predictions that count: of the split, or all where none is named."""
    if not any(one.mapped.project.split for one in found):
        return list(found)
    return [one for one in found if one.mapped.project.split == CALIBRATION]


def text(
    found: Sequence[Prediction],
    aside: Sequence[NotMapped],
    result: Scores | None,
    *,
    card: str,
) -> Iterator[str]:
    """Yield the lines of the report."""
    yield f"Published projects against rate card {card}, hours of work"
    yield ""
    yield (
        f"{'Row':<8} {'Project':<30} {'Scope':<24} {'P10':>9} {'P50':>9} {'P90':>9} "
        f"{'Reported':>9}  Within"
    )
    for one in found:
        yield _line(one)
    if not found:
        yield "No row of this file can be estimated."
    if aside:
        yield ""
        yield "Not estimated"
        for other in aside:
            yield f"  {other.project.id}  {other.project.dataset}: {other.reason}"
    yield ""
    yield from _scores(result, shown=len(found))


def _line(one: Prediction) -> str:
    line = one.mapped.document["lines"][0]
    scope = f"{one.mapped.type}/{line['complexity']}"
    notes = []
    if one.left_out:
        notes.append(f"without {', '.join(one.left_out)}")
    if one.fallback:
        notes.append("only its type is known then")
    if one.mapped.with_checks:
        notes.append("with checks")
    tail = f"  ({'; '.join(notes)})" if notes else ""
    project = one.mapped.project
    return (
        f"{project.id[:8]:<8} {project.dataset[:30]:<30} {scope:<24} "
        f"{_hours(one.p10)} {_hours(one.p50)} {_hours(one.p90)} "
        f"{_hours(one.mapped.hours)}  {'yes' if one.covered else 'no'}{tail}"
    )


def _hours(value: float) -> str:
    return f"{value:>9,.0f}" if value >= 100 else f"{value:>9,.1f}"  # noqa: PLR2004 - three digits either way


def _scores(result: Scores | None, *, shown: int) -> Iterator[str]:
    if result is None:
        yield "Nothing to score."
        return
    if result.rows < shown:
        yield f"Scored: the {result.rows} rows of the split “{CALIBRATION}”"
    yield (
        f"Within P10 to P90: {result.covered} of {result.rows}; 95 % interval "
        f"{result.low:.2f} to {result.high:.2f}, which "
        f"{'holds' if result.holds_stated else 'does not hold'} {STATED:.2f}"
    )
    yield (
        f"Median |ln(predicted ÷ reported)|: {result.error:.2f}; median of the signed "
        f"one {result.bias:+.2f}"
    )
    yield "Pinball loss on ln hours, mean of P10, P50 and P90; less is better"
    for name, one in result.against.items():
        if one.rows:
            yield (
                f"  {name}: {one.loss:.3f}, this estimator {one.our_loss:.3f} "
                f"(n = {one.rows})"
            )
        else:
            yield f"  {name}: no published time is left for these rows"


def data(
    found: Sequence[Prediction],
    aside: Sequence[NotMapped],
    result: Scores | None,
    *,
    card: str,
) -> dict[str, Any]:
    """Return the report as data; hours as text with one decimal."""
    return {
        "validation": 1,
        "card": card,
        "rows": [_row(one) for one in found],
        "not_estimated": [
            {
                "row": one.project.id,
                "dataset": one.project.dataset,
                "reason": one.reason,
            }
            for one in aside
        ],
        "scores": None if result is None else _scores_data(result),
    }


def _row(one: Prediction) -> dict[str, Any]:
    return {
        "row": one.mapped.project.id,
        "dataset": one.mapped.project.dataset,
        "split": one.mapped.project.split,
        "spec": one.mapped.document,
        "clock": one.mapped.clock,
        "with_checks": one.mapped.with_checks,
        "sources_left_out": list(one.left_out),
        "only_type_known": one.fallback,
        "p10": f"{one.p10:.1f}",
        "p50": f"{one.p50:.1f}",
        "p90": f"{one.p90:.1f}",
        "reported": f"{one.mapped.hours:.1f}",
        "within": one.covered,
        "ln_ratio": f"{log(one.p50 / one.mapped.hours):.4f}",
    }


def _scores_data(result: Scores) -> dict[str, Any]:
    return {
        "rows": result.rows,
        "within": result.covered,
        "interval": [f"{result.low:.4f}", f"{result.high:.4f}"],
        "holds_stated": result.holds_stated,
        "pinball_loss": f"{result.loss:.4f}",
        "median_absolute_ln_ratio": f"{result.error:.4f}",
        "median_ln_ratio": f"{result.bias:.4f}",
        "baselines": {
            name: {
                "rows": one.rows,
                "pinball_loss": f"{one.loss:.4f}",
                "ours_on_the_same": f"{one.our_loss:.4f}",
            }
            for name, one in result.against.items()
        },
    }
