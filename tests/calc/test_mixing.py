"""Mixed scopes: everything made is the second scope, and halves are what they say."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from scoping.calc.estimate import estimate
from scoping.calc.mixing import Scope, compared
from scoping.calc.rates import RateCard
from scoping.calc.spec.values import Commercial, Quality
from tests.scale import count

from .an_estimate import (
    a_figure,
    a_line,
    a_spec,
    random_spec,
    the_card,
    the_card_with,
    the_workdays,
)

D = Decimal


def a_scope(spec=None, card=None, **decided):
    card = card or the_card()
    return Scope(
        spec=spec or a_spec(),
        price=card.price,
        cost=card.cost,
        decided={int(index[1:]): value for index, value in decided.items()},
    )


def results(scope):
    """Return what a mixed scope comes to."""
    card = RateCard(
        version="mixed",
        valid_from=scope.price.valid_from,
        currency=scope.price.currency,
        price=scope.price,
        cost=scope.cost,
    )
    made = estimate(scope.spec, card, workdays=the_workdays(), draws=64)
    return made.bill.total.value, made.cost.mean, made.hours.mean


@pytest.mark.parametrize("number", range(count(60)))
def test_none_and_all_of_the_changes_are_the_two_scopes(number):
    first = random_spec(number)
    second = replace(random_spec(number + 1000), seed=first.seed)
    found = compared(a_scope(first), a_scope(second))

    none, all_made = found.mixed(frozenset()), found.mixed(frozenset(found.changes))

    assert none is not None
    assert all_made is not None
    assert results(none) == results(a_scope(first))
    assert results(all_made) == results(a_scope(second))


def test_a_change_takes_its_answers_and_no_others():
    first = a_spec(a_line(classes=3))
    second = a_spec(
        a_line(classes=60, redundancy=2),
        quality=Quality(reviews=2, accuracy=D("0.99")),
        commercial=Commercial(rush=True),
    )
    found = compared(a_scope(first), a_scope(second))

    mixed = found.mixed(frozenset({"reviews", "people@0"}))

    assert set(found.changes) == {
        *("reviews", "accuracy", "rush", "difficulty@0", "people@0"),
    }
    assert mixed is not None
    assert mixed.spec == a_spec(
        a_line(classes=3, redundancy=2), quality=Quality(reviews=2)
    )


def test_a_site_takes_wages_and_worked_share_apart():
    site = the_card().cost.sites["vn"]
    other = replace(
        site,
        seat_month=replace(site.seat_month, value=D(1)),
        utilisation=replace(site.utilisation, p50=a_figure("0.5")),
    )
    card = the_card_with(cost={"sites": {**the_card().cost.sites, "vn": other}})
    found = compared(a_scope(), a_scope(card=card))

    mixed = found.mixed(frozenset({"card_wages"}))

    assert found.changes == ("card_wages", "card_utilisation")
    assert mixed is not None
    assert mixed.cost is not None
    assert mixed.cost.sites["vn"] == replace(site, seat_month=other.seat_month)


def test_another_source_of_the_same_figure_is_no_change():
    icc = replace(the_card().price.icc, source="elsewhere", as_of="2027-01")

    found = compared(a_scope(), a_scope(card=the_card_with(price={"icc": icc})))

    assert found.changes == ()


def test_a_row_that_nobody_asks_for_is_no_change():
    bands = {key: row for key, row in the_card().price.bands.items() if key != "cuboid"}

    found = compared(a_scope(), a_scope(card=the_card_with(price={"bands": bands})))

    assert found.changes == ()


def test_review_figures_of_a_type_count_beside_the_default():
    default = the_card().cost.review["default"]
    own = replace(default, loops=replace(default.loops, value=D(9)))
    review = {**the_card().cost.review, "bounding_box": own}
    card = the_card_with(cost={"review": review})

    found = compared(a_scope(), a_scope(card=card))
    back = compared(a_scope(card=card), a_scope())

    assert found.changes == back.changes == ("card_review",)
    mixed = found.mixed(frozenset(found.changes))
    assert mixed is not None
    assert results(mixed) == results(a_scope(card=card))


def test_a_mixture_without_a_line_that_counts_is_no_scope():
    found = compared(a_scope(), a_scope(a_spec(a_line(type="polygon"))))
    taken_out = next(
        f"line@{place}" for place, pair in enumerate(found.pairs) if pair.first
    )

    assert found.mixed(frozenset({taken_out})) is None


def test_an_alternative_to_a_line_that_is_not_there_is_no_scope():
    boxes, outlines = a_line(), a_line(type="polygon", alternative_to=0)
    tags = a_line(type="image_tag")
    found = compared(a_scope(a_spec(boxes, outlines, tags)), a_scope(a_spec(tags)))
    without_boxes = next(
        f"line@{place}"
        for place, pair in enumerate(found.pairs)
        if pair.lines[0].type == "bounding_box"
    )

    assert found.mixed(frozenset({without_boxes})) is None


def test_an_alternative_keeps_its_line_when_lines_change_places():
    boxes, outlines = a_line(), a_line(type="polygon")
    first = a_spec(boxes, replace(outlines, alternative_to=0))
    second = a_spec(replace(outlines, alternative_to=1), boxes)

    found = compared(a_scope(first), a_scope(second))

    assert found.changes == ()
    mixed = found.mixed(frozenset())
    assert mixed is not None
    assert results(mixed) == results(a_scope(second))


def test_a_decided_price_goes_with_its_line():
    first = a_scope(a_spec(a_line(), a_line(type="polygon")), _0=D("0.1"))
    second = a_scope(a_spec(a_line(type="polygon"), a_line()), _1=D("0.2"), _0=D(3))
    found = compared(first, second)
    of_boxes = next(
        change
        for change in found.changes
        if found.pairs[int(change[-1])].lines[0].type == "bounding_box"
    )

    mixed = found.mixed(frozenset({of_boxes}))

    assert mixed is not None
    assert {mixed.spec.lines[at].type: at for at in mixed.decided} == {
        "bounding_box": next(iter(mixed.decided))
    }
    assert list(mixed.decided.values()) == [D("0.2")]


def test_turned_is_the_way_back():
    first, second = a_scope(), a_scope(a_spec(a_line(), a_line(type="polygon")))
    found = compared(first, second)

    back = found.turned()

    assert (back.first, back.second) == (second, first)
    assert back.changes == found.changes
    assert back.turned() == found


def test_an_offer_mixes_without_a_cost_side():
    scope = replace(a_scope(), cost=None)
    other = replace(a_scope(a_spec(items=5)), cost=None)

    mixed = compared(scope, other).mixed(frozenset({"items"}))

    assert mixed is not None
    assert mixed.cost is None
    assert mixed.spec.items == 5
