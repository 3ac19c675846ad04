"""A buyer's grid of requests: rows of type, volume, quality and turnaround, as values.

Buyers name their columns as they like, so the usual names are known; a column that is
not is left as it stands. Nothing is guessed: a cell that can be read in two ways is
refused with its row, and the other rows are answered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from scoping.calc.self_scope.rows import GridRow

from .tables import Line, Table, TableError, decode, read_csv
from .usual_words import TYPES
from .workbooks import read_xlsx

if TYPE_CHECKING:
    from scoping.calc.spec.values import AnnotationType

MOST_ROWS = 5_000
# Surer names stand before others: beside a column “type”, “task” names the row.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "type": (
        *("type", "annotation type", "label type", "labelling type", "labeling type"),
        *("annotation", "method", "service", "task"),
    ),
    "volume": (
        *("volume", "images", "items", "quantity", "qty", "frames"),
        *("number of images", "image volume", "volume (images)", "no. of images"),
    ),
    "objects": (
        *("objects per image", "per image", "objects/image", "boxes per image"),
        *("average objects", "objects", "units per image", "labels per image"),
    ),
    "quality": ("quality", "accuracy", "quality %", "accuracy %", "target accuracy"),
    "turnaround": (
        *("turnaround", "turnaround (days)", "turnaround days", "tat", "days"),
        *("deadline", "needed by", "due", "delivery", "delivery date"),
    ),
    "name": (
        *("name", "project", "item", "line item", "task", "dataset", "service"),
        "description",
    ),
}
BESIDE = {
    *("annotation", "annotations", "label", "labels", "labelling", "labeling"),
    *("lidar", "segmentation", "image", "images", "marking", "drawing"),
}
"""Words that buyers put beside a type, and that name none by themselves."""
WHOLE = re.compile(r"[0-9]{1,10}|[0-9]{1,3}(,[0-9]{3})+")
NUMBER = re.compile(r"[0-9]{1,6}(\.[0-9]{1,4})?")
SHARE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,4})?) ?(%?)")
WITHIN = re.compile(
    r"([0-9]{1,3})(?: ?(d|day|days|business days|working days|w|week|weeks))?"
)
WEEKDAYS = 5
MOST_IMAGES = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class GridLine:
    """A row of the grid: its cells as they stand, and what it asks or why not."""

    number: int
    cells: tuple[str, ...]
    row: GridRow | None
    problem: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A buyer's grid: its header and its rows."""

    header: tuple[str, ...]
    lines: tuple[GridLine, ...]

    @property
    def data(self) -> dict[str, Any]:
        """Return the grid as plain data, its cells as they stand."""
        return {
            "header": list(self.header),
            "lines": [[line.number, list(line.cells)] for line in self.lines],
        }


class _CellError(ValueError):
    """Raised for a cell that cannot be read; says what it may hold."""


def read_grid(body: bytes) -> Grid:
    """Return the grid in a workbook or a CSV. Raises TableError for what is none."""
    table = read_xlsx(body) if body[:2] == b"PK" else read_csv(decode(body))
    return grid_of(table)


def grid_from(data: Mapping[str, Any]) -> Grid:
    """Return the grid of `Grid.data`, its cells read again."""
    lines = tuple(Line(number, tuple(cells)) for number, cells in data["lines"])
    return grid_of(Table(names=tuple(data["header"]), lines=lines))


def grid_of(table: Table) -> Grid:
    """Return the rows of a table as requests. Raises TableError without its columns."""
    found = _columns(table.names)
    missing = [key for key in ("type", "volume") if key not in found]
    if missing:
        raise TableError(
            f"The grid has no column for the {' and the '.join(missing)}. Its first "
            f"row names them: type, volume, and if known objects per image, quality, "
            f"turnaround, name.",
            code="missing_header",
        )
    lines = [*table.lines, *table.ragged]
    if len(lines) > MOST_ROWS:
        raise TableError(
            f"The grid has {len(lines):,} rows; at most {MOST_ROWS:,} are "
            f"answered at once. Split it.",
            code="too_many_rows",
        )
    lines.sort(key=lambda line: line.number)
    if not lines:
        raise TableError("The grid has a header and no row.", code="empty_file")
    return Grid(
        header=tuple(table.names),
        lines=tuple(_line(one.number, one.cells, found, table.names) for one in lines),
    )


