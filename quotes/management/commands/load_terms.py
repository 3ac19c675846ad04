"""`manage.py load_terms FILE`: publish terms for a workspace, for good."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from quotes.actions import RefusedError
from quotes.actions.texts import publish_terms
from scoping.queries import workspace_named


class Command(BaseCommand):
    """Publish terms; quotes that are sent from then on print them."""

    help = "Publish the terms that are printed with quotes sent from now on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file and the workspace."""
        parser.add_argument("file", help="YAML: a version, and clauses")
        parser.add_argument("--workspace", help="its slug, where there are several")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Publish, or say what is wrong in which clause."""
        try:
            workspace = workspace_named(options["workspace"])
            text = Path(options["file"]).read_text("utf-8")
            row = publish_terms(text, workspace=workspace, by=None, now=now())
        except OSError as error:
            raise CommandError(
                f"{options['file']} cannot be read: {error.strerror}."
            ) from error
        except (LookupError, UnicodeDecodeError, RefusedError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{workspace.name}: {row} hold for what is sent from now on.")
