"""Answers of the spec as priors, and the spec with a pilot's answers in their place.

A number stated without a range says nothing of how sure it is; it is no evidence
against a measurement. For units per item the measurement then counts alone; for accept
rates the card's own range stands in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from scoping.calc import bands
from scoping.calc.posterior import Posterior
from scoping.calc.rates.values import CostSide
from scoping.calc.spec.values import (
    Density,
    Line,
    LowModeHigh,
    Prelabel,
    Quantiles,
    Range,
    Spec,
    UnitsPerItem,
)

from .values import ItemCounts, PilotResults


def per_item_prior(said: UnitsPerItem, *, between: Decimal) -> Quantiles | None:
    """Return what the spec knew of the mean units an item; None where nothing.

    `between` is how far samples lie from their datasets, for a spec that counted one.
    """
    if said.sample is None:
        prior = _range(said.mean)
        return None if prior is None or prior.p50 == 0 else prior
    facts = bands.sample_facts(said.sample)
    if facts.mean == 0:
        return None
    sigma = bands.sample_doubt(facts.mean, facts.standard_error, between)
    return Quantiles(
        p10=facts.mean * (-bands.Z90 * sigma).exp(),
        p50=facts.mean,
        p90=facts.mean * (bands.Z90 * sigma).exp(),
    )


def accept_prior(line: Line, cost: CostSide) -> Quantiles:
    """Return what was known of proposals accepted unchanged: the spec, or the card."""
    stated = None if line.prelabel is None else _range(line.prelabel.unchanged)
    if stated is not None:
        return stated
    row = (cost.prelabel.get(line.type) or cost.prelabel["default"]).accept_rate
    return Quantiles(p10=row.p10.value, p50=row.p50.value, p90=row.p90.value)


def _range(said: Range | None) -> Quantiles | None:
    """Return an answer as three quantiles; None where it states no doubt."""
    if isinstance(said, LowModeHigh):
        low, mode, high = said.low, said.mode, said.high
        p10, p50, p90 = (
            Decimal(bands.triangle_quantile(Decimal(at), low, mode, high))
            for at in ("0.1", "0.5", "0.9")
        )
        said = Quantiles(p10=p10, p50=p50, p90=p90)
    if isinstance(said, Quantiles) and said.p10 < said.p90:
        return said
    return None


def with_results(
    spec: Spec,
    results: PilotResults,
    *,
    accepted: Mapping[int, Posterior],
    per_item: Mapping[int, Posterior],
) -> Spec:
    """Return the spec with measured answers in place of those that were stated."""
    counts = {one.index: one.units_per_item for one in results.lines}
    lines = []
    for line in spec.lines:
        new, seen = line, counts.get(line.index)
        if seen is not None:
            new = replace(
                new,
                units_per_item=_units(
                    line.units_per_item, per_item[line.index], seen=seen
                ),
            )
        if line.prelabel is not None and line.index in accepted:
            # A bare saving gives way too: it was capped because nobody had measured.
            new = replace(
                new,
                prelabel=_measured(line.prelabel, accepted[line.index].quantiles),
            )
        lines.append(new)
    return replace(spec, lines=tuple(lines))


def _measured(said: Prelabel, unchanged: Quantiles) -> Prelabel:
    """Return pre-labels with the measured share that needed no work."""
    if said.no_fix_share is not None:
        return replace(said, no_fix_share=unchanged)
    return Prelabel(share=said.share, accept_rate=unchanged)


def _units(
    said: UnitsPerItem, posterior: Posterior, *, seen: ItemCounts
) -> UnitsPerItem:
    most = None if said.spread is None else said.spread.max
    if most is not None and most < posterior.p90:
        most = None
    ratio = (seen.variance / seen.mean).quantize(bands.SIX, ROUND_HALF_UP)
    return UnitsPerItem(
        mean=posterior.quantiles, spread=Density(var_to_mean=ratio, max=most)
    )
