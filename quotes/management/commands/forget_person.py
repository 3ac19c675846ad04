"""`manage.py forget_person WHO`: erase a person from everything but what was agreed."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from quotes.actions import RefusedError
from quotes.actions.forgetting import forget_person
from scoping.queries import workspace_named


class Command(BaseCommand):
    """Erase names, addresses and what they wrote; documents and totals stay."""

    help = "Erase a person of a client, by mail address or full name."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take who, and the workspace."""
        parser.add_argument("who", help="a mail address, or a full name")
        parser.add_argument("--workspace", help="its slug, where there are several")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Erase, and say from how many rows."""
        try:
            workspace = workspace_named(options["workspace"])
        except LookupError as error:
            raise CommandError(str(error)) from error
        try:
            done = forget_person(
                options["who"], workspace=workspace, by=None, now=now()
            )
        except RefusedError as error:
            raise CommandError(str(error)) from error
        if not (done.details or done.requests or done.jobs):
            raise CommandError(f"Nobody of this name or address is in {workspace}.")
        self.stdout.write(
            f"Erased: {done.details} details, {done.requests} requests, {done.texts} "
            f"texts in the inbox, {done.jobs} jobs. Copies in backups go when the "
            f"backups do."
        )
