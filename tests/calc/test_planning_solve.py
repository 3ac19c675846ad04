"""What meets a deadline: teams, overtime within the law, and who binds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoping.calc.planning.days import Stop, hopeless, walk
from scoping.calc.planning.law import Limits
from scoping.calc.planning.solve import (
    Target,
    chance_in_time,
    edge,
    first_look,
    least_overtime,
    meets_target,
    production_dates,
    smallest_team,
    with_overtime,
)
from scoping.calc.tenure import Tenure
from tests.calc.an_estimate import the_workdays
from tests.calc.test_planning_days import A_DAY, RAMP, a_crew, a_job
from tests.scale import count

VN = Limits(day=4, month=40, year=200)


def a_target(**changes: Any) -> Target:
    fields: dict[str, Any] = {
        "site": the_workdays().calendar("vn"),
        "begin": date(2026, 3, 2),
        "deadline": date(2026, 3, 31),
        "confidence": 0.8,
        "seed": 7,
    } | changes
    return Target(**fields)


def doubtful(days: float):
    """Return a job of so many person-days, half as much or twice as much."""
    rng = np.random.default_rng(9)
    job = a_job(400, released=0.8, released_again=0.95, rereviewing=A_DAY)
    scale = np.exp(0.35 * rng.normal(size=400))
    return replace(
        job, labelling=days * A_DAY * scale, reviewing=0.25 * days * A_DAY * scale
    )


def reviewers(annotators: int) -> int:
    return max(1, -(-annotators // 3))


def test_march_2026_has_21_days_of_production_after_the_2nd():
    # 3 to 31 March are 21 weekdays, none of them a holiday in Vietnam.
    target = a_target()

    assert target.days == 21
    assert production_dates(target)[0] == date(2026, 3, 3)
    assert production_dates(target)[-1] == date(2026, 3, 31)


@pytest.mark.parametrize("days", [60, 150, 400])
@pytest.mark.parametrize("confidence", [0.5, 0.8, 0.95])
def test_the_solved_team_is_the_smallest_and_one_fewer_misses(days, confidence):
    job, target = doubtful(days), a_target(confidence=confidence)
    crew = a_crew(tenure=Tenure(ramp=RAMP, leaving_month=0.05, hire_days=5))

    found = smallest_team(job, crew, target, reviewers=reviewers)

    assert found is not None
    assert in_time(job, crew, found, target) >= confidence
    assert found == 1 or in_time(job, crew, found - 1, target) < confidence


def in_time(job, crew, annotators, target) -> float:
    """Walk to the end and count on the calendar, without the product's shortcuts."""
    sized = crew.with_annotators(annotators, reviewers=reviewers(annotators))
    finished = walk(job, sized, rng=np.random.default_rng(target.seed)).finished
    met = 0
    for days in finished:
        day = target.begin
        for _ in range(int(days)):
            day += timedelta(days=1)
            while not target.site.is_worked(day):
                day += timedelta(days=1)
        met += day <= target.deadline
    return met / len(finished)


def test_a_deadline_before_production_is_met_by_no_team():
    target = a_target(deadline=date(2026, 3, 1))

    assert target.days == 0
    assert smallest_team(a_job(), a_crew(), target, reviewers=reviewers) is None


def test_the_least_overtime_meets_the_deadline_and_a_quarter_hour_less_misses():
    # 10 people, 21 days, a day behind for review: 20 × 10 = 200 person-days of 8 hours;
    # 230 are wanted, so 9.2 hours a day: 1.2, rounded up to 1.25.
    job, target = a_job(labelling=230 * A_DAY), a_target()

    found = least_overtime(job, a_crew(), target, limits=VN)

    assert found.meets
    assert found.wanted == 1.25
    less, _ = with_overtime(a_crew(), 1.0, target=target, limits=VN)
    assert chance_in_time(job, less, target) < target.confidence


def test_no_overtime_is_answered_where_none_is_needed():
    found = least_overtime(a_job(), a_crew(), a_target(), limits=VN)

    assert found.meets
    assert found.wanted == 0
    assert found.allowed.total(21) == 0


def test_where_the_law_does_not_allow_enough_it_binds_and_is_named():
    # 40 hours in March on top of 160: at most 250 person-days, and 300 are wanted.
    job = a_job(labelling=300 * A_DAY)

    found = least_overtime(job, a_crew(), a_target(), limits=VN)

    assert not found.meets
    assert "month" in found.allowed.bound
    assert VN.setter(found.allowed.bound) == "law"
    assert sum(found.allowed.hours) == pytest.approx(40)
    # Negative control: without the law that much overtime would do.
    free = Limits(day=4, month=1000, year=1000)
    assert least_overtime(job, a_crew(), a_target(), limits=free).meets


def test_the_day_alone_can_bind():
    # One week in March: 5 days of 12 hours do not reach 100 person-days of 10 people.
    target = a_target(deadline=date(2026, 3, 9))

    found = least_overtime(a_job(), a_crew(), target, limits=VN)

    assert not found.meets
    assert found.allowed.bound == ("day",)
    assert max(found.allowed.hours) == 4


