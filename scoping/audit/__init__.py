"""The append-only, hash-chained record of who did what, for both apps.

Each entry holds the hash of the one before it in its workspace, and digests of what was
there before and after. `record` runs inside the caller's transaction: what is undone
was not done, and leaves no entry. `first_fault` recomputes the chain; `heads` signs
where it ends, so that a record that was cut short or written anew shows as well.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """The first entry of a record that is not what it was, and how that shows."""

    seq: int
    why: str

    def __str__(self) -> str:
        """Say it in a sentence."""
        return f"entry {self.seq} does not fit the chain: {self.why}"


def first_fault(workspace: models.Workspace) -> Fault | None:
    """Return the first entry that does not fit the chain, None if all do.

    A record that ends elsewhere than its head says, or has lost its head, is broken at
    the entry after its last one. What is recorded meanwhile is looked at as well.
    """
    previous, expected = "", 1
    while True:
        for entry in entries_of(workspace, after=expected - 1):
            why = _misfit(entry, expected=expected, previous=previous)
            if why:
                return Fault(seq=expected, why=why)
            previous, expected = entry.hash, expected + 1
        head = models.AuditHead.objects.filter(workspace=workspace).first()
        end = (0, "") if head is None else (head.seq, head.hash)
        if end == (expected - 1, previous):
            return None
        if next(entries_of(workspace, after=expected - 1), None) is None:
            break
    return Fault(
        seq=expected,
        why=f"the record ends with entry {expected - 1}, but its head names {end[0]}.",
    )


def _misfit(entry: models.AuditEntry, *, expected: int, previous: str) -> str:
    """Return how an entry does not follow from the one before it, empty if it does."""
    if entry.seq != expected:
        return f"it is missing; entry {entry.seq} comes in its place."
    if entry.hash != entry_hash(entry):
        return (
            f"its hash is not that of what it says (“{entry.actor}: {entry.action}, "
            f"{entry.subject}”, {entry.at:%Y-%m-%d %H:%M} UTC)."
        )
    if entry.previous_hash != previous:
        return "it does not name the hash of the entry before it."
    return ""


def entries_of(
    workspace: models.Workspace, *, after: int = 0
) -> Iterator[models.AuditEntry]:
    """Yield the entries of a workspace, oldest first, or those after one of them."""
    rows = models.AuditEntry.objects.filter(workspace=workspace)
    later = rows.filter(seq__gt=after) if after else rows
    yield from later.order_by("seq").iterator()


def first_broken(workspace: models.Workspace) -> int | None:
    """Return the number of the first entry that does not fit, None if all do."""
    found = first_fault(workspace)
    return None if found is None else found.seq


def last_entry(
    workspace: models.Workspace, *, subject: str
) -> models.AuditEntry | None:
    """Return the last thing that was done to a subject, None if nothing was."""
    return (
        models.AuditEntry.objects.filter(workspace=workspace, subject=subject)
        .order_by("-seq")
        .first()
    )
