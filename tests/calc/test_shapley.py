"""Shares of changes: they add up, and are what all orders of the changes come to."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc.shapley import contributions

D = Decimal


def subsets(changes):
    return [
        frozenset(made)
        for size in range(len(changes) + 1)
        for made in combinations(changes, size)
    ]


@st.composite
def games(draw, *, fewest=1, most=5):
    """Draw what every set of changes comes to, in two results."""
    changes = [f"change {n}" for n in range(draw(st.integers(fewest, most)))]
    amounts = st.tuples(
        *[st.integers(-9999, 9999).map(lambda cents: D(cents) / 100)] * 2
    )
    return changes, {made: draw(amounts) for made in subsets(changes)}


@given(game=games())
def test_a_share_is_the_mean_effect_over_all_orders(game):
    changes, results = game

    shares = contributions(changes, results.get)

    assert shares == by_all_orders(changes, results)


@given(game=games(), exact_up_to=st.sampled_from([0, 3, 8]))
def test_shares_add_up_to_the_whole_difference(game, exact_up_to):
    changes, results = game

    shares = contributions(changes, results.get, exact_up_to=exact_up_to)

    before, after = results[frozenset()], results[frozenset(changes)]
    for place in (0, 1):
        whole = Fraction(after[place] - before[place])
        assert sum(share[place] for share in shares.values()) == whole


@given(game=games(), exact_up_to=st.sampled_from([0, 8]))
def test_the_way_back_has_the_same_shares_with_the_other_sign(game, exact_up_to):
    changes, results = game
    everything = frozenset(changes)
    back = {everything - made: found for made, found in results.items()}

    forth = contributions(changes, results.get, exact_up_to=exact_up_to)
    returned = contributions(changes, back.get, exact_up_to=exact_up_to)

    for block, share in forth.items():
        assert returned[block] == tuple(-amount for amount in share)


@given(game=games(fewest=2, most=2))
def test_of_two_changes_two_orders_are_all_orders(game):
    changes, results = game

    few = contributions(changes, results.get, exact_up_to=0)

    assert few == contributions(changes, results.get)


def test_two_orders_are_the_stated_one_and_its_reverse():
    def worth(made):
        return (D(10 if {"a", "b"} <= made else 0) + D(6 if "c" in made else 0),)

    shares = contributions(["a", "b", "c"], worth, exact_up_to=2)

    # a b c: b completes the pair. c b a: a does.
    assert in_whole(shares) == {("a",): 5, ("b",): 5, ("c",): 6}


def test_many_changes_ask_for_few_results():
    changes = [f"change {n}" for n in range(20)]
    asked = []

    def worth(made):
        asked.append(made)
        return (D(len(made)),)

    contributions(changes, worth)

    assert len(asked) == len(set(asked)) == 40


def test_changes_that_need_each_other_are_one_part():
    def worth(made):
        if "out" in made and "in" not in made:
            return None
        return (D(len(made)),)

    shares = contributions(["out", "more", "in"], worth)

    assert in_whole(shares) == {("out", "in"): 2, ("more",): 1}


def test_no_more_is_joined_than_has_to_be():
    def worth(made):
        return None if {"a", "b"} <= made and "d" not in made else (D(len(made)),)

    shares = contributions(["a", "b", "c", "d", "e"], worth, exact_up_to=3)

    assert in_whole(shares) == {("a", "b", "d"): 3, ("c",): 1, ("e",): 1}


@given(
    impossible=st.sets(
        st.sampled_from(subsets("abcd")).filter(lambda made: 0 < len(made) < 4)
    ),
    exact_up_to=st.sampled_from([0, 8]),
)
def test_whatever_is_impossible_the_parts_add_up(impossible, exact_up_to):
    def worth(made):
        return None if made in impossible else (D(len(made) ** 2),)

    shares = contributions("abcd", worth, exact_up_to=exact_up_to)

    assert sum(share[0] for share in shares.values()) == 16
    assert sorted(change for block in shares for change in block) == list("abcd")


def test_no_change_has_no_parts():
    assert contributions([], lambda made: (D(len(made)),)) == {}


def test_a_start_that_is_impossible_is_refused():
    with pytest.raises(ValueError, match="must be possible"):
        contributions(["a"], lambda made: (D(1),) if made else None)


def in_whole(shares):
    """Return shares of one result that are whole numbers."""
    return {block: int(share) for block, (share,) in shares.items() if share % 1 == 0}


def by_all_orders(changes, results):
    """Do it the slow and obvious way: make the changes in every order."""
    orders = list(permutations(changes))
    sums = {change: [Fraction(0), Fraction(0)] for change in changes}
    for order in orders:
        made: frozenset[str] = frozenset()
        for change in order:
            for place in (0, 1):
                step = results[made | {change}][place] - results[made][place]
                sums[change][place] += Fraction(step)
            made |= {change}
    return {
        (change,): tuple(amount / len(orders) for amount in amounts)
        for change, amounts in sums.items()
    }
