"""Jobs: each done once by one worker, seen from anywhere, stopped between two steps."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from quotes.actions import RefusedError
from quotes.actions import jobs as actions
from quotes.actions.jobs import (
    KEPT,
    LEASE,
    MOST_ATTEMPTS,
    LostError,
    cancel_job,
    carry_on,
    end_job,
    give_back,
    start_job,
    take_job,
)
from quotes.jobs.queue import OURS, JobError, Progress, run_jobs
from quotes.models import Job, JobState
from scoping.access import Act, Role
from scoping.models import AuditEntry
from tests.factories import NOON, a_membership, a_workspace

pytestmark = pytest.mark.django_db


class Clock:
    """A clock that a test moves, or that moves itself at each look."""

    def __init__(self, step=timedelta(seconds=1)):
        self.at, self.step = NOON, step

    def __call__(self):
        self.at += self.step
        return self.at


@pytest.fixture
def owner():
    return a_membership(workspace=a_workspace(), role=Role.SALES).user


def a_job(owner, kind="count", **changes):
    workspace = owner.memberships.get().workspace
    return start_job(
        kind, name="Count", asked={}, workspace=workspace, by=owner, now=NOON, **changes
    )


def counting(job):
    for done in (1, 2, 3):
        yield Progress(done=done, total=3, message=f"{done} of 3")
    yield Progress(done=3, total=3, message="3 of 3", result={"sum": 6})


def test_a_job_is_done_with_its_result_and_the_next_one_after_it(owner):
    first, second = a_job(owner), a_job(owner)

    ended = run_jobs({"count": counting}, clock=Clock())

    assert ended == 2
    for job in (first, second):
        job.refresh_from_db()
        assert (job.state, job.done, job.total) == (JobState.DONE, 3, 3)
        assert (job.message, job.result) == ("3 of 3", {"sum": 6})
        assert job.ended_at is not None
        assert job.attempts == 1
    assert first.ended_at < second.ended_at
    assert run_jobs({"count": counting}, clock=Clock()) == 0


def test_how_far_it_is_can_be_read_while_it_runs(owner):
    job = a_job(owner)
    seen = []

    def watched(one):
        for step in counting(one):
            yield step
            seen.append(Job.objects.values_list("done", "message").get(pk=job.pk))

    run_jobs({"count": watched}, clock=Clock())

    assert seen[:3] == [(1, "1 of 3"), (2, "2 of 3"), (3, "3 of 3")]


def test_quick_steps_are_not_each_written_down(owner, django_assert_max_num_queries):
    a_job(owner)

    def quick(_):
        for done in range(1, 1001):
            yield Progress(done=done, total=1000)

    # A look for what to forget, to take, the first and the last step, the end.
    with django_assert_max_num_queries(40):
        run_jobs({"count": quick}, clock=Clock(timedelta(milliseconds=1)))

    assert Job.objects.get().done == 1000


def test_a_job_that_waits_is_cancelled_at_once_and_never_begun(owner):
    job = a_job(owner)

    cancel_job(job, by=owner, role=Role.SALES, now=NOON)

    assert job.state == JobState.CANCELLED
    assert run_jobs({"count": counting}, clock=Clock()) == 0


def test_a_job_that_runs_stops_before_its_next_step_and_keeps_what_it_did(owner):
    job = a_job(owner)
    steps = []

    def cancelled_on_the_way(_):
        for done in (1, 2, 3):
            if done == 2:
                cancel_job(
                    Job.objects.get(), by=owner, role=Role.SALES, now=NOON + LEASE / 2
                )
            steps.append(done)
            yield Progress(done=done, total=3, message=f"{done} saved")

    run_jobs({"count": cancelled_on_the_way}, clock=Clock())

    job.refresh_from_db()
    assert (job.state, job.message, job.result) == (
        JobState.CANCELLED,
        "2 saved",
        None,
    )
    assert steps == [1, 2]


def test_only_its_owner_or_a_manager_cancels(owner):
    job = a_job(owner)
    workspace = job.workspace
    other = a_membership(workspace=workspace, role=Role.SALES).user
    boss = a_membership(workspace=workspace, role=Role.MANAGER).user

    with pytest.raises(RefusedError, match="They or a manager can cancel it"):
        cancel_job(job, by=other, role=Role.SALES, now=NOON)

    assert cancel_job(job, by=boss, role=Role.MANAGER, now=NOON).state == "cancelled"


def test_what_a_dead_worker_left_is_taken_up_after_its_lease_and_not_before(owner):
    a_job(owner)
    dead = take_job(now=NOON)
    assert dead is not None

    assert take_job(now=NOON + LEASE - timedelta(seconds=1)) is None
    again = take_job(now=NOON + LEASE)

    assert again is not None
    assert (again.pk, again.attempts) == (dead.pk, 2)
    # The one that was thought dead finds that the job is not its own any more.
    with pytest.raises(LostError):
        carry_on(dead, done=1, total=3, message="", now=NOON + LEASE)
    with pytest.raises(LostError):
        end_job(dead, JobState.DONE, message="", now=NOON + LEASE)
    assert Job.objects.get().state == JobState.RUNNING


def test_signs_of_progress_keep_a_job_beyond_its_first_lease(owner):
    a_job(owner)
    job = take_job(now=NOON)
    assert job is not None

    carry_on(job, done=1, total=None, message="", now=NOON + LEASE / 2)

    assert take_job(now=NOON + LEASE) is None


def test_a_job_that_kills_its_worker_is_given_up(owner):
    a_job(owner)
    moment = NOON
    for _ in range(MOST_ATTEMPTS):
        assert take_job(now=moment) is not None
        moment += LEASE

    assert take_job(now=moment) is None
    job = Job.objects.get()
    assert job.state == JobState.FAILED
    assert job.message == "The worker stopped 3 times in the midst of it."


def test_a_cancelled_job_of_a_dead_worker_ends_instead_of_beginning_again(owner):
    job = a_job(owner)
    taken = take_job(now=NOON)
    assert taken is not None
    cancel_job(job, by=owner, role=Role.SALES, now=NOON + timedelta(seconds=1))
    assert job.state == JobState.RUNNING

    assert take_job(now=NOON + LEASE) is None
    assert Job.objects.get().state == JobState.CANCELLED


def test_a_worker_that_is_told_to_stop_gives_back_what_it_began(owner):
    a_job(owner)

    answers = iter((False, True, True))
    ended = run_jobs({"count": counting}, clock=Clock(), told_to_stop=answers.__next__)

    job = Job.objects.get()
    assert ended == 0
    assert (job.state, job.attempts) == (JobState.WAITING, 0)


def test_work_that_is_through_is_neither_called_cancelled_nor_done_again(owner):
    told = []

    def through(job):
        yield Progress(done=0, total=1)
        told.append(job.pk)  # the worker is told to stop, and somebody cancels
        cancel_job(job, by=owner, role=Role.SALES, now=NOON)
        yield Progress(done=1, total=1, message="1 of 1", result={"sum": 6})

    a_job(owner, "through")
    ended = run_jobs(
        {"through": through}, clock=Clock(), told_to_stop=lambda: bool(told)
    )

    job = Job.objects.get()
    assert ended == 1
    assert (job.state, job.result) == (JobState.DONE, {"sum": 6})


def test_a_sentence_of_a_kind_is_shown_and_a_fault_of_ours_is_not(owner):
    def refuses(_):
        yield Progress(done=1, total=2)
        raise JobError("The grid is gone. Upload it again.")

    def breaks(_):
        yield Progress(done=1, total=2)
        raise KeyError("secret")

    for kind in ("refuses", "breaks", "unknown"):
        a_job(owner, kind)

    run_jobs({"refuses": refuses, "breaks": breaks}, clock=Clock())

    assert list(Job.objects.order_by("pk").values_list("state", "message")) == [
        ("failed", "The grid is gone. Upload it again."),
        ("failed", OURS),
        ("failed", "This worker is older than what was asked of it."),
    ]


def test_where_the_database_is_away_the_job_waits_for_the_end_of_its_lease(owner):
    a_job(owner)

    def away(_):
        yield Progress(done=1, total=2)
        raise DatabaseError("it restarts")

    with pytest.raises(DatabaseError):
        run_jobs({"count": away}, clock=Clock())

    assert Job.objects.get().state == JobState.RUNNING


def test_ended_jobs_are_forgotten_with_what_was_asked_and_others_are_not(owner):
    old, waiting = a_job(owner), a_job(owner, "later")
    run_jobs({"count": counting, "later": counting}, clock=Clock(), most=1)

    class Later(Clock):
        def __call__(self):
            return NOON + KEPT + timedelta(hours=1)

    run_jobs({"later": counting}, clock=Later(), most=1)

    assert [job.pk for job in Job.objects.all()] == [waiting.pk]
    assert old.pk != waiting.pk


@pytest.mark.parametrize(
    "odd",
    [
        {"state": "lost"},
        {"done": 4, "total": 3},
        {"state": "done"},
        {"ended_at": NOON},
    ],
)
def test_the_database_refuses_a_job_that_contradicts_itself(owner, odd):
    job = a_job(owner)

    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(**odd)


def test_a_job_that_its_worker_gives_back_while_it_is_cancelled_is_not_done(
    owner, monkeypatch
):
    job = a_job(owner)
    taken = take_job(now=NOON)
    assert taken is not None
    found = Job.objects.filter
    looks = []

    def given_back_between(*args, **named):
        looks.append(args)
        if len(looks) == 2:
            monkeypatch.setattr(Job.objects, "filter", found)
            give_back(taken)
        return found(*args, **named)

    monkeypatch.setattr(Job.objects, "filter", given_back_between)
    cancel_job(job, by=owner, role=Role.SALES, now=NOON)

    assert run_jobs({"count": counting}, clock=Clock()) == 0
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED


def test_asking_and_cancelling_stand_in_the_record_once_each(owner):
    job = a_job(owner)

    for _ in range(2):
        cancel_job(job, by=owner, role=Role.SALES, now=NOON)

    entries = AuditEntry.objects.filter(subject=f"job {job.pk}").order_by("seq")
    assert [(one.action, one.actor) for one in entries] == [
        ("start_job", str(owner)),
        ("cancel_job", str(owner)),
    ]


def test_whoever_has_not_the_right_any_more_has_nothing_done(owner):
    job = a_job(owner)
    acts = {"count": Act.INGEST_ACTUALS}

    run_jobs({"count": counting}, clock=Clock(), acts=acts)

    job.refresh_from_db()
    assert (job.state, job.done, job.result) == (JobState.FAILED, 0, None)
    assert "may not do this any more" in job.message
    owner.memberships.update(role=Role.MANAGER)
    again = a_job(owner)
    run_jobs({"count": counting}, clock=Clock(), acts=acts)
    again.refresh_from_db()
    assert again.state == JobState.DONE


def test_ended_jobs_hold_no_more_than_they_may_and_the_last_one_stays(
    owner, monkeypatch
):
    monkeypatch.setattr(actions, "MOST_KEPT_BYTES", 40)
    first, second, waiting = a_job(owner), a_job(owner), a_job(owner, "later")

    run_jobs({"count": counting, "later": counting}, clock=Clock(), most=1)
    assert Job.objects.filter(pk=first.pk).exists()
    monkeypatch.setattr(actions, "MOST_KEPT_BYTES", 12)
    run_jobs({"count": counting, "later": counting}, clock=Clock(), most=1)

    assert {job.pk for job in Job.objects.all()} == {second.pk, waiting.pk}
