"""Weigh a pilot's results against a quoted spec: a note, or the comparison as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from scoping import queries
from scoping.calc.estimate import estimate
from scoping.calc.pilot import (
    comparison,
    measured,
    read_pilot,
    report,
    to_document,
)
from scoping.calc.rates import CardError, MissingRateError
from scoping.calc.spec import SpecError, read_text
from scoping.management.files import card_from, spec_from, text_of


class Command(BaseCommand):
    help = (
        "Hold a pilot's results (YAML or JSON) against a spec's estimate: quoted, "
        "measured, new, and whether prices stand. For staff."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("spec", type=Path)
        parser.add_argument("--results", type=Path, required=True, metavar="FILE")
        parser.add_argument(
            "--card", help="a file, or a version of --workspace's cards"
        )
        parser.add_argument(
            "--workspace", help="whose card; by default the launch card"
        )
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = _compared(options)
        except (SpecError, CardError, MissingRateError, LookupError) as error:
            raise CommandError(str(error), returncode=2) from error
        if options["format"] == "json":
            self.stdout.write(json.dumps(found, indent=2, ensure_ascii=False))
        else:
            self.stdout.write(report(found).rstrip("\n"))


def _compared(options: dict[str, Any]) -> dict[str, Any]:
    spec = spec_from(options["spec"])
    card = card_from(options["card"], options["workspace"])
    results = read_pilot(read_text(text_of(options["results"])), today=now().date())
    workdays = queries.workdays()
    # The quote first: a spec that this card cannot price has no pilot to weigh.
    quoted = estimate(spec, card, workdays=workdays)
    new_spec, new_card = measured(spec, card, results)
    new = estimate(new_spec, new_card, workdays=workdays)
    return to_document(comparison(quoted, new, results))
