"""Three prices for each line, and the one that is taken: list, target, floor.

The list knows the market, target and floor know the cost: target = mean cost with the
target margin, floor = the cost not passed at the planning confidence, with the floor
margin. A line's part of the project's cost is its share by mean cost, so that what
belongs to no line is paid by all. Without a decision the greatest is suggested. Staff
only. See docs/model.md#suggest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Literal

from . import number
from .bill import in_total
from .lateness import bearing
from .layout import with_article
from .listing import list_price
from .memory import Memory
from .pricing import price_for_margin
from .quantities import Quantities
from .rates.values import RateCard
from .simulate import Simulation, as_decimal, quantile
from .spec.values import Line, Spec
from .tax import rate_of, with_tax
from .trace import Origin, Step, derive, given, summarised
from .work import Work

Binding = Literal["list", "target", "floor", "typed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A unit price that somebody decided: its value, what it follows, who and why."""

    value: Decimal
    binding: Binding
    who: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """The three prices of a line and the one that is taken."""

    list: Step
    target: Step
    floor: Step
    decided: Step
    binding: Binding


@dataclass(frozen=True, slots=True, kw_only=True)
class _Borne:
    """What a line's price has to bear: mean and high cost, its share of them, tax.

    `late` is the share of the price that is expected to be given back.
    """

    mean: Step
    high: Step
    share: Step | None
    tax: Step | None
    late: Step | None


def suggest(  # noqa: PLR0913 - what three prices rest on
    spec: Spec,
    card: RateCard,
    work: Work,
    simulation: Simulation,
    *,
    counted: Quantities,
    decisions: Mapping[int, Decision],
    late: Step | None,
    memory: Memory,
) -> dict[int, Suggested]:
    """Return the prices of every line, by its index.

    `late`: the share of the price that late delivery is expected to give back.
    """
    terms = memory.frame(spec, card.price), spec.quality.accuracy
    confidence = float(spec.commercial.confidence)
    project = _costs(work.whole, simulation, confidence=confidence)
    in_totals = [line for line in spec.lines if in_total(line)]
    means = {
        line.index: summarised(
            "Mean cost of the line alone",
            as_decimal(simulation.mean(work.lines[line.index].cost), digits=6),
            of=work.lines[line.index].cost,
            statistic="mean",
            because="mean of the draws",
        )
        for line in in_totals
    }
    found = {}
    for line in spec.lines:
        if in_total(line):
            borne = _Borne(
                mean=project[0],
                high=project[1],
                share=_share(line, in_totals, means),
                tax=_tax_held(spec),
                late=late,
            )
        else:
            mean, high = _costs(
                work.lines[line.index].cost, simulation, confidence=confidence
            )
            borne = _Borne(
                mean=mean, high=high, share=None, tax=_tax_held(spec), late=late
            )
        found[line.index] = _suggested(
            line,
            card,
            borne,
            units=counted.volumes[line.index].quoted,
            listed=memory.keep(
                ("list", terms, line),
                partial(list_price, spec, line, price=card.price),
            ),
            decision=decisions.get(line.index),
        )
    return found


def _costs(
    cost: Step, simulation: Simulation, *, confidence: float
) -> tuple[Step, Step]:
    """Return the mean of a cost, and what it does not pass at this confidence."""
    percent = f"{confidence * 100:g}"
    return (
        summarised(
            "Mean cost",
            as_decimal(simulation.mean(cost), digits=6),
            of=cost,
            statistic="mean",
            because="mean of the draws",
        ),
        summarised(
            f"Cost not passed {percent} times in 100",
            as_decimal(quantile(simulation.ordered(cost), confidence), digits=6),
            of=cost,
            statistic=f"p{percent}",
            because="quantile of the draws",
        ),
    )


def cost_share(own: Decimal, *others: Decimal) -> Decimal:
    """Return the part of one mean cost in the sum of all, the one included first."""
    return own / sum(others, Decimal(0))


def _share(line: Line, in_totals: list[Line], means: Mapping[int, Step]) -> Step:
    return derive(
        "Share of the project's cost",
        cost_share,
        means[line.index],
        *(means[other.index] for other in in_totals),
        unit="",
        because="mean cost of the line ÷ mean cost of all lines",
    )


def _tax_held(spec: Spec) -> Step | None:
    """Return the rate of the tax that prices are to hold, None where they hold none."""
    tax = spec.commercial.tax
    return rate_of(spec) if tax.mode == "inclusive" and tax.rate else None


def _holding_tax(rate: Step | None, price: Step) -> Step:
    """Return a price that cost asks for, with the tax that is to be in it, if any."""
    if rate is None:
        return price
    return derive(
        price.name,
        with_tax,
        price,
        rate,
        unit=price.unit,
        because="price that the cost asks for, with the tax in it, up at four decimals",
    )


def _bearing(late: Step | None, price: Step) -> Step:
    """Return a price that cost asks for, so that it is kept when some is given back."""
    if late is None:
        return price
    return derive(
        price.name,
        bearing,
        price,
        late,
        unit=price.unit,
        because="price that the cost asks for ÷ (1 − given back), up at four decimals",
    )


def _suggested(
    line: Line,
    card: RateCard,
    borne: _Borne,
    *,
    units: Step,
    listed: Step,
    decision: Decision | None,
) -> Suggested:
    policy = card.cost.policy
    target = _holding_tax(
        borne.tax,
        _bearing(
            borne.late,
            _price(
                "Target price",
                borne.mean,
                borne.share,
                margin=policy.target_margin.step("Target margin"),
                units=units,
                line=line,
            ),
        ),
    )
    floor = _holding_tax(
        borne.tax,
        _bearing(
            borne.late,
            _price(
                "Floor price",
                borne.high,
                borne.share,
                margin=policy.floor_margin.step("Floor margin"),
                units=units,
                line=line,
            ),
        ),
    )
    decided, binding = _decided(line, listed, target, floor, decision)
    return Suggested(
        list=listed, target=target, floor=floor, decided=decided, binding=binding
    )


def _price(
    name: str, cost: Step, share: Step | None, *, margin: Step, units: Step, line: Line
) -> Step:
    borne = cost
    if share is not None:
        borne = derive(
            f"{cost.name} of the line",
            number.product,
            cost,
            share,
            unit=cost.unit,
            because="cost × share of the project's cost",
        )
    each = derive(
        f"{cost.name} of one {line.unit}",
        number.ratio,
        borne,
        units,
        unit=f"{cost.unit} {with_article(line.unit)}",
        because="cost ÷ quoted units",
    )
    return derive(
        name,
        price_for_margin,
        each,
        margin,
        unit=each.unit,
        because="cost ÷ (1 − margin), rounded up at four decimals",
    )


def _decided(
    line: Line, listed: Step, target: Step, floor: Step, decision: Decision | None
) -> tuple[Step, Binding]:
    """Return the unit price that is taken, as a step, and what it follows."""
    if decision is not None:
        step = given(
            "Decided price",
            decision.value,
            unit=listed.unit,
            because=f"decided by {decision.who}: {decision.why}",
            origin=Origin(kind="spec", at=line.path),
        )
        return step, decision.binding
    by_name: dict[Binding, Step] = {"list": listed, "target": target, "floor": floor}
    taken = max(by_name, key=lambda name: by_name[name].value)
    step = derive(
        "Unit price",
        number.largest,
        listed,
        target,
        floor,
        unit=listed.unit,
        because=f"the greatest of list, target and floor: the {taken}",
    )
    return step, taken
