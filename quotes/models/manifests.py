"""What was handed over, item by item: what a recall can name down to the image."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from .actuals import Project
from .quotes import Owned


class DeliveredItem(Owned):
    """An item that was delivered in a batch, at a version, with the hash of its file.

    Append-only: a batch that is delivered again has rows of the next version.
    """

    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, related_name="delivered_items"
    )
    batch = models.CharField(max_length=120)
    version = models.PositiveIntegerField(default=1)
    item = models.CharField(max_length=300)
    digest = models.CharField(max_length=128, blank=True)
    prelabel_model = models.CharField(max_length=120, null=True)  # noqa: DJ001 - null is not said
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["batch", "version", "item"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "batch", "version", "item"],
                name="item_is_delivered_once_in_a_version",
            ),
            models.CheckConstraint(
                condition=~Q(batch="") & ~Q(item="") & Q(version__gte=1),
                name="delivered_item_names_batch_version_and_item",
            ),
        ]

    def __str__(self) -> str:
        """Name the item."""
        return self.item
