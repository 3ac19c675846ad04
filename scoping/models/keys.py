"""Keys of programs that use the API, and the answers that are kept to be repeated.

Of a key only the hash is kept; its prefix tells people which one it is. An answer is
kept for a day under the key that its caller gave it, so that a request that was sent
twice is done once.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now

from .people import User, Workspace


class ApiKey(models.Model):
    """What a program shows instead of a password: it acts for one member, in part."""

    workspace = models.ForeignKey(
        Workspace, on_delete=models.PROTECT, related_name="api_keys"
    )
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12)
    secret_hash = models.CharField(max_length=64, unique=True)
    grants = models.JSONField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=now, editable=False)
    ends_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "prefix"], name="api_key_prefix_is_unique"
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(prefix=""), name="api_key_can_be_named"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="api_key_is_revoked_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        """Name the key without giving it away."""
        return f"{self.name} ({self.prefix})"


class KeptAnswer(models.Model):
    """The answer to a request that its caller may send again with the same key."""

    workspace = models.ForeignKey(
        Workspace, on_delete=models.PROTECT, related_name="kept_answers"
    )
    caller = models.CharField(max_length=40)
    address = models.CharField(max_length=300)
    key_hash = models.CharField(max_length=64)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.JSONField(null=True)
    made_at = models.DateTimeField(default=now, editable=False)
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "caller", "address", "key_hash"],
                name="kept_answer_is_one_per_key",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("made_at")), name="kept_answer_is_kept"
            ),
        ]
        indexes = [models.Index(fields=["ends_at"], name="kept_answer_ends")]

    def __str__(self) -> str:
        """Name the request."""
        return f"answer to {self.address}"
