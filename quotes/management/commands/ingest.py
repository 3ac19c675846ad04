"""Drop a file of work records on a project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from quotes.actions.actuals import findings, ingest_file, plan_ingest
from quotes.ingest.reading import MappingError, MappingFile, read_mapping
from quotes.ingest.tables import TableError
from quotes.models import Project
from quotes.queries.actuals import NoProjectError, project_named
from scoping.queries import workspace_named

MOST_SHOWN = 20


class Command(BaseCommand):
    help = "Count a file of work records: canonical CSV, or any CSV with a mapping."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--project", required=True, help="the project's slug")
        parser.add_argument("--workspace", help="the workspace's slug, if several")
        parser.add_argument("--mapping", type=Path, help="a column mapping (YAML)")
        parser.add_argument("--dry-run", action="store_true", help="change nothing")
        parser.add_argument(
            "--publish-good",
            action="store_true",
            help="count the good rows of a file that has refused ones",
        )
        parser.add_argument(
            "--restate",
            default="",
            metavar="REASON",
            help="replace work that was counted with other figures, and why",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            project = project_named(
                options["project"], workspace=workspace_named(options["workspace"])
            )
            mapping = _mapping(options["mapping"])
            body = options["file"].read_bytes()
            if options["dry_run"]:
                self._report_plan(project, body, mapping, options)
                return
            outcome = ingest_file(
                project,
                body,
                name=options["file"].name,
                mapping=mapping,
                by=None,
                now=now(),
                publish_good=options["publish_good"],
                restate_reason=options["restate"],
            )
        except (NoProjectError, LookupError) as error:
            raise CommandError(str(error)) from error
        except (TableError, MappingError) as error:
            raise CommandError(f"{options['file']}: {error}") from error
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error}.") from error
        self._say(outcome.plan)
        self.stdout.write(
            {
                "published": "Counted.",
                "held": "Held: nothing was counted. Correct the rows, or publish the "
                "good ones with --publish-good.",
                "repeated": "Nothing was added.",
            }[outcome.state]
        )

    def _report_plan(
        self,
        project: Project,
        body: bytes,
        mapping: MappingFile | None,
        options: dict[str, Any],
    ) -> None:
        plan = plan_ingest(
            project, body, mapping=mapping, restate=bool(options["restate"])
        )
        self._say(plan)
        self.stdout.write("A dry run: nothing has been counted.")

    def _say(self, plan: Any) -> None:
        reading = plan.reading
        self.stdout.write(plan.verdict)
        self.stdout.write(
            f"{reading.read:,} rows read: {len(plan.new):,} new, "
            f"{len(plan.restated):,} restated, {plan.repeated:,} repeated, "
            f"{len(plan.refused):,} refused, {reading.left_out:,} left out, "
            f"{reading.blank:,} blank."
        )
        for finding in findings(plan):
            self.stdout.write(f"  {finding}")
        for one in plan.refused[:MOST_SHOWN]:
            self.stdout.write(f"  row {one.row}, {one.code}: {one.message}")
        if len(plan.refused) > MOST_SHOWN:
            self.stdout.write(f"  and {len(plan.refused) - MOST_SHOWN:,} more")


def _mapping(path: Path | None) -> MappingFile | None:
    if path is None:
        return None
    try:
        return read_mapping(yaml.safe_load(path.read_text("utf-8")))
    except yaml.YAMLError as error:
        raise MappingError(f"{path} is no YAML: {error}") from error
