"""Take people out of the ledgers: another name for their work, no total moves."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from quotes.actions import RefusedError
from quotes.actions.erasing import erase_person
from quotes.queries.erased import not_seen_since
from scoping.queries import workspace_named


class Command(BaseCommand):
    help = (
        "Erase a person, or everybody not seen since a day, from the ledgers of work "
        "and of paid time. It cannot be undone."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "name", nargs="?", help="the person as the files write them"
        )
        parser.add_argument("--workspace", help="the workspace's slug, if several")
        parser.add_argument(
            "--not-seen-since",
            type=date.fromisoformat,
            metavar="DATE",
            help="everybody whose last work and last paid day lie before it",
        )
        parser.add_argument("--dry-run", action="store_true", help="only say who")

    def handle(self, *args: Any, **options: Any) -> None:
        since: date | None = options["not_seen_since"]
        if (options["name"] is None) == (since is None):
            raise CommandError("Name a person, or say --not-seen-since a day.")
        try:
            workspace = workspace_named(options["workspace"])
        except LookupError as error:
            raise CommandError(str(error)) from error
        names = [options["name"]]
        if since is not None:
            moment = datetime(since.year, since.month, since.day, tzinfo=UTC)
            names = not_seen_since(workspace, moment)
        for name in names:
            if options["dry_run"]:
                self.stdout.write(f"Would erase {name}.")
                continue
            try:
                found = erase_person(workspace, name, by=None, now=now())
            except RefusedError as error:
                raise CommandError(str(error)) from error
            self.stdout.write(
                f"Erased: now “{found.name}”, {found.work:,} entries of work, "
                f"{found.paid:,} of paid time; {found.files:,} kept files deleted."
            )
        if not names:
            self.stdout.write("Nobody was last seen before that day.")
