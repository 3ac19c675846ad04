"""What a client sees of a revision: what was frozen, or what sending would freeze."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from quotes import models
from quotes.calc.snapshot import digest
from quotes.queries import offers
from quotes.queries import quotes as queries


def client_side_of(revision: models.QuoteRevision, *, at: datetime) -> queries.Sent:
    """Return the client's view of a revision, sent or not.

    Raises TooManyChoicesError for a draft with more choices than are priced.
    """
    if revision.frozen_at is not None:
        return queries.sent_document(revision, at=at)
    dated = at.astimezone(ZoneInfo(revision.time_zone)).date()
    made = offers.client_document_of(
        revision,
        offers.estimates_of(revision, today=at.date()),
        dated=dated,
        valid_until=dated + timedelta(days=queries.VALID_DAYS),
    )
    return queries.Sent(
        revision=revision, document=made, digest=digest(made), state=revision.state
    )
