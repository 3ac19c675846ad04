"""A buyer's grid is read in a process of its own, which may die of it.

A workbook of a few kilobytes may ask for gigabytes, or make its reader abort the whole
process. So the child alone opens it, with bounded memory and time, and answers with
plain cells or with a sentence.
"""

from __future__ import annotations

from typing import Any

from .apart import Bounds, answer, ask
from .rfq import Grid, grid_from, read_grid
from .tables import TableError

GRID = Bounds(seconds=20)


def read_grid_apart(body: bytes, *, bounds: Bounds = GRID) -> Grid:
    """Return the grid in a workbook or a CSV that a stranger made.

    Raises TableError for what is none or cannot be read within bounds, and BusyError
    while as many files are being read as may be.
    """
    said = ask("quotes.ingest.grid_apart", body, bounds=bounds)
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


def answer_to(body: bytes) -> dict[str, Any]:
    """Return what the child says of a grid: its cells, or what is wrong with it."""
    try:
        return read_grid(body).data
    except TableError as error:
        return {"refused": str(error), "code": error.code}


if __name__ == "__main__":
    answer(answer_to)
