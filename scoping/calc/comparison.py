"""What a right unit costs a client under rival quotes, as far as they say it.

A sticker price is not what a client pays for a unit that is right: fees, its own
check, rework that is not free and errors that escape come on top. Each quote is
brought to cost per accepted unit with METHODS 2 (`rework.true_cost_ratio`). What a
quote leaves unsaid stays open between stated bounds, from its cheapest to its dearest
answer: the result is a range, and never a middle. Prices and typed figures alone come
in here, no cost of ours, so a client may see the result.
See docs/model.md#comparison.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from .number import rounded_to_4
from .rework import true_cost_ratio
from .rivals import WORDS, Bounds, ClientSide, Job, Quote, Range

PER = 100_000
"""Wrong units are counted per this many delivered ones."""

ZERO, ONE = Decimal(0), Decimal(1)

Ends = Mapping[str, tuple[Decimal, Decimal]]
"""Each figure at its cheap and at its dear end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTerm:
    """Something unsaid, and by how much its best answer would lower the high end."""

    key: str
    lowers_high_by: Decimal

    @property
    def words(self) -> str:
        """Return what is not known, in words."""
        return WORDS[self.key]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A quote per unit of ours: its sticker, what a right unit costs, what is wrong.

    `paid` is the sticker with fees and minimum order; `wrong_units` are those delivered
    among 100,000, before the client's own check. `open_terms` begins with what
    matters most.
    """

    name: str
    sticker: Range
    paid: Range
    per_accepted: Range
    wrong_units: Range
    why: str
    open_terms: tuple[OpenTerm, ...]

    @property
    def matters_most(self) -> OpenTerm | None:
        """Return the unknown whose best answer lowers the high end most."""
        moving = [term for term in self.open_terms if term.lowers_high_by > 0]
        return moving[0] if moving else None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotCompared:
    """A quote that counts something else than we do."""

    name: str
    why: str


def wrong_units(share: Decimal, units: Decimal) -> Decimal:
    """Return how many of the delivered units are wrong.

    >>> wrong_units(Decimal("0.02"), Decimal(1_000_000))
    Decimal('20000.00')
    """
    return share * units


def released_wrong(first: Decimal, catches: Decimal) -> Decimal:
    """Return the share wrong after a review that sends back until a unit passes.

    p(1 − d) ÷ (1 − pd): METHODS 2, without false rejections. No review catches nothing.
    """
    return first * (1 - catches) / (1 - first * catches)


def equal_share_wrong(
    cost: Decimal, paid: Decimal, *, client: ClientSide, rework_is_free: bool
) -> Decimal | None:
    """Return the share wrong at which a cheaper price costs as much a right unit.

    `true_cost_ratio` solved for p: (cost − paid − inspect) ÷ (cost + d(own rework −
    paid) + (1 − d) escape). None where the client's side is not known, where the price
    with its check is the dearer one at any quality, or where no quality is bad enough.
    """
    inspect, own, escape, d = (
        client.inspect,
        client.own_rework,
        client.escape,
        client.catches,
    )
    if inspect is None or own is None or escape is None or d is None:
        return None
    own = ZERO if rework_is_free else own
    above = cost - paid - inspect
    below = cost + d * (own - paid) + (1 - d) * escape
    if above < 0 or above >= below:
        return None
    return above / below


def compare(
    quotes: Sequence[Quote], *, job: Job, client: ClientSide, bounds: Bounds
) -> tuple[Compared | NotCompared, ...]:
    """Return each quote per unit of the job, in the order given.

    A quote that counts a unit which the job cannot be counted in is not compared.
    """
    return tuple(
        compare_ends(
            quote.name,
            quote_ends(quote, job=job, bounds=bounds)
            | client_ends(client, job=job, bounds=bounds),
            units=job.units,
        )
        if quote.unit in job.units_in
        else NotCompared(
            name=quote.name,
            why=(
                f"It counts by {quote.unit} and we by {job.unit}: ask how many "
                f"{job.unit} units one {quote.unit} holds."
            ),
        )
        for quote in quotes
    )


def quote_ends(quote: Quote, *, job: Job, bounds: Bounds) -> dict[str, _End]:
    """Return the vendor's side at its cheap and dear end, per unit of the job."""
    price = quote.price / job.units_in[quote.unit]
    ends = {
        "price": (price, price),
        "minimum": _end(quote.minimum, "minimum", job=job, bounds=bounds),
        "set_up": _end(quote.set_up, "set_up", job=job, bounds=bounds),
        "rework_paid": _answer(quote.rework_is_free, cheap=ZERO, dear=ONE),
    }
    if quote.accuracy is not None:
        # A promise is of what is delivered: whether review is part of it is no matter.
        return ends | {
            "wrong": (1 - quote.accuracy, 1 - quote.accuracy),
            "reviewed": (ZERO, ZERO),
            "review_catches": (ZERO, ZERO),
        }
    least, most = _end(None, "review_catches", job=job, bounds=bounds)
    if quote.includes_review is False:
        least = most = ZERO
    return ends | {
        "wrong": _end(quote.first_pass_wrong, "wrong", job=job, bounds=bounds),
        "reviewed": _answer(quote.includes_review, cheap=ONE, dear=ZERO),
        "review_catches": (most, least),
    }


