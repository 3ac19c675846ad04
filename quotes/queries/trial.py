"""What a unit price would come to before anybody decides it: total, margin, loss.

Nothing is stored. The draft as it stands, the tried price and both ends of the slider
are one question on the same few draws, so that between two prices only the price moves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import partial
from typing import Any

from quotes import convert, models
from scoping import queries as scoping
from scoping.calc.estimate import Estimate, estimate
from scoping.calc.memory import Memory
from scoping.calc.outlook import DRAWS, outlook
from scoping.calc.suggest import Decision

STEPS = 60
"""About so many steps from one end of a slider to the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """The prices between which a slider moves, and by how much at a time."""

    least: Decimal
    most: Decimal
    step: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A price of a line as it is tried, beside what stands decided.

    `said`, `saved` and `ends` are outlooks (see `scoping.calc.outlook`): at the tried
    price, as the draft stands, and at both ends of the slider. The market range `band`
    and the prices `suggested` are in the currency of the quote.
    """

    line: int
    value: Decimal
    decided: Decimal
    band: tuple[Decimal, Decimal]
    suggested: Mapping[str, Decimal]
    reach: Reach
    said: Mapping[str, Any]
    saved: Mapping[str, Any]
    ends: tuple[Mapping[str, Any], Mapping[str, Any]]
    loss_limit: Decimal


def reach_of(band: tuple[Decimal, Decimal], prices: tuple[Decimal, ...]) -> Reach:
    """Return the reach of a slider: market range and every price, with some room.

    Its ends are whole steps, and a step reads as a price: 1, 2 or 5 of some decimal.

    >>> reach_of((Decimal("0.05"), Decimal("0.15")), (Decimal("0.084"),))
    Reach(least=Decimal('0.040'), most=Decimal('0.160'), step=Decimal('0.002'))
    """
    low, high = min(*band, *prices), max(*band, *prices)
    span = (high - low) or high or Decimal(1)
    rough = max(span / STEPS, Decimal("0.0001"))
    power = Decimal(1).scaleb(rough.adjusted())
    step = next(power * one for one in (1, 2, 5, 10) if power * one >= rough)
    room = span / 10
    least = ((low - room) / step).to_integral_value(ROUND_FLOOR) * step
    most = ((high + room) / step).to_integral_value(ROUND_CEILING) * step
    return Reach(least=max(least, step), most=most, step=step)


def trial_of(
    scenario: models.Scenario, *, line: int, value: Decimal, today: date
) -> Trial | None:
    """Return what a typed unit price of a line would come to; None without the line."""
    revision = scenario.revision
    card = scoping.card_version(revision.card_version, workspace=revision.workspace)
    spec = convert.spec_of(scenario, today=today)
    if line not in {one.index for one in spec.lines}:
        return None
    decided = convert.decisions_of(scenario)
    made = partial(
        estimate,
        spec,
        card,
        workdays=scoping.workdays(revision.workspace),
        draws=DRAWS,
        promised=scenario.promised_week,
        memory=Memory(),
    )

    def at(price: Decimal) -> Estimate:
        typed = Decision(value=price, binding="typed", who="", why="tried")
        return made(decisions={**decided, line: typed})

    saved = made(decisions=decided)
    found = saved.suggested[line]
    suggested = {
        "list": found.list.value,
        "target": found.target.value,
        "floor": found.floor.value,
    }
    here = saved.card.price.band(spec.lines[line].type)
    band = here.low.value, here.high.value
    reach = reach_of(band, (*suggested.values(), found.decided.value))
    return Trial(
        line=line,
        value=value,
        decided=found.decided.value,
        band=band,
        suggested=suggested,
        reach=reach,
        said=outlook(at(value)),
        saved=outlook(saved),
        ends=(outlook(at(reach.least)), outlook(at(reach.most))),
        loss_limit=saved.card.cost.policy.loss_limit.value,
    )
