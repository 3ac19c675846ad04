"""The way between two prices: bars that lead from one to the other, row by row."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quotes.web.walk import NARROWEST, WIDTH, Said, StepSaid, walk
from tests.scale import count

D = Decimal
coins = st.integers(-9_000_000, 9_000_000).map(lambda n: D(n) / 100)


def step(amount: str | int | Decimal, words: str = "more images") -> StepSaid:
    return StepSaid(changes=(Said(words=words),), amount=D(amount))


def test_a_bar_begins_where_the_one_before_it_ended():
    found = walk(D(1000), D(1050), [step("-50"), step("100")])

    # 0 lies far below: the axis begins at 900, and 1,100 is the highest level, so that
    # 1,000 is (1,000 − 900) ÷ (1,100 − 900) × 240 = 120, 1,050 is 180, 1,100 is 240.
    assert found.cut == 900
    assert [(row.amount, row.bar.x, row.bar.width) for row in found.rows] == [
        (D(100), 120, 120),
        (D(-50), 180, 60),
    ]
    assert [row.bar.kind for row in found.rows] == ["over", "less"]
    assert (found.first.width, found.last.width, found.by) == (120, 180, D(50))


def test_what_moves_another_column_alone_stands_last_and_has_no_bar():
    found = walk(D(10), D(12), [step(0, "more reviews"), step(2)])

    assert [row.changes[0].words for row in found.rows] == [
        "more images",
        "more reviews",
    ]
    assert (found.rows[1].moves, found.rows[1].bar.width) == (False, 0)


def test_steps_that_do_not_add_up_are_no_way():
    with pytest.raises(ValueError, match=r"lead from 10 to 12, not 12\.01"):
        walk(D(10), D("12.01"), [step(2)])


def test_nothing_changed_and_nothing_priced_are_drawn_all_the_same():
    same, nothing = walk(D(10), D(10), []), walk(D(0), D(0), [])

    assert (same.first, same.last, same.cut) == (same.last, same.first, D(5))
    assert (nothing.first.width, nothing.cut) == (0, D(0))


@settings(max_examples=count(200), deadline=None)
@given(before=coins.filter(lambda n: n > 0), amounts=st.lists(coins, max_size=9))
def test_every_way_stays_in_its_picture_and_adds_up(before, amounts):
    after = before + sum(amounts, D(0))
    if after < 0:
        return

    found = walk(before, after, [step(one) for one in amounts])

    assert sum((row.amount for row in found.rows), before) == after
    signs = [(row.amount > 0) - (row.amount < 0) for row in found.rows]
    assert [one for one in signs if one] == sorted(
        (x for x in signs if x), reverse=True
    )
    ends = [found.first.level]
    for row in found.rows:
        bar = row.bar
        assert 0 <= bar.x <= bar.x + bar.width <= WIDTH
        if bar.kind != "none" and bar.width > NARROWEST:
            # The slow way: a bar spans exactly the two levels it lies between.
            assert {bar.x, bar.x + bar.width} == {ends[-1], bar.level}
        ends.append(bar.level)
    assert ends[-1] == found.last.level
    assert 0 <= found.cut <= min(before, after) or found.cut == 0
