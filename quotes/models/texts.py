"""Texts that are printed with a quote, each version as it was published."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from .quotes import Owned


class PublishedTerms(Owned):
    """Terms of a workspace in one version; published for good (migration below).

    The last published ones are printed with what is sent from then on. What was sent
    holds its own copy.
    """

    version = models.CharField(max_length=40)
    clauses = models.JSONField()
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["-published_at", "-pk"]
        verbose_name_plural = "published terms"
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "version"], name="terms_version_is_published_once"
            ),
            models.CheckConstraint(
                condition=~Q(version=""), name="published_terms_name_their_version"
            ),
        ]

    def __str__(self) -> str:
        """Name the terms."""
        return f"terms {self.version}"
