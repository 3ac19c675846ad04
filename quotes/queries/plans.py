"""The plan that holds for a project: its baseline, or that of its last change order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Sum

from quotes import models
from quotes.calc.change_client import ClientChange, Ordered, client_changes
from quotes.calc.gates.plan import GatePlan, read_plan
from quotes.calc.gates.promised import clauses_on
from scoping.calc.sla import Clause


def plan_of(
    project: models.Project, *, as_of: datetime | None = None
) -> Mapping[str, Any]:
    """Return the plan that a project is held against, as it was known at a moment."""
    orders = models.ChangeOrder.objects.filter(project=project)
    if as_of is not None:
        orders = orders.filter(at__lte=as_of)
    last = orders.order_by("-number").values_list("document", flat=True).first()
    found: Mapping[str, Any] = project.baseline.document if last is None else last
    return found


def gate_plan_of(project: models.Project) -> GatePlan:
    """Return what the gates of a project ask for, by the plan that holds for it.

    Raises GateError without a plan.
    """
    return read_plan(plan_of(project))


def promised_on(batch: models.GateBatch) -> tuple[Clause, ...]:
    """Return the clauses that decide samples of a batch: those of the plan that holds.

    The evaluation of the service level reads the same ones.
    """
    return clauses_on(plan_of(batch.project), batch.line)


def changes_of(project: models.Project) -> list[models.ChangeOrder]:
    """Return the change orders of a project, the first one first."""
    return list(models.ChangeOrder.objects.filter(project=project).order_by("number"))


def changes_to_client(project: models.Project) -> list[ClientChange]:
    """Return the changes that a project's client agreed to, the first one first."""
    zone = ZoneInfo(project.time_zone)
    return client_changes(
        project.baseline.document,
        (
            Ordered(
                on=one.at.astimezone(zone).date(),
                effective=one.effective,
                asked=one.asked,
                price_change=one.price_change,
                clause=one.clause,
                word=one.client_word,
                by=one.client_name,
            )
            for one in changes_of(project)
        ),
    )


def draws_of(project: models.Project) -> list[models.ReserveDraw]:
    """Return the draws on a project's reserve, the first one first."""
    return list(models.ReserveDraw.objects.filter(project=project).order_by("number"))


def drawn(project: models.Project) -> Decimal:
    """Return what was taken from a project's reserve."""
    found = models.ReserveDraw.objects.filter(project=project)
    return found.aggregate(whole=Sum("amount"))["whole"] or Decimal(0)
