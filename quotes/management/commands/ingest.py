"""Drop a file of work records on a project."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from quotes.actions import RefusedError
from quotes.actions.actuals import stated_for
from quotes.actions.naming import Saying, remember_names, saying_of
from quotes.actions.receiving import Asked, Report, receive
from quotes.ingest.apart import BusyError
from quotes.ingest.fields import CellError
from quotes.ingest.item_parts import gathered_by, read_in_parts
from quotes.ingest.reading import MappingError, MappingFile, Reading, read_mapping
from quotes.ingest.tables import TableError
from quotes.ingest.work import Stated
from quotes.management.stating import add_stated, said_in
from quotes.models import Project
from quotes.queries.actuals import NoProjectError, project_named
from scoping.queries import workspace_named

MOST_SHOWN = 20
SAY_NAMES = (
    "Say once what a name means, and it is remembered: "
    '--match batch:"name in the file"="name here" (or the same name: it stays).'
)
STATES = {
    "published": "Counted.",
    "held": "Held: nothing was counted. Correct the rows, or count the good ones with "
    "--publish-good.",
    "repeated": "Nothing was added.",
    "dry": "A dry run: nothing has been counted.",
}


class Command(BaseCommand):
    help = (
        "Count a file of work: whichever tool wrote it is recognised from its content."
    )

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

        add_stated(parser)
        parser.add_argument(
            "--match",
            action="append",
            default=[],
            metavar="KIND:WRITTEN=MEANS",
            help="what a name in the file means, remembered for later files: "
            'batch:"street 3 FINAL"="street-scenes/003"; also line:',
        )
        parser.add_argument(
            "--cluster",
            default="",
            metavar="ADDRESS",
            help="have a long log of items read by a Dask cluster (tcp://host:8786), "
            "whose workers see the file under the same name",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            project = project_named(
                options["project"], workspace=workspace_named(options["workspace"])
            )
            sayings = [saying_of(text) for text in options["match"]]
            if sayings and options["dry_run"]:
                raise CommandError("--match is remembered: a dry run changes nothing.")
            self._remember(project, sayings)
            stated = stated_for(project, now=now(), **said_in(options))
            asked = Asked(
                name=options["file"].name,
                by=None,
                now=now(),
                stated=stated,
                mapping=_mapping(options["mapping"]),
                publish_good=options["publish_good"],
                restate_reason=options["restate"],
                apart=False,
                dry=options["dry_run"],
                items=_cluster(options["cluster"], options["file"]),
            )
            with options["file"].open("rb") as opened:
                report = receive(project, opened, asked)
        except (NoProjectError, LookupError, RefusedError) as error:
            raise CommandError(str(error)) from error
        except CellError as error:
            raise CommandError(f"--type {error}") from error
        except (TableError, MappingError, BusyError) as error:
            raise CommandError(f"{options['file']}: {error}") from error
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error}.") from error
        self._say(report)
        self.stdout.write(STATES[report.state])

    def _remember(self, project: Project, sayings: Sequence[Saying]) -> None:
        """Remember what names mean in files of the project."""
        if sayings:
            found = remember_names(project, sayings, by=None, now=now())
            self.stdout.write(found.sentence)

    def _say(self, report: Report) -> None:
        self.stdout.write(report.sentence)
        self.stdout.write(
            f"{report.read:,} rows read: {report.new:,} new, "
            f"{report.restated:,} restated, {report.repeated:,} repeated, "
            f"{report.refused_rows:,} refused, {report.left_out:,} left out, "
            f"{report.blank:,} blank."
        )
        if report.new != report.records:
            self.stdout.write(
                f"They are {report.records:,} records by day, batch, stage and person."
            )
        if report.reading is not None and report.reading.each_is == "item":
            self._say_times(report.reading)
        for remark in report.remarks:
            self.stdout.write(f"  {remark}")
        for open_name in report.names[:MOST_SHOWN]:
            self.stdout.write(f"  {open_name.sentence}")
        if report.names:
            self.stdout.write(f"  {SAY_NAMES}")
        for one in report.refused[:MOST_SHOWN]:
            self.stdout.write(f"  row {one.row}, {one.code}: {one.message}")
        if report.refused_rows > MOST_SHOWN:
            self.stdout.write(f"  and {report.refused_rows - MOST_SHOWN:,} more")

    def _say_times(self, reading: Reading) -> None:
        """Say how long an item takes, where the file times items one by one."""
        times = reading.times
        if times.typical_seconds is not None:
            self.stdout.write(
                f"  {times.n:,} timed items, typically {times.typical_seconds:,.1f} s "
                f"each, the longest {times.longest / 1000:,.1f} s."
            )


def _cluster(address: str, path: Path) -> Callable[[Stated], Reading] | None:
    """Return how a log of items is read by a cluster, None where none is named."""
    if not address:
        return None
    if importlib.util.find_spec("distributed") is None:
        raise CommandError(
            "--cluster needs the package distributed, here and on the workers: "
            "pip install distributed."
        )
    # By name: it is no dependency, and most never need it.
    client = importlib.import_module("distributed").Client(address)
    return lambda stated: read_in_parts(
        path.resolve(), stated, gather=gathered_by(client)
    )


def _mapping(path: Path | None) -> MappingFile | None:
    if path is None:
        return None
    try:
        return read_mapping(yaml.safe_load(path.read_text("utf-8")))
    except yaml.YAMLError as error:
        raise MappingError(f"{path} is no YAML: {error}") from error
