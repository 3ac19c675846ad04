"""The schedule of a spec day by day: gates, chances, what is sooner. For staff."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from scoping import queries
from scoping.calc.estimate import estimate
from scoping.calc.planning.design import Ask, design
from scoping.calc.planning.document import report, to_document
from scoping.calc.rates import CardError, MissingRateError
from scoping.calc.spec import SpecError
from scoping.management.files import card_from, spec_from

MOST_RUNS, MOST_STREAMS = 20_000, 1000


class Command(BaseCommand):
    help = (
        "Walk a spec's project day by day: a date for every gate, the chance of each, "
        "and what overtime, a second shift or more people change. For staff."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("spec", type=Path)
        parser.add_argument(
            "--card", help="a file, or a version of --workspace's cards"
        )
        parser.add_argument(
            "--workspace", help="whose card; by default the launch card"
        )
        parser.add_argument("--runs", type=int, default=2000)
        parser.add_argument(
            "--streams", type=int, default=1, help="pieces of work done side by side"
        )
        parser.add_argument(
            "--overtime-used", type=float, default=0.0, help="hours a person, this year"
        )
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = _designed(options)
        except (SpecError, CardError, MissingRateError, LookupError) as error:
            raise CommandError(str(error), returncode=2) from error
        if options["format"] == "json":
            self.stdout.write(json.dumps(found, indent=2, ensure_ascii=False))
        else:
            self.stdout.write(report(found).rstrip("\n"))


def _designed(options: dict[str, Any]) -> dict[str, Any]:
    for name, most in (("runs", MOST_RUNS), ("streams", MOST_STREAMS)):
        if not 1 <= options[name] <= most:
            raise CommandError(f"--{name} must lie between 1 and {most:,}.")
    if not 0 <= options["overtime_used"] <= 1000:  # noqa: PLR2004 - hours of a year
        raise CommandError("--overtime-used must lie between 0 and 1,000 hours.")
    spec = spec_from(options["spec"])
    card = card_from(options["card"], options["workspace"])
    workdays = queries.workdays()
    made = estimate(spec, card, workdays=workdays)
    ask = Ask(
        runs=options["runs"],
        streams=options["streams"],
        used_year=options["overtime_used"],
    )
    return to_document(design(made, workdays=workdays, ask=ask))
