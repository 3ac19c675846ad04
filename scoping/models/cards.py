"""Rate cards as rows: a published card is final; a correction is a new version.

Price side and cost side are stored apart, so that a door that may not see a cost never
loads one. The figures stand beside the documents one by one, for whoever looks a reason
up. The database refuses to change, delete or replace a published card, and to add to it
(migrations 0003 and 0004).
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .people import User, Workspace


class RateCard(models.Model):
    """One version of a workspace's rates."""

    workspace = models.ForeignKey(
        Workspace, on_delete=models.PROTECT, related_name="rate_cards"
    )
    version = models.CharField(max_length=40)
    valid_from = models.DateField()
    currency = models.CharField(max_length=3)
    price_document = models.JSONField()
    cost_document = models.JSONField()
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    replaces = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The card that held before this one.",
    )

    class Meta:
        ordering = ["workspace", "-valid_from", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "version"],
                name="rate_card_version_is_unique_in_its_workspace",
            ),
            models.CheckConstraint(
                condition=~Q(version=""), name="rate_card_has_a_version"
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"),
                name="rate_card_currency_is_three_capitals",
            ),
        ]

    def __str__(self) -> str:
        """Name the card."""
        return f"rate card {self.version}"


class RateFigure(models.Model):
    """One sourced number of a card."""

    PRICE, COST = "price", "cost"

    card = models.ForeignKey(RateCard, on_delete=models.PROTECT, related_name="figures")
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=5, choices=[(PRICE, PRICE), (COST, COST)])
    key = models.CharField(max_length=160)
    value = models.DecimalField(max_digits=24, decimal_places=8)
    unit = models.CharField(max_length=40, blank=True)
    source = models.TextField()
    as_of = models.CharField(max_length=20)
    weak = models.BooleanField(default=False)

    class Meta:
        ordering = ["card", "key"]
        constraints = [
            models.UniqueConstraint(
                fields=["card", "key"], name="rate_figure_row_is_unique_in_its_card"
            ),
            models.CheckConstraint(
                condition=~Q(source=""), name="rate_figure_has_a_source"
            ),
            models.CheckConstraint(
                condition=~Q(as_of=""), name="rate_figure_has_a_date"
            ),
            models.CheckConstraint(
                condition=Q(side__in=["price", "cost"]), name="rate_figure_has_a_side"
            ),
        ]

    def __str__(self) -> str:
        """Name the figure."""
        return f"{self.key} of {self.card}"
