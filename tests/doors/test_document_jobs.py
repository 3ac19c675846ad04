"""Long documents: offered as jobs, printed by a worker, fetched from the job's page."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine

from quotes.actions.jobs import cancel_job, take_job
from quotes.jobs import documents
from quotes.jobs.kinds import ACTS, KINDS
from quotes.jobs.queue import NOT_ALLOWED, run_jobs
from quotes.models import Job, JobState
from scoping.access import Role
from scoping.models import Membership
from tests.doors.test_jobs import work
from tests.doors.test_portfolio import a_project
from tests.factories import NOON, a_membership, a_published_card, a_workspace
from tests.quotes.a_quote import a_draft, quickly

pytestmark = pytest.mark.django_db
PAPER = "/projects/streets/export.pdf"


@pytest.fixture
def company():
    workspace = a_workspace(name="Northline")
    a_published_card(workspace=workspace)
    return workspace


@pytest.fixture
def manager(client, company):
    client.user = a_membership(workspace=company, role=Role.MANAGER).user
    client.force_login(client.user)
    with time_machine.travel(NOON, tick=False):
        yield client


@pytest.fixture
def long(monkeypatch):
    """Take every document for a long one, and print it in no time."""
    monkeypatch.setattr(documents, "LONG_HTML", 10)
    monkeypatch.setattr(
        "quotes.pdf.laid_out", lambda html: SimpleNamespace(pages=[1, 2], html=html)
    )
    monkeypatch.setattr(
        "quotes.pdf.written",
        lambda pages, *, identifier: f"{identifier} {pages.html}".encode(),
    )


def test_a_long_project_is_printed_as_a_job_with_the_bytes_of_the_request(
    manager, company, monkeypatch
):
    a_project(company)
    at_once = manager.get(PAPER)
    assert at_once.headers["Content-Type"] == "application/pdf"
    monkeypatch.setattr(documents, "LONG_HTML", 10)

    offered = manager.get(PAPER)
    assert (offered.status_code, Job.objects.count()) == (200, 0)
    assert "Make the PDF" in offered.text
    asked = manager.post(PAPER)

    job = Job.objects.get()
    assert asked.headers["Location"] == f"/jobs/{job.pk}/"
    # Asked for once more while it waits, it is the same job.
    assert manager.post(PAPER).headers["Location"] == f"/jobs/{job.pk}/"
    waiting = manager.get(f"/jobs/{job.pk}/")
    assert "Print streets.pdf" in waiting.text
    assert manager.get(f"/jobs/{job.pk}/file").status_code == 404

    assert work() == "1 jobs ended.\n"

    done = manager.get(f"/jobs/{job.pk}/")
    assert f'href="/jobs/{job.pk}/file"' in done.text
    assert "pages, " in done.text
    found = manager.get(f"/jobs/{job.pk}/file")
    assert found.content == at_once.content
    for name in ("Content-Type", "Content-Disposition"):
        assert found.headers[name] == at_once.headers[name]
    assert "no-store" in found.headers["Cache-Control"]


def test_a_long_draft_is_a_job_and_what_is_not_printed_has_no_post(
    manager, company, long
):
    with quickly():
        draft = a_draft(workspace=company, by=manager.user)
        asked = manager.post(f"/quotes/{draft}.pdf?size=letter")
        a_project(company)

    job = Job.objects.get()
    assert asked.headers["Location"] == f"/jobs/{job.pk}/"
    assert job.name == f"Print {draft}-draft-letter.pdf"
    work()
    found = manager.get(f"/jobs/{job.pk}/file")
    assert f"{draft}-draft-letter.pdf" in found.headers["Content-Disposition"]
    assert b"size: Letter" in found.content
    assert manager.post("/projects/streets/export.csv").status_code == 405


def test_a_document_is_handed_to_who_may_ask_for_one_and_to_nobody_else(
    manager, company, long
):
    a_project(company)
    manager.post(PAPER)
    work()
    address = f"/jobs/{Job.objects.get().pk}/file"
    assert manager.get(address).status_code == 200

    # Sales see no project; another company sees no job; a job of another kind no file.
    for workspace, role in ((company, Role.SALES), (a_workspace(), Role.MANAGER)):
        manager.force_login(a_membership(workspace=workspace, role=role).user)
        assert manager.get(address).status_code == 404, role
    manager.force_login(manager.user)
    Job.objects.update(kind="grid_answers")
    assert manager.get(address).status_code == 404


def test_who_lost_the_right_meanwhile_gets_no_document(manager, company, long):
    a_project(company)
    manager.post(PAPER)
    Membership.objects.filter(user=manager.user).update(role=Role.SALES)

    work()

    job = Job.objects.get()
    assert job.state == JobState.FAILED
    assert job.message == NOT_ALLOWED.format(manager.user)
    assert job.result is None


@pytest.mark.parametrize("when", ["waiting", "laid out"])
def test_a_document_is_cancelled_before_its_next_step(
    manager, company, long, monkeypatch, when
):
    a_project(company)
    manager.post(PAPER)
    job, steps = Job.objects.get(), count()

    def cancel(*_: Any) -> Any:
        cancel_job(job, by=manager.user, role=Role.MANAGER, now=NOON)
        return SimpleNamespace(pages=[1])

    if when == "waiting":
        manager.post(f"/jobs/{job.pk}/cancel")
    monkeypatch.setattr("quotes.pdf.laid_out", cancel)
    monkeypatch.setattr("quotes.pdf.written", None)

    run_jobs(KINDS, clock=lambda: NOON + timedelta(seconds=next(steps)), acts=ACTS)

    job.refresh_from_db()
    assert (job.state, job.result) == (JobState.CANCELLED, None)
    assert manager.get(f"/jobs/{job.pk}/file").status_code == 404


def test_a_machine_that_prints_nothing_says_what_it_lacks(
    manager, company, long, monkeypatch
):
    from quotes import pdf

    def lacking(_html: str) -> Any:
        raise pdf.PdfLibraryMissingError("PDFs need Pango.")

    a_project(company)
    manager.post(PAPER)
    monkeypatch.setattr("quotes.pdf.laid_out", lacking)

    work()

    assert Job.objects.get().message == "PDFs need Pango."


def test_a_full_queue_is_said_on_the_page_of_the_document(
    manager, company, long, monkeypatch
):
    monkeypatch.setattr("quotes.actions.jobs.MOST_OPEN", 0)
    a_project(company)

    answer = manager.post(PAPER)

    assert answer.status_code == 429
    assert "jobs of yours wait or run" in answer.text


@pytest.mark.usefixtures("long")
def test_no_other_worker_takes_up_a_document_that_takes_minutes(manager, company):
    a_project(company)
    manager.post(PAPER)
    (job,) = Job.objects.all()
    seen = []

    def minutes_later(now: Any) -> Any:
        seen.append(take_job(now=now + timedelta(minutes=15)))
        return SimpleNamespace(pages=[1], html="")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("quotes.pdf.laid_out", lambda _: minutes_later(NOON))
        work()

    job.refresh_from_db()
    assert (seen, job.state) == ([None], JobState.DONE)
