"""A command that goes on until a signal stops it, whatever the database does."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable

from django.db import DatabaseError, close_old_connections

log = logging.getLogger(__name__)


def until_told(look: Callable[[Callable[[], bool]], None], *, every: float) -> None:
    """Look again and again, with so many seconds between, until told to stop.

    `look` is given a question of its own: whether it is time to stop.
    """
    told = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: told.set())
    while not told.is_set():
        try:
            close_old_connections()
            look(told.is_set)
        except DatabaseError:
            # It restarts, or is busy: the next look finds it back.
            log.exception("The database could not be asked")
        told.wait(every)
