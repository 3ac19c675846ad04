"""The list price: where in the market range work lies, and what moves it from there.

Price-side data and the spec alone: this module is given no effort, wage or margin, and
it is all that public, client and link doors ever call. List = low + (high − low) ×
position; then accuracy, site, rush, redundancy and pre-labels as named factors. A
driver that the card does not name is an error, never a silent 1.
See docs/model.md#listing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from . import number
from .layout import with_article
from .rates.values import Figure, MissingRateError, PriceSide, Threshold
from .spec.values import WORD_DRIVERS, Line, Spec
from .trace import Step, derive
from .volume import answer


def position_in_range(*drivers: Any) -> Any:
    """Return the sum of the drivers, kept between 0 (low end) and 1 (high end)."""
    return min(max(number.total(*drivers), Decimal(0)), Decimal(1))


def in_range(low: Any, high: Any, position: Any) -> Any:
    """Return the price at a position of the market range."""
    return low + (high - low) * position


def annotators_factor(annotators: Any, each_extra: Any) -> Any:
    """Return what several annotators per item multiply a price by."""
    return 1 + (annotators - 1) * each_extra


def given_away(share_of_units: Any, share_off: Any) -> Any:
    """Return the factor of a price when a share of the units is pre-labelled."""
    return 1 - share_of_units * share_off


def list_price(spec: Spec, line: Line, *, price: PriceSide) -> Step:
    """Return the list unit price of a line, four decimals, with its reasons."""
    band = price.band(line.type)
    position = derive(
        "Position in the market range",
        position_in_range,
        *position_drivers(line, price=price),
        unit="",
        because="sum of the complexity drivers, between 0 and 1",
    )
    in_band = derive(
        "Price at that position",
        in_range,
        band.low.step("Market range, low"),
        band.high.step("Market range, high"),
        position,
        unit=f"{price.currency} {with_article(band.unit)}",
        because="low + (high − low) × position",
    )
    factors = tuple(price_factors(spec, line, price=price))
    priced = in_band
    if factors:
        priced = derive(
            "Price with its factors",
            number.product,
            in_band,
            *factors,
            unit=in_band.unit,
            because="price at that position × accuracy, site, rush, people an item",
        )
    return derive(
        "List price",
        number.rounded_to_4,
        priced,
        unit=in_band.unit,
        because="rounded half up at four decimals",
    )


def position_of(step: Step) -> Decimal:
    """Return the position in the market range on which a list price rests."""
    for used in step.uses:
        if used.formula is position_in_range:
            return used.value
        found = position_of(used)
        if found >= 0:
            return found
    return Decimal(-1)


def position_drivers(line: Line, *, price: PriceSide) -> Iterator[Step]:
    """Yield what moves a line within the market range, each with its card row."""
    yield word(price.position_words, "complexity", line.complexity, card=price.version)
    for kind in WORD_DRIVERS:
        taken = getattr(line, kind) or price.standard_words.get(kind)
        if taken is not None:
            yield word(price.position_words, kind, taken, card=price.version)
    for kind, value in (
        ("classes", line.classes),
        ("attributes", line.attributes),
        ("vertices", line.vertices),
    ):
        reached = threshold(price.position_steps.get(kind, ()), value)
        if reached is not None:
            yield reached.step(f"{value} {kind}")


def price_factors(spec: Spec, line: Line, *, price: PriceSide) -> Iterator[Step]:
    """Yield the factors of a list price that are not 1."""
    accuracy = threshold(price.accuracy_factors, spec.quality.accuracy)
    if accuracy is not None and accuracy.value != 1:
        yield accuracy.step("Accuracy promised")
    if spec.site not in price.site_factors:
        raise MissingRateError(
            what=f"price factor for site “{spec.site}”",
            card=price.version,
            row=f"price/site_factors/{spec.site}",
        )
    if price.site_factors[spec.site].value != 1:
        yield price.site_factors[spec.site].step("Site")
    if spec.commercial.rush:
        yield price.rush_factor.step("Rush")
    if line.redundancy > 1:
        yield derive(
            "People an item",
            annotators_factor,
            answer(
                "Annotators an item",
                line.redundancy,
                unit="people",
                path=f"{line.path}/redundancy",
            ),
            price.redundancy_factor.step("Price of each further person"),
            unit="×",
            because="1 + further people × price of each",
        )
    yield from _prelabel_factor(line, price=price)


def _prelabel_factor(line: Line, *, price: PriceSide) -> Iterator[Step]:
    off = price.prelabel_price_factor.get(line.type)
    if line.prelabel is None or off is None or off.value == 0:
        return
    yield derive(
        "Pre-labels",
        given_away,
        answer(
            "Share of units pre-labelled",
            line.prelabel.share,
            unit="",
            path=f"{line.path}/prelabel/share",
        ),
        off.step("Share taken off for pre-labels"),
        unit="×",
        because="1 − share pre-labelled × share taken off",
    )


def word(figures: Mapping[str, Figure], kind: str, said: str, *, card: str) -> Step:
    """Return the card's figure for a word of the spec, or name the gap."""
    key = f"{kind}/{said}"
    if key not in figures:
        raise MissingRateError(what=f"figure for {kind} “{said}”", card=card, row=key)
    return figures[key].step(f"{kind.capitalize()}: {said.replace('_', ' ')}")


def threshold(
    steps: tuple[Threshold, ...], value: Decimal | int | None
) -> Figure | None:
    """Return the figure of the highest threshold that the value reaches."""
    if value is None:
        return None
    reached = [step for step in steps if value >= step.at_least]
    if not reached:
        return None
    return max(reached, key=lambda step: step.at_least).figure
