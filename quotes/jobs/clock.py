"""What the clock does to quotes, run by a schedule: they expire, and end soon.

Each run may be repeated or interrupted: a quote expires once, and a reminder is written
once per quote and day before its end. A delivered batch whose time to answer is over
counts as accepted, once.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from quotes.actions.gates import lapse_batch
from quotes.actions.revisions import expire_quote, remind_of_expiry
from quotes.models import QuoteRevision, State
from quotes.queries.gates import with_clients

REMIND_DAYS = (7, 2)
"""So many days before its last day a client is reminded of an open quote."""


def keep_time(*, now: datetime) -> tuple[int, int]:
    """Expire what is past its last day and remind of what is near it; return counts."""
    expired = reminded = 0
    rows = QuoteRevision.objects.filter(state=State.SENT, valid_until__isnull=False)
    for revision in rows.order_by("pk"):
        if expire_quote(revision, now=now) is not None:
            expired += 1
            continue
        if revision.valid_until is None:
            continue
        today = now.astimezone(ZoneInfo(revision.time_zone)).date()
        left = (revision.valid_until - today).days
        due = [days for days in REMIND_DAYS if left <= days]
        if due:
            reminded += remind_of_expiry(revision, days=min(due), now=now)
    return expired, reminded


def accept_what_lapsed(*, now: datetime) -> int:
    """Count delivered batches as accepted whose window is over; return how many."""
    return sum(lapse_batch(batch, now=now) for batch in with_clients())
