"""Tariff: tiers, and one price for all units that no larger quantity undercuts."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc.pricing import no_regret, price_reached
from scoping.calc.tariff import amount_of_draws, steps_of, tier_rows
from scoping.calc.trace import Origin, Step
from scoping.calc.trace import given as stated
from tests.calc.an_estimate import tiers

D = Decimal
CLIFF = tiers("bounding_box", (10_000, "1"), (None, "0.9"))["bounding_box"]
FACTORS = st.decimals("0.1", "1.2", places=3)


def a_step(value: str | int | Decimal) -> Step:
    return stated(
        "A number",
        D(value),
        unit="box",
        because="made up",
        origin=Origin(kind="spec", at="/x"),
    )


def amount(units: int, price: str, steps: tuple, rule: Any = "all_units") -> Decimal:
    rows = tier_rows(a_step(units), a_step(price), steps, rule=rule, currency="USD")
    return sum((row.amount.value for row in rows), D(0))


def test_one_box_more_does_not_lower_a_bill_of_one_price_for_all():
    # 10,000 × 0.05 = 500.00, but 10,001 × 0.045 = 450.045: no more is asked than that.
    [row] = tier_rows(
        a_step(10_000), a_step("0.05"), CLIFF, rule="all_units", currency="USD"
    )

    assert (row.units, row.unit_price, row.amount.value) == (
        10_001,
        D("0.0450"),
        D("450.05"),
    )
    assert amount(10_001, "0.05", CLIFF) == D("450.05")
    # Far below the bound the own price is the least: 8,000 × 0.05 = 400.00.
    assert amount(8_000, "0.05", CLIFF) == D("400.00")


def test_without_the_cap_the_bill_falls_at_the_bound():
    # The negative control: what the published example calls a cliff.
    steps = [(D(1), D("0.05")), (D(10_001), D("0.045"))]

    before, after = (D(n) * price_reached(D(n), steps) for n in (10_000, 10_001))

    assert before - after == D("49.955")


def test_equal_amounts_bill_the_fewer_units():
    # 9 × 1.00 = 9.00 and 10 × 0.90 = 9.00.
    assert no_regret(D(9), [(D(1), D(1)), (D(10), D("0.9"))]) == (D(9), D(1))


@given(
    units=st.integers(1, 400),
    bounds=st.lists(st.integers(1, 300), min_size=1, max_size=3, unique=True),
    factors=st.lists(FACTORS, min_size=4, max_size=4),
    rule=st.sampled_from(["graduated", "all_units"]),
)
def test_one_unit_more_never_lowers_an_amount(units, bounds, factors, rule):
    ends = [*sorted(bounds), None]
    steps = tiers(
        "bounding_box",
        *((end, str(factor)) for end, factor in zip(ends, factors, strict=False)),
    )["bounding_box"]

    assert amount(units, "0.37", steps, rule) <= amount(units + 1, "0.37", steps, rule)


@given(
    units=st.integers(1, 300),
    bounds=st.lists(st.integers(1, 300), min_size=1, max_size=3, unique=True),
    factors=st.lists(FACTORS, min_size=4, max_size=4),
)
def test_the_cap_is_the_least_of_all_larger_quantities_tried_one_by_one(
    units, bounds, factors
):
    ends = [*sorted(bounds), None]
    steps = tiers(
        "bounding_box",
        *((end, str(factor)) for end, factor in zip(ends, factors, strict=False)),
    )["bounding_box"]

    def own(many: int) -> Fraction:
        place = next(
            place for place, end in enumerate(ends) if end is None or many <= end
        )
        exact = Fraction(37, 100) * Fraction(factors[place]) * 10_000
        return many * Fraction(int(exact + Fraction(1, 2)), 10_000)

    least = min(own(many) for many in range(units, 650))

    assert abs(Fraction(amount(units, "0.37", steps)) - least) <= Fraction(1, 200)


@given(
    units=st.integers(1, 60_000),
    factors=st.lists(FACTORS, min_size=3, max_size=3),
    rule=st.sampled_from(["graduated", "all_units"]),
)
def test_draws_are_billed_as_the_quoted_quantity_is(units, factors, rule):
    steps = tiers(
        "bounding_box",
        (5_000, str(factors[0])),
        (20_000, str(factors[1])),
        (None, str(factors[2])),
    )["bounding_box"]

    drawn = amount_of_draws(
        np.array([float(units)]), steps_of(D("0.05"), steps), rule=rule
    )

    # Rounded row by row there, not at all here.
    assert drawn[0] == pytest.approx(
        float(amount(units, "0.05", steps, rule)), abs=0.02
    )
