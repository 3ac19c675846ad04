"""Where a project stands on a day: earned value, the gap and what led to both.

Work on units is measured where rows report it; what they do not report, and what the
plan holds beside work on units, is carried as planned and said. Earned is at the
planned cost of accepted units, beside it of passed ones. See docs/model.md#standing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from scoping.calc.money import coin

from .cells import plans_of
from .days import days_gap
from .earned import Measures
from .ending import ending
from .field import (
    A_WEEK,
    Field,
    Inputs,
    curve_of,
    field_of,
    first_week,
    measures_on,
    time_on,
    weeks_between,
)
from .figures import Figure, Missing, as_data, not_known, worked_out
from .findings import rows_of
from .gap import GROUPS, PAID, WAGE, grouped, in_hours, split, totals
from .matching import Actual
from .timephase import monday
from .variance import rate_and_hours
from .why import why

INDEX, WEEKS, HOUR, CENT = Decimal("0.0001"), *([Decimal("0.01")] * 3)
OLD_PLAN = "this plan was frozen before plans were kept by week"
NO_ROWS = "no file was dropped"
UNDATED = "no row names its day"


def standing(
    baseline: Mapping[str, Any], rows: Sequence[Actual], *, inputs: Inputs
) -> dict[str, Any]:
    """Return where a project stands, as plain data.

    The status day is the last day with work, or an earlier one that is asked for:
    later rows then do not count.
    """
    if baseline.get("plan") is None:
        return {"known": False, **not_known(OLD_PLAN)}
    dated = [row for row in rows if row.day is not None]
    if not dated:
        return {"known": False, **not_known(UNDATED if rows else NO_ROWS)}
    until = max(row.day for row in dated if row.day is not None)
    on = until if inputs.on is None else inputs.on
    counted = [row for row in dated if row.day is not None and row.day <= on]
    field = field_of(baseline, counted, inputs=inputs, on=on)
    if not field.lines:
        return {"known": False, **not_known(NO_ROWS)}
    return _document(field, until=until, inputs=inputs, undated=len(rows) - len(dated))


def _document(
    field: Field, *, until: date, inputs: Inputs, undated: int
) -> dict[str, Any]:
    baseline, unit = field.baseline, coin(str(field.baseline["currency"]))
    splits = split(field.products, unit=unit)
    hours = split(in_hours(field.products), unit=HOUR)
    names = {line["index"]: line["name"] for line in baseline["lines"]}
    whole = Decimal(baseline["cost"]["p50"])
    accepted = measures_on(field, field.on, accepted=True)
    passed = measures_on(field, field.on, accepted=False)
    gap = totals(splits)
    gap_in_hours = totals(hours)
    end = ending(field, calendar=inputs.calendar)
    return {
        "known": True,
        "on": field.on.isoformat(),
        "data_until": until.isoformat(),
        "currency": baseline["currency"],
        "budget": {
            "whole": str(whole),
            "reserve": baseline["cost"]["reserve"],
            "counted": str(field.whole.quantize(unit)),
            "beside": str((whole - field.whole).quantize(unit)),
        },
        "accepted": _money(accepted, field.whole, whole, unit),
        "passed": _money(passed, field.whole, whole, unit),
        "time": _time(field, accepted=True),
        "time_passed": _time(field, accepted=False),
        "trend": _trend(field, unit),
        "lines": [_line(field, line, unit) for line in field.lines],
        "gap": gap,
        "rate_and_hours": _rate_and_hours(gap, gap_in_hours),
        "gap_by": {by: grouped(splits, by, names=names) for by in GROUPS},
        "units": _units(field),
        "gap_in_hours": gap_in_hours,
        "gap_in_days": days_gap(
            gap_in_hours,
            baseline=baseline,
            cells=field.cells.cells,
            calendar=inputs.calendar,
        ),
        "ending": end,
        "why": why(
            splits,
            gap,
            end,
            lines=baseline["lines"],
            currency=baseline["currency"],
        ),
        "not_separable": _not_separable(field, inputs),
        "carried": _carried(field, undated=undated),
    }


def _rate_and_hours(
    gap: Mapping[str, Any], hours: Mapping[str, Any]
) -> dict[str, str] | None:
    """Return the accountant's two variances; None where no hours were planned."""
    planned_hours = Decimal(hours["planned"])
    if not planned_hours:
        return None
    of_rate, of_hours = rate_and_hours(
        actual_cost=Decimal(gap["actual"]),
        actual_hours=Decimal(hours["actual"]),
        planned_hours=planned_hours,
        planned_rate=Decimal(gap["planned"]) / planned_hours,
    )
    return {
        "rate": str(of_rate.quantize(CENT)),
        "hours": str(of_hours.quantize(CENT)),
    }


