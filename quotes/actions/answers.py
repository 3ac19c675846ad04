"""Answers: a client opens, accepts or declines; sales withdraws.

A quote number is accepted once, under any number of clicks: the revision is locked, its
state moves only from `sent`, and the acceptance is unique per quote in the database.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from quotes import models
from quotes.actions import RefusedError
from quotes.actions.projects import create_project
from quotes.actions.sending import personal_detail
from quotes.queries import quotes as queries
from scoping import audit
from scoping.actions import enqueue

CONSENT = (
    "I accept this quote for {client} and may do so on its behalf. It was shown to me "
    "with the hash {digest}."
)


@transaction.atomic
def note_opened(revision: models.QuoteRevision, *, now: datetime) -> None:
    """Write down that a client opened the link; the first time sales is told."""
    first = not revision.events.filter(kind="opened").exists()
    models.QuoteEvent.objects.create(
        workspace=revision.workspace,
        revision=revision,
        kind="opened" if first else "reopened",
        at=now,
        actor="link holder",
    )
    if first:
        _tell("quote_opened", revision, now=now)


def accept_quote(
    revision: models.QuoteRevision,
    *,
    typed_name: str,
    client_digest: str,
    address: str,
    user_agent: str,
    now: datetime,
) -> models.Acceptance:
    """Accept a quote, once: a project with its baseline begins.

    `client_digest` is the hash of the document that the person saw; another one means
    that they saw something else. Raises RefusedError otherwise; nothing changes then.
    """
    name = typed_name.strip()
    if len(name) < 2:  # noqa: PLR2004 - an initial is no name
        raise RefusedError("name_missing", "Type your full name to accept.")
    try:
        with transaction.atomic():
            return _accept(
                revision,
                name=name,
                client_digest=client_digest,
                address=address,
                user_agent=user_agent,
                now=now,
            )
    except IntegrityError as error:
        raise RefusedError(
            "already_accepted", f"{revision.quote.number} was accepted already."
        ) from error


def _accept(
    revision: models.QuoteRevision,
    *,
    name: str,
    client_digest: str,
    address: str,
    user_agent: str,
    now: datetime,
) -> models.Acceptance:
    locked = _lock_sent(revision, now=now)
    if client_digest != locked.client_digest:
        raise RefusedError(
            "other_document",
            "The quote that you saw is not the one that is open now. Load the page "
            "again.",
        )
    person = personal_detail(
        locked.workspace, name=name, address=address, user_agent=user_agent
    )
    scenario = queries.scenario_of(locked)
    acceptance = models.Acceptance.objects.create(
        workspace=locked.workspace,
        quote=locked.quote,
        revision=locked,
        scenario=scenario,
        toggles={str(row.line): row.taken for row in scenario.choices.all()},
        client_digest=client_digest,
        consent=CONSENT.format(client=locked.quote.client.name, digest=client_digest),
        person=person,
        person_digest=person.digest,
        at=now,
        frozen_at=now,
    )
    locked.state = models.State.ACCEPTED
    locked.save()
    create_project(acceptance=acceptance, by="link holder", now=now)
    _record(locked, "accept_quote", actor="link holder", now=now)
    _tell("quote_accepted", locked, now=now)
    return acceptance


@transaction.atomic
def decline_quote(
    revision: models.QuoteRevision, *, reason: str, now: datetime
) -> models.QuoteRevision:
    """Decline a quote, with a reason if the client gives one."""
    locked = _lock_sent(revision, now=now)
    models.QuoteEvent.objects.create(
        workspace=locked.workspace,
        revision=locked,
        kind="declined",
        at=now,
        actor="link holder",
        note=reason.strip()[:500],
    )
    locked.state = models.State.DECLINED
    locked.save()
    _record(locked, "decline_quote", actor="link holder", now=now)
    _tell("quote_declined", locked, now=now)
    return locked


@transaction.atomic
def withdraw_quote(
    revision: models.QuoteRevision, *, by: Any, now: datetime
) -> models.QuoteRevision:
    """Withdraw a draft or a sent quote that nobody has answered."""
    locked = models.QuoteRevision.objects.select_for_update().get(pk=revision.pk)
    if locked.state not in (models.State.DRAFT, models.State.SENT):
        raise RefusedError(
            "answered",
            f"{locked} is {locked.get_state_display().lower()} and cannot be "
            f"withdrawn.",
        )
    locked.state = models.State.WITHDRAWN
    locked.save()
    _record(locked, "withdraw_quote", actor=str(by), now=now)
    return locked


def _lock_sent(
    revision: models.QuoteRevision, *, now: datetime
) -> models.QuoteRevision:
    locked = models.QuoteRevision.objects.select_for_update().get(pk=revision.pk)
    state = queries.state_at(locked, at=now)
    if state == models.State.SENT:
        return locked
    words = {
        models.State.ACCEPTED: "was accepted already",
        models.State.DECLINED: "was declined",
        models.State.EXPIRED: f"was valid through {locked.valid_until}",
        models.State.WITHDRAWN: "was withdrawn",
        models.State.SUPERSEDED: "was replaced by a later revision",
    }
    raise RefusedError(
        f"quote_{state}",
        f"{locked.quote.number} {words.get(models.State(state), 'is not open')}. "
        f"Ask us for a new one.",
    )


def _record(
    revision: models.QuoteRevision, action: str, *, actor: str, now: datetime
) -> None:
    audit.record(
        workspace=revision.workspace,
        actor=actor,
        action=action,
        subject=f"quote {revision}",
        after={"state": revision.state, "client_digest": revision.client_digest},
        at=now,
    )


def _tell(topic: str, revision: models.QuoteRevision, *, now: datetime) -> None:
    enqueue(
        topic,
        {"quote": str(revision)},
        workspace=revision.workspace,
        dedupe_id=f"{topic} {revision}",
        now=now,
    )
