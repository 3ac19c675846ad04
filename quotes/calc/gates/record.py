"""Evidence as plain data that outlives the code, and back. See docs/model.md#gates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from .batch import (
    Counted,
    Evidence,
    Fix,
    Handover,
    Measured,
    Silence,
    Word,
)
from .sample import ClassFound, Limit, Sample

KINDS: Mapping[str, type[Evidence]] = {
    "counted": Counted,
    "measured": Measured,
    "sample": Sample,
    "fix": Fix,
    "handover": Handover,
    "word": Word,
    "silence": Silence,
}
PARTS: Mapping[str, type[Any]] = {"classes": ClassFound, "limits": Limit}
NAMES = {kind: name for name, kind in KINDS.items()}


def to_data(evidence: Evidence) -> dict[str, Any]:
    """Return evidence as JSON takes it: its kind, its fields, days as ISO text."""
    found: dict[str, Any] = {"kind": NAMES[type(evidence)]}
    for field in fields(evidence):
        value = getattr(evidence, field.name)
        if isinstance(value, date):
            value = value.isoformat()
        elif isinstance(value, tuple):
            value = [asdict(one) for one in value]
        found[field.name] = value
    return found


def from_data(data: Mapping[str, Any]) -> Evidence:
    """Return the evidence that was kept as data."""
    kind = KINDS[data["kind"]]
    days = {"on", "answer_by"}
    found: dict[str, Any] = {
        key: date.fromisoformat(value) if key in days else value
        for key, value in data.items()
        if key != "kind"
    }
    for key, part in PARTS.items():
        if key in found:
            found[key] = tuple(part(**one) for one in found[key])
    return kind(**found)
