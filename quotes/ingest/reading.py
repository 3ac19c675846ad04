"""Files into checked rows, or a reason for each row that is not one.

Conservation holds for every file: rows read = rows behind records + refused + left out
+ blank. Columns are found by name, never by place; columns that are not known are
ignored and named. See docs/actuals.md.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from quotes.calc.verdict import Source, Verdict, judge

from .content import Content, as_table, open_content
from .fields import (
    COLUMNS,
    KEY,
    LONGEST,
    MOMENTS,
    PAIRS,
    READERS,
    REQUIRED,
    CellError,
    moment,
)
from .formats import told_apart
from .mappings import MappingError, MappingFile, read_mapping
from .opening import Opened, open_with, possible, pseudonym, seen_of
from .readers import Reader, reader_of
from .readers.base import MISSHAPEN, header_again, ragged
from .readers.cvat import EVENT_LOG, is_event_log
from .readers.labels import labels_in
from .statistics import Times, times_of
from .tables import Line, Table, TableError
from .usual_words import in_our_words
from .work import Group, LeftOut, Piece, Refusal, Stated, roll_up

MOST_ROWS = 1_000_000
HEAD = 65_536
"""Bytes within which a header ends."""
MOST_COUNT = 2_147_483_647
"""What the columns of both databases hold."""
MOST_SECONDS = Decimal("99999999999.999")
"""So, of added up times."""
RESEMBLES = (
    "The file resembles the export of a tool and has not its shape. Export it again, "
    "and drop it unchanged."
)
CANONICAL = "Canonical work records"
MAPPED = "Mapped columns"
NO_WORK = ("batch", "stage", "clock")
ITEM_LOG = ("item", "finished_at")
"""The columns that a log with a row for each item has beside those of every record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One checked row: values by column, missing ones absent.

    `sources` are the numbers of the rows of the file that it was made of, `beside`
    counts those that are not named; `times` tells of its items, where the file does.
    """

    number: int
    values: Mapping[str, Any]
    sources: tuple[int, ...] = ()
    beside: int = 0
    times: Times | None = None
    written_key: str = ""
    """The key where it is not that of the values: by the person's name as written
    where they bear another, or of what the row tells the standing of."""

    @property
    def many(self) -> int:
        """Return how many rows of the file stand behind it."""
        return len(self.sources) + self.beside

    def refused(self, why: Callable[[int], Refusal]) -> list[Refusal]:
        """Return why each row behind it is not taken."""
        found = [why(number) for number in self.sources]
        if self.beside:
            found[0] = with_more(found[0], self.beside)
        return found

    @property
    def key(self) -> str:
        """Return the digest of the natural key; missing parts equal missing parts."""
        return self.written_key or _digest(
            [_text(self.values.get(part)) for part in KEY]
        )

    @property
    def content(self) -> str:
        """Return the digest of everything that the row says."""
        return _digest({name: _text(one) for name, one in self.values.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A file as read: what is in it, what is wrong with it.

    `reader` names what the file was recognised as, `kind` says whether its rows are
    work or paid time; the latter are `pieces` and no work records. `each_is` says what
    a piece is: an item, an event, a day.
    """

    sha256: str
    reader: str
    rows: tuple[Row, ...]
    refused: tuple[Refusal, ...]
    read: int
    blank: int
    left_out: int
    verdict: Verdict
    kind: str = "work"
    pieces: tuple[Piece, ...] = ()
    each_is: str = "record"
    ignored_columns: tuple[str, ...] = ()
    scope: str = ""
    findings: tuple[str, ...] = field(default=())

    @property
    def is_added_up(self) -> bool:
        """Return whether its records were made of rows, and are not written as such."""
        return self.reader != CANONICAL and not self.reader.startswith(MAPPED)

    @property
    def times(self) -> Times:
        """Return how long its items took, of a file that times them one by one."""
        return sum((row.times for row in self.rows if row.times), Times())

    @property
    def content_digest(self) -> str:
        """Return a digest of the rows in any order: the same in another container.

        It is the sum of the rows' digests, so that a file that fits in no memory has
        one too.
        """
        return sum_digest(int(row.content, 16) for row in self.rows)


def read_work(
    body: bytes,
    *,
    mapping: MappingFile | None,
    zone: str,
    stated: Stated | None = None,
) -> Reading:
    """Return the rows of a file of work, whichever tool wrote it.

    Raises TableError for what is no table or document, MappingError for a table that
    nobody here knows.
    """
    said = stated or Stated(zone=zone)
    labels = labels_in(body)
    if labels is not None and mapping is None:
        raise TableError(labels.sentence, code="no_work")
    events = None if mapping is not None else _events(body, stated=said)
    if events is not None:
        return events
    content = open_content(body)
    table = as_table(content)
    if table is not None and len(table.lines) > MOST_ROWS:
        raise MappingError(
            f"This file has {len(table.lines):,} rows. Of an export of its kind at "
            f"most {MOST_ROWS:,} rows are read. Give it in parts.",
            code="too_many_rows",
        )
    sha256 = hashlib.sha256(body).hexdigest()
    if mapping is None and table is not None and is_item_log(table.names):
        return _items(body, content, stated=said, sha256=sha256)
    if mapping is not None or (table is not None and is_canonical(table)):
        if table is None:
            raise MappingError("A mapping is about columns; this file has none.")
        return _canonical(table, mapping=mapping, stated=said, sha256=sha256)
    return _known(content, stated=said, sha256=sha256)


