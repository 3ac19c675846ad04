"""Paid time over projects and wages over paid time: every part adds up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from quotes.calc.paid import (
    BENCH,
    NAMED,
    TOOLS,
    Day,
    Seen,
    Wage,
    capture_ratio,
    split_days,
    split_wages,
)

MONDAY = date(2026, 3, 2)
PEOPLE, PROJECTS = ["lan", "minh"], ["birds", "cars", "signs"]


def a_day(seconds, person="lan", **changes):
    return Day(person=person, day=MONDAY, seconds=Decimal(seconds), **changes)


def tools(person="lan", **seconds):
    return [
        Seen(person=person, day=MONDAY, project=name, seconds=Decimal(value))
        for name, value in seconds.items()
    ]


def found(days, seen):
    return [(one.project, one.seconds, one.basis) for one in split_days(days, seen)]


def test_a_day_goes_to_the_projects_that_tools_saw_in_their_proportion():
    # 8 hours, of which tools saw 2 and 1: two thirds and one third of all eight.
    assert found([a_day(28800)], tools(cars=7200, birds=3600)) == [
        ("birds", Decimal(9600), TOOLS),
        ("cars", Decimal(19200), TOOLS),
    ]


def test_what_the_timesheet_names_goes_before_what_tools_saw():
    assert found([a_day(3600, project="cars")], tools(birds=3600)) == [
        ("cars", Decimal(3600), NAMED)
    ]


def test_a_day_that_no_tool_saw_and_leave_are_on_the_bench():
    assert found([a_day(28800)], tools("minh", cars=60)) == [
        (None, Decimal(28800), BENCH)
    ]
    assert found([a_day(28800, leave=Decimal(14400))], tools(cars=1)) == [
        ("cars", Decimal(14400), TOOLS),
        (None, Decimal(14400), BENCH),
    ]


def test_a_third_of_a_second_is_lost_by_nobody():
    parts = split_days([a_day(1)], tools(birds=1, cars=1, signs=1))

    # 1 s in three: 0.334 + 0.333 + 0.333.
    assert [str(one.seconds) for one in parts] == ["0.334", "0.333", "0.333"]


def test_a_wage_follows_the_paid_time_to_the_last_dong():
    parts = split_days(
        [a_day(28800), a_day(14400, project="signs")], tools(cars=2, birds=1)
    )
    wage = Wage(month="2026-03", person="lan", amount=Decimal(10000001), currency="VND")

    costs = split_wages([wage], parts)

    # 9,600, 19,200 and 14,400 of 43,200 s: 2,222,222.4, 4,444,444.9, 3,333,333.7.
    assert [(one.project, str(one.amount)) for one in costs] == [
        ("birds", "2222222"),
        ("cars", "4444445"),
        ("signs", "3333334"),
    ]


def test_a_wage_without_paid_time_is_on_the_bench():
    wage = Wage(month="2026-04", person="lan", amount=Decimal("10.01"), currency="USD")

    (cost,) = split_wages([wage], split_days([a_day(60)], tools(cars=1)))

    assert (cost.project, cost.amount) == (None, Decimal("10.01"))


def test_a_total_without_names_is_split_over_everybodys_time():
    parts = split_days(
        [a_day(100, project="cars"), a_day(300, "minh", project="birds")], ()
    )
    wage = Wage(month="2026-03", person=None, amount=Decimal(1000), currency="USD")

    costs = split_wages([wage], parts)

    assert {one.project: one.amount for one in costs} == {"cars": 250, "birds": 750}


def test_two_reviewers_three_projects_one_month_add_up_to_payroll():
    """Timesheets and tools disagree; a late timesheet moves the split, not the sum."""
    days = [
        Day(person=who, day=date(2026, 3, number), seconds=Decimal(27000 + number * 13))
        for who in PEOPLE
        for number in range(1, 29)
    ]
    seen = [
        Seen(
            person=who,
            day=date(2026, 3, number),
            project=PROJECTS[(number + place) % 3],
            seconds=Decimal(number * 777 % 20011),
        )
        for who in PEOPLE
        for number in range(1, 29)
        for place in range(number % 3)
    ]
    wages = [
        Wage(month="2026-03", person="lan", amount=Decimal(14500001), currency="VND"),
        Wage(month="2026-03", person="minh", amount=Decimal(13250007), currency="VND"),
    ]
    late = Day(
        person="lan", day=date(2026, 3, 30), seconds=Decimal(28800), project="birds"
    )

    before = split_wages(wages, split_days(days, seen))
    after = split_wages(wages, split_days([*days, late], seen))

    for costs in (before, after):
        assert sum(one.amount for one in costs) == 27750008
    assert any(one.project is None and one.amount for one in before)
    assert _of(after, "birds") > _of(before, "birds")


def _of(costs, project):
    return sum(one.amount for one in costs if one.project == project)


def test_what_tools_saw_of_paid_time_with_how_days_differ():
    days = [a_day(100), a_day(100, "minh"), a_day(100, "ha"), a_day(50, "an")]
    seen = [*tools(cars=50), *tools("minh", cars=60, birds=20), *tools("ghost", cars=9)]

    # (50 + 80) of the 200 s of the two people that both know.
    assert capture_ratio(days, seen) == (
        Decimal("0.65"),
        Decimal("0.5"),
        Decimal("0.8"),
    )
    assert capture_ratio(days, []) is None
    assert capture_ratio([a_day(5, leave=Decimal(5))], tools(cars=1)) is None


amounts = st.decimals(0, 90000, places=3)


@given(
    days=st.lists(
        st.tuples(st.sampled_from(PEOPLE), amounts, st.sampled_from([None, *PROJECTS])),
        max_size=8,
    ),
    seen=st.lists(
        st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PROJECTS), amounts),
        max_size=9,
    ),
    wage=st.integers(0, 10**9),
)
def test_projects_and_bench_add_up_to_what_was_paid(days, seen, wage):
    paid = [a_day(seconds, who, project=name) for who, seconds, name in days]
    watched = [
        Seen(person=who, day=MONDAY, project=name, seconds=seconds)
        for who, name, seconds in seen
    ]
    wages = [
        Wage(month="2026-03", person=who, amount=Decimal(wage), currency="VND")
        for who in (*PEOPLE, None)
    ]

    parts = split_days(paid, watched)
    costs = split_wages(wages, parts)

    for who in PEOPLE:
        assert sum(one.seconds for one in parts if one.person == who) == sum(
            one.seconds for one in paid if one.person == who
        )
    assert sum(one.amount for one in costs) == 3 * wage
    assert all(one.seconds > 0 for one in parts)
