"""Roll-ups: what the portfolio reads, made again in every transaction that moves it.

They hold nothing that the ledger, the gates and the plan do not say; `verify_rollups`
makes them anew and names each difference.
"""

from __future__ import annotations

from django.db import models

from .actuals import Project
from .quotes import Owned


def _money() -> models.DecimalField:  # type: ignore[type-arg]  # django-stubs' generic
    return models.DecimalField(max_digits=18, decimal_places=4, null=True)


def _share() -> models.DecimalField:  # type: ignore[type-arg]  # django-stubs' generic
    return models.DecimalField(max_digits=12, decimal_places=4, null=True)


class ProjectRollup(Owned):
    """What a project comes to: from its plan, the ledgers of work and of paid time."""

    project = models.OneToOneField(
        Project, on_delete=models.CASCADE, related_name="rollup"
    )
    currency = models.CharField(max_length=3)
    site_currency = models.CharField(max_length=3, blank=True)
    site_rate = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    price = _money()
    budget = _money()
    budget_limit = _money()
    promised = models.DateField()
    stands_on = models.DateField(null=True)
    finished = models.BooleanField(default=False)
    entries = models.PositiveIntegerField(default=0)
    planned = _money()
    earned = _money()
    spent = _money()
    billable = _money()
    share_accepted = _share()
    share_passed = _share()
    cost_index = _share()
    gap = _money()
    part = models.CharField(max_length=80, blank=True)
    part_amount = _money()
    low = _money()
    typical = _money()
    high = _money()
    at_risk = _money()
    because = models.CharField(max_length=300, blank=True)
    chance_budget = _share()
    chance_promised = _share()
    forecast = models.DateField(null=True)
    curve = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["workspace", "project"])]

    def __str__(self) -> str:
        """Name the project."""
        return f"roll-up of {self.project}"


class GateRollup(Owned):
    """How many batches of a project stand where, and since when."""

    project = models.OneToOneField(
        Project, on_delete=models.CASCADE, related_name="gate_rollup"
    )
    batches = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    blocked = models.PositiveIntegerField(default=0)
    blocked_since = models.DateField(null=True)
    with_client = models.PositiveIntegerField(default=0)
    answer_by = models.DateField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["workspace", "project"])]

    def __str__(self) -> str:
        """Name the project."""
        return f"gates of {self.project}"
