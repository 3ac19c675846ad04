"""Close the books of a project through a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from quotes.actions.closing import close_period
from quotes.queries.actuals import NoProjectError, project_named
from quotes.queries.months import by_month
from scoping.queries import workspace_named

HOUR = Decimal(3600)


class Command(BaseCommand):
    help = "Close a project's books through a day: what comes later is booked after it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("project", help="the project's slug")
        parser.add_argument("through", help="the last day that is closed: 2026-03-31")
        parser.add_argument("--workspace", help="the workspace's slug, if several")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            through = date.fromisoformat(options["through"])
            project = project_named(
                options["project"], workspace=workspace_named(options["workspace"])
            )
            close_period(project, through, by=None, now=now())
        except (NoProjectError, LookupError) as error:
            raise CommandError(str(error)) from error
        except ValueError as error:
            raise CommandError(f"{options['through']}: {error}") from error
        self.stdout.write(f"Closed through {through}.")
        for one in by_month(project):
            month = one.month or "no day known"
            units = "not known" if one.units is None else f"{one.units:,}"
            hours = "not known" if one.seconds is None else f"{one.seconds / HOUR:,.2f}"
            self.stdout.write(
                f"  {month}: {units} units, {hours} h, {one.late_records:,} late"
            )
