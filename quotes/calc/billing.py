"""What may be billed so far, and the margin: from the quote to what was realised.

A bill follows accepted units at the tiers of the quote, beyond the quoted quantity at
the last price that it reached, with the quote's discount. What is delivered and not
accepted is shown beside it and billed to nobody. The margin of the same images goes
from the quoted one, by more or fewer units and each part of the cost gap, to the
realised one. See docs/model.md#billing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from scoping.calc.money import to_coins

from .figures import known, not_known

NOTHING = Decimal(0)
ANOTHER_UNIT = "it is not sold by the unit that is counted"


def amount_of(units: Decimal, line: Mapping[str, Any]) -> Decimal:
    """Return what units of a line come to at its tiers, discount off, unrounded.

    >>> line = {
    ...     "tiers": [
    ...         {"units": 50_000, "unit_price": "0.063"},
    ...         {"units": 950_000, "unit_price": "0.049"},
    ...     ],
    ...     "kept": "1",
    ... }
    >>> amount_of(Decimal(1_000_000), line)
    Decimal('49700.000')
    """
    left, amount = units, NOTHING
    for tier in line["tiers"][:-1]:
        some = min(left, Decimal(tier["units"]))
        amount += some * Decimal(tier["unit_price"])
        left -= some
    last = line["tiers"][-1]
    return (amount + left * Decimal(last["unit_price"])) * Decimal(line["kept"])


def is_by_unit(line: Mapping[str, Any]) -> bool:
    """Return whether a line's bill follows the units that are counted."""
    return bool(line.get("tiers")) and line["billed_unit"] == line["unit"]


def billing(
    baseline: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return for each line quoted, delivered, passed, accepted units, and billable.

    `lines` are those of a reconciliation.
    """
    plans = {line["index"]: line for line in baseline["lines"]}
    return [
        {
            "index": line["index"],
            "name": line["name"],
            "unit": line["unit"],
            "quoted": line["planned"]["units"],
            "delivered": line["actual"]["units"],
            "passed": line["actual"]["passed"],
            "accepted": line["actual"]["accepted"],
            "billable": _billable(
                plans[line["index"]], line["actual"], baseline["currency"]
            ),
            "waiting": _waiting(line["actual"]),
        }
        for line in lines
    ]


def _billable(
    line: Mapping[str, Any], actual: Mapping[str, Any], currency: str
) -> dict[str, Any]:
    if not is_by_unit(line):
        return not_known(ANOTHER_UNIT)
    if not actual["accepted"]["known"]:
        return dict(actual["accepted"])
    units = Decimal(actual["accepted"]["value"])
    return known(str(to_coins(amount_of(units, line), currency)))


def _waiting(actual: Mapping[str, Any]) -> dict[str, Any]:
    """Return units that passed and are not accepted."""
    if not actual["passed"]["known"]:
        return dict(actual["passed"])
    accepted = actual["accepted"]["value"] if actual["accepted"]["known"] else 0
    return known(actual["passed"]["value"] - accepted)


def margin_bridge(
    baseline: Mapping[str, Any], standing: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the margin of the work done: quoted, by what it moved, and realised.

    Price and cost are of the same images; units that are not accepted yet count at
    their price, because the cost of them counts too.
    """
    if not standing["known"]:
        return not_known(standing["because"])
    plans = {line["index"]: line for line in baseline["lines"]}
    currency, gap = baseline["currency"], standing["gap"]
    quoted = realised = NOTHING
    moved = []
    for row in standing["units"]:
        line = plans[row["index"]]
        if not is_by_unit(line):
            return not_known(f"{line['name']} is not sold by the unit that is counted")
        before = to_coins(amount_of(Decimal(row["planned"]), line), currency)
        after = to_coins(amount_of(Decimal(row["actual"]), line), currency)
        quoted, realised = quoted + before, realised + after
        moved.append(
            {
                "key": f"price_{row['index']}",
                "name": f"price of more or fewer {line['name']}",
                "amount": str(after - before),
            }
        )
    costs = [
        {
            "key": part["key"],
            "name": f"cost: {part['name']}",
            "amount": str(-Decimal(part["amount"])),
        }
        for part in gap["parts"]
    ]
    planned, actual = (
        quoted - Decimal(gap["planned"]),
        realised - Decimal(gap["actual"]),
    )
    return {
        "known": True,
        "price_quoted": str(quoted),
        "price_realised": str(realised),
        "planned": str(planned),
        "actual": str(actual),
        "total": str(actual - planned),
        "parts": [row for row in [*moved, *costs] if Decimal(row["amount"])],
    }
