"""Labels that two checks read differently, and what was found: added, never changed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .actuals import Project
from .gates import GateBatch
from .quotes import Owned


class Dispute(Owned):
    """A label of a batch that one check calls wrong and the other does not.

    `sample`: the seed of our sample that the label is counted in, empty for a label
    outside of it. `rule` and `guideline` name what both readings are held against.
    `label` says which label of the image it is, null where that was not asked yet.
    """

    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, related_name="disputes"
    )
    batch = models.ForeignKey(
        GateBatch, on_delete=models.PROTECT, related_name="disputes"
    )
    number = models.PositiveIntegerField()
    called_wrong_by = models.CharField(
        max_length=6, choices=[(word, word) for word in ("client", "us")]
    )
    image = models.CharField(max_length=200)
    label = models.CharField(max_length=200, null=True)  # noqa: DJ001 - see above
    client_reading = models.CharField(max_length=500, blank=True)
    our_reading = models.CharField(max_length=500, blank=True)
    rule = models.CharField(max_length=200, blank=True)
    guideline = models.CharField(max_length=60, blank=True)
    sample = models.CharField(max_length=40, blank=True)
    on = models.DateField()
    by = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        ordering = ["project", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "number"], name="dispute_is_one_of_its_number"
            ),
            models.CheckConstraint(
                condition=Q(called_wrong_by__in=["client", "us"])
                & ~Q(image="")
                & ~Q(client_reading="", our_reading=""),
                name="dispute_names_image_and_reading",
            ),
        ]

    def __str__(self) -> str:
        """Name the dispute."""
        return f"dispute {self.number} of {self.project}"


class DisputeVerdict(Owned):
    """What a disputed label was found to be, once, with our reading and the reason."""

    dispute = models.OneToOneField(
        Dispute, on_delete=models.PROTECT, related_name="verdict"
    )
    verdict = models.CharField(
        max_length=20,
        choices=[
            (word, word)
            for word in (
                *("labelling_error", "guideline_silent", "guideline_changed"),
                *("data_unusable", "reference_wrong"),
            )
        ],
    )
    reading = models.CharField(max_length=500, blank=True)
    why = models.CharField(max_length=500)
    rule = models.CharField(max_length=200, blank=True)
    guideline = models.CharField(max_length=60, blank=True)
    on = models.DateField()
    by = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    verdict__in=[
                        *("labelling_error", "guideline_silent", "guideline_changed"),
                        *("data_unusable", "reference_wrong"),
                    ]
                )
                & ~Q(why=""),
                name="verdict_is_known_and_says_why",
            ),
        ]

    def __str__(self) -> str:
        """Name the dispute that is decided."""
        return f"verdict on {self.dispute}"


class DisputedAgain(Owned):
    """A label disputed once more after its verdict, with the reason: once, no more.

    From its own verdict on, `dispute` counts instead of the `earlier` one.
    """

    dispute = models.OneToOneField(
        Dispute, on_delete=models.PROTECT, related_name="again_of"
    )
    earlier = models.OneToOneField(
        Dispute, on_delete=models.PROTECT, related_name="disputed_again"
    )
    why = models.CharField(max_length=500)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(why="") & ~Q(dispute=models.F("earlier")),
                name="disputed_again_says_why",
            ),
        ]

    def __str__(self) -> str:
        """Name both."""
        return f"{self.dispute}, after dispute {self.earlier.number}"
