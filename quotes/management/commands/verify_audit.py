"""Recompute the hash chain of every workspace's record."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from scoping.audit import broken_records


class Command(BaseCommand):
    help = "Recompute the record of every workspace; name the first bad entry."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = []
        for name, entry in broken_records():
            if entry is None:
                self.stdout.write(f"{name}: the record is whole.")
            else:
                broken.append(f"{name}: entry {entry} does not fit the chain.")
        if broken:
            raise CommandError("\n".join(broken))
