"""Rows to values and back, for scoping: the only file that sees both."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from scoping import models
from scoping.calc.rates import PriceSide, RateCard, read_card, read_price_side
from scoping.calc.spec import Spec, read_spec
from scoping.calc.trace import Origin


def price_side(row: models.RateCard) -> PriceSide:
    """Return the price side of a card; its cost document is not touched."""
    return read_price_side({**_head(row), "price": row.price_document})


def rate_card(row: models.RateCard) -> RateCard:
    """Return the whole card, for staff doors."""
    return read_card(
        {**_head(row), "price": row.price_document, "cost": row.cost_document}
    )


def spec(document: dict[str, Any], *, today: date) -> Spec:
    """Return the spec of a stored document, which was checked when it was stored."""
    return read_spec(document, door="staff", today=today)


def figure_rows(
    row: models.RateCard, figures: dict[str, tuple[Decimal, str, Origin]]
) -> list[models.RateFigure]:
    """Return the figures of a card as rows: value, unit and origin by key."""
    return [
        models.RateFigure(
            card=row,
            workspace=row.workspace,
            side=key.split("/", 1)[0],
            key=key,
            value=value,
            unit=unit[:40],
            source=origin.source,
            as_of=origin.as_of,
            weak=origin.weak,
        )
        for key, (value, unit, origin) in figures.items()
    ]


def _head(row: models.RateCard) -> dict[str, Any]:
    return {
        "version": row.version,
        "valid_from": row.valid_from,
        "currency": row.currency,
    }
