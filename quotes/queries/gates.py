"""Reads of batches at the gates: a project's, one of them, what a client sees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from quotes import convert, models
from quotes.calc.gates.batch import WITH_CLIENT, Batch
from quotes.calc.gates.client import ClientBatch, client_batches
from quotes.calc.gates.promised import IMAGES, Asked, asked
from quotes.queries.disputes import with_verdicts
from quotes.queries.plans import gate_plan_of, promised_on


class NoBatchError(LookupError):
    """Raised for a batch that is not there, or not in this project."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AtGate:
    """A batch: its row, its history, and the sample that waits to be read, if any."""

    row: models.GateBatch
    batch: Batch
    drawn: models.SampleDraw | None


def work_day(project: models.Project, moment: datetime) -> date:
    """Return the day at the project's site: work dates are dates there."""
    return moment.astimezone(ZoneInfo(project.time_zone)).date()


def batches(project: models.Project, *, as_of: datetime | None = None) -> list[AtGate]:
    """Return the batches of a project, in the order in which they were laid out.

    `as_of`: those that were known at a moment, with the moves known then.
    """
    moves: dict[int, list[models.GateMove]] = {}
    made = models.GateMove.objects.filter(batch__project=project)
    if as_of is not None:
        made = made.filter(at__lte=as_of)
    for move in made.order_by("batch", "number"):
        moves.setdefault(move.batch_id, []).append(move)
    waiting = {
        draw.batch_id: draw
        for draw in models.SampleDraw.objects.filter(
            batch__project=project, decision__isnull=True
        )
    }
    return [
        AtGate(
            row=row,
            batch=convert.batch_of(row, moves.get(row.pk, ())),
            drawn=waiting.get(row.pk),
        )
        for row in rows_of(project, as_of=as_of)
    ]


def rows_of(
    project: models.Project, *, as_of: datetime | None = None
) -> QuerySet[models.GateBatch]:
    """Return the rows of a project's batches, by default all, else those known then."""
    rows = models.GateBatch.objects.filter(project=project).order_by("pk")
    if as_of is None:
        return rows
    return rows.filter(Q(at__isnull=True) | Q(at__lte=as_of))


def over_on(project: models.Project, *, until: date, as_of: datetime) -> date | None:
    """Return the last day until then on which every batch was accepted, if any was.

    Batches of a change order are there from the day on which it was made, so that it
    does not undo that the project was over before. Those of the first layout are there
    from the start: work may have begun before somebody laid them out.
    """
    laid = dict(rows_of(project, as_of=as_of).values_list("pk", "at"))
    moments = set(laid.values())
    start = None if None in moments else min(filter(None, moments), default=None)
    since = {
        pk: date.min if at is None or at == start else work_day(project, at)
        for pk, at in laid.items()
    }
    accepted: dict[int, date] = dict(
        models.GateMove.objects.filter(
            batch__in=laid, state__in=("accepted", "deemed_accepted"), at__lte=as_of
        )
        .order_by("-on")
        .values_list("batch", "on")
    )
    eves = {day - timedelta(days=1) for day in since.values() if day != date.min}
    for day in sorted({until, *(eve for eve in eves if eve < until)}, reverse=True):
        there = [pk for pk, first in since.items() if first <= day]
        if there and all(accepted.get(pk, date.max) <= day for pk in there):
            return day
    return None


def standing_rows(project: models.Project) -> QuerySet[Any]:
    """Return the rows of a project's batches, each with where it stands.

    Their moves and samples come along, so that a page of them takes three queries.
    """
    last = models.GateMove.objects.filter(batch=OuterRef("pk")).order_by("-number")
    return (
        rows_of(project)
        .annotate(
            standing=Coalesce(Subquery(last.values("state")[:1]), Value("planned"))
        )
        .prefetch_related(
            "moves",
            Prefetch(
                "draws",
                models.SampleDraw.objects.filter(decision__isnull=True),
                to_attr="waiting",
            ),
        )
    )


def loaded(row: Any) -> AtGate:
    """Return a batch from a row of `standing_rows`, without another query."""
    return AtGate(
        row=row,
        batch=convert.batch_of(row, row.moves.all()),
        drawn=row.waiting[-1] if row.waiting else None,
    )


def batch_of(project: models.Project, number: int) -> AtGate:
    """Return a batch of a project by the number of its row."""
    row = rows_of(project).select_related("project__baseline").filter(pk=number).first()
    if row is None:
        raise NoBatchError(f"There is no batch {number} in this project.")
    return at_gate(row)


def at_gate(row: models.GateBatch) -> AtGate:
    """Return a batch as it stands now."""
    drawn = row.draws.filter(decision__isnull=True).last()
    return AtGate(row=row, batch=convert.batch_of(row), drawn=drawn)


def asked_of(row: models.GateBatch) -> Asked:
    """Return what the promises on a batch's line want counted in its samples."""
    return asked(promised_on(row))


def counts_labels(row: models.GateBatch) -> bool:
    """Return whether a batch has classes to be counted, in labels and not in images."""
    line = gate_plan_of(row.project).line(row.line)
    return line.unit not in IMAGES and bool(asked_of(row).classes)


def project_of_acceptance(revision: Any) -> models.Project | None:
    """Return the project that began with an accepted quote."""
    return (
        models.Project.objects.filter(acceptance__revision=revision)
        .select_related("baseline", "client")
        .first()
    )


def seen_by_client(
    project: models.Project, *, moment: datetime
) -> list[tuple[int, ClientBatch]]:
    """Return the batches as the client sees them, each with its row's number."""
    found, today = batches(project), work_day(project, moment)
    read = with_verdicts([one.batch for one in found], project, until=today)
    seen = client_batches(read, today=today)
    return [(one.row.pk, row) for one, row in zip(found, seen, strict=True)]


def with_clients() -> Iterator[models.GateBatch]:
    """Yield the batches that wait for a client's answer, in every workspace."""
    delivered = models.GateMove.objects.filter(state__in=WITH_CLIENT)
    for row in (
        models.GateBatch.objects.filter(pk__in=delivered.values("batch"))
        .select_related("project", "project__baseline")
        .order_by("pk")
    ):
        last = row.moves.order_by("number").last()
        if last is not None and last.state in WITH_CLIENT:
            yield row
