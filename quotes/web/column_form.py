"""Which column of a file is which: asked where nobody knows the kind of file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quotes.calc.reconcile import CLOCKS as CLOCK_NAMES
from quotes.ingest.apart import BusyError
from quotes.ingest.fields import CLOCKS, REQUIRED, STAGES, TYPES
from quotes.ingest.head_apart import head_of
from quotes.ingest.mappings import SUGGESTED, MappingError, suggest
from quotes.ingest.tables import Table, TableError
from scoping.web import spec_entries

PREVIEW = 5
MOST_PREVIEWED = 8
WORDS_OF = {
    "batch": "Batch",
    "stage": "Stage of work",
    "annotation_type": "What was labelled",
    "clock": "What the seconds time",
    "actor": "Person",
    "period_start": "From",
    "period_end": "To",
    "items": "Images",
    "units_produced": "Units made",
    "units_passed": "Units passed",
    "units_rejected": "Units sent back",
    "active_seconds": "Seconds of work",
    "review_seconds": "Seconds of review",
    "audit_n": "Units in the sample check",
    "audit_defects": "Wrong in the sample check",
    "audit_missed": "Missed in the sample check",
    "line": "Line of the plan",
    "pod": "Team",
    "guideline_version": "Version of the guideline",
    "prelabel_models": "Model of the pre-labels",
    "units_accepted": "Units accepted",
}
FEW_FILES_SAY = frozenset(
    ("line", "pod", "guideline_version", "prelabel_models", "units_accepted")
)
"""Fields that stand folded away: of few files, and none of them is needed."""
STAGE_WORDS = {
    "label": "labelling",
    "review": "review",
    "rework": "rework",
    "audit": "sample check",
}
KINDS = dict(spec_entries.TYPES)
TYPE_CHOICES = tuple((one, KINDS.get(one, one)) for one in TYPES)
CHOICES: Mapping[str, Sequence[tuple[str, str]]] = {
    "stage": tuple((one, STAGE_WORDS[one]) for one in STAGES),
    "annotation_type": TYPE_CHOICES,
    "clock": tuple((one, CLOCK_NAMES.get(one, one)) for one in CLOCKS),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MapField:
    """A field of a work record, and which column of the file may hold it."""

    name: str
    words: str
    needed: bool
    column: str
    choices: Sequence[tuple[str, str]]
    constant: str
    folded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The first rows of a file, to map its columns by."""

    columns: tuple[str, ...]
    shown: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    fields: tuple[MapField, ...]
    further: tuple[MapField, ...]

    @property
    def says_more(self) -> bool:
        """Return whether the file is likely to hold any of the further fields."""
        return any(one.column for one in self.further)


def mapping_said(posted: Any, table: Table) -> dict[str, Any]:
    """Return the mapping of a table's columns that a form says, as plain data."""
    columns, constants = {}, {}
    for name in SUGGESTED:
        column = posted.get(f"column_{name}", "")
        constant = posted.get(f"constant_{name}", "").strip()
        if column in table.names and column:
            columns[name] = column
        elif constant:
            constants[name] = constant
    return {
        "mapping": 1,
        "name": posted.get("mapping_name", "").strip()[:120] or "columns",
        "columns": columns,
        "constants": constants,
        "scope": posted.get("scope", "").strip()[:200],
    }


def table_to_map(body: bytes, error: Exception) -> Table | None:
    """Return the table of a file whose columns are not known, to map them."""
    if not isinstance(error, MappingError):
        return None
    try:
        return head_of(body)
    except (TableError, BusyError):
        return None


def can_be_mapped(table: Table) -> bool:
    """Return whether a table has rows, and more columns than one to tell apart."""
    return bool(table.lines) and sum(map(bool, table.names)) > 1


def preview_of(table: Table, posted: Any) -> Preview:
    """Return the first rows of a table, and which column each field is likely in."""
    likely = suggest(table.names)
    names = tuple(name for name in table.names if name)
    fields = [
        MapField(
            name=name,
            words=WORDS_OF[name],
            needed=name in REQUIRED,
            column=posted.get(f"column_{name}", likely.get(name, "")),
            choices=CHOICES.get(name, ()),
            constant=posted.get(f"constant_{name}", ""),
            folded=name in FEW_FILES_SAY,
        )
        for name in SUGGESTED
    ]
    return Preview(
        columns=names,
        shown=names[:MOST_PREVIEWED],
        rows=tuple(
            tuple(
                cell[:40]
                for name, cell in zip(table.names, line.cells, strict=True)
                if name
            )[:MOST_PREVIEWED]
            for line in table.lines[:PREVIEW]
        ),
        fields=tuple(one for one in fields if not one.folded),
        further=tuple(one for one in fields if one.folded),
    )
