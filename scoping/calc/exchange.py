"""A rate card in another currency: every amount at one pinned rate, with its reasons.

The card names a rate for each currency it may be sold in, with source and date, and the
buffer within which a quote stands. Amounts (fees, an hour, a team month) are rounded to
the coins of the new currency; ends of market ranges are not, for they are no amounts.
What the site pays stays in the site's currency: only its rate is turned. A card in the
currency that is asked for is returned as it is. See docs/model.md#exchange.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from . import number
from .rates.values import (
    CostSide,
    Exchange,
    FeePrice,
    Figure,
    FigureRange,
    MarketBand,
    MissingRateError,
    PriceSide,
    RateCard,
    RiskFigures,
)
from .tariff import rounder
from .trace import Step, derive


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted(Figure):
    """A figure of the card at an exchange rate: its step names both rows."""

    original: Figure
    rate: Figure
    formula: Callable[..., Any]

    def step(self, name: str, *, because: str = "") -> Step:
        """Return the figure as derived from the card's own and the rate."""
        return derive(
            name,
            self.formula,
            self.original.step(f"{name}, in the card's currency", because=because),
            self.rate.step("Exchange rate"),
            unit=self.unit,
            because="the card's own, at the exchange rate",
        )


def price_in(price: PriceSide, currency: str) -> PriceSide:
    """Return the price side in a currency. Raises MissingRateError without a rate."""
    if price.currency == currency:
        return price
    rate = _rate(price, currency)

    def amount(figure: Figure) -> Figure:
        return _converted(figure, rate, rounder(currency))

    def exact(figure: Figure) -> Figure:
        return _converted(figure, rate, number.product)

    return replace(
        price,
        currency=currency,
        bands={key: _band(band, exact) for key, band in price.bands.items()},
        minimum_order=amount(price.minimum_order),
        fees=tuple(_fee(fee, amount) for fee in price.fees),
        pilot_price=amount(price.pilot_price),
        hour_prices=_each(price.hour_prices, amount),
        pod_prices=_each(price.pod_prices, amount),
        exchanged=Exchange(
            base=price.currency,
            quote=currency,
            rate=rate,
            buffer=price.exchange_buffer,
        ),
    )


def card_in(card: RateCard, currency: str) -> RateCard:
    """Return a whole card in a currency: its price side, its fees' costs, its sites."""
    if card.currency == currency:
        return card
    rate = _rate(card.price, currency)
    return replace(
        card,
        currency=currency,
        price=price_in(card.price, currency),
        cost=_cost(card.cost, rate, currency=currency),
    )


def _cost(cost: CostSide, rate: Figure, *, currency: str) -> CostSide:
    return replace(
        cost,
        currency=currency,
        fee_costs=_each(
            cost.fee_costs,
            lambda figure: _converted(figure, rate, rounder(currency)),
        ),
        risks={
            key: _risk(risk, lambda figure: _converted(figure, rate, number.product))
            for key, risk in cost.risks.items()
        },
        sites={
            key: replace(
                site,
                units_per_card_currency=_converted(
                    site.units_per_card_currency, rate, number.ratio
                ),
            )
            for key, site in cost.sites.items()
        },
    )


def _risk(risk: RiskFigures, exact: Callable[[Figure], Figure]) -> RiskFigures:
    if risk.effect != "cost":
        return risk
    size = risk.size
    return replace(
        risk,
        size=FigureRange(p10=exact(size.p10), p50=exact(size.p50), p90=exact(size.p90)),
    )


def beyond_buffer(pinned: Decimal, now: Decimal, *, buffer: Decimal) -> bool:
    """Return whether a rate has moved so far that a quote is to be priced anew.

    >>> beyond_buffer(Decimal("25500"), Decimal("26300"), buffer=Decimal("0.03"))
    True
    """
    return abs(now / pinned - 1) > buffer


def _rate(price: PriceSide, currency: str) -> Figure:
    found = price.exchange.get(currency)
    if found is None:
        raise MissingRateError(
            what=f"exchange rate for {currency}",
            card=price.version,
            row=f"price/exchange/{currency}",
        )
    return found


def _converted(figure: Figure, rate: Figure, formula: Callable[..., Any]) -> Figure:
    return Converted(
        key=figure.key,
        value=formula(figure.value, rate.value),
        unit=figure.unit,
        source=figure.source,
        as_of=figure.as_of,
        weak=figure.weak,
        original=figure,
        rate=rate,
        formula=formula,
    )


def _band(band: MarketBand, convert: Callable[[Figure], Figure]) -> MarketBand:
    return replace(band, low=convert(band.low), high=convert(band.high))


def _fee(fee: FeePrice, convert: Callable[[Figure], Figure]) -> FeePrice:
    return replace(fee, price=convert(fee.price))


def _each(
    figures: Mapping[str, Figure], convert: Callable[[Figure], Figure]
) -> dict[str, Figure]:
    return {key: convert(figure) for key, figure in figures.items()}
