"""Where the files lie that tests read and the repository does not hold."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def shared(path: str) -> Path:
    """Return a file or folder of the shared ones; without it, the test is skipped.

    `path` is relative: `shared("data/samples/logs")`.
    """
    found = ROOT.parent / "shared" / path
    if not found.exists():
        pytest.skip(f"{path} is not among the shared files beside the repository.")
    return found
