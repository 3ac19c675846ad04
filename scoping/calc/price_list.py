"""The list as people ask for it: what one unit costs, by method and difficulty.

Price-side data alone, at the card's standard words, so that it is what a client reads
who answers nothing else. A cell that the card prices on request has no number, and none
stands in for it. See docs/model.md#price_list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import get_args

from .assumptions import NAMES
from .listing import list_price
from .rates.values import PriceSide
from .spec.values import AnnotationType, Complexity, Line, Quality, Spec, UnitsPerItem

COMPLEXITIES: tuple[Complexity, ...] = get_args(Complexity)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRow:
    """One method: its unit, market range, and list price by difficulty.

    A price of None is priced on request.
    """

    type: AnnotationType
    name: str
    unit: str
    low: Decimal
    high: Decimal
    weak: bool
    prices: Mapping[Complexity, Decimal | None]


def price_list(
    price: PriceSide, *, site: str, accuracy: Decimal
) -> tuple[ListRow, ...]:
    """Return the list of a card for work at a site, with this accuracy promised.

    Raises MissingRateError for a site that the card does not name.
    """
    return tuple(_rows(price, site=site, accuracy=accuracy))


def _rows(price: PriceSide, *, site: str, accuracy: Decimal) -> Iterator[ListRow]:
    known: tuple[AnnotationType, ...] = get_args(AnnotationType)
    for type_ in known:
        if type_ not in price.bands:
            continue
        band = price.band(type_)
        prices = {
            complexity: _price(price, type_, complexity, site=site, accuracy=accuracy)
            for complexity in COMPLEXITIES
        }
        yield ListRow(
            type=type_,
            name=NAMES[type_],
            unit=band.unit,
            low=band.low.value,
            high=band.high.value,
            weak=band.low.weak or band.high.weak,
            prices=prices,
        )


def _price(
    price: PriceSide,
    type_: AnnotationType,
    complexity: Complexity,
    *,
    site: str,
    accuracy: Decimal,
) -> Decimal | None:
    if (type_, complexity) in price.quote_only:
        return None
    line = Line(
        index=0,
        type=type_,
        complexity=complexity,
        units_per_item=UnitsPerItem(mean=Decimal(1)),
    )
    spec = Spec(
        items=1,
        lines=(line,),
        seed=0,
        start_on=date.min,
        site=site,
        quality=Quality(accuracy=accuracy),
    )
    return list_price(spec, line, price=price).value
