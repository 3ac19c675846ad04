"""Erasing a person: who somebody was is taken out, and what was agreed stays.

Names, addresses and what a browser said stand in rows of their own for this day; frozen
rows hold salted digests of them, so that documents, totals and the record stay as they
are. A signed order is the contract itself and is kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from quotes import models
from scoping import audit
from scoping.actions.public import forget_asker

from . import RefusedError
from .jobs import forget_recipient


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """How many rows a person was taken out of."""

    details: int
    requests: int
    texts: int
    jobs: int


@transaction.atomic
def forget_person(who: str, *, workspace: Any, by: Any, now: datetime) -> Forgotten:
    """Erase a person by mail address or full name, whatever the case of its letters.

    Whoever is known by an address is erased under the names that stand beside it, too.
    What they wrote to sales is erased with them. The record says that somebody was
    erased, and not who. Raises RefusedError for a blank: many rows have no name or no
    address, and are of different people.
    """
    said = who.strip()
    if not said:
        raise RefusedError("no_such_person", "Say whom: an address or a full name.")
    rows = models.PersonalDetail.objects.filter(workspace=workspace)
    named = (
        rows.filter(email__iexact=said).exclude(name="").values_list("name", flat=True)
    )
    words = {said, *named}
    known = Q(email__iexact=said)
    for word in words:
        known |= Q(name__iexact=word)
    details = rows.filter(known)
    quotes = [
        *models.Recipient.objects.filter(person__in=details).values_list(
            "revision__quote", flat=True
        ),
        *models.Acceptance.objects.filter(person__in=details).values_list(
            "quote", flat=True
        ),
    ]
    texts = (
        models.InboxItem.objects.filter(
            workspace=workspace, revision__quote__in=quotes, kind="question"
        )
        .exclude(text="")
        .update(text="")
    )
    models.QuoteEvent.objects.filter(
        workspace=workspace, revision__quote__in=quotes, kind="question"
    ).update(note="")
    count, _ = details.delete()
    jobs = list(models.Job.objects.filter(_asked_for(said, words), workspace=workspace))
    for job in jobs:
        forget_recipient(job)
    requests = sum(forget_asker(word, workspace=workspace) for word in sorted(words))
    found = Forgotten(details=count, requests=requests, texts=texts, jobs=len(jobs))
    if count or requests or jobs:
        audit.record(
            workspace=workspace,
            actor=str(by) if by else "set-up",
            action="forget_person",
            subject="a person",
            after=asdict(found),
            at=now,
        )
    return found


def _asked_for(address: str, words: Iterable[str]) -> Q:
    """Return which jobs were to send a quote to somebody."""
    found = Q(asked__recipient_email__iexact=address)
    for word in words:
        found |= Q(asked__recipient_name__iexact=word)
    return found
