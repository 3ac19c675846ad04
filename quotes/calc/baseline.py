"""The plan that a project is held against, as plain data taken from its estimate.

Per line: items opened, units, seconds of labelling a unit on a named clock (opening the
items included), rework as a share of that time, unit price, planned cost, and the work
as work records name it. The whole: cost at P50, the reserve up to P80 with which the
promise was made, and the plan by week. See docs/model.md#baseline.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from scoping.calc.money import share_out, to_coins
from scoping.calc.workdays import Calendar

from .timephase import DELIVERY, PILOT, PRODUCTION, RULES, by_week, due, windows

AN_HOUR = 3600
STAGE_OF = {"label": 3, "rework": 3, "review": 5, "audit": 6}
"""The stage in which each kind of work is planned."""


def baseline_document(
    spec: Mapping[str, Any],
    plan: Mapping[str, Any],
    *,
    calendar: Calendar,
    client_calendar: Calendar,
) -> dict[str, Any]:
    """Return the baseline of a project from its spec and its `estimate: 1` document.

    The calendars are those of the site and of the client.
    """
    counted = [line for line in plan["lines"] if line["in_total"]]
    lines = _lines(counted, plan)
    held_back = spec.get("commercial", {}).get("holdback")
    return {
        "baseline": 1,
        "card": plan["card"],
        "currency": plan["currency"],
        "items": spec["items"],
        "batch_items": spec["quality"]["batch_items"],
        "accuracy": spec["quality"]["accuracy"],
        "start": plan["schedule"]["start"],
        "promised": plan["schedule"]["promised"],
        "annotators": plan["schedule"]["annotators"],
        "cost": {
            "p50": plan["cost"]["p50"],
            "p80": plan["cost"]["p80"],
            "reserve": str(Decimal(plan["cost"]["p80"]) - Decimal(plan["cost"]["p50"])),
        },
        "price": plan["price"]["total"],
        "lines_price": str(sum((Decimal(line["net"]) for line in counted), Decimal(0))),
        "hours": plan["hours"]["total"]["p50"],
        "rework_share": plan["quality"]["rework_share"],
        "outgoing_defect": plan["quality"].get("outgoing_defect"),
        "fx": plan.get("fx"),
        "lines": lines,
        "plan": _plan(
            spec, plan, lines, calendar=calendar, client_calendar=client_calendar
        ),
        "clauses": plan["clauses"],
    } | ({"holdback": str(held_back)} if held_back else {})


def _lines(
    counted: Sequence[Mapping[str, Any]], plan: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return the lines of the plan; the project's cost is shared out by price amounts.

    The estimate allocates cost to lines in its target prices; what a line's units cost
    is read back from them by the share of each line's target amount.
    """
    currency = plan["currency"]
    whole = to_coins(Decimal(plan["cost"]["p50"]), currency)
    costs = share_out(whole, [_target_amount(line) for line in counted], currency)
    return [_line(line, cost) for line, cost in zip(counted, costs, strict=True)]


def _line(line: Mapping[str, Any], cost: Decimal) -> dict[str, Any]:
    found = {
        "index": line["index"],
        "name": line["name"],
        "type": line["type"],
        # What is worked on, which under a price an image is not what is billed.
        "unit": line["counted_unit"],
        "units": line["counted_units"],
        "items": max(1, int(Decimal(line["items"]).to_integral_value(ROUND_HALF_UP))),
        "seconds_per_unit": line["labelling_seconds_per_unit"],
        "rework_time_share": line["rework_time_share"],
        "clock": line["clock"],
        "unit_price": line["unit_price"],
        "billed_unit": line["unit"],
        "cost": str(cost),
        "tiers": line["tiers"],
        "kept": str(_kept(line)),
    }
    if line.get("work_by_kind"):
        found["work"] = _work(line)
    if line.get("prelabels") is not None:
        found["prelabels"] = line["prelabels"]
    return found


def _kept(line: Mapping[str, Any]) -> Decimal:
    """Return the share of a line's amount that its part of the discount leaves.

    All of it where the line has no amount of its own: sold as teams and months.
    """
    amount = Decimal(line["amount"] or 0)
    return Decimal(line["net"]) / amount if amount else Decimal(1)


