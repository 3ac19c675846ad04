"""Specs, cards and calendars for tests of the calculation, built as values.

`random_spec` makes a valid spec of a number: the same number, the same spec.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, get_args

import numpy as np
import yaml

from scoping.calc.estimate import Estimate, estimate
from scoping.calc.rates import RateCard, read_card
from scoping.calc.rates.values import Figure, PriceSide, Threshold, Tier
from scoping.calc.spec.service import ClassFloor, LadderStep, Late, Sla
from scoping.calc.spec.values import (
    AnnotationType,
    AuditRule,
    Commercial,
    Complexity,
    Conditions,
    Credits,
    Density,
    Fees,
    Line,
    LowModeHigh,
    Prelabel,
    Quality,
    Quantiles,
    Range,
    Risk,
    Spec,
    Tax,
    Team,
    UnitsPerItem,
    Video,
)
from scoping.calc.volume import LineVolume, line_volume
from scoping.calc.workdays import Workdays, read_calendar

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
TYPES = get_args(AnnotationType)
COMPLEXITIES = get_args(Complexity)
START = date(2026, 3, 2)
D = Decimal


@cache
def the_card() -> RateCard:
    """Read the launch card, once."""
    text = (FIXTURES / "rate_cards/2026-01.yaml").read_text("utf-8")
    return read_card(yaml.safe_load(text))


@cache
def the_workdays() -> Workdays:
    """Read the calendars of Vietnam and the US, once."""
    return Workdays(
        calendars={
            path.stem: read_calendar(yaml.safe_load(path.read_text("utf-8")))
            for path in sorted((FIXTURES / "workdays").glob("*.yaml"))
        }
    )


def a_line(**changes: Any) -> Line:
    """Make a line: five boxes an item, unless said otherwise."""
    fields: dict[str, Any] = {"index": 0, "type": "bounding_box", "per_item": D(5)}
    fields |= changes
    per_item = fields.pop("per_item")
    if not isinstance(per_item, UnitsPerItem):
        per_item = UnitsPerItem(mean=per_item)
    return Line(**({"units_per_item": per_item} | fields))


def a_spec(*lines: Line, **changes: Any) -> Spec:
    """Make a project of 100,000 images with these lines, or one line of boxes."""
    fields: dict[str, Any] = {
        "items": 100_000,
        "seed": 271,
        "start_on": START,
        "team": Team(annotators=20),
        "lines": tuple(
            replace(line, index=index)
            for index, line in enumerate(lines or (a_line(),))
        ),
    }
    return Spec(**(fields | changes))


def an_estimate(spec: Spec | None = None, **changes: Any) -> Estimate:
    """Estimate a spec under the launch card, with few draws unless said otherwise."""
    fields: dict[str, Any] = {
        "card": the_card(),
        "workdays": the_workdays(),
        "draws": 1024,
    } | changes
    return estimate(spec or a_spec(), fields.pop("card"), **fields)


def volumes_of(
    spec: Spec, *, keys: tuple[str, ...], price: PriceSide
) -> dict[int, LineVolume]:
    """Return the volume of every line by its index."""
    return {
        line.index: line_volume(spec, line, key=key, price=price)
        for line, key in zip(spec.lines, keys, strict=True)
    }


def a_figure(value: str | int | Decimal, *, key: str = "price/made_up") -> Figure:
    """Make a sourced number."""
    return Figure(key=key, value=D(value), unit="", source="example", as_of="2026-01")


def the_card_with(
    *, price: Mapping[str, Any] | None = None, cost: Mapping[str, Any] | None = None
) -> RateCard:
    """Return the launch card with rows of either side replaced."""
    card = the_card()
    return replace(
        card,
        price=replace(card.price, **(price or {})),
        cost=replace(card.cost, **(cost or {})),
    )


def tiers(type_: str, *steps: tuple[int | None, str]) -> dict[str, tuple[Tier, ...]]:
    """Return graduated tiers of a type: last unit of each, share of the unit price."""
    return {
        type_: tuple(
            Tier(
                up_to=up_to,
                factor=a_figure(
                    share, key=f"price/tiers/{type_}/{up_to if up_to else 'rest'}"
                ),
            )
            for up_to, share in steps
        )
    }


def figures_of(value: object) -> Mapping[str, Figure]:
    """Return every number of a card by its row, found by walking its values."""
    found: dict[str, Figure] = {}
    waiting: list[object] = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Figure):
            found[one.key] = one
        elif isinstance(one, Mapping):
            waiting.extend(one.values())
        elif isinstance(one, (tuple, list)):
            waiting.extend(one)
        elif hasattr(one, "__dataclass_fields__"):
            waiting.extend(getattr(one, name) for name in one.__dataclass_fields__)
    return found


def without_doubt() -> RateCard:
    """Return the launch card with every spread taken out: one number for each range."""
    card = the_card()
    nothing = {
        name: replace(getattr(card.cost.layers, name), value=D(0))
        for name in ("worker", "batch", "item")
    }
    return the_card_with(
        price={"sample_to_dataset": replace(card.price.sample_to_dataset, value=D(0))},
        cost={
            "layers": replace(card.cost.layers, **nothing),
            "effort": {
                key: replace(cell, seconds=flat(cell.seconds))
                for key, cell in card.cost.effort.items()
            },
            "review": {
                key: replace(
                    row,
                    first_pass_defect=flat(row.first_pass_defect),
                    detection=flat(row.detection),
                )
                for key, row in card.cost.review.items()
            },
            "prelabel": {
                key: replace(row, accept_rate=flat(row.accept_rate))
                for key, row in card.cost.prelabel.items()
            },
            "sites": {
                key: replace(site, utilisation=flat(site.utilisation))
                for key, site in card.cost.sites.items()
            },
        },
    )


def flat(said: Any) -> Any:
    """Return a range of a card with its typical figure three times."""
    low, high = (replace(one, value=said.p50.value) for one in (said.p10, said.p90))
    return replace(said, p10=low, p90=high)


def with_accuracy(*steps: tuple[str, str]) -> dict[str, Any]:
    """Return accuracy factors of a price side."""
    return {
        "accuracy_factors": tuple(
            Threshold(at_least=D(least), figure=a_figure(value))
            for least, value in steps
        )
    }


class _Draw:
    """Draws of one random spec, in words."""

    def __init__(self, number: int) -> None:
        self.rng = np.random.default_rng(number)

    def one_of(self, *choices: Any) -> Any:
        return choices[int(self.rng.integers(len(choices)))]

    def perhaps(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def whole(self, low: int, high: int) -> int:
        return int(self.rng.integers(low, high + 1))

    def decimal(self, low: float, high: float, *, digits: int = 2) -> Decimal:
        return D(f"{self.rng.uniform(low, high):.{digits}f}")


def random_spec(number: int, *, ranges: bool = True) -> Spec:
    """Make the valid spec of this number; without ranges, exact means alone."""
    draw = _Draw(number)
    video = (
        Video(
            clips=draw.whole(2, 40),
            seconds_per_clip=D(draw.whole(2, 20)),
            fps=D(draw.one_of(5, 10, 24)),
            label_every=draw.one_of(1, 3, 5),
            interpolate=draw.perhaps(0.6),
        )
        if draw.perhaps(0.15)
        else None
    )
    items = int(10 ** draw.rng.uniform(2, 4.6))
    if video is not None:
        items = int(video.clips * video.seconds_per_clip * video.fps)
    start = START + timedelta(days=draw.whole(0, 300))
    spec = Spec(
        items=items,
        item_kind="image" if video is None else "frame",
        video=video,
        seed=draw.whole(0, 2**31 - 1),
        start_on=start,
        deadline=start + timedelta(days=draw.whole(90, 400))
        if draw.perhaps(0.3)
        else None,
        name=f"Project {number}",
        budget=draw.decimal(1000, 90_000) if draw.perhaps(0.3) else None,
        site=draw.one_of("vn", "vn", "us"),
        client_calendar=draw.one_of("us", "vn"),
        client_turnaround_days=draw.whole(0, 5),
        lines=_random_lines(draw, ranges=ranges),
        quality=_random_quality(draw),
        team=Team(annotators=draw.whole(10, 90) if draw.perhaps(0.5) else None),
        conditions=Conditions(
            tool=draw.one_of(None, "client's own"),
            secure_room=draw.perhaps(0.2),
            residency=draw.one_of(None, None, "EU"),
            guideline_languages=draw.one_of(("en",), ("en", "vi"), ("en", "vi", "de")),
        ),
        commercial=_random_commercial(draw),
        risks=_random_risks(draw, ranges=ranges),
    )
    quality = replace(spec.quality, sla=_random_sla(draw, spec))
    return replace(spec, quality=quality)


def _random_sla(draw: _Draw, spec: Spec) -> Sla:
    if not draw.perhaps(0.4):
        return Sla()
    first = spec.commercial.credits.failed_batch or D(0)
    # Floors name a line by its place: with one line, permuting moves nothing.
    alone = len(spec.lines) == 1 and spec.lines[0].work != "audit"
    return Sla(
        measure=draw.one_of("separate", "both"),
        per=draw.one_of("batch", "batch", "project"),
        minor_counts=draw.perhaps(0.7),
        critical=draw.one_of(None, D("0.999")),
        floors=(
            ClassFloor(
                line=0,
                name="Rare ones",
                classes=("rare",),
                share=draw.decimal(0.01, 0.5),
                accuracy=draw.one_of(D("0.95"), D("0.99")),
                sample=draw.one_of(None, 30),
            ),
        )
        if alone
        else (),
        ladder=draw.one_of(
            (),
            (LadderStep(wrong_over=D("0.03"), amount=first + D("120.55")),),
            (
                LadderStep(wrong_over=D("0.02"), amount=first + 10),
                LadderStep(wrong_over=D("0.06"), amount=first + 400),
            ),
        ),
        remedy_days=draw.one_of(None, 3),
        late=draw.one_of(
            None, Late(per_week=D("0.03"), most=D("0.2"), grace_days=draw.one_of(0, 5))
        ),
    )


def _random_risks(draw: _Draw, *, ranges: bool) -> tuple[Risk, ...]:
    if not ranges or not draw.perhaps(0.4):
        return ()
    size = draw.decimal(100, 900)
    own = Risk(
        name="A storm",
        probability=draw.one_of(D("0.2"), D("0.7"), D(0), D(1)),
        **{
            draw.one_of("hours", "cost"): draw.one_of(
                size,
                Quantiles(p10=size / 2, p50=size, p90=size * 4),
                LowModeHigh(low=D(0), mode=size, high=size * 3),
            )
        },
    )
    likely = LowModeHigh(low=D("0.1"), mode=D("0.2"), high=D("0.6"))
    known = (
        Risk(event="spec_change"),
        Risk(event="class_drift", probability=likely, factor=D("1.2")),
        Risk(event="data_late"),
    )
    return (own, *known[: draw.whole(0, 3)])


def _random_lines(draw: _Draw, *, ranges: bool) -> tuple[Line, ...]:
    lines: list[Line] = []
    for index in range(draw.whole(1, 5)):
        aside = index > 0 and draw.perhaps(0.25)
        replaces = aside and lines[0].alternative_to is None and draw.perhaps(0.5)
        lines.append(
            Line(
                index=index,
                type=draw.one_of(*TYPES),
                units_per_item=_random_units(draw, ranges=ranges),
                work=draw.one_of("label", "label", "label", "audit", "correct"),
                share_of_items=draw.one_of(
                    D(1), D(1), draw.decimal(0.05, 0.95), D("0.333333")
                ),
                complexity=draw.one_of(*COMPLEXITIES),
                classes=draw.one_of(None, 1, 12, 20, 21, 60, 150),
                attributes=draw.one_of(0, 0, 1, 4),
                vertices=draw.one_of(None, D(8), D(20), D("44.5")),
                occlusion=draw.one_of(None, "none", "now_and_then", "often"),
                domain=draw.one_of(None, "general", "geo", "medical"),
                density=draw.one_of(None, None, "normal", "crowded"),
                resolution=draw.one_of(None, None, "high", "very_high"),
                redundancy=draw.one_of(1, 1, 1, 2, 3),
                optional=aside and not replaces,
                alternative_to=0 if replaces else None,
                prelabel=_random_prelabel(draw, ranges=ranges),
            )
        )
    return tuple(lines)


def _random_units(draw: _Draw, *, ranges: bool) -> UnitsPerItem:
    mean = draw.decimal(0.4, 12)
    form = draw.one_of("plain", "quantiles", "triangle", "sample", "flat", "floor")
    if not ranges or form == "plain":
        spread = Density(var_to_mean=D(2), max=400) if draw.perhaps(0.3) else None
        return UnitsPerItem(mean=mean, spread=spread)
    if form == "sample":
        counts = draw.rng.poisson(float(mean) + 0.5, draw.whole(2, 60))
        return UnitsPerItem(sample=(1, *(int(count) for count in counts)))
    low, high = mean * draw.decimal(0.4, 0.95), mean * draw.decimal(1.05, 2)
    said: Range = Quantiles(p10=low, p50=mean, p90=high)
    if form == "triangle":
        said = LowModeHigh(low=low, mode=mean, high=high)
    elif form == "floor":
        said = Quantiles(p10=mean, p50=mean, p90=high)
    elif form == "flat":
        said = draw.one_of(
            Quantiles(p10=mean, p50=mean, p90=mean),
            LowModeHigh(low=mean, mode=mean, high=mean),
        )
    return UnitsPerItem(mean=said)


def _random_prelabel(draw: _Draw, *, ranges: bool) -> Prelabel | None:
    form = draw.one_of(
        *("none",) * 5, "saving", "plain", "quantiles", "triangle", "model"
    )
    share = draw.one_of(D(1), draw.decimal(0.1, 0.9))
    if form == "none":
        return None
    if form == "saving":
        return Prelabel(share=share, saving=draw.decimal(0, 0.4))
    middle = draw.decimal(0.2, 0.8)
    if form == "model":
        return Prelabel(
            share=share,
            recall=draw.decimal(0.5, 1),
            precision=draw.decimal(0.5, 1),
            no_fix_share=middle,
        )
    if form == "plain" or not ranges:
        return Prelabel(share=share, accept_rate=middle)
    low, high = middle - D("0.15"), middle + D("0.12")
    if form == "quantiles":
        return Prelabel(
            share=share, accept_rate=Quantiles(p10=low, p50=middle, p90=high)
        )
    return Prelabel(
        share=share, accept_rate=LowModeHigh(low=low, mode=middle, high=high)
    )


def _random_quality(draw: _Draw) -> Quality:
    rule = draw.one_of(
        Quality().audit,
        AuditRule(share=draw.decimal(0.02, 0.3), max_defect_share=D("0.03")),
        AuditRule(rule="zero_defect", bad=D("0.05"), confidence=D("0.95")),
        AuditRule(
            rule="two_point",
            good=D("0.02"),
            bad=D("0.08"),
            producer_risk=D("0.05"),
            consumer_risk=D("0.10"),
        ),
    )
    return Quality(
        accuracy=draw.one_of(D("0.90"), D("0.98"), D("0.985"), D("0.99"), D("0.995")),
        unit=draw.one_of("object", "image"),
        gold_items=draw.one_of(0, 100, 500),
        edge_case_rules=draw.whole(0, 40),
        reviews=draw.whole(0, 3),
        batch_items=draw.one_of(50, 250, 1000, 3000),
        audit=rule,
    )


def _random_commercial(draw: _Draw) -> Commercial:
    return Commercial(
        basis=draw.one_of("unit", "unit", "image", "hour", "pod_month", "fixed"),
        pods=draw.one_of(None, None, 1, 3),
        months=draw.one_of(None, None, 2, 7),
        confidence=draw.one_of(D("0.8"), D("0.9"), D("0.75"), D("0.5")),
        discount=draw.one_of(D(0), D("0.05"), D("0.075"), draw.decimal(0, 0.9)),
        rush=draw.perhaps(0.2),
        pilot=draw.perhaps(0.5),
        cap=draw.decimal(500, 200_000) if draw.perhaps(0.2) else None,
        tax=draw.one_of(
            Tax(),
            Tax(rate=D("0.08"), mode="exclusive", reason="domestic sale"),
            Tax(rate=D("0.0825"), mode="exclusive", reason="domestic sale"),
            Tax(rate=D("0.0825"), mode="exclusive", rounding="line", reason="at home"),
            Tax(rate=D("0.08"), mode="inclusive", reason="domestic sale"),
            Tax(rate=D("0.19"), mode="inclusive", rounding="line", reason="at home"),
            Tax(rate=D("0.1"), mode="reverse_charge", reason="customer accounts"),
        ),
        credits=Credits(failed_batch=draw.one_of(None, None, D(350))),
        fees=draw.one_of(
            Fees(),
            Fees(added=("integration", "project_manager")),
            Fees(added=("data_preparation",), waived=("data_preparation", "set_up")),
        ),
    )
