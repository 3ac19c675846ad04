"""Dataset specs as rows: what somebody said a project is."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from .people import Client, User, Workspace


class Scope(models.Model):
    """A saved spec document. Editing keeps the row and its number; quotes copy it."""

    workspace = models.ForeignKey(
        Workspace, on_delete=models.PROTECT, related_name="scopes"
    )
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, null=True, blank=True, related_name="scopes"
    )
    name = models.CharField(max_length=200)
    document = models.JSONField()
    digest = models.CharField(max_length=64)
    seed = models.BigIntegerField()
    form_token = models.CharField(max_length=64, blank=True)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=now, editable=False)
    changed_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["-changed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(seed__gte=0), name="scope_seed_is_not_negative"
            ),
            models.UniqueConstraint(
                fields=["workspace", "form_token"],
                condition=~Q(form_token=""),
                name="scope_form_is_sent_once",
            ),
        ]

    def __str__(self) -> str:
        """Name the scope."""
        return self.name or f"scope {self.pk}"
