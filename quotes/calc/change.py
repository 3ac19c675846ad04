"""What a change order does to a plan: more or fewer units, days, cost and price.

The plan of before is kept; this makes the next one. Work on a touched line follows its
units, at the planned cost of a unit and the quoted unit prices; what the plan holds
beside work on units stays. Reserve follows the work. A week that is agreed anew is the
one that the clause on delivery promises from then on. Batches that are added follow the
last ones at the planned pace, and days that were lost move what was still to come.
See docs/model.md#change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import ceil
from typing import Any

from scoping.calc.money import rounded_together, share_out, to_coins
from scoping.calc.sla import clause_from_data
from scoping.calc.sla.owed import delivery
from scoping.calc.workdays import Calendar

from .billing import amount_of, is_by_unit
from .timephase import TENTH, monday

NOTHING = Decimal(0)
DELIVERY = "delivery"
"""The key of the clause on the promised week."""
SIX = Decimal("0.000001")
MOST_UNITS = 1_000_000_000
MOST_DAYS = 1_000


class ChangeError(ValueError):
    """Raised for a change that cannot be: `code` for programs, a sentence for us."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is agreed anew, from a day on.

    `units` are the new quoted units by the index of a line; `lost_days` working days by
    which all that was still to come moves; `cost` and `price` what is added beside the
    units, below 0 where less is done.
    """

    effective: date
    units: Mapping[int, int] = field(default_factory=dict)
    lost_days: int = 0
    promised: date | None = None
    cost: Decimal = NOTHING
    price: Decimal = NOTHING


def rebased(
    plan: Mapping[str, Any],
    change: Change,
    *,
    calendar: Calendar,
    client_calendar: Calendar,
) -> dict[str, Any]:
    """Return the plan after a change. Raises ChangeError for one that cannot be.

    The calendars are those of the site and of the client.
    """
    _check(plan, change)
    currency = str(plan["currency"])
    lines = [_line(line, change, currency) for line in plan["lines"]]
    before, after = _on_units(plan["lines"]), _on_units(lines)
    added = sum(
        (
            Decimal(new["cost"]) - Decimal(old["cost"])
            for new, old in zip(lines, plan["lines"], strict=True)
        ),
        NOTHING,
    )
    p50 = Decimal(plan["cost"]["p50"]) + added + change.cost
    if p50 <= 0:
        raise ChangeError("no_cost_left", "After this change the plan costs nothing.")
    reserve = to_coins(
        Decimal(plan["cost"]["reserve"]) * (after / before if before else 1), currency
    )
    items = _items(plan, lines)
    return {
        **plan,
        "lines": lines,
        "items": items,
        "promised": (
            change.promised or date.fromisoformat(plan["promised"])
        ).isoformat(),
        "cost": {"p50": str(p50), "p80": str(p50 + reserve), "reserve": str(reserve)},
        "price": str(Decimal(str(plan["price"])) + price_change(plan, change)),
        **_agreed(plan, change),
        "hours": str(
            Decimal(str(plan["hours"])) + _hours(lines) - _hours(plan["lines"])
        ),
        "plan": _by_time(
            plan,
            lines,
            change,
            items=items,
            beside=p50 - to_coins(after, currency),
            calendars=(calendar, client_calendar),
        ),
        **({"gates": _gates(plan, lines, items=items)} if "gates" in plan else {}),
    }


def price_change(plan: Mapping[str, Any], change: Change) -> Decimal:
    """Return by how much the price moves: touched units at quoted prices, and the rest.

    >>> line = {"index": 0, "units": 1000, "unit": "box", "billed_unit": "box",
    ...     "tiers": [{"units": 1000, "unit_price": "0.08"}], "kept": "0.9"}
    >>> price_change({"lines": [line], "currency": "USD"},
    ...     Change(effective=date(2026, 4, 1), units={0: 1500}))
    Decimal('36.00')
    """
    return lines_change(plan, change) + change.price


def lines_change(plan: Mapping[str, Any], change: Change) -> Decimal:
    """Return by how much the price of the lines moves, after their discount."""
    currency = str(plan["currency"])
    moved = [
        to_coins(amount_of(Decimal(change.units[line["index"]]), line), currency)
        - to_coins(amount_of(Decimal(line["units"]), line), currency)
        for line in plan["lines"]
        if line["index"] in change.units and is_by_unit(line)
    ]
    return sum(moved, NOTHING)


def moves_later(plan: Mapping[str, Any], change: Change) -> bool:
    """Return whether a change puts off a week that a clause of the plan promises.

    >>> plan = {"promised": "2026-05-11", "clauses": [{"key": "delivery"}]}
    >>> later = Change(effective=date(2026, 4, 1), promised=date(2026, 5, 18))
    >>> moves_later(plan, later)
    True
    """
    return (
        change.promised is not None
        and monday(change.promised) > monday(date.fromisoformat(plan["promised"]))
        and any(one["key"] == DELIVERY for one in plan.get("clauses", ()))
    )


def _agreed(plan: Mapping[str, Any], change: Change) -> dict[str, Any]:
    """Return what a late delivery is held against: the lines' price, and the new week.

    A plan of before says neither, and is left without.
    """
    found: dict[str, Any] = {}
    if "lines_price" in plan:
        price = Decimal(plan["lines_price"]) + lines_change(plan, change)
        found["lines_price"] = str(price)
    if change.promised is not None and "clauses" in plan:
        week = monday(change.promised)
        found["clauses"] = [_promised_anew(one, week) for one in plan["clauses"]]
    return found


def _promised_anew(data: Mapping[str, Any], week: date) -> Mapping[str, Any]:
    """Return a clause with another delivery week, where it is the one on that."""
    if data["key"] != DELIVERY:
        return data
    clause = clause_from_data(data)
    return delivery(week, late=clause.late, currency=clause.currency).to_data()


def _check(plan: Mapping[str, Any], change: Change) -> None:
    if plan.get("plan") is None:
        raise ChangeError(
            "old_plan", "This plan was frozen before plans were kept by week."
        )
    known = {line["index"]: int(line["units"]) for line in plan["lines"]}
    for index, units in change.units.items():
        if index not in known:
            raise ChangeError("no_such_line", f"The plan has no line {index}.")
        if not 0 < units <= MOST_UNITS:
            raise ChangeError(
                "impossible_count", f"{units:,} units are no quantity of a line."
            )
    _check_days(plan, change)
    same = all(known[index] == units for index, units in change.units.items())
    still = change.promised in (None, date.fromisoformat(plan["promised"]))
    if same and still and not (change.lost_days or change.cost or change.price):
        raise ChangeError("nothing_changed", "Nothing differs from the plan of today.")


def _check_days(plan: Mapping[str, Any], change: Change) -> None:
    if not 0 <= change.lost_days <= MOST_DAYS:
        raise ChangeError(
            "impossible_count",
            f"{change.lost_days} lost days are none. Write 0 to 1000.",
        )
    if change.effective < date.fromisoformat(plan["start"]):
        raise ChangeError(
            "before_start", f"The project began on {plan['start']}, not earlier."
        )
    if change.promised is not None and change.promised < change.effective:
        raise ChangeError(
            "promised_before", "The new promised day lies before the change itself."
        )


def _factor(line: Mapping[str, Any], change: Change) -> Fraction:
    units = change.units.get(line["index"], int(line["units"]))
    return Fraction(units, int(line["units"]))


def _times(value: object, factor: Fraction) -> Decimal:
    """Return a printed figure times a factor, at six decimals."""
    exact = Decimal(str(value)) * factor.numerator / factor.denominator
    return exact.quantize(SIX, ROUND_HALF_UP)


def _line(line: Mapping[str, Any], change: Change, currency: str) -> dict[str, Any]:
    factor = _factor(line, change)
    if factor == 1:
        return dict(line)
    work = [
        {
            name: value if name == "kind" else str(_times(value, factor))
            for name, value in row.items()
        }
        for row in line["work"]
    ]
    more = sum(
        (
            Decimal(new["cost"]) - Decimal(old["cost"])
            for new, old in zip(work, line["work"], strict=True)
        ),
        NOTHING,
    )
    return {
        **line,
        "units": change.units[line["index"]],
        "items": max(1, round(int(line["items"]) * factor)),
        "cost": str(Decimal(line["cost"]) + to_coins(more, currency)),
        "work": work,
    }


def _on_units(lines: Sequence[Mapping[str, Any]]) -> Decimal:
    return sum(
        (Decimal(row["cost"]) for line in lines for row in line["work"]), NOTHING
    )


def _hours(lines: Sequence[Mapping[str, Any]]) -> Decimal:
    found = sum(
        (Decimal(row["paid_hours"]) for line in lines for row in line["work"]), NOTHING
    )
    return found.quantize(TENTH, ROUND_HALF_UP)


def _items(plan: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> int:
    """Return the images of the project: they follow the line that opens most."""
    before = max(int(line["items"]) for line in plan["lines"])
    after = max(int(line["items"]) for line in lines)
    return max(1, round(int(plan["items"]) * Fraction(after, before)))


def _by_time(
    plan: Mapping[str, Any],
    lines: Sequence[Mapping[str, Any]],
    change: Change,
    *,
    items: int,
    beside: Decimal,
    calendars: tuple[Calendar, Calendar],
) -> dict[str, Any]:
    old, (calendar, client) = plan["plan"], calendars
    batches = max(1, -(-items // int(plan["batch_items"])))
    passed = _moved(
        old["passed"], change, batches=batches, pace=_pace(old), calendar=calendar
    )
    accepted = _moved(
        old["accepted"], change, batches=batches, pace=_pace(old), calendar=client
    )
    finish = date.fromisoformat(old["finish"])
    if change.lost_days or batches != int(old["batches"]):
        finish = date.fromisoformat(passed[-1][0])
    return {
        **old,
        "finish": finish.isoformat(),
        "batches": batches,
        "production_days": max(1, ceil(batches * _pace(old))),
        "on_units": str(to_coins(_on_units(lines), str(plan["currency"]))),
        "beside": str(beside),
        "passed": passed,
        "accepted": accepted,
        "weeks": _weeks(plan, lines, change),
    }


def _pace(old: Mapping[str, Any]) -> Fraction:
    """Return working days that a batch takes in production."""
    return Fraction(int(old["production_days"]), int(old["batches"]))


def _moved(
    running: Sequence[Sequence[Any]],
    change: Change,
    *,
    batches: int,
    pace: Fraction,
    calendar: Calendar,
) -> list[list[Any]]:
    """Return the running counts after the change: days moved, batches added or cut."""
    found: list[list[Any]] = []
    for text, many in running:
        day = date.fromisoformat(text)
        if day >= change.effective and change.lost_days:
            day = calendar.add(day, change.lost_days)
        found.append([day.isoformat(), min(int(many), batches)])
        if int(many) >= batches:
            break
    last, done = max(date.fromisoformat(found[-1][0]), change.effective), found[-1][1]
    for number in range(1, batches - done + 1):
        day = calendar.add(last, ceil(number * pace))
        if found[-1][0] == day.isoformat():
            found[-1][1] = done + number
        else:
            found.append([day.isoformat(), done + number])
    return found


def _weeks(
    plan: Mapping[str, Any], lines: Sequence[Mapping[str, Any]], change: Change
) -> list[dict[str, Any]]:
    """Return cost and hours by week: the past stays, the rest makes up the whole."""
    factors = {line["index"]: _factor(line, change) for line in plan["lines"]}
    touched = {index for index, factor in factors.items() if factor != 1}
    rows = [dict(row) for row in plan["plan"]["weeks"] if row["line"] not in touched]
    now = monday(change.effective).isoformat()
    for line in lines:
        if line["index"] not in touched:
            continue
        own = [row for row in plan["plan"]["weeks"] if row["line"] == line["index"]]
        for stage in sorted({row["stage"] for row in own}):
            rows += _of_stage(
                [row for row in own if row["stage"] == stage],
                factors[line["index"]],
                now=now,
                currency=str(plan["currency"]),
            )
    return rows


def _of_stage(
    rows: Sequence[Mapping[str, Any]], factor: Fraction, *, now: str, currency: str
) -> list[dict[str, Any]]:
    past = [dict(row) for row in rows if row["week"] < now]
    to_come = [row for row in rows if row["week"] >= now] or [
        {**rows[-1], "week": now, "cost": "1", "hours": "1"}
    ]
    rests = {}
    for name in ("cost", "hours"):
        whole = sum((Decimal(row[name]) for row in rows), NOTHING)
        gone = sum((Decimal(row[name]) for row in past), NOTHING)
        rests[name] = _times(whole, factor) - gone
    weights = [Decimal(row["cost"]) for row in to_come]
    rest = to_coins(rests["cost"], currency)
    if rest <= 0 or not sum(weights):
        to_come, weights = to_come[:1], [Decimal(1)]
    costs = share_out(rest, weights, currency)
    shares = [Fraction(weight) / Fraction(sum(weights)) for weight in weights]
    hours = rounded_together(
        [
            Fraction(rests["hours"].quantize(TENTH, ROUND_HALF_UP)) * share
            for share in shares
        ],
        unit=TENTH,
    )
    return [
        *past,
        *(
            {**row, "cost": str(cost), "hours": str(some)}
            for row, cost, some in zip(to_come, costs, hours, strict=True)
        ),
    ]


def _gates(
    plan: Mapping[str, Any], lines: Sequence[Mapping[str, Any]], *, items: int
) -> dict[str, Any]:
    new = {line["index"]: int(line["items"]) for line in lines}
    return {
        **plan["gates"],
        "items": items,
        "lines": [
            {**row, "items": new.get(row.get("index"), row["items"])}
            for row in plan["gates"]["lines"]
        ],
    }
