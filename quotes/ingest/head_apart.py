"""The columns of a stranger's file and its first rows, read in a process of its own.

To look up how a kind of file was mapped, or to ask it, its header must be known before
anything else of it is. A workbook is opened for that by a child alone; what is text is
small in memory, and read here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .apart import Bounds, answer, ask
from .content import ZIP, as_table, open_content
from .tables import Line, Table, TableError

HEAD = Bounds(seconds=20)
MOST_LINES = 5
LONGEST_CELL = 200


def head_of(body: bytes, *, bounds: Bounds = HEAD) -> Table | None:
    """Return the table of a file with its first rows alone; None if it is no table.

    Raises TableError for what cannot be read, or not within bounds, and BusyError while
    as many files are being read as may be.
    """
    if not body.startswith(ZIP):
        return as_table(open_content(body))
    said = ask("quotes.ingest.head_apart", body, bounds=bounds)
    if said is None:
        raise TableError(
            f"Opening this workbook took more than {bounds.seconds} s or "
            f"{bounds.memory_bytes / 1e6:,.0f} MB of memory, and was stopped. Copy its "
            f"rows into a new one.",
            code="too_heavy",
        )
    if "refused" in said:
        raise TableError(said["refused"], code=said["code"])
    return _table(said)


def _table(said: Mapping[str, Any]) -> Table | None:
    if said["names"] is None:
        return None
    lines = [Line(number, cells) for number, cells in said["lines"]]
    return Table(names=tuple(said["names"]), lines=lines)


def answer_to(body: bytes) -> dict[str, Any]:
    """Return what the child says of a file: names and first rows, or what is wrong."""
    try:
        table = as_table(open_content(body))
    except TableError as error:
        return {"refused": str(error), "code": error.code}
    if table is None:
        return {"names": None}
    first = table.lines[:MOST_LINES]
    return {
        "names": table.names,
        "lines": [
            (line.number, [cell[:LONGEST_CELL] for cell in line.cells])
            for line in first
        ],
    }


if __name__ == "__main__":
    answer(answer_to)
