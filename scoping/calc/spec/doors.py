"""Which keys each door may write: clients describe a project, staff decide the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from .problems import Problem
from .shapes import pointer

Door = Literal["public", "client", "staff"]

CLIENT_KEYS = frozenset(
    {
        *("spec", "name", "language", "need", "items", "item_kind", "video"),
        *("start_on", "deadline", "client_calendar", "client_turnaround_days"),
        *("budget", "lines", "quality", "conditions"),
    }
)
MOST_CHECKED = 200
STAFF_LINE_KEYS = frozenset({"prelabel", "redundancy"})
STAFF_QUALITY_KEYS = frozenset({"audit", "reviews", "batch_items", "sla"})


def locked(
    document: Mapping[str, Any], *, door: Door, known: Mapping[str, Any]
) -> Iterator[Problem]:
    """Yield a problem for each known key that this door may not write."""
    if door == "staff":
        return
    for key in document:
        if key in known and key not in CLIENT_KEYS:
            yield _locked(f"/{pointer(str(key))}")
    lines = document.get("lines")
    if isinstance(lines, list | tuple):
        for index, line in enumerate(lines[:MOST_CHECKED]):
            yield from _staff_keys(line, f"/lines/{index}", STAFF_LINE_KEYS)
    yield from _staff_keys(document.get("quality"), "/quality", STAFF_QUALITY_KEYS)


def _staff_keys(said: object, path: str, keys: frozenset[str]) -> Iterator[Problem]:
    if isinstance(said, Mapping):
        for key in sorted(keys & set(said)):
            yield _locked(f"{path}/{key}")


def _locked(path: str) -> Problem:
    return Problem(
        code="read_only_field",
        path=path,
        message=f"{path.rsplit('/', 1)[1]} is set by our staff. Leave it out.",
    )
