"""Costs beside wages are added, never changed, and each bill counts once.

What was wrong is taken back and stated anew, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from quotes import models
from quotes.actions import RefusedError
from quotes.ingest.other_costs import Bill, Cost, bill_of
from scoping import audit

NOTHING = Decimal(0)
MOST_REASON = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """How many costs were new, restated, and known as they were stated."""

    new: int = 0
    restated: int = 0
    known: int = 0


@transaction.atomic
def add_other_costs(
    costs: Sequence[Cost], *, workspace: Any, by: Any, now: datetime, reason: str = ""
) -> Added:
    """State costs of projects, or of none, all of them or none.

    A bill is the same one where project, month, purpose, currency and source are. One
    that was stated with this amount counts once, however often it is sent; with
    another amount it is restated, which needs a reason.

    Raises RefusedError `no_such_project` for a project that is not there,
    `stated_twice` for a bill that stands in two rows, and `restated_why` where a reason
    is missing.
    """
    type(workspace).objects.select_for_update().get(pk=workspace.pk)
    projects = _projects(costs, workspace)
    stated = _stated({one.month for one in costs}, workspace)
    why = reason.strip()[:MOST_REASON]
    _refuse(costs, projects, stated, why=why)
    moved = [one for one in costs if stated.get(bill_of(one)) != one.amount]
    rows = models.OtherCost.objects.bulk_create(
        models.OtherCost(
            workspace=workspace,
            project=projects.get(one.project),
            month=one.month,
            what=one.what,
            amount=amount,
            currency=one.currency,
            source=one.source,
            reason=why if bill_of(one) in stated else None,
            by=by,
            recorded_at=now,
        )
        for one in moved
        for amount in (-stated.get(bill_of(one), NOTHING), one.amount)
        if amount
    )
    restated = sum(bill_of(one) in stated for one in moved)
    if rows:
        audit.record(
            workspace=workspace,
            actor=str(by or "command line"),
            action="add_other_costs",
            subject="other costs",
            after={"costs": [_plain(row) for row in rows]}
            | ({"reason": why} if restated else {}),
            at=now,
        )
    return Added(
        new=len(moved) - restated, restated=restated, known=len(costs) - len(moved)
    )


def _projects(costs: Sequence[Cost], workspace: Any) -> dict[str, models.Project]:
    slugs = {one.project for one in costs if one.project}
    rows = models.Project.objects.filter(workspace=workspace, slug__in=slugs)
    return {row.slug: row for row in rows}


def _stated(months: set[str], workspace: Any) -> dict[Bill, Decimal]:
    """Return what each bill of some months stands at: 0 where it was taken back."""
    rows = models.OtherCost.objects.filter(workspace=workspace, month__in=months)
    found: dict[Bill, Decimal] = {}
    for row in rows.select_related("project"):
        bill = bill_of(
            Cost(
                project="" if row.project is None else row.project.slug,
                month=row.month,
                what=row.what,
                amount=row.amount,
                currency=row.currency,
                source=row.source,
            )
        )
        found[bill] = found.get(bill, NOTHING) + row.amount
    return found


def _refuse(
    costs: Sequence[Cost],
    projects: Mapping[str, models.Project],
    stated: Mapping[Bill, Decimal],
    *,
    why: str,
) -> None:
    """Raise RefusedError for the first cost that cannot be stated."""
    for problem in _problems(costs, projects, stated, why=why):
        raise problem


def _problems(
    costs: Sequence[Cost],
    projects: Mapping[str, models.Project],
    stated: Mapping[Bill, Decimal],
    *,
    why: str,
) -> Iterator[RefusedError]:
    seen: dict[Bill, int] = {}
    for number, one in enumerate(costs, start=1):
        row = f"Row {number}: " if len(costs) > 1 else ""
        if one.project and one.project not in projects:
            said = f"{row}there" if row else "There"
            yield RefusedError(
                "no_such_project",
                f"{said} is no project {one.project[:80]} here.",
                field="project",
            )
        bill, named = bill_of(one), f"{one.what} of {one.month}, {one.source},"
        if bill in seen:
            yield RefusedError(
                "stated_twice",
                f"{row}{named} stands in row {seen[bill]} already. If they are two "
                f"bills, say so in their source.",
                field="source",
            )
        seen[bill] = number
        before = stated.get(bill)
        if before is None and not one.amount:
            yield RefusedError(
                "amount_wrong",
                f"{row}{named} was not stated before: there is nothing to take back.",
                field="amount",
            )
        if before is not None and before != one.amount and not why:
            yield RefusedError(
                "restated_why",
                f"{row}{named} was stated as {before.normalize():f} {one.currency}. If "
                f"that was wrong, say why it is {one.amount:f} now; if this is another "
                f"bill, say so in its source.",
                field="reason",
            )


def _plain(row: models.OtherCost) -> dict[str, str]:
    return {
        "project": "" if row.project is None else row.project.slug,
        "month": row.month,
        "what": row.what,
        "amount": str(row.amount),
        "currency": row.currency,
        "source": row.source,
    }
