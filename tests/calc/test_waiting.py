"""Logged waits: no pace is read off their days, and no work is done on them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from quotes.calc.field import Inputs
from quotes.calc.report import report
from quotes.calc.standing import standing
from quotes.calc.waiting import (
    Wait,
    lost_days,
    moved_by_client,
    until_day,
    without_waits,
)
from quotes.calc.words import waits_sentence
from tests.calc.a_project import PLAIN, a_plan
from tests.calc.test_ending import an_ending, batches

FRIDAY = date(2026, 3, 20)
"""The last day of `batches(5)`; the promised day is 6 April."""
NEXT_WEEK = Wait(first=date(2026, 3, 23), last=date(2026, 3, 27))
days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
waits = st.lists(
    st.builds(
        lambda first, length, hers: Wait(
            first=first, last=first + timedelta(days=length), hers=hers
        ),
        days,
        st.integers(0, 40),
        st.booleans(),
    ),
    max_size=4,
)


def finish(rows, *waits, **changes):
    return an_ending(rows, waits=waits, **changes)["finish"]


def test_a_wait_of_a_week_moves_the_finish_by_a_week():
    plain, held = finish(batches(5)), finish(batches(5), NEXT_WEEK)

    for key in ("p10", "p50", "p80", "p90"):
        moved = date.fromisoformat(held[key]) - date.fromisoformat(plain[key])
        assert moved == timedelta(days=7), key
    assert held["hours_a_day"] == plain["hours_a_day"]
    assert (plain["waits"], held["waits"]) == (0, 5)
    # Eleven working days were left until 6 April; six are, and five are needed.
    assert float(held["by_promised"]) < float(plain["by_promised"])
    assert held["promised"] == plain["promised"] == "2026-04-06"


def test_a_wait_of_the_client_moves_the_promised_day_as_well():
    ours, hers = (
        finish(batches(5), Wait(first=NEXT_WEEK.first, last=NEXT_WEEK.last, hers=one))
        for one in (False, True)
    )

    # Five calendar days later than 6 April, a Monday: three more working days.
    assert hers["promised"] == "2026-04-11"
    assert float(hers["by_promised"]) > float(ours["by_promised"])
    assert hers["p50"] == ours["p50"]


def test_days_lost_to_a_wait_do_not_slow_the_pace():
    # Five days of work, then a week of nothing, then a day with a batch.
    late = [*batches(5), *batches(1, first=10)]
    lost = Wait(first=date(2026, 3, 9), last=date(2026, 3, 13))
    gap = Wait(first=date(2026, 3, 23), last=date(2026, 3, 27))

    slow, known = finish(late), finish(late, gap, lost)

    assert float(known["hours_a_day"]) > float(slow["hours_a_day"])
    assert known["p50"] < slow["p50"]


def test_a_day_that_somebody_worked_on_stays_a_working_day():
    here = Wait(first=date(2026, 3, 16), last=FRIDAY)

    assert finish(batches(5), here) == finish(batches(5))


def test_what_came_later_is_not_known_on_an_earlier_day():
    on = date(2026, 3, 18)

    assert finish(batches(5), NEXT_WEEK, on=on) == finish(batches(5), on=on)


def test_words_for_a_wait():
    assert waits_sentence({"waits": 0}) == ""
    assert waits_sentence({"waits": 1}).startswith("waits 1 working day longer")


def test_the_report_says_how_long_it_waits():
    inputs = Inputs(paid_clock="label", calendar=PLAIN, waits=(NEXT_WEEK,))
    found: dict[str, Any] = {
        "whole": {"gap": None, "cost": {"known": False, "text": "not known"}},
        "lines": [],
        "scopes": [],
        "outside": None,
        "standing": standing(a_plan(), batches(5), inputs=inputs),
    }

    text = report("Streets", found)

    assert "It waits 5 working days longer, by the log of delays" in text
    assert "By the promised day, 2026-04-06:" in text


@given(waits=waits, day=days)
def test_slowly_day_by_day_it_comes_to_the_same(waits, day):
    held = without_waits(PLAIN, waits, on=day, worked=[])
    last = date(2027, 3, 1)
    free = lost = 0
    at = day + timedelta(days=1)
    while at < last:
        waited = any(one.first <= at <= one.last for one in waits)
        if at.weekday() < 5:
            free, lost = free + (not waited), lost + waited
        at += timedelta(days=1)

    assert held.count(day + timedelta(days=1), last) == free
    assert lost_days(PLAIN, waits, on=day) == lost


@given(waits=waits, day=days)
def test_the_promise_moves_by_each_day_of_the_client_once(waits, day):
    known = until_day(waits, day)
    hers = {
        date(2026, 1, 1) + timedelta(days=at)
        for at in range(500)
        if any(
            one.hers and one.first <= date(2026, 1, 1) + timedelta(days=at) <= one.last
            for one in waits
        )
        and date(2026, 1, 1) + timedelta(days=at) <= day
    }

    assert moved_by_client(known) == timedelta(days=len(hers))
