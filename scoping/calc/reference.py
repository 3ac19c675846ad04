"""Reference projects: whether the market range pays for each cell of a card.

One project for each (type, complexity) that the card prices: 100,000 images, 20
annotators, the launch promises. A cell whose floor lies above its market range must be
marked `quote_only` on the price side, because the public form, which never computes a
floor, would otherwise show a range that does not pay. `load_rate_card` refuses a card
that lacks the mark.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from .estimate import estimate
from .rates.values import RateCard
from .spec.values import Line, Spec, Team, UnitsPerItem
from .workdays import Workdays

ITEMS = 100_000
UNITS_PER_ITEM = {"image_tag": 2, "semantic_mask": 1, "keypoint": 17}
"""Units an image holds in a reference project; five where no number stands here."""

SEED = 1
DRAWS = 2_048


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceFloor:
    """The floor of a cell's reference project, beside the top of its market range."""

    type: str
    complexity: str
    floor: Decimal
    band_high: Decimal
    marked: bool

    @property
    def band_pays(self) -> bool:
        """Return whether the market range reaches the floor."""
        return self.floor <= self.band_high


def reference_floors(card: RateCard, *, workdays: Workdays) -> Iterator[ReferenceFloor]:
    """Yield the floor of each cell that has both a market range and an effort."""
    for type_, complexity in card.cost.effort:
        if type_ not in card.price.bands:
            continue
        made = estimate(
            reference_spec(type_, complexity, card=card),
            card,
            workdays=workdays,
            draws=DRAWS,
        )
        yield ReferenceFloor(
            type=type_,
            complexity=complexity,
            floor=made.suggested[0].floor.value,
            band_high=card.price.bands[type_].high.value,
            marked=(type_, complexity) in card.price.quote_only,
        )


def reference_spec(type_: str, complexity: str, *, card: RateCard) -> Spec:
    """Return the reference project of a cell."""
    units = Decimal(UNITS_PER_ITEM.get(type_, 5))
    line = Line(
        index=0,
        type=type_,  # type: ignore[arg-type]
        complexity=complexity,  # type: ignore[arg-type]
        units_per_item=UnitsPerItem(mean=units),
    )
    return Spec(
        items=ITEMS,
        lines=(line,),
        seed=SEED,
        start_on=card.valid_from + timedelta(days=30),
        currency=card.currency,
        team=Team(annotators=20),
    )


def unmarked(card: RateCard, *, workdays: Workdays) -> list[ReferenceFloor]:
    """Return the cells whose range does not pay and that the card does not mark."""
    return [
        cell
        for cell in reference_floors(card, workdays=workdays)
        if not cell.band_pays and not cell.marked
    ]
