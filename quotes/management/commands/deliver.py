"""`manage.py deliver`: send the mails that wait; with --loop, for ever."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import now

from quotes.jobs.clock import keep_time
from quotes.jobs.mail import deliver
from quotes.management.looping import until_told

KEEP_TIME_EVERY = timedelta(minutes=10)


class Command(BaseCommand):
    """Empty the outbox. Any number may run at once: each mail is taken by one."""

    help = "Send the mails that wait. With --loop, go on and look after the clock too."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take whether to go on, and how long to rest between two looks."""
        parser.add_argument(
            "--loop", action="store_true", help="go on until told to stop"
        )
        parser.add_argument(
            "--every",
            type=float,
            default=5.0,
            metavar="SECONDS",
            help="how long to rest when nothing waits (5)",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Send what is due once, or until a signal says to stop."""
        if not options["loop"]:
            self._round()
            return
        kept: datetime | None = None

        def look(_told: Callable[[], bool]) -> None:
            nonlocal kept
            moment = now()
            if kept is None or moment - kept >= KEEP_TIME_EVERY:
                keep_time(now=moment)
                kept = moment
            self._round(quiet=True)

        until_told(look, every=options["every"])

    def _round(self, *, quiet: bool = False) -> None:
        done = deliver(clock=now)
        if not quiet or done.delivered or done.failed:
            self.stdout.write(f"{done.delivered} delivered, {done.failed} failed.")
