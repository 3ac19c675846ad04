"""Texts that are printed with a quote, each version as it was published."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from .quotes import Owned, QuoteRevision


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


class PublishedSection(Owned):
    """A text of quotes in one version, as it was published for good.

    The last published one of its key is printed with what is sent from then on, where
    the template of a quote holds it.
    """

    key = models.CharField(max_length=40)
    version = models.CharField(max_length=40)
    heading = models.CharField(max_length=120)
    text = models.TextField()
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["-published_at", "-pk"]
        verbose_name = "text"
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "key", "version"],
                name="text_version_is_published_once",
            ),
            models.CheckConstraint(
                condition=~Q(version="") & ~Q(key=""),
                name="published_text_names_key_and_version",
            ),
        ]

    def __str__(self) -> str:
        """Name the text."""
        return f"{self.key} {self.version}"


class PublishedTemplate(Owned):
    """Which sections in which order for which kinds of quotes, published for good."""

    key = models.CharField(max_length=40)
    version = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    kinds = models.JSONField()
    sections = models.JSONField()
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["-published_at", "-pk"]
        verbose_name = "template"
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "key", "version"],
                name="template_version_is_published_once",
            ),
            models.CheckConstraint(
                condition=~Q(version="") & ~Q(key=""),
                name="published_template_names_key_and_version",
            ),
        ]

    def __str__(self) -> str:
        """Name the template."""
        return f"{self.key} {self.version}"


class QuoteTexts(Owned):
    """What a draft prints otherwise than by its kind; final once it was sent.

    `template` is empty where the kind of the quote chooses it. `edits` are texts that
    were written for this quote alone: `{key: {heading, text}}`.
    """

    revision = models.OneToOneField(
        QuoteRevision, on_delete=models.CASCADE, related_name="own_texts"
    )
    template = models.CharField(max_length=40, blank=True)
    edits = models.JSONField(default=dict)
    frozen_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        """Name whose texts they are."""
        return f"texts of {self.revision}"
