"""Days that a company says are otherwise than the calendar of the release has them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from .people import User, Workspace


class ChangedDay(models.Model):
    """One day of one calendar that is off, or worked; of two the later holds.

    Rows are added and never changed: a day that was changed by mistake is changed back
    by a further row, so that every date can be explained.
    """

    workspace = models.ForeignKey(
        Workspace, on_delete=models.PROTECT, related_name="changed_days"
    )
    calendar = models.CharField(max_length=20)
    day = models.DateField()
    worked = models.BooleanField()
    reason = models.CharField(max_length=120)
    made_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""), name="changed_day_has_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(calendar=""), name="changed_day_names_a_calendar"
            ),
        ]

    def __str__(self) -> str:
        """Say the day and what it is."""
        return f"{self.calendar} {self.day}: {'worked' if self.worked else 'off'}"
