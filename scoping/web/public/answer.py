"""What the answers come to: the range, why, what narrows it, what is assumed.

Price side and spec alone: the form knows no cost, effort or wage and never simulates
one. Numbers come out of `scoping.calc`; here they are put into words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from scoping.calc.offer import Offer, make_offer
from scoping.calc.offer_advice import client_advice
from scoping.calc.rates.values import PriceSide
from scoping.calc.self_scope.answers import SelfScope, has_no_site, spec_of
from scoping.calc.self_scope.narrowing import counting, is_worth_it
from scoping.calc.self_scope.unknowns import Unknowns
from scoping.calc.spec import Spec
from scoping.calc.workdays import Workdays
from scoping.templatetags.plumbline import (
    change,
    count,
    day,
    unit_price,
    week,
    whole_money,
)
from scoping.web.components import Badge, Message
from scoping.web.drawings import RangeDrawing, range_drawing
from scoping.web.public.assumed import AssumedRow, assumed_rows
from scoping.web.public.methods import MethodCard, method_cards
from scoping.web.public.sums import Row, note_rows, total_rows, unit_rows
from scoping.web.public.wording import UNITS, one_of

Ends = tuple[Decimal, Decimal, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeWords:
    """The three figures of a range with their drawing, as the partial takes them."""

    low: str
    typical: str
    high: str
    words: str
    drawing: RangeDrawing | None
    is_stale: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrow:
    """The cheapest way to narrow the range."""

    images: str
    minutes: int
    low: str
    high: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One clause in the client's words."""

    name: str
    how_much: str
    checked: str
    proves: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceRow:
    """A lighter way with what it saves; `method` takes it by one press."""

    text: str
    saves: str
    method: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """All that stands beside and below the questions once a range can be made."""

    heading: str
    badge: Badge
    currency: str
    ends: Ends | None
    range: RangeWords | None
    moved: str
    narrow: Narrow | None
    rows: tuple[Row, ...]
    totals: tuple[Row, ...]
    week: str
    notes: tuple[Row, ...]
    messages: tuple[Message, ...]
    advice: tuple[AdviceRow, ...]
    promise: str
    promises: tuple[Promise, ...]
    clean: str
    assumed: tuple[AssumedRow, ...]
    methods: tuple[MethodCard, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """What the prices are made with: the price side, the calendars, the unknowns."""

    price: PriceSide
    workdays: Workdays
    unknowns: Unknowns
    today: date

    def spec_of(self, said: SelfScope) -> Spec:
        """Return the spec of answers. Raises SpecError."""
        return spec_of(said, self.unknowns, price=self.price, today=self.today)

    def offer(self, spec: Spec) -> Offer:
        """Return the list offer of a spec. Raises SpecError."""
        return make_offer(
            spec, self.price, unit_prices=None, week=None, workdays=self.workdays
        )


def answer_of(said: SelfScope, shop: Shop, *, before: Ends | None = None) -> Answer:
    """Return what answers come to. Raises SpecError with every problem.

    `before` is the range of the answers before these, for what has moved.
    """
    spec = shop.spec_of(said)
    made = shop.offer(spec)
    ends = None if _on_request(said, made, shop) else _ends(said, spec, made, shop)
    currency = made.bill.currency
    kind = "frames" if spec.item_kind == "frame" else "images"
    priced = ends is not None
    return Answer(
        heading=f"Price for {count(spec.items)} {kind}",
        badge=_badge(said, priced=priced),
        currency=currency,
        ends=ends,
        range=_range(said, made, ends, before) if ends is not None else None,
        moved=_moved(ends, before, currency),
        narrow=_narrow(said, spec, made, ends, shop) if ends is not None else None,
        rows=(
            tuple(
                unit_rows(said, spec, made, points=int(shop.unknowns.figures["points"]))
            )
            if priced
            else ()
        ),
        totals=tuple(total_rows(made)) if priced else (),
        week=week(made.week),
        notes=tuple(note_rows(said, spec, made, priced=priced)),
        messages=tuple(_messages(said, made, shop)),
        advice=tuple(_advice(spec, shop)) if priced else (),
        promise=_promise(spec),
        promises=tuple(_promises(made)),
        clean=next((one.note for one in made.clauses if one.note), ""),
        assumed=assumed_rows(said, spec, made, unknowns=shop.unknowns),
        methods=method_cards(said, spec, shop.price),
    )


def without_sample(said: SelfScope, shop: Shop) -> Ends | None:
    """Return the range as it would be had nobody counted; None where there is none."""
    plain = replace(said, sample=())
    spec = shop.spec_of(plain)
    made = shop.offer(spec)
    return None if _on_request(plain, made, shop) else _ends(plain, spec, made, shop)


def _on_request(said: SelfScope, made: Offer, shop: Shop) -> bool:
    return bool(made.on_request) or has_no_site(said, shop.price)


def _badge(said: SelfScope, *, priced: bool) -> Badge:
    if not priced:
        return Badge(words="On request", kind="warn", icon="question")
    if said.sample:
        return Badge(words="Narrowed by your sample", kind="good", icon="check")
    return Badge(words="First range")


def _ends(said: SelfScope, spec: Spec, made: Offer, shop: Shop) -> Ends:
    """Return the range: by volume alone, and over all images if nobody knows those."""
    if said.images is not None:
        return made.low, made.total, made.high
    images = shop.unknowns.images
    fewest = shop.offer(replace(spec, items=int(images.low)))
    most = shop.offer(replace(spec, items=int(images.high)))
    return min(fewest.low, made.low), made.total, max(most.high, made.high)


def _range(said: SelfScope, made: Offer, ends: Ends, before: Ends | None) -> RangeWords:
    low, typical, high = ends
    many = UNITS[made.spec.lines[0].type][1]
    each = unit_price(made.unit_prices[0].value)
    moves = "images" if said.images is None else many
    if said.images is None and said.objects is None and not said.sample:
        moves = f"images and {many}" if many != "images" else many
    if made.spec.lines[0].type == "semantic_mask" and said.images is not None:
        words = f"{made.bill.currency}, without tax. {each} an image is fixed."
    else:
        words = (
            f"{made.bill.currency}, without tax. Only the number of {moves} can move "
            f"it; the price of {each} {one_of(made.spec.lines[0].type)} is fixed."
        )
    was = before if before is not None and before != ends else None
    return RangeWords(
        low=whole_money(low),
        typical=whole_money(typical),
        high=whole_money(high),
        words=words,
        drawing=range_drawing(
            low, typical, high, before=(was[0], was[2]) if was else None
        ),
    )


def _moved(ends: Ends | None, before: Ends | None, currency: str) -> str:
    """Return what the last answer did to the range."""
    if ends is None or before is None or ends == before:
        return ""
    wide, was = ends[2] - ends[0], before[2] - before[0]
    typical = ends[1] - before[1]
    said = f"Typical {change(typical, currency)} {currency}" if typical else ""
    if wide != was:
        verb = "narrowed" if wide < was else "widened"
        width = (
            f"{verb} from {whole_money(was)} to {whole_money(wide)} {currency} "
            f"between low and high"
        )
        said = f"{said}; {width}" if said else width.capitalize()
    return f"{said}. The dashed outline is the range before."


def _narrow(
    said: SelfScope, spec: Spec, made: Offer, ends: Ends, shop: Shop
) -> Narrow | None:
    """Return what counting a few images would do, where it would do much."""
    line = spec.lines[0]
    if said.sample or line.type == "semantic_mask" or said.images is None:
        return None
    found = counting(
        spec,
        line,
        mean=made.volumes[0].per_item.value,
        price=shop.price,
        unknowns=shop.unknowns,
    )
    after = shop.offer(found.spec)
    if not is_worth_it((ends[0], ends[2]), (after.low, after.high)):
        return None
    return Narrow(
        images=count(found.images),
        minutes=found.minutes,
        low=whole_money(after.low),
        high=whole_money(after.high),
    )


def _messages(said: SelfScope, made: Offer, shop: Shop) -> Iterator[Message]:
    if has_no_site(said, shop.price):
        yield Message(
            kind="warn",
            strong="None of our own sites lies there.",
            text="Ask for a formal quote: we answer with where the work can be done.",
        )
    if made.on_request:
        yield Message(
            kind="warn",
            text=(
                "Scenes like these differ too much for a published price. Ask for a "
                "formal quote: it is free and names one price."
            ),
        )
    # The indicative week is the Monday of a week: all of it has to lie before the day.
    if said.deadline is not None and said.deadline < shop.today:
        yield Message(
            kind="warn",
            text=f"{day(said.deadline)} is over. Write the day you need it.",
        )
    elif said.deadline is not None and made.week > said.deadline:
        yield Message(
            kind="warn",
            text=(
                f"Our usual {week(made.week)} lies after the day you need it. Ask "
                f"for a formal quote: more people may make it."
            ),
        )
    for one in made.warnings:
        if one["code"] != "on_request":
            yield Message(kind="warn", text=one["text"])


def _advice(spec: Spec, shop: Shop) -> Iterator[AdviceRow]:
    for one in client_advice(spec, shop.price, workdays=shop.workdays):
        if one.saves is None or one.code == "other_site":
            continue
        yield AdviceRow(
            text=one.text,
            saves=change(-one.saves, shop.price.currency),
            method=_method_in(one.patch) if one.code == "lighter_method" else "",
        )


def _method_in(patch: Any) -> str:
    return next(
        (str(step["value"]) for step in patch if step["path"] == "/lines/0/type"), ""
    )


def _promise(spec: Spec) -> str:
    return f"{(spec.quality.accuracy * 100).normalize():f}"


def _promises(made: Offer) -> Iterator[Promise]:
    for clause in made.clauses:
        if clause.floor is None:
            continue
        yield Promise(
            name=clause.promise,
            how_much=clause.how_much,
            checked=clause.sample_text,
            proves=clause.proves_text,
            remedy=clause.remedy,
        )