def _items(body: bytes, content: Content, *, stated: Stated, sha256: str) -> Reading:
    # Here, because its rows are read by the rules of this module.
    from .item_readings import read_items

    return read_items(body, content, stated=stated, sha256=sha256)


def _events(body: bytes, *, stated: Stated) -> Reading | None:
    """Return the reading of a CSV of events, None for any other file."""
    # Here, because their records are checked by the rules of this module.
    from .long_tables import header_in
    from .row_logs import rows_in

    if not is_event_log(header_in(body[:HEAD]) or ()):
        return None
    return rows_in(body, stated=stated)


def _known(content: Content, *, stated: Stated, sha256: str) -> Reading:
    try:
        reader = reader_of(content)
        if reader is None:
            raise _unknown(as_table(content))
        table = as_table(content)
        if reader is EVENT_LOG and table is not None:
            from .event_readings import events_of

            return events_of(table, stated=stated, sha256=sha256)
        return _read(content, reader, stated=stated, sha256=sha256)
    except (TableError, MappingError):
        raise
    except MISSHAPEN as error:
        raise TableError(RESEMBLES, code="misshapen") from error


def is_item_log(names: Iterable[str]) -> bool:
    """Return whether a table with such columns has a row for each item."""
    return {*ITEM_LOG, *REQUIRED} <= set(names)


def is_canonical(table: Table) -> bool:
    """Return whether a table means to be one of work records."""
    return set(NO_WORK) <= set(table.names) or set(REQUIRED) <= set(table.names)


def _unknown(table: Table | None) -> MappingError:
    if table is None:
        return MappingError(
            "No reader knows this document. docs/actuals.md lists the exports that are "
            "read."
        )
    named = ", ".join(name for name in table.names[:12] if name)
    missing = ", ".join(name for name in REQUIRED if name not in table.names)
    return MappingError(
        f"No reader knows this file, and as a work record it has no column {missing}. "
        f"Its columns are {named}. Make a mapping that says which of them is which.",
        code="missing_column",
    )


def _read(content: Content, reader: Reader, *, stated: Stated, sha256: str) -> Reading:
    """Return what a reader finds, added up to records by day."""
    opened = open_with(reader, reader.read(content, stated), stated)
    table = as_table(content)
    rows, refused = (
        _rows(opened, stated, each_is=reader.each_is)
        if reader.kind == "work"
        else ((), opened.refused)
    )
    taken = {one.row for one in opened.pieces} | {one.row for one in refused}
    numbers = taken | {one.row for one in opened.left_out}
    blank = table.blank if table is not None else 0
    return Reading(
        sha256=sha256,
        reader=reader.name,
        kind=reader.kind,
        rows=rows,
        pieces=opened.pieces,
        each_is=reader.each_is,
        refused=tuple(told_apart(refused)),
        read=len(numbers) + blank,
        blank=blank,
        left_out=len({one.row for one in opened.left_out} - taken),
        verdict=opened.verdict,
        scope=reader.scope,
        findings=table.remarks if table is not None else (),
    )


def _rows(
    opened: Opened, stated: Stated, *, each_is: str
) -> tuple[tuple[Row, ...], tuple[Refusal, ...]]:
    """Return the records of pieces; what cannot be one is refused with its rows."""
    rows, refused = [], list(opened.refused)
    items = each_is == "item"
    for group in roll_up(opened.pieces, zone=stated.zone):
        first = group.rows[0] if group.rows else 0
        wrong = wrong_between(first, group.values)
        if wrong is not None:
            refused += [replace(wrong, row=number) for number in group.rows]
        else:
            rows.append(
                Row(
                    number=first,
                    values=group.values,
                    sources=group.rows,
                    times=times_of(group.timed) if items else None,
                    written_key=_key_of_standing(group),
                )
            )
    return tuple(rows), tuple(sorted(refused, key=lambda one: one.row))


def with_more(refusal: Refusal, rows: int) -> Refusal:
    """Return a refusal that holds for so many rows more."""
    word = "row" if rows == 1 else "rows"
    return replace(
        refusal,
        beside=rows,
        message=f"{refusal.message} So it is with {rows:,} {word} more.",
    )


def wrong_between(number: int, values: Mapping[str, Any]) -> Refusal | None:
    """Return what is wrong with figures that were added up, None if nothing is."""
    wrong = [*_between(number, values), *_too_large(number, values)]
    return wrong[0] if wrong else None


def _key_of_standing(group: Group) -> str:
    """Return the key of a record that a later one of the same thing restates.

    No day and no person is in it: a job that is reported on twice, after it was given
    to somebody else, is still that job. "" for records that add up.
    """
    if not group.stands_for:
        return ""
    parts = ("line", "batch", "delivery_version", "stage", "clock")
    return _digest(
        [*(_text(group.values.get(part)) for part in parts), group.stands_for]
    )


