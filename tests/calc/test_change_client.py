"""What a client sees of change orders: what she agreed to, and nothing of ours."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from quotes.calc.change_client import ClientChange, MovedLine, Ordered, client_changes

PLAN = {
    "currency": "USD",
    "lines": [
        {"index": 0, "name": "Boxes", "units": 1000},
        {"index": 2, "name": "Tags", "units": 400},
    ],
}
DAY = date(2026, 4, 1)
ORDER = Ordered(
    on=DAY,
    effective=date(2026, 4, 6),
    asked={"units": {}, "lost_days": 0, "promised": None, "cost": "0", "price": "0"},
    price_change=Decimal(0),
    clause="",
    word="Please do.",
    by="Dana",
)


def _order(word="Please do.", price="0", **asked):
    return replace(
        ORDER,
        asked={**ORDER.asked, **asked},
        word=word,
        price_change=Decimal(price),
    )


def test_units_are_told_from_what_held_before_by_whoever_moved_them():
    # 1,000 boxes; ours makes them 1,200 without a word of hers, hers 1,500:
    # she is shown 1,200, now 1,500, at (1,500 - 1,200) x 0.08 = 24.00.
    ours = _order(word="", units={"0": 1200})
    hers = _order(price="24.00", units={"0": 1500, "2": 400}, promised="2026-05-18")

    (found,) = client_changes(PLAN, [ours, hers])

    assert found == ClientChange(
        on=DAY,
        effective=date(2026, 4, 6),
        lines=(MovedLine(name="Boxes", was=1200, units=1500),),
        price=Decimal("24.00"),
        currency="USD",
        week=date(2026, 5, 18),
        clause="",
        word="Please do.",
        by="Dana",
    )


def test_what_moves_nothing_of_hers_is_not_shown_even_with_her_word():
    ours = _order(lost_days=4, cost="180.00", units={"0": 1000})
    assert client_changes(PLAN, [ours]) == []
    # The control: one coin of price, one week, or one unit, and she sees it.
    for hers in (
        _order(price="0.01"),
        _order(promised="2026-05-18"),
        _order(units={"2": 401}),
    ):
        assert len(client_changes(PLAN, [hers])) == 1


def test_the_list_of_what_is_shown_names_no_cost_and_no_reason_of_ours():
    shown = {one.name for one in fields(ClientChange)}
    assert not shown & {"cost", "why", "lost_days", "asked", "document", "number"}


@given(
    st.lists(
        st.tuples(
            st.booleans(),
            st.dictionaries(st.sampled_from("02"), st.integers(1, 9_999), max_size=2),
        ),
        max_size=8,
    )
)
def test_each_was_is_what_all_orders_before_it_left(steps):
    orders = [
        _order(word="Yes." if agreed else "", price="1", units=units)
        for agreed, units in steps
    ]

    shown = iter(client_changes(PLAN, orders))

    # The slow way: each shown order against the plan played from its start.
    for at, (agreed, units) in enumerate(steps):
        if not agreed:
            continue
        held = {"0": 1000, "2": 400}
        for _, earlier in steps[:at]:
            held.update(earlier)
        names = {"0": "Boxes", "2": "Tags"}
        assert {(one.name, one.was, one.units) for one in next(shown).lines} == {
            (names[line], held[line], many)
            for line, many in units.items()
            if many != held[line]
        }
    assert next(shown, None) is None
