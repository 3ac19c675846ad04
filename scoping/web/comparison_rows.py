"""Quotes, sites and published prices as rows: formatted, each range on one scale.

All of it is made of prices and published figures, so that a client may see it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from scoping.calc.comparison import PER, Compared, NotCompared, equal_share_wrong
from scoping.calc.facts import Fact
from scoping.calc.market import MarketCheck, MarketRow, PublishedPrice
from scoping.calc.rivals import Bound, ClientSide, Quote, Range
from scoping.templatetags.plumbline import (
    count,
    number,
    share_percent,
    unit_price,
    whole_money,
)

DASH = " – "
COUNTED_PER = f"{PER:,}"
SCALE, EDGE = 200, 4
"""Width of the drawing of a range and what it keeps free at its ends, in pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A range on the scale that all ranges of a table share."""

    x: int
    width: int
    end: int
    mark: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedRow:
    """A quote or a site per accepted unit. `bar` None: it was not compared."""

    name: str
    sticker: str
    per_accepted: str
    wrong: str
    why: str
    ask: str = ""
    facts: tuple[str, ...] = ()
    bar: Bar | None = None
    is_ours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedRow:
    """A published price and where ours lies of it."""

    vendor: str
    url: str
    price: str
    quantity: str
    place: str
    terms: str
    as_of: str
    trust: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketBlock:
    """The market check of one line."""

    heading: str
    price: str
    sentence: str
    rows: tuple[PublishedRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundRow:
    """Between what an answer lies that nobody gave."""

    name: str
    limits: str
    why: str
    source: str


def compared_rows(
    found: Sequence[Compared | NotCompared],
    *,
    quotes: Sequence[Quote] = (),
    client: ClientSide | None = None,
    facts: Sequence[Sequence[Fact]] = (),
) -> list[ComparedRow]:
    """Return quotes or sites as rows on one scale; the first quote is ours."""
    compared = [row for row in found if isinstance(row, Compared)]
    most = max((row.per_accepted.high for row in compared), default=Decimal(1))
    ours = compared[0] if quotes else None
    rows = []
    for place, row in enumerate(found):
        if isinstance(row, NotCompared):
            rows.append(
                ComparedRow(
                    name=row.name,
                    sticker="",
                    per_accepted="not compared",
                    wrong="",
                    why=row.why,
                )
            )
            continue
        same = ""
        if ours is not None and client is not None and row is not ours:
            same = _same_cost(row, ours, quote=quotes[place], client=client)
        rows.append(
            ComparedRow(
                name=row.name,
                sticker=_prices(row.sticker),
                per_accepted=_prices(row.per_accepted),
                wrong=_counts(row.wrong_units),
                why=f"{row.why}{same}",
                ask="" if ours is None else _ask(row),
                facts=tuple(_said(fact) for fact in _at(facts, place)),
                bar=_bar(row.per_accepted, most=most, mark=ours),
                is_ours=row is ours,
            )
        )
    return rows


def _at(facts: Sequence[Sequence[Fact]], place: int) -> Sequence[Fact]:
    return facts[place] if facts else ()


def _same_cost(
    row: Compared, ours: Compared, *, quote: Quote, client: ClientSide
) -> str:
    """Say at which share wrong this price costs as much as ours, if that is known."""
    known = ours.per_accepted.is_known and row.paid.is_known
    if not known or quote.rework_is_free is None:
        return ""
    share = equal_share_wrong(
        ours.per_accepted.low,
        row.paid.low,
        client=client,
        rework_is_free=quote.rework_is_free,
    )
    if share is None:
        return ""
    return f" It costs as much as ours once {share_percent(share, 1)} are wrong."


def _ask(row: Compared) -> str:
    most = row.matters_most
    if most is None:
        return ""
    return (
        f"Ask first: {most.words}. The best answer lowers the high end by "
        f"{number(most.lowers_high_by, 4)}."
    )


def _bar(found: Range, *, most: Decimal, mark: Compared | None) -> Bar:
    def at(value: Decimal) -> int:
        return round(value / most * (SCALE - 2 * EDGE)) + EDGE

    low, high = at(found.low), at(found.high)
    return Bar(
        x=low,
        width=max(high - low, 2),
        end=high,
        mark=None if mark is None else at(mark.per_accepted.low),
    )


def market_block(heading: str, price: Decimal, check: MarketCheck) -> MarketBlock:
    """Return the market check of a line as rows."""
    return MarketBlock(
        heading=heading,
        price=unit_price(price),
        sentence=check.sentence,
        rows=tuple(_published(row) for row in check.rows),
    )


def _published(row: MarketRow) -> PublishedRow:
    found = row.published
    delivery = "" if found.delivery == "unknown" else found.delivery
    terms = [text for text in (delivery, found.terms, found.note) if text]
    return PublishedRow(
        vendor=found.source,
        url=found.url,
        price=_published_price(found),
        quantity=_quantity(found),
        place=row.place if row.holds else "other quantity",
        terms="; ".join(terms).replace("_", " ") or "the price alone",
        as_of=found.as_of,
        trust=found.trust,
    )


def _published_price(found: PublishedPrice) -> str:
    if found.high is None:
        return f"from {unit_price(found.low)}"
    return _prices(Range(low=found.low, high=found.high))


def _quantity(found: PublishedPrice) -> str:
    if found.units_to is None:
        return "any quantity"
    return f"{count(found.units_from or 0)} to {count(found.units_to)}"


def bound_rows(bounds: Mapping[str, Bound], words: Mapping[str, str]) -> list[BoundRow]:
    """Return the bounds of what nobody said, in the order of the words."""
    return [
        BoundRow(
            name=words[key],
            limits=_limits(bounds[key]),
            why=bounds[key].why,
            source=f"{bounds[key].source}, {bounds[key].as_of}",
        )
        for key in words
        if key in bounds
    ]


def _limits(bound: Bound) -> str:
    if bound.unit == "share":
        low, high = share_percent(bound.low), share_percent(bound.high)
        return f"{low} to {high}"
    if bound.unit == "prices":
        return f"{number(bound.low, 1)} to {number(bound.high, 1)} × our unit price"
    return f"{whole_money(bound.low)} to {whole_money(bound.high)} {bound.unit}"


def _said(fact: Fact) -> str:
    low, high = (
        share_percent(value) if fact.unit == "share" else f"{value:,f}"
        for value in fact.ends
    )
    span = low if fact.low == fact.high else f"{low} to {high}"
    unit = "" if fact.unit == "share" else f" {fact.unit}"
    return f"{fact.name}: {span}{unit} ({fact.source}, {fact.as_of})"


def _prices(found: Range) -> str:
    low, high = (number(value, 4) for value in (found.low, found.high))
    return low if low == high else f"{low}{DASH}{high}"


def _counts(found: Range) -> str:
    low, high = count(found.low), count(found.high)
    return low if low == high else f"{low}{DASH}{high}"
