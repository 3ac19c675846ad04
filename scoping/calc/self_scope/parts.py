"""What a list price is made of, and what an answer not given yet would do to it.

Both read the list price and nothing else: no cost, effort or wage is known here. The
parts of a price are differences of prices rounded to four decimals, so that they add up
to the price that is printed. See docs/model.md#scopingcalcself_scope.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from scoping.calc.listing import (
    in_range,
    list_price,
    position_drivers,
    position_in_range,
    price_factors,
)
from scoping.calc.number import rounded_to_4
from scoping.calc.rates.values import PriceSide
from scoping.calc.spec.values import Line, Spec

from .unknowns import Unknowns


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One reason of a unit price: its name, and what it adds, below 0 if it lowers."""

    name: str
    adds: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """What the two extreme answers to a question would change a unit price by.

    None: such work is priced on request.
    """

    less: Decimal | None
    more: Decimal | None


def parts_of(spec: Spec, line: Line, *, price: PriceSide) -> tuple[Part, ...]:
    """Return the parts of a line's list price, in order; they add up to it exactly."""
    band = price.band(line.type)
    found: list[Part] = []
    so_far, drivers = Decimal(0), list[Decimal]()
    for step in position_drivers(line, price=price):
        drivers.append(step.value)
        exact = in_range(band.low.value, band.high.value, position_in_range(*drivers))
        found.append(Part(name=step.name, adds=rounded_to_4(exact) - so_far))
        so_far = rounded_to_4(exact)
    for step in price_factors(spec, line, price=price):
        exact *= step.value
        found.append(Part(name=step.name, adds=rounded_to_4(exact) - so_far))
        so_far = rounded_to_4(exact)
    first, *rest = found
    return (first, *(part for part in rest if part.adds))


def ends_of(
    spec: Spec, line: Line, key: str, *, price: PriceSide, unknowns: Unknowns
) -> Ends:
    """Return what the ends of a question do: `key` is accuracy, classes or a word.

    The ends are the cheapest and the dearest answer that the card knows.
    """
    now = list_price(spec, line, price=price).value
    less: Decimal | None = None
    more: Decimal | None = None
    on_request = False
    for other, changed in _others(spec, line, key, price=price, unknowns=unknowns):
        if (changed.type, changed.complexity) in price.quote_only:
            on_request = True
            continue
        by = list_price(other, changed, price=price).value - now
        less = by if less is None else min(less, by)
        more = by if more is None else max(more, by)
    return Ends(less=less, more=None if on_request else more)


def _others(
    spec: Spec, line: Line, key: str, *, price: PriceSide, unknowns: Unknowns
) -> Iterator[tuple[Spec, Line]]:
    """Yield the project as each answer to a question would make it."""
    if key == "accuracy":
        for end in ("accuracy_low", "accuracy_high"):
            quality = replace(spec.quality, accuracy=unknowns.figures[end])
            yield replace(spec, quality=quality), line
    elif key == "classes":
        steps = price.position_steps.get("classes", ())
        for least in (1, *(int(step.at_least) for step in steps)):
            yield spec, replace(line, classes=least)
    else:
        for word in words_of(key, price=price):
            yield spec, replace(line, **{key: word})  # type: ignore[arg-type]


def words_of(key: str, *, price: PriceSide) -> tuple[str, ...]:
    """Return the words that a card knows for complexity, occlusion and so on."""
    found = (name.split("/") for name in price.position_words)
    return tuple(word for kind, word in found if kind == key)