def client_ends(client: ClientSide, *, job: Job, bounds: Bounds) -> dict[str, _End]:
    """Return the client's side at its cheap and dear end."""
    return {
        key: _end(value, key, job=job, bounds=bounds)
        for key, value in (
            ("inspect", client.inspect),
            ("own_rework", client.own_rework),
            ("escape", client.escape),
            ("client_catches", client.catches),
        )
    }


def compare_ends(name: str, ends: Ends, *, units: Decimal) -> Compared:
    """Return what a right unit costs between the ends of every figure.

    The cost rises, or falls, in each figure alone wherever the others stand, so that
    its ends lie at ends. Only what the client's check catches has no direction of its
    own (a caught error may cost more than one that escapes): both its ends are tried.
    """
    cheap = {key: low for key, (low, _) in ends.items()}
    dear = {key: high for key, (_, high) in ends.items()}
    catches = ends["client_catches"]
    cheap["client_catches"] = min(catches, key=lambda d: _with(cheap, d, units))
    dear["client_catches"] = max(catches, key=lambda d: _with(dear, d, units))
    high = _cost(dear, units)
    terms = [
        OpenTerm(key=key, lowers_high_by=_lowered(key, ends, dear, units))
        for key in WORDS
        if ends[key][0] != ends[key][1]
    ]
    return Compared(
        name=name,
        sticker=Range(low=cheap["price"], high=dear["price"]),
        paid=Range(low=_paid(cheap, units), high=_paid(dear, units)),
        per_accepted=Range(low=_cost(cheap, units), high=high),
        wrong_units=Range(
            low=wrong_units(_wrong(cheap), Decimal(PER)),
            high=wrong_units(_wrong(dear), Decimal(PER)),
        ),
        why=_why(dear, units, is_known=not terms),
        open_terms=tuple(sorted(terms, key=lambda term: -term.lowers_high_by)),
    )


_End = tuple[Decimal, Decimal]


def _end(value: Decimal | None, key: str, *, job: Job, bounds: Bounds) -> _End:
    if value is not None:
        return value, value
    bound = bounds[key]
    scale = job.price if bound.unit == "prices" else ONE
    return bound.low * scale, bound.high * scale


def _answer(said: bool | None, *, cheap: Decimal, dear: Decimal) -> _End:  # noqa: FBT001 - a yes, a no, or neither
    if said is None:
        return cheap, dear
    return (cheap, cheap) if said else (dear, dear)


def _paid(case: Mapping[str, Decimal], units: Decimal) -> Decimal:
    return (max(units * case["price"], case["minimum"]) + case["set_up"]) / units


def _wrong(case: Mapping[str, Decimal]) -> Decimal:
    return released_wrong(case["wrong"], case["reviewed"] * case["review_catches"])


def _cost(case: Mapping[str, Decimal], units: Decimal) -> Decimal:
    paid = _paid(case, units)
    stickers: Decimal = true_cost_ratio(
        _wrong(case),
        case["client_catches"],
        case["inspect"] / paid,
        case["own_rework"] * case["rework_paid"] / paid,
        case["escape"] / paid,
    )
    return paid * stickers


def _with(case: Mapping[str, Decimal], catches: Decimal, units: Decimal) -> Decimal:
    return _cost({**case, "client_catches": catches}, units)


def _lowered(
    key: str, ends: Ends, dear: Mapping[str, Decimal], units: Decimal
) -> Decimal:
    """Return how far the high end falls when this figure alone is at its best."""
    best = min(_cost({**dear, key: end}, units) for end in ends[key])
    return _cost(dear, units) - best


def _why(case: Mapping[str, Decimal], units: Decimal, *, is_known: bool) -> str:
    """Return which addition to the sticker is the largest, at the dear end.

    The cost is a sum of paid, checking, rework and escapes, each with a factor of its
    own: a part is what the cost falls by without it.
    """
    whole, paid = _cost(case, units), _paid(case, units)
    parts = {
        "checking each unit": whole - _cost({**case, "inspect": ZERO}, units),
        "rework that the client pays": whole
        - _cost({**case, "own_rework": ZERO}, units),
        "errors that escape the client's check": whole
        - _cost({**case, "escape": ZERO}, units),
        "set-up, fees and the minimum order": paid - case["price"],
    }
    parts["paying for units that stay wrong"] = (
        whole - case["price"] - sum(parts.values(), ZERO)
    )
    name = max(parts, key=lambda key: parts[key])
    added = rounded_to_4(parts[name])
    if added <= 0:
        return "Nothing comes on top of the sticker price."
    up_to = "" if is_known else "up to "
    return (
        f"Most of what comes on top is {name}: {up_to}{added:,} a unit on a sticker "
        f"of {rounded_to_4(case['price']):,}."
    )
