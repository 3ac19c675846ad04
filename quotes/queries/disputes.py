"""Reads of disputes: a project's, as rows and as values, as known at a moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import QuerySet

from quotes import models
from quotes.calc.disputes import Disputed, settled
from quotes.calc.gates.batch import Batch


def disputes_of(project: models.Project) -> QuerySet[models.Dispute]:
    """Return the disputes of a project with their verdicts, the newest first."""
    rows = models.Dispute.objects.filter(project=project)
    return rows.select_related(
        "batch", "verdict", "again_of__earlier", "disputed_again__dispute__verdict"
    ).order_by("-number")


def disputes_with_client(project: models.Project) -> QuerySet[models.Dispute]:
    """Return the disputes of batches that were delivered: others are between us."""
    delivered = models.GateBatch.objects.filter(
        project=project, moves__state="delivered"
    )
    return disputes_of(project).filter(batch__in=delivered)


def dispute_of(project: models.Project, number: int) -> models.Dispute | None:
    """Return a dispute of a project by its number."""
    rows = models.Dispute.objects.filter(project=project, number=number)
    return rows.select_related("project", "workspace").first()


def disputed(
    project: models.Project, *, as_of: datetime | None = None
) -> list[Disputed]:
    """Return the disputes of a project as values, as they were known at a moment."""
    rows = disputes_of(project)
    if as_of is not None:
        rows = rows.filter(at__lte=as_of)
    return [value_of(row, as_of=as_of) for row in rows.order_by("number")]


def value_of(row: models.Dispute, *, as_of: datetime | None = None) -> Disputed:
    """Return a dispute as a value."""
    verdict = _known(verdict_of(row), as_of)
    again = again_after(row)
    later = None if again is None else _known(verdict_of(again.dispute), as_of)
    return Disputed(
        line=row.batch.line,
        batch=row.batch.key,
        called_wrong_by=row.called_wrong_by,
        sample=row.sample,
        verdict=None if verdict is None else verdict.verdict,
        decided=None if verdict is None else verdict.on,
        replaced=None if later is None else later.on,
    )


def _known(
    verdict: models.DisputeVerdict | None, as_of: datetime | None
) -> models.DisputeVerdict | None:
    """Return a verdict if it was known at a moment."""
    if verdict is None or as_of is None or verdict.at <= as_of:
        return verdict
    return None


def again_after(row: models.Dispute) -> models.DisputedAgain | None:
    """Return how a label was disputed once more after this dispute, if it was."""
    return getattr(row, "disputed_again", None)


def again_of(row: models.Dispute) -> models.DisputedAgain | None:
    """Return which dispute this one takes up again and why, None for a first one."""
    return getattr(row, "again_of", None)


def verdict_of(row: models.Dispute) -> models.DisputeVerdict | None:
    """Return the verdict on a dispute, None while it waits for one."""
    return getattr(row, "verdict", None)


def with_verdicts(
    batches: Sequence[Batch],
    project: models.Project,
    *,
    until: date,
    as_of: datetime | None = None,
) -> list[Batch]:
    """Return batches with samples that count what verdicts made of them by a day."""
    return settled(batches, disputed(project, as_of=as_of), until=until)
