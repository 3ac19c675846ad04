"""Why two offers differ, for a client: prices and quantities, and never a cost."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from scoping.calc.diff_note import diff_data, diff_note, sentence
from scoping.calc.difference import DiffError
from scoping.calc.offer import make_offer
from scoping.calc.offer_diff import client_diff
from scoping.calc.spec.values import Commercial, Conditions, Quality, Tax
from tests.scale import count

from .an_estimate import (
    a_line,
    a_spec,
    an_estimate,
    random_spec,
    the_card,
    the_card_with,
    the_workdays,
    tiers,
)

D = Decimal


def an_offer(spec=None, card=None, prices=None):
    return make_offer(
        spec or a_spec(),
        (card or the_card()).price,
        unit_prices=prices,
        week=None,
        workdays=the_workdays(),
    )


def a_diff(before, after):
    return client_diff(before, after, workdays=the_workdays())


def parts(found):
    return {part.text: part.price for part in found.parts}


@pytest.mark.parametrize("number", range(count(60)))
def test_the_parts_of_any_two_offers_add_up_to_the_cent(number):
    before = an_estimate(random_spec(number), draws=64).offer
    after = an_estimate(random_spec(number + 1000), draws=64).offer

    forth, back = a_diff(before, after), a_diff(after, before)

    assert sum(part.price for part in forth.parts) == after.total - before.total
    assert sorted(part.price for part in forth.parts) == sorted(
        -part.price for part in back.parts
    )


@pytest.mark.parametrize("number", range(count(20)))
def test_two_changes_are_what_four_offers_say(number):
    plain = random_spec(number)
    cheap = replace(plain, commercial=replace(plain.commercial, discount=D("0.91")))
    more, both = (replace(spec, items=spec.items * 3) for spec in (plain, cheap))
    nothing, off, larger, all_made = (
        Fraction(an_offer(spec).total) for spec in (plain, cheap, more, both)
    )

    found = a_diff(an_offer(plain), an_offer(both))

    amounts = {
        change.at: Fraction(part.price)
        for part in found.parts
        for change in part.changes
    }
    of_items = (larger - nothing + all_made - off) / 2
    of_discount = (off - nothing + all_made - larger) / 2
    assert abs(amounts.get("/items", 0) - of_items) < Fraction(1, 100)
    assert abs(amounts.get("/discount", 0) - of_discount) < Fraction(1, 100)


def test_what_a_client_reads_names_prices_and_quantities():
    before = an_offer(a_spec(a_line(name="Cars")))
    after = an_offer(
        a_spec(
            a_line(name="Cars", per_item=D(6), domain="medical"),
            conditions=Conditions(guideline_languages=("en", "de")),
            commercial=Commercial(
                discount=D("0.1"), tax=Tax(rate=D("0.08"), mode="exclusive", reason="")
            ),
        )
    )

    found = a_diff(before, after)

    assert set(parts(found)) == {
        "Cars: more units in an image (5 → 6)",
        "Cars: a dearer unit price (0.084 → 0.114)",
        "other conditions and their fees",
        "a larger discount (0 % → 10 %)",
        "more tax (0 % → 8 %)",
    }
    assert (found.cost, found.hours, found.cards, found.silent) == (None, None, (), ())


def test_two_cards_that_differ_in_cost_alone_read_the_same_to_a_client():
    cost = the_card().cost
    dear = the_card_with(
        cost={
            "work": replace(
                cost.work, ramp_hours=replace(cost.work.ramp_hours, value=D(99))
            )
        }
    )
    more = a_spec(a_line(per_item=D(6)), quality=Quality(reviews=2))

    said = [
        diff_data(a_diff(an_offer(card=card), an_offer(more, card=card)))
        for card in (the_card(), dear)
    ]

    assert said[0] == said[1]


def test_a_client_reads_nothing_of_ours():
    found = a_diff(
        an_offer(), an_offer(a_spec(a_line(complexity="simple"), items=90_000))
    )

    said = f"{diff_note(found)} {diff_data(found)}".lower()
    for word in (
        "cost",
        "hours",
        "margin",
        "wage",
        "effort",
        "floor",
        "target",
        "card",
    ):
        assert word not in said
    with pytest.raises(ValueError, match="knows no cost"):
        sentence(found, of="cost")


def test_a_price_of_an_image_is_told_by_its_unit_price():
    by_image = Commercial(basis="image")
    before = an_offer(a_spec(commercial=by_image), prices={0: D("0.1")})
    after = an_offer(a_spec(commercial=by_image), prices={0: D("0.2")})

    found = a_diff(before, after)

    assert parts(found) == {"Boxes: a dearer unit price (0.1 → 0.2)": D(50_000)}


def test_a_line_on_request_has_no_price_yet():
    before, after = an_offer(), an_offer(a_spec(a_line(complexity="expert")))

    found = a_diff(before, after)

    assert parts(found) == {"Boxes: another unit price": -before.bill.subtotal.value}


def test_a_line_that_the_second_card_alone_prices_is_compared():
    lead_times = {
        key: row
        for key, row in the_card().price.lead_times.items()
        if key not in {"medium"}
    }
    first = the_card_with(price={"lead_times": lead_times})
    after = an_offer(a_spec(a_line(), a_line(type="polygon")))

    found = a_diff(an_offer(card=first), after)

    assert parts(found) == {"Outlines added": after.total - an_offer().total}


def test_a_band_that_the_first_card_lacks_is_taken_from_the_second():
    bands = {
        key: row for key, row in the_card().price.bands.items() if key != "polygon"
    }
    first = the_card_with(price={"bands": bands})

    found = a_diff(
        an_offer(card=first), an_offer(a_spec(a_line(), a_line(type="polygon")))
    )

    assert list(parts(found)) == ["Outlines added"]


def test_items_and_units_that_come_to_nothing_alone_are_one_part():
    few = an_offer(a_spec(a_line(per_item=D(5)), items=10))
    rare = an_offer(a_spec(a_line(per_item=D("0.001"))))

    (part,) = a_diff(few, rare).parts

    assert {change.at for change in part.changes} == {"/items", "/lines/0/units"}


def test_tiers_of_a_card_are_a_part_of_their_own():
    cheap = the_card_with(
        price={"tiers": tiers("bounding_box", (100_000, "1"), (None, "0.5"))}
    )

    found = a_diff(an_offer(), an_offer(card=cheap))

    # 400,000 boxes at half of 0.084.
    assert parts(found) == {"tiers of the rate card": D(-16_800)}


def test_two_currencies_have_no_difference():
    dong = the_card_with(price={"currency": "VND"})

    with pytest.raises(DiffError, match="Amounts of two currencies"):
        a_diff(an_offer(), an_offer(a_spec(currency="VND"), card=dong))
