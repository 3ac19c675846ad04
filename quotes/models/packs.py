"""Month-end packs as they were given out: what stands in one is never changed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .quotes import Owned


class MonthPack(Owned):
    """The pack of a month: its document as text, the workbook and the PDF, all bytes.

    `known_until` is when the ledgers were read; what is recorded later, for whichever
    day, belongs to the next pack. `pdf` is empty where the machine could print none.
    """

    month = models.CharField(max_length=7)
    body = models.TextField()
    digest = models.CharField(max_length=64)
    xlsx = models.BinaryField()
    pdf = models.BinaryField()
    known_until = models.DateTimeField()
    by = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "month"], name="month_pack_is_given_out_once"
            ),
            models.CheckConstraint(
                condition=Q(month__regex=r"^[0-9]{4}-(0[1-9]|1[0-2])$") & ~Q(body=""),
                name="month_pack_is_of_a_month",
            ),
        ]

    def __str__(self) -> str:
        """Name the month."""
        return f"pack of {self.month}"
