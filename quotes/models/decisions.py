"""What people decided, as rows: approvals, losses, signed orders, people at a site.

An approval, a loss and an order are final once decided; the database refuses to change
them (migrations 0005 and 0006). People at a site are a fact that is put right.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from .quotes import Acceptance, Owned, QuoteRevision


class Approval(Owned):
    """A request to send what is out of policy, and what a second person said of it.

    It speaks of one edition of a revision and of the digest of all it holds; any edit
    leaves it behind.
    """

    APPROVED, REFUSED, VOIDED = "approved", "refused", "voided"
    VERDICTS = (APPROVED, REFUSED, VOIDED)

    revision = models.ForeignKey(
        QuoteRevision, on_delete=models.PROTECT, related_name="approvals"
    )
    edition = models.PositiveIntegerField()
    contents_digest = models.CharField(max_length=64)
    findings = models.JSONField()
    note = models.CharField(max_length=500, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField()
    verdict = models.CharField(
        max_length=8, blank=True, choices=[(word, word) for word in VERDICTS]
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["revision", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision"],
                condition=Q(verdict=""),
                name="approval_is_asked_for_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=["", "approved", "refused", "voided"]),
                name="approval_verdict_is_known",
            ),
            models.CheckConstraint(
                condition=Q(verdict="", decided_by__isnull=True)
                | ~Q(verdict="")
                & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="approval_verdict_has_somebody_who_gave_it",
            ),
            models.CheckConstraint(
                condition=~Q(verdict="approved") | ~Q(decided_by=F("requested_by")),
                name="nobody_approves_what_they_asked_for",
            ),
        ]

    def __str__(self) -> str:
        """Name the approval."""
        return f"approval of {self.revision}, edition {self.edition}"


class Lost(Owned):
    """Why a quote was lost: to whom, and at which competing unit price."""

    revision = models.OneToOneField(
        QuoteRevision, on_delete=models.PROTECT, related_name="lost"
    )
    reason = models.CharField(max_length=500)
    competitor = models.CharField(max_length=200, blank=True)
    line = models.PositiveIntegerField(null=True, blank=True)
    unit_price = models.DecimalField(
        max_digits=18, decimal_places=6, null=True, blank=True
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        verbose_name = "lost quote"
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="lost_quote_says_why"),
            models.CheckConstraint(
                condition=Q(unit_price__isnull=True)
                | Q(unit_price__gt=0, line__isnull=False),
                name="competing_price_is_of_a_line_and_above_nothing",
            ),
        ]

    def __str__(self) -> str:
        """Name the lost quote."""
        return f"{self.revision} lost"


class SignedOrder(Owned):
    """The order that a client signed on paper: number, file, who recorded it."""

    acceptance = models.OneToOneField(
        Acceptance, on_delete=models.PROTECT, related_name="order"
    )
    po_number = models.CharField(max_length=60)
    file_name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=60)
    body = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(po_number=""), name="signed_order_has_a_number"
            )
        ]

    def __str__(self) -> str:
        """Name the order."""
        return f"order {self.po_number}"


class SiteCapacity(Owned):
    """How many annotators a site has from a day on, as somebody wrote it down."""

    site = models.CharField(max_length=60)
    since = models.DateField()
    annotators = models.PositiveIntegerField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name_plural = "site capacities"
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "site", "since"], name="site_capacity_is_one_a_day"
            )
        ]

    def __str__(self) -> str:
        """Say how many there are."""
        return f"{self.site} has {self.annotators} from {self.since}"
