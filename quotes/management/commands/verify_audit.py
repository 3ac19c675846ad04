"""`manage.py verify_audit`: is every record what it was; names the first bad entry."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from scoping import queries
from scoping.audit.heads import HeadError, SignedHead, fault_against, read_heads


class Command(BaseCommand):
    """Recompute the hash chains, and hold them against heads that were signed."""

    help = "Recompute the record of every workspace; name the first bad entry."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take exported heads, and whose signature on them is believed."""
        parser.add_argument(
            "--against",
            action="append",
            default=[],
            metavar="FILE",
            help="a file of export_audit; may be given several times",
        )
        parser.add_argument(
            "--public-key",
            default="",
            help="whose signature is believed, if not this service's own",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write a line for each workspace; fail if there is a bad entry."""
        heads = _heads(options["against"], public_key=options["public_key"])
        broken = []
        workspaces = queries.workspaces()
        for workspace in workspaces:
            fault = fault_against(workspace, heads)
            if fault is None:
                self.stdout.write(f"{workspace.name}: the record is whole.")
            else:
                broken.append(f"{workspace.name}: {fault}")
        known = {workspace.slug for workspace in workspaces}
        broken += sorted(
            f"{head.workspace}: the whole record is missing; on {head.at} it held "
            f"{head.seq} entries."
            for head in heads
            if head.workspace not in known
        )
        if broken:
            raise CommandError("\n".join(broken))


def _heads(names: list[str], *, public_key: str) -> list[SignedHead]:
    found: list[SignedHead] = []
    for name in names:
        try:
            found += read_heads(Path(name).read_text("utf-8"), public_key=public_key)
        except OSError as error:
            raise CommandError(f"{name} cannot be read: {error.strerror}.") from error
        except (UnicodeDecodeError, HeadError) as error:
            raise CommandError(f"{name}: {error}") from error
    return found
