"""Print estimated against delivered for a project."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from quotes.calc.report import report
from quotes.queries.actuals import NoProjectError, comparison, project_named
from quotes.queries.gates import work_day
from scoping.queries import workspace_named


class Command(BaseCommand):
    help = "Compare a project's estimate with what was delivered."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("project", help="the project's slug")
        parser.add_argument("--workspace", help="the workspace's slug, if several")
        parser.add_argument("--as-of", help="as it was known at the end of 2026-04-17")
        parser.add_argument("--on", help="where it stood on this day of work")
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            project = project_named(
                options["project"], workspace=workspace_named(options["workspace"])
            )
        except (NoProjectError, LookupError) as error:
            raise CommandError(str(error)) from error
        found = comparison(
            project,
            as_of=_end_of(options["as_of"]),
            on=_day(options["on"]),
            today=work_day(project, now()),
        )
        if options["format"] == "json":
            self.stdout.write(json.dumps(found, indent=2, ensure_ascii=False))
            return
        self.stdout.write(report(project.name, found))


def _day(said: str | None) -> date | None:
    if said is None:
        return None
    try:
        return date.fromisoformat(said)
    except ValueError as error:
        raise CommandError("Write --on as 2026-04-17.") from error


def _end_of(said: str | None) -> datetime | None:
    if said is None:
        return None
    try:
        day = datetime.fromisoformat(said)
    except ValueError as error:
        raise CommandError("Write --as-of as 2026-04-17.") from error
    if len(said) == len("2026-04-17"):
        return datetime.combine(day.date(), time.max, UTC)
    return day if day.tzinfo else day.replace(tzinfo=UTC)
