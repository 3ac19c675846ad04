"""`manage.py export_audit`: the signed head of every record, to be kept elsewhere."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from scoping import queries
from scoping.audit.heads import HeadError, sign_head


class Command(BaseCommand):
    """Write where each record ends, signed; `verify_audit --against` reads it."""

    help = "Write the signed head of every workspace's record, a line of JSON each."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take one workspace, and whether the hash of every entry is written."""
        parser.add_argument("--workspace", default="", help="only this one, by slug")
        parser.add_argument(
            "--trail",
            action="store_true",
            help="with the hash of every entry, so that the first bad one is named",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write the heads; fail for a record that does not fit."""
        slug = options["workspace"]
        found = [one for one in queries.workspaces() if slug in ("", one.slug)]
        if not found:
            raise CommandError(f"There is no workspace {slug or 'yet'}.")
        for workspace in found:
            try:
                head = sign_head(workspace, at=now(), with_trail=options["trail"])
            except HeadError as error:
                raise CommandError(str(error)) from error
            self.stdout.write(head.to_line())
