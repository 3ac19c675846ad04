"""`manage.py keep_time`: what the clock does to quotes and batches; run it daily."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import now

from quotes.actions.delays import wait_on
from quotes.actions.uploads import forget_old_uploads
from quotes.jobs.clock import accept_what_lapsed, keep_time


class Command(BaseCommand):
    """Do to quotes and batches what the clock does, as often as one likes."""

    help = (
        "Expire quotes past their last day and remind of those that end soon; count "
        "delivered batches as accepted whose time to answer is over; move the "
        "forecasts of projects that wait; delete what is left of files that were sent "
        "in parts and not finished."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Write how many expired, were reminded of, count as accepted, and wait."""
        moment = now()
        expired, reminded = keep_time(now=moment)
        accepted = accept_what_lapsed(now=moment)
        waiting = wait_on(now=moment)
        forget_old_uploads(now=moment)
        self.stdout.write(
            f"{expired} expired, {reminded} reminders written, {accepted} batches "
            f"count as accepted, {waiting} projects wait on."
        )
