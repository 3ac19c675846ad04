"""Hold the estimator against published projects: predicted hours beside reported ones.

Each is predicted with the card figures of its own sources left out. Needs no database.
"""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from scoping import queries
from scoping.calc.rates import CardError, RateCard
from scoping.calc.spec import SpecError, read_spec
from scoping.calc.validation import report
from scoping.calc.validation.mapping import mapped
from scoping.calc.validation.predicting import predicted
from scoping.calc.validation.reading import (
    ValidationFileError,
    read_evidence,
    read_projects,
)
from scoping.calc.validation.scoring import scores
from scoping.calc.validation.values import (
    Evidence,
    NotMapped,
    Prediction,
    Project,
)
from scoping.management.files import card_from

EVIDENCE = Path("fixtures/effort")
START = date(2026, 1, 1)
"""Specs of published projects name their start; nothing depends on the day."""


class Command(BaseCommand):
    help = "Predict hours of published projects (CSV) and score them. No database."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--card", help="a file, or a version of --workspace's cards"
        )
        parser.add_argument(
            "--workspace", help="whose card; by default the launch card"
        )
        parser.add_argument("--format", choices=("text", "json"), default="text")
        parser.add_argument("--draws", type=int, default=4096, help="a power of two")

    def handle(self, *args: Any, **options: Any) -> None:
        draws = options["draws"]
        if draws <= 1 or draws & (draws - 1):
            raise CommandError("--draws: write a power of two, such as 4096.")
        try:
            card = card_from(options["card"], options["workspace"])
            projects = read_projects(_rows(options["file"]))
            found, aside = _predictions(projects, card, draws=draws)
        except (ValidationFileError, CardError, LookupError) as error:
            raise CommandError(str(error), returncode=2) from error
        result = scores(report.scored(found))
        if options["format"] == "json":
            answer = report.data(found, aside, result, card=card.version)
            self.stdout.write(json.dumps(answer, indent=2, ensure_ascii=False))
            return
        self.stdout.write(
            "\n".join(report.text(found, aside, result, card=card.version))
        )


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    except OSError as error:
        raise CommandError(
            f"{path} cannot be read: {error.strerror}.", returncode=2
        ) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise CommandError(
            f"{path} is no CSV file in UTF-8: {error}.", returncode=2
        ) from error


def evidence() -> Evidence:
    """Return what the product's effort priors rest on."""
    folder = Path(settings.ROOT) / EVIDENCE
    document = yaml.safe_load((folder / "evidence.yaml").read_text("utf-8"))
    with (folder / "measured_times.csv").open(encoding="utf-8", newline="") as file:
        return read_evidence(document, list(csv.DictReader(file)))


def _predictions(
    projects: tuple[Project, ...], card: RateCard, *, draws: int
) -> tuple[list[Prediction], list[NotMapped]]:
    known = evidence()
    answers = [_answer(one, card, known, draws=draws) for one in projects]
    return (
        [one for one in answers if isinstance(one, Prediction)],
        [one for one in answers if isinstance(one, NotMapped)],
    )


def _answer(
    project: Project, card: RateCard, known: Evidence, *, draws: int
) -> Prediction | NotMapped:
    found = mapped(project, cost=card.cost)
    if isinstance(found, NotMapped):
        return found
    try:
        return predicted(
            found,
            read_spec(found.document, door="staff", today=START),
            card,
            evidence=known,
            workdays=queries.workdays(),
            draws=draws,
        )
    except (SpecError, LookupError) as error:
        return NotMapped(project=project, reason=str(error))
