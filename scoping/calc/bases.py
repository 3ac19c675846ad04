"""How a price is sold: by the unit, the image, the hour, the team and month, or fixed.

Every basis starts from the same stored decision, the unit price of each line, and turns
the amount that the quoted units come to into what is printed: one price an image, hours
not to exceed, team months, one fixed amount. So two bases of one project differ by
rounding up and by who bears what, and every line keeps an equivalent price of its unit.
Made of prices alone. See docs/model.md#bases.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any, Literal

from . import number
from .rates.values import Figure, MissingRateError, PriceSide, Tier
from .spec.values import Basis, Line, Spec
from .tariff import Steps, TierRow, TierRule, rounder, steps_of, tier_rows
from .trace import Step, derive
from .volume import LineVolume, answer

Bearer = Literal["client", "vendor", "shared"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """A line as it is billed: what is counted, how many, at which price.

    `by_unit` is what the quoted units come to at the line's unit price and tiers;
    `tariff` and `rule` are those of its unit.
    """

    unit: str
    units: Step
    unit_price: Step
    tiers: tuple[TierRow, ...]
    amount: Step
    by_unit: Step
    tariff: Steps
    rule: TierRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """Teams for months: how many, how large, for how long, at which price a month."""

    teams: Step
    months: Step
    people: int
    team_months: Step
    price: Step
    amount: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Risks:
    """Who bears that there is more to label, and that the work takes longer."""

    volume: Bearer
    volume_text: str
    time: Bearer
    time_text: str


def priced_by_unit(
    line: Line, volume: LineVolume, unit_price: Step, *, price: PriceSide
) -> Sold:
    """Return a line sold by its unit, by the card's tiers."""
    tiers = price.tiers.get(line.type, ())
    rule = price.tier_rules.get(line.type, "graduated")
    rows = tuple(
        tier_rows(volume.quoted, unit_price, tiers, rule=rule, currency=price.currency)
    )
    amount = summed(
        f"{line.unit.capitalize()} units",
        [row.amount for row in rows],
        currency=price.currency,
    )
    return Sold(
        unit=line.unit,
        units=volume.quoted,
        unit_price=unit_price,
        tiers=rows,
        amount=amount,
        by_unit=amount,
        tariff=steps_of(unit_price.value, tiers),
        rule=rule,
    )


def sold_by(
    spec: Spec, line: Line, volume: LineVolume, found: Sold, *, price: PriceSide
) -> Sold:
    """Return a line as its spec's basis sells it.

    Under `pod_month` a line is sold with all others as one booking (`booked`).
    """
    basis = spec.commercial.basis
    if basis == "image":
        return _by_image(line, volume, found, price=price)
    if basis == "hour":
        return _by_hour(spec, found, price=price)
    if basis == "fixed":
        return _counted(
            found,
            "fixed price",
            given_once(found.by_unit),
            found.by_unit,
            currency=price.currency,
        )
    return found


def _by_image(line: Line, volume: LineVolume, found: Sold, *, price: PriceSide) -> Sold:
    images = derive(
        "Images with any",
        number.whole_units,
        volume.items,
        unit="images",
        because="items that carry any, in whole ones",
    )
    tiers = price.tiers.get(line.type, ())
    each = _price_of_image(volume, found, tiers, images=images, currency=price.currency)
    return _counted(found, "image", images, each, currency=price.currency)


def _price_of_image(
    volume: LineVolume,
    found: Sold,
    tiers: Sequence[Tier],
    *,
    images: Step,
    currency: str,
) -> Step:
    """Return the one price of an image, whatever it holds; tiers are in it already."""
    unit = f"{currency} an image"
    if len(tiers) <= 1:
        return derive(
            "Price of an image",
            image_price,
            found.unit_price,
            volume.per_item,
            unit=unit,
            because="unit price × mean units in an image, rounded up at four decimals",
        )
    return derive(
        "Price of an image",
        image_share,
        found.by_unit,
        images,
        unit=unit,
        because="what the units come to ÷ images, rounded up at four decimals",
    )


def image_share(amount: Any, images: Any) -> Any:
    """Return an image's part of an amount, rounded up at four decimals."""
    return number.rounded_up_to_4(amount / images)


def image_price(unit_price: Any, per_item: Any) -> Any:
    """Return the blended price of an image, rounded up at four decimals."""
    return number.rounded_up_to_4(unit_price * per_item)


def density_cap(line: Line, volume: LineVolume, *, price: PriceSide) -> Decimal | None:
    """Return the mean units an image up to which its price holds; None: no cap.

    What the spec says that no image exceeds is kept too, where it is less.
    """
    if price.density_cap is None:
        return None
    cap = volume.per_item.value * price.density_cap.value
    spread = line.units_per_item.spread
    if spread is not None and spread.max is not None:
        cap = min(cap, max(Decimal(spread.max), volume.per_item.value))
    return cap.quantize(Decimal("0.01"), rounding=ROUND_CEILING)


def _by_hour(spec: Spec, found: Sold, *, price: PriceSide) -> Sold:
    """Return a line in hours not to exceed: as many as its units come to, rounded up.

    The hours are what an amount buys at the price of an hour. They are no forecast of
    the work: this is made of prices alone.
    """
    each = _of_site(price.hour_prices, spec, what="price of an hour", card=price)
    hours = derive(
        "Hours not to exceed",
        whole_up,
        found.by_unit,
        each.step("Price of an hour"),
        unit="hours",
        because="what the units come to ÷ price of an hour, in whole hours, up",
    )
    return _counted(
        found, "hour", hours, each.step("Price of an hour"), currency=price.currency
    )


