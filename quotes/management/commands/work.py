"""`manage.py work`: do the long work that waits; with --loop, for ever."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import now

from quotes.jobs.kinds import ACTS, KINDS, THROUGH
from quotes.jobs.queue import run_jobs
from quotes.management.looping import until_told


class Command(BaseCommand):
    """Do jobs one after the other. Any number may run at once: each job has one."""

    help = "Do the long work that waits. With --loop, go on until told to stop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take whether to go on, and how long to rest between two looks."""
        parser.add_argument(
            "--loop", action="store_true", help="go on until told to stop"
        )
        parser.add_argument(
            "--every",
            type=float,
            default=1.0,
            metavar="SECONDS",
            help="how long to rest when nothing waits (1)",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do what waits once, or until a signal says to stop after the job at hand."""
        if not options["loop"]:
            ended = run_jobs(KINDS, clock=now, acts=ACTS, through=THROUGH)
            self.stdout.write(f"{ended} jobs ended.")
            return

        def look(told: Callable[[], bool]) -> None:
            run_jobs(KINDS, clock=now, acts=ACTS, through=THROUGH, told_to_stop=told)

        until_told(look, every=options["every"])
