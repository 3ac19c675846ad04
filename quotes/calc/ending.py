"""Where a project will end: cost and day as distributions, and what must be true.

Finished batches say how far cost lies from plan; what is still to come is forecast from
them and the plan's own doubt (completion.py). Days follow from the hours to come and
the paid hours a working day of the last weeks, with their scatter; days of a logged
wait are none.
See docs/model.md#ending.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from math import ceil, log, sqrt
from typing import Any

import numpy as np

from scoping.calc.workdays import Calendar

from .cells import NOTHING, plans_of
from .completion import Ahead, Completion, Done, completion
from .field import Field
from .figures import Missing, not_known
from .timephase import monday
from .waiting import lost_days, moved_by_client, without_waits

Z80 = 0.8416212
SHARES = {"p10": 0.1, "p50": 0.5, "p80": 0.8, "p90": 0.9}
LAST_WEEKS, LEAST_WEEKS = 4, 2
PACE_DOUBT, LEAST_DOUBT = 0.20, 0.05
"""Doubt of a pace that rests on a single week; and the least that any has."""
UNSTATED_DOUBT = 0.20
"""Doubt of a cost that the plan does not state: P80 then lies 18 % above P50."""
LONGEST = 3_650
"""Working days beyond which an end has no date that anybody could use."""
FOUR = Decimal("0.0001")
NO_PACE = "no hours were worked in the last weeks"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """Finished batches, what is still to come, and what is certain."""

    done: tuple[Done, ...]
    ahead: tuple[Ahead, ...]
    certain: float
    planned_done: float
    planned_ahead: float
    hours_ahead: float
    hours_begun: float


def ending(field: Field, *, calendar: Calendar) -> dict[str, Any]:
    """Return the cost at completion and the finish as distributions, as data."""
    spent = field.actual(field.on)
    if isinstance(spent, Missing):
        return not_known(spent.because)
    work = _work(field)
    cost = field.baseline["cost"]
    found = completion(
        work.done,
        work.ahead,
        certain=work.certain,
        level_sigma=doubt_of(field.baseline),
    )
    limit = float(cost["p80"])
    return {
        "known": True,
        "batches": len(work.done),
        "cost": {name: _cents(found.quantile(at)) for name, at in SHARES.items()},
        "within_budget": _share(found.below(float(cost["p50"]))),
        "within_reserve": _share(found.below(limit)),
        "spread": _share(found.spread),
        "drifts": _share(found.drift),
        "so_far": _quotient(sum(one.actual for one in work.done), work.planned_done),
        "needed": _quotient(limit - work.certain, work.planned_ahead),
        "finish": _finish(field, work, found, calendar=calendar),
    }


def doubt_of(baseline: Mapping[str, Any]) -> float:
    """Return the sigma of the logarithm that a plan states of its cost.

    A cost that comes to 0.00 in the plan's currency states none.
    """
    typical, promised = (float(baseline["cost"][name]) for name in ("p50", "p80"))
    if typical <= 0:
        return UNSTATED_DOUBT
    return max(log(max(promised / typical, 1.0)) / Z80, LEAST_DOUBT)


def _work(field: Field) -> _Work:
    planned: dict[tuple[int, str], float] = defaultdict(float)
    actual: dict[tuple[int, str], float] = defaultdict(float)
    hours: dict[tuple[int, str], float] = defaultdict(float)
    last: dict[tuple[int, str], date] = {}
    for one in field.products:
        key = (one.cell.line, one.cell.batch)
        planned[key] += float(one.planned)
        actual[key] += float(one.actual)
        hours[key] += _paid_hours(field, one.cell.line, one.cell.kind, one.cell.seconds)
        day = one.cell.day or date.min
        last[key] = max(last.get(key, day), day)
    finished = [
        key
        for key in sorted(planned, key=lambda key: (last[key], key))
        if key in field.cells.finished and planned[key] > 0 and actual[key] > 0
    ]
    batches = int(field.baseline["plan"]["batches"])
    done = tuple(
        Done(
            line=key[0],
            planned=planned[key],
            actual=actual[key],
            units=_units(field, key[0]) / batches,
        )
        for key in finished
    )
    ahead, hours_ahead = [], 0.0
    for line in field.baseline["lines"]:
        budget = float(_budget(field, line))
        own = [one for one in done if one.line == line["index"]]
        rest = budget - sum(one.planned for one in own)
        if rest <= budget * 1e-6:
            continue
        each = sum(one.planned for one in own) / len(own) if own else budget / batches
        ahead.append(
            Ahead(
                line=line["index"],
                planned=rest,
                batches=max(1, round(rest / each)),
                units=_units(field, line["index"]) / batches,
            )
        )
        hours_ahead += rest / budget * float(_planned_hours(field, line))
    on_units = sum(float(_budget(field, line)) for line in field.baseline["lines"])
    beside = float(field.baseline["cost"]["p50"]) - on_units
    ended = set(finished)
    begun = [key for key in planned if key not in ended]
    return _Work(
        done=done,
        ahead=tuple(ahead),
        certain=beside + sum(one.actual for one in done),
        planned_done=sum(one.planned for one in done),
        planned_ahead=sum(one.planned for one in ahead),
        hours_ahead=hours_ahead,
        hours_begun=sum(hours[key] for key in begun),
    )


def _units(field: Field, index: int) -> float:
    line = next(one for one in field.baseline["lines"] if one["index"] == index)
    return float(line["units"])


def _budget(field: Field, line: Mapping[str, Any]) -> Decimal:
    """Return the budget of work that is forecast; of a line without rows all of it."""
    if line in field.lines:
        return field.budget(line)
    return sum((plan.cost for plan in plans_of(line).values()), NOTHING)


def _planned_hours(field: Field, line: Mapping[str, Any]) -> Decimal:
    plans = plans_of(line)
    kinds = field.cells.counted.get(line["index"], tuple(plans))
    return sum((plans[kind].paid_hours for kind in kinds if kind in plans), NOTHING)


def _paid_hours(field: Field, line: int, kind: str, seconds: Decimal) -> float:
    plans = field.prices.plans[line]
    plan = plans.get(kind) or plans["label"]
    return float(seconds / 3600 * plan.paid_ratio)


def _finish(
    field: Field, work: _Work, found: Completion, *, calendar: Calendar
) -> dict[str, Any]:
    """Return the days of the finish and the chance to keep the promised one."""
    if not work.ahead:
        return not_known("no work on units is left")
    waits = field.waits
    held = without_waits(calendar, waits, on=field.on, worked=_worked(field))
    pace, doubt = _pace(field, held)
    if not pace:
        return not_known(NO_PACE)
    each = work.hours_ahead / work.planned_ahead / pace
    # Days are hours over hours a day: on the logarithm both doubts add up.
    days = replace(
        found,
        certain=-work.hours_begun / pace,
        means=found.means + log(each),
        sigmas=np.sqrt(found.sigmas**2 + doubt**2),
    )
    until = date.fromisoformat(field.baseline["promised"]) + moved_by_client(waits)
    left = held.count(field.on + timedelta(days=1), until + timedelta(days=1))
    typical = max(0.0, days.quantile(0.5))
    return {
        "known": True,
        **{
            name: _day(days.quantile(at), field.on, held) for name, at in SHARES.items()
        },
        "promised": until.isoformat(),
        "by_promised": _share(days.below(left)),
        "hours_a_day": f"{pace:.1f}",
        "hours_a_day_needed": f"{typical * pace / left:.1f}" if left else None,
        "waits": lost_days(calendar, waits, on=field.on),
    }


def _worked(field: Field) -> set[date]:
    return {cell.day for cell in field.cells.cells if cell.day is not None}


def _pace(field: Field, calendar: Calendar) -> tuple[float, float]:
    """Return paid hours a working day of the last weeks, and the doubt of it.

    Weeks in which nobody worked on the project count: they may come again.
    """
    by_week: dict[date, float] = defaultdict(float)
    for cell in field.cells.cells:
        week = monday(cell.day or field.on)
        by_week[week] += _paid_hours(field, cell.line, cell.kind, cell.seconds)
    first, current = min(by_week), monday(field.on)
    weeks = [current - timedelta(days=7 * back) for back in range(LAST_WEEKS)]
    rates = []
    hours, days = 0.0, 0
    for week in weeks:
        end = min(week + timedelta(days=7), field.on + timedelta(days=1))
        worked = calendar.count(week, end)
        if week < first or not worked:
            continue
        hours, days = hours + by_week.get(week, 0.0), days + worked
        if by_week.get(week):
            rates.append(log(by_week[week] / worked))
    if not hours:
        return 0.0, 0.0
    if len(rates) < LEAST_WEEKS:
        return hours / days, PACE_DOUBT
    scatter = float(np.std(rates, ddof=1)) / sqrt(len(rates))
    return hours / days, max(LEAST_DOUBT, scatter)


def _day(days: float, on: date, calendar: Calendar) -> str | None:
    """Return the day so many working days on; None beyond every calendar."""
    if days > LONGEST:
        return None
    return calendar.add(on, max(0, ceil(days - 1e-9))).isoformat()


def _cents(amount: float) -> str:
    return str(Decimal(repr(amount)).quantize(Decimal("0.01"), ROUND_HALF_UP))


def _share(share: float) -> str:
    return str(Decimal(repr(float(share))).quantize(FOUR, ROUND_HALF_UP))


def _quotient(first: float, second: float) -> str | None:
    return _share(first / second) if second else None
