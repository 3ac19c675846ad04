"""How long items took, added up from the entries that stand, by the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, Max, OuterRef, Sum

from quotes import models
from quotes.ingest.statistics import Times

BY_WORK = ("annotation_type", "stage")
BY_BATCH = ("batch", "annotation_type", "stage")
BY_PERSON = ("actor", "annotation_type", "stage")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """Items that have some things in common, and how long they took."""

    of: tuple[str, ...]
    times: Times


def item_times(project: models.Project, by: Sequence[str]) -> list[Timed]:
    """Return the times of a project's items by columns of the ledger, in their order.

    An entry that was restated counts as it stands now.
    """
    columns = [f"record__{name}" for name in by]
    later = models.WorkRecord.objects.filter(
        project=project,
        key=OuterRef("record__key"),
        edition__gt=OuterRef("record__edition"),
    )
    rows = (
        models.ItemTimes.objects.filter(~Exists(later), record__project=project)
        .order_by(*columns)
        .values_list(*columns)
        .annotate(
            Sum("n"), Sum("milliseconds"), Sum("logs"), Sum("squares"), Max("longest")
        )
    )
    return [
        Timed(
            of=tuple(row[: len(columns)]),
            times=Times.from_data([int(one) for one in row[len(columns) :]]),
        )
        for row in rows
    ]
