"""Lost quotes: why, to whom, and at which competing unit price, as far as known."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from quotes import models
from quotes.actions import RefusedError
from quotes.actions.drafts import refuse_odd_price
from quotes.actions.locking import begin, finish
from quotes.queries import quotes as queries


@transaction.atomic
def mark_lost(  # noqa: PLR0913 - a loss's particulars, named
    revision: models.QuoteRevision,
    *,
    reason: str,
    by: Any,
    role: str,
    now: datetime,
    competitor: str = "",
    line: int | None = None,
    unit_price: Decimal | None = None,
) -> models.Lost:
    """Write down why a quote was lost, to whom and at which competing unit price.

    One that is still open is closed by it; a declined or expired one stays what it is.
    """
    if not reason.strip():
        raise RefusedError("why_missing", "Say in a few words why it was lost.")
    if unit_price is not None:
        refuse_odd_price(unit_price)
    locked = begin(revision, "mark_lost", role=role, now=now)
    if models.Lost.objects.filter(revision=locked).exists():
        raise RefusedError("lost_already", f"{locked} is written down as lost already.")
    if unit_price is not None and (
        line is None or not 0 <= line < len(queries.scenario_of(locked).spec["lines"])
    ):
        raise RefusedError("no_such_line", "Say which line the competing price is for.")
    row = models.Lost.objects.create(
        workspace=locked.workspace,
        revision=locked,
        reason=reason.strip()[:500],
        competitor=competitor.strip()[:200],
        line=line if unit_price is not None else None,
        unit_price=unit_price,
        by=by,
        at=now,
    )
    finish(
        locked,
        "mark_lost",
        by=by,
        now=now,
        recorded="mark_lost",
        after={"reason": row.reason, "competitor": row.competitor},
        topic="quote_lost",
    )
    return row