def _money(
    found: Measures, counted: Decimal, whole: Decimal, unit: Decimal
) -> dict[str, Any]:
    """Return measures as data; forecasts of the whole add what is carried."""
    beside = whole - counted
    return {
        "planned": as_data(found.planned, unit=unit),
        "earned": as_data(found.earned, unit=unit),
        "actual": as_data(found.actual, unit=unit),
        "cost_variance": as_data(found.cost_variance, unit=unit),
        "schedule_variance": as_data(found.schedule_variance, unit=unit),
        "cost_index": as_data(found.cost_index, unit=INDEX),
        "schedule_index": as_data(found.schedule_index, unit=INDEX),
        "share_earned": as_data(
            worked_out(
                lambda earned: earned / counted, found.earned, undefined="no budget"
            ),
            unit=INDEX,
        ),
        "forecasts": {
            name: {
                "at_completion": as_data(one.at_completion, unit=unit),
                "to_complete": as_data(one.to_complete, unit=unit),
                "variance": as_data(one.variance, unit=unit),
                "whole": as_data(
                    worked_out(
                        lambda cost: cost + beside, one.at_completion, undefined=""
                    ),
                    unit=unit,
                ),
            }
            for name, one in found.forecasts.items()
        },
        "needed_for_budget": as_data(found.tcpi_budget, unit=INDEX),
        "needed_for_forecast": as_data(found.tcpi_forecast, unit=INDEX),
    }


def _time(field: Field, *, accepted: bool) -> dict[str, Any]:
    when, found = time_on(field, field.on, accepted=accepted)
    first = first_week(field)
    return {
        "weeks_passed": str(round(weeks_between(first, field.on), 2)),
        "weeks_planned": str(len(curve_of(field, accepted=accepted))),
        "earned_schedule": as_data(when, unit=WEEKS),
        "variance": as_data(found.variance, unit=WEEKS),
        "index": as_data(found.index, unit=INDEX),
        "at_completion": as_data(found.at_completion, unit=WEEKS),
        "at_completion_as_planned": as_data(found.at_completion_as_planned, unit=WEEKS),
        "needed": as_data(found.needed, unit=INDEX),
        "finish_planned": field.baseline["plan"]["finish"],
        "finish": _date(found.at_completion, first),
        "finish_as_planned": _date(found.at_completion_as_planned, first),
        "promised": field.baseline["promised"],
    }


