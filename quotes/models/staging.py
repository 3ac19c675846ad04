"""Rows of a long file between its reading and the ledger: nobody's report sees them.

A file is staged in one transaction, so that what is here is whole or not here at all.
Whoever died after that is resumed from here. The rows are deleted once the file is
counted, held or known to be counted before. On PostgreSQL their table is not logged:
after a crash of the server it is empty, the count no longer fits, and the file is
staged again (migration 0014).
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .actuals import Project
from .digests import DigestField
from .quotes import Owned


class Staging(Owned):
    """A file whose rows are staged, and what its reading said of it."""

    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, related_name="stagings"
    )
    sha256 = models.CharField(max_length=64)
    stated = models.CharField(max_length=64)
    rows = models.PositiveIntegerField(default=0)
    reading = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["project", "sha256"])]

    def __str__(self) -> str:
        """Name the file by its hash."""
        return self.sha256


class StagedRow(Owned):
    """A row that was read: its number, its digests, its values, what becomes of it.

    `fate` is null for a row that is new, `other` for one with other figures than those
    that were counted, `twice` for other figures than those of row `first`, `abroad` for
    what another project counts.
    """

    FATES = ("repeated", "other", "restated", "twice", "overlap", "abroad")

    workspace = models.ForeignKey(
        "scoping.Workspace",
        on_delete=models.CASCADE,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    staging = models.ForeignKey(
        Staging,
        on_delete=models.CASCADE,
        related_name="staged",
        db_constraint=False,
        db_index=False,
    )
    number = models.IntegerField()
    key = DigestField(max_length=64)
    content = DigestField(max_length=64)
    fate = models.CharField(max_length=8, null=True)  # noqa: DJ001 - null is new
    first = models.IntegerField(null=True)
    record = models.BigIntegerField(null=True)
    line = models.CharField(max_length=60, db_default="")
    batch = models.CharField(max_length=120)
    delivery_version = models.IntegerField(null=True)
    stage = models.CharField(max_length=20)
    annotation_type = models.CharField(max_length=20)
    period_start = models.DateTimeField(null=True)
    period_end = models.DateTimeField(null=True)
    site = models.CharField(max_length=60, db_default="")
    pod = models.CharField(max_length=80, db_default="")
    actor = models.CharField(max_length=120, db_default="")
    role = models.CharField(max_length=40, db_default="")
    tool = models.CharField(max_length=60, db_default="")
    guideline_version = models.CharField(max_length=40, db_default="")
    items = models.IntegerField(null=True)
    items_skipped = models.IntegerField(null=True)
    skip_reason = models.CharField(max_length=200, db_default="")
    units_produced = models.IntegerField(null=True)
    units_passed = models.IntegerField(null=True)
    units_accepted = models.IntegerField(null=True)
    units_rejected = models.IntegerField(null=True)
    reject_cause = models.CharField(max_length=200, db_default="")
    units_reworked = models.IntegerField(null=True)
    active_seconds = models.DecimalField(max_digits=14, decimal_places=3, null=True)
    clock = models.CharField(max_length=20)
    review_seconds = models.DecimalField(max_digits=14, decimal_places=3, null=True)
    audit_n = models.IntegerField(null=True)
    audit_defects = models.IntegerField(null=True)
    audit_missed = models.IntegerField(null=True)
    audit_extra = models.IntegerField(null=True)
    audit_classes = models.JSONField(null=True)
    critical_defects = models.IntegerField(null=True)
    minor_defects = models.IntegerField(null=True)
    gold_n = models.IntegerField(null=True)
    gold_correct = models.IntegerField(null=True)
    prelabel_units = models.IntegerField(null=True)
    prelabel_accepted = models.IntegerField(null=True)
    prelabel_models = models.JSONField(null=True)
    source_ref = models.CharField(max_length=120, db_default="")
    pk = models.CompositePrimaryKey("staging", "number")

    class Meta:
        indexes = [
            # Nearly empty: of most files each row is new.
            models.Index(
                fields=["staging", "fate"],
                condition=Q(fate__isnull=False),
                name="staged_row_with_a_fate",
            )
        ]

    def __str__(self) -> str:
        """Name the row."""
        return f"row {self.number}"
