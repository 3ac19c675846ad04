"""Sheets that people keep by hand: times of images by method, totals of methods.

A spreadsheet keeps a typed 7:08 as seven hours and eight minutes, whether minutes and
seconds were meant or not. Nobody can tell from the file, so it is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from types import MappingProxyType

from quotes.ingest.content import Content, as_table
from quotes.ingest.fields import CellError
from quotes.ingest.tables import Line, Table
from quotes.ingest.times import CLOCK, clock_seconds
from quotes.ingest.work import Found, LeftOut, Piece, Stated

from .base import Cells, Reader, attempt, each_row, known, plain, ragged

IMAGE = ("imagename", "image", "filename")
UNIT_SECONDS = MappingProxyType(
    {"min": Decimal(60), "s": Decimal(1), "h": Decimal(3600)}
)
ROUNDED = Decimal("0.051")
"""How far a total may lie off its parts: figures of such tables have one decimal."""


def _is_timed(content: Content) -> bool:
    table = as_table(content)
    if table is None or len(table.names) < 2 or plain(table.names[0]) not in IMAGE:  # noqa: PLR2004
        return False
    cells = [cell for line in table.lines for cell in line.cells[1:] if cell.strip()]
    return bool(cells) and all(CLOCK.fullmatch(cell.strip()) for cell in cells)


def _timed(content: Content, stated: Stated) -> Iterator[Found]:
    table = as_table(content)
    if table is None:
        return
    for line in table.lines:
        named = [
            (name, cell.strip())
            for name, cell in zip(table.names[1:], line.cells[1:], strict=True)
            if cell.strip()
        ]
        if not named:
            yield LeftOut(row=line.number, reason="an image that no method has timed")
        for method, cell in named:
            yield attempt(
                line.number,
                lambda: _image(line, method, cell, stated),  # noqa: B023
            )
    for line in table.ragged:
        yield ragged(line, len(table.names))


def _image(line: Line, method: str, cell: str, stated: Stated) -> Found:
    if not stated.minutes:
        hours = clock_seconds(cell, minutes=False)
        raise CellError(
            "ambiguous_number",
            f"“{cell}” may be {hours:,} seconds, or minutes and seconds that the "
            f"spreadsheet keeps as hours and minutes. Say which the file means.",
            column=method,
        )
    cells = Cells(line.number, {"method": method, "image": line.cells[0]})
    values = known(
        batch=cells.text("method"),
        stage="label",
        annotation_type=stated.annotation_type,
        clock="label",
        tool="kept by hand",
        items=1,
        active_seconds=clock_seconds(cell, minutes=True),
    )
    return Piece(row=line.number, values=values, item=cells.text("image"))


TIMED_IMAGES = Reader(
    key="timed_images",
    name="Times of images, a column for each method",
    clock="label",
    scope="as somebody stopped them by hand for each image",
    recognises=_is_timed,
    read=_timed,
    each_is="item",
)


def _per_object(table: Table) -> tuple[str, Decimal] | None:
    """Return the column of time per object and the seconds of its unit."""
    for name in table.names:
        if plain(name).startswith("timeperobject") and "[" in name:
            unit = name.split("[", 1)[1].rstrip("]").split("/")[0].strip()
            if unit in UNIT_SECONDS:
                return plain(name), UNIT_SECONDS[unit]
    return None


def _is_totals(content: Content) -> bool:
    table = as_table(content)
    if table is None or _per_object(table) is None:
        return False
    names = {plain(name) for name in table.names}
    return names >= {"totaltime", "totalobjects"} and bool(
        names & {"method", "annotationmethod"}
    )


def _totals(content: Content, stated: Stated) -> Iterator[Found]:
    table = as_table(content)
    found = None if table is None else _per_object(table)
    if table is None or found is None:
        return
    column, each = found

    def piece(cells: Cells) -> Found:
        seconds = cells.seconds("totaltime", each=each)
        units = cells.count("totalobjects")
        per_unit = cells.seconds(column, each=each)
        if None not in (seconds, units, per_unit):
            _check_unit(column, cells, each)
        values = known(
            batch=cells.text("method", "annotationmethod"),
            stage="label",
            annotation_type=stated.annotation_type,
            clock="label",
            tool="kept by hand",
            units_produced=units,
            active_seconds=seconds,
        )
        return Piece(row=cells.number, values=values)

    yield from each_row(table, piece)


def _check_unit(column: str, cells: Cells, each: Decimal) -> None:
    """Raise CellError where a total is not its objects times the time of one."""
    total = cells.seconds("totaltime", each=each) or Decimal(0)
    units = cells.count("totalobjects") or 0
    parts = (cells.seconds(column, each=each) or Decimal(0)) * units
    if abs(parts - total) > ROUNDED * each * units:
        raise CellError(
            "unit_mismatch",
            f"times {units} objects is not the total: its unit may be another.",
            column=column,
        )


METHOD_TOTALS = Reader(
    key="method_totals",
    name="Totals of methods",
    clock="label",
    scope="as the table's author added them up for each method",
    recognises=_is_totals,
    read=_totals,
    each_is="method",
)
READERS = (TIMED_IMAGES, METHOD_TOTALS)
