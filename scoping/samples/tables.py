"""Tables of labels: VIA's CSV, and the CSV with a row for each box."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

from .checked import class_name
from .tally import Tally
from .values import SampleError
from .via import SHAPES

VIA, BOXES = "VIA", "CSV of boxes"
CORNERS = frozenset({"xmin", "xmax", "ymin", "ymax"})
NAMES = ("class", "label", "cell_type", "name", "category")
"""Columns that hold a class, in other tools' words."""
MOST_CELL = 1_000_000


def is_table(head: str) -> bool:
    """Return whether a text begins with a header that is known here."""
    return _format(_columns(head.splitlines()[0] if head else "")) != ""


def count_file(path: Path, tally: Tally, *, where: str) -> str:
    """Count the objects of a table; return its format. Raises SampleError."""
    # One limit for the whole process: raised only, so that no reader loses by it.
    csv.field_size_limit(max(MOST_CELL, csv.field_size_limit()))
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            columns = {str(name).strip() for name in rows.fieldnames or ()}
            format_ = _format(columns)
            for row in rows:
                _count(row, columns, tally, where=f"{where}, line {rows.line_num}")
    except (csv.Error, UnicodeDecodeError) as error:
        raise SampleError(f"{where} is no CSV in UTF-8: {error}.") from error
    return format_


def _columns(line: str) -> set[str]:
    return {one.strip().strip('"').lstrip("\ufeff") for one in line.split(",")}


def _format(columns: set[str]) -> str:
    if {"filename", "region_shape_attributes"} <= columns:
        return VIA
    return BOXES if {"filename", *CORNERS} <= columns else ""


def _count(row: dict[str, str], columns: set[str], tally: Tally, *, where: str) -> None:
    image = (row.get("filename") or "").strip()
    if not image:
        raise SampleError(f"{where}: there is no file name.")
    if "region_shape_attributes" not in columns:
        named = next((row[key] for key in NAMES if row.get(key)), None)
        tally.object(image, of=class_name(named), shape="box")
        return
    shape = _attributes(row["region_shape_attributes"], where)
    if not shape:
        tally.image(image)
        return
    kind = SHAPES.get(str(shape.get("name")), "polygon")
    said = _attributes(row.get("region_attributes") or "{}", where)
    corners = shape.get("all_points_x")
    tally.object(
        image,
        of=class_name(next(_words(said), None)),
        shape=kind,
        vertices=len(corners) if isinstance(corners, list) else None,
    )


def _words(said: dict[str, object]) -> Iterator[str]:
    return (value for value in said.values() if isinstance(value, str) and value)


def _attributes(text: str, where: str) -> dict[str, object]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SampleError(f"{where}: its attributes are no JSON.") from error
    return found if isinstance(found, dict) else {}
