"""How well a forecast would have done on a project that is over.

The rows are taken as they were on the days on which a quarter, half and three quarters
of the images were labelled; the forecast made from them is held against what came:
where in its range the cost and the last day with work lay, how far its typical cost was
off, and how far the pace so far would have been. See docs/model.md#record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import accumulate
from math import log
from typing import Any

from .ending import ending
from .field import Field, Inputs, field_of
from .matching import LABEL, Actual

SHARES = (Decimal("0.25"), Decimal("0.50"), Decimal("0.75"))
FOUR = Decimal("0.0001")


def looks_back(
    baseline: Mapping[str, Any], rows: Sequence[Actual], *, inputs: Inputs
) -> list[dict[str, Any]]:
    """Return what was forecast on the way and what came, as data.

    Nothing for a project that is not over, or of which too little is known: a batch
    without a time, rows without a day.
    """
    days = [row.day for row in rows if row.day is not None]
    if baseline.get("plan") is None or len(days) < max(1, len(rows)):
        return []
    last = max(days)
    whole = _field(baseline, rows, inputs=inputs, on=last)
    end = ending(whole, calendar=inputs.calendar)
    if not end["known"] or end["cost"]["p10"] != end["cost"]["p90"]:
        return []
    cost = Decimal(end["cost"]["p50"])
    found = []
    for share in SHARES:
        on = _day_of(rows, share)
        field = _field(baseline, rows, inputs=inputs, on=on)
        then = ending(field, calendar=inputs.calendar)
        if then["known"] and then["so_far"] is not None and on < last:
            found.append(
                {
                    "share": str(share),
                    "on": on.isoformat(),
                    **_cost(field, then, cost=cost),
                    "day": last.isoformat(),
                    "finish": _finish(then["finish"], last=last),
                }
            )
    return found


def tally(looks: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return by share of work done how often and how nearly the forecast was right.

    The last row is over all shares. Errors are means of the logarithm's absolute size.
    """
    told = list(looks)
    rows = [
        _tallied(str(share), [one for one in told if one["share"] == str(share)])
        for share in SHARES
    ]
    return [row for row in (*rows, _tallied("all", told)) if row["forecasts"]]


def _tallied(name: str, looks: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    days = [one["finish"] for one in looks if one["finish"] is not None]
    return {
        "share": name,
        "forecasts": len(looks),
        "cost_held": sum(one["held"] for one in looks),
        "error": _mean([one["error"] for one in looks]),
        "error_of_pace": _mean([one["error_of_pace"] for one in looks]),
        "days_forecast": len(days),
        "day_held": sum(one["held"] for one in days),
    }


def _field(
    baseline: Mapping[str, Any], rows: Sequence[Actual], *, inputs: Inputs, on: date
) -> Field:
    counted = [row for row in rows if row.day is not None and row.day <= on]
    return field_of(baseline, counted, inputs=replace(inputs, on=on), on=on)


def _day_of(rows: Sequence[Actual], share: Decimal) -> date:
    """Return the day on which this share of all labelled images was labelled."""
    by_day: dict[date, int] = {}
    for row in rows:
        if row.stage == LABEL and row.day is not None:
            by_day[row.day] = by_day.get(row.day, 0) + (row.items or 0)
    due, days = share * sum(by_day.values()), sorted(by_day)
    done = accumulate(by_day[day] for day in days)
    return next(day for day, many in zip(days, done, strict=True) if many >= due)


def _cost(field: Field, then: Mapping[str, Any], *, cost: Decimal) -> dict[str, Any]:
    low, typical, high = (Decimal(then["cost"][key]) for key in ("p10", "p50", "p90"))
    beside = Decimal(field.baseline["cost"]["p50"]) - field.whole
    pace = beside + field.whole * Decimal(then["so_far"])
    return {
        "cost": str(cost),
        "low": str(low),
        "typical": str(typical),
        "high": str(high),
        "held": low <= cost <= high,
        "error": _off(typical, cost),
        "error_of_pace": _off(pace, cost),
    }


def _finish(finish: Mapping[str, Any], *, last: date) -> dict[str, Any] | None:
    if not finish["known"]:
        return None
    early, late = finish["p10"], finish["p90"]
    day = last.isoformat()
    return {
        "early": early,
        "late": late,
        "held": early is not None and early <= day and (late is None or day <= late),
    }


def _off(said: Decimal, came: Decimal) -> str:
    return _text(abs(log(said / came)))


def _mean(values: Sequence[str]) -> str:
    return _text(sum(float(value) for value in values) / max(1, len(values)))


def _text(value: float) -> str:
    return str(Decimal(repr(value)).quantize(FOUR, ROUND_HALF_UP))
