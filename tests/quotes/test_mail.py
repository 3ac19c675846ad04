"""Mails: who is told of what, in which words, and how often."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command

from quotes.actions.answers import ask_question, decline_quote
from quotes.actions.approvals import answer_request, request_approval
from quotes.actions.revisions import withdraw_quote
from quotes.actions.sending import send_quote
from quotes.jobs.clock import keep_time
from quotes.jobs.mail import OVERTAKEN, deliver
from quotes.models import InboxItem, PersonalDetail, QuoteLink
from quotes.queries.quotes import link_for
from scoping.access import Role
from scoping.models import OutboxMessage
from tests.factories import a_membership, approved
from tests.quotes.a_quote import (
    NOON,
    a_desk,
    a_draft,
    accept,
    expert_words_in,
    quickly,
)

pytestmark = pytest.mark.django_db

CLIENT = "ines@brightcart.example"
LATER = NOON + timedelta(hours=1)
LINK = re.compile(r"/q/([\w-]+)")


def sent_to(email: str = CLIENT, **changes: Any):
    """Send a quote to somebody; return its revision and whoever sent it."""
    draft = a_draft(**changes)
    with quickly():
        sent = send_quote(
            approved(draft),
            by=draft.created_by,
            role=Role.MANAGER,
            now=NOON,
            recipient_name="Ines Moreau",
            recipient_email=email,
        )
    return sent.revision, draft.created_by


def delivered(*, now=LATER) -> list[Any]:
    """Send what waits; return the mails of it."""
    before = len(mail.outbox)
    done = deliver(clock=lambda: now)
    assert done.failed == 0
    return mail.outbox[before:]


def by_address(mails) -> dict[str, Any]:
    found = {one.to[0]: one for one in mails}
    assert len(found) == len(mails)
    return found


def test_the_client_gets_a_link_that_opens_and_that_nobody_keeps(client):
    revision, owner = sent_to()

    (letter,) = [one for one in delivered() if one.to == [CLIENT]]

    html, kind = letter.alternatives[0]
    (token,) = set(LINK.findall(letter.body))
    assert link_of(token) == revision
    assert client.post(f"/q/{token}").status_code == 302
    assert kind == "text/html"
    assert f"/q/{token}" in html
    assert (
        letter.subject == f"Quote {revision} from {revision.workspace}: Street scenes"
    )
    assert letter.reply_to == [owner.email]
    assert letter.from_email.startswith(f"{revision.workspace.name} <")
    assert "through 4 February 2026" in letter.body.replace(
        "Valid through: ", "through "
    )
    assert expert_words_in(letter.body + re.sub(r'style="[^"]*"', "", html)) == []
    stored = [*OutboxMessage.objects.values_list("payload", "dedupe_id")]
    assert token not in repr(stored)
    assert CLIENT not in repr(stored)


def test_a_mail_that_is_sent_again_has_the_same_id(monkeypatch):
    sent_to()
    delivered()
    first = {one.extra_headers["Message-ID"] for one in mail.outbox}
    OutboxMessage.objects.update(delivered_at=None, due_at=NOON)

    again = delivered()

    assert {one.extra_headers["Message-ID"] for one in again} == first
    assert len(again) == len(first)


@pytest.mark.parametrize("what", ["withdrawn", "erased"])
def test_what_was_overtaken_is_not_mailed(what):
    revision, owner = sent_to()
    if what == "withdrawn":
        withdraw_quote(revision, by=owner, role=Role.SALES, now=NOON)
    else:
        PersonalDetail.objects.all().delete()

    assert delivered() == []
    assert not OutboxMessage.objects.filter(delivered_at__isnull=True).exists()
    if what == "withdrawn":
        told = OutboxMessage.objects.get(dedupe_id__endswith=" > client")
        assert told.last_error == OVERTAKEN


def test_without_an_address_only_staff_are_told():
    revision, owner = sent_to(email="")
    accept(revision)

    assert [one.to for one in delivered()] == [[owner.email]]


def link_of(token: str) -> object:
    link = link_for(token)
    return None if link is None else link.revision


ACTS: dict[str, tuple[Callable[..., object], str, set[str]]] = {
    # what happens, the words in the owner's mail, who else is told
    "question": (
        lambda revision: ask_question(revision, text="Are <b>masks</b> in?", now=LATER),
        "> Are <b>masks</b> in?",
        set(),
    ),
    "decline": (
        lambda revision: decline_quote(revision, reason="too dear", now=LATER),
        "declined the quote",
        set(),
    ),
    "accept": (
        lambda revision: accept(revision, now=LATER),
        "accepted the quote",
        {CLIENT},
    ),
    "expires": (
        lambda _: keep_time(now=NOON + timedelta(days=40)),
        "did not answer in time",
        set(),
    ),
}


@pytest.mark.parametrize("name", ACTS)
def test_each_event_of_the_inbox_is_mailed_to_its_owner(name):
    act, words, others = ACTS[name]
    revision, owner = sent_to()
    delivered()

    act(revision)

    item = InboxItem.objects.get(revision=revision, done_at=None)
    found = by_address(delivered(now=NOON + timedelta(days=40)))
    assert set(found) == {owner.email, *others}
    assert words in found[owner.email].body
    assert f"/quotes/{revision}/" in found[owner.email].body
    assert item.owner == owner
    if name == "question":
        assert found[owner.email].reply_to == [CLIENT]
        assert "&lt;b&gt;masks" in found[owner.email].alternatives[0][0]


def test_a_reminder_brings_a_link_of_its_own():
    revision, owner = sent_to()
    delivered()

    keep_time(now=NOON + timedelta(days=24))
    found = by_address(delivered(now=NOON + timedelta(days=24)))

    letter = found[CLIENT]
    assert set(found) == {CLIENT, owner.email}
    assert "has not answered" in found[owner.email].body
    assert "still read, accept or decline" in letter.body.replace("\n", " ")
    assert link_of(LINK.findall(letter.body)[0]) == revision
    assert QuoteLink.objects.filter(revision=revision).count() == 3


def test_an_approval_is_asked_of_all_who_may_give_it_and_answered_to_who_asked():
    workspace, asker = a_desk()
    lead = a_membership(workspace=workspace, role=Role.ADMIN).user
    a_membership(workspace=workspace, role=Role.SALES)
    draft = a_draft(workspace=workspace, by=asker, commercial={"discount": "0.2"})
    with quickly():
        request = request_approval(
            draft, edition=draft.edition, by=asker, role=Role.MANAGER, now=NOON
        )
    asked = delivered()
    answer_request(
        draft,
        approved=False,
        edition=request.edition,
        by=lead,
        role=Role.ADMIN,
        now=NOON,
        note="Take 10 % instead.",
    )
    (answered,) = delivered()

    assert [one.to for one in asked] == [[lead.email]]
    assert "discount" not in asked[0].body  # findings speak of what clients never see
    assert answered.to == [asker.email]
    assert "> Take 10 % instead." in answered.body


def test_a_name_with_ends_of_lines_makes_no_header():
    workspace, by = a_desk(name="Labels\r\nBcc: eve@example.com")
    sent_to(workspace=workspace, by=by)

    letter = by_address(delivered())[CLIENT]

    assert "\n" not in letter.subject
    assert letter.message()["Bcc"] is None


def test_a_refusing_address_holds_up_nobody_else(monkeypatch):
    revision, owner = sent_to()
    delivered()
    accept(revision, now=LATER)
    real = mail.EmailMultiAlternatives.send

    def send(self, *args, **kwargs):
        if self.to == [CLIENT]:
            raise OSError("mailbox unavailable")
        return real(self, *args, **kwargs)

    monkeypatch.setattr(mail.EmailMultiAlternatives, "send", send)
    done = deliver(clock=lambda: LATER)

    assert done.failed == 1
    assert mail.outbox[-1].to == [owner.email]
    (waiting,) = OutboxMessage.objects.filter(delivered_at__isnull=True)
    assert "mailbox unavailable" in waiting.last_error


def test_the_command_sends_once(capsys):
    sent_to()

    call_command("deliver")

    assert re.fullmatch(r"[1-9] delivered, 0 failed\.\n", capsys.readouterr().out)
    assert [one.to for one in mail.outbox] == []  # by now the quote has expired