def _work(line: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the typical work on the quoted units, so that seconds are those printed.

    An estimate's work is of the typical number of units; a quote counts the mean.
    """
    kinds = {row["kind"]: row for row in line["work_by_kind"]}
    printed = Decimal(line["labelling_seconds_per_unit"]) * int(line["counted_units"])
    typical = Decimal(kinds["label"]["worked_hours"]) * AN_HOUR if kinds else Decimal(0)
    scale = printed / typical if typical else Decimal(1)
    return [
        {
            "kind": kind,
            "worked_hours": str(round(Decimal(row["worked_hours"]) * scale, 6)),
            "paid_hours": str(round(Decimal(row["paid_hours"]) * scale, 6)),
            "cost": str(round(Decimal(row["cost"]) * scale, 6)),
        }
        for kind, row in kinds.items()
    ]


def _plan(
    spec: Mapping[str, Any],
    plan: Mapping[str, Any],
    lines: Sequence[Mapping[str, Any]],
    *,
    calendar: Calendar,
    client_calendar: Calendar,
) -> dict[str, Any] | None:
    """Return the plan by week; None for an estimate that names no work by kind."""
    if any("work" not in line for line in lines):
        return None
    found = windows(plan["schedule"], calendar=calendar)
    batches = max(1, -(-int(spec["items"]) // int(spec["quality"]["batch_items"])))
    currency = plan["currency"]
    by_stage = {line["index"]: _by_stage(line, currency) for line in lines}
    on_units = sum(
        (cost for rows in by_stage.values() for _, cost, _ in rows), Decimal(0)
    )
    beside = Decimal(plan["cost"]["p50"]) - on_units
    expected = due(
        found,
        batches=batches,
        turnaround_days=int(spec["client_turnaround_days"]),
        calendar=calendar,
        client_calendar=client_calendar,
    )
    planned = [(line, *row) for line, rows in by_stage.items() for row in rows] + [
        (None, *row) for row in _beside(beside, plan)
    ]
    weeks = [
        {"line": line, "stage": stage, **week}
        for line, stage, cost, hours in planned
        for week in by_week(
            cost,
            hours,
            days=found[stage if stage in found else PRODUCTION].days,
            currency=currency,
        )
    ]
    return {
        "finish": plan["schedule"]["finish"]["p50"],
        "calendar": calendar.key,
        "batches": batches,
        "production_days": len(found[PRODUCTION].days),
        "turnaround_days": int(spec["client_turnaround_days"]),
        "on_units": str(on_units),
        "beside": str(beside),
        "passed": [[day.isoformat(), many] for day, many in expected.passed],
        "accepted": [[day.isoformat(), many] for day, many in expected.accepted],
        "weeks": weeks,
    }


def _by_stage(
    line: Mapping[str, Any], currency: str
) -> list[tuple[int, Decimal, Decimal]]:
    """Return cost, in coins, and paid hours of a line's work by stage."""
    found: dict[int, list[Decimal]] = {}
    for row in line["work"]:
        sums = found.setdefault(STAGE_OF[row["kind"]], [Decimal(0), Decimal(0)])
        sums[0] += Decimal(row["cost"])
        sums[1] += Decimal(row["paid_hours"])
    rows = [(stage, cost, hours) for stage, (cost, hours) in found.items() if cost]
    if not rows:
        return []
    exact = [cost for _, cost, _ in rows]
    costs = share_out(to_coins(sum(exact, Decimal(0)), currency), exact, currency)
    return [
        (stage, cost, hours)
        for (stage, _, hours), cost in zip(rows, costs, strict=True)
    ]


def _beside(
    beside: Decimal, plan: Mapping[str, Any]
) -> list[tuple[int, Decimal, Decimal]]:
    """Return what the plan holds beside work on units: by the stage that needs it.

    Rules, pilot and delivery at the plan's mean cost; what is left, fees and what a
    typical total holds beyond typical figures, runs with production. Where the typical
    total is smaller than all that, everything is cut down alike. A total below the
    work on units takes the difference off production.
    """
    stages = {row["number"]: row for row in plan["stages"]}
    own = {
        number: Decimal(stages[number]["cost"]) for number in (RULES, PILOT, DELIVERY)
    }
    if beside <= 0:
        return [(PRODUCTION, beside, Decimal(0))] if beside else []
    rest = max(Decimal(0), beside - sum(own.values(), Decimal(0)))
    numbers = [*own, PRODUCTION]
    weights = [*own.values(), rest]
    costs = share_out(beside, weights, plan["currency"])
    return [
        (
            number,
            cost,
            Decimal(0) if number == PRODUCTION else Decimal(stages[number]["hours"]),
        )
        for number, cost in zip(numbers, costs, strict=True)
        if cost
    ]


def _target_amount(line: Mapping[str, Any]) -> Decimal:
    return Decimal(line["suggested"]["target"]) * int(line["counted_units"])
