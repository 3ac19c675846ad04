"""A dated rate card: its values, and its reading with every complaint at once."""

from __future__ import annotations

from .reading import CardError, CardProblem, read_card, read_price_side
from .values import CostSide, Figure, MissingRateError, PriceSide, RateCard

__all__ = [
    "CardError",
    "CardProblem",
    "CostSide",
    "Figure",
    "MissingRateError",
    "PriceSide",
    "RateCard",
    "read_card",
    "read_price_side",
]
