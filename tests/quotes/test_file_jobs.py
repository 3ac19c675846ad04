"""Long files as jobs: seen by those who may, noted while they are read, and stopped."""

from __future__ import annotations

import time
from io import BytesIO

import pytest
import time_machine
from django.db import connection
from django.utils.timezone import now

from quotes.actions.jobs import LEASE, cancel_job, start_job, take_job
from quotes.actions.uploads import keep_long
from quotes.jobs import files
from quotes.jobs.beating import ALONE, beating, lease
from quotes.jobs.files import CHECK, COUNT, GONE
from quotes.jobs.kinds import ACTS, KINDS, THROUGH
from quotes.jobs.queue import CancelledError, run_jobs
from quotes.models import Job, JobState, WorkRecord
from scoping.access import Role
from tests.factories import a_membership, a_workspace
from tests.quotes.a_project import a_project


def a_file_job(user):
    return start_job(
        CHECK,
        name="Check rows.csv for Streets",
        asked={
            "project": "streets",
            "sha256": "0" * 64,
            "name": "rows.csv",
            "said": {},
        },
        workspace=user.memberships.get().workspace,
        by=user,
        now=now(),
        total=1000,
    )


ROWS = "".join(
    f"b1,label,bounding_box,label,2026-03-0{day},2026-03-0{day},Lan,100,10,3600\n"
    for day in (1, 2, 3)
)
NAMES = (
    "batch,stage,annotation_type,clock,period_start,period_end,actor,items,"
    "units_produced,active_seconds\n"
)


class KilledError(BaseException):
    """What ends a worker in the midst of a test."""


def a_killed_count(user, project, monkeypatch, *, text):
    """Leave a job whose worker died once the file was in the ledger, or held."""
    kept = keep_long(
        project, BytesIO(text.encode()), name="rows.csv", by=user, now=now()
    )
    job = start_job(
        COUNT,
        name="Count rows.csv",
        asked={
            "project": project.slug,
            "sha256": kept.sha256,
            "name": "rows.csv",
            "said": {"type": "", "batch": "", "cap": "", "minutes": ""},
        },
        workspace=project.workspace,
        by=user,
        now=now(),
        total=kept.size,
    )

    def killed(_):
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(files, "report_data", killed)
        with pytest.raises(KilledError):
            run_jobs(KINDS, clock=now, acts=ACTS, through=THROUGH)
    return job


@pytest.mark.django_db
@pytest.mark.parametrize("cancelled_late", [False, True])
def test_what_was_counted_before_its_worker_died_is_not_called_cancelled(
    monkeypatch, cancelled_late
):
    project = a_project()
    user = a_membership(workspace=project.workspace, role=Role.MANAGER).user
    job = a_killed_count(user, project, monkeypatch, text=NAMES + ROWS)
    later = now() + LEASE * 20  # beyond the lease on either database
    cancel_job(job, by=user, role=Role.MANAGER, now=later if cancelled_late else now())
    assert job.state == JobState.RUNNING  # nobody knows yet what it came to

    with time_machine.travel(later, tick=False):
        run_jobs(KINDS, clock=now, acts=ACTS, through=THROUGH)

    job.refresh_from_db()
    assert WorkRecord.objects.count() == 3
    assert job.state == JobState.DONE
    assert job.message == "The file is counted. The worker stopped after that."
    said = {name: job.result[name] for name in ("state", "read", "new", "records")}
    assert said == {"state": "published", "read": 3, "new": 3, "records": 3}


