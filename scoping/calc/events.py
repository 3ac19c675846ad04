"""What may happen to a project besides bad luck: the register of risk events.

An event either happens or does not. If it does, it makes all work slower by a factor,
or adds paid hours, or adds money. How likely it is and how hard it would hit are
ranges; events of one project may come together, by the card's correlation. The quoted
number itself holds none of them, for the typical project meets none that is less likely
than not; mean, promise and floor hold them all. See docs/model.md#events.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

import numpy as np
from scipy.special import ndtr

from . import bands, number
from .bases import nothing
from .chances import chance
from .costing import Rates, Task, paid_task
from .rates.values import CostSide, FigureRange, MissingRateError, RiskFigures
from .spec.problems import Problem, SpecError
from .spec.values import EFFECTS, Effect, LowModeHigh, Range, Risk, Spec
from .trace import Step, derive
from .volume import answer

PRODUCTION = 3
"""The stage whose work events disturb."""
Said = Range | FigureRange
UNITS: Mapping[Effect, str] = {"factor": "×", "hours": "h", "cost": ""}
"""Units of what an event does; money is in the card's currency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event as it is reckoned with.

    `probability` is that it happens at all; `size` its effect if it does; `outcome`
    its effect as it turns out: 1 × or 0 where it does not happen.
    """

    key: str
    name: str
    effect: Effect
    probability: Step
    size: Step
    outcome: Step

    @property
    def chance(self) -> str:
        """Return the name of the chance that decides whether it happens."""
        return f"risk:{self.key}"


def swanson_mean(p10: Any, p50: Any, p90: Any) -> Any:
    """Return the mean of a range by Swanson's rule (METHODS 1).

    >>> swanson_mean(Decimal("0.1"), Decimal("0.2"), Decimal("0.4"))
    Decimal('0.23')
    """
    shares = (Decimal("0.3"), Decimal("0.4"), Decimal("0.3"))
    parts = zip(shares, (p10, p50, p90), strict=True)
    return sum((share * part for share, part in parts), Decimal(0))


def factor_if_it_happens(z: Any, probability: Any, size: Any) -> Any:
    """Return `size` where the event happens at z, and 1 where it does not."""
    return _if_it_happens(z, probability, size, otherwise=1)


def amount_if_it_happens(z: Any, probability: Any, size: Any) -> Any:
    """Return `size` where the event happens at z, and 0 where it does not."""
    return _if_it_happens(z, probability, size, otherwise=0)


def _if_it_happens(z: Any, probability: Any, size: Any, *, otherwise: int) -> Any:
    if isinstance(z, Decimal):
        share = Decimal("0.5") if z == 0 else Decimal(repr(float(ndtr(float(z)))))
        return size if share > 1 - probability else Decimal(otherwise)
    return np.where(ndtr(z) > 1 - probability, size, float(otherwise))


def key_of(risk: Risk) -> str:
    """Return what an event is known by: the card's word, or its own name."""
    return risk.event or risk.name


def check_risks(spec: Spec, cost: CostSide) -> None:
    """Raise SpecError for events that the card does not know, all at once."""
    found = tuple(
        Problem(
            code="unknown_choice",
            path=f"/risks/{index}/event",
            message=(
                f"Rate card {cost.version} has no risk event “{risk.event}”. It has: "
                f"{', '.join(sorted(cost.risks)) or 'none'}. Or leave event out and "
                f"state name, probability and one effect."
            ),
        )
        for index, risk in enumerate(spec.risks)
        if risk.event is not None and risk.event not in cost.risks
    )
    if found:
        raise SpecError(found)


def correlation(spec: Spec, cost: CostSide) -> float:
    """Return how much events come together; raises where a card does not say."""
    if not spec.risks:
        return 0.0
    if cost.layers.risk_risk is None:
        raise MissingRateError(
            what="correlation of risk events",
            card=cost.version,
            row="cost/layers/risk_risk",
        )
    return float(cost.layers.risk_risk.value)


def events(spec: Spec, cost: CostSide) -> tuple[Event, ...]:
    """Return the events of a spec, by key. Call `check_risks` before."""
    found = [_event(index, risk, cost) for index, risk in enumerate(spec.risks)]
    return tuple(sorted(found, key=lambda event: event.key))


