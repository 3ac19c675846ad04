"""A card document into a card: price and cost side read apart, all problems at once.

`read_price_side` is given the price document alone, so that a public door never holds a
cost. `read_card` reads both. Raises CardError with every problem of the document.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from .cost import read_cost
from .price import read_price
from .rows import CardError, CardProblem, Reader
from .values import PriceSide, RateCard

TOP = {"version", "valid_from", "currency", "price", "cost", "note"}

__all__ = ["CardError", "CardProblem", "read_card", "read_price_side"]


def read_card(document: object) -> RateCard:
    """Return a whole card from its document, or raise CardError with every problem."""
    head, problems = _head(document)
    price_reader = Reader("price", _mapping(document, "price"))
    cost_reader = Reader("cost", _mapping(document, "cost"))
    price = read_price(price_reader, **head)
    cost = read_cost(cost_reader, version=head["version"], currency=head["currency"])
    found = (*problems, *price_reader.problems, *cost_reader.problems)
    missing = {fee.key for fee in price.fees} - set(cost.fee_costs)
    found += tuple(
        CardProblem(
            code="missing_row",
            path=f"cost/fees/{key}",
            message=f"The fee {key} has a price and no cost. Add cost/fees/{key}.",
        )
        for key in sorted(missing)
    )
    if found:
        raise CardError(found)
    return RateCard(
        version=head["version"],
        valid_from=head["valid_from"],
        currency=head["currency"],
        price=price,
        cost=cost,
    )


def read_price_side(document: object) -> PriceSide:
    """Return the price side from a document that holds no cost."""
    head, problems = _head(document)
    reader = Reader("price", _mapping(document, "price"))
    price = read_price(reader, **head)
    found = (*problems, *reader.problems)
    if found:
        raise CardError(found)
    return price


def _mapping(document: object, key: str) -> Mapping[str, Any]:
    part = document.get(key) if isinstance(document, Mapping) else None
    return part if isinstance(part, Mapping) else {}


def _head(document: object) -> tuple[dict[str, Any], tuple[CardProblem, ...]]:
    if not isinstance(document, Mapping):
        raise CardError(
            (
                CardProblem(
                    code="not_a_card",
                    path="/",
                    message="A rate card is a document with version, price and cost.",
                ),
            )
        )
    problems = [
        CardProblem(
            code="unknown_key", path=str(key), message=f"A card has no “{key}”."
        )
        for key in document
        if key not in TOP
    ]
    version = str(document.get("version", ""))
    if not version:
        problems.append(
            CardProblem(code="missing_row", path="version", message="Name the version.")
        )
    try:
        said = document.get("valid_from")
        valid_from = said if isinstance(said, date) else date.fromisoformat(str(said))
    except ValueError:
        valid_from = date(1970, 1, 1)
        problems.append(
            CardProblem(
                code="invalid_date",
                path="valid_from",
                message="Write the day from which the card holds: 2026-01-01.",
            )
        )
    currency = str(document.get("currency", ""))
    if len(currency) != 3 or not currency.isupper():  # noqa: PLR2004 - ISO 4217
        problems.append(
            CardProblem(
                code="invalid_currency",
                path="currency",
                message="Write USD, for example.",
            )
        )
    head = {"version": version, "valid_from": valid_from, "currency": currency}
    return head, tuple(problems)
