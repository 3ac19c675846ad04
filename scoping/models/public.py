"""Scopes that clients made themselves: the link, what they typed, what they asked."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from .people import Workspace
from .scopes import Scope


class PublicScope(models.Model):
    """A scope of the public form, kept under a private link.

    Its token is not stored, only the hash. `answers` are the texts of the form; what an
    uploaded file was measured as is `sample`. Who asked, and in which words, stands
    here and nowhere else, so that it can be taken out. Once asked for, nothing of it
    changes.
    """

    workspace = models.ForeignKey(
        Workspace, on_delete=models.PROTECT, related_name="public_scopes"
    )
    scope = models.OneToOneField(Scope, on_delete=models.PROTECT, related_name="public")
    token_hash = models.CharField(max_length=64, unique=True)
    answers = models.JSONField()
    sample = models.JSONField(null=True, blank=True)
    company = models.CharField(max_length=200, blank=True)
    person = models.CharField(max_length=200, blank=True)
    email = models.EmailField("e-mail", blank=True)
    message = models.TextField(blank=True, max_length=2000)
    asked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=now, editable=False)
    changed_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(asked_at__isnull=True) | ~Q(email=""),
                name="public_scope_asked_for_has_an_address",
            ),
        ]

    def __str__(self) -> str:
        """Name the scope."""
        return f"public scope {self.pk}"
