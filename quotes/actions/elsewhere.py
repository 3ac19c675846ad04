"""Work that another project of the company has: held, with both projects shown.

Batches of two projects may bear one name and people work on both on one day: only what
has the same time and figures, too, is the same work counted again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from zoneinfo import ZoneInfo

from quotes import models
from quotes.ingest.reading import Row
from quotes.ingest.work import Refusal

AT_ONCE = 500
"""Keys that are looked up by one statement."""


def others_of(project: models.Project) -> list[int]:
    """Return the other projects of a company that any file was counted in."""
    counted = models.SourceFile.objects.filter(
        workspace=project.workspace, state=models.SourceFile.PUBLISHED
    ).exclude(project=project)
    return list(
        counted.order_by("project").values_list("project", flat=True).distinct()
    )


def without_counted(
    project: models.Project,
    new: Mapping[str, Row],
    refused: list[Refusal],
    *,
    same: Callable[[models.WorkRecord, Row], bool],
) -> tuple[dict[str, Row], list[Refusal]]:
    """Return new rows without those that another project has, figure for figure."""
    kept = dict(new)
    timed = [key for key, row in new.items() if _is_told_apart(row)]
    for other in others_of(project):
        for record in _current(other, timed):
            row = kept.get(record.key)
            if row is not None and same(record, row):
                del kept[record.key]
                refused += row.refused(partial(counted_in, record=record))
    return kept, refused


def _is_told_apart(row: Row) -> bool:
    """Return whether a row is not alike by chance: it says when, and for how long."""
    when = row.values.get("period_start") or row.values.get("period_end")
    return when is not None and row.values.get("active_seconds") is not None


def _current(project: int, keys: list[str]) -> Iterator[models.WorkRecord]:
    """Yield the entries that stand of these keys, with their project and file."""
    for place in range(0, len(keys), AT_ONCE):
        rows = (
            models.WorkRecord.objects.filter(
                project=project, key__in=keys[place : place + AT_ONCE]
            )
            .exclude(kind="reversal")
            .select_related("project", "file")
            .order_by("edition", "pk")
        )
        yield from {row.key: row for row in rows}.values()


def counted_in(number: int, record: models.WorkRecord) -> Refusal:
    """Return why a row is held whose work another project has."""
    project, file = record.project, record.file
    day = file.at.astimezone(ZoneInfo(project.time_zone)).date()
    named = f"“{project.name}” ({project.slug})" if project.name else project.slug
    return Refusal(
        row=number,
        column="batch",
        code="in_two_projects",
        message=(
            f"The project {named} has this work with the same time and figures, from "
            f"“{file.name[:60]}” of {day}. Work counts in one project: restate it to "
            f"nothing there, or leave it out here."
        ),
    )
