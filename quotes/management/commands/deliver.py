"""`manage.py deliver`: send the mails that wait; with --loop, for ever."""

from __future__ import annotations

import logging
import signal
import threading
from argparse import ArgumentParser
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections
from django.utils.timezone import now

from quotes.jobs.clock import keep_time
from quotes.jobs.mail import deliver

KEEP_TIME_EVERY = timedelta(minutes=10)

log = logging.getLogger(__name__)


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
        told = threading.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: told.set())
        kept: datetime | None = None
        while not told.is_set():
            moment = now()
            try:
                close_old_connections()
                if kept is None or moment - kept >= KEEP_TIME_EVERY:
                    keep_time(now=moment)
                    kept = moment
                self._round(quiet=True)
            except DatabaseError:
                # It restarts, or is busy: the next look finds it back.
                log.exception("The outbox could not be looked at")
            told.wait(options["every"])

    def _round(self, *, quiet: bool = False) -> None:
        done = deliver(clock=now)
        if not quiet or done.delivered or done.failed:
            self.stdout.write(f"{done.delivered} delivered, {done.failed} failed.")
