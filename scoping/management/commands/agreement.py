"""Compare two annotation files of the same images, class by class."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from scoping.samples.comparing import compare_files
from scoping.samples.report import data_of, text_of
from scoping.samples.values import ComparisonError


class Command(BaseCommand):
    help = (
        "Hold one annotation file against another of the same images (COCO, CVAT XML, "
        "Label Studio JSON). Needs no database."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("first", type=Path, metavar="FILE_A")
        parser.add_argument(
            "second", type=Path, metavar="FILE_B", help="what FILE_A is held against"
        )
        parser.add_argument(
            "--iou",
            type=float,
            default=0.5,
            help="overlap from which on two labels are one object (0.5)",
        )
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = compare_files(
                options["first"], options["second"], least=options["iou"]
            )
        except ComparisonError as error:
            raise CommandError(str(error), returncode=2) from error
        except OSError as error:
            raise CommandError(
                f"{error.filename} cannot be read: {error.strerror}.", returncode=2
            ) from error
        if options["format"] == "json":
            self.stdout.write(json.dumps(data_of(found), indent=2, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(text_of(found)))
