"""What the commands share that publish a file of texts for a workspace."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from quotes.actions import RefusedError
from scoping.queries import workspace_named


class PublishCommand(BaseCommand):
    """Read a file, find the workspace, publish, and say what is wrong in which row."""

    shape = ""
    """What the file holds, in a few words."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file and the workspace."""
        parser.add_argument("file", help=self.shape)
        parser.add_argument("--workspace", help="its slug, where there are several")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Publish, or say what is wrong."""
        try:
            workspace = workspace_named(options["workspace"])
            text = Path(options["file"]).read_text("utf-8")
            said = self.publish(text, workspace=workspace, now=now())
        except OSError as error:
            raise CommandError(
                f"{options['file']} cannot be read: {error.strerror}."
            ) from error
        except (LookupError, UnicodeDecodeError, RefusedError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(said)

    def publish(self, text: str, *, workspace: Any, now: datetime) -> str:
        """Publish what a file says; return what holds now, in a sentence."""
        raise NotImplementedError
