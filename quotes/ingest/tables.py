"""A file of rows as text, cell by cell, before anything is believed about it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pandas import DataFrame


def read_csv(path: Path) -> DataFrame:
    """Return every cell as it stands in the file: 007 stays 007, an empty one empty."""
    import pandas as pd  # half a second that most requests do not need

    return pd.read_csv(path, dtype=str, keep_default_na=False)
