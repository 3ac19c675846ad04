"""Where the quotes of a workspace stand, and what each of them waits for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from quotes import models
from quotes.models import InboxKind, State
from quotes.queries.quotes import in_state, revisions

RECENT = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What asks for attention on a quote: the newest open item of its inbox."""

    kind: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """How many there are at each step. `asked` are requests nobody has dealt with.

    `since` is when the oldest of those came, `won` how many were accepted lately.
    """

    asked: int
    since: datetime | None
    drafts: int
    in_approval: int
    open: int
    ending: int
    won: int


def pipeline(workspace: Any, *, at: datetime, days: int) -> Pipeline:
    """Return where the quotes stand; `ending` are open ones in their last `days`."""
    rows = revisions(workspace)
    asked = models.InboxItem.objects.filter(
        workspace=workspace, kind=InboxKind.SCOPE_REQUESTED, done_at__isnull=True
    ).order_by("at")
    sent = in_state(rows, State.SENT, at=at)
    first = asked.first()
    return Pipeline(
        asked=asked.count(),
        since=None if first is None else first.at,
        drafts=in_state(rows, State.DRAFT, at=at).count(),
        in_approval=in_state(rows, State.IN_APPROVAL, at=at).count(),
        open=sent.count(),
        ending=sent.filter(valid_until__lte=(at + timedelta(days=days)).date()).count(),
        won=models.Acceptance.objects.filter(
            workspace=workspace, at__gte=at - RECENT
        ).count(),
    )


def waiting(found: Sequence[models.QuoteRevision]) -> Mapping[int, Waiting]:
    """Return what each of these revisions waits for, by primary key.

    The newest item says it. That a quote was opened says less than any other, and
    nothing once it was answered.
    """
    items = sorted(
        models.InboxItem.objects.filter(
            revision__in=found, done_at__isnull=True
        ).order_by("at", "pk"),
        key=lambda item: item.kind != models.InboxKind.OPENED,
    )
    answered = {one.pk for one in found if one.state != models.State.SENT}
    return {
        item.revision_id: Waiting(kind=item.kind, since=item.at)
        for item in items
        if item.revision_id is not None
        and not (item.kind == models.InboxKind.OPENED and item.revision_id in answered)
    }
