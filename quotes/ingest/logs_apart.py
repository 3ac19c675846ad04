"""A long log of events or judgements is added up by a child process, which may die.

Only its records come back: some hundred bytes for each day, batch, stage and person,
however many rows stand behind them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, Any

from .apart import Bounds
from .opened_apart import ADDED_UP, added_up, answer, nothing
from .reading import Reading
from .row_logs import read_rows, reading_of
from .work import Stated


def read_log_apart(
    opened: IO[bytes],
    *,
    stated: Stated,
    bounds: Bounds = ADDED_UP,
    told: Callable[[], None] = nothing,
) -> Reading:
    """Return the reading of a CSV of events or judgements that a child adds up.

    `told` is called every second meanwhile, and may raise.

    Raises TableError for what is no table, or not as its tool writes it, and for a
    child that died of the file; BusyError while others are being read.
    """
    said = added_up(__name__, opened, stated=stated, bounds=bounds, told=told)
    return reading_of(said["log"], stated=stated, sha256=said["sha256"])


def add_up(opened: IO[bytes], stated: Stated) -> dict[str, Any]:
    """Return what the child says of a log. Raises TableError."""
    found, sha256 = read_rows(opened, stated)
    return {"log": found, "sha256": sha256}


if __name__ == "__main__":
    answer(add_up)
