"""What sales or a manager has to look at, and to whom a quote was sent, as rows."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from .actuals import Project
from .quotes import Owned, PersonalDetail, QuoteRevision


class InboxKind(models.TextChoices):
    """What happened that somebody should know or do something about."""

    SCOPE_REQUESTED = "scope_requested", "Quote asked for"
    OPENED = "opened", "Opened"
    QUESTION = "question", "Question"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    ENDS_SOON = "ends_soon", "Ends soon"
    EXPIRED = "expired", "Expired"
    APPROVAL_REQUESTED = "approval_requested", "Approval asked"
    APPROVAL_GIVEN = "approval_given", "Approved"
    APPROVAL_REFUSED = "approval_refused", "Sent back"
    DISPUTED = "disputed", "Labels disputed"
    REJECTED = "rejected", "Batch rejected"


class InboxItem(Owned):
    """One thing in the inbox: what it is about, whose it is, whether done.

    `key` names the event, so that it is in the inbox once. What settled itself (a
    request for approval that was answered) is done by nobody.
    """

    kind = models.CharField(max_length=20, choices=InboxKind.choices)
    key = models.CharField(max_length=120)
    revision = models.ForeignKey(
        QuoteRevision, on_delete=models.PROTECT, null=True, related_name="inbox"
    )
    scope = models.ForeignKey(
        "scoping.Scope", on_delete=models.PROTECT, null=True, related_name="+"
    )
    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, null=True, related_name="inbox"
    )
    text = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "key"], name="inbox_item_is_there_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=InboxKind.values), name="inbox_item_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(revision__isnull=False)
                | Q(scope__isnull=False)
                | Q(project__isnull=False),
                name="inbox_item_is_about_something",
            ),
            models.CheckConstraint(
                condition=Q(done_by__isnull=True) | Q(done_at__isnull=False),
                name="inbox_item_is_done_at_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "-at"],
                condition=Q(done_at__isnull=True),
                name="inbox_item_is_open",
            )
        ]

    def __str__(self) -> str:
        """Name the item."""
        about = self.revision or self.scope or self.project
        return f"{self.get_kind_display()}: {about}"


class Recipient(Owned):
    """To whom a sent quote's mails go; the latest of a revision counts."""

    revision = models.ForeignKey(
        QuoteRevision, on_delete=models.PROTECT, related_name="recipients"
    )
    person = models.ForeignKey(
        PersonalDetail, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        """Name the row, not the person."""
        return f"recipient of {self.revision}"
