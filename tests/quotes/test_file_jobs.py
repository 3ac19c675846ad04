"""Long files as jobs: seen by those who may, noted while they are read, and stopped."""

from __future__ import annotations

import time

import pytest
from django.db import connection
from django.utils.timezone import now

from quotes.actions.jobs import cancel_job, start_job, take_job
from quotes.jobs import files
from quotes.jobs.beating import ALONE, beating, lease
from quotes.jobs.files import CHECK, GONE
from quotes.jobs.kinds import ACTS, KINDS
from quotes.jobs.queue import CancelledError, run_jobs
from quotes.models import Job, JobState
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
