"""The append-only record and the outbox, as rows.

An entry of the record names the hash of the one before it, per workspace; the head row
is locked while one is added, so that the chain cannot fork. The database refuses to
change, delete or replace an entry, and to move the head other than on by one
(migrations 0003 and 0004).
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from .people import Workspace


class AuditHead(models.Model):
    """Where a workspace's record ends: the one row that is locked to append."""

    workspace = models.OneToOneField(
        Workspace, on_delete=models.PROTECT, related_name="audit_head"
    )
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")

    def __str__(self) -> str:
        """Say where the record ends."""
        return f"record of {self.workspace} up to {self.seq}"


class AuditEntry(models.Model):
    """Who did what, when, to what: one link of a workspace's hash chain."""

    workspace = models.ForeignKey(
        Workspace, on_delete=models.PROTECT, related_name="audit_entries"
    )
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=200)
    action = models.CharField(max_length=80)
    subject = models.CharField(max_length=200)
    before_digest = models.CharField(max_length=64, blank=True)
    after_digest = models.CharField(max_length=64, blank=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name_plural = "audit entries"
        ordering = ["workspace", "seq"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "seq"], name="audit_entry_number_is_unique"
            ),
            models.CheckConstraint(
                condition=Q(seq__gte=1), name="audit_entry_numbers_start_at_one"
            ),
            models.CheckConstraint(
                condition=~Q(actor="") & ~Q(action="") & ~Q(subject=""),
                name="audit_entry_says_who_did_what",
            ),
        ]

    def __str__(self) -> str:
        """Say what happened."""
        return f"{self.seq}: {self.actor} {self.action} {self.subject}"


class OutboxMessage(models.Model):
    """Something that must leave this service after the transaction that wrote it.

    Sent at least once; a reader drops what it has seen by `dedupe_id`. It is due at
    `due_at`, which a worker that takes it moves on, so that no other takes it
    meanwhile. What was tried too often has `failed_at` and waits for a person.
    `last_error` of one that is delivered says why there was nothing to send any more.
    """

    workspace = models.ForeignKey(
        Workspace, on_delete=models.PROTECT, related_name="outbox"
    )
    topic = models.CharField(max_length=80)
    dedupe_id = models.CharField(max_length=120)
    payload = models.JSONField()
    created_at = models.DateTimeField(default=now, editable=False)
    delivered_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(default=now)
    failed_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "dedupe_id"], name="outbox_message_is_unique"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(delivered_at__isnull=True, failed_at__isnull=True),
                name="outbox_message_waits",
            )
        ]

    def __str__(self) -> str:
        """Name the message."""
        return f"{self.topic} {self.dedupe_id}"
