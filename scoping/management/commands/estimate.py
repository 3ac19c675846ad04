"""Estimate a spec from a file: an analyst's note, or the document as JSON.

With `--diff` or `--diff-card` it says instead why a second estimate differs.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from scoping import queries
from scoping.calc.advice import advice
from scoping.calc.diff import diff
from scoping.calc.diff_note import diff_data, diff_note
from scoping.calc.difference import Diff, DiffError
from scoping.calc.document import document
from scoping.calc.estimate import estimate
from scoping.calc.note import client_note, note
from scoping.calc.offer import make_offer, offer
from scoping.calc.offer_advice import client_advice
from scoping.calc.offer_diff import client_diff
from scoping.calc.rates import CardError, RateCard
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
        parser.add_argument(
            "--diff", type=Path, metavar="SPEC", help="why this second spec differs"
        )
        parser.add_argument(
            "--diff-card", metavar="CARD", help="why it differs under this second card"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            spec = spec_from(options["spec"])
            card = card_from(options["card"], options["workspace"])
            answer = self._difference if _two(options) else self._answer
            self.stdout.write(answer(spec, card, options).rstrip("\n"))
        except (SpecError, CardError, DiffError, LookupError) as error:
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

    def _difference(self, spec: Spec, card: RateCard, options: dict[str, Any]) -> str:
        if options["explain"]:
            raise CommandError(
                "--explain gives the reasons of one estimate. Leave it out beside "
                "--diff and --diff-card.",
                returncode=2,
            )
        said, second_card = options["diff"], options["diff_card"]
        other = spec if said is None else spec_from(said)
        under = card
        if second_card is not None:
            under = card_from(second_card, options["workspace"])
        if options["client"]:
            found = _client_difference((spec, card), (other, under))
        else:
            workdays = queries.workdays()
            found = diff(
                estimate(spec, card, workdays=workdays),
                estimate(other, under, workdays=workdays),
                workdays=workdays,
            )
        as_json = options["format"] == "json"
        return _json(diff_data(found)) if as_json else diff_note(found)


def _two(options: dict[str, Any]) -> bool:
    """Return whether two estimates are compared rather than one printed."""
    return options["diff"] is not None or options["diff_card"] is not None


def _client_difference(*pairs: tuple[Spec, RateCard]) -> Diff:
    before, after = (
        make_offer(
            spec, card.price, unit_prices=None, week=None, workdays=queries.workdays()
        )
        for spec, card in pairs
    )
    return client_diff(before, after, workdays=queries.workdays())


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
