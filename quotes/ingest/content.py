"""What a file holds, by its bytes and never by its name: a table or a JSON document.

Numbers of a spreadsheet become the text that a person would type, to fifteen digits as
the spreadsheet itself keeps them; cells that hold an error or a formula that was never
computed are refused, because nobody knows what they say.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

from .tables import Line, Table, TableError, decode, read_csv, table_of
from .workbooks import read_xlsx

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
MOST_SEARCHED = 1_000_000
DEEPEST = 40
MOST_DIGITS = 1_000
"""Of a number of JSON, before its point or behind it."""
LISTS = ("records", "results", "data", "labels", "rows", "items")
"""Keys under which an API puts its list of rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A JSON document, or the objects of a file with one on each line."""

    data: Any
    lines: bool = False
    flat: list[Table | None] = field(default_factory=list, compare=False, repr=False)
    """It as a table, once somebody asked: each reader does."""


Content: TypeAlias = Table | Document


def open_content(body: bytes) -> Content:
    """Return what a file holds. Raises TableError for what is neither."""
    if body.startswith(ZIP):
        return read_xlsx(body)
    if body.startswith(OLE) and ENCRYPTED in body[:MOST_SEARCHED]:
        raise TableError(
            "The workbook has a password. Save it without one.", code="encrypted"
        )
    if body.startswith(OLE):
        raise TableError(
            "This is a workbook of an old format. Save it as XLSX.",
            code="unsupported_type",
        )
    text = decode(body)
    start = text.lstrip()[:1]
    if start in ("{", "["):
        return _json(text)
    if start == "<":
        raise TableError(
            "This is a page or XML, and no export of work. Drop the CSV, XLSX or JSON.",
            code="content_mismatch",
        )
    return read_csv(text)


def _at(error: ValueError) -> str:
    """Return where a document breaks off, as an editor shows it."""
    if isinstance(error, json.JSONDecodeError):
        place = f"line {error.lineno:,}, column {error.colno:,}"
        return f"it breaks off, or goes wrong, in {place}"
    return str(error)


def _json(text: str) -> Document:
    try:
        return Document(data=loaded(text))
    except TableError:
        raise
    except ValueError as error:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) < 2 or not lines[0].rstrip().endswith("}"):  # noqa: PLR2004
            raise TableError(
                f"This is no whole JSON document: {_at(error)}. Export it again.",
                code="bad_json",
            ) from error
    found = []
    for number, line in enumerate(lines, start=1):
        try:
            found.append(loaded(line))
        except ValueError as error:
            raise TableError(
                f"Line {number:,} is no JSON: {_at(error)}.", code="bad_json"
            ) from error
    return Document(data=found, lines=True)


def exact(word: str) -> Decimal:
    """Return a number of JSON as it is written. Raises ValueError for a bomb.

    Ten letters can say a number whose digits fill the memory of whoever writes it out.

    >>> exact("1.50")
    Decimal('1.50')
    """
    try:
        found = Decimal(word)
    except InvalidOperation:
        found = Decimal("Infinity")
    if not found.is_finite() or abs(found.adjusted()) > MOST_DIGITS:
        raise ValueError(f"{word[:20]} is too large a number")
    return found


def loaded(text: str) -> Any:
    """Return what a text of JSON says. Raises ValueError, TableError if too deep."""

    def no_number(word: str) -> None:
        raise ValueError(f"{word} is no number of JSON")

    try:
        return json.loads(text, parse_float=exact, parse_constant=no_number)
    except RecursionError:
        raise TableError(
            "The JSON is nested too deep to be an export of work.", code="too_deep"
        ) from None


def records(content: Content) -> list[dict[str, Any]] | None:
    """Return the objects of a document that is a list of rows; None for another."""
    if isinstance(content, Table):
        return None
    data = content.data
    if isinstance(data, Mapping):
        lists = [data[key] for key in LISTS if isinstance(data.get(key), list)]
        if not lists:
            return None
        data = lists[0]
    if not isinstance(data, list) or not all(isinstance(one, dict) for one in data):
        return None
    return data or None


def as_table(content: Content) -> Table | None:
    """Return content as a table: itself, or a list of flat objects; None for others."""
    if isinstance(content, Table):
        return content
    if not content.flat:
        content.flat.append(_table(content))
    return content.flat[0]


def _table(content: Document) -> Table | None:
    rows = records(content)
    if rows is None:
        return None
    flat = [dict(_flat(row)) for row in rows]
    names = list(dict.fromkeys(name for row in flat for name in row))
    lines = [
        Line(number, [row.get(name, "") for name in names])
        for number, row in enumerate(flat, start=1)
    ]
    return table_of(names, lines, ())


def _flat(value: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """Yield the leaves of an object: `author: {id}` is the column `author.id`."""
    for key, inner in value.items():
        name = f"{before}{key}"
        if isinstance(inner, Mapping) and name.count(".") < DEEPEST:
            yield from _flat(inner, f"{name}.")
        else:
            yield name, cell_text(inner)


def cell_text(value: Any) -> str:
    """Return a JSON value as the text of a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        return json.dumps(value, default=str, ensure_ascii=False)
    return str(value)
