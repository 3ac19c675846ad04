"""What a client does on the public form: keeps her scope, changes it, asks for a quote.

Nobody has signed in here. Whoever holds the link may do all of it, and the record says
so by the words "link holder".
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.dispatch import Signal

from scoping import audit, models, queries
from scoping.actions import enqueue_once, scope_fields
from scoping.calc.spec import Spec, read_spec

TOPIC = "quote_requested"
TOKEN_BYTES = 24
BY = "link holder"
ERASED = "erased@invalid.example"
"""Stands where an address was taken out; nothing is ever mailed to it."""

quote_requested = Signal()
"""Sent in the transaction in which somebody asks for a quote, with the `workspace`.

What becomes of a request is another app's, which this one does not know.
"""


class AskedError(ValueError):
    """Raised when a scope would change that a quote was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks for a quote, and in which words."""

    email: str
    company: str = ""
    person: str = ""
    message: str = ""


@transaction.atomic
def keep_scope(
    spec: Spec,
    *,
    answers: Mapping[str, str],
    sample: Mapping[str, Any] | None,
    workspace: models.Workspace,
    now: datetime,
) -> tuple[models.PublicScope, str]:
    """Keep a scope under a new private link; returned with the token, shown once."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    scope = models.Scope.objects.create(
        workspace=workspace, changed_at=now, **scope_fields(spec)
    )
    kept = models.PublicScope.objects.create(
        workspace=workspace,
        scope=scope,
        token_hash=queries.token_hash(token),
        answers=dict(answers),
        sample=None if sample is None else dict(sample),
        created_at=now,
        changed_at=now,
    )
    audit.record(
        workspace=workspace,
        actor=BY,
        action="keep_scope",
        subject=f"scope {scope.pk}",
        after={"digest": scope.digest},
        at=now,
    )
    return kept, token


@transaction.atomic
def change_kept(
    kept: models.PublicScope,
    spec: Spec,
    *,
    answers: Mapping[str, str],
    sample: Mapping[str, Any] | None,
    now: datetime,
) -> models.PublicScope:
    """Change a kept scope. Raises AskedError once a quote was asked for."""
    locked = _locked(kept)
    if locked.asked_at is not None:
        raise AskedError("A quote was asked for this scope. Keep a new one.")
    _write(locked.scope, spec, now=now)
    locked.answers = dict(answers)
    locked.sample = None if sample is None else dict(sample)
    locked.changed_at = now
    locked.save()
    return locked


@transaction.atomic
def ask_for_quote(
    kept: models.PublicScope, *, asker: Asker, now: datetime
) -> models.PublicScope:
    """Turn a kept scope into a request of its workspace; asked twice is asked once."""
    locked = _locked(kept)
    if locked.asked_at is not None:
        return locked
    scope = locked.scope
    spec = read_spec(scope.document, door="staff", today=now.date())
    if asker.company:
        _write(scope, replace(spec, client=asker.company), now=now)
    locked.company, locked.person = asker.company, asker.person
    locked.email, locked.message = asker.email, asker.message
    locked.asked_at = now
    locked.save()
    audit.record(
        workspace=locked.workspace,
        actor=BY,
        action="ask_for_quote",
        subject=f"scope {scope.pk}",
        after={"digest": scope.digest},
        at=now,
    )
    enqueue_once(
        TOPIC,
        {"scope": scope.pk},
        workspace=locked.workspace,
        dedupe_id=f"{TOPIC} scope {scope.pk}",
        now=now,
    )
    quote_requested.send(ask_for_quote, workspace=locked.workspace)
    return locked


def forget_asker(who: str, *, workspace: models.Workspace) -> int:
    """Take whoever asked out of kept scopes, by address or name; return how many.

    That a quote was asked for stays, and for which company.
    """
    rows = models.PublicScope.objects.filter(workspace=workspace)
    return rows.filter(Q(email__iexact=who) | Q(person__iexact=who)).update(
        email=ERASED, person="", message=""
    )


def _locked(kept: models.PublicScope) -> models.PublicScope:
    rows = models.PublicScope.objects.select_for_update(of=("self",))
    return rows.select_related("scope", "workspace").get(pk=kept.pk)


def _write(scope: models.Scope, spec: Spec, *, now: datetime) -> None:
    for name, value in scope_fields(spec).items():
        setattr(scope, name, value)
    scope.changed_at = now
    scope.save()
