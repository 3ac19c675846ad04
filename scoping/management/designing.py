"""What the commands of designers share: a question by options or file, two formats."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from scoping.calc.spec import SpecError, read_text
from scoping.management.files import text_of


class DesignCommand(BaseCommand):
    """Answers one question of a designer, without a database."""

    requires_system_checks: list[str] = []
    fields: Collection[str]

    def document(self, asked: Any) -> dict[str, Any]:
        """Return the answer to a question. Raises SpecError with every problem."""
        raise NotImplementedError

    def note(self, found: Mapping[str, Any]) -> str:
        """Return an answer in text."""
        raise NotImplementedError

    def add_arguments(self, parser: CommandParser) -> None:
        """Take each field as an option, or all of them from a file."""
        parser.add_argument("--file", type=Path, help="a question; options win")
        for key in self.fields:
            parser.add_argument(f"--{key.replace('_', '-')}", dest=key)
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write the answer, or every problem of the question."""
        try:
            asked: Any = {}
            if options["file"] is not None:
                asked = read_text(text_of(options["file"]))
            if isinstance(asked, dict):
                said = {key: options[key] for key in self.fields}
                asked = asked | {key: value for key, value in said.items() if value}
            found = self.document(asked)
        except SpecError as error:
            raise CommandError(str(error), returncode=2) from error
        if options["format"] == "json":
            self.stdout.write(json.dumps(found, indent=2, ensure_ascii=False))
        else:
            self.stdout.write(self.note(found).rstrip("\n"))
