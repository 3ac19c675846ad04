"""The sums beside the questions: of one unit, of the total, of a budget."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from scoping.calc.assumptions import PLURAL, short
from scoping.calc.offer import Offer, budget_advice
from scoping.calc.self_scope.answers import SelfScope
from scoping.calc.self_scope.parts import parts_of
from scoping.calc.spec import Spec
from scoping.templatetags.plumbline import count, day, money, unit_price
from scoping.web.public.wording import PARTS, UNITS, one_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A name with a figure."""

    name: str
    value: str
    strong: bool = False


def unit_rows(
    said: SelfScope, spec: Spec, made: Offer, *, points: int
) -> Iterator[Row]:
    """Yield how many units there are, and what the price of one is made of.

    `points` are those on each body where nobody has said.
    """
    line = spec.lines[0]
    one, many = UNITS[line.type]
    volume = made.volumes[0]
    each = said.points or points if line.type == "keypoint" else 1
    if each > 1:
        yield Row(name="Points on each body", value=count(each))
    yield from _average(said, volume.per_item.value / each)
    kind = "frames" if spec.item_kind == "frame" else "images"
    units = int(volume.quoted.value)
    if line.type == "semantic_mask":
        yield Row(name=f"{count(spec.items)} {kind}, each once", value=count(units))
    else:
        yield Row(
            name=f"{count(spec.items)} {kind} at {short(volume.per_item.value)}",
            value=f"{count(units)} {many}",
        )
    for place, part in enumerate(parts_of(spec, line, price=made.price)):
        name = PARTS.get(part.name, part.name.replace("classes", "kinds of object"))
        value = unit_price(part.adds)
        if place == 0:
            value = f"{value} {one_of(line.type)}"
        elif part.adds > 0:
            value = f"+{value}"
        yield Row(name=name, value=value)
    yield Row(
        name=f"Price of one {one}",
        value=unit_price(made.unit_prices[0].value),
        strong=True,
    )


def _average(said: SelfScope, mean: Decimal) -> Iterator[Row]:
    """Yield why the average is not the typical count: high ends weigh more."""
    if said.sample or not isinstance(said.objects, tuple):
        return
    low, typical, high = said.objects
    if short(mean) != short(typical):
        yield Row(
            name=f"{short(low)} to {short(high)} an image, mostly {short(typical)}",
            value=f"{short(mean)} on average",
        )


def total_rows(made: Offer) -> Iterator[Row]:
    """Yield what the total is the sum of."""
    bill = made.bill
    currency = bill.currency
    for line in bill.lines:
        name = PLURAL.get(line.line.unit, "units").capitalize()
        yield Row(
            name=f"{count(int(line.units.value))} {name.lower()}",
            value=money(line.amount.value, currency),
        )
    for fee in bill.fees:
        if fee.kind in ("pilot", "credit"):
            # Paid and given back: the two come to nothing.
            continue
        name = fee.name if fee.quantity == 1 else f"{fee.name}, {fee.quantity} months"
        yield Row(name=name, value=money(fee.amount.value, currency))
    if bill.minimum_top_up is not None:
        yield Row(
            name="Up to the smallest order",
            value=money(bill.minimum_top_up.value, currency),
        )
    yield Row(name=f"Total, {currency}", value=money(made.total, currency), strong=True)


def note_rows(
    said: SelfScope, spec: Spec, made: Offer, *, priced: bool
) -> Iterator[Row]:
    """Yield what follows from answers that move no price."""
    if said.deadline is not None:
        yield Row(name="You need it by", value=day(said.deadline))
    if said.residency in made.price.site_factors and said.residency is not None:
        place = {"vn": "Vietnam", "us": "the United States"}.get(
            said.residency, said.residency
        )
        yield Row(name="Your data stays in", value=place)
    if spec.budget is None or not priced:
        return
    bought = _bought(spec, made)
    if bought:
        name = f"A budget of {money(spec.budget, made.bill.currency)} buys"
        yield Row(name=name, value=bought)


def _bought(spec: Spec, made: Offer) -> str:
    kind = "frames" if spec.item_kind == "frame" else "images"
    for one in budget_advice(
        spec, spec.budget or Decimal(0), price=made.price, unit_prices=made.unit_prices
    ):
        items = [step["value"] for step in one.patch if step["path"] == "/items"]
        return f"{count(items[0])} {kind}" if items else f"less than one of the {kind}"
    return ""
