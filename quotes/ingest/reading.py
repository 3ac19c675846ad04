"""Files into checked rows, or a reason for each row that is not one.

Conservation holds for every file: rows read = rows + refused + blank + left out (by the
mapping's own `where`). Columns are found by name, never by place; columns that are not
known are ignored and named. See docs/actuals.md.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .fields import COLUMNS, KEY, MOMENTS, PAIRS, READERS, REQUIRED, CellError, moment
from .tables import decode, read_csv

MOST_ROWS = 1_000_000
FIRST_ROW = 2
"""The header is row 1, as spreadsheets count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a row was not taken: its number, the column, a stable code, a sentence."""

    row: int
    column: str
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One checked row: values by column, missing ones absent."""

    number: int
    values: Mapping[str, Any]

    @property
    def key(self) -> str:
        """Return the digest of the natural key; missing parts equal missing parts."""
        return _digest([_text(self.values.get(part)) for part in KEY])

    @property
    def content(self) -> str:
        """Return the digest of everything that the row says."""
        return _digest({name: _text(one) for name, one in self.values.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingFile:
    """How another tool's columns become ours: `docs/actuals.md` shows one."""

    name: str
    columns: Mapping[str, str]
    constants: Mapping[str, str]
    where: Mapping[str, str]
    scope: str


class MappingError(ValueError):
    """Raised for a mapping that names columns that do not exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A file as read: what is in it, what is wrong with it."""

    sha256: str
    rows: tuple[Row, ...]
    refused: tuple[Refusal, ...]
    read: int
    blank: int
    left_out: int
    ignored_columns: tuple[str, ...] = ()
    scope: str = ""
    findings: tuple[str, ...] = field(default=())

    @property
    def content_digest(self) -> str:
        """Return the digest of the rows in any order: the same in another container."""
        return _digest(sorted(row.content for row in self.rows))


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


def read_work(body: bytes, *, mapping: MappingFile | None, zone: str) -> Reading:
    """Return the rows of a CSV file of work records. Raises TableError for no table."""
    table = read_csv(decode(body))
    if len(table) > MOST_ROWS:
        raise MappingError(f"A file holds at most {MOST_ROWS:,} rows here.")
    names = [str(name) for name in table.columns]
    columns = _columns(names, mapping)
    rows: list[Row] = []
    refused: list[Refusal] = []
    blank = left_out = 0
    for index, cells in enumerate(table.to_dict("records")):
        number = index + FIRST_ROW
        said = {str(name): str(cell) for name, cell in cells.items()}
        if not any(cell.strip() for cell in said.values()):
            blank += 1
        elif mapping is not None and not _taken(said, mapping):
            left_out += 1
        else:
            found = _row(number, said, columns, mapping, zone)
            if isinstance(found, Row):
                rows.append(found)
            else:
                refused.extend(found[:1])
    return Reading(
        sha256=hashlib.sha256(body).hexdigest(),
        rows=tuple(rows),
        refused=tuple(refused),
        read=len(table),
        blank=blank,
        left_out=left_out,
        ignored_columns=tuple(
            name
            for name in names
            if name not in columns.values()
            and (mapping is None or name not in mapping.where)
        ),
        scope="" if mapping is None else mapping.scope,
    )


def _columns(names: list[str], mapping: MappingFile | None) -> dict[str, str]:
    """Return which column of the file holds which field."""
    if mapping is None:
        missing = [name for name in REQUIRED if name not in names]
        if missing:
            raise MappingError(
                f"The file has no column {missing[0]}. A work record needs "
                f"{', '.join(REQUIRED)}; use a mapping for another tool's export."
            )
        return {name: name for name in names if name in COLUMNS}
    for name in (*mapping.columns.values(), *mapping.where):
        if name not in names:
            raise MappingError(
                f"The mapping names the column {name}; the file has none."
            )
    return dict(mapping.columns)


def _taken(said: Mapping[str, str], mapping: MappingFile) -> bool:
    return all(said[name].strip() == value for name, value in mapping.where.items())


def _row(
    number: int,
    said: Mapping[str, str],
    columns: Mapping[str, str],
    mapping: MappingFile | None,
    zone: str,
) -> Row | list[Refusal]:
    values: dict[str, Any] = {}
    problems: list[Refusal] = []
    cells = {name: (said[column], column) for name, column in columns.items()}
    if mapping is not None:
        cells |= {name: (value, name) for name, value in mapping.constants.items()}
    for name, (cell, column) in cells.items():
        trimmed = cell.strip()
        if not trimmed:
            continue
        try:
            values[name] = (
                moment(trimmed, zone) if name in MOMENTS else READERS[name](trimmed)
            )
        except CellError as error:
            problems.append(
                Refusal(
                    row=number,
                    column=column,
                    code=error.code,
                    message=f"{column} {error}",
                )
            )
    problems += _between(number, values)
    return problems or Row(number=number, values=values)


def _between(number: int, values: Mapping[str, Any]) -> list[Refusal]:
    """Return what is wrong between the values of a row."""
    found = [
        Refusal(
            row=number,
            column=name,
            code="required",
            message=f"{name} is empty. Every work record names it.",
        )
        for name in REQUIRED
        if name not in values
    ]
    for part, whole in PAIRS:
        if part in values and whole in values and values[part] > values[whole]:
            found.append(
                Refusal(
                    row=number,
                    column=part,
                    code="more_than_whole",
                    message=(
                        f"{part} is {values[part]:,}, more than {whole}, "
                        f"{values[whole]:,}."
                    ),
                )
            )
    start, end = values.get("period_start"), values.get("period_end")
    if start is not None and end is not None and end < start:
        found.append(
            Refusal(
                row=number,
                column="period_end",
                code="ends_before_start",
                message="The period ends before it starts.",
            )
        )
    return found


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _digest(value: object) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
