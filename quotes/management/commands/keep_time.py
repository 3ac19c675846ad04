"""`manage.py keep_time`: expire quotes and remind of those that end soon; run daily."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import now

from quotes.jobs.clock import keep_time


class Command(BaseCommand):
    """Do to quotes what the clock does; it may run as often as one likes."""

    help = "Expire quotes past their last day; remind of those that end soon."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Write how many expired and how many reminders were written."""
        expired, reminded = keep_time(now=now())
        self.stdout.write(f"{expired} expired, {reminded} reminders written.")
