"""New work that another project of the company counts already: held, told where.

The same person cannot have worked the same seconds at the same batch, stage and day for
two projects: somebody dropped a file on the wrong one. Work that only looks alike, with
other figures or without a person, a day or a time, is left alone: batches of two
projects may well bear one name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef

from quotes import models
from quotes.ingest.reading import Refusal, Row

MOST_AT_ONCE = 500
MOST_SHOWN = 1_000
LONGEST_NAME = 80
SAME = ("items", "units_produced", "active_seconds")
"""What two records of one key must both say to be the same work."""


def one_at_a_time(project: models.Project, content: str) -> None:
    """Wait for whoever counts the same rows in another project of the company.

    To the end of the transaction: what it wrote is seen then, and by nobody before.
    `content` is the digest of the rows. Other files wait for nobody, and one writes
    alone on SQLite.
    """
    if connection.vendor != "postgresql":
        return
    known = int(content[:8], 16) - 2**31
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(CAST(%s AS integer), CAST(%s AS integer))",
            [project.workspace_id % 2**31, known],
        )


def without_counted_elsewhere(
    project: models.Project, new: dict[str, Row], refused: list[Refusal]
) -> tuple[dict[str, Row], list[Refusal]]:
    """Return new rows without those that another project of the company counts."""
    sure = [key for key, row in new.items() if _is_sure(row.values)]
    others = _others(project) if sure else []
    if not others:
        return new, refused
    kept = dict(new)
    for key, there in _standing(others, sure):
        row = kept.get(key)
        if row is not None and all(
            getattr(there, name) == row.values.get(name) for name in SAME
        ):
            del kept[key]
            refused += row.refused(partial(counted_there, there=there))
    return kept, refused


def mark_counted_elsewhere(
    cursor: Any, staging: models.Staging, project: models.Project
) -> None:
    """Mark the staged rows that are new and that another project counts: `abroad`."""
    others = _others(project)
    if not others:
        return
    alike = " AND ".join(f"s.{one} IS NOT DISTINCT FROM w.{one}" for one in SAME)
    if connection.vendor == "sqlite":  # 3.39 has the standard's words for this
        alike = alike.replace("IS NOT DISTINCT FROM", "IS")
    marks = ", ".join(["%s"] * len(others))
    cursor.execute(
        f"""WITH there AS (
            SELECT s.number AS number, min(w.id) AS id FROM quotes_stagedrow s
            JOIN quotes_workrecord w ON w.key = s.key AND w.project_id IN ({marks})
            WHERE s.staging_id = %s AND s.fate IS NULL AND s.actor <> ''
                AND s.active_seconds > 0 AND w.kind <> 'reversal' AND {alike}
                AND coalesce(s.period_start, s.period_end) IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM quotes_workrecord later
                    WHERE later.project_id = w.project_id AND later.key = w.key
                        AND later.edition > 1 AND later.edition > w.edition)
            GROUP BY s.number)
        UPDATE quotes_stagedrow AS s SET fate = 'abroad', record = there.id
        FROM there WHERE s.staging_id = %s AND s.number = there.number""",
        [*others, staging.pk, staging.pk],
    )


def marked_elsewhere(staging: models.Staging) -> Iterator[Refusal]:
    """Yield why the first rows that were marked are held."""
    rows = models.StagedRow.objects.filter(staging=staging, fate="abroad")
    marked = rows.order_by("number").values_list("number", "record")[:MOST_SHOWN]
    found = list(marked)
    named = models.WorkRecord.objects.select_related("project", "file")
    records = named.in_bulk([record for _, record in found])
    for number, record in found:
        yield counted_there(number, there=records[record])


def counted_there(number: int, *, there: models.WorkRecord) -> Refusal:
    """Return why a row is held that another project counts."""
    return Refusal(
        row=number,
        column="batch",
        code="counted_elsewhere",
        message=(
            f"The project {there.project.name[:LONGEST_NAME]} counts this work "
            f"already, from {there.file.name[:LONGEST_NAME]}: {there.actor}, "
            f"{there.batch}, {there.stage}, with the same units and seconds. Work "
            f"belongs to one project: drop the file there alone, or restate it there."
        ),
    )


def _others(project: models.Project) -> list[int]:
    """Return the other projects of the company that count anything."""
    counted = models.WorkRecord.objects.filter(project=OuterRef("pk")).order_by()
    rows = models.Project.objects.filter(workspace=project.workspace_id)
    others = rows.exclude(pk=project.pk).filter(Exists(counted)).order_by("pk")
    return list(others.values_list("pk", flat=True))


def _standing(
    projects: list[int], keys: list[str]
) -> Iterator[tuple[str, models.WorkRecord]]:
    """Yield the entries of keys that stand in other projects, the oldest first."""
    rows = models.WorkRecord.objects.filter(project__in=projects)
    rows = rows.exclude(kind="reversal").select_related("project", "file")
    for place in range(0, len(keys), MOST_AT_ONCE):
        some = rows.filter(key__in=keys[place : place + MOST_AT_ONCE])
        last = {
            (row.project_id, row.key): row for row in some.order_by("edition", "pk")
        }
        for row in sorted(last.values(), key=lambda one: one.pk or 0):
            yield row.key, row


def _is_sure(values: Mapping[str, Any]) -> bool:
    """Return whether a row names a person, a day and a time."""
    day = values.get("period_start") or values.get("period_end")
    return bool(values.get("actor") and values.get("active_seconds") and day)
