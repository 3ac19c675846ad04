"""Reads of the inbox: what came in, whose it is, and who may be given it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from quotes import models
from quotes.models import InboxKind
from scoping import queries as scoping
from scoping.access import Act, may

OPEN, DONE, EVERYTHING = "open", "done", "all"
NOBODY, MINE = "nobody", "me"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Which items of the inbox are looked for; an empty part looks for any."""

    show: str = OPEN
    kind: str = ""
    owner: str = ""

    def found(self, *, workspace: Any, user: Any) -> QuerySet[models.InboxItem]:
        """Return the items, newest first."""
        wanted = Q(workspace=workspace)
        if self.show in (OPEN, DONE):
            wanted &= Q(done_at__isnull=self.show == OPEN)
        if self.kind:
            wanted &= Q(kind=self.kind)
        if self.owner == MINE:
            wanted &= Q(owner=user)
        elif self.owner == NOBODY:
            wanted &= Q(owner__isnull=True)
        elif self.owner:
            wanted &= Q(owner=int(self.owner))
        return models.InboxItem.objects.filter(wanted).select_related(
            "revision__quote__client",
            "scope__public",
            "project__client",
            "owner",
            "done_by",
        )


def sought(data: Any, *, workspace: Any) -> Sought:
    """Return what an address looks for; odd values look for any."""
    show, kind, owner = (
        data.get("show", OPEN),
        data.get("kind", ""),
        data.get("owner", ""),
    )
    known = {MINE, NOBODY, *(str(pk) for pk, _ in people(workspace))}
    return Sought(
        show=show if show in (OPEN, DONE, EVERYTHING) else OPEN,
        kind=kind if kind in InboxKind.values else "",
        owner=owner if owner in known else "",
    )


def people(workspace: Any) -> list[tuple[int, str]]:
    """Return who may be given an item: number and name, by name."""
    found = [
        (member.user_id, str(member.user))
        for member in scoping.memberships(workspace)
        if may(member.role, Act.EDIT_QUOTE) and member.user.is_active
    ]
    return sorted(found, key=lambda one: (one[1], one[0]))


def open_items(workspace: Any) -> int:
    """Return how much is open in the inbox of a workspace."""
    return models.InboxItem.objects.filter(
        workspace=workspace, done_at__isnull=True
    ).count()
