"""Change orders and draws on the reserve, as rows that are added and never changed.

The plan of the start stays in its baseline for good; a change order carries the plan
that holds from then on, and a draw says what the reserve was used for.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .actuals import Project
from .quotes import Owned


class ChangeOrder(Owned):
    """What was agreed anew: why, by whom, the client's word, and the plan after it."""

    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, related_name="changes"
    )
    number = models.PositiveIntegerField()
    effective = models.DateField()
    why = models.CharField(max_length=500)
    clause = models.CharField(max_length=200, blank=True)
    client_word = models.CharField(max_length=500, blank=True)
    client_name = models.CharField(max_length=200, blank=True)
    asked = models.JSONField()
    price_change = models.DecimalField(max_digits=18, decimal_places=4)
    cost_change = models.DecimalField(max_digits=18, decimal_places=4)
    document = models.JSONField()
    digest = models.CharField(max_length=64)
    by = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        ordering = ["project", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "number"], name="change_order_is_one_of_its_number"
            ),
            models.CheckConstraint(
                condition=~Q(why="") & ~Q(by=""), name="change_order_says_why_and_who"
            ),
            models.CheckConstraint(
                condition=Q(price_change=0) | (~Q(client_word="") & ~Q(client_name="")),
                name="changed_price_has_the_clients_word",
            ),
        ]

    def __str__(self) -> str:
        """Name the order."""
        return f"change order {self.number} of {self.project}"


class ReserveDraw(Owned):
    """Money taken from a project's reserve, and what for."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="draws")
    number = models.PositiveIntegerField()
    amount = models.DecimalField(max_digits=18, decimal_places=4)
    why = models.CharField(max_length=500)
    on = models.DateField()
    by = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        ordering = ["project", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "number"], name="reserve_draw_is_one_of_its_number"
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0) & ~Q(why="") & ~Q(by=""),
                name="reserve_draw_says_how_much_and_why",
            ),
        ]

    def __str__(self) -> str:
        """Name the draw."""
        return f"draw {self.number} on the reserve of {self.project}"


class Delay(Owned):
    """Days on which a project waits, and whose they are; its end is another row."""

    CLIENT, OURS, NOBODY = OWNERS = ("client", "us", "nobody")

    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, related_name="delays"
    )
    number = models.PositiveIntegerField()
    owner = models.CharField(max_length=6, choices=[(word, word) for word in OWNERS])
    begun = models.DateField()
    why = models.CharField(max_length=500)
    clause = models.CharField(max_length=200, blank=True)
    by = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        ordering = ["project", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "number"], name="delay_is_one_of_its_number"
            ),
            models.CheckConstraint(
                condition=Q(owner__in=["client", "us", "nobody"]) & ~Q(why=""),
                name="delay_has_an_owner_and_a_reason",
            ),
        ]

    def __str__(self) -> str:
        """Name the delay."""
        return f"delay {self.number} of {self.project}"


class DelayEnd(Owned):
    """The last day of a delay, and who says so."""

    delay = models.OneToOneField(Delay, on_delete=models.PROTECT, related_name="end")
    through = models.DateField()
    by = models.CharField(max_length=200)
    at = models.DateTimeField()

    def __str__(self) -> str:
        """Name the delay that ends."""
        return f"end of {self.delay}"
