"""Name the batches that certain work went into, or the delivered images of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from quotes.calc.recall import Recalled, Wanted
from quotes.queries.actuals import NoProjectError, project_named
from quotes.queries.recall import items_of, recalled
from scoping.calc.money import to_coins
from scoping.queries import workspace_named

TEXTS = {
    "actor": "a person",
    "pod": "a team",
    "guideline": "a version of the guideline",
    "model": "a model of the pre-labels",
}


class Command(BaseCommand):
    help = (
        "Name the batches that certain work went into, and what labelling it again "
        "costs. What is asked must hold together."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("project", help="the project's slug")
        parser.add_argument("--workspace", help="the workspace's slug, if several")
        for name, what in TEXTS.items():
            parser.add_argument(
                f"--{name}", default="", help=f"{what}, as files say it"
            )
        for name in ("since", "until"):
            parser.add_argument(f"--{name}", type=_day, metavar="2026-03-02")
        parser.add_argument(
            "--items",
            action="store_true",
            help="name the delivered images instead: item, batch, version, hash, model",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = Wanted(**{name: options[name] for name in (*TEXTS, "since", "until")})
        if wanted.is_empty:
            raise CommandError(
                "Say which work is meant: --actor, --model, --since, ..."
            )
        try:
            workspace = workspace_named(options["workspace"])
            project = project_named(options["project"], workspace=workspace)
        except (NoProjectError, LookupError) as error:
            raise CommandError(str(error)) from error
        found = recalled(project, wanted)
        if options["items"]:
            for one in items_of(project, found, wanted).iterator():
                cells = (one.item, one.batch, f"{one.version}", one.digest)
                self.stdout.write("\t".join((*cells, one.prelabel_model or "")))
            return
        lines = {
            line["index"]: f", {line['name']}"
            for line in project.baseline.document["lines"]
        }
        for batch in found:
            named = f"{batch.batch}{lines.get(batch.line, '')}"
            state = _state(batch, project.currency)
            self.stdout.write(f"{named}: {_touched(batch)}{state}")
        self._say(found, project.currency)

    def _say(self, found: Sequence[Recalled], currency: str) -> None:
        sure = [one for one in found if _is_sure(one)]
        costs = [one.cost for one in sure if one.cost is not None]
        holds = "batch holds" if len(sure) == 1 else "batches hold"
        self.stdout.write(f"{len(sure):,} {holds} such work.")
        if costs:
            least = "" if len(costs) == len(sure) else "at least "
            total = to_coins(sum(costs, Decimal(0)), currency)
            self.stdout.write(f"Labelling it again costs {least}{total:,} {currency}.")


def _is_sure(one: Recalled) -> bool:
    return one.units is not None or not one.unsure


def _touched(one: Recalled) -> str:
    if not _is_sure(one):
        return "nobody can tell, its records do not say"
    if one.units is None or one.whole is None:
        return "how many units is not known"
    return f"{one.units:,} of {one.whole:,} units"


def _state(one: Recalled, currency: str) -> str:
    cost = "" if one.cost is None else f", {to_coins(one.cost, currency):,} {currency}"
    return f"{cost}, {'delivered' if one.delivered else 'not delivered'}"


def _day(said: str) -> date:
    return date.fromisoformat(said)
