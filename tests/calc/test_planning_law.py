"""Overtime: what the law leaves, and who is said to bind."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc.planning.law import Limits, allowed, in_words, limits_of
from tests.calc.an_estimate import the_card, the_workdays

VN = Limits(day=3.75, month=40, year=200)


def working_days(start: date, count: int) -> list[date]:
    site = the_workdays().calendar("vn")
    first = site.add(start, 0)
    return [site.add(first, step) for step in range(count)]


def test_two_hours_a_day_meet_the_month_of_40_hours_on_its_20th_day():
    # March 2026 has 22 working days in Vietnam: 20 × 2 = 40, then none until April.
    days = working_days(date(2026, 3, 2), 24)

    found = allowed(2.0, days=days, limits=VN)

    assert found.hours == (*(2.0,) * 20, 0.0, 0.0, 2.0, 2.0)
    assert found.bound == ("month",)
    assert found.total(21) == 40


def test_the_year_of_200_hours_ends_after_five_full_months():
    days = working_days(date(2026, 3, 2), 200)

    found = allowed(2.0, days=days, limits=VN)

    in_2026 = [
        hours for day, hours in zip(days, found.hours, strict=True) if day.year == 2026
    ]
    assert sum(in_2026) == 200
    assert found.bound == ("month", "year")
    assert in_2026[-1] == 0
    # A new year begins with new hours.
    assert days[-1].year == 2026 or found.hours[-1] > 0


def test_hours_of_this_year_that_are_spent_are_not_planned_again():
    spent = Limits(day=3.75, month=40, year=200, used_year=190)

    found = allowed(2.0, days=working_days(date(2026, 3, 2), 10), limits=spent)

    assert sum(found.hours) == 10
    assert found.bound == ("year",)


@given(
    wanted=st.floats(0, 8),
    start=st.dates(date(2026, 1, 1), date(2030, 1, 1)),
    length=st.integers(0, 300),
    day=st.floats(0, 5),
    month=st.floats(0, 60),
    year=st.floats(0, 300),
    used=st.floats(0, 320),
)
def test_no_plan_passes_a_limit(wanted, start, length, used, **most):
    days = [start + timedelta(days=step) for step in range(length)]
    limits = Limits(**most, used_year=used)

    found = allowed(wanted, days=days, limits=limits)

    by_month: dict[tuple[int, int], float] = defaultdict(float)
    by_year: dict[int, float] = defaultdict(float)
    for one, hours in zip(days, found.hours, strict=True):
        assert 0 <= hours <= min(limits.day, wanted) + 1e-9
        by_month[one.year, one.month] += hours
        by_year[one.year] += hours
    by_year[start.year] += min(used, limits.year)
    assert all(hours <= limits.month + 1e-6 for hours in by_month.values())
    assert all(hours <= limits.year + 1e-6 for hours in by_year.values())
    # Nothing is taken away without a limit that says so.
    assert found.bound or found.hours == pytest.approx((wanted,) * length, abs=1e-9)


def test_the_limits_of_vietnam_are_the_laws_and_those_of_the_us_the_companys():
    sites = the_card().cost.sites
    vietnam = limits_of(sites["vn"].overtime, hours_per_day=7.5)
    american = limits_of(sites["us"].overtime, hours_per_day=8)

    assert (vietnam.day, vietnam.month, vietnam.year) == (3.75, 40, 200)
    assert vietnam.setter(("month",)) == "law"
    assert american.day == 2
    assert american.setter(("day", "month")) == "company"


@pytest.mark.parametrize(
    ("bound", "words"),
    [
        (("month",), "40 hours a month"),
        (("year", "month"), "40 hours a month and 200 hours a year"),
        (
            ("day", "month", "year"),
            "3.75 hours a day, 40 hours a month and 200 hours a year",
        ),
    ],
)
def test_limits_in_words(bound, words):
    assert in_words(bound, VN) == words
