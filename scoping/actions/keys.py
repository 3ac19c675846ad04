"""API keys: made by an admin for a member, shown once, revoked for good."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from scoping import audit, models, queries
from scoping.access import Grant, Role, usable

SECRET_BYTES = 32
"""256 bits, which nobody guesses; so a plain hash of them is as good as any."""
MOST_NAME = 80
USE_IS_NOTED_EVERY = timedelta(minutes=1)


class ApiKeyError(ValueError):
    """Raised for a key that cannot be made; `field` is what to change."""

    def __init__(self, field: str, message: str) -> None:
        """Keep the field beside the sentence."""
        self.field = field
        super().__init__(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """A key with its token, which is shown once and kept nowhere."""

    key: models.ApiKey
    token: str


@transaction.atomic
def make_api_key(  # noqa: PLR0913 - a key's particulars, named
    *,
    workspace: models.Workspace,
    user: models.User | None,
    name: str,
    grants: Iterable[str],
    by: models.User,
    now: datetime,
    ends_at: datetime | None = None,
) -> NewKey:
    """Make a key that acts for a member of a workspace, within what it is granted.

    It never may more than its member may at the time: who leaves takes their keys with
    them. Raises ApiKeyError.
    """
    given = sorted(set(grants))
    _refuse_odd(name, ends_at=ends_at, now=now)
    member = _member_of(workspace, user=user, given=given)
    prefix = secrets.token_hex(4)
    token = f"pl_{prefix}_{secrets.token_urlsafe(SECRET_BYTES)}"
    key = models.ApiKey.objects.create(
        workspace=workspace,
        user=member,
        name=name.strip(),
        prefix=prefix,
        secret_hash=hashlib.sha256(token.encode()).hexdigest(),
        grants=given,
        made_by=by,
        made_at=now,
        ends_at=ends_at,
    )
    audit.record(
        workspace=workspace,
        actor=str(by),
        action="make_api_key",
        subject=f"API key {prefix}",
        after={"name": key.name, "for": key.user_id, "grants": given},
        at=now,
    )
    return NewKey(key=key, token=token)


def _refuse_odd(name: str, *, ends_at: datetime | None, now: datetime) -> None:
    if not name.strip():
        raise ApiKeyError("name", "Name the program that will use the key.")
    if len(name.strip()) > MOST_NAME:
        raise ApiKeyError("name", f"A name has at most {MOST_NAME} characters.")
    if ends_at is not None and ends_at <= now:
        raise ApiKeyError("ends", "Choose a day that is not over, or none.")


def _member_of(
    workspace: models.Workspace, *, user: models.User | None, given: list[str]
) -> models.User:
    """Return for whom a key acts, if they work here and could use what it is given."""
    member = None if user is None else queries.membership_in(workspace, user=user)
    if member is None or member.role == Role.CLIENT:
        raise ApiKeyError("member", "Choose somebody who works here.")
    if not given:
        raise ApiKeyError("grants", "Choose at least one thing that the key may do.")
    for one in given:
        if one not in list(Grant) or not usable(Grant(one), member.role):
            raise ApiKeyError(
                "grants",
                f"{member.user} is {member.role} here and could not use {one[:40]}.",
            )
    return member.user


@transaction.atomic
def revoke_api_key(
    key: models.ApiKey, *, by: models.User, now: datetime
) -> models.ApiKey:
    """Revoke a key: from now on it opens nothing. Revoked again, nothing changes."""
    locked = models.ApiKey.objects.select_for_update().get(pk=key.pk)
    if locked.revoked_at is not None:
        return locked
    locked.revoked_at, locked.revoked_by = now, by
    locked.save()
    audit.record(
        workspace=locked.workspace,
        actor=str(by),
        action="revoke_api_key",
        subject=f"API key {locked.prefix}",
        before={"name": locked.name, "grants": locked.grants},
        at=now,
    )
    return locked


def note_key_used(key: models.ApiKey, *, now: datetime) -> None:
    """Write down that a key is in use; to the minute, so that reading stays cheap."""
    models.ApiKey.objects.filter(
        Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - USE_IS_NOTED_EVERY),
        pk=key.pk,
    ).update(last_used_at=now)
