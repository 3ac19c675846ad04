"""Paid time and wages as rows: what money follows, beside the work that tools saw.

Append-only like the ledger of work: a correction is a reversal and a replacement with a
reason. A closed period takes nothing more: what comes late is booked in the next one.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from .actuals import Project
from .quotes import Owned


class PaidFile(Owned):
    """A file of timesheets or payroll that was counted, once by its hash."""

    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    reader = models.CharField(max_length=80)
    rows_read = models.PositiveIntegerField()
    rows_published = models.PositiveIntegerField()
    rows_refused = models.PositiveIntegerField()
    rows_repeated = models.PositiveIntegerField()
    rows_left_out = models.PositiveIntegerField(default=0)
    rows_blank = models.PositiveIntegerField(default=0)
    refused = models.JSONField(default=list)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "sha256"], name="paid_file_is_counted_once"
            ),
        ]

    def __str__(self) -> str:
        """Name the file."""
        return self.name


class PaidRecord(Owned):
    """Paid time of a person's day, or a wage of a month; missing is null, never 0.

    `key` is the digest of person, day or month and project. A reversal carries the
    figures that it takes back.
    """

    TIME, WAGE = "time", "wage"

    file = models.ForeignKey(PaidFile, on_delete=models.PROTECT, related_name="records")
    what = models.CharField(max_length=4)
    kind = models.CharField(max_length=11)
    key = models.CharField(max_length=64, db_index=True)
    edition = models.PositiveIntegerField(default=1)
    day = models.DateField(null=True)
    month = models.CharField(max_length=7)
    person = models.CharField(max_length=120, blank=True)
    pod = models.CharField(max_length=120, blank=True)
    project_name = models.CharField(max_length=120, blank=True)
    paid_seconds = models.DecimalField(max_digits=9, decimal_places=3, null=True)
    normal_seconds = models.DecimalField(max_digits=9, decimal_places=3, null=True)
    overtime_seconds = models.DecimalField(max_digits=9, decimal_places=3, null=True)
    night_seconds = models.DecimalField(max_digits=9, decimal_places=3, null=True)
    productive_seconds = models.DecimalField(max_digits=9, decimal_places=3, null=True)
    training_seconds = models.DecimalField(max_digits=9, decimal_places=3, null=True)
    meeting_seconds = models.DecimalField(max_digits=9, decimal_places=3, null=True)
    waiting_seconds = models.DecimalField(max_digits=9, decimal_places=3, null=True)
    waiting_owner = models.CharField(max_length=120, blank=True)
    leave_seconds = models.DecimalField(max_digits=9, decimal_places=3, null=True)
    idle_seconds = models.DecimalField(max_digits=9, decimal_places=3, null=True)
    amount = models.DecimalField(max_digits=19, decimal_places=4, null=True)
    currency = models.CharField(max_length=3, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["workspace", "month"])]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "key", "edition", "kind"],
                name="paid_record_is_one_per_key_and_edition",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["entry", "reversal", "replacement"]),
                name="paid_record_kind_is_known",
            ),
            models.CheckConstraint(
                condition=(
                    Q(what="time", paid_seconds__gte=0, day__isnull=False)
                    | Q(what="wage", amount__gte=0)
                ),
                name="paid_record_is_time_or_a_wage",
            ),
            models.CheckConstraint(
                condition=Q(kind="entry") | ~Q(reason=""),
                name="restated_pay_says_why",
            ),
        ]

    def __str__(self) -> str:
        """Name the entry."""
        return f"{self.person} {self.day or self.month}"


class ProjectWord(Owned):
    """What timesheets call a project beside its name: confirmed once, then remembered.

    Append-only: of two for one word the later recorded one holds, so that a report can
    be had again as it was known. The word is in small letters.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="words")
    word = models.CharField(max_length=120)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(word=""), name="project_word_says_something"
            ),
        ]

    def __str__(self) -> str:
        """Say what is called so."""
        return f"{self.word}: {self.project}"


class ClosedPeriod(Owned):
    """A project's books up to a day are closed: what comes later is booked later."""

    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, related_name="closings"
    )
    through = models.DateField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["project", "through"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "through"], name="period_is_closed_once"
            ),
        ]

    def __str__(self) -> str:
        """Say what is closed."""
        return f"{self.project} through {self.through}"
