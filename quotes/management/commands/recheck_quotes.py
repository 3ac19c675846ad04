"""`manage.py recheck_quotes`: the sums of every sent quote, to the cent, for ever."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from quotes.queries.rechecking import recheck, sent_revisions


class Command(BaseCommand):
    """Recompute every quote that was ever sent from what was frozen of it."""

    help = "Recompute every sent quote: hashes, sums, and what the same engine drew."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Write a line for each complaint; fail if there is one."""
        checked = wrong = 0
        for revision in sent_revisions():
            checked += 1
            found = list(recheck(revision))
            wrong += bool(found)
            for text in found:
                self.stdout.write(f"{revision}: {text}")
        if wrong:
            raise CommandError(f"{wrong} of {checked} sent quotes do not come out.")
        self.stdout.write(f"{checked} sent quotes come out to the cent.")
