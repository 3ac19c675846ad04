"""The readers, in the order in which they are asked whether a file is theirs.

None looks at a name of a file. Two that both know a file would be a fault: a test holds
each golden file against all of them.
"""

from __future__ import annotations

from quotes.ingest.content import Content, open_content
from quotes.ingest.tables import TableError

from . import clicks, crowd, cvat, label_studio, platforms, sheets, timesheets
from .base import Reader

READERS: tuple[Reader, ...] = (
    *cvat.READERS,
    *label_studio.READERS,
    *crowd.READERS,
    *clicks.READERS,
    *platforms.READERS,
    *sheets.READERS,
    *timesheets.READERS,
)


def reader_of(content: Content) -> Reader | None:
    """Return the reader that knows a file by what is in it, None if none does."""
    return next((one for one in READERS if one.recognises(content)), None)


def is_paid(body: bytes) -> bool:
    """Return whether a file holds paid time; a file that cannot be opened does not."""
    try:
        reader = reader_of(open_content(body))
    except TableError:
        return False
    return reader is not None and reader.kind == "paid"


def reader_named(key: str) -> Reader | None:
    """Return a reader by its key."""
    return next((one for one in READERS if one.key == key), None)


__all__ = ["READERS", "Reader", "is_paid", "reader_named", "reader_of"]
