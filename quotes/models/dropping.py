"""What was dropped and how columns were mapped, before anything counts.

A dropped file keeps its bytes, so that a verdict can be read, a mapping made and the
rows counted without choosing it again, and what was counted can be read once more.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from .actuals import Project
from .quotes import Owned


class DroppedFile(Owned):
    """The bytes of a file that somebody dropped on a project, known by their hash."""

    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, related_name="dropped"
    )
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    body = models.BinaryField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "sha256"], name="dropped_file_is_kept_once"
            ),
            models.CheckConstraint(
                condition=~Q(sha256=""), name="dropped_file_has_a_hash"
            ),
        ]

    def __str__(self) -> str:
        """Name the file."""
        return self.name


class ColumnMapping(Owned):
    """How the columns of a kind of file were mapped: asked once, then remembered.

    `header` is the digest of the names of its columns in any order.
    """

    header = models.CharField(max_length=64)
    name = models.CharField(max_length=120)
    document = models.JSONField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "header"], name="column_mapping_is_one_per_header"
            ),
            models.CheckConstraint(
                condition=~Q(name=""), name="column_mapping_has_a_name"
            ),
        ]

    def __str__(self) -> str:
        """Name the mapping."""
        return self.name
