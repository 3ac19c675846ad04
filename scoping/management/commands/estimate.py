"""Estimate a spec from a file: an analyst's note, or the document as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from scoping import queries
from scoping.calc.advice import advice
from scoping.calc.document import document
from scoping.calc.estimate import estimate
from scoping.calc.note import client_note, note
from scoping.calc.offer import offer
from scoping.calc.offer_advice import client_advice
from scoping.calc.rates import CardError, MissingRateError, RateCard
from scoping.calc.spec import Spec, SpecError
from scoping.management.files import card_from, spec_from


class Command(BaseCommand):
    help = "Estimate a spec (YAML or JSON). Needs no database with a card from a file."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("spec", type=Path)
        parser.add_argument(
            "--card", help="a file, or a version of --workspace's cards"
        )
        parser.add_argument(
            "--workspace", help="whose card; by default the launch card"
        )
        parser.add_argument("--format", choices=("text", "json"), default="text")
        parser.add_argument("--explain", action="store_true", help="with all reasons")
        parser.add_argument(
            "--client", action="store_true", help="only what a client may see"
        )
        parser.add_argument(
            "--advice", action="store_true", help="with what else could be done"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            spec = spec_from(options["spec"])
            card = card_from(options["card"], options["workspace"])
            self.stdout.write(self._answer(spec, card, options).rstrip("\n"))
        except (SpecError, CardError, MissingRateError, LookupError) as error:
            raise CommandError(str(error), returncode=2) from error

    def _answer(self, spec: Spec, card: RateCard, options: dict[str, Any]) -> str:
        as_json, workdays = options["format"] == "json", queries.workdays()
        advised = options["advice"]
        if options["client"]:
            view = offer(
                spec,
                card.price,
                unit_prices=None,
                week=None,
                workdays=workdays,
                advice=client_advice(spec, card.price, workdays=workdays)
                if advised
                else (),
            )
            return _json(view) if as_json else client_note(view)
        made = estimate(spec, card, workdays=workdays)
        found = document(
            made, advice=advice(made, workdays=workdays) if advised else ()
        )
        return _json(found) if as_json else note(found, explain=options["explain"])


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
