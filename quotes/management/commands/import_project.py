"""Make a project and its baseline from a spec and dates, without a quote."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from quotes.actions import RefusedError
from quotes.actions.projects import import_project
from scoping.calc.spec import SpecError, read_text
from scoping.queries import NoCardError, workspace_named


class Command(BaseCommand):
    help = "Make a project from a spec (YAML or JSON), to hold actuals against."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("spec", type=Path)
        parser.add_argument("--slug", required=True)
        parser.add_argument("--workspace", help="the workspace's slug, if several")
        parser.add_argument("--start", type=date.fromisoformat, help="2026-03-02")
        parser.add_argument(
            "--paid-clock",
            default="label",
            choices=("gesture", "label", "session", "paid"),
            help="which clock people are paid by",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            project = import_project(
                read_text(options["spec"].read_text("utf-8")),
                workspace=workspace_named(options["workspace"]),
                slug=options["slug"],
                start_on=options["start"],
                paid_clock=options["paid_clock"],
                by="command line",
                now=now(),
            )
        except (SpecError, RefusedError, NoCardError, LookupError) as error:
            raise CommandError(str(error)) from error
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{options['spec']} cannot be read: {error}.") from error
        self.stdout.write(f"Project {project.slug} is there with its baseline.")