def _too_large(number: int, values: Mapping[str, Any]) -> Iterator[Refusal]:
    for name, value in values.items():
        if isinstance(value, int) and value > MOST_COUNT:
            yield Refusal(
                row=number,
                column=name,
                code="too_large",
                message=f"{name} is {value:,}, more than {MOST_COUNT:,}.",
            )
        if isinstance(value, Decimal) and value > MOST_SECONDS:
            yield Refusal(
                row=number,
                column=name,
                code="too_large",
                message=f"{name} is {value:,}, more than {MOST_SECONDS:,}.",
            )
        if isinstance(value, str) and len(value) > LONGEST.get(name, len(value)):
            yield Refusal(
                row=number,
                column=name,
                code="max_length",
                message=f"{name} is longer than {LONGEST[name]} characters.",
            )


def _canonical(
    table: Table, *, mapping: MappingFile | None, stated: Stated, sha256: str
) -> Reading:
    names = [name for name in table.names if name]
    columns = columns_of(names, mapping)
    rows: list[Row] = []
    refused = [ragged(line, len(table.names)) for line in table.ragged]
    left: list[LeftOut] = []
    places = {name: place for place, name in enumerate(table.names) if name}
    for line in table.lines:
        said = {name: line.cells[place] for name, place in places.items()}
        if mapping is not None and not _taken(said, mapping):
            left.append(LeftOut(row=line.number, reason="left out by the mapping"))
            continue
        found = read_line(line, table.names, columns, mapping=mapping, stated=stated)
        if isinstance(found, Row):
            rows.append(found)
        else:
            refused.append(found)
    refused = told_apart(refused)
    scope = "" if mapping is None else mapping.scope
    return Reading(
        sha256=sha256,
        reader=CANONICAL if mapping is None else f"{MAPPED}: {mapping.name}",
        rows=tuple(rows),
        refused=tuple(sorted(refused, key=lambda one: one.row)),
        read=table.read,
        blank=table.blank,
        left_out=len(left),
        verdict=_verdict(rows, scope),
        ignored_columns=tuple(
            name
            for name in names
            if name not in columns.values()
            and (mapping is None or name not in mapping.where)
        ),
        scope=scope,
        findings=table.remarks,
    )


def _verdict(rows: Sequence[Row], scope: str) -> Verdict:
    """Return what is to be said of records: they have periods of their own."""
    pieces = [
        Piece(
            row=row.number,
            values=row.values,
            start=row.values.get("period_start"),
            end=row.values.get("period_end"),
        )
        for row in rows
    ]
    return judge(seen_of(pieces), (), Source(scope=scope, each_is="record"))


def columns_of(names: Sequence[str], mapping: MappingFile | None) -> dict[str, str]:
    """Return which column of the file holds which field."""
    if mapping is None:
        missing = [name for name in REQUIRED if name not in names]
        if missing:
            raise MappingError(
                f"The file has no column {', '.join(missing)}. A work record needs "
                f"{', '.join(REQUIRED)}; use a mapping for another tool's export.",
                code="missing_column",
            )
        return {name: name for name in names if name in COLUMNS}
    for name in (*mapping.columns.values(), *mapping.where):
        if name not in names:
            raise MappingError(
                f"The mapping names the column {name}; the file has none.",
                code="missing_column",
            )
    return dict(mapping.columns)


def _taken(said: Mapping[str, str], mapping: MappingFile) -> bool:
    return all(said[name].strip() == value for name, value in mapping.where.items())


def read_line(
    line: Line,
    names: Sequence[str],
    columns: Mapping[str, str],
    *,
    mapping: MappingFile | None,
    stated: Stated,
) -> Row | Refusal:
    """Return what a line of a table says, or the first thing that is wrong with it."""
    if list(line.cells) == list(names):
        return header_again(line)
    said = {name: cell for name, cell in zip(names, line.cells, strict=True) if name}
    found = _row(line.number, said, columns, mapping, stated)
    return found if isinstance(found, Row) else found[0]


def cell_reader(name: str, stated: Stated) -> Callable[[str], object]:
    """Return how a trimmed cell of a column of work records is read."""
    if name in MOMENTS:
        return lambda cell: possible(moment(cell, stated.zone), stated)
    read = READERS[name]
    if name == "actor" and stated.pseudonyms:
        return lambda cell: pseudonym(str(read(cell)), stated.pseudonyms)
    return read


def _row(
    number: int,
    said: Mapping[str, str],
    columns: Mapping[str, str],
    mapping: MappingFile | None,
    stated: Stated,
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
        if mapping is not None:
            trimmed = in_our_words(name, trimmed)
        try:
            values[name] = cell_reader(name, stated)(trimmed)
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
    return problems or Row(number=number, values=values, sources=(number,))


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


def sum_digest(digests: Iterable[int]) -> str:
    """Return digests of rows added up, as the digest of all of them in any order."""
    return f"{sum(digests) % 2**256:064x}"


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _digest(value: object) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


__all__ = [
    "MappingError",
    "MappingFile",
    "Reading",
    "Refusal",
    "Row",
    "read_mapping",
    "read_work",
]
