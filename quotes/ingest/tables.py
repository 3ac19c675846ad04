"""A file of rows as text, cell by cell, before anything is believed about it."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pandas import DataFrame


class TableError(ValueError):
    """Raised for a file that is no table; the text says where and what to do."""


def decode(body: bytes) -> str:
    """Return the text of a file: UTF-8, or UTF-16 with its mark; nothing is guessed."""
    try:
        if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return body.decode("utf-16")
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableError(
            f"The file is not UTF-8 (byte {error.start + 1:,}). Save it as CSV UTF-8."
        ) from error


def read_csv(text: str) -> DataFrame:
    """Return every cell as it stands in the file: 007 stays 007, an empty one empty.

    Raises TableError for a file without a header, with a column named twice, or with
    more cells in a row than columns.
    """
    import pandas as pd

    if "\x00" in text:
        raise TableError("The file holds NUL characters. Export it again as CSV.")
    if not text.strip():
        raise TableError("The file is empty. Drop the export itself.")
    try:
        found = pd.read_csv(
            StringIO(text),
            dtype=str,
            keep_default_na=False,
            skip_blank_lines=False,
            index_col=False,
            header=None,
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise TableError(f"This is no CSV table: {error}.") from error
    names = [str(cell).strip() for cell in found.iloc[0]]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise TableError(f"The column {twice[0]} stands twice. Remove one of them.")
    found = found.iloc[1:].reset_index(drop=True)
    found.columns = pd.Index(names)
    return found.fillna("")
