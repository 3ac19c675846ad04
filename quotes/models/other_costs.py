"""What a project costs beside wages: tools, storage, other bills, as rows added."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from .actuals import Project
from .quotes import Owned


class OtherCost(Owned):
    """An amount of a month that is no wage, of a project or of none.

    It is never changed. What was stated wrongly is taken back by a row of the same
    bill with the amount reversed, and stated anew by another; both have the `reason`,
    which is null for what was stated first.
    """

    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, null=True, related_name="other_costs"
    )
    month = models.CharField(max_length=7)
    what = models.CharField(max_length=80)
    amount = models.DecimalField(max_digits=18, decimal_places=4)
    currency = models.CharField(max_length=3)
    source = models.CharField(max_length=200)
    reason = models.CharField(max_length=200, null=True)  # noqa: DJ001 - see above
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-month", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(what="") & ~Q(source="") & ~Q(amount=0),
                name="other_cost_says_what_and_why",
            ),
        ]

    def __str__(self) -> str:
        """Name the amount."""
        return f"{self.what} of {self.month}"
