"""What a bill leaves over its cost under the draws, by the basis it is sold on.

Where teams are sold for months their people are paid whether or not the work fills
them, and stop when the months end: their cost stands instead of that of the work. Staff
only. See docs/model.md#margins.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from .bill import Bill
from .earning import revenue
from .rates.values import RateCard
from .schedule import Workload
from .simulate import Simulation, as_decimal
from .spec.values import Spec
from .tax import kept_share
from .trace import Draws
from .volume import LineVolume
from .work import Work

SECONDS_AN_HOUR = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamsBooked:
    """Paid hours of booked teams, their mean cost, the chance that the work fits."""

    paid_hours: Decimal
    mean_cost: Decimal
    chance_enough: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Margins:
    """Revenue and margin under the draws; `teams` where teams are sold."""

    revenue: Draws
    margin: Draws
    teams: TeamsBooked | None

    @property
    def loss_probability(self) -> Decimal:
        """Return the chance that the cost is more than the revenue."""
        return as_decimal(float(np.mean(self.margin < 0)), digits=4)


def fee_cost_of(bill: Bill, card: RateCard) -> Decimal:
    """Return what the fees cost us, waived ones too; a pilot's work is in its stage."""
    return sum(
        (
            card.cost.fee_costs[row.fee.key].value * row.quantity
            for row in bill.fees
            if row.kind == "fee"
        ),
        Decimal(0),
    )


def margins(  # noqa: PLR0913 - what is earned, and what it rests on
    spec: Spec,
    bill: Bill,
    work: Work,
    simulation: Simulation,
    *,
    load: Workload,
    volumes: Mapping[int, LineVolume],
    card: RateCard,
    late: Draws | None = None,
) -> Margins:
    """Return what a bill earns and leaves under the draws of the work.

    `late`: the share of the lines' price that late delivery gives back in each draw.
    """
    earned = revenue(
        spec,
        bill,
        volumes,
        simulation,
        price=card.price,
        worked_hours=(load.labelling + load.reviewing) / SECONDS_AN_HOUR,
    )
    if late is not None:
        earned = earned - late * float(bill.lines_total * kept_share(spec))
    cost, teams = simulation.of(work.whole), None
    if bill.booked is not None:
        hours = bill.booked.people * bill.booked.team_months.value
        hours *= card.cost.site_of(spec.site).paid_hours_month.value
        asked = simulation.of(work.hours)
        cost = cost / asked * float(hours)
        teams = TeamsBooked(
            paid_hours=hours,
            mean_cost=as_decimal(float(np.mean(cost)), digits=2),
            chance_enough=as_decimal(float(np.mean(asked <= float(hours))), digits=4),
        )
    whole_cost = cost + float(fee_cost_of(bill, card))
    return Margins(revenue=earned, margin=earned - whole_cost, teams=teams)
