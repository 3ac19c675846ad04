"""Signs of progress beside one long transaction, whose own notes nobody else can see.

A long file is staged and counted in a transaction each. On PostgreSQL a thread with a
connection of its own notes how far the file is read, renews the lease, and looks
whether somebody cancelled. On SQLite whoever writes is alone: the lease is long
instead, and a job says how far it is once the transaction is through.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, connection

from quotes.actions.jobs import LEASE
from quotes.jobs.queue import CancelledError
from quotes.models import Job

EVERY_SECONDS = 0.5
ALONE = timedelta(minutes=40)
"""The lease where nothing can be noted meanwhile: longer than a child may read."""
NOTED = """
    UPDATE quotes_job SET done = %s, until = %s
    WHERE id = %s AND attempts = %s AND state = 'running' AND total >= %s
    RETURNING stop_asked
"""

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]


def lease() -> timedelta:
    """Return how long a job must be let alone that holds one long transaction."""
    return LEASE if connection.vendor == "postgresql" else ALONE


@contextmanager
def beating(
    job: Job, *, clock: Clock, place: Callable[[], int]
) -> Iterator[Callable[[], None]]:
    """Note how far a job is until the block ends; yield what raises once cancelled.

    `place` says how many of its bytes are read. What is yielded is to be called between
    two steps and raises CancelledError.
    """
    if connection.vendor != "postgresql":
        yield lambda: None
        return
    over, stopped = threading.Event(), threading.Event()
    beat = threading.Thread(
        target=_beat,
        args=(connection.copy, job, clock, place, over, stopped),
        daemon=True,
    )
    beat.start()

    def told() -> None:
        if stopped.is_set():
            raise CancelledError

    try:
        yield told
    finally:
        over.set()
        beat.join()


def _beat(
    copied: Callable[[], Any],
    job: Job,
    clock: Clock,
    place: Callable[[], int],
    over: threading.Event,
    stopped: threading.Event,
) -> None:
    own = copied()  # here: a connection belongs to the thread that made it
    try:
        while not over.wait(EVERY_SECONDS):
            done = place()
            with own.cursor() as cursor:
                cursor.execute(
                    NOTED, [done, clock() + LEASE, job.pk, job.attempts, done]
                )
                found = cursor.fetchone()
            if found is not None and found[0]:
                stopped.set()
    except DatabaseError:
        # The work goes on without being noted, as far as its lease.
        log.exception("%s cannot be noted", job)
    finally:
        own.close()
