"""Answers: a client opens, asks, accepts or declines; sales records a signed order.

A quote number is accepted once, under any number of clicks: quote and revision are
locked, the state moves only from `sent`, and the acceptance is unique per quote in the
database.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from quotes import models
from quotes.actions import RefusedError
from quotes.actions.choosing import picked_of
from quotes.actions.inbox import put
from quotes.actions.locking import begin, finish, lock
from quotes.actions.people import is_a_name, personal_detail
from quotes.actions.projects import create_project
from quotes.calc.choices import Choice
from scoping.access import LINK_HOLDER
from scoping.actions import enqueue
from scoping.language import language_of, sentence_in

MOST_ORDER_BYTES = 10 * 1024 * 1024
MOST_NUMBER = 60
MOST_QUESTION = 500
MOST_QUESTIONS_AN_HOUR = 10
"""Of one quote: each is mailed to whoever has it."""
SIGNATURES = {
    "application/pdf": b"%PDF-",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
}
"""What a signed order may be, and how such a file begins."""
CONSENT = (
    "I accept this quote for {client} and may do so on its behalf. It was shown to me "
    "with the fingerprint {digest}."
)
ORDERED = (
    "Accepted by the signed order {number}, for the document with the "
    "fingerprint {digest}."
)


@transaction.atomic
def note_opened(revision: models.QuoteRevision, *, now: datetime) -> None:
    """Write down that a client opened the link; the first time sales is told."""
    locked = lock(revision)
    first = not revision.events.filter(kind="opened").exists()
    models.QuoteEvent.objects.create(
        workspace=revision.workspace,
        revision=revision,
        kind="opened" if first else "reopened",
        at=now,
        actor="link holder",
    )
    if first:
        key = f"quote_opened {revision}"
        put(locked, "quote_opened", key=key, now=now)
        enqueue(
            "quote_opened",
            {"quote": str(revision)},
            workspace=revision.workspace,
            dedupe_id=key,
            now=now,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who accepts and from where, as they said and as it came in."""

    name: str
    email: str = ""
    address: str = ""
    user_agent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A signed order on paper: its number and its file."""

    po_number: str
    file_name: str
    content_type: str
    body: bytes


def accept_quote(  # noqa: PLR0913 - an acceptance's particulars, named
    revision: models.QuoteRevision,
    *,
    typed_name: str,
    client_digest: str,
    address: str,
    user_agent: str,
    now: datetime,
    choice: Choice | None = None,
    language: str = "en",
) -> models.Acceptance:
    """Accept a quote, once: a project with its baseline begins.

    `language` is what the page spoke: the consent is kept as it was read there.
    `client_digest` is the hash of the document that the person saw, and `choice` what
    they chose in it, with its total; another one means that they saw something else.
    Raises RefusedError otherwise; nothing changes then.
    """
    name = typed_name.strip()
    if not is_a_name(name):
        raise RefusedError("name_missing", "Type your full name to accept.")
    signer = Signer(name=name, address=address, user_agent=user_agent)
    return _once(
        revision,
        "accept",
        signer=signer,
        client_digest=client_digest,
        by="link holder",
        role=LINK_HOLDER,
        now=now,
        choice=choice,
        language=language,
    )


def record_order(  # noqa: PLR0913 - an order's particulars, named
    revision: models.QuoteRevision,
    order: Order,
    *,
    signed_by: str,
    by: Any,
    role: str,
    now: datetime,
    choice: Choice | None = None,
) -> models.Acceptance:
    """Record that a client accepted on paper: the order, its number and its file."""
    if not order.po_number.strip():
        raise RefusedError("po_number_missing", "Type the number of the order.")
    if len(order.po_number.strip()) > MOST_NUMBER:
        raise RefusedError(
            "po_number_too_long",
            f"The number of an order has at most {MOST_NUMBER} characters.",
        )
    if not order.body:
        raise RefusedError("order_missing", "Add the file of the signed order.")
    if len(order.body) > MOST_ORDER_BYTES:
        raise RefusedError("order_too_large", "The file is larger than 10 MB.")
    if not is_a_name(signed_by):
        raise RefusedError("name_missing", "Type the name of who signed the order.")
    signature = SIGNATURES.get(order.content_type)
    if signature is None or not order.body.startswith(signature):
        raise RefusedError(
            "order_not_readable", "A signed order is a PDF, a PNG or a JPEG file."
        )
    return _once(
        revision,
        "record_order",
        signer=Signer(name=signed_by.strip()),
        client_digest=revision.client_digest,
        by=by,
        role=role,
        now=now,
        order=order,
        choice=choice,
    )


def _once(
    revision: models.QuoteRevision, action: str, **particulars: Any
) -> models.Acceptance:
    try:
        with transaction.atomic():
            return _accept(revision, action, **particulars)
    except IntegrityError as error:
        # Anything else that the database refuses is a fault of ours, not an answer.
        if not models.Acceptance.objects.filter(quote=revision.quote_id).exists():
            raise
        raise RefusedError(
            "quote_accepted", f"{revision.quote.number} was accepted already."
        ) from error


def _accept(  # noqa: PLR0913 - an acceptance's particulars, named
    revision: models.QuoteRevision,
    action: str,
    *,
    signer: Signer,
    client_digest: str,
    by: Any,
    role: str,
    now: datetime,
    order: Order | None = None,
    choice: Choice | None = None,
    language: str = "en",
) -> models.Acceptance:
    locked = begin(revision, action, role=role, now=now)
    if client_digest != locked.client_digest:
        raise RefusedError(
            "stale_version",
            "The quote that you saw is not the one that is open now. Load the page "
            "again.",
        )
    person = personal_detail(
        locked.workspace,
        name=signer.name,
        email=signer.email,
        address=signer.address,
        user_agent=signer.user_agent,
    )
    picked = picked_of(locked, choice or Choice())
    consent = (
        sentence_in(
            language_of(language),
            CONSENT.format(client=locked.quote.client.name, digest=client_digest),
        )
        if order is None
        else ORDERED.format(number=order.po_number.strip(), digest=client_digest)
    )
    acceptance = models.Acceptance.objects.create(
        workspace=locked.workspace,
        quote=locked.quote,
        revision=locked,
        scenario=picked.scenario,
        toggles=picked.toggles,
        client_digest=client_digest,
        consent=consent,
        person=person,
        person_digest=person.digest,
        at=now,
        frozen_at=now,
    )
    if order is not None:
        _keep_order(acceptance, order, by=by, now=now)
    create_project(acceptance=acceptance, plan=picked.plan, by=str(by), now=now)
    finish(
        locked,
        action,
        by=by,
        now=now,
        recorded="accept_quote" if order is None else "record_order",
        topic="quote_accepted",
    )
    return acceptance


def _keep_order(
    acceptance: models.Acceptance, order: Order, *, by: Any, now: datetime
) -> None:
    models.SignedOrder.objects.create(
        workspace=acceptance.workspace,
        acceptance=acceptance,
        po_number=order.po_number.strip(),
        file_name=order.file_name[:200],
        content_type=order.content_type,
        body=order.body,
        sha256=hashlib.sha256(order.body).hexdigest(),
        recorded_by=by,
        recorded_at=now,
    )


@transaction.atomic
def decline_quote(
    revision: models.QuoteRevision, *, reason: str, now: datetime
) -> models.QuoteRevision:
    """Decline a quote, with a reason if the client gives one."""
    locked = begin(revision, "decline", role=LINK_HOLDER, now=now)
    _event(locked, "declined", note=reason, actor="link holder", now=now)
    return finish(
        locked,
        "decline",
        by="link holder",
        now=now,
        topic="quote_declined",
        said=_lines(reason),
    )


@transaction.atomic
def ask_question(
    revision: models.QuoteRevision, *, text: str, now: datetime
) -> models.QuoteEvent:
    """Put a question to sales; the quote stays what it is."""
    if not text.strip():
        raise RefusedError("question_missing", "Type your question.")
    if len(_lines(text)) > MOST_QUESTION:
        raise RefusedError(
            "question_too_long",
            f"A question has at most {MOST_QUESTION} characters. Send it in two.",
        )
    locked = begin(revision, "ask", role=LINK_HOLDER, now=now)
    asked = locked.events.filter(kind="question", at__gt=now - timedelta(hours=1))
    if asked.count() >= MOST_QUESTIONS_AN_HOUR:
        raise RefusedError(
            "too_many_questions",
            "These are many questions at once. We answer the ones you sent; ask the "
            "next in an hour.",
        )
    event = _event(locked, "question", note=text, actor="link holder", now=now)
    finish(
        locked,
        "ask",
        by="link holder",
        now=now,
        recorded="ask_question",
        topic="quote_question",
        payload={"event": event.pk},
        said=event.note,
    )
    return event


def _event(
    locked: models.QuoteRevision, kind: str, *, note: str, actor: str, now: datetime
) -> models.QuoteEvent:
    return models.QuoteEvent.objects.create(
        workspace=locked.workspace,
        revision=locked,
        kind=kind,
        at=now,
        actor=actor,
        note=_lines(note)[:MOST_QUESTION],
    )


def _lines(text: str) -> str:
    """Return a text with the ends of lines that are counted where it is typed."""
    return text.strip().replace("\r\n", "\n")
