"""What a bill earns when the project turns out otherwise than quoted, by its basis.

By the unit the bill follows accepted units; by the image it follows images, and units
above the density cap; by the hour it follows hours up to the amount not exceeded; teams
and fixed prices earn what was agreed. A client's range takes the same rules with volume
alone, for how long the work takes is not the client's to see. See
docs/model.md#earning.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import numpy as np

from .bases import density_cap
from .bill import Bill, BillLine
from .chances import Correlations, line_keys
from .memory import Memory
from .money import to_coins
from .rates.values import PriceSide
from .simulate import Distribution, Simulation
from .spec.values import Spec
from .tax import kept_share
from .trace import Draws
from .volume import LineVolume

RANGE_DRAWS = 4096


def by_volume(
    spec: Spec,
    row: BillLine,
    volume: LineVolume,
    simulation: Simulation,
    *,
    price: PriceSide,
) -> Draws:
    """Return what a line earns under every draw of how many units there are.

    Net of discount. By the hour it is the amount not exceeded, as much less as there
    are fewer units.
    """
    basis = spec.commercial.basis
    flat: Draws = np.full(simulation.draws, float(row.net))
    if basis in ("fixed", "pod_month") or row.amount.value == 0:
        return flat
    units = simulation.of(volume.units)
    if basis == "image":
        cap = density_cap(row.line, volume, price=price)
        if cap is None:
            return flat
        kept = float(row.net / row.amount.value)
        above: Draws = np.maximum(units - float(cap * volume.items.value), 0.0)
        return flat + above * (float(row.decided.value) * kept)
    if basis == "hour":
        return np.minimum(row.net_of(units), flat)
    return row.net_of(units)


def volume_range(
    spec: Spec,
    bill: Bill,
    volumes: Mapping[int, LineVolume],
    *,
    price: PriceSide,
    memory: Memory | None = None,
) -> tuple[Decimal, Decimal]:
    """Return the total not passed, and passed, one time in ten, by volume alone."""
    total = bill.total.value
    moving = [row for row in bill.lines if row.amount.value > 0]
    if spec.commercial.basis in ("fixed", "pod_month") or not moving:
        return total, total
    simulation = Simulation(
        [volumes[row.line.index].units for row in moving],
        seed=spec.seed,
        draws=RANGE_DRAWS,
        correlations=Correlations(volume_volume=float(price.volume_correlation.value)),
        memory=memory,
    )
    if not simulation.chances:
        return total, total
    keys = line_keys(spec.lines)
    lines: Draws = np.sum(
        [
            by_volume(spec, row, volumes[row.line.index], simulation, price=price)
            for row in sorted(moving, key=lambda row: keys[row.line.index])
        ],
        axis=0,
    )
    fees = sum((row.amount.value for row in bill.fees), Decimal(0))
    net = np.maximum(lines + float(fees), float(price.minimum_order.value))
    factor = 1.0
    if spec.commercial.tax.mode == "exclusive":
        factor += float(spec.commercial.tax.rate)
    spread = Distribution.of(net * factor)
    return (
        min(to_coins(spread.p10, bill.currency), total),
        max(to_coins(spread.p90, bill.currency), total),
    )


def revenue(
    spec: Spec,
    bill: Bill,
    volumes: Mapping[int, LineVolume],
    simulation: Simulation,
    *,
    price: PriceSide,
    worked_hours: Draws,
) -> Draws:
    """Return what we keep of the bill under the draws, tax left out.

    `worked_hours` are hours of labelling and checking: what is billed by the hour.
    """
    lines = sorted(
        (row for row in bill.lines if row.units.value > 0),
        key=lambda row: (row.line.type, row.net, row.units.value),
    )
    found = np.full(simulation.draws, float(bill.fees_total.value))
    if spec.commercial.basis == "hour":
        found += _by_hours(lines, volumes, simulation, worked_hours=worked_hours)
    else:
        for row in lines:
            found += by_volume(
                spec, row, volumes[row.line.index], simulation, price=price
            )
    return found * float(kept_share(spec))


def _by_hours(
    lines: Sequence[BillLine],
    volumes: Mapping[int, LineVolume],
    simulation: Simulation,
    *,
    worked_hours: Draws,
) -> Draws:
    """Return hours × price of an hour, never above the amount not exceeded.

    That amount holds for the units quoted: more units raise it by an order of the
    client's, at what they come to; fewer do not lower it.
    """
    none = np.zeros(simulation.draws)
    if not lines:
        return none
    limit, asked = none, sum((row.amount.value for row in lines), Decimal(0))
    for row in lines:
        units = simulation.of(volumes[row.line.index].units)
        limit = limit + np.maximum(row.net_of(units), float(row.net))
    net = sum((row.net for row in lines), Decimal(0))
    each = float(lines[0].unit_price.value * net / asked)
    return np.minimum(worked_hours * each, limit)
