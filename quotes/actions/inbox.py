"""The inbox: what happened comes in with it, has an owner, and is done.

An item is written in the transaction of what happened, under the lock of its quote.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from quotes import models
from quotes.actions import RefusedError
from quotes.models import InboxKind
from scoping import audit
from scoping import queries as scoping
from scoping.access import Act, may

KIND_OF_TOPIC = {
    "quote_opened": InboxKind.OPENED,
    "quote_question": InboxKind.QUESTION,
    "quote_accepted": InboxKind.ACCEPTED,
    "quote_declined": InboxKind.DECLINED,
    "quote_ends_soon": InboxKind.ENDS_SOON,
    "quote_expired": InboxKind.EXPIRED,
    "approval_requested": InboxKind.APPROVAL_REQUESTED,
    "approval_given": InboxKind.APPROVAL_GIVEN,
    "approval_refused": InboxKind.APPROVAL_REFUSED,
}
REQUESTED = "quote_requested"
SETTLES = {
    "quote_accepted": [InboxKind.OPENED, InboxKind.ENDS_SOON],
    "quote_declined": [InboxKind.OPENED, InboxKind.ENDS_SOON],
    "quote_expired": [InboxKind.OPENED, InboxKind.ENDS_SOON],
    "quote_withdrawn": [
        InboxKind.OPENED,
        InboxKind.ENDS_SOON,
        InboxKind.APPROVAL_REQUESTED,
        InboxKind.APPROVAL_GIVEN,
        InboxKind.APPROVAL_REFUSED,
    ],
    "quote_superseded": [InboxKind.OPENED, InboxKind.ENDS_SOON],
    "quote_sent": [InboxKind.APPROVAL_GIVEN, InboxKind.APPROVAL_REFUSED],
    "approval_requested": [InboxKind.APPROVAL_REFUSED],
    "approval_given": [InboxKind.APPROVAL_REQUESTED],
    "approval_refused": [InboxKind.APPROVAL_REQUESTED],
}
"""What is done once something else has happened to the same revision."""


def put(
    locked: models.QuoteRevision, topic: str, *, key: str, now: datetime, text: str = ""
) -> models.InboxItem | None:
    """Put what happened to a locked revision into the inbox; settle what it settles.

    A request for approval is nobody's: whoever may approve takes it. Its answer is of
    whoever asked, all else of whoever has the quote.
    """
    settle(locked, SETTLES.get(topic, ()), now=now)
    kind = KIND_OF_TOPIC.get(topic)
    if kind is None:
        return None
    return models.InboxItem.objects.create(
        workspace=locked.workspace,
        kind=kind,
        key=key,
        revision=locked,
        text=text[:500],
        at=now,
        owner=_owner(locked, kind),
    )


def _owner(locked: models.QuoteRevision, kind: str) -> Any:
    if kind == InboxKind.APPROVAL_REQUESTED:
        return None
    if kind in (InboxKind.APPROVAL_GIVEN, InboxKind.APPROVAL_REFUSED):
        return locked.approvals.order_by("-pk")[0].requested_by
    return owner_of(locked.quote)


def take_in_request(*_: object, workspace: Any, **__: object) -> None:
    """Put a request into the inbox in the transaction in which it is made."""
    take_in_requests(workspace)


def take_in_requests(workspace: Any) -> None:
    """Put what clients asked for on the public form into the inbox, each once.

    That form knows nothing of quotes; it leaves a message in the outbox.
    """
    known = models.InboxItem.objects.filter(
        workspace=workspace, kind=InboxKind.SCOPE_REQUESTED
    ).values("key")
    messages = scoping.outbox(workspace).filter(topic=REQUESTED)
    for message in messages.exclude(dedupe_id__in=known).order_by("pk"):
        models.InboxItem.objects.get_or_create(
            workspace=workspace,
            key=message.dedupe_id,
            defaults={
                "kind": InboxKind.SCOPE_REQUESTED,
                "scope_id": message.payload["scope"],
                "at": message.created_at,
            },
        )


def settle(
    locked: models.QuoteRevision, kinds: Iterable[str], *, now: datetime
) -> None:
    """Call items of a revision done, because what they asked for was answered."""
    models.InboxItem.objects.filter(
        revision=locked, kind__in=list(kinds), done_at__isnull=True
    ).update(done_at=now)


def owner_of(quote: models.Quote) -> Any:
    """Return who has a quote: who was given its last item, or who drafted it."""
    last = (
        models.InboxItem.objects.filter(revision__quote=quote, owner__isnull=False)
        .order_by("-pk")
        .first()
    )
    if last is not None:
        return last.owner
    return quote.revisions.order_by("revision")[0].created_by


@transaction.atomic
def assign_item(
    pk: int, *, to: int | None, workspace: Any, by: Any, role: str, now: datetime
) -> models.InboxItem:
    """Give an item to somebody of the workspace, with the open ones of its quote.

    What happens to the quote from now on is theirs as well.
    """
    item = _item(pk, workspace=workspace, role=role)
    person = None if to is None else scoping.member(to, workspace=workspace)
    needed, works_on = (
        (Act.EDIT_QUOTE, "quotes")
        if item.project is None
        else (Act.MOVE_BATCH, "projects")
    )
    if to is not None and (person is None or not may(person.role, needed)):
        raise RefusedError(
            "no_such_person",
            f"Choose somebody of this workspace who works on {works_on}.",
        )
    owner = None if person is None else person.user
    items = models.InboxItem.objects.filter(pk=item.pk)
    if item.revision is not None and item.kind != InboxKind.APPROVAL_REQUESTED:
        items |= models.InboxItem.objects.filter(
            revision__quote=item.revision.quote, done_at__isnull=True
        ).exclude(kind=InboxKind.APPROVAL_REQUESTED)
    items.update(owner=owner)
    _record(item, "assign_item", by=by, now=now, after={"owner": to})
    item.refresh_from_db()
    return item


@transaction.atomic
def finish_item(
    pk: int, *, done: bool, workspace: Any, by: Any, role: str, now: datetime
) -> models.InboxItem:
    """Call an item done, or open again; doing so twice changes nothing."""
    item = _item(pk, workspace=workspace, role=role)
    if (item.done_at is not None) == done:
        return item
    item.done_at, item.done_by = (now, by) if done else (None, None)
    item.save(update_fields=["done_at", "done_by"])
    _record(item, "finish_item", by=by, now=now, after={"done": done})
    return item


def _item(pk: int, *, workspace: Any, role: str) -> models.InboxItem:
    if not may(role, Act.EDIT_QUOTE):
        raise RefusedError("not_allowed", f"The role {role} has no inbox.")
    rows = models.InboxItem.objects.filter(workspace=workspace)
    item = rows.select_for_update(of=("self",)).filter(pk=pk).first()
    if item is None:
        raise RefusedError("no_such_item", "This is not in your inbox any more.")
    return item


def _record(
    item: models.InboxItem, action: str, *, by: Any, now: datetime, after: object
) -> None:
    audit.record(
        workspace=item.workspace,
        actor=str(by),
        action=action,
        subject=f"inbox item {item.pk}",
        after=after,
        at=now,
    )
