"""The mails of quotes: what the outbox holds becomes letters, each sent at least once.

A message about a quote is first spread out: one message `mail` for each person who is
to be told, so that an address that refuses holds up nobody else's mail. A `mail` names
the person by their row, never by address. Its Message-ID follows from its dedupe id, so
that a letter that came twice is known as the same one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string

from quotes import models
from quotes.actions.disputes import DECIDED
from quotes.actions.inbox import REQUESTED, owner_of, take_in_requests
from quotes.actions.links import make_link
from quotes.jobs.letters import (
    Letter,
    accepted_letter,
    address_of_recipient,
    offer_letter,
    sent_now,
    staff_letter,
)
from quotes.jobs.project_letters import not_told, quote_of, verdict_letter
from quotes.models import InboxKind, State
from quotes.queries import quotes as queries
from scoping import queries as scoping
from scoping.access import Act, may
from scoping.actions import enqueue_once
from scoping.jobs import Clock, Round, empty_outbox

MAIL = "mail"
OVERTAKEN = "It had been answered, withdrawn or erased before this was sent."
CLIENT = "client"
WITH_LINK = ("quote_sent", "quote_link_renewed", "quote_ends_soon")
"""Topics whose letter holds a private link: sent only while the quote is open."""

TAKEN_BY = {
    InboxKind.APPROVAL_REQUESTED: Act.APPROVE_QUOTE,
    InboxKind.SCOPE_REQUESTED: Act.EDIT_QUOTE,
    InboxKind.DISPUTED: Act.MOVE_BATCH,
    InboxKind.REJECTED: Act.MOVE_BATCH,
}
"""What has no owner at first, and what one must be able to do to take it."""

Message = Any
"""A row of the outbox, which is another app's."""


def deliver(*, clock: Clock, most: int | None = None) -> Round:
    """Send everything that is due; return how many messages were done and failed."""
    return empty_outbox(_handler(clock), clock=clock, most=most)


def _handler(clock: Clock) -> Callable[[Message], str | None]:
    def handle(message: Message) -> str | None:
        if message.topic == MAIL:
            return _send(message, now=clock())
        _spread(message, now=clock())
        return None

    return handle


@transaction.atomic
def _spread(message: Message, *, now: datetime) -> None:
    if message.topic == REQUESTED:
        take_in_requests(message.workspace)
    said = {**message.payload, "topic": message.topic, "event": message.dedupe_id}
    if message.topic == DECIDED:
        said["disputes"] = not_told(message)
    for to in audience(message):
        if to == CLIENT and said.get("disputes") == []:
            continue
        enqueue_once(
            MAIL,
            said | {"to": to},
            workspace=message.workspace,
            dedupe_id=f"{message.dedupe_id} > {to}",
            now=now,
        )


def audience(message: Message) -> list[str]:
    """Return who is told of a message: the client, or people by their number."""
    found = []
    for_client = message.topic in (*WITH_LINK, "quote_accepted", DECIDED)
    revision = _revision(message) if for_client else None
    if revision is not None and address_of_recipient(revision):
        found.append(CLIENT)
    item = _item(message.workspace, message.dedupe_id)
    if item is not None:
        found += [str(pk) for pk in _staff(item) if pk != message.payload.get("by")]
    return found


def _staff(item: models.InboxItem) -> list[int]:
    """Return who of the workspace is told: its owner, or all who may take it."""
    act = TAKEN_BY.get(InboxKind(item.kind))
    if act is None or item.owner_id is not None:
        return [] if item.owner_id is None else [item.owner_id]
    return [
        member.user_id
        for member in scoping.memberships(item.workspace).order_by("pk")
        if may(member.role, act)
    ]


def _send(message: Message, *, now: datetime) -> str | None:
    letter = _letter(message, now=now)
    if letter is None:
        return OVERTAKEN
    context = {"letter": letter}
    mail = EmailMultiAlternatives(
        subject=letter.subject,
        body=render_to_string("quotes/mail/letter.txt", context),
        from_email=letter.sender,
        to=[letter.to],
        reply_to=[letter.reply_to] if letter.reply_to else None,
        headers={
            "Message-ID": message_id(message),
            "Auto-Submitted": "auto-generated",
        },
    )
    mail.attach_alternative(
        render_to_string("quotes/mail/letter.html", context), "text/html"
    )
    mail.send()
    return None


def message_id(message: Message) -> str:
    """Return the Message-ID of a mail: the same however often it is sent."""
    said = f"{message.workspace_id} {message.dedupe_id}"
    digest = hashlib.sha256(said.encode()).hexdigest()[:32]
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    return f"<{digest}@{host}>"


def _letter(message: Message, *, now: datetime) -> Letter | None:
    """Return the letter of a message; None where it has been overtaken."""
    said = message.payload
    if said["to"] != CLIENT:
        return _letter_to_staff(message)
    revision = _revision(message)
    to = "" if revision is None else address_of_recipient(revision)
    if revision is None or not to:
        return None
    contact = _contact(revision)
    sent = sent_now(revision, at=now)
    if said["topic"] == "quote_accepted":
        return accepted_letter(sent, to=to, contact=contact)
    if said["topic"] == DECIDED:
        token = make_link(revision, now=now)
        return verdict_letter(message, sent, to=to, token=token, contact=contact)
    if sent.state != State.SENT:
        return None
    token = make_link(revision, now=now)
    return offer_letter(sent, to=to, token=token, topic=said["topic"], contact=contact)


def _letter_to_staff(message: Message) -> Letter | None:
    said = message.payload
    member = scoping.member(int(said["to"]), workspace=message.workspace)
    item = _item(message.workspace, said["event"])
    if member is None or item is None or item.done_at is not None:
        return None
    return staff_letter(item, to=member.user.email)


def _contact(revision: models.QuoteRevision) -> str:
    """Return the address of whoever has a quote, to whom its client answers."""
    return str(owner_of(revision.quote).email)


def _revision(message: Message) -> models.QuoteRevision | None:
    """Return the quote that a message is about; None of a project without one."""
    if "project" in message.payload:
        return quote_of(message)
    return queries.revision_named(message.payload["quote"], workspace=message.workspace)


def _item(workspace: Any, key: str) -> models.InboxItem | None:
    return (
        models.InboxItem.objects.filter(workspace=workspace, key=key)
        .select_related(
            "revision__quote__client", "scope__public", "project__client", "workspace"
        )
        .first()
    )
