"""What a vendor says, what quality costs its client, and what neither has said.

None is never nothing: an answer that is missing is not known, and `Bound` says between
what it then lies and why. See docs/model.md#rivals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from .bill import BillLine
from .money import share_out
from .offer import Offer

WORDS: Mapping[str, str] = {
    "wrong": "the share wrong at first attempt",
    "reviewed": "whether review is included",
    "review_catches": "what the vendor's review catches",
    "rework_paid": "whether rework is free",
    "minimum": "the minimum order",
    "set_up": "the set-up fee",
    "price": "the price itself",
    "inspect": "what the client's check of a unit costs",
    "own_rework": "what the client's own rework of a unit costs",
    "escape": "what an error that escapes costs the client",
    "client_catches": "what the client's check catches",
}
"""Everything that may be open, in the words of a sentence."""

BOUNDED = frozenset(WORDS) - {"price", "reviewed", "rework_paid"}
"""What needs stated bounds where it is not known; yes and no are their own bounds."""


class QuoteError(ValueError):
    """Raised for a figure that no quote can have; `field` names it."""

    def __init__(self, field: str, sentence: str) -> None:
        """Keep the field for the form beside the sentence for the reader."""
        self.field = field
        super().__init__(sentence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """Between what a figure lies where nobody said it, and why there.

    `unit`: `share`, a currency, or `prices`: multiples of our own unit price.
    """

    low: Decimal
    high: Decimal
    unit: str
    why: str
    source: str
    as_of: str


Bounds = Mapping[str, Bound]


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A figure as far as it is known: low and high are the same where it is."""

    low: Decimal
    high: Decimal

    @property
    def is_known(self) -> bool:
        """Return whether nothing is open about it."""
        return self.low == self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What a vendor says, in card currency; None is what it does not say.

    `accuracy` is promised of delivered units, `first_pass_wrong` is known of first
    attempts, before any review by the vendor. One of the two, or neither.
    """

    name: str
    price: Decimal
    unit: str
    accuracy: Decimal | None = None
    first_pass_wrong: Decimal | None = None
    includes_review: bool | None = None
    rework_is_free: bool | None = None
    minimum: Decimal | None = None
    set_up: Decimal | None = None

    def __post_init__(self) -> None:
        """Refuse what no quote can say."""
        if self.price <= 0:
            raise QuoteError("price", "A price is more than 0.")
        if self.accuracy is not None and not 0 < self.accuracy <= 1:
            raise QuoteError(
                "accuracy", "Accuracy lies above 0 % and at most at 100 %."
            )
        if self.first_pass_wrong is not None and not 0 <= self.first_pass_wrong < 1:
            raise QuoteError(
                "first_pass_wrong", "The share wrong lies from 0 % to below 100 %."
            )
        if self.accuracy is not None and self.first_pass_wrong is not None:
            raise QuoteError(
                "first_pass_wrong",
                "Write the promised accuracy or the share wrong at first attempt, "
                "not both: a promise already counts the vendor's review.",
            )
        _not_negative(self, "minimum", "set_up")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSide:
    """What quality costs the client, for each unit; None is not known.

    `catches` is the share of wrong units that its own check finds.
    """

    inspect: Decimal | None = None
    own_rework: Decimal | None = None
    escape: Decimal | None = None
    catches: Decimal | None = None

    def __post_init__(self) -> None:
        """Refuse what no check can do."""
        _not_negative(self, "inspect", "own_rework", "escape")
        if self.catches is not None and not 0 <= self.catches <= 1:
            raise QuoteError("catches", "A check catches from 0 % to 100 %.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is bought: so many units. `units_in` says how many one of another unit is.

    `price` is our own unit price, in which some bounds are stated.
    """

    unit: str
    units: Decimal
    units_in: Mapping[str, Decimal]
    price: Decimal


def job_of(made: Offer, index: int) -> Job:
    """Return what one line of an offer buys, also counted in images or frames."""
    volume, line = made.volumes[index], made.spec.lines[index]
    units = volume.quoted.value
    return Job(
        unit=line.unit,
        units=units,
        units_in={made.spec.item_kind: volume.per_item.value, line.unit: Decimal(1)},
        price=_price_paid(made, index) * _row(made, index).units.value / units,
    )


def ours_of(made: Offer, index: int, *, name: str) -> Quote:
    """Return a line of an offer as a quote beside others: price side alone.

    Its part of the fees counts as set-up, by amount; a minimum order is among them. The
    accuracy is the one promised, and failed work is redone free (the remedy clause).
    """
    amounts = [row.amount.value for row in made.bill.lines]
    fees = share_out(made.bill.fees_total.value, amounts, made.bill.currency)
    rows = [row.line.index for row in made.bill.lines]
    return Quote(
        name=name,
        price=_price_paid(made, index),
        unit=_row(made, index).unit,
        accuracy=made.spec.quality.accuracy,
        includes_review=made.spec.quality.reviews > 0,
        rework_is_free=True,
        minimum=Decimal(0),
        set_up=fees[rows.index(index)],
    )


def _row(made: Offer, index: int) -> BillLine:
    for row in made.bill.lines:
        if row.line.index == index and row.amount.value > 0:
            return row
    raise QuoteError(
        "price",
        "This line has no price in the total: it is priced on request, optional or "
        "an alternative. Compare another line, or give it a unit price first.",
    )


def _price_paid(made: Offer, index: int) -> Decimal:
    """Return what a counted unit costs after tiers and discount, at six decimals."""
    row = _row(made, index)
    return (row.net / row.units.value).quantize(
        Decimal("0.000001"), rounding=ROUND_HALF_UP
    )


def _not_negative(value: object, *names: str) -> None:
    for name in names:
        figure: Decimal | None = getattr(value, name)
        if figure is not None and figure < 0:
            raise QuoteError(name, "Write 0 or more. Empty means not known.")