def with_events(pace: Step, happening: Sequence[Event]) -> Step:
    """Return the pace of a crew with all events that slow its work."""
    slower = [event.outcome for event in happening if event.effect == "factor"]
    if not slower:
        return pace
    return derive(
        "Pace of this crew, with what may happen",
        number.product,
        pace,
        *slower,
        unit="×",
        because="pace × each event that slows all work",
    )


def event_tasks(
    happening: Sequence[Event], rates: Rates, currency: str
) -> Iterator[Task]:
    """Yield the paid work and the money that events add to a project."""
    for event in happening:
        if event.effect == "hours":
            yield paid_task(
                event.name,
                event.outcome,
                stage=PRODUCTION,
                role="annotator",
                line=None,
                rates=rates,
                currency=currency,
            )
        elif event.effect == "cost":
            yield Task(
                stage=PRODUCTION,
                role="annotator",
                line=None,
                seconds=None,
                hours=derive(
                    "No hours",
                    nothing,
                    unit="h",
                    because=f"{event.name}: money alone",
                ),
                cost=event.outcome,
            )


def _event(index: int, risk: Risk, cost: CostSide) -> Event:
    key, path = key_of(risk), f"/risks/{index}"
    row = None if risk.event is None else cost.risks[risk.event]
    name = risk.name or (row.name if row is not None else key)
    effect, size = _effect(risk, row)
    likely = risk.probability
    probability = _mean(
        f"How likely: {name}",
        likely if likely is not None or row is None else row.probability,
        path=f"{path}/probability",
    )
    hit = _drawn(
        f"{name}, if it happens",
        size,
        key=key,
        unit=UNITS[effect] or cost.currency,
        path=f"{path}/{effect}",
    )
    formula, because = (
        (factor_if_it_happens, "its factor if it happens, else 1")
        if effect == "factor"
        else (amount_if_it_happens, "its size if it happens, else 0")
    )
    outcome = derive(
        name,
        formula,
        chance(f"risk:{key}"),
        probability,
        hit,
        unit=hit.unit,
        because=because,
    )
    return Event(
        key=key,
        name=name,
        effect=effect,
        probability=probability,
        size=hit,
        outcome=outcome,
    )


def _effect(risk: Risk, row: RiskFigures | None) -> tuple[Effect, Said]:
    """Return what an event does: as the spec states it, else as the card has it."""
    for effect in EFFECTS:
        stated: Range | None = getattr(risk, effect)
        if stated is not None:
            return effect, stated
    if row is None:
        raise ValueError(f"The risk “{key_of(risk)}” states no effect.")
    return row.effect, row.size


def _leaves(name: str, said: Said, *, unit: str, path: str) -> tuple[Step, ...]:
    """Return a range as three leaves, a number as one."""
    if isinstance(said, FigureRange):
        figures = (("low", said.p10), ("typical", said.p50), ("high", said.p90))
        return tuple(figure.step(f"{name}, {word}") for word, figure in figures)
    if isinstance(said, Decimal):
        return (answer(name, said, unit=unit, path=path),)
    words = ("low", "typical", "high")
    if isinstance(said, LowModeHigh):
        words = ("least", "most often", "most")
    return tuple(
        answer(
            f"{name}, {word}",
            getattr(said, field.name),
            unit=unit,
            path=f"{path}/{field.name}",
        )
        for word, field in zip(words, fields(said), strict=True)
    )


def _mean(name: str, said: Said | None, *, path: str) -> Step:
    """Return the mean of a probability: for one event its doubt adds nothing."""
    if said is None:
        raise ValueError(f"{name} is not stated.")
    leaves = _leaves(name, said, unit="", path=path)
    if len(leaves) == 1:
        return leaves[0]
    triangle = isinstance(said, LowModeHigh)
    return derive(
        name,
        bands.mean_of_triangle if triangle else swanson_mean,
        *leaves,
        unit="",
        because="(least + most often + most) ÷ 3"
        if triangle
        else "0.3 × low + 0.4 × typical + 0.3 × high",
    )


def _drawn(name: str, said: Said, *, key: str, unit: str, path: str) -> Step:
    leaves = _leaves(name, said, unit=unit, path=path)
    if len(leaves) == 1:
        return leaves[0]
    triangle = isinstance(said, LowModeHigh)
    return derive(
        name,
        bands.drawn_triangular if triangle else bands.drawn,
        chance(f"impact:{key}"),
        *leaves,
        unit=unit,
        because="middle of the triangle of least, most often and most"
        if triangle
        else "typical; low and high are not passed one time in ten",
    )
