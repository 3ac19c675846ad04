"""A log of items is added up by a child process, which may die of it.

Only what it adds up to comes back: some hundred bytes for each day, batch and person,
however many rows stand behind them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, Any

from .apart import Bounds
from .item_logs import read_log
from .item_readings import reading_of
from .item_sums import Rolled
from .opened_apart import ADDED_UP, added_up, answer, nothing
from .reading import Reading
from .work import Stated


def read_items_apart(
    opened: IO[bytes],
    *,
    stated: Stated,
    bounds: Bounds = ADDED_UP,
    told: Callable[[], None] = nothing,
) -> Reading:
    """Return the reading of a log of items, of any length, that a child adds up.

    `told` is called every second meanwhile, and may raise.

    Raises TableError for what is no table and for a child that died of the file,
    MappingError for one that lacks columns; BusyError while others are being read.
    """
    said = added_up(__name__, opened, stated=stated, bounds=bounds, told=told)
    return reading_of(
        Rolled.from_data(said["rolled"]),
        stated=stated,
        sha256=said["sha256"],
        ignored=said["ignored"],
        remarks=said["remarks"],
    )


def add_up(opened: IO[bytes], stated: Stated) -> dict[str, Any]:
    """Return what the child says of a log. Raises TableError and MappingError."""
    log, sha256 = read_log(opened, stated)
    return {
        "rolled": log.rolled.to_data(),
        "sha256": sha256,
        "ignored": log.ignored,
        "remarks": log.remarks,
    }


if __name__ == "__main__":
    answer(add_up)
