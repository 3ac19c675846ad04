"""The append-only, hash-chained record of who did what, for both apps.

Each entry holds the hash of the one before it in its workspace, and digests of what was
there before and after. `record` runs inside the caller's transaction: what is undone
was not done, and leaves no entry. `first_broken` recomputes the chain.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from scoping import models


class RecordError(RuntimeError):
    """Raised when an entry would be written outside of a transaction."""


def record(  # noqa: PLR0913 - who did what, when, to what, all named
    *,
    workspace: models.Workspace,
    actor: str,
    action: str,
    subject: str,
    at: datetime,
    before: object = None,
    after: object = None,
) -> models.AuditEntry:
    """Append an entry to a workspace's record, in the caller's transaction."""
    if not transaction.get_connection().in_atomic_block:
        raise RecordError("An entry is written in the transaction that it speaks of.")
    models.AuditHead.objects.get_or_create(workspace=workspace)
    head = models.AuditHead.objects.select_for_update().get(workspace=workspace)
    entry = models.AuditEntry(
        workspace=workspace,
        seq=head.seq + 1,
        at=at,
        actor=actor,
        action=action,
        subject=subject,
        before_digest="" if before is None else digest(before),
        after_digest="" if after is None else digest(after),
        previous_hash=head.hash,
    )
    entry.hash = entry_hash(entry)
    entry.save(force_insert=True)
    head.seq, head.hash = entry.seq, entry.hash
    head.save()
    return entry


def digest(value: object) -> str:
    """Return the SHA-256 of a value's canonical JSON."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def entry_hash(entry: models.AuditEntry) -> str:
    """Return the hash of an entry: of all it says and of the hash before it."""
    said: dict[str, Any] = {
        "workspace": entry.workspace_id,
        "seq": entry.seq,
        "at": entry.at.astimezone(UTC).isoformat(),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "before": entry.before_digest,
        "after": entry.after_digest,
        "previous": entry.previous_hash,
    }
    return digest(said)


def first_broken(workspace: models.Workspace) -> int | None:
    """Return the number of the first entry that does not fit the chain, None if all do.

    A record that ends elsewhere than its head says, or has lost its head, is broken at
    the entry after its last one.
    """
    previous, expected = "", 1
    entries = models.AuditEntry.objects.filter(workspace=workspace).order_by("seq")
    for entry in entries.iterator():
        if (
            entry.seq != expected
            or entry.previous_hash != previous
            or entry.hash != entry_hash(entry)
        ):
            return expected
        previous, expected = entry.hash, expected + 1
    head = models.AuditHead.objects.filter(workspace=workspace).first()
    end = (0, "") if head is None else (head.seq, head.hash)
    return None if end == (expected - 1, previous) else expected


def broken_records() -> list[tuple[str, int | None]]:
    """Return each workspace's name with its first broken entry, None if whole."""
    return [
        (workspace.name, first_broken(workspace))
        for workspace in models.Workspace.objects.all()
    ]


def last_entry(
    workspace: models.Workspace, *, subject: str
) -> models.AuditEntry | None:
    """Return the last thing that was done to a subject, None if nothing was."""
    return (
        models.AuditEntry.objects.filter(workspace=workspace, subject=subject)
        .order_by("-seq")
        .first()
    )
