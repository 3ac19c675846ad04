"""Records that one key cannot tell apart, though they are different work.

The natural key names person, batch, stage, day and clock. What is added up from the
export of a tool may differ in more: a person drew boxes and outlines in one batch on
one day, or worked under two versions of a guideline. Of such records one bears the
plain key, the others a digest of it and of what they differ in, so that each counts
once however often the export comes again. Rows that somebody wrote as records are never
told apart so: their line and their period say what they are.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from quotes import models
from quotes.ingest.reading import Row

Work: TypeAlias = tuple[str, ...]
TEXTS = (
    *("annotation_type", "guideline_version"),
    *("role", "tool", "site", "pod"),
)


def told_apart(
    rows: Sequence[Row], current: Mapping[str, models.WorkRecord]
) -> list[Row]:
    """Return records with a key each.

    The plain key stays with the work that bears it in the ledger, else it goes to the
    first in the order of what they are: never to that of the row that comes first.
    """
    works: dict[str, set[Work]] = {}
    for row in rows:
        works.setdefault(row.key, set()).add(work_in(row.values))
    plain = {
        key: _plain(key, found, current)
        for key, found in works.items()
        if len(found) > 1 or _own(key, next(iter(found))) in current
    }
    return [
        row
        if plain.get(row.key, work := work_in(row.values)) == work
        else replace(row, written_key=_own(row.key, work))
        for row in rows
    ]


def _plain(
    key: str, works: set[Work], current: Mapping[str, models.WorkRecord]
) -> Work | None:
    """Return which of several works bears the plain key; None if each has its own."""
    left = {work for work in works if _own(key, work) not in current}
    holder = current.get(key)
    if holder is not None and (work := work_in(vars(holder))) in left:
        return work
    return min(left, default=None)


def work_in(values: Mapping[str, Any]) -> Work:
    """Return what a record is of, beside its key."""
    texts = (str(values.get(name) or "") for name in TEXTS)
    untimed = values.get("active_seconds") is None
    return (*texts, "untimed" if untimed else "")


def _own(key: str, work: Work) -> str:
    return hashlib.sha256(json.dumps([key, *work]).encode()).hexdigest()
