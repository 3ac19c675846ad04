"""Schedule: hours and a calendar into a date for every gate."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc.beginning import beginning
from scoping.calc.schedule import (
    Schedule,
    Workload,
    days_of_work,
    monday_of,
    production_days,
    resubmission_days,
    reviewers_for,
    schedule,
    team_for_deadline,
)
from scoping.calc.spec import SpecError
from scoping.calc.workdays import Calendar, CalendarError, Workdays
from tests.calc.an_estimate import a_figure, a_spec, the_card, the_workdays

D = Decimal
REAL = the_card().cost
COST = replace(
    REAL, work=replace(REAL.work, leaving_month=a_figure(0, key="cost/leaving"))
)
"""Nobody leaves, so that days are reckoned by hand."""
A_DAY = 20 * 7.5 * 3600 * 0.8
"""Seconds of work that 20 annotators do on a day, once they are at full pace."""


def a_workload(days: float = 10, *, reviewing: float = 0) -> Workload:
    """Return so many full days of 20 annotators, without doubt."""
    return Workload(
        labelling=np.full(8, days * A_DAY),
        reviewing=np.full(8, reviewing),
        utilisation=np.full(8, 0.8),
    )


def scheduled(work: Workload | None = None, *, annotators=20, **changes) -> Schedule:
    promised = changes.pop("promised", None)
    workdays = changes.pop("workdays", the_workdays())
    return schedule(
        a_spec(**changes),
        work or a_workload(),
        annotators=annotators,
        cost=COST,
        workdays=workdays,
        promised=promised,
    )


def test_a_project_of_ten_days_by_hand():
    # Start Monday 2 March. Rules 3 days in Vietnam, 2 of the client's: 9 March.
    # Pilot 3 days: 12 March; answers: 16 March; 3 days: 19 March, and it has passed
    # the second round in 55 of 100. Ten days of work: 4.03 are done in the five days of
    # the ramp, 5.97 after: 10.97, and review a day behind: 11.97, that is twelve
    # working days from 19 March: Monday 6 April. With a third round, 23 and 26 March:
    # Monday 13 April.
    found = scheduled()

    assert found.start == date(2026, 3, 2)
    assert [row.day for row in found.milestones][:2] == [
        date(2026, 3, 9),
        date(2026, 3, 19),
    ]
    early, late = date(2026, 4, 6), date(2026, 4, 13)
    assert found.finish == {"p10": early, "p50": early, "p80": late, "p90": late}
    assert found.working_days == 12
    assert [row.stage for row in found.milestones] == [1, 2, 3, 5, 6, 7]


def test_the_promised_week_holds_the_date_not_passed_eight_times_in_ten():
    assert scheduled().promised == date(2026, 4, 13)
    # A day of work more ends on Tuesday, in the same week.
    assert scheduled(a_workload(11)).finish["p80"] == date(2026, 4, 14)
    assert scheduled(a_workload(11)).promised == date(2026, 4, 13)


def test_a_decided_week_stands():
    assert scheduled(promised=date(2026, 6, 1)).promised == date(2026, 6, 1)


def test_tet_is_not_worked():
    # From 12 January the ten days run into Tet, 16 to 20 February 2026.
    no_holidays = Workdays(
        calendars={
            key: replace(one, holidays=(), worked=())
            for key, one in the_workdays().calendars.items()
        }
    )
    start = date(2026, 1, 19)

    found = scheduled(start_on=start)
    without = scheduled(start_on=start, workdays=no_holidays)

    assert without.finish["p50"] < date(2026, 2, 24) < found.finish["p50"]
    assert any("Lunar New Year" in name for name in found.holidays)
    assert without.holidays == ()


def test_an_answer_takes_working_days_of_the_client():
    # 3 July 2026 is off in the US, and 6 July is not.
    spec = a_spec(start_on=date(2026, 6, 29))

    american = beginning(spec, cost=COST, workdays=the_workdays())
    vietnamese = beginning(
        replace(spec, client_calendar="vn"), cost=COST, workdays=the_workdays()
    )

    assert american.rules == date(2026, 7, 7)
    assert vietnamese.rules == date(2026, 7, 6)


def test_production_takes_the_slower_of_labelling_and_review():
    # 7 reviewers: 20 days of theirs against 10.97 of labelling.
    reviewing = 20 * 7 * 7.5 * 3600 * 0.8
    work = a_workload(reviewing=reviewing)

    found = production_days(a_spec(), work, annotators=20, cost=COST)

    assert found[0] == pytest.approx(21)


@given(
    work=st.floats(0, 200), pace=st.lists(st.floats(0.05, 1), min_size=1, max_size=6)
)
def test_days_of_work_agree_with_a_day_by_day_walk(work, pace):
    found = days_of_work(np.array([work * 7.0]), per_day=np.array([7.0]), pace=pace)

    left, day = work, 0
    while left > (today := pace[min(day, len(pace) - 1)]):
        left, day = left - today, day + 1
    assert found[0] == pytest.approx(day + left / today, abs=1e-6)


def test_short_and_long_projects_stand_side_by_side():
    found = days_of_work(
        np.array([10.0, 3.0, 22.0]), per_day=np.array([2.0, 4.0, 2.0]), pace=[0.5, 1.0]
    )

    # 5, 0.75 and 11 days at full pace; half of the first day is lost, or its part:
    # 1 + 4.5; 0.5 on the first day, 0.25 on the second; 1 + 10.5.
    assert found.tolist() == [5.5, 1.25, 11.5]


def test_people_who_leave_make_production_longer():
    spec, work = a_spec(), a_workload(100)

    kept = production_days(spec, work, annotators=20, cost=COST)
    leaving = production_days(spec, work, annotators=20, cost=REAL)

    # 3 % leave in a month and a place is empty for ten days: 0.145 % × 11 of places are
    # empty or new, about 1.6 days of a hundred.
    assert leaving[0] - kept[0] == pytest.approx(1.6, abs=0.15)


def test_a_batch_that_fails_on_the_last_day_moves_the_end_by_a_day():
    # 40 batches in 10 days: four on the last, released at once with 0.8⁴ = 0.41.
    found = resubmission_days(
        np.full(100_000, 0.8), days=np.full(100_000, 10.0), batches=40
    )

    assert set(found.tolist()) == {0.0, 1.0}
    assert found.mean() == pytest.approx(1 - 0.8**4, abs=1e-4)


def test_the_last_batch_alone_may_fail_too():
    # One batch in ten days: it is the last one's.
    found = resubmission_days(np.full(1000, 0.8), days=np.full(1000, 10.0), batches=1)

    assert found.mean() == pytest.approx(0.2, abs=2e-3)


@pytest.mark.parametrize(("annotators", "expected"), [(1, 1), (2, 1), (3, 2), (20, 7)])
def test_a_team_has_reviewers_at_least_one(annotators, expected):
    # 0.35 for each annotator, rounded up.
    assert reviewers_for(annotators, D("0.35")) == expected


def test_a_chance_to_meet_the_deadline_counts_the_days_before_it():
    # Twelve working days from 19 March end where 6 April begins; five of the eight
    # draws have passed the pilot by then, and all by 26 March.
    assert scheduled(deadline=date(2026, 4, 6)).deadline_chance == Decimal("0.625")
    assert scheduled(deadline=date(2026, 4, 13)).deadline_chance == 1
    assert scheduled(deadline=date(2026, 4, 3)).deadline_chance == 0
    assert scheduled().deadline_chance is None


def doubtful(days: float) -> Workload:
    rng = np.random.default_rng(9)
    return Workload(
        labelling=days * A_DAY * np.exp(rng.normal(size=512) * 0.4),
        reviewing=days * A_DAY * 0.2 * np.exp(rng.normal(size=512) * 0.4),
        utilisation=np.full(512, 0.8),
    )


@pytest.mark.parametrize("days", [8, 20, 60])
@pytest.mark.parametrize("confidence", [0.5, 0.8, 0.9])
def test_the_team_for_a_deadline_meets_it_and_one_fewer_does_not(days, confidence):
    spec, work = a_spec(deadline=date(2026, 5, 15)), doubtful(days)

    found = team_for_deadline(
        spec, work, cost=COST, workdays=the_workdays(), confidence=confidence
    )

    assert found is not None
    assert chance_of(work, annotators=found, spec=spec) >= confidence
    assert found == 1 or chance_of(work, annotators=found - 1, spec=spec) < confidence


def chance_of(work: Workload, *, annotators: int, spec: Any) -> Any:
    """Return the chance to meet the deadline, walking the calendar for each draw."""
    site = the_workdays().calendar("vn")
    begun = beginning(spec, cost=COST, workdays=the_workdays())
    days = production_days(spec, work, annotators=annotators, cost=COST)
    waits = begun.drawn(len(days), site)
    met = [
        site.add(site.add(begun.first, int(wait)), int(np.ceil(one - 1e-9)))
        <= spec.deadline
        for one, wait in zip(days, waits, strict=True)
    ]
    return sum(met) / len(met)


def test_a_deadline_before_production_begins_is_met_by_no_team():
    spec = a_spec(deadline=date(2026, 3, 10))

    found = team_for_deadline(
        spec, a_workload(), cost=COST, workdays=the_workdays(), confidence=0.8
    )

    assert found is None


def test_a_team_is_not_solved_without_a_deadline():
    with pytest.raises(ValueError, match="the spec gives none"):
        team_for_deadline(
            a_spec(), a_workload(), cost=COST, workdays=the_workdays(), confidence=0.8
        )


def test_work_that_never_ends_is_refused_in_a_sentence():
    with pytest.raises(SpecError, match="more than 100,000 working days") as refused:
        scheduled(a_workload(120_000), annotators=20)

    assert refused.value.problems[0].code == "estimate_too_large"
    assert refused.value.problems[0].path == "/team/annotators"


@given(st.dates(date(2026, 1, 1), date(2028, 1, 1)))
def test_a_week_is_written_by_its_monday(day):
    monday = monday_of(day)

    assert monday.weekday() == 0
    assert timedelta(0) <= day - monday <= timedelta(6)


def test_a_calendar_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(CalendarError, match=r"no calendar “mars”\. There are: us, vn"):
        scheduled(client_calendar="mars")


def test_a_date_in_a_year_of_unknown_holidays_is_said():
    # Holidays are known to the end of 2031; rules and pilot end in December.
    late = scheduled(start_on=date(2031, 12, 1))

    assert late.finish["p90"] > date(2031, 12, 31)
    assert [text.split(" are known")[0] for text in late.gaps] == [
        "Public holidays of calendar “vn”"
    ]
    assert scheduled().gaps == ()
    assert len(scheduled(start_on=date(2035, 1, 2)).gaps) == 2


def test_a_deadline_in_a_year_of_unknown_holidays_is_said():
    assert len(scheduled(deadline=date(2040, 1, 2)).gaps) == 1


@pytest.mark.parametrize("weekmask", ["0000000", "11111"])
def test_a_week_without_work_is_no_calendar(weekmask):
    with pytest.raises(CalendarError, match="week of seven marks"):
        Calendar(key="x", weekmask=weekmask, holidays=())
