"""Keep the manifest of a delivery: its items with batch, version and hash."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from quotes.actions.manifests import load_manifest
from quotes.ingest.mappings import MappingError
from quotes.ingest.tables import TableError
from quotes.queries.actuals import NoProjectError, project_named
from scoping.queries import workspace_named

MOST_SHOWN = 20


class Command(BaseCommand):
    help = "Keep the manifest of a delivery: a table of item, batch, version and hash."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--project", required=True, help="the project's slug")
        parser.add_argument("--workspace", help="the workspace's slug, if several")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            project = project_named(
                options["project"], workspace=workspace_named(options["workspace"])
            )
            body = options["file"].read_bytes()
            found = load_manifest(project, body, by=None, now=now())
        except (NoProjectError, LookupError) as error:
            raise CommandError(str(error)) from error
        except (TableError, MappingError, OSError) as error:
            raise CommandError(f"{options['file']}: {error}") from error
        for one in found.refused[:MOST_SHOWN]:
            self.stdout.write(f"  row {one.row}, {one.code}: {one.message}")
        if found.refused:
            raise CommandError(
                f"{len(found.refused):,} rows refused: nothing was kept."
            )
        self.stdout.write(f"{found.new:,} items kept, {found.repeated:,} known before.")
