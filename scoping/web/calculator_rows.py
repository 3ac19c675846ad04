"""The rows of simple calculators: each sum and figure, ours, and what it leaves out.

`price_rows` is made of offers and published figures: price side alone, so that a client
may see it. `time_rows` is made of an estimate, for staff.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from scoping.calc.estimate import Estimate
from scoping.calc.facts import Fact
from scoping.calc.offer import Offer
from scoping.calc.simple_calculators import (
    PriceTier,
    all_units_list_price,
    boosted_hours,
    crew_cost,
    graduated_list_price,
    objects_per_image_price,
    per_worker_list_price,
    single_pass_hours,
    tier_of,
)
from scoping.calc.simulate import Distribution
from scoping.templatetags.plumbline import (
    NOT_KNOWN,
    count,
    money,
    number,
    share_percent,
    unit_price,
    whole_money,
)

DASH = " – "
FIRST = "first_price"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalculatorRow:
    """One calculator: its sum, its figure, ours with its range, what it leaves out."""

    name: str
    sum: str
    figure: str
    ours: str
    leaves_out: str
    source: str
    unit: str = ""


def price_rows(
    made: Offer, thrice: Offer, facts: Mapping[str, Fact], *, typical: Decimal
) -> list[CalculatorRow]:
    """Return the calculators of a price beside ours with its range.

    `typical` is the one number of units an image that such a calculator takes; `thrice`
    is our offer with as many people an image as the third calculator counts.
    """
    images = made.spec.items
    units = int(images * typical)
    line = made.bill.lines[0]
    boxes = f"{count(units)} boxes"
    first, later = (facts[key].high for key in (FIRST, "later_price"))
    up_to, workers = (int(facts[key].high) for key in ("first_up_to", "workers"))
    tiers = (
        PriceTier(up_to=up_to, price=first),
        PriceTier(up_to=None, price=later),
    )
    each = line.unit_price.value
    density = tuple(
        PriceTier(up_to=int(facts[key].high), price=facts[key].high * each)
        for key in ("objects_simple", "objects_moderate", "objects_complex")
    )
    image = tier_of(typical, density)
    dearer = density[min(density.index(image) + 1, len(density) - 1)]
    ours = _range(made.low, made.total, made.high)
    jump = money(up_to * (first - later))
    return [
        CalculatorRow(
            name="Graduated list price",
            sum=(
                f"{count(min(units, up_to))} × {unit_price(first)} + "
                f"{count(max(0, units - up_to))} × {unit_price(later)}"
            ),
            figure=money(graduated_list_price(units, tiers)),
            ours=ours,
            leaves_out=(
                "That nobody knows the average exactly, the fees, and what a right box "
                "costs."
            ),
            source=_cited(facts[FIRST]),
        ),
        CalculatorRow(
            name="All-units list price",
            sum=f"{boxes} × {unit_price(tier_of(units, tiers).price)}",
            figure=money(all_units_list_price(units, tiers)),
            ours=ours,
            leaves_out=f"Its edge: box {count(up_to + 1)} lowers the bill by {jump}.",
            source=_cited(facts[FIRST]),
        ),
        CalculatorRow(
            name="Price for each worker",
            sum=f"{boxes} × {unit_price(later)} × {workers} workers",
            figure=money(per_worker_list_price(units, price=later, workers=workers)),
            ours=_range(thrice.low, thrice.total, thrice.high),
            leaves_out="What is done when the workers disagree, and how right that is.",
            source=_cited(facts["workers"]),
        ),
        CalculatorRow(
            name="Price by objects in an image",
            sum=f"{count(images)} images × {unit_price(image.price)}",
            figure=money(
                objects_per_image_price(images, density, objects_per_image=typical)
            ),
            ours=ours,
            leaves_out=(
                f"Its edge: one more than {image.up_to} objects an image, on average, "
                f"and each image costs {unit_price(dearer.price)}."
            ),
            source=f"{_cited(facts['objects_simple'])}; our list price inside",
        ),
    ]


def time_rows(
    found: Estimate, assisted: Estimate, facts: Mapping[str, Fact], *, typical: Decimal
) -> list[CalculatorRow]:
    """Return the calculators of time and cost beside our estimate. Staff only."""
    line, card = found.spec.lines[0], found.card
    units = int(found.spec.items * typical)
    effort = card.cost.effort_of(line.type, line.complexity).seconds.p50
    review = card.cost.review.get(line.type) or card.cost.review["default"]
    seconds, rejected = effort.value, review.first_pass_defect.p50.value
    minutes, people = seconds / 60, int(found.annotators.value)
    again = minutes * review.rework_effort.value
    hours = units * seconds / 3600
    rate = found.rates.by_role["annotator"].value
    boost = facts["boost"].low
    left = assisted.efforts[line.index].prelabel_factor
    left_says = NOT_KNOWN if left is None else share_percent(left.value, 0)
    return [
        CalculatorRow(
            name="Workers × hours × rate",
            sum=f"{people} × {number(hours / people, 1)} h × {money(rate)}",
            figure=money(
                crew_cost(workers=people, hours=hours / people, hour_rate=rate)
            ),
            ours=_spread(found.cost),
            unit="USD of cost",
            leaves_out=(
                "Review, rework, idle time, leading, training, and how projects differ."
            ),
            source=f"{number(seconds)} s a box: {effort.source}",
        ),
        CalculatorRow(
            name="Rejection in one pass",
            sum=(
                f"{count(units)} × ({number(minutes)} + {share_percent(rejected)} × "
                f"{number(again)}) min"
            ),
            figure=number(
                single_pass_hours(
                    units, minutes=minutes, rejected=rejected, rework_minutes=again
                ),
                0,
            ),
            ours=_spread(found.hours),
            unit="hours",
            leaves_out=(
                "The review itself, what is sent back twice, and right boxes sent back."
            ),
            source=f"rejected: {review.first_pass_defect.p50.source}",
        ),
        CalculatorRow(
            name="Tool boost",
            sum=f"{number(hours, 0)} h × (1 − {share_percent(boost)})",
            figure=number(boosted_hours(hours, boost=boost), 0),
            ours=_spread(assisted.hours),
            unit="hours",
            leaves_out=(
                f"Checking, fixing and drawing what the model misses: {left_says} of "
                f"the labelling is left, and all of the review."
            ),
            source=_cited(facts["boost"]),
        ),
    ]


def _cited(fact: Fact) -> str:
    return f"{fact.source}, {fact.as_of}"


def _range(low: Decimal, typical: Decimal, high: Decimal) -> str:
    return DASH.join(whole_money(value) for value in (low, typical, high))


def _spread(found: Distribution) -> str:
    return _range(found.p10, found.p50, found.p90)
