"""The price that is tried on a workbench, in its states, for the page of components.

Its page belongs to the app of quotes. The values have the shape of those there, and the
partial is the one of that page; the numbers are those of one line of boxes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from scoping.web.components import Badge
from scoping.web.drawings import (
    MarginDrawing,
    MarketBand,
    margin_drawing,
    market_band,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLoss:
    """The chance of a loss at a price; `here` marks the one that is tried."""

    price: str
    loss: str
    here: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTrial:
    """A tried price of a line, or why there is nothing to show of it."""

    name: str
    line: int
    band: MarketBand | None = None
    badges: tuple[Badge, ...] = ()
    drawing: MarginDrawing | None = None
    sentence: str = ""
    moves: tuple[tuple[str, str, str], ...] = ()
    losses: tuple[ShownLoss, ...] = ()
    over: bool = False
    limit: str = "5.0 %"
    problem: str = ""


HILL = tuple(Decimal(one) for one in (1, 2, 4, 7, 11, 15, 17, 16, 12, 8, 4, 2, 1))
STEP = Decimal(2_500)
SAVED_FROM = Decimal(-7_500)
PRICES = (Decimal("0.0840"), Decimal("0.0827"), Decimal("0.0801"))
REACH = (Decimal("0.04"), Decimal("0.16"))


def _hill(first: Decimal) -> tuple[Sequence[Decimal], Sequence[Decimal]]:
    """Return a histogram of the margin whose first column begins at a sum."""
    edges = [first + STEP * place for place in range(len(HILL) + 1)]
    return edges, HILL


def _drawing(first: Decimal) -> MarginDrawing | None:
    edges, shares = _hill(first)
    return margin_drawing(
        edges,
        shares,
        mean=first + STEP * Decimal("6.5"),
        before=_hill(SAVED_FROM),
        axis=(Decimal(-25_000), Decimal(50_000)),
    )


def _band(tried: str) -> MarketBand:
    return market_band(
        Decimal("0.05"), Decimal("0.15"), prices=(*PRICES, Decimal(tried)), scale=REACH
    )


def _losses(tried: str, chance: str) -> tuple[ShownLoss, ...]:
    return (
        ShownLoss(price="0.0400", loss="99.8 %"),
        ShownLoss(price=tried, loss=chance, here=True),
        ShownLoss(price="0.1600", loss="0.0 %"),
    )


TRIALS = (
    ShownTrial(
        name="within policy",
        line=900,
        band=_band("0.0900"),
        badges=(Badge(words="in market range", kind="good", icon="check"),),
        drawing=_drawing(SAVED_FROM + 3_000),
        sentence=(
            "At 0.0900 the total is 64,786.00 USD, with 3 chances in 100 of a loss."
        ),
        moves=(("Price", "+3,000.00", ""), ("Margin, mean", "+3,000.00", "less")),
        losses=_losses("0.0900", "2.6 %"),
    ),
    ShownTrial(
        name="below floor",
        line=901,
        band=_band("0.0600"),
        badges=(
            Badge(words="below floor, needs approval", kind="bad", icon="warning"),
            Badge(words="in market range", kind="good", icon="check"),
        ),
        drawing=_drawing(SAVED_FROM - 12_000),
        sentence=(
            "At 0.0600 the total is 49,786.00 USD, with 70 chances in 100 of a loss."
        ),
        moves=(("Price", "−12,000.00", ""), ("Margin, mean", "−12,000.00", "over")),
        losses=_losses("0.0600", "69.8 %"),
        over=True,
    ),
    ShownTrial(
        name="half a price",
        line=902,
        problem="“0.0.” is no number. A dot marks decimals here: 0.0840.",
    ),
)
