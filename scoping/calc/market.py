"""What others publish beside what we ask: the market check, row by row.

Rows of the same type and the same unit only: a price of an image says nothing about a
price of a box. Each row says on which side of it our price lies, and whether it is for
such a quantity. See docs/model.md#market.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from .facts import number_of, perhaps, sourced, text_of
from .number import rounded_to_4

Place = Literal["below", "inside", "above"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedPrice:
    """A unit price that somebody published. `high` None: “from”, with an open end.

    `units_from` and `units_to` bound the quantities it holds for, None: any.
    """

    type: str
    unit: str
    low: Decimal
    high: Decimal | None
    units_from: Decimal | None
    units_to: Decimal | None
    delivery: str
    terms: str
    note: str
    trust: str
    source: str
    url: str
    as_of: str

    def holds_for(self, units: Decimal) -> bool:
        """Return whether the price is one for so many units."""
        return (self.units_from is None or units >= self.units_from) and (
            self.units_to is None or units <= self.units_to
        )

    def place_of(self, price: Decimal) -> Place:
        """Return on which side of this price another one lies."""
        if price < self.low:
            return "below"
        if self.high is not None and price > self.high:
            return "above"
        return "inside"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketRow:
    """A published price, where ours lies of it, and whether it is for this quantity."""

    published: PublishedPrice
    place: Place
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketCheck:
    """Our unit price against each published one of the same unit, and a sentence."""

    rows: tuple[MarketRow, ...]
    sentence: str


def market_check(
    price: Decimal,
    published: Iterable[PublishedPrice],
    *,
    type_: str,
    unit: str,
    units: Decimal,
) -> MarketCheck:
    """Return the published prices of this type and unit, and where ours lies of each.

    Rows for other quantities are shown and not counted in the sentence.
    """
    rows = tuple(
        MarketRow(published=row, place=row.place_of(price), holds=row.holds_for(units))
        for row in sorted(published, key=lambda row: (row.low, row.source))
        if (row.type, row.unit) == (type_, unit)
    )
    return MarketCheck(rows=rows, sentence=_sentence(price, rows, unit=unit))


def _sentence(price: Decimal, rows: tuple[MarketRow, ...], *, unit: str) -> str:
    counted = [row.place for row in rows if row.holds]
    if not counted:
        return f"No published price for one {unit} holds for this quantity."
    return (
        f"Our {rounded_to_4(price)} lies inside {counted.count('inside')} of "
        f"{len(counted)} published prices for this quantity, below "
        f"{counted.count('below')} and above {counted.count('above')}."
    )


def read_prices(rows: Iterable[Mapping[str, str]]) -> tuple[PublishedPrice, ...]:
    """Return published prices from rows of text. Raises FactError, naming the row."""
    return tuple(
        _price(row, where=f"row {number}") for number, row in enumerate(rows, start=2)
    )


def _price(row: Mapping[str, str], *, where: str) -> PublishedPrice:
    return PublishedPrice(
        type=text_of(row, "type"),
        unit=text_of(row, "unit"),
        low=number_of(row["price_low_usd"], where=where),
        high=perhaps(row["price_high_usd"], where=where),
        units_from=perhaps(row["units_from"], where=where),
        units_to=perhaps(row["units_to"], where=where),
        delivery=text_of(row, "delivery"),
        terms=text_of(row, "terms"),
        note=text_of(row, "note"),
        trust=text_of(row, "trust"),
        source=sourced(row, where=where),
        url=text_of(row, "url"),
        as_of=text_of(row, "as_of"),
    )