def _columns(names: Sequence[str]) -> dict[str, int]:
    """Return where the columns stand: each by the surest name that is there."""
    plain = [" ".join(name.casefold().replace("_", " ").split()) for name in names]
    found: dict[str, int] = {}
    for key, known in COLUMNS.items():
        there = (
            plain.index(name)
            for name in known
            if name in plain and plain.index(name) not in found.values()
        )
        place = next(there, None)
        if place is not None:
            found[key] = place
    return found


def _line(
    number: int, cells: Sequence[str], found: Mapping[str, int], names: Sequence[str]
) -> GridLine:
    kept = tuple(cells[: len(names)]) + ("",) * (len(names) - len(cells))
    said = {key: kept[place].strip() for key, place in found.items()}
    try:
        row = _row(said)
    except _CellError as error:
        return GridLine(
            number=number,
            cells=kept,
            row=None,
            problem=str(error),
            name=said.get("name", "")[:200],
        )
    return GridLine(number=number, cells=kept, row=row, name=row.name)


def _row(said: Mapping[str, str]) -> GridRow:
    within, by = _turnaround(said.get("turnaround", ""))
    return GridRow(
        type=_type(said["type"]),
        images=_volume(said["volume"]),
        objects=_objects(said.get("objects", "")),
        accuracy=_accuracy(said.get("quality", "")),
        within=within,
        by=by,
        name=said.get("name", "")[:200],
    )


def _type(text: str) -> AnnotationType:
    plain = " ".join(text.casefold().replace("_", " ").split())
    bare = " ".join(word for word in plain.split() if word not in BESIDE)
    known = TYPES.get(plain) or TYPES.get(bare)
    if known is None:
        raise _CellError(
            f"“{text[:40]}” is no type that is known here. Write tags, boxes, "
            f"polygons, semantic masks, instance masks, keypoints, lines, cuboids or "
            f"video boxes."
        )
    return known


def _volume(text: str) -> int:
    if not WHOLE.fullmatch(text) or not 0 < int(text.replace(",", "")) <= MOST_IMAGES:
        raise _CellError(
            f"The volume is a whole number of images, 100000 or 100,000, not "
            f"“{text[:40]}”."
        )
    return int(text.replace(",", ""))


def _objects(text: str) -> Decimal | None:
    if not text:
        return None
    if not NUMBER.fullmatch(text) or not 0 < Decimal(text) <= 10_000:  # noqa: PLR2004 - the spec's own end
        raise _CellError(
            f"Objects per image are one number with a dot, such as 5 or 4.2, not "
            f"“{text[:40]}”."
        )
    return Decimal(text)


def _accuracy(text: str) -> Decimal | None:
    """Return a share: 98, 98 % and 0.98 are the same; 1 could be 1 % and 100 %."""
    if not text:
        return None
    found = SHARE.fullmatch(text)
    if found is not None:
        value = Decimal(found.group(1))
        if found.group(2) or value > 1:
            value /= 100
        if Decimal("0.5") <= value <= Decimal("0.9999"):
            return value
    raise _CellError(
        f"The quality is a share from 50 to 99.99 %, such as 98 % or 0.98, not "
        f"“{text[:40]}”."
    )


def _turnaround(text: str) -> tuple[int | None, date | None]:
    """Return business days from the start, or a day."""
    if not text:
        return None, None
    found = WITHIN.fullmatch(text.casefold())
    if found is not None and int(found.group(1)) > 0:
        weeks = (found.group(2) or "").startswith("w") and found.group(2)[:2] != "wo"
        return int(found.group(1)) * (WEEKDAYS if weeks else 1), None
    try:
        return None, date.fromisoformat(text[:10])
    except ValueError as error:
        raise _CellError(
            f"The turnaround is a number of business days, such as 15, or a day as "
            f"2027-03-01, not “{text[:40]}”."
        ) from error
