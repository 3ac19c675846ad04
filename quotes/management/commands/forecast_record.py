"""Print how well forecasts would have done on the projects that are over."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from quotes.calc.record import tally
from quotes.calc.words import record_lines
from quotes.queries.forecast_record import looks
from scoping.queries import workspace_named


class Command(BaseCommand):
    help = (
        "Forecast every project that is over from its rows at a quarter, half and "
        "three quarters, and hold the forecasts against what came."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--workspace", help="the workspace's slug, if several")
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            workspace = workspace_named(options["workspace"])
        except LookupError as error:
            raise CommandError(str(error)) from error
        found = dict(looks(workspace))
        over = {slug: some for slug, some in found.items() if some}
        rows = tally(one for some in over.values() for one in some)
        if options["format"] == "json":
            document = {"record": rows, "projects": over}
            self.stdout.write(json.dumps(document, indent=2, ensure_ascii=False))
            return
        self.stdout.write(
            f"{len(over):,} of {len(found):,} projects with rows are over."
        )
        for line in record_lines(rows):
            self.stdout.write(line)