def _date(weeks: Figure, first: date) -> dict[str, Any]:
    if isinstance(weeks, Missing):
        return not_known(weeks.because)
    days = -int(-(weeks * A_WEEK) // 1)
    return {
        "known": True,
        "value": (first + timedelta(days=days - 1)).isoformat(),
    }


def _trend(field: Field, unit: Decimal) -> list[dict[str, Any]]:
    """Return the measures at the end of every week with work, and on the day."""
    first = min(moments[0].day for moments in field.moments.values())
    days = []
    sunday = monday(first) + timedelta(days=A_WEEK - 1)
    while sunday < field.on:
        days.append(sunday)
        sunday += timedelta(days=A_WEEK)
    found = []
    for day in [*days, field.on]:
        money = measures_on(field, day, accepted=True)
        _, time = time_on(field, day, accepted=True)
        found.append(
            {
                "on": day.isoformat(),
                "planned": as_data(money.planned, unit=unit),
                "earned": as_data(money.earned, unit=unit),
                "passed": as_data(field.earned(day, accepted=False), unit=unit),
                "actual": as_data(money.actual, unit=unit),
                "cost_index": as_data(money.cost_index, unit=INDEX),
                "time_index": as_data(time.index, unit=INDEX),
            }
        )
    return found


def _line(field: Field, line: Mapping[str, Any], unit: Decimal) -> dict[str, Any]:
    index = line["index"]
    budget = field.budget(line)
    one = replace(
        field,
        lines=(line,),
        products=tuple(row for row in field.products if row.cell.line == index),
    )
    found = measures_on(one, field.on, accepted=True)
    return {
        "index": index,
        "name": line["name"],
        "budget": str(budget.quantize(unit)),
        "planned": as_data(found.planned, unit=unit),
        "earned": as_data(found.earned, unit=unit),
        "passed": as_data(one.earned(field.on, accepted=False), unit=unit),
        "actual": as_data(found.actual, unit=unit),
        "cost_index": as_data(found.cost_index, unit=INDEX),
    }


def _units(field: Field) -> list[dict[str, Any]]:
    """Return units of each line: planned for the images done, and labelled."""
    found = []
    for line in field.lines:
        batches = {
            cell.batch: (cell.planned_units, cell.units_ratio)
            for cell in field.cells.cells
            if cell.line == line["index"]
        }
        if not batches:
            continue
        planned = sum((units for units, _ in batches.values()), Decimal(0))
        actual = sum((units * ratio for units, ratio in batches.values()), Decimal(0))
        found.append(
            {
                "index": line["index"],
                "planned": str(round(planned, 2)),
                "actual": str(round(actual)),
            }
        )
    return found


def _not_separable(field: Field, inputs: Inputs) -> list[str]:
    """Return what no file measured, so that it has no part of its own."""
    moved = {factor.name for one in field.products for factor in one.factors}
    found = []
    priced = [field.prices.rate_of(one.cell) is not None for one in field.products]
    if not all(priced):
        found.append(
            "cost of an hour: not known, because no actual rate is dated for "
            + ("this work" if not any(priced) else "all of this work")
        )
    if PAID in moved and not inputs.paid:
        found.append(
            "paid but not worked time, overtime and waiting: not known, because no "
            "timesheet names this project"
        )
    if any(line.get("prelabels") for line in field.lines):
        found.append(
            "pre-labels: a part of the time a unit, because no file says how long "
            "units without them take"
        )
    if WAGE in moved and field.baseline.get("fx") and not any(priced):
        found.append("exchange rate: not known, because no actual rate names one")
    return found


def _carried(field: Field, *, undated: int) -> list[str]:
    """Return in sentences what is carried as planned, and what was left out."""
    found = []
    silent = [
        line["name"] for line in field.baseline["lines"] if line not in field.lines
    ]
    if silent:
        found.append(f"No rows yet, carried as planned: {', '.join(silent)}.")
    for line in field.lines:
        kinds = field.cells.counted.get(line["index"], ())
        left = [
            f"{kind} ({plan.cost:,.2f})"
            for kind, plan in plans_of(line).items()
            if kind not in kinds and plan.cost
        ]
        if left:
            found.append(
                f"{line['name']}: no time was reported of {', '.join(left)}. It is "
                f"carried as planned."
            )
    beside = Decimal(field.baseline["plan"]["beside"])
    found.append(
        f"Preparation, pilot, delivery, fees and the plan's allowance, {beside:,.2f}, "
        f"are carried as planned."
    )
    if undated:
        rest = "names no day and is" if undated == 1 else "name no day and are"
        found.append(f"{rows_of(undated)} {rest} left out here.")
    return found
