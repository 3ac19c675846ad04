"""Why scenarios differ, as a client is told: parts that add up, and nothing of ours."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from itertools import permutations

import pytest

from quotes.calc.differences import differences
from scoping.calc.offer import make_offer
from scoping.calc.spec.values import Commercial, Conditions
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


def an_offer(spec, card=None, prices=None):
    return make_offer(
        spec,
        (card or the_card()).price,
        unit_prices=prices,
        week=None,
        workdays=the_workdays(),
    )


def told(**offers):
    return differences(offers, workdays=the_workdays())


def amounts(one):
    return {part["changes"][0]["words"]: D(part["amount"]) for part in one["parts"]}


def test_three_scenarios_have_two_differences_from_the_first():
    offers = {
        letter: an_offer(a_spec(items=items))
        for letter, items in (("A", 1000), ("B", 2000), ("C", 500))
    }

    found = told(**offers)

    assert [(one["from"], one["to"]) for one in found] == [("A", "B"), ("A", "C")]
    for one in found:
        assert D(one["after"]) == offers[one["to"]].total
        assert D(one["by"]) == sum(amounts(one).values())


@pytest.mark.parametrize("number", range(count(40)))
def test_any_two_scenarios_add_up_there_and_back(number):
    first = an_estimate(random_spec(number), draws=64).offer
    second = an_estimate(random_spec(number + 500), draws=64).offer

    (forth,), (back,) = told(A=first, B=second), told(A=second, B=first)

    rows = sorted(D(part["amount"]) for part in forth["parts"])
    assert sum(rows) == second.total - first.total == D(forth["by"])
    assert rows == sorted(-D(part["amount"]) for part in back["parts"])


def test_each_part_is_the_mean_over_every_order_of_the_changes():
    changes = {
        "fewer images": lambda spec: replace(spec, items=40_000),
        "a larger discount": lambda spec: replace(
            spec, commercial=replace(spec.commercial, discount=D("0.05"))
        ),
        "other conditions and their fees": lambda spec: replace(
            spec, conditions=Conditions(guideline_languages=("en", "de"))
        ),
    }
    before = after = a_spec(items=100_000)
    for change in changes.values():
        after = change(after)

    (found,) = told(A=an_offer(before), B=an_offer(after))

    # The slow way: the changes made one by one, in all six orders.
    means = dict.fromkeys(changes, D(0))
    for order in permutations(changes):
        spec = before
        for name in order:
            changed = changes[name](spec)
            means[name] += (an_offer(changed).total - an_offer(spec).total) / 6
            spec = changed
    got = amounts(found)
    assert got.keys() == means.keys()
    assert all(abs(got[name] - means[name]) <= D("0.01") for name in means)


def test_what_did_not_change_has_no_part():
    same = an_offer(a_spec())

    (found,) = told(A=same, B=an_offer(a_spec()))

    assert (found["parts"], found["by"]) == ([], "0.00")


def test_scenarios_in_another_currency_have_no_difference():
    dong = replace(an_offer(a_spec()), bill=replace(an_offer(a_spec()).bill))
    object.__setattr__(dong.bill, "currency", "VND")

    assert [one["to"] for one in told(A=an_offer(a_spec()), B=dong)] == []


def test_cards_that_differ_in_cost_alone_tell_a_client_the_same():
    cost = the_card().cost
    hours = replace(cost.work.ramp_hours, value=D(99))
    dear = the_card_with(cost={"work": replace(cost.work, ramp_hours=hours)})
    more = a_spec(
        a_line(per_item=D(6), domain="medical"),
        commercial=Commercial(discount=D("0.1")),
    )

    first, second = (
        json.dumps(told(A=an_offer(a_spec(), card), B=an_offer(more, card)))
        for card in (the_card(), dear)
    )

    assert first == second
    for word in ("cost", "hours", "margin", "floor", "target", "seconds"):
        assert word not in first
