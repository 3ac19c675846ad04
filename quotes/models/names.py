"""What names in files mean, as people confirmed it: asked once, then remembered."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from .actuals import Project
from .quotes import Owned


class RememberedName(Owned):
    """A name as files write it, and what somebody said that it means.

    Rows are added and never changed; of one name the last row holds. `name` is the
    written name as names are compared. `means` is a line or batch of the project, the
    name itself where it stays as it is, empty where it was forgotten. Which project a
    timesheet means is kept by `ProjectWord`.
    """

    LINE, BATCH = "line", "batch"
    KINDS = (LINE, BATCH)

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="names")
    kind = models.CharField(max_length=5, choices=[(word, word) for word in KINDS])
    name = models.CharField(max_length=200)
    written = models.CharField(max_length=200)
    means = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["project", "kind"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["line", "batch"]),
                name="remembered_name_is_of_a_known_kind",
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(written=""),
                name="remembered_name_was_written",
            ),
        ]

    def __str__(self) -> str:
        """Name the name."""
        return f"{self.kind} {self.written}"