@given(
    numbers=st.lists(st.booleans(), min_size=1, max_size=80),
    rough=st.lists(st.booleans(), min_size=80, max_size=80),
    least=st.integers(0, 3),
)
def test_an_edge_is_one_whatever_the_first_look_says(numbers, rough, least):
    # `numbers` need not even rise: more people may once in a while do worse by chance.
    most = least + len(numbers) - 1

    found = edge(
        lambda n: numbers[n - least], lambda n: rough[n - least], least=least, most=most
    )

    if found is None:
        assert not numbers[-1]
    else:
        assert numbers[found - least]
        assert found == least or not numbers[found - 1 - least]


@given(least=st.integers(0, 3), size=st.integers(1, 500), data=st.data())
def test_an_edge_near_the_first_look_takes_few_questions(least, size, data):
    at = data.draw(st.integers(least, least + size))
    asked = []

    def meets(number: int) -> bool:
        asked.append(number)
        return bool(number >= at)

    found = edge(meets, lambda n: n >= at, least=least, most=least + size - 1)

    assert found == (at if at < least + size else None)
    assert len(asked) <= 2
    assert len(set(asked)) == len(asked)


@given(
    days=st.floats(20, 500),
    annotators=st.integers(1, 40),
    confidence=st.sampled_from([0.05, 0.5, 0.8, 0.95]),
    leaving=st.sampled_from([0.0, 0.1]),
    shifts=st.integers(1, 2),
)
@settings(max_examples=count(300), deadline=None)
def test_what_is_answered_soon_is_answered_as_by_walking_all(
    days, annotators, confidence, leaving, shifts
):
    job, target = doubtful(days), a_target(confidence=confidence)
    tenure = Tenure(ramp=RAMP, leaving_month=leaving, hire_days=5)
    crew = a_crew(
        annotators=annotators,
        reviewers=reviewers(annotators),
        tenure=tenure,
        shifts=shifts,
        overtime=(1.0, 2.0),
    )

    chance = chance_in_time(job, crew, target)

    assert meets_target(job, crew, target) == (chance >= confidence)
    assert hopeless(job, crew, days=target.days) <= 1 - chance + 1e-9


@pytest.mark.parametrize("days", [60, 150, 400])
def test_the_first_look_is_near_the_team_that_is_walked(days):
    crew, target = a_crew(tenure=Tenure(ramp=RAMP, leaving_month=0.05)), a_target()
    job = doubtful(days)

    def meets(annotators):
        sized = crew.with_annotators(annotators, reviewers=reviewers(annotators))
        return first_look(job, sized, target)

    looked = next(annotators for annotators in range(1, 500) if meets(annotators))

    walked = smallest_team(job, crew, target, reviewers=reviewers)
    assert walked == pytest.approx(looked, rel=0.12, abs=1)
    assert not first_look(job, crew, a_target(deadline=date(2026, 3, 1)))


def test_what_is_known_is_not_walked_again(monkeypatch):
    job, crew, target = doubtful(150), a_crew(), a_target()
    found = smallest_team(job, crew, target, reviewers=reviewers)
    assert found is not None
    walked = []

    def meets(job, crew, _):
        walked.append((job.runs, crew.annotators))
        return crew.annotators >= found

    monkeypatch.setattr("scoping.calc.planning.solve.meets_target", meets)

    again = smallest_team(
        job, crew, target, reviewers=reviewers, likely=found + 3, known={found: True}
    )

    assert again == found
    assert (400, found) not in walked
    assert (400, found - 1) in walked


def test_hopeless_is_said_of_many_and_not_only_of_none():
    # Negative control of the bound above. 21 days, the last only reviewed: one person
    # labels 20 − 0.97 of newcomer days; the median job of 20 days is more than that.
    crew = a_crew(annotators=1, reviewers=1, tenure=Tenure(ramp=RAMP))

    assert 0.4 < hopeless(doubtful(20), crew, days=21) < 0.7
    assert hopeless(doubtful(5), crew, days=21) < 0.01


def test_a_run_is_the_same_however_far_it_is_followed():
    job = doubtful(150)
    crew = a_crew(tenure=Tenure(ramp=RAMP, leaving_month=0.1, hire_days=5))

    whole = walk(job, crew, rng=np.random.default_rng(3)).finished
    until = walk(job, crew, rng=np.random.default_rng(3), stop=Stop(until=16)).finished
    some = walk(
        job, crew, rng=np.random.default_rng(3), stop=Stop(enough=0.5, least=12)
    )

    assert until.tolist() == np.where(whole <= 16, whole, 0).tolist()
    last = len(some.progress)
    assert last == max(12, int(np.quantile(whole, 0.5, method="inverted_cdf")))
    assert some.finished.tolist() == np.where(whole <= last, whole, 0).tolist()