def whole_up(amount: Any, each: Any) -> Any:
    """Return how many of these an amount takes, in whole ones, rounded up."""
    return number.ceiling(amount / each)


def some_up(amount: Any, each: Any) -> Any:
    """Return how many of these an amount takes, in whole ones, up: 1 or more."""
    return max(Decimal(1), whole_up(amount, each))


def once(_amount: Any) -> Any:
    """Return 1 for any amount: what is fixed is counted once."""
    return Decimal(1)


def given_once(amount: Step) -> Step:
    """Return the quantity of a fixed price."""
    return derive("Fixed prices", once, amount, unit="", because="counted once")


def _counted(found: Sold, unit: str, units: Step, each: Step, *, currency: str) -> Sold:
    """Return a line that is counted in something else than its own unit."""
    rows = tuple(tier_rows(units, each, (), rule="graduated", currency=currency))
    return Sold(
        unit=unit,
        units=units,
        unit_price=each,
        tiers=rows,
        amount=rows[0].amount,
        by_unit=found.by_unit,
        tariff=found.tariff,
        rule=found.rule,
    )


def booked(
    spec: Spec, amounts: Sequence[Step], *, price: PriceSide, months: Step
) -> Booked:
    """Return the teams and months that stand for these amounts.

    Teams and months that the spec states are a decision; those it leaves open are found
    from prices: as many team months as the amounts pay for, rounded up, over the months
    of the card's lead times.
    """
    currency, said = price.currency, spec.commercial
    each = _of_site(price.pod_prices, spec, what="price of a team month", card=price)
    per_month = each.step("Price of a team month")
    asked = derive(
        "Team months that the units pay for",
        some_up,
        summed("What the units come to", amounts, currency=currency),
        per_month,
        unit="team months",
        because="what the units come to ÷ price of a team month, in whole ones, up",
    )
    teams = (
        answer("Teams", said.pods, unit="teams", path="/commercial/pods")
        if said.pods is not None
        else _found("Teams", asked, _stated_months(spec) or months)
    )
    stated = _stated_months(spec)
    length = stated if stated is not None else _found("Months", asked, teams)
    team_months = derive(
        "Team months",
        number.product,
        teams,
        length,
        unit="team months",
        because="teams × months",
    )
    amount = derive(
        "Teams for months",
        rounder(currency),
        team_months,
        per_month,
        unit=currency,
        because="team months × price of one, rounded half up",
    )
    return Booked(
        teams=teams,
        months=length,
        people=int(price.pod_people.value) if price.pod_people is not None else 0,
        team_months=team_months,
        price=per_month,
        amount=amount,
    )


def _stated_months(spec: Spec) -> Step | None:
    months = spec.commercial.months
    if months is None:
        return None
    return answer("Months", months, unit="months", path="/commercial/months")


def _found(name: str, asked: Step, over: Step) -> Step:
    return derive(
        name,
        some_up,
        asked,
        over,
        unit=name.lower(),
        because=f"team months ÷ {over.name.lower()}, in whole ones, up",
    )


def _of_site(figures: Any, spec: Spec, *, what: str, card: PriceSide) -> Figure:
    found = figures.get(spec.site)
    if found is None:
        row = "hour_prices" if what.endswith("hour") else "pod_prices"
        raise MissingRateError(
            what=f"{what} for site “{spec.site}”",
            card=card.version,
            row=f"price/{row}/{spec.site}",
        )
    figure: Figure = found
    return figure


def equivalent(amount: Decimal, units: Decimal) -> Decimal:
    """Return what one unit comes to, at six decimals: amount ÷ units.

    Times the units it gives the amount back within half a unit of its last decimal for
    each.
    """
    return (amount / units).quantize(Decimal("0.000001"))


def summed(name: str, steps: Sequence[Step], *, currency: str) -> Step:
    """Return the sum of rounded rows; the row itself where there is one."""
    if not steps:
        return derive(name, nothing, unit=currency, because="no rows")
    if len(steps) == 1:
        return steps[0]
    return derive(
        name, number.total, *steps, unit=currency, because="sum of rounded rows"
    )


def nothing() -> Decimal:
    """Return the sum of no rows."""
    return Decimal("0.00")


SELLS: dict[Basis, str] = {
    "unit": "each accepted unit at its price",
    "image": "each image at one price, whatever it holds up to a cap",
    "hour": "hours of labelling and checking, up to an amount that is not exceeded",
    "pod_month": "a team for a month, whatever it labels",
    "fixed": "the whole project at one amount",
}
RISKS: dict[Basis, Risks] = {
    "unit": Risks(
        volume="client",
        volume_text="You pay for the units there are, more or fewer than expected.",
        time="vendor",
        time_text="How long a unit takes is our risk.",
    ),
    "image": Risks(
        volume="vendor",
        volume_text="How much an image holds is our risk, up to the cap.",
        time="vendor",
        time_text="How long an image takes is our risk.",
    ),
    "hour": Risks(
        volume="client",
        volume_text="The amount not exceeded is for the units quoted; more need an "
        "order of yours.",
        time="shared",
        time_text="Work that takes less time costs you less. What goes beyond the "
        "amount not exceeded is our risk.",
    ),
    "pod_month": Risks(
        volume="client",
        volume_text="How much there is to label is your risk: the team is paid by the "
        "month.",
        time="client",
        time_text="How much the team finishes in a month is your risk.",
    ),
    "fixed": Risks(
        volume="vendor",
        volume_text="How much an image holds is our risk.",
        time="vendor",
        time_text="How long the work takes is our risk.",
    ),
}
