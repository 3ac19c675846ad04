"""XLSX into a table, after its container has been looked at and found harmless.

A small file may inflate to gigabytes, name a cell at the far corner of a sheet, or ask
for files of this machine. So the members are counted, inflated under a limit and read
for how far the sheet goes, before anything builds a table of it.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from .tables import Line, Table, TableError, table_of

MEGABYTE = 1_000_000
MOST_BYTES = 25 * MEGABYTE
MOST_INFLATED = 50 * MEGABYTE
MOST_RATIO = 100
SMALL = MEGABYTE
"""Below this an inflated member may have any ratio: empty sheets shrink well."""
MOST_MEMBERS = 1_000
MOST_ROWS = 1_000_000
MOST_COLUMNS = 64
MOST_TEXT = 32_768
CHUNK = 65_536
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError),
    *(RuntimeError, EOFError, ValueError, OSError, OverflowError),
)
"""What Python raises for an archive that is damaged or made to do harm."""
EXACT_DIGITS = 15
CELL = re.compile(rb"<c\b([^>]*?)(/>|>(.*?)</c>)", re.DOTALL)
REFERENCE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')


@dataclass(slots=True)
class Seen:
    """What the XML of a sheet says before a table is made of it."""

    merged: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    hidden: int = 0
    first: tuple[int, int] | None = None


def read_xlsx(body: bytes) -> Table:
    """Return the first visible sheet of a workbook. Raises TableError."""
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    members = _members(body)
    _check_kind(members)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(body))
        visible = [
            (place, sheet)
            for place, sheet in enumerate(book.sheets_metadata)
            if sheet.visible == SheetVisibleEnum.Visible
        ]
        if not visible:
            raise TableError("The workbook shows no sheet.", code="no_sheet")
        place, sheet = visible[0]
        seen = look(members, place)
        _refuse(seen)
        rows = book.get_sheet_by_index(place).to_python(skip_empty_area=False)
    except CalamineError as error:
        raise TableError(
            f"The workbook cannot be read: {error}. Save it again as XLSX.",
            code="bad_container",
        ) from error
    return _table(rows, seen, name=sheet.name, others=len(visible) - 1)


def _table(rows: list[list[Any]], seen: Seen, *, name: str, others: int) -> Table:
    if not rows or not any(cell != "" for cell in rows[0]):
        raise TableError(
            "The first row of the sheet is empty. The table begins in its first cell.",
            code="missing_header",
        )
    # XML has no such character, but a cell may spell it as _x0000_.
    if any("\x00" in cell for row in rows for cell in row if isinstance(cell, str)):
        raise TableError(
            "The sheet holds NUL characters. Copy the table into a new one.", code="nul"
        )
    header = [" ".join(cell_of(cell).split()) for cell in rows[0]]
    while header and not header[-1]:
        header.pop()
    remarks = [f"Read the sheet {name}."]
    if others:
        remarks.append(f"{others:,} further sheets were not read.")
    if seen.hidden:
        remarks.append(f"{seen.hidden:,} hidden rows are counted like the others.")
    return table_of(header, list(_lines(rows)), remarks)


def _lines(rows: list[list[Any]]) -> Iterator[Line]:
    for number, row in enumerate(rows[1:], start=2):
        yield Line(number, [cell_of(cell) for cell in row])


def cell_of(value: Any) -> str:
    """Return the cell of a spreadsheet as the text that a person would type."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        text = format(value, f".{EXACT_DIGITS}g")
        return format(int(value), "d") if value.is_integer() else text
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        seconds = int(value.total_seconds())
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return str(value)


def _members(body: bytes) -> dict[str, bytes]:
    """Return the members of the container that are read, inflated under a limit."""
    if len(body) > MOST_BYTES:
        raise TableError(
            f"The workbook is larger than {MOST_BYTES // MEGABYTE} MB. Save it as CSV.",
            code="file_too_large",
        )
    found: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(BytesIO(body)) as box:
            names = box.infolist()
            if len(names) > MOST_MEMBERS:
                raise _bad("holds too many parts")
            if any(".." in one.filename or one.filename[:1] in "/\\" for one in names):
                raise _bad("names files outside of itself")
            left = MOST_INFLATED
            for one in names:
                part = _inflated(box, one, left)
                left -= len(part)
                found[one.filename] = part
    except TableError:
        raise
    except BROKEN as error:
        raise _bad(f"is broken ({error})") from error
    return found


