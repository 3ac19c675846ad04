"""Figures of a card after a pilot: the same rows with other values and sources."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from scoping.calc.posterior import Posterior
from scoping.calc.rates.values import Figure, FigureRange
from scoping.calc.spec.values import Quantiles

from .values import PilotResults

HALF = Decimal("0.5")


def quantiles(said: FigureRange) -> Quantiles:
    """Return three figures of a card as plain numbers."""
    return Quantiles(p10=said.p10.value, p50=said.p50.value, p90=said.p90.value)


def moved(
    old: FigureRange,
    posterior: Posterior,
    *,
    row: str,
    results: PilotResults,
    saw: str,
) -> FigureRange:
    """Return the card's three figures with the posterior's values and their source."""
    day = results.measured_on.isoformat()

    def figure(name: str) -> Figure:
        before: Figure = getattr(old, name)
        return replace(
            before,
            key=f"{row}/{name}",
            value=getattr(posterior, name),
            source=f"pilot of {day}: {saw}, updating {before.source}",
            as_of=day,
            # Evidence stays weak where most of the figure still is the old one.
            weak=before.weak and posterior.weight < HALF,
        )

    return FigureRange(p10=figure("p10"), p50=figure("p50"), p90=figure("p90"))
