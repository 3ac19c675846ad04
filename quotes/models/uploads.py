"""Long files on their way in: kept part by part, until all of a file is there.

Who was cut off sends what is missing and no more. A file is never whole in memory: not
as it comes, nor as it is kept, nor as it is read.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from .actuals import Project
from .quotes import Owned


class Upload(Owned):
    """A file of which parts have come, known by the hash that all of it will have."""

    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, related_name="uploads"
    )
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    name = models.CharField(max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "sha256"], name="upload_is_kept_once"
            ),
            models.CheckConstraint(
                condition=~Q(sha256="") & Q(size__gt=0),
                name="upload_has_a_hash_and_a_size",
            ),
        ]

    def __str__(self) -> str:
        """Name the file by its hash."""
        return self.sha256


class UploadPart(Owned):
    """Bytes of a file from `start` up to `end`, which is not one of them."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="parts")
    start = models.BigIntegerField()
    end = models.BigIntegerField()
    body = models.BinaryField()

    class Meta:
        ordering = ["start"]
        constraints = [
            models.UniqueConstraint(
                fields=["upload", "start"], name="upload_part_is_kept_once"
            ),
            models.CheckConstraint(
                condition=Q(start__gte=0) & Q(end__gt=F("start")),
                name="upload_part_has_bytes",
            ),
        ]

    def __str__(self) -> str:
        """Say which bytes."""
        return f"bytes {self.start} to {self.end}"
