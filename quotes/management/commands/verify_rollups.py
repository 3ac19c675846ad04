"""Make every roll-up again from the ledger, and name each figure that differs."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from quotes.actions.rollups import roll_up, roll_up_gates
from quotes.queries.actuals import every_project
from quotes.queries.rollups import differences


class Command(BaseCommand):
    help = "Compare the roll-ups of the portfolio with the ledger they are made from."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--mend", action="store_true", help="store what the ledger says"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        checked, found = 0, 0
        for project in every_project():
            wrong = list(differences(project))
            checked, found = checked + 1, found + len(wrong)
            for one in wrong:
                self.stdout.write(str(one))
            if wrong and options["mend"]:
                roll_up([project], now=now())
                roll_up_gates(project, now=now())
        if found and not options["mend"]:
            raise CommandError(
                f"{found:,} figures of {checked:,} projects differ. "
                f"verify_rollups --mend stores what the ledger says."
            )
        mended = f"{found:,} figures mended" if found else "none differs"
        self.stdout.write(f"{checked:,} projects made from the ledger: {mended}.")
