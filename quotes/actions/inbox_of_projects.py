"""What a client does to a project that runs comes into the inbox of who runs it.

One item stands for all disputes of a project that wait: a client who sends fifty fills
no inbox and causes one mail, and the item is settled by the last verdict.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from quotes import models
from quotes.models import InboxKind


def put_disputes(project: models.Project, *, key: str, now: datetime) -> None:
    """Say in the inbox that labels of a locked project wait for a verdict.

    `key` names the event that opens an item, if none is open.
    """
    if not keep_disputes(project, now=now):
        text = _waiting(project)
        _put(project, InboxKind.DISPUTED, key=key, text=text, now=now)


def keep_disputes(project: models.Project, *, now: datetime) -> bool:
    """Bring the open item up to date, done when none waits; return whether one was."""
    text = _waiting(project)
    items = _items(project).filter(kind=InboxKind.DISPUTED, done_at__isnull=True)
    return bool(items.update(text=text) if text else items.update(done_at=now))


def _waiting(project: models.Project) -> str:
    waiting = models.Dispute.objects.filter(project=project, verdict__isnull=True)
    last = waiting.order_by("-number").first()
    if last is None:
        return ""
    many = waiting.count()
    said = "1 label waits" if many == 1 else f"{many:,} labels wait"
    return f"{said} for a verdict; the newest is in {last.image}."


def put_rejection(
    batch: models.GateBatch, *, key: str, text: str, now: datetime
) -> None:
    """Say in the inbox that a client sent a batch back, and why."""
    said = f"{batch}: {text}"
    _put(batch.project, InboxKind.REJECTED, key=key, text=said, now=now)


def _items(project: models.Project) -> QuerySet[models.InboxItem]:
    return models.InboxItem.objects.filter(project=project)


def _put(
    project: models.Project, kind: str, *, key: str, text: str, now: datetime
) -> None:
    """Put an item there, of whoever was given the last one of the project, if any."""
    last = _items(project).filter(owner__isnull=False).order_by("-pk").first()
    models.InboxItem.objects.create(
        workspace=project.workspace,
        kind=kind,
        key=key,
        project=project,
        text=text[:500],
        at=now,
        owner=None if last is None else last.owner,
    )
