"""Size a gold set: how many images, what a pass proves, how many pilot rounds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from scoping.calc.gold_sets.design import design
from scoping.calc.gold_sets.document import document
from scoping.calc.gold_sets.note import note
from scoping.calc.gold_sets.question import FIELDS, read_question
from scoping.calc.spec import SpecError, read_text
from scoping.management.files import text_of


class Command(BaseCommand):
    help = (
        "Size a gold set and its pilot: `gold_set --items 500 --target 0.95`. Needs no "
        "database. Shares are 0 to 1; --file takes the same keys as YAML or JSON."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", type=Path, help="a question; options win")
        for key in FIELDS:
            parser.add_argument(f"--{key.replace('_', '-')}", dest=key)
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            asked: Any = {}
            if options["file"] is not None:
                asked = read_text(text_of(options["file"]))
            if isinstance(asked, dict):
                said = {key: options[key] for key in FIELDS}
                asked = asked | {key: value for key, value in said.items() if value}
            found = document(design(read_question(asked)))
        except SpecError as error:
            raise CommandError(str(error), returncode=2) from error
        if options["format"] == "json":
            self.stdout.write(json.dumps(found, indent=2, ensure_ascii=False))
        else:
            self.stdout.write(note(found).rstrip("\n"))