def _inflated(box: zipfile.ZipFile, one: zipfile.ZipInfo, left: int) -> bytes:
    parts, size = [], 0
    with box.open(one) as stream:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > left or (
                size > SMALL and size > MOST_RATIO * max(one.compress_size, 1)
            ):
                raise _bad("is far larger inside than outside")
            parts.append(chunk)
    return b"".join(parts)


def _bad(what: str) -> TableError:
    return TableError(
        f"The workbook {what}, and is not read. Save the table as CSV.",
        code="bad_container",
    )


def _check_kind(members: dict[str, bytes]) -> None:
    if "xl/workbook.xml" not in members:
        raise TableError(
            "This archive is no XLSX workbook. Drop the table inside it as CSV.",
            code="unsupported_type",
        )
    if any(name.endswith("vbaProject.bin") for name in members):
        raise TableError(
            "The workbook holds macros. Save it as XLSX without them.",
            code="unsupported_type",
        )
    for name, part in members.items():
        if name.endswith((".xml", ".rels")) and b"<!DOCTYPE" in part[:CHUNK].upper():
            raise _bad("declares entities")


def look(members: dict[str, bytes], place: int) -> Seen:
    """Return what the XML of a sheet says. Raises TableError for one too large."""
    sheet = members.get(_sheet_path(members, place), b"")
    seen = Seen()
    seen.merged = [
        found.decode("ascii", "replace")
        for found in re.findall(rb'<mergeCell\b[^>]*\bref="([^"]{1,40})"', sheet)
    ]
    seen.hidden = len(re.findall(rb'<row\b[^>]*\bhidden="(?:1|true)"', sheet))
    for row in re.findall(rb'<row\b[^>]*\br="([0-9]{1,9})"', sheet):
        if int(row) > MOST_ROWS:
            raise _too_large()
    for cell in CELL.finditer(sheet):
        _look_at(cell, seen)
    return seen


def _look_at(cell: re.Match[bytes], seen: Seen) -> None:
    attributes, inside = cell.group(1), cell.group(3) or b""
    where = REFERENCE.search(attributes)
    named = ""
    if where is not None:
        column, row = _column(where.group(1)), int(where.group(2))
        named = f"{where.group(1).decode()}{row}"
        has_text = b"<v" in inside or b"<is" in inside or b"<f" in inside
        if has_text and (column > MOST_COLUMNS or row > MOST_ROWS):
            raise _too_large()
        if column > MOST_COLUMNS * MOST_COLUMNS:
            raise _too_large()
    if b't="e"' in attributes:
        seen.errors.append(named)
    elif b"<f" in inside and not re.search(rb"<v>[^<]", inside):
        seen.unread.append(named)


def _too_large() -> TableError:
    return TableError(
        f"The sheet reaches beyond {MOST_COLUMNS} columns or {MOST_ROWS:,} rows. Copy "
        f"the table into a new one.",
        code="sheet_too_large",
    )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _sheet_path(members: dict[str, bytes], place: int) -> str:
    """Return the path of a sheet by the order of the workbook's own list."""
    book = members["xl/workbook.xml"]
    wanted = re.findall(rb'<(?:\w+:)?sheet\b[^>]*?\br:id="([^"]+)"', book)
    links = members.get("xl/_rels/workbook.xml.rels", b"")
    targets = {}
    for link in re.findall(rb"<Relationship\b[^>]*>", links):
        known = dict(re.findall(rb'(\w+)="([^"]*)"', link))
        targets[known.get(b"Id", b"")] = known.get(b"Target", b"")
    if place >= len(wanted):
        return "xl/worksheets/sheet1.xml"
    target = targets.get(wanted[place], b"").decode("utf-8", "replace")
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _refuse(seen: Seen) -> None:
    """Raise TableError for what cannot be told from the sheet."""
    if seen.merged:
        raise TableError(
            f"Cells are merged: {_some(seen.merged)}. Undo it, so that each row says "
            f"what it is about.",
            code="merged_cells",
        )
    if seen.unread:
        raise TableError(
            f"Formulas were never computed: {_some(seen.unread)}. Open the workbook in "
            f"a spreadsheet and save it.",
            code="formula_without_value",
        )
    if seen.errors:
        raise TableError(
            f"Cells show an error: {_some(seen.errors)}. Correct them at the source.",
            code="cell_error",
        )


def _some(names: Sequence[str]) -> str:
    more = len(names) - 5
    return ", ".join(names[:5]) + (f" and {more:,} more" if more > 0 else "")
