"""Reads of the ledger's own rows, for whoever asks what a figure rests on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from quotes import models
from quotes.calc.matching import line_of
from quotes.queries.actuals import actuals, current_records


def source_rows(
    project: models.Project,
    wanted: Mapping[str, str],
    *,
    week: tuple[date, date] | None,
    as_of: datetime | None = None,
) -> list[models.WorkRecord]:
    """Return the entries that stand, by batch and stage.

    `wanted` may name a line of the plan, a batch and a stage; a week is its first and
    last day at the site. `as_of`: those that stood at a moment.
    """
    zone = ZoneInfo(project.time_zone)
    names = {
        line["index"]: str(line["name"]) for line in project.baseline.document["lines"]
    }
    records = list(current_records(project, as_of=as_of).values())
    values = actuals(records, zone=project.time_zone)
    files = {file.pk: file for file in project.files.all()}
    found = []
    for record, value in zip(records, values, strict=True):
        index = line_of(project.baseline.document, value)
        line = names.get(index, "") if index is not None else ""
        if (
            (not wanted["line"] or wanted["line"].casefold() == line.casefold())
            and (not wanted["batch"] or wanted["batch"] == record.batch)
            and (not wanted["stage"] or wanted["stage"] == record.stage)
            and _within(value.day, week)
        ):
            record.file = files[record.file_id]
            record.line = line or record.line
            found.append(record)
    last = date.min
    return sorted(
        found,
        key=lambda row: (
            row.batch,
            row.stage,
            row.period_end.astimezone(zone).date() if row.period_end else last,
            row.pk,
        ),
    )


def _within(day: date | None, week: tuple[date, date] | None) -> bool:
    if week is None:
        return True
    return day is not None and week[0] <= day <= week[1]


def same_rows_as(project: models.Project, content: str) -> str:
    """Return the name of the first file that was counted and holds the same rows.

    `content` is the digest of rows in any order, whatever holds them; "" is none.
    """
    if not content.strip("0"):
        return ""
    files = project.files.filter(state=models.SourceFile.PUBLISHED)
    same = files.filter(content_digest=content).order_by("at", "pk")
    return same.values_list("name", flat=True).first() or ""
