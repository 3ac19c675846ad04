"""Count what tools export into a folder, each finished file once."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import InterfaceError, OperationalError, close_old_connections
from django.utils.timezone import now

from quotes.actions.actuals import stated_for
from quotes.actions.dropping import plain_name
from quotes.actions.receiving import Asked
from quotes.ingest.apart import BusyError
from quotes.ingest.fields import CellError
from quotes.jobs.folder import DONE, REFUSED, WatchedError, take, watched
from quotes.management.stating import add_stated, said_in
from quotes.queries.actuals import NoProjectError, project_named
from scoping.queries import workspace_named


class Command(BaseCommand):
    help = (
        "Count the files that tools export into a folder: each finished one once, then "
        "moved to done or refused, with what is said of it beside."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--project",
            help="the project's slug; without it each folder within is named like one",
        )
        parser.add_argument("--workspace", help="the workspace's slug, if several")
        parser.add_argument("--once", action="store_true", help="one round, then end")
        parser.add_argument(
            "--every", type=float, default=60, metavar="SECONDS", help="between rounds"
        )
        parser.add_argument(
            "--settle",
            type=float,
            default=30,
            metavar="SECONDS",
            help="how long nobody may have written to a finished file",
        )
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

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        if not folder.is_dir():
            raise CommandError(f"{folder} is no folder.")
        try:
            with watched(folder):
                while True:
                    self._round(folder, options)
                    if options["once"]:
                        return
                    close_old_connections()
                    time.sleep(options["every"])
        except (NoProjectError, LookupError, WatchedError, CellError) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")

    def _round(self, folder: Path, options: dict[str, Any]) -> None:
        if options["project"]:
            self._take(folder, options["project"], options)
            return
        try:
            inside = sorted(one for one in folder.iterdir() if _is_for_a_project(one))
        except OSError as error:
            self._again(folder, error)
            return
        for inner in inside:
            try:
                self._take(inner, plain_name(inner.name), options)
            except NoProjectError as error:
                # A folder beside those of projects stops none of them.
                self.stderr.write(f"{plain_name(inner.name)}: passed over. {error}")

    def _take(self, folder: Path, slug: str, options: dict[str, Any]) -> None:
        try:
            self._count(folder, slug, options)
        except (OSError, OperationalError, InterfaceError, BusyError) as error:
            # The files stay where they are: the next round takes them.
            self._again(folder, error)

    def _again(self, folder: Path, error: Exception) -> None:
        name = plain_name(folder.name)
        self.stderr.write(f"{name}: {error} Tried again in the next round.")

    def _count(self, folder: Path, slug: str, options: dict[str, Any]) -> None:
        project = project_named(slug, workspace=workspace_named(options["workspace"]))
        moment = now()
        asked = Asked(
            name="",
            by=None,
            now=moment,
            stated=stated_for(project, now=moment, **said_in(options)),
            publish_good=options["publish_good"],
            restate_reason=options["restate"],
            hold_names=True,
        )
        for taken in take(folder, project, asked, settle_seconds=options["settle"]):
            self.stdout.write(f"{taken.name}: {taken.went}. {taken.sentence}")


def _is_for_a_project(path: Path) -> bool:
    """Return whether files in here are for a project named like it."""
    return (
        path.is_dir()
        and not path.is_symlink()
        and not path.name.startswith(".")
        and path.name not in (DONE, REFUSED)
    )
