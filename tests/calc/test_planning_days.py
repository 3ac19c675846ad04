"""A schedule walked day by day, against a project played event by event."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoping.calc.planning.days import Crew, EndlessError, Job, Stop, walk
from scoping.calc.tenure import Tenure
from tests.calc.an_estimate import the_workdays
from tests.scale import count

RAMP = (0.55, 0.75, 0.85, 0.92, 0.96)
A_DAY = 8 * 3600 * 0.8


def a_job(runs: int = 1, **changes: Any) -> Job:
    """Return 20 batches: 100 person-days of labelling and 30 of review, sure gates."""
    fields: dict[str, Any] = {
        "labelling": 100 * A_DAY,
        "reviewing": 30 * A_DAY,
        "redoing": 0.0,
        "rereviewing": 0.0,
        "released": 1.0,
        "released_again": 1.0,
        "utilisation": 0.8,
    } | changes
    batches, starts = fields.pop("batches", 20), fields.pop("starts", 0)
    return Job(
        batches=batches,
        starts=np.full(runs, starts, dtype=np.int64),
        **{name: np.full(runs, float(value)) for name, value in fields.items()},
    )


def a_crew(**changes: Any) -> Crew:
    fields: dict[str, Any] = {
        "annotators": 10,
        "reviewers": 4,
        "hours_per_day": 8.0,
        "tenure": Tenure(ramp=()),
    }
    return Crew(**(fields | changes))


def finish(job: Job, crew: Crew, seed: int = 3) -> list[int]:
    found = walk(job, crew, rng=np.random.default_rng(seed)).finished
    return [int(day) for day in found]


def test_ten_people_with_a_hundred_days_of_work_and_review_a_day_behind():
    # 100 ÷ 10 = 10 days of labelling; the tenth day's work is reviewed on the 11th.
    found = walk(a_job(), a_crew(), rng=np.random.default_rng(1))

    assert found.labelled.tolist() == [10]
    assert found.reviewed.tolist() == found.finished.tolist() == [11]
    # Two batches are labelled on a day, and released on the next.
    assert found.first_release.tolist() == [2]
    assert found.progress[:, 0].tolist() == [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20]


def test_reviewers_who_are_too_few_are_the_limit():
    # 30 days of two reviewers: 15 days, and nothing to review on the first.
    assert finish(a_job(), a_crew(reviewers=2)) == [16]


def test_newcomers_take_the_first_days_slowly():
    # 100 = 10 × (0.55 + 0.75 + 0.85 + 0.92 + 0.96) + 10 × 5.97: 10.97 days, then one.
    assert finish(a_job(), a_crew(tenure=Tenure(ramp=RAMP))) == [12]


def test_overtime_and_a_second_shift():
    # 8 + 2 hours: 100 ÷ 12.5 = 8 days. Two shifts: 5 days.
    assert finish(a_job(), a_crew(overtime=(2.0,) * 30)) == [9]
    assert finish(a_job(), a_crew(shifts=2)) == [6]
    # Overtime for four days only: 50 done, and five days more.
    assert finish(a_job(), a_crew(overtime=(2.0,) * 4)) == [10]


def test_a_batch_that_fails_takes_a_day_more_and_the_work_of_its_second_review():
    # All twenty fail once. The last two fail on day 11 and are seen again on day 12.
    job = a_job(released=0.0, rereviewing=1.5 * A_DAY)

    found = walk(job, a_crew(reviewers=8), rng=np.random.default_rng(1))

    assert found.failed.tolist() == [20]
    assert found.finished.tolist() == [12]
    # Four reviewers: 30 + 30 days of review fill the days 2 to 16 all but what fails
    # on the last of them, which is seen again on day 17.
    assert finish(job, a_crew(reviewers=4)) == [17]


def test_redoing_what_failed_takes_the_time_of_annotators():
    # Each of 20 failed batches takes a day of an annotator: 100 + 20 − what is redone
    # after the last is labelled.
    job = a_job(released=0.0, redoing=1.0 * A_DAY)
    plain = walk(a_job(released=0.0), a_crew(), rng=np.random.default_rng(1))

    found = walk(job, a_crew(), rng=np.random.default_rng(1))

    assert found.labelled[0] - plain.labelled[0] == 2


def test_no_review_and_no_gate_still_takes_the_day_behind():
    assert finish(a_job(reviewing=0.0), a_crew()) == [11]


def test_too_few_people_are_told_so():
    with pytest.raises(EndlessError, match="not done with this in 4,000 working days"):
        finish(a_job(labelling=A_DAY * 5000), a_crew(annotators=1))


@pytest.mark.parametrize("work", [{}, {"labelling": 0.0}, {"released": 0.0}])
def test_a_run_whose_pilot_takes_longer_ends_by_as_much_later(work):
    crew = a_crew(tenure=Tenure(ramp=RAMP))
    job = a_job(3, **work)
    late = replace(job, starts=np.array([0, 5, 9]))

    at_once, later = (
        walk(one, crew, rng=np.random.default_rng(1)) for one in (job, late)
    )

    # Nobody learns while waiting: the first days are slow whenever they come.
    for name in ("labelled", "first_release", "reviewed", "finished"):
        apart = getattr(later, name) - getattr(at_once, name)
        assert apart.tolist() == [0, 5, 9], name
    assert later.failed.tolist() == at_once.failed.tolist()
    assert later.waiting == pytest.approx(at_once.waiting)
    # All of them late, so that none is walked from the first day.
    assert finish(replace(job, starts=np.full(3, 4)), crew) == [
        day + 4 for day in finish(job, crew)
    ]


def test_nobody_leaves_before_production_begins():
    crew = a_crew(tenure=Tenure(ramp=RAMP, leaving_month=0.6, hire_days=5))
    at_once = np.array(finish(a_job(4000), crew))
    later = np.array(finish(a_job(4000, starts=15), crew)) - 15

    error = float(np.std(at_once)) * np.sqrt(2 / 4000)
    assert later.mean() == pytest.approx(at_once.mean(), abs=4 * error)


@dataclass(slots=True)
class Batch:
    to_label: float
    to_review: float
    labelled: float = 0.0
    seen: float = 0.0


def play(job: Job, crew: Crew, *, chance: Random) -> int:  # noqa: C901 - told in order
    """Play one project person by person and batch by batch; return its last day.

    Shares no code with the product: people are a list of days of tenure, work moves
    from batch to batch, failed batches are a list with what is left of each.
    """
    team: list[int] = [0] * (crew.annotators * crew.shifts)
    hired: list[int] = []
    batches = [
        Batch(
            to_label=float(job.labelling[0]) / job.batches,
            to_review=float(job.reviewing[0]) / job.batches,
        )
        for _ in range(job.batches)
    ]
    again: list[float] = []
    redo, ungated, day = 0.0, list(batches), 0
    leaves = 1 - (1 - crew.tenure.leaving_month) ** (1 / 21)
    while ungated or again:
        day += 1
        seconds = crew.hours_per_day * 3600 * float(job.utilisation[0])
        # Reviewers, on what lies there in the morning.
        left = crew.reviewers * crew.shifts * seconds
        gated = []
        for place in range(len(again)):
            spent = min(left, again[place])
            again[place] -= spent
            left -= spent
        gated_again = sum(1 for rest in again if rest <= 1e-6)
        again = [rest for rest in again if rest > 1e-6]
        for batch in list(ungated):
            may = batch.to_review * batch.labelled / batch.to_label - batch.seen
            spent = min(left, max(0.0, may))
            batch.seen += spent
            left -= spent
            whole = batch.labelled >= batch.to_label * (1 - 1e-9)
            if whole and batch.seen >= batch.to_review * (1 - 1e-9):
                gated.append(batch)
                ungated.remove(batch)
            if left <= 0:
                break
        # Annotators.
        left = sum(
            seconds * (crew.tenure.ramp[days] if days < len(crew.tenure.ramp) else 1.0)
            for days in team
        )
        spent = min(left, redo)
        redo, left = redo - spent, left - spent
        for batch in batches:
            spent = min(left, batch.to_label - batch.labelled)
            batch.labelled += spent
            left -= spent
        # The gate in the evening.
        for _ in gated:
            if chance.random() >= float(job.released[0]):
                again.append(float(job.rereviewing[0]))
                redo += float(job.redoing[0])
        for _ in range(gated_again):
            if chance.random() >= float(job.released_again[0]):
                again.append(float(job.rereviewing[0]))
                redo += float(job.redoing[0])
        # People.
        stay = [tenure + 1 for tenure in team if chance.random() >= leaves]
        hired += [day + 1 + crew.tenure.hire_days] * (len(team) - len(stay))
        team = stay + [0] * sum(1 for start in hired if start == day + 1)
    return day


@given(
    labelling=st.floats(5, 300),
    reviewing=st.floats(0, 120),
    batches=st.integers(1, 40),
    annotators=st.integers(1, 30),
    reviewers=st.integers(1, 12),
    ramp=st.lists(st.floats(0.2, 1), max_size=5).map(tuple),
)
@settings(max_examples=count(1000), deadline=None)
def test_without_chance_every_project_ends_on_the_day_it_is_played_to(
    labelling, reviewing, batches, annotators, reviewers, ramp
):
    job = a_job(
        labelling=labelling * A_DAY, reviewing=reviewing * A_DAY, batches=batches
    )
    crew = a_crew(annotators=annotators, reviewers=reviewers, tenure=Tenure(ramp=ramp))

    assert finish(job, crew) == [play(job, crew, chance=Random(1))]


RUNS, WAITS = 20_000, 5


def played(job: Job, crew: Crew, *, plays: int, longer: float = 0.0) -> np.ndarray:
    """Play projects one by one; of `longer`, the pilot takes five days more."""
    chance = Random(5)
    return np.array(
        [
            play(job, crew, chance=chance) + WAITS * (chance.random() < longer)
            for _ in range(plays)
        ]
    )


def is_as_played(found: np.ndarray, ends: np.ndarray) -> bool:
    """Return whether simulated ends are those that were played, mean and every step.

    No step of the distribution lies further apart than chance allows.
    """
    plays = len(ends)
    error = float(np.std(found)) * np.sqrt(1 / plays + 1 / len(found))
    close = abs(found.mean() - ends.mean()) <= 4 * error
    for day in range(int(found.min()), int(found.max()) + 1):
        share = float(np.mean(found <= day))
        allowed = 4.5 * np.sqrt(max(share * (1 - share), 1 / plays) / plays)
        close &= abs(float(np.mean(ends <= day)) - share) <= allowed
    return bool(close)


@pytest.mark.parametrize(
    ("released", "leaving", "hire", "reviewers", "longer"),
    [(0.7, 0.0, 0, 4, 0.0), (1.0, 0.6, 5, 4, 0.0), (0.6, 0.3, 3, 3, 0.45)],
)
def test_simulated_finish_days_are_those_of_projects_played_event_by_event(
    released, leaving, hire, reviewers, longer
):
    changes = {
        "released": released,
        "released_again": 0.9,
        "rereviewing": 1.5 * A_DAY,
        "redoing": 0.4 * A_DAY,
    }
    crew = a_crew(
        reviewers=reviewers,
        tenure=Tenure(ramp=RAMP, leaving_month=leaving, hire_days=hire),
    )
    ends = played(a_job(**changes), crew, plays=count(10_000), longer=longer)

    waits = np.random.default_rng(6).random(RUNS) < longer
    job = replace(a_job(RUNS, **changes), starts=WAITS * waits.astype(np.int64))
    found = np.array(finish(job, crew))

    assert is_as_played(found, ends)
    # Negative controls: a gate that passes a little more, and a pilot in time.
    looser = replace(job, released=np.minimum(1.0, job.released + 0.15))
    if released < 1:
        assert not is_as_played(np.array(finish(looser, crew)), ends)
    if longer:
        in_time = replace(job, starts=job.starts * 0)
        assert not is_as_played(np.array(finish(in_time, crew)), ends)


@pytest.mark.parametrize("batches", [60, 6000])
def test_as_many_batches_fail_as_their_chance_says(batches):
    # Few a day are tossed one by one, many are drawn at once: both have the chance.
    job = a_job(500, batches=batches, released=0.7, released_again=0.9)

    found = walk(job, a_crew(), rng=np.random.default_rng(4)).failed

    # 0.3 fail at first, a tenth of those again, a tenth of those …: 0.3 ÷ 0.9.
    expected = batches * 0.3 / 0.9
    error = float(np.std(found)) / np.sqrt(500)
    assert found.mean() == pytest.approx(expected, abs=4 * error)


def test_as_many_leave_as_their_chance_says():
    # Ten people, 3 % a day, nobody comes again: 10 × 0.97^day are there.
    leaving = 1 - 0.97**21
    crew = a_crew(tenure=Tenure(ramp=RAMP, leaving_month=leaving, hire_days=500))

    found = walk(a_job(2000), crew, rng=np.random.default_rng(4), stop=Stop(until=10))

    for day, people in enumerate(found.people):
        expected = 10 * 0.97**day
        error = np.sqrt(10 * 0.97**day * (1 - 0.97**day) / 2000)
        assert people == pytest.approx(expected, abs=4.5 * error + 1e-9)


def test_a_walk_of_no_day_has_reached_nothing():
    found = walk(a_job(3), a_crew(), rng=np.random.default_rng(4), stop=Stop(until=0))

    assert found.finished.tolist() == [0, 0, 0]
    assert found.done == 0


def test_a_walk_that_forgets_leavers_is_seen():
    # Negative control of the test above: half the team leaves in a month.
    crew = a_crew(tenure=Tenure(ramp=RAMP, leaving_month=0.6, hire_days=5))
    ends = played(a_job(), crew, plays=count(1_000))

    without = replace(crew, tenure=Tenure(ramp=RAMP))

    assert is_as_played(np.array(finish(a_job(2_000), crew)), ends)
    assert not is_as_played(np.array(finish(a_job(2_000), without)), ends)


@pytest.mark.parametrize(
    ("key", "last", "without_holidays"),
    [
        ("vn", date(2026, 3, 6), date(2026, 2, 27)),
        ("us", date(2026, 3, 2), date(2026, 2, 27)),
    ],
)
def test_work_that_fills_twenty_days_from_2_february(key, last, without_holidays):
    # 190 person-days of ten people, the 19th day's work reviewed on the 20th.
    (days,) = finish(a_job(labelling=190 * A_DAY), a_crew())
    site = the_workdays().calendar(key)
    eve = date(2026, 1, 30)

    assert days == 20
    assert site.add(eve, 1) == date(2026, 2, 2)
    assert site.add(eve, days) == last
    # Negative control: it is Tet, and Washington's birthday, that move the end.
    assert replace(site, holidays=()).add(eve, days) == without_holidays


@given(extra=st.integers(1, 20))
@settings(max_examples=count(200), deadline=None)
def test_more_annotators_never_finish_later(extra):
    fewer, more = a_crew(), a_crew(annotators=10 + extra)

    assert finish(a_job(), more) <= finish(a_job(), fewer)


def test_the_same_seed_gives_the_same_runs():
    crew = a_crew(tenure=Tenure(ramp=RAMP, leaving_month=0.3, hire_days=2))
    job = a_job(50, released=0.5)

    assert finish(job, crew, seed=4) == finish(job, crew, seed=4)
    assert finish(job, crew, seed=4) != finish(job, crew, seed=5)


def test_people_at_work_are_told_by_day():
    crew = a_crew(tenure=Tenure(ramp=(), leaving_month=0.9, hire_days=30))

    found = walk(a_job(200), crew, rng=np.random.default_rng(1))

    assert found.people[0] == 10
    assert found.people[9] == pytest.approx(10 * 0.1 ** (9 / 21), abs=0.4)