@pytest.mark.django_db
def test_a_job_taken_up_again_says_what_it_counted_and_not_that_it_was_known(
    monkeypatch,
):
    project = a_project()
    user = a_membership(workspace=project.workspace, role=Role.MANAGER).user
    text = NAMES + ROWS + "b1,paint,bounding_box,label,,,Lan,1,1,1\n"
    job = a_killed_count(user, project, monkeypatch, text=text)

    with time_machine.travel(now() + LEASE * 20, tick=False):
        run_jobs(KINDS, clock=now, acts=ACTS, through=THROUGH)

    job.refresh_from_db()
    assert job.message == "The file is held. The worker stopped after that."
    assert (job.result["state"], job.result["refused_rows"]) == ("held", 1)
    assert [one["row"] for one in job.result["refused"]] == [5]


@pytest.mark.django_db
def test_a_cancelled_count_that_came_to_nothing_is_cancelled(monkeypatch):
    project = a_project()
    user = a_membership(workspace=project.workspace, role=Role.MANAGER).user

    def killed(*_):
        raise KilledError

    monkeypatch.setattr(files, "receive", killed)
    job = a_killed_count(user, project, monkeypatch, text=NAMES + ROWS)
    cancel_job(job, by=user, role=Role.MANAGER, now=now())

    with time_machine.travel(now() + LEASE * 20, tick=False):
        run_jobs(KINDS, clock=now, acts=ACTS, through=THROUGH)

    job.refresh_from_db()
    assert (job.state, job.result) == (JobState.CANCELLED, None)
    assert not WorkRecord.objects.exists()


def a_manager():
    return a_membership(workspace=a_workspace(), role=Role.MANAGER).user


@pytest.mark.django_db
def test_a_project_or_a_file_that_is_gone_fails_in_words(monkeypatch):
    job = a_file_job(a_manager())

    run_jobs(KINDS, clock=now, acts=ACTS)

    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert job.message == "There is no project streets here."
    again = a_file_job(job.owner)
    monkeypatch.setattr(files, "project_named", lambda *_, **__: object())
    monkeypatch.setattr(files, "upload_named", lambda *_: None)
    run_jobs(KINDS, clock=now, acts=ACTS)
    again.refresh_from_db()
    assert again.message == GONE


@pytest.mark.django_db
def test_jobs_on_files_are_for_those_who_may_count_them(client):
    job = a_file_job(a_manager())
    seller = a_membership(workspace=job.workspace, role=Role.SALES).user
    pages = (f"/jobs/{job.pk}/", f"/jobs/{job.pk}/verdict")

    client.force_login(job.owner)
    listed, page = client.get("/jobs/").text, client.get(pages[0])
    client.force_login(seller)

    assert "rows.csv" in listed
    assert page.status_code == 200
    assert "rows.csv" not in client.get("/jobs/").text
    assert {client.get(one).status_code for one in pages} == {403, 404}
    assert client.post(f"/jobs/{job.pk}/cancel").status_code == 404


@pytest.mark.django_db
def test_a_number_that_no_job_can_have_is_of_no_job(client):
    project = a_project()
    user = a_membership(workspace=project.workspace, role=Role.MANAGER).user
    client.force_login(user)

    for key in ("9" * 5000, "9" * 30, "x"):
        assert client.get(f"/projects/streets/files/?job={key}").status_code == 404


def test_while_it_is_read_a_file_is_noted_and_can_be_cancelled(committed_db):
    user = a_manager()
    a_file_job(user)
    job = take_job(now=now())
    assert job is not None
    if connection.vendor != "postgresql":
        # Whoever writes is alone there: nothing can be noted, and the lease is long.
        with beating(job, clock=now, place=lambda: 700) as told:
            told()
        assert lease() == ALONE
        return

    with beating(job, clock=now, place=lambda: 700) as told:
        wait_until(lambda: Job.objects.get(pk=job.pk).done == 700)
        told()
        cancel_job(job, by=user, role=Role.MANAGER, now=now())
        with pytest.raises(CancelledError):
            wait_until(lambda: told() is not None)


def wait_until(seen):
    """Look until it is so, for ten seconds at most."""
    for _ in range(200):
        if seen():
            return
        time.sleep(0.05)
    raise AssertionError("It was waited for in vain.")
