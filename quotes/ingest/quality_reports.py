"""A CVAT quality report as a sample that was read: what was checked, wrong and missed.

The report holds the labels of some frames against those of its ground truth: `ds_count`
labels were checked, `valid_count` of them are right, `extra_count` have no object and
`missing_count` objects have no label. Its matrix, labels down and ground truth across,
says the same of each class. Whether these frames are the sample, a person says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .content import Document, open_content
from .fields import CellError
from .tables import TableError

MOST = 10**9
NONE_OF = "unmatched"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRead:
    """What a report counted; `classes`: checked, wrong and missed by name."""

    frames: int
    checked: int
    wrong: int
    missed: int
    extra: int
    classes: Mapping[str, tuple[int, int, int]]


def read_report(body: bytes) -> ReportRead:
    """Return what one report counted. Raises CellError with a sentence."""
    try:
        content = open_content(body)
    except TableError as error:
        raise CellError(error.code, str(error)) from error
    data = content.data if isinstance(content, Document) else None
    summary = data.get("comparison_summary") if isinstance(data, Mapping) else None
    counts = summary.get("annotations") if isinstance(summary, Mapping) else None
    if not isinstance(summary, Mapping) or not isinstance(counts, Mapping):
        raise CellError(
            "unknown_format",
            "This is no quality report of CVAT. Download the report of one job or task "
            "as JSON.",
        )
    frames = _count(summary, "frame_count")
    if frames == 0 or _count(counts, "gt_count") == 0:
        raise CellError(
            "zero_score",
            "This report validated no frames: it measures nothing.",
        )
    checked, valid = _count(counts, "ds_count"), _count(counts, "valid_count")
    extra = _count(counts, "extra_count")
    if valid + extra > checked:
        raise CellError(
            "more_than_whole",
            f"{valid} right and {extra} without an object are more than {checked} "
            f"labels.",
        )
    return ReportRead(
        frames=frames,
        checked=checked,
        wrong=checked - valid,
        missed=_count(counts, "missing_count"),
        extra=extra,
        classes=_classes(counts.get("confusion_matrix")),
    )


def _count(said: Mapping[str, Any], name: str) -> int:
    value = said.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST:
        raise CellError("invalid_number", f"{name} is no count.", column=name)
    return value


def _classes(matrix: Any) -> dict[str, tuple[int, int, int]]:
    """Return the counts of each class, empty where the report has no whole matrix."""
    if not isinstance(matrix, Mapping):
        return {}
    labels: Any = matrix.get("labels")
    rows: Any = matrix.get("rows")
    if not _is_whole(labels, rows):
        return {}
    other = labels.index(NONE_OF) if NONE_OF in labels else None
    found = {}
    for place, name in enumerate(labels):
        if place == other:
            continue
        checked = sum(rows[place])
        missed = 0 if other is None else rows[other][place]
        found[str(name)] = (checked, checked - rows[place][place], missed)
    return found


def _is_whole(labels: Any, rows: Any) -> bool:
    """Return whether there is a row for each label, with a count for each label."""
    if not isinstance(labels, Sequence) or not isinstance(rows, Sequence):
        return False
    return len(rows) == len(labels) and all(
        isinstance(row, Sequence)
        and len(row) == len(labels)
        and all(type(one) is int and 0 <= one <= MOST for one in row)
        for row in rows
    )
