"""A text of plain lines, split into columns: no quotes, as many cells as the header.

Most blocks of most logs are so. What is not is parsed line by line by whoever asked.
"""

from __future__ import annotations

import numpy as np

from .tables import MOST_CELL


def is_plain(text: str, *, width: int, delimiter: str) -> bool:
    """Return whether a text takes no more than splitting."""
    if '"' in text:
        return False
    marks = np.frombuffer(_whole(text).encode(), np.uint8)
    ends = np.flatnonzero((marks == ord("\n")) | (marks == ord(delimiter)))
    if len(ends) % width:
        return False
    last = marks[ends].reshape(-1, width) == ord("\n")
    if last[:, :-1].any() or not last[:, -1].all():
        return False
    return bool(np.diff(ends[width - 1 :: width], prepend=-1).max() <= MOST_CELL)


def split(text: str, *, width: int, delimiter: str) -> list[list[str]]:
    """Return the cells of a plain text by column."""
    cells = _whole(text)[:-1].replace("\n", delimiter).split(delimiter)
    return [cells[at::width] for at in range(width)]


def _whole(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"
