"""The outbox is emptied: each message at least once, by any number of workers.

A worker takes one message in a short transaction and moves its time on by a lease; no
other takes it meanwhile, and nothing is locked while a mail server is waited for. A
worker that dies in between leaves the message to whoever comes after the lease. What
fails is tried again, later each time; what failed too often is left to a person.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from scoping.models import OutboxMessage

LEASE = timedelta(minutes=5)
"""How long a worker may take for one message; longer, and another tries it too."""
PAUSES = tuple(
    timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 4 * 60, 12 * 60, 24 * 60)
)
"""After each failure it is tried again so much later; after the last it is given up."""
LONGEST_ERROR = 500
ADDRESS = re.compile(r"[^\s@<>'\"(){}]+@[^\s@<>'\"(){}]+")

log = logging.getLogger(__name__)
Handler = Callable[[OutboxMessage], str | None]
"""Hands a message over; returns a note where there was nothing to hand over."""
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one emptying of the outbox came to."""

    delivered: int = 0
    failed: int = 0


def empty_outbox(handle: Handler, *, clock: Clock, most: int | None = None) -> Round:
    """Hand every message that is due to `handle`, one at a time.

    `handle` raises for what could not be handed over. Anything it raises is written
    down with the message, so that one bad message stops no other.
    """
    delivered = failed = 0
    while most is None or delivered + failed < most:
        message = take(now=clock())
        if message is None:
            break
        try:
            note = handle(message)
        except Exception as error:
            log.exception("%s could not be delivered", message)
            _failed(message, error, now=clock())
            failed += 1
        else:
            _delivered(message, note or "", now=clock())
            delivered += 1
    return Round(delivered=delivered, failed=failed)


@transaction.atomic
def take(*, now: datetime) -> OutboxMessage | None:
    """Take the message that has been due longest, for a lease; None if none is due.

    On PostgreSQL a row that another worker is taking is skipped; on SQLite the other
    one's transaction is waited for, and finds the row taken.
    """
    message = (
        OutboxMessage.objects.select_for_update(skip_locked=True)
        .filter(delivered_at__isnull=True, failed_at__isnull=True, due_at__lte=now)
        .order_by("due_at", "pk")
        .first()
    )
    if message is None:
        return None
    message.attempts += 1
    message.due_at = now + LEASE
    message.save(update_fields=["attempts", "due_at"])
    return message


def _delivered(message: OutboxMessage, note: str, *, now: datetime) -> None:
    OutboxMessage.objects.filter(pk=message.pk).update(
        delivered_at=now, failed_at=None, last_error=note
    )


def _failed(message: OutboxMessage, error: Exception, *, now: datetime) -> None:
    """Write down why, and when to try again; nothing if another worker has it now."""
    ours = OutboxMessage.objects.filter(
        pk=message.pk, attempts=message.attempts, delivered_at__isnull=True
    )
    # A server that refuses names the address, which is nobody's to keep here.
    text = ADDRESS.sub("(address)", str(error))
    said = f"{type(error).__name__}: {text}"[:LONGEST_ERROR]
    if message.attempts > len(PAUSES):
        ours.update(failed_at=now, last_error=said)
    else:
        pause = PAUSES[message.attempts - 1]
        ours.update(due_at=now + pause, last_error=said)
