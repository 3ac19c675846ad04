"""Batches on their way through the gates, as rows that are added and never changed.

A batch's state is that of its last move. The database knows the table of moves: a move
that does not begin where the last one led, or leads where no row of the table does, is
refused by it too (migration 0008).
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .actuals import Project
from .quotes import Owned


class GateBatch(Owned):
    """A batch of one line of a project: so many images that pass a gate together.

    `at` is when it was laid out; null in rows from before that was written down, which
    were there from the start.
    """

    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, related_name="batches"
    )
    line = models.CharField(max_length=200)
    key = models.CharField(max_length=120)
    items = models.PositiveIntegerField()
    at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["project", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "line", "key"], name="gate_batch_is_one_of_its_name"
            ),
            models.CheckConstraint(
                condition=Q(items__gt=0) & ~Q(key=""), name="gate_batch_holds_images"
            ),
        ]

    def __str__(self) -> str:
        """Name the batch."""
        return f"{self.line}, {self.key}"


class SampleDraw(Owned):
    """A sample that was drawn to be read: by which seed, by whom it is read.

    `strata`: the samples of rare classes beside it, or why there is none; null where
    no promise asks for any.
    """

    batch = models.ForeignKey(GateBatch, on_delete=models.PROTECT, related_name="draws")
    seed = models.CharField(max_length=40)
    auditor = models.CharField(max_length=200)
    size = models.PositiveIntegerField()
    max_wrong = models.PositiveIntegerField()
    images = models.PositiveIntegerField()
    strata = models.JSONField(null=True)
    on = models.DateField()
    at = models.DateTimeField()
    by = models.CharField(max_length=200)

    class Meta:
        ordering = ["batch", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "seed"], name="sample_of_a_batch_is_drawn_afresh"
            ),
            models.CheckConstraint(
                condition=Q(size__gt=0, images__gt=0) & ~Q(seed="") & ~Q(auditor=""),
                name="sample_names_seed_and_auditor",
            ),
        ]

    def __str__(self) -> str:
        """Name the sample."""
        return f"sample {self.seed} of {self.batch}"


class GateMove(Owned):
    """One move of a batch: from where, whereto, and the evidence it was made on."""

    batch = models.ForeignKey(GateBatch, on_delete=models.PROTECT, related_name="moves")
    number = models.PositiveIntegerField()
    move = models.CharField(max_length=20)
    before = models.CharField(max_length=20)
    state = models.CharField(max_length=20)
    evidence = models.JSONField()
    draw = models.OneToOneField(
        SampleDraw, on_delete=models.PROTECT, null=True, related_name="decision"
    )
    on = models.DateField()
    at = models.DateTimeField()
    by = models.CharField(max_length=200)

    class Meta:
        ordering = ["batch", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "number"], name="gate_move_is_one_after_the_other"
            ),
            models.CheckConstraint(
                condition=Q(move="decide", draw__isnull=False)
                | ~Q(move="decide") & Q(draw__isnull=True),
                name="gate_decision_rests_on_a_sample",
            ),
        ]

    def __str__(self) -> str:
        """Name the move."""
        return f"{self.move} of {self.batch}"
