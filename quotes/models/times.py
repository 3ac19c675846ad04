"""How long the items of a record took, where its file timed them one by one."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .actuals import WorkRecord
from .quotes import Owned


class ItemTimes(Owned):
    """The times of the items behind an entry of the ledger, added up (docs/model.md).

    Append-only, and no more than the entry: what replaces one has times of its own.
    """

    record = models.OneToOneField(
        WorkRecord, on_delete=models.PROTECT, related_name="times"
    )
    n = models.PositiveIntegerField()
    milliseconds = models.BigIntegerField()
    logs = models.BigIntegerField()
    squares = models.BigIntegerField()
    longest = models.BigIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(n__gt=0) & Q(longest__gt=0) & Q(squares__gte=0),
                name="item_times_are_of_something",
            ),
        ]

    def __str__(self) -> str:
        """Say how many items they are of."""
        return f"times of {self.n} items"
