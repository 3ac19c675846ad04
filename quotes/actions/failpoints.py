"""Places at which a test may let a process die, to see that nothing is lost or doubled.

Nothing in the product sets `at`, and no setting can: a test replaces it in a process of
its own, and a benchmark to read the clock there.
"""

from __future__ import annotations

from collections.abc import Callable

HASHED = "hashed"
STAGING = "staging"
STAGED = "staged"
KEPT = "kept"
DECIDED = "decided"
FILED = "filed"
WRITING = "writing"
PUBLISHING = "publishing"
PUBLISHED = "published"
POINTS = (
    *(HASHED, STAGING, STAGED, KEPT, DECIDED, FILED, WRITING, PUBLISHING, PUBLISHED),
)
"""In order: the bytes are hashed; rows are on their way; all are there, not committed;
they are committed; their fates are decided; the file is written down and no row of it
yet; a part of them is in the ledger; all are, not committed; it is committed, and the
staged rows are still there."""


def _nowhere(point: str) -> None:
    """Do nothing."""


at: Callable[[str], None] = _nowhere


def reached(point: str) -> None:
    """Say that a place was reached."""
    at(point)
