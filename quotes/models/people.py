"""People of the ledgers who were erased: another name for each, and no way back.

`digest` is a keyed hash of the name: it tells that a later file speaks of the same
person, and says nothing to whoever has not the key of the service.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from .quotes import Owned


class ErasedPerson(Owned):
    """A person whose name was taken out of the ledgers, and the name put there."""

    digest = models.CharField(max_length=64)
    name = models.CharField(max_length=40)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "digest"], name="person_is_erased_once"
            ),
            models.CheckConstraint(
                condition=Q(name__startswith="erased "),
                name="erased_person_is_named_so",
            ),
        ]

    def __str__(self) -> str:
        """Give the name that is left."""
        return self.name
