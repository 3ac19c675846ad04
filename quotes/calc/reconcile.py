"""Estimated against delivered: units, seconds on a named clock, rework, cost.

What is not known is said with its reason; it is never 0. Two clocks are compared only
where they are the same: otherwise the difference is one of scope, and shown as such.
Without paid time, cost is hours at planned rates, and says so.
See docs/model.md#reconcile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from scoping.calc.money import to_coins

from .matching import Delivered
from .variance import Factor, split_gap

CLOCKS = {
    "gesture": "drawing time",
    "label": "labelling time",
    "session": "session time",
    "paid": "paid time",
}
"""What a clock times, from the narrowest to the widest."""
HOLDS = {
    "label": "more than drawing",
    "session": "pauses",
    "paid": "pauses, training, meetings and waiting",
}
"""What a wider clock holds that a narrower one does not."""
HUNDREDTH = Decimal("0.01")


def known(value: object) -> dict[str, Any]:
    """Return a figure that is known."""
    return {"known": True, "value": value}


def not_known(because: str) -> dict[str, Any]:
    """Return a figure that is not known, with the reason."""
    return {"known": False, "because": because, "text": f"not known, because {because}"}


def reconcile(
    baseline: Mapping[str, Any],
    found: Mapping[int | None, Delivered],
    *,
    paid_clock: str,
    scopes: Sequence[str] = (),
) -> dict[str, Any]:
    """Return the comparison as plain data: one entry a line, and the whole."""
    lines = [
        _line(baseline, line, found.get(line["index"]), paid_clock=paid_clock)
        for line in baseline["lines"]
    ]
    return {
        "reconciliation": 1,
        "currency": baseline["currency"],
        "paid_clock": paid_clock,
        "lines": lines,
        "whole": _whole(baseline, lines),
        "scopes": list(scopes),
        "outside": _outside(found.get(None)),
    }


def _line(
    baseline: Mapping[str, Any],
    line: Mapping[str, Any],
    done: Delivered | None,
    *,
    paid_clock: str,
) -> dict[str, Any]:
    head = {
        "index": line["index"],
        "name": line["name"],
        "unit": line["unit"],
        "planned": {
            "items": int(line["items"]),
            "units": line["units"],
            "seconds_per_unit": line["seconds_per_unit"],
            "clock": line["clock"],
            "clock_name": CLOCKS[line["clock"]],
            "cost": line["cost"],
            "rework_share": baseline["rework_share"],
        },
    }
    if done is None:
        nothing = not_known("no file was dropped for this line")
        return {
            **head,
            "actual": dict.fromkeys(
                (
                    *("items", "units", "passed", "accepted", "rework_share"),
                    *("seconds_per_unit", "cost"),
                ),
                nothing,
            ),
            "clocks": [],
            "scope": None,
            "untimed_batches": [],
            "batches": [],
            "gap": None,
        }
    cost, gap = _cost(baseline, line, done, paid_clock=paid_clock)
    return {
        **head,
        "actual": {
            "items": _count(done.items, "the file counts no images"),
            "units": _count(done.units, "the file counts no units"),
            "passed": _count(done.passed, "no gate was reported"),
            "accepted": _count(done.accepted, "the client has not confirmed any batch"),
            "rework_share": _rework(done),
            "seconds_per_unit": _seconds_per_unit(done),
            "cost": cost,
        },
        "clocks": [{"clock": clock, "name": CLOCKS[clock]} for clock in done.clocks],
        "seconds": None if done.label_seconds is None else str(done.label_seconds),
        "timed_units": done.timed_units,
        "scope": _scope(line, done),
        "untimed_batches": list(done.untimed_batches),
        "batches": [
            {
                "batch": one.batch,
                "state": one.state,
                "items": one.items,
                "units": one.units,
                "audit_n": one.audit_n,
                "audit_defects": one.audit_defects,
            }
            for one in done.batches
        ],
        "gap": gap,
    }


def _count(value: int | None, because: str) -> dict[str, Any]:
    return not_known(because) if value is None else known(value)


def _rework(done: Delivered) -> dict[str, Any]:
    if done.rejected is None or not done.units:
        return not_known("no rejected units were reported")
    share = Decimal(done.rejected) / done.units
    return known(str(share.quantize(Decimal("0.0001"), ROUND_HALF_UP)))


def _seconds_per_unit(done: Delivered) -> dict[str, Any]:
    if done.label_seconds is None or not done.timed_units:
        return not_known("no row carries both units and a time")
    return known(
        str((done.label_seconds / done.timed_units).quantize(HUNDREDTH, ROUND_HALF_UP))
    )


def _scope(line: Mapping[str, Any], done: Delivered) -> str | None:
    """Return in a sentence that two clocks time different things, None if not."""
    if done.clock is None or done.clock == line["clock"]:
        return None
    planned, measured = CLOCKS[line["clock"]], CLOCKS[done.clock]
    order = list(CLOCKS)
    if order.index(done.clock) < order.index(line["clock"]):
        why = f"{measured} is a part of what the estimate counts"
    else:
        why = f"{measured} holds {HOLDS[done.clock]} too"
    return (
        f"The estimate counts {planned}, the file {measured}. The difference is one of "
        f"scope, not of performance: {why}."
    )


def _cost(
    baseline: Mapping[str, Any],
    line: Mapping[str, Any],
    done: Delivered,
    *,
    paid_clock: str,
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Return the cost at planned rates and the gap to the plan for the same items."""
    if done.label_seconds is None or not done.timed_units or not done.units:
        return not_known("no row carries a time"), None
    if done.clock != paid_clock:
        return (
            not_known(
                f"the file times {CLOCKS[str(done.clock)]}, and people of this project "
                f"are paid for {CLOCKS[paid_clock]}"
            ),
            None,
        )
    if done.clock != line["clock"]:
        return (
            not_known(
                f"the plan is in {CLOCKS[line['clock']]} and the file in "
                f"{CLOCKS[paid_clock]}, and no factor between them is stated"
            ),
            None,
        )
    if not done.items:
        return not_known("the file counts no images"), None
    currency = str(baseline["currency"])
    factors = _factors(line, done)
    share = Decimal(done.items) / int(line["items"])
    planned = to_coins(Decimal(line["cost"]) * share, currency)
    quotient = Decimal(1)
    for factor in factors:
        quotient *= factor.actual / factor.planned
    actual = to_coins(planned * quotient, currency)
    if planned <= 0 or actual <= 0:
        return not_known("the plan holds no cost for these images"), None
    parts = split_gap(factors, planned=planned, actual=actual, currency=currency)
    return (
        {**known(str(actual)), "basis": "hours at planned rates"},
        {
            "planned": str(planned),
            "actual": str(actual),
            "total": str(actual - planned),
            "parts": [
                {"name": name, "amount": str(amount)} for name, amount in parts.items()
            ],
            "not_separable": [
                "wage: not known, because no payroll was dropped",
                *(
                    []
                    if done.rework_seconds is not None
                    else ["rework: not known, because no rework time was reported"]
                ),
            ],
        },
    )


