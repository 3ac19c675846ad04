"""Why two estimates differ: parts that add up to the cent, for any two of them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import permutations

import pytest

from scoping.calc.diff import diff
from scoping.calc.difference import DiffError
from scoping.calc.estimate import estimate
from scoping.calc.money import rounded_together
from scoping.calc.rates import RateCard
from scoping.calc.spec.values import Commercial, Prelabel, Quality, Team
from scoping.calc.suggest import Decision
from tests.scale import count

from .an_estimate import (
    a_line,
    a_spec,
    an_estimate,
    random_spec,
    the_card,
    the_card_with,
    the_workdays,
)

D = Decimal
RESULTS = ("price", "cost", "hours")


def a_diff(before, after, **changes):
    return diff(before, after, workdays=the_workdays(), **changes)


def parts(found, of="price"):
    return {part.text: getattr(part, of) for part in found.parts}


def added_up(found):
    return tuple(
        sum((getattr(part, of) for part in found.parts), D(0)) for of in RESULTS
    )


def moved(found):
    return tuple(getattr(found, of).by for of in RESULTS)


@pytest.fixture(params=range(count(60)))
def two_estimates(request):
    first = random_spec(request.param)
    second = replace(random_spec(request.param + 1000), seed=first.seed)
    return an_estimate(first, draws=64), an_estimate(second, draws=64)


def test_the_parts_of_any_two_estimates_add_up_to_the_cent(two_estimates):
    before, after = two_estimates

    found = a_diff(before, after)

    assert added_up(found) == moved(found)
    assert found.price.by == after.bill.total.value - before.bill.total.value
    assert found.cost.by == after.cost.mean - before.cost.mean
    assert found.hours.by == after.hours.mean - before.hours.mean


def test_the_way_back_is_the_same_with_the_other_sign(two_estimates):
    before, after = two_estimates

    forth, back = a_diff(before, after), a_diff(after, before)

    amounts = [(part.price, part.cost, part.hours) for part in forth.parts]
    returned = [(-part.price, -part.cost, -part.hours) for part in back.parts]
    assert sorted(amounts) == sorted(returned)
    assert forth.method == back.method


def test_an_estimate_does_not_differ_from_itself(two_estimates):
    found = a_diff(two_estimates[0], two_estimates[0])

    assert (found.parts, found.silent, moved(found)) == ((), (), (0, 0, 0))


@pytest.mark.parametrize("number", range(count(60)))
def test_lines_in_another_order_make_no_difference(number):
    spec = random_spec(number)
    turned = [*reversed(spec.lines)]
    last = len(turned) - 1
    permuted = replace(
        spec,
        lines=tuple(
            replace(
                line,
                index=index,
                alternative_to=None
                if line.alternative_to is None
                else last - line.alternative_to,
            )
            for index, line in enumerate(turned)
        ),
    )

    found = a_diff(an_estimate(spec, draws=64), an_estimate(permuted, draws=64))

    assert found.parts == ()
    assert moved(found) == (0, 0, 0)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"items": 120_000}, "more images (100,000 → 120,000)"),
        ({"site": "us"}, "another site (vn → us)"),
        ({"quality": Quality(accuracy=D("0.99"))}, "a higher accuracy (98 % → 99 %)"),
        ({"quality": Quality(reviews=0)}, "fewer reviews (1 → 0)"),
        ({"quality": Quality(edge_case_rules=5)}, "fewer edge-case rules (20 → 5)"),
        ({"quality": Quality(batch_items=100)}, "another sample check"),
        ({"team": Team(annotators=40)}, "another team (20 → 40)"),
        ({"commercial": Commercial(rush=True)}, "rush"),
        (
            {"commercial": Commercial(discount=D("0.1"))},
            "a larger discount (0 % → 10 %)",
        ),
    ],
)
def test_one_change_is_one_part_with_the_whole_amount(changes, text):
    before, after = an_estimate(a_spec()), an_estimate(a_spec(**changes))

    found = a_diff(before, after)

    (part,) = found.parts
    assert part.text == text
    assert (part.price, part.cost, part.hours) == moved(found) != (0, 0, 0)


def test_a_change_that_moves_nothing_is_named_apart():
    before, after = an_estimate(a_spec()), an_estimate(a_spec(client_calendar="vn"))

    found = a_diff(before, after)

    assert found.parts == ()
    assert [change.text for change in found.silent] == ["other dates"]


def test_images_and_boxes_share_what_they_did_together():
    before = an_estimate(a_spec(a_line(per_item=D(5))))
    after = an_estimate(a_spec(a_line(per_item=D(6)), items=120_000))

    found = a_diff(before, after)

    # 0.084 a box: 500,000, 600,000 either way, 720,000 boxes. Each change did 100,000
    # first in the row and 120,000 last in it, 110,000 × 0.084 on average.
    assert parts(found) == {
        "more images (100,000 → 120,000)": D("9240.00"),
        "Boxes: more units in an image (5 → 6)": D("9240.00"),
    }


def test_three_changes_get_their_mean_over_all_orders():
    shares = {"items": 120_000, "site": "us"}
    quality = {"quality": Quality(accuracy=D("0.99"))}
    found = a_diff(an_estimate(a_spec()), an_estimate(a_spec(**shares, **quality)))

    totals = {}
    for made in permutations([*shares.items(), *quality.items()]):
        for some in range(4):
            spec = a_spec(**dict(made[:some]))
            key = frozenset(name for name, _ in made[:some])
            totals[key] = an_estimate(spec).bill.total.value
    exact = {name: Fraction(0) for name in ("items", "site", "quality")}
    for order in permutations(exact):
        for place, name in enumerate(order):
            step = (
                totals[frozenset(order[: place + 1])] - totals[frozenset(order[:place])]
            )
            exact[name] += Fraction(step) / 6

    assert sorted(part.price for part in found.parts) == sorted(
        rounded_together([*exact.values()], unit=D("0.01"))
    )


def test_more_changes_than_can_be_tried_go_in_two_orders():
    before = an_estimate(a_spec())
    after = an_estimate(
        a_spec(items=120_000, site="us", commercial=Commercial(rush=True))
    )

    few = a_diff(before, after, exact_up_to=2)

    assert few.method == "two orders"
    assert a_diff(before, after).method == "all orders"
    assert added_up(few) == moved(few)


def test_between_two_cards_the_rows_that_moved_are_named():
    card = the_card()
    dearer = replace(
        card.cost.work.ramp_hours, value=card.cost.work.ramp_hours.value * 2
    )
    market = card.price.bands["bounding_box"]
    other = replace(
        the_card_with(
            price={
                "bands": {
                    **card.price.bands,
                    "bounding_box": replace(
                        market, low=replace(market.low, value=D("0.06"))
                    ),
                }
            },
            cost={"work": replace(card.cost.work, ramp_hours=dearer)},
        ),
        version="2026-02",
    )

    found = a_diff(an_estimate(), an_estimate(card=other))

    assert found.cards == ("2026-01", "2026-02")
    assert set(parts(found)) == {
        "market ranges of the rate card",
        "hours of the project of the rate card",
    }
    assert parts(found)["hours of the project of the rate card"] == 0
    assert parts(found, "cost")["market ranges of the rate card"] == 0
    assert added_up(found) == moved(found)


def test_every_figure_that_moves_a_total_has_a_part():
    spec = a_spec(a_line(classes=60, prelabel=None), a_line(type="polygon"))
    before = an_estimate(spec, draws=64)
    dearer = every_figure_moved(the_card())

    found = a_diff(before, an_estimate(spec, card=dearer, draws=64))

    assert added_up(found) == moved(found)
    assert len(found.parts) > 10


def test_a_spec_and_a_card_may_change_at_once():
    policy = the_card().cost.policy
    card = the_card_with(
        cost={
            "policy": replace(
                policy, target_margin=replace(policy.target_margin, value=D("0.8"))
            )
        }
    )

    found = a_diff(an_estimate(), an_estimate(a_spec(items=50_000), card=card))

    assert set(parts(found)) == {
        "fewer images (100,000 → 50,000)",
        "margins of the rate card",
    }
    assert added_up(found) == moved(found)


def test_lines_that_replace_one_another_are_one_part():
    before = an_estimate(a_spec(a_line()))
    after = an_estimate(a_spec(a_line(type="polygon")))

    found = a_diff(before, after)

    (part,) = found.parts
    assert sorted(change.text for change in part.changes) == [
        "Boxes left out",
        "Outlines added",
    ]
    assert " together with " in part.text
    assert part.price == found.price.by


def test_a_saving_that_only_the_second_card_allows_needs_that_card():
    policy = the_card().cost.policy
    bold = the_card_with(
        cost={
            "policy": replace(
                policy, planning_cap=replace(policy.planning_cap, value=D("0.6"))
            )
        }
    )
    spec = a_spec(a_line(prelabel=Prelabel(saving=D("0.5"))))

    found = a_diff(an_estimate(), an_estimate(spec, card=bold))

    (part,) = found.parts
    assert {change.at for change in part.changes} == {
        "/card/policy",
        "/lines/0/prelabels",
    }


def test_a_decided_price_is_a_change_of_its_line():
    decided = {0: Decision(value=D("0.1"), binding="typed", who="Ann", why="a friend")}
    lower = {0: Decision(value=D("0.09"), binding="typed", who="Bob", why="a rival")}

    found = a_diff(an_estimate(decisions=decided), an_estimate(decisions=lower))
    from_list = a_diff(an_estimate(), an_estimate(decisions=decided))

    assert parts(found) == {"Boxes: a cheaper unit price (0.1 → 0.09)": D(-5000)}
    assert parts(from_list) == {"Boxes: another unit price": D(8000)}


def test_who_decided_a_price_moves_nothing():
    ann, bob = (
        {0: Decision(value=D("0.1"), binding="typed", who=who, why="")}
        for who in ("Ann", "Bob")
    )

    found = a_diff(an_estimate(decisions=ann), an_estimate(decisions=bob))

    assert (found.parts, found.silent) == ((), ())


def test_two_seeds_differ_by_nothing_and_a_note_says_so():
    before, after = an_estimate(a_spec(seed=1)), an_estimate(a_spec(seed=2), draws=512)

    found = a_diff(before, after)

    assert before.cost.mean != after.cost.mean
    assert found.parts == ()
    (note,) = found.notes
    assert note == (
        "The second spec has seed 2 and 512 draws; it is estimated here with the "
        "first's seed 1 and 1,024 draws, so that chance moves nothing."
    )


def test_two_currencies_have_no_difference():
    card = the_card()
    dong = RateCard(
        version="vnd",
        valid_from=card.valid_from,
        currency="VND",
        price=replace(card.price, currency="VND"),
        cost=replace(card.cost, currency="VND"),
    )
    after = estimate(a_spec(currency="VND"), dong, workdays=the_workdays(), draws=64)

    with pytest.raises(DiffError, match="first estimate is in USD, the second in VND"):
        a_diff(an_estimate(draws=64), after)


def every_figure_moved(card):
    """Return the card with a twentieth more in every figure that may take it."""

    def higher(value):
        return replace(value, value=value.value * D("1.05"))

    def each(value):
        if hasattr(value, "key") and hasattr(value, "as_of"):
            return higher(value)
        if isinstance(value, dict):
            return {key: each(one) for key, one in value.items()}
        if isinstance(value, tuple):
            return tuple(each(one) for one in value)
        if hasattr(value, "__dataclass_fields__"):
            return replace(
                value,
                **{
                    name: each(getattr(value, name))
                    for name in value.__dataclass_fields__
                },
            )
        return value

    sides = {"price": each(card.price), "cost": each(card.cost)}
    kept = {
        "sites": {
            key: replace(each(site), utilisation=site.utilisation)
            for key, site in card.cost.sites.items()
        },
        "review": card.cost.review,
        "prelabel": card.cost.prelabel,
    }
    return replace(card, **sides | {"cost": replace(sides["cost"], **kept)})
