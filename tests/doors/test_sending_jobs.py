"""A large quote is sent by a worker, once, and its link is shown to who asked."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.test import Client

from quotes.actions.drafts import add_scenario
from quotes.actions.forgetting import forget_person
from quotes.actions.sending import prepare_sending
from quotes.jobs import sendings
from quotes.jobs.queue import NOT_ALLOWED
from quotes.models import Job, JobState, QuoteLink, QuoteRevision
from scoping.access import Role
from scoping.models import AuditEntry, Membership, User
from tests.doors.test_jobs import work
from tests.factories import NOON, a_membership, approved
from tests.quotes.a_quote import a_desk, a_draft, quickly

pytestmark = pytest.mark.django_db
RECIPIENT = {"recipient_name": "Ada Byron", "recipient_email": "ada@acme.example"}


@pytest.fixture
def desk(client, monkeypatch):
    workspace, client.user = a_desk(role="manager")
    client.force_login(client.user)
    # Its one scenario of four lines is a large one here.
    monkeypatch.setattr(sendings, "LONG_LINES", 3)
    with time_machine.travel(NOON, tick=False), quickly():
        client.draft = approved(a_draft(workspace=workspace, by=client.user))
        yield client


def send(desk: Any, **said: str) -> Any:
    edition = str(QuoteRevision.objects.get(pk=desk.draft.pk).edition)
    return desk.post(
        f"/quotes/{desk.draft}/send", {"edition": edition, **RECIPIENT, **said}
    )


def test_a_large_quote_is_sent_by_a_worker_and_opened_by_the_link_it_shows(desk):
    answer = send(desk)

    job = Job.objects.get()
    assert answer.headers["Location"] == f"/jobs/{job.pk}/"
    assert send(desk).headers["Location"] == f"/jobs/{job.pk}/"
    assert f"Send {desk.draft}" in desk.get(f"/jobs/{job.pk}/").text
    # Nothing is sent yet.
    assert desk.get(f"/jobs/{job.pk}/sent").headers["Location"] == (
        f"/quotes/{desk.draft}/"
    )

    assert work() == "1 jobs ended.\n"

    done = desk.get(f"/jobs/{job.pk}/")
    assert f'href="/jobs/{job.pk}/sent"' in done.text
    sent = QuoteRevision.objects.get(pk=desk.draft.pk)
    assert (sent.state, sent.pdfs.count()) == ("sent", 2)
    shown = desk.get(f"/jobs/{job.pk}/sent")
    job.refresh_from_db()
    token = sendings.token_of(job)
    assert f"/q/{token}" in shown.text
    assert Client().get(f"/q/{token}").status_code == 200
    # Who the recipient is, is kept with the quote, where it can be erased, alone.
    assert "Ada" not in str(job.asked)


def test_the_link_is_shown_to_who_asked_alone_and_while_it_is_open(desk):
    send(desk)
    work()
    address = f"/jobs/{Job.objects.get().pk}/sent"
    other = a_membership(workspace=desk.draft.workspace, role=Role.MANAGER).user
    desk.force_login(other)
    assert desk.get(address).status_code == 302
    desk.force_login(a_membership(role=Role.MANAGER).user)
    assert desk.get(address).status_code == 404
    desk.force_login(desk.user)
    desk.post(f"/quotes/{desk.draft}/link/close")

    assert desk.get(address).status_code == 302


def test_another_recipient_is_not_passed_over_while_one_is_waited_for(desk):
    send(desk)

    answer = send(desk, recipient_email="grace@acme.example")

    assert answer.status_code == 409
    assert "Cancel that job under Jobs first." in answer.text
    assert Job.objects.get().asked["recipient_email"] == "ada@acme.example"


def test_a_small_quote_is_sent_at_once(desk, monkeypatch):
    monkeypatch.setattr(sendings, "LONG_LINES", 4)

    assert send(desk).status_code == 200

    assert Job.objects.count() == 0
    assert QuoteLink.objects.count() == 1


def test_lines_count_in_every_scenario(desk, monkeypatch):
    monkeypatch.setattr(sendings, "LONG_LINES", 7)
    assert not sendings.takes_long(desk.draft)
    draft = a_draft(workspace=desk.draft.workspace, by=desk.user)
    add_scenario(
        draft, like="A", edition=draft.edition, by=desk.user, role="manager", now=NOON
    )

    assert sendings.takes_long(draft)


def test_begun_again_after_it_was_sent_it_is_not_sent_twice(desk):
    send(desk)
    work()
    Job.objects.update(state=JobState.WAITING, ended_at=None, result=None)

    work()

    job = Job.objects.get()
    assert (job.state, job.message) == (JobState.DONE, sendings.SENT)
    assert QuoteLink.objects.count() == 1


def test_cancelled_after_it_was_sent_it_is_not_called_cancelled(desk, monkeypatch):
    send(desk)

    def killed(_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        # The quote is sent by one transaction, and the job is told by another.
        patched.setattr(sendings, "forget_recipient", killed)
        with pytest.raises(KeyboardInterrupt):
            work()
    job = Job.objects.get()
    desk.post(f"/jobs/{job.pk}/cancel")
    assert QuoteLink.objects.count() == 1

    with time_machine.travel(NOON + sendings.LEASE * 2, tick=False):
        work()

    job.refresh_from_db()
    assert (job.state, job.message) == (JobState.DONE, sendings.SENT)
    assert "Ada" not in str(job.asked)


@pytest.mark.parametrize("what", ["role", "edition", "gone"])
def test_what_cannot_be_sent_any_more_is_a_sentence(desk, monkeypatch, what):
    send(desk)
    said = "changed meanwhile"
    if what == "role":
        Membership.objects.filter(user=desk.user).delete()
        said = NOT_ALLOWED.format(desk.user)
    elif what == "edition":
        QuoteRevision.objects.update(edition=99)
    else:
        job = Job.objects.get()
        Job.objects.update(asked=job.asked | {"revision": "PL-1-1"})
        said = "There is no quote PL-1-1 here."

    work()

    job = Job.objects.get()
    assert job.state == JobState.FAILED
    assert said in job.message
    assert QuoteLink.objects.count() == 0


@pytest.mark.parametrize("what", ["membership", "account"])
def test_who_has_left_while_it_is_prepared_sends_nothing(desk, monkeypatch, what):
    send(desk)

    def meanwhile(*args: Any, **said: Any) -> Any:
        if what == "membership":
            Membership.objects.filter(user=desk.user).delete()
        else:
            User.objects.filter(pk=desk.user.pk).update(is_active=False)
        return prepare_sending(*args, **said)

    monkeypatch.setattr(sendings, "prepare_sending", meanwhile)

    work()

    assert Job.objects.get().state == JobState.FAILED
    assert QuoteLink.objects.count() == 0


def test_an_address_that_is_none_is_said_before_anything_is_left(desk):
    answer = send(desk, recipient_email="nobody")

    assert answer.status_code == 400
    assert Job.objects.count() == 0


def test_who_is_erased_is_erased_in_a_job_that_was_never_done(desk):
    send(desk)
    job = Job.objects.get()
    desk.post(f"/jobs/{job.pk}/cancel")

    forget_person("ADA@acme.example", workspace=job.workspace, by=None, now=NOON)

    job.refresh_from_db()
    assert "Ada" not in str(job.asked)
    assert "ada@" not in str(job.asked)
    assert job.asked["revision"] == str(desk.draft)
    assert AuditEntry.objects.filter(action="forget_person").count() == 1
