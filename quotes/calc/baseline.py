"""The plan that a project is held against, as plain data taken from its estimate.

Per line: items opened, units, seconds of labelling a unit on a named clock (opening the
items included), rework as a share of that time, unit price and planned cost. The whole:
cost at P50, and the reserve up to P80 with which the promise was made.
See docs/model.md#baseline.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

CENT = Decimal("0.01")


def baseline_document(
    spec: Mapping[str, Any], plan: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the baseline of a project from its spec and its `estimate: 1` document."""
    counted = [line for line in plan["lines"] if line["in_total"]]
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
        "hours": plan["hours"]["total"]["p50"],
        "rework_share": plan["quality"]["rework_share"],
        "lines": [_line(line, plan, counted) for line in counted],
        "clauses": plan["clauses"],
    }


def _line(
    line: Mapping[str, Any],
    plan: Mapping[str, Any],
    counted: list[Mapping[str, Any]],
) -> dict[str, Any]:
    """Return a line of the plan; the project's cost is shared out by price amounts.

    The estimate allocates cost to lines in its target prices; what a line's units cost
    is read back from them by the share of each line's target amount.
    """
    targets = [_target_amount(one) for one in counted]
    share = _target_amount(line) / sum(targets, Decimal(0))
    cost = (Decimal(plan["cost"]["p50"]) * share).quantize(CENT, ROUND_HALF_UP)
    return {
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
    }


def _target_amount(line: Mapping[str, Any]) -> Decimal:
    return Decimal(line["suggested"]["target"]) * int(line["counted_units"])
