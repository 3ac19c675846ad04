"""A buyer's grid is read in a process of its own, which may die of it.

A workbook of a few kilobytes may ask for gigabytes, or make its reader abort the whole
process. So the child alone opens it, with bounded memory and time, and answers with
plain cells or with a sentence.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Any

from .apart import Bounds, one_of_few, said_by
from .rfq import Grid, grid_from, read_grid
from .tables import TableError

GRID = Bounds(seconds=20)


def read_grid_apart(body: bytes, *, bounds: Bounds = GRID) -> Grid:
    """Return the grid in a workbook or a CSV that a stranger made.

    Raises TableError for what is none or cannot be read within bounds, and BusyError
    while as many files are being read as may be.
    """
    with one_of_few():
        said = _child(body, bounds)
    if said is None:
        raise TableError(
            f"Reading this grid took more than {bounds.seconds} s or "
            f"{bounds.memory_bytes / 1e6:,.0f} MB of memory, and was stopped. Copy the "
            f"rows into a new sheet.",
            code="too_heavy",
        )
    if "refused" in said:
        raise TableError(said["refused"], code=said["code"])
    return grid_from(said)


def _child(body: bytes, bounds: Bounds) -> dict[str, Any] | None:
    """Return what the child says; None if it dies or takes too long."""
    asked = [str(bounds.seconds), str(bounds.memory_bytes)]
    return said_by(["quotes.ingest.grid_apart", *asked], body, bounds=bounds)


def answer_to(body: bytes) -> dict[str, Any]:
    """Return what the child says of a grid: its cells, or what is wrong with it."""
    try:
        return read_grid(body).data
    except TableError as error:
        return {"refused": str(error), "code": error.code}


def main() -> None:
    """Read the grid on standard input, within the bounds that were asked for."""
    seconds, memory = (int(one) for one in sys.argv[1:3])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.write(json.dumps(answer_to(sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()
