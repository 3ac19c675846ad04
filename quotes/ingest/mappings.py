"""How another tool's columns become ours: a mapping that a person made.

`docs/actuals.md` shows one.
"""

from __future__ import annotations

from collections.abc import Mapping
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
    """Raised for a mapping that names columns that do not exist."""


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
