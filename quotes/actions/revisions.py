"""Revisions: a quote is offered anew under its number without being cancelled.

The source stays what the client may accept while its revision is a draft. Sent, the
revision takes its place; withdrawn, it gives it back. What a later revision has
overtaken is not sent any more (`sending.py`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from quotes import models
from quotes.actions.drafts import copy_scenario
from quotes.actions.inbox import put, settle
from quotes.actions.locking import begin, finish, lock, write_down
from quotes.actions.sections import copy_texts
from quotes.queries import quotes as queries
from scoping import queries as scoping
from scoping.actions import enqueue_once


@transaction.atomic
def revise_quote(
    revision: models.QuoteRevision, *, by: Any, role: str, now: datetime
) -> models.QuoteRevision:
    """Make a draft of the next revision, with the same scenarios and decided prices.

    It is priced under the card in force today. Refuses what was never sent, accepted
    or replaced: of those, the current revision is revised.
    """
    locked = begin(revision, "revise", role=role, now=now)
    quote = locked.quote
    last = quote.revisions.aggregate(last=Max("revision"))["last"]
    made = models.QuoteRevision.objects.create(
        workspace=locked.workspace,
        quote=quote,
        revision=last + 1,
        source=locked,
        name=locked.name,
        card_version=scoping.card_row_on(
            now.date(), workspace=locked.workspace
        ).version,
        time_zone=locked.time_zone,
        created_by=by,
        created_at=now,
    )
    for scenario in locked.scenarios.order_by("letter"):
        copy_scenario(scenario, into=made, letter=scenario.letter, by=by, now=now)
    copy_texts(locked, into=made)
    finish(locked, "revise", by=by, now=now, after={"revision": str(made)})
    return made


@transaction.atomic
def withdraw_quote(
    revision: models.QuoteRevision, *, by: Any, role: str, now: datetime
) -> models.QuoteRevision:
    """Withdraw a draft or a sent quote that nobody has answered.

    The revision that it had replaced is open again, as long as it is valid.
    """
    locked = begin(revision, "withdraw", role=role, now=now)
    was_sent = locked.frozen_at is not None
    locked.approvals.filter(verdict="").update(
        verdict=models.Approval.VOIDED, decided_by=by, decided_at=now
    )
    finish(locked, "withdraw", by=by, now=now, topic="quote_withdrawn")
    if was_sent:
        _restore_replaced(locked, by=by, now=now)
    return locked


@transaction.atomic
def expire_quote(
    revision: models.QuoteRevision, *, now: datetime
) -> models.QuoteRevision | None:
    """Write down that a sent quote has expired; None if it has not, or is answered."""
    locked = lock(revision)
    if (
        locked.state != models.State.SENT
        or queries.state_at(locked, at=now) != models.State.EXPIRED
    ):
        return None
    return _by_clock(locked, "expire", topic="quote_expired", now=now)


@transaction.atomic
def remind_of_expiry(
    revision: models.QuoteRevision, *, days: int, now: datetime
) -> bool:
    """Write that a client is to be reminded of an open quote, once for these days.

    Sales is told too, in place of what it was told before. Returns whether it was
    written now.
    """
    locked = lock(revision)
    if queries.state_at(locked, at=now) != models.State.SENT:
        return False
    key = f"quote_ends_soon {locked} {days}"
    written = enqueue_once(
        "quote_ends_soon",
        {"quote": str(locked), "valid_until": str(locked.valid_until), "days": days},
        workspace=locked.workspace,
        dedupe_id=key,
        now=now,
    )
    if written:
        settle(locked, [models.InboxKind.ENDS_SOON], now=now)
        put(locked, "quote_ends_soon", key=key, now=now)
    return written


def replace_current(locked: models.QuoteRevision, *, by: Any, now: datetime) -> None:
    """Close the revision that was open until now, in the caller's transaction."""
    others = locked.quote.revisions.select_for_update().filter(state=models.State.SENT)
    for other in others.exclude(pk=locked.pk).order_by("revision"):
        if queries.state_at(other, at=now) == models.State.EXPIRED:
            _by_clock(other, "expire", topic="quote_expired", now=now)
        else:
            finish(other, "supersede", by=by, now=now, topic="quote_superseded")


def _restore_replaced(locked: models.QuoteRevision, *, by: Any, now: datetime) -> None:
    before = (
        locked.quote.revisions.select_for_update()
        .filter(revision__lt=locked.revision, frozen_at__isnull=False)
        .exclude(state=models.State.WITHDRAWN)
        .order_by("-revision")
        .first()
    )
    if before is not None and before.state == models.State.SUPERSEDED:
        finish(before, "restore", by=by, now=now, topic="quote_restored")


def _by_clock(
    locked: models.QuoteRevision, action: str, *, topic: str, now: datetime
) -> models.QuoteRevision:
    """Move what the clock has moved: it is open in the row, and expired by its day."""
    locked.state = models.State.EXPIRED
    locked.save()
    write_down(locked, f"{action}_quote", by="the clock", now=now, topic=topic)
    return locked
