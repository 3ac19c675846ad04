"""How many rows a deal sheet prints: as many as its one page has room for.

The page holds so many rows. What has to be there comes first; what is left is given to
the cost of each stage, and then to lines, promises and assumptions in turn, so that a
small quote is printed whole and a large one still keeps to its page.
"""

from __future__ import annotations

from collections.abc import Sequence

ROOM = 37
"""Rows of a page below its head and its five figures, measured on the fullest quote."""
WRAPS = 48
"""Letters of a cell beyond which a row may take two."""
HEAD = 2
"""Rows that a heading with the names of its columns takes."""


def rows_of(cells: Sequence[str]) -> int:
    """Return how many rows of the page a row of a table takes.

    >>> rows_of(("Boxes right", "98 % of boxes in every batch"))
    1
    """
    return 2 if any(len(cell) > WRAPS for cell in cells) else 1


def shares(
    parts: Sequence[Sequence[Sequence[str]]], *, fewest: Sequence[int], free: int
) -> list[int]:
    """Return how many rows of each part are printed: its fewest, and more in turn.

    `parts` are the cells of all rows; `free` are the rows of the page that are left
    beside the fewest of each.

    >>> parts = [[("a",)] * 9, [("b",)] * 5]
    >>> shares(parts, fewest=(4, 4), free=3)
    [6, 5]
    """
    shown = [min(len(rows), few) for rows, few in zip(parts, fewest, strict=True)]
    moved = True
    while moved:
        moved = False
        for place, rows in enumerate(parts):
            if shown[place] < len(rows):
                costs = rows_of(rows[shown[place]])
                if costs <= free:
                    shown[place] += 1
                    free -= costs
                    moved = True
    return shown
