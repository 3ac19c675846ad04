"""How another tool's columns become ours: a mapping that a person made.

`docs/actuals.md` shows one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .fields import COLUMNS, REQUIRED


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingFile:
    """How another tool's columns become ours."""

    name: str
    columns: Mapping[str, str]
    constants: Mapping[str, str]
    where: Mapping[str, str]
    scope: str


class MappingError(ValueError):
    """Raised for columns that are not there, or not known; `code` is stable."""

    def __init__(self, message: str, *, code: str = "invalid_mapping") -> None:
        """Keep the code beside the sentence."""
        self.code = code
        super().__init__(message)


def read_mapping(document: object) -> MappingFile:
    """Return a column mapping from its document."""
    if not isinstance(document, Mapping):
        raise MappingError("A mapping is a document with columns and constants.")
    unknown = set(document) - {
        "mapping",
        "name",
        "columns",
        "constants",
        "where",
        "scope",
    }
    if unknown:
        raise MappingError(f"A mapping has no {sorted(map(str, unknown))[0]}.")
    columns = _words(document, "columns")
    constants = _words(document, "constants")
    for name in (*columns, *constants):
        if name not in COLUMNS:
            raise MappingError(
                f"There is no column {name} in a work record. There are: "
                f"{', '.join(COLUMNS)}."
            )
    missing = [name for name in REQUIRED if name not in {*columns, *constants}]
    if missing:
        raise MappingError(
            f"The mapping gives no {missing[0]}: as a column or constant."
        )
    return MappingFile(
        name=str(document.get("name", "")),
        columns=columns,
        constants=constants,
        where=_words(document, "where"),
        scope=str(document.get("scope", "")),
    )


def _words(document: Mapping[str, Any], key: str) -> dict[str, str]:
    said = document.get(key) or {}
    if not isinstance(said, Mapping):
        raise MappingError(f"{key} maps names to names.")
    return {str(name): str(value) for name, value in said.items()}


def header_digest(names: Sequence[str]) -> str:
    """Return what tells a kind of file: the names of its columns, in any order."""
    known = sorted(name for name in names if name)
    return hashlib.sha256(json.dumps(known).encode()).hexdigest()


SUGGESTED: Mapping[str, tuple[str, ...]] = {
    "batch": ("batch", "batchid", "lot", "wave", "job", "jobid", "task", "taskid"),
    "stage": ("stage", "step", "phase"),
    "annotation_type": ("annotationtype", "type", "shape", "labeltype", "kind"),
    "clock": ("clock",),
    "actor": ("actor", "worker", "annotator", "user", "email", "name", "labeler"),
    "period_start": ("periodstart", "startedat", "start", "starttime", "date", "day"),
    "period_end": ("periodend", "finishedat", "end", "endtime", "completedat"),
    "items": ("items", "images", "frames", "itemcount", "imagecount"),
    "units_produced": ("unitsproduced", "units", "objects", "boxes", "annotations"),
    "units_passed": ("unitspassed", "passed", "approved"),
    "units_rejected": ("unitsrejected", "rejected"),
    "active_seconds": ("activeseconds", "seconds", "durationseconds", "timeseconds"),
    "review_seconds": ("reviewseconds",),
    "audit_n": ("auditn", "sample", "audited", "samplesize"),
    "audit_defects": ("auditdefects", "defects", "errors"),
    "audit_missed": ("auditmissed", "missed", "missedobjects", "falsenegatives"),
    "line": ("line", "lineoftheplan"),
    "pod": ("pod", "team"),
    "guideline_version": ("guidelineversion", "guideline", "instructionsversion"),
    "prelabel_models": ("prelabelmodels", "prelabelmodel", "model", "modelversion"),
    "units_accepted": ("unitsaccepted", "accepted"),
}
"""Under which plain names a column is likely to hold a field. One that carries a unit,
such as `hours` or `units (k)`, is neither seconds nor units: it is never suggested."""


def suggest(names: Sequence[str]) -> dict[str, str]:
    """Return which column is likely to hold which field; a person confirms it."""
    plain = {
        "".join(mark for mark in name.casefold() if mark.isalnum()): name
        for name in reversed(names)
    }
    found = {}
    for field, likely in SUGGESTED.items():
        column = next((plain[one] for one in likely if one in plain), None)
        if column is not None:
            found[field] = column
    return found