def _factors(line: Mapping[str, Any], done: Delivered) -> list[Factor]:
    """Return the measured factors of the cost of these items."""
    items, units = Decimal(done.items or 1), Decimal(done.units or 1)
    seconds = (done.label_seconds or Decimal(1)) / (done.timed_units or 1)
    found = [
        Factor(
            name="units an image",
            planned=Decimal(line["units"]) / int(line["items"]),
            actual=units / items,
        ),
        Factor(
            name="time a unit",
            planned=Decimal(line["seconds_per_unit"]),
            actual=seconds,
        ),
    ]
    if done.rework_seconds is not None and done.label_seconds:
        found.append(
            Factor(
                name="rework",
                planned=1 + Decimal(line["rework_time_share"]),
                actual=1 + done.rework_seconds / done.label_seconds,
            )
        )
    return found


def _whole(
    baseline: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the sums over the lines; one unknown part makes the sum unknown."""
    gaps = [line["gap"] for line in lines]
    done = [gap for gap in gaps if gap is not None]
    currency = baseline["currency"]
    if not done or any(
        gap is None and line["actual"]["units"]["known"]
        for gap, line in zip(gaps, lines, strict=True)
    ):
        because = next(
            (
                line["actual"]["cost"]["because"]
                for line in lines
                if not line["actual"]["cost"]["known"]
            ),
            "no file was dropped",
        )
        return {"cost": not_known(because), "gap": None, "currency": currency}
    parts: dict[str, Decimal] = {}
    for gap in done:
        for part in gap["parts"]:
            parts[part["name"]] = parts.get(part["name"], Decimal(0)) + Decimal(
                part["amount"]
            )
    planned = sum((Decimal(gap["planned"]) for gap in done), Decimal(0))
    actual = sum((Decimal(gap["actual"]) for gap in done), Decimal(0))
    return {
        "cost": {**known(str(actual)), "basis": "hours at planned rates"},
        "gap": {
            "planned": str(planned),
            "actual": str(actual),
            "total": str(actual - planned),
            "parts": [
                {"name": name, "amount": str(amount)}
                for name, amount in sorted(
                    parts.items(), key=lambda pair: (-abs(pair[1]), pair[0])
                )
            ],
            "not_separable": sorted(
                {one for gap in done for one in gap["not_separable"]}
            ),
        },
        "currency": currency,
    }


def _outside(done: Delivered | None) -> dict[str, Any] | None:
    if done is None:
        return None
    return {
        "units": done.units,
        "batches": [one.batch for one in done.batches],
        "text": (
            f"{done.units or 0:,} units in {len(done.batches):,} batches fit no line "
            f"of the plan. They are in no figure above."
        ),
    }
