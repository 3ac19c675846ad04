"""The gap in working days: more hours, or fewer of them a day.

Days are hours over hours a day. The hours' own parts carry over in proportion, because
on the logarithm both are the same sums; what is left is how many hours a day were
worked. See docs/model.md#days.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from scoping.calc.workdays import Calendar

from .cells import NOTHING, Cell
from .figures import not_known
from .variance import in_coins, logarithmic_mean

TENTH = Decimal("0.1")
HOURS_A_DAY = "hours_a_day"


def days_gap(
    hours: Mapping[str, Any],
    *,
    baseline: Mapping[str, Any],
    cells: Sequence[Cell],
    calendar: Calendar,
) -> dict[str, Any]:
    """Return planned and actual working days of the same work, and the gap's parts.

    `hours` is the gap in paid hours. Planned hours a day are those of the plan's work
    on units over its days of production; actual days are the working days from the
    first to the last day with work.
    """
    days = [cell.day for cell in cells if cell.day is not None]
    planned_hours, hours_done = Decimal(hours["planned"]), Decimal(hours["actual"])
    rate = _planned_hours_a_day(baseline)
    if not days or planned_hours <= 0 or hours_done <= 0 or rate <= 0:
        return not_known("no work with a day and a time was reported")
    spent = Decimal(max(1, calendar.count(min(days), max(days) + timedelta(days=1))))
    planned = planned_hours / rate
    mean = logarithmic_mean(spent, planned)
    mean_hours = logarithmic_mean(hours_done, planned_hours)
    exact = {
        part["key"]: mean * Decimal(part["amount"]) / mean_hours
        for part in hours["parts"]
    }
    exact[HOURS_A_DAY] = mean * (rate / (hours_done / spent)).ln()
    whole = (spent - planned).quantize(TENTH) + 0  # no minus before a 0
    parts = in_coins(exact, whole=whole, unit=TENTH)
    names = {part["key"]: part["name"] for part in hours["parts"]}
    names[HOURS_A_DAY] = "hours worked a day"
    ordered = sorted(parts.items(), key=lambda pair: (-abs(pair[1]), pair[0]))
    return {
        "known": True,
        "planned": str(spent - whole),
        "actual": str(spent),
        "total": str(whole),
        "parts": [
            {"key": key, "name": names[key], "amount": str(amount)}
            for key, amount in ordered
            if amount
        ],
    }


def _planned_hours_a_day(baseline: Mapping[str, Any]) -> Decimal:
    plan = baseline["plan"]
    rows = [row for row in plan["weeks"] if row["line"] is not None]
    hours = sum((Decimal(row["hours"]) for row in rows), NOTHING)
    return hours / int(plan["production_days"])
