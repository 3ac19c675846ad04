"""One project at one set of unit prices, sold in each of the five ways.

The same decided unit prices, the same draws: only the basis differs. So the ways differ
by rounding up and by who bears which risk, which is what the chance of a loss shows.
Staff only. See docs/model.md#ways.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any, get_args

import numpy as np

from .bases import RISKS, equivalent
from .bill import Bill
from .earning import volume_range
from .estimate import Estimate
from .margins import margins
from .offer import bill_of
from .rates.values import MissingRateError
from .simulate import as_decimal
from .spec.values import Basis, Spec


def ways(made: Estimate) -> list[dict[str, Any]]:
    """Return every basis that the card can price, with its total, range and risks."""
    return list(_ways(made))


def _ways(made: Estimate) -> Iterator[dict[str, Any]]:
    for basis in get_args(Basis):
        spec = replace(made.spec, commercial=replace(made.spec.commercial, basis=basis))
        try:
            bill = bill_of(
                spec,
                price=made.card.price,
                unit_prices=made.offer.unit_prices,
                volumes=made.offer.volumes,
            )
        except MissingRateError:
            continue
        yield _way(made, spec, bill)


def _way(made: Estimate, spec: Spec, bill: Bill) -> dict[str, Any]:
    basis = spec.commercial.basis
    found = margins(
        spec,
        bill,
        made.work,
        made.simulation,
        load=made.load,
        volumes=made.offer.volumes,
        card=made.card,
        late=made.late,
    )
    low, high = volume_range(spec, bill, made.offer.volumes, price=made.card.price)
    mean, earned = float(np.mean(found.margin)), float(np.mean(found.revenue))
    return {
        "basis": basis,
        "taken": basis == made.spec.commercial.basis,
        "total": str(bill.total.value),
        "range": {"low": str(low), "high": str(high)},
        "equivalents": [
            {
                "index": row.line.index,
                "unit": row.line.unit,
                "unit_price": str(
                    equivalent(
                        row.amount.value,
                        made.offer.volumes[row.line.index].quoted.value,
                    )
                ),
            }
            for row in bill.lines
        ],
        "volume_risk": RISKS[basis].volume,
        "time_risk": RISKS[basis].time,
        "margin": str(as_decimal(mean, digits=2)),
        "margin_share": None
        if earned == 0
        else str(Decimal(repr(mean / earned)).quantize(Decimal("0.0001"))),
        "loss_probability": str(found.loss_probability),
        "teams": None
        if found.teams is None
        else {
            "paid_hours": str(found.teams.paid_hours),
            "cost": str(found.teams.mean_cost),
            "chance_enough": str(found.teams.chance_enough),
        },
    }
