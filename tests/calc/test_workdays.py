"""Workdays: which days are worked, snapshots of them, and days that people change."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from importlib.metadata import version

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc.workdays import (
    Calendar,
    Override,
    calendar_document,
    read_calendar,
)
from tests.calc.an_estimate import the_workdays

VN, US = the_workdays().calendar("vn"), the_workdays().calendar("us")
LIBRARY = {"vn": "VN", "us": "US"}


@pytest.mark.parametrize("key", ["vn", "us"])
def test_the_snapshot_is_what_the_pinned_library_says(key):
    calendar = the_workdays().calendar(key)
    assert calendar.years_known is not None
    first, last = calendar.years_known
    found = holidays.country_holidays(LIBRARY[key], years=range(first, last + 1))

    # Days that the library moves over a year's end belong to the year they fall in.
    expected = {day for day in found if first <= day.year <= last}
    assert {day for day, _ in calendar.holidays} == expected
    assert set(calendar.worked) == {
        day for day in found.weekend_workdays if first <= day.year <= last
    }
    assert calendar.source == f"holidays {version('holidays')}, public holidays"


@pytest.mark.parametrize(
    ("calendar", "after", "filled"),
    [
        (VN, date(2026, 3, 9), date(2026, 3, 6)),
        (US, date(2026, 3, 3), date(2026, 3, 2)),
    ],
)
def test_twenty_days_from_2_february_2026(calendar, after, filled):
    start = date(2026, 2, 2)

    # The 20th working day after 2 February, and the last of 20 days that begin on it.
    assert calendar.add(start, 20) == after
    assert calendar.add(start, 19) == filled
    assert calendar.count(start, filled + timedelta(days=1)) == 20


def test_tet_is_said_in_words():
    assert VN.names_between(date(2026, 2, 2), date(2026, 3, 9)) == [
        "Lunar New Year (Tet), 16 February to 20 February 2026"
    ]


def test_a_weekend_does_not_part_a_holiday():
    # Tet 2027: Thursday 4 to Wednesday 10 February, with a weekend in between.
    assert VN.names_between(date(2027, 2, 1), date(2027, 2, 28)) == [
        "Lunar New Year (Tet), 4 February to 10 February 2027"
    ]


def test_a_worked_saturday_counts():
    # Saturday 22 August 2026 is worked for Monday 31 August.
    assert VN.is_worked(date(2026, 8, 22))
    assert VN.add(date(2026, 8, 21), 1) == date(2026, 8, 22)
    assert VN.count(date(2026, 8, 21), date(2026, 8, 25)) == 3


@given(
    start=st.dates(date(2025, 1, 1), date(2031, 12, 1)),
    days=st.integers(1, 90),
    changed=st.lists(
        st.tuples(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.booleans()),
        max_size=5,
    ),
)
def test_adding_and_counting_agree_with_a_list_of_days(start, days, changed):
    calendar = VN.with_overrides(
        Override(day=day, worked=worked, name="changed") for day, worked in changed
    )
    said = dict(changed)
    off = {day for day, _ in VN.holidays}

    def worked(day: date) -> bool:
        usual = (day.weekday() < 5 and day not in off) or day in VN.worked
        return bool(said.get(day, usual))

    every = [start + timedelta(days=step) for step in range(400)]
    days_of_work = [day for day in every if worked(day)]
    first = days_of_work[0]
    assert calendar.add(start, 0) == first
    assert calendar.add(start, days) == days_of_work[days]
    assert calendar.count(first, days_of_work[days]) == days
    # And back again, from a day that need not be worked.
    assert calendar.add(days_of_work[days], -days) == first
    resting = days_of_work[days + 1] - timedelta(days=1)
    assert calendar.add(resting, -days) == first


def test_a_day_that_people_change_is_off_or_worked_as_they_say():
    storm = Override(day=date(2026, 3, 3), worked=False, name="Storm")
    tet = Override(day=date(2026, 2, 20), worked=True, name="worked for the deadline")

    changed = VN.with_overrides([storm, tet])

    assert not changed.is_worked(storm.day)
    assert changed.is_worked(tet.day)
    assert changed.names_between(date(2026, 3, 1), date(2026, 3, 9)) == [
        "Storm, 3 March 2026"
    ]
    assert not any(
        "20 February" in name
        for name in changed.names_between(date(2026, 2, 2), date(2026, 2, 28))
    )


def test_of_two_changes_of_a_day_the_later_holds():
    day = date(2026, 3, 3)
    off, on = (Override(day=day, worked=worked, name="x") for worked in (False, True))

    assert VN.with_overrides([off, on]).is_worked(day)
    assert not VN.with_overrides([on, off]).is_worked(day)
    assert VN.with_overrides([]) is VN


def test_a_change_in_a_far_year_does_not_make_its_holidays_known():
    far = Override(day=date(2040, 1, 2), worked=False, name="Shutdown")

    assert VN.with_overrides([far]).years_known == VN.years_known


def test_dates_beyond_the_known_years_are_said_to_be_so():
    gap = VN.gap(date(2031, 12, 1), date(2032, 1, 5))

    assert gap is not None
    assert "known for 2025 to 2031 only" in gap
    assert VN.gap(date(2024, 12, 30), date(2025, 1, 5)) == gap
    assert VN.gap(date(2025, 1, 1), date(2031, 12, 31)) is None


def test_a_calendar_without_holidays_has_no_gap():
    plain = Calendar(key="x", weekmask="1111100", holidays=())

    assert plain.gap(date(2020, 1, 1), date(2050, 1, 1)) is None


def test_a_calendar_comes_back_from_its_data_as_it_was():
    for calendar in the_workdays().calendars.values():
        changed = calendar.with_overrides(
            [Override(day=date(2026, 3, 3), worked=False, name="Typhoon")]
        )
        for one in (
            calendar,
            changed,
            Calendar(key="x", weekmask="1" * 7, holidays=()),
        ):
            data = json.loads(json.dumps(calendar_document(one)))

            assert read_calendar(data) == replace(one, years=one.years_known)
