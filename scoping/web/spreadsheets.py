"""Tables that leave as CSV or XLSX: numbers as numbers, and no text that computes.

A text that begins as a formula does would be run by a spreadsheet. In CSV it gets an
apostrophe before it; in a workbook it is written as the text that it is.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import BytesIO, StringIO

import xlsxwriter

Cell = str | int | Decimal | None
Rows = Iterable[Sequence[Cell]]
Sheet = tuple[str, Sequence[str], Sequence[Sequence[Cell]]]
"""A name, a header and rows."""

BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
MOST_NAME = 31
NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
MOST_WIDTH, LEAST_WIDTH = 60, 8


def as_csv(header: Sequence[str], rows: Rows) -> bytes:
    """Return a table as CSV in UTF-8, with a mark that spreadsheets know it by."""
    out = StringIO()
    write = csv.writer(out)
    write.writerow([_harmless(one) for one in header])
    write.writerows([_plain(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(sheets: Sequence[Sheet]) -> bytes:
    """Return sheets (name, header, rows) as a workbook; first rows stay in sight."""
    out = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        for name, header, rows in sheets:
            sheet = book.add_worksheet(sheet_name(name))
            sheet.freeze_panes(1, 0)
            for column, text in enumerate(header):
                sheet.write_string(0, column, text, bold)
                longest = max(
                    [len(text), *(len(_plain(row[column])) for row in rows)], default=0
                )
                width = min(max(longest + 2, LEAST_WIDTH), MOST_WIDTH)
                sheet.set_column(column, column, width)
            for place, row in enumerate(rows, start=1):
                for column, cell in enumerate(row):
                    if isinstance(cell, str):
                        sheet.write_string(place, column, cell)
                    elif cell is not None:
                        sheet.write_number(place, column, float(cell))
    return out.getvalue()


def sheet_name(text: str) -> str:
    """Return a text as a workbook may name a sheet."""
    return text.translate(NOT_IN_NAMES).strip()[:MOST_NAME] or "Sheet"


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    return _harmless(cell) if isinstance(cell, str) else str(cell)


def _harmless(text: str) -> str:
    return f"'{text}" if text.lstrip(" ").startswith(BEGINS_A_FORMULA) else text
