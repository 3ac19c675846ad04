"""A log with a row for each item, of any length, added up to work records.

The columns are those of work records, with `item` and `finished_at` in the place of a
period and of a count of items. Its rows become one record for each day at the site,
line, batch, stage, type and person, as those of any export do, but here none is held in
memory: blocks are added up as they are read (`item_sums`). What a block does not say as
programs write it is read row by row as a short file is.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import IO, Any
from zoneinfo import ZoneInfo

import numpy as np

from .fields import PAIRS, REQUIRED, CellError
from .item_cells import WORD, Cells, Flags, Numbers, Whole, Word, alike
from .item_sums import MODEL, Key, Place, Rolled, Sums, Totals
from .item_texts import before, closed, joined
from .item_totals import SECONDS, TIMED, Adding
from .long_tables import Hashed
from .readers.base import ragged
from .reading import (
    ITEM_LOG,
    MappingError,
    Row,
    cell_reader,
    columns_of,
    is_item_log,
    read_line,
)
from .statistics import THOUSAND
from .tables import (
    Line,
    Table,
    csv_lines,
    header_of,
    remarks_of,
)
from .work import GROUPED, SUMMED, Refusal, Stated

ITEM, MOMENT = ITEM_LOG
NUMBERS = tuple(name for name in SUMMED if name != "items")
MODELS = "prelabel_models"
TAKEN = (*GROUPED, *NUMBERS, MODELS)
AT_ONCE = 20_000
"""Rows that are parsed at once where cells stand in quotes."""
SMALLEST = 1 << 16
"""Characters below which a text with an odd line is not cut again."""
MOST_REMEMBERED = 200_000
EDGE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Group:
    """What rows have in common, and the key under which they are added up."""

    key: Key
    values: dict[str, Any]
    day: date
    models: Sequence[tuple[str, int | None]] = ()

    @classmethod
    def of(cls, said: Mapping[str, Any], day: date, *, timed: bool) -> _Group:
        """Return what a row has in common with others; `timed` tells them apart."""
        values = {name: said[name] for name in GROUPED if name in said}
        key = (*(values.get(name) for name in GROUPED), day, timed)
        return cls(key, values, day, said.get(MODELS, ()))

    def sums(self, first: Place, totals: Totals) -> Sums:
        """Return what rows of it add up to, and how many units began from a model."""
        for name, units in self.models:
            if units is not None:
                totals.sums[MODEL + name] = units * totals.rows
                continue
            totals.sums[MODEL + name] = totals.sums["units_produced"]
            totals.known[MODEL + name] = totals.rows - totals.known["units_produced"]
        return Sums(values=self.values, day=self.day, first=first, totals=totals)


class Log:
    """A log as it is read. Raises TableError for what is no table."""

    def __init__(self, names: Sequence[str], delimiter: str, stated: Stated) -> None:
        """Take the header."""
        self.names, self._delimiter, self._stated = tuple(names), delimiter, stated
        self._zone = ZoneInfo(stated.zone)
        if not is_item_log(names):
            missing = [one for one in (*ITEM_LOG, *REQUIRED) if one not in names]
            raise MappingError(
                f"A log of items has the columns {', '.join((*ITEM_LOG, *REQUIRED))}; "
                f"this file has no column {', '.join(missing)}.",
                code="missing_column",
            )
        named = columns_of([name for name in names if name in TAKEN], None)
        self._columns = {**named, "period_start": MOMENT}
        self._places = {name: place for place, name in enumerate(names) if name}
        self._texts = {
            name: self._places[name] for name in (*GROUPED, MODELS) if name in named
        }
        self._said: dict[str, dict[str, Any]] = {name: {} for name in self._texts}
        self._numbers = {name: self._places[name] for name in NUMBERS if name in named}
        self._known: dict[tuple[int, ...], dict[bytes, _Group | None]] = {}
        self._remembered = 0
        self._minutes: dict[bytes, int] = {}
        self._moment = cell_reader("period_start", stated)
        self.rolled = Rolled()
        cap = int((stated.cap_seconds or 0) * THOUSAND)
        self._adding = Adding(self.rolled, cap=cap or None)

    @property
    def remarks(self) -> tuple[str, ...]:
        """Return what is said of how the cells of the file are separated."""
        return remarks_of(self._delimiter)

    @property
    def ignored(self) -> tuple[str, ...]:
        """Return the columns of the file that mean nothing here."""
        used = {*self._columns.values(), ITEM}
        return tuple(name for name in self.names if name and name not in used)

    def take(self, texts: Iterator[str], *, part: int = 0, above: int = 0) -> None:
        """Add up the rows of texts of whole lines, `above` lines of them before."""
        for text in closed(texts):
            above += self._text(text, part, above)
        self.rolled.lines[part] = above

    def table(self, table: Table) -> None:
        """Add up the rows of a workbook or a document, which were parsed already."""
        self.rolled.lines[0] = 0
        for line in (*table.lines, *table.ragged):
            self._line(line, 0)
        self.rolled.read += table.blank
        self.rolled.blank += table.blank

    def _text(self, text: str, part: int, above: int) -> int:
        """Add up the rows of a text, and return how many lines it has.

        One with odd lines is cut until they are few.
        """
        width = len(self.names)
        if '"' not in text:
            body = (text if text.endswith("\n") else f"{text}\n").encode()
            cells = Cells.of(body, width=width, delimiter=self._delimiter)
            if cells is not None:
                self._cells(cells, part, above)
                return len(cells)
            middle = text.rfind("\n", 0, len(text) // 2) + 1
            if len(text) > SMALLEST and middle:
                first = self._text(text[:middle], part, above)
                return first + self._text(text[middle:], part, above + first)
        read = io.StringIO(text, newline="\n")
        records = csv_lines(read, self._delimiter, above=above)
        while lines := list(islice(records, AT_ONCE)):
            plain = '"' in text and self._unquoted(lines)
            if plain:
                self._text(plain, part, lines[0].number - 1)
                continue
            for line in lines:
                self._line(line, part)
        return text.count("\n") + (not text.endswith("\n"))

    def _unquoted(self, lines: Sequence[Line]) -> str:
        """Return lines as a text without quotes, "" if they need any."""
        many, mark = len(lines), self._delimiter
        text = "\n".join(mark.join(line.cells) for line in lines) + "\n"
        needless = (
            '"' not in text
            and lines[-1].number - lines[0].number == many - 1
            and text.count("\n") == many
            and text.count(mark) == many * (len(self.names) - 1)
            and all(len(line.cells) == len(self.names) for line in lines)
        )
        return text if needless else ""

    def _line(self, line: Line, part: int) -> None:
        """Add up one row, read cell by cell."""
        cells, width = line.cells, len(self.names)
        self.rolled.read += 1
        place = (part, line.number)
        if not any(cell and not cell.isspace() for cell in cells):
            self.rolled.blank += 1
        elif len(cells) < width or any(one.strip() for one in cells[width:]):
            self.rolled.refuse(place, ragged(line, width))
        else:
            self._row(Line(line.number, cells[:width]), place)

    def _row(self, line: Line, place: Place) -> None:
        found = self._read(line)
        if isinstance(found, Refusal):
            self.rolled.refuse(place, found)
            return
        sums = {
            name: int(found.values[name])
            for name in self._numbers
            if name in found.values
        }
        for name in SECONDS:
            if name in sums:
                sums[name] = int(found.values[name] * THOUSAND)
        totals = self._adding.row(sums)
        day = found.values["period_start"].astimezone(self._zone).date()
        group = _Group.of(found.values, day, timed=bool(totals.times.n))
        self.rolled.add(group.key, group.sums(place, totals))

    def _read(self, line: Line) -> Row | Refusal:
        found = read_line(
            line, self.names, self._columns, mapping=None, stated=self._stated
        )
        if isinstance(found, Row) and "period_start" not in found.values:
            return Refusal(
                row=line.number,
                column=MOMENT,
                code="required",
                message=f"{MOMENT} is empty, so nobody knows the day.",
            )
        return found

    def _cells(self, cells: Cells, part: int, above: int) -> None:
        """Add up the rows of a block, those that are written plainly at once."""
        numbers = {
            name: cells.thousandths(at) if name in SECONDS else cells.counts(at)
            for name, at in self._numbers.items()
        }
        days, fine = self._days(cells)
        words = [days.view(np.uint64)]
        shape = []
        for at in self._texts.values():
            found, longer = cells.words(at)
            words += found
            shape.append(len(found))
            fine &= ~longer
        fine &= self._right(numbers)
        timed = np.zeros(len(cells), np.bool_)
        if TIMED in numbers:
            timed = numbers[TIMED].known & (numbers[TIMED].values > 0)
        words.append(timed.astype(np.uint64))
        rows = np.flatnonzero(fine)
        groups = alike(words, rows) if len(rows) else None
        if groups is None:
            self._odd(cells, range(len(cells)), part, above)
            return
        codes, first = groups
        known = self._groups(cells, tuple(shape), words, first)
        good = np.array([one is not None for one in known])[codes]
        if not good.all():
            fine[rows[~good]] = False
            rows, codes = rows[good], codes[good]
        self._odd(cells, np.flatnonzero(~fine).tolist(), part, above)
        self.rolled.read += len(rows)
        for code, totals in self._adding.block(numbers, timed, rows, codes, len(known)):
            group = known[code]
            if group is not None:
                place = (part, above + 1 + int(first[code]))
                self.rolled.add(group.key, group.sums(place, totals))

    def _days(self, cells: Cells) -> tuple[Whole, Flags]:
        """Return the day at the site of each row, and where it is one.

        A minute of one offset lies in one day, and of minutes there are few.
        """
        words, fine = cells.minutes(self._places[MOMENT])
        days = np.zeros(len(cells), np.int64)
        rows = np.flatnonzero(fine)
        minutes = alike(words, rows) if len(rows) else None
        if minutes is None:
            return days, np.zeros(len(cells), np.bool_)
        codes, first = minutes
        keys = map(bytes, np.stack([word[first] for word in words], axis=1))
        found = []
        for place, key in zip(first.tolist(), keys, strict=True):
            if key not in self._minutes:
                self._minutes[key] = self._day(cells.cell(place, self._places[MOMENT]))
            found.append(self._minutes[key])
        days[rows] = np.array(found, np.int64)[codes]
        if len(self._minutes) > MOST_REMEMBERED:
            self._minutes.clear()
        return days, fine & (days > 0)

    def _day(self, cell: str) -> int:
        """Return the day of a minute, 0 where that takes a look at each moment."""
        try:
            moment: Any = self._moment(cell)
        except CellError:
            return 0
        latest = self._stated.latest
        if latest is not None and moment > latest - EDGE:
            return 0
        day: date = moment.astimezone(self._zone).date()
        return day.toordinal()

    def _right(self, numbers: dict[str, Numbers]) -> Any:
        """Return where all numbers were read and no part is more than its whole."""
        right: Any = np.True_
        for one in numbers.values():
            right = right & one.read
        for low, high in PAIRS:
            if low in numbers and high in numbers:
                part, whole = numbers[low], numbers[high]
                both = part.known & whole.known
                right = right & ~(both & (part.values > whole.values))
        return right

    def _odd(self, cells: Cells, places: Iterable[int], part: int, above: int) -> None:
        for place in places:
            self._line(Line(above + 1 + place, cells.row(place)), part)

    def _groups(
        self, cells: Cells, shape: tuple[int, ...], words: list[Word], first: Whole
    ) -> list[_Group | None]:
        """Return what the rows of each group have in common, None where it is odd."""
        if self._remembered > MOST_REMEMBERED:
            self._known.clear()
            for said in self._said.values():
                said.clear()
            self._remembered = 0
        known = self._known.setdefault(shape, {})
        table = np.stack([word[first] for word in words], axis=1)
        found = []
        for place, key in zip(first.tolist(), map(bytes, table), strict=True):
            if key not in known:
                day = date.fromordinal(int(words[0][place]))
                known[key] = self._common(cells, place, day, timed=bool(key[-WORD]))
                self._remembered += 1
            found.append(known[key])
        return found

    def _common(
        self, cells: Cells, place: int, day: date, *, timed: bool
    ) -> _Group | None:
        """Return what the rows like one have in common: texts, and the day."""
        values = {}
        for name, at in self._texts.items():
            cell = cells.cell(place, at)
            said = self._said[name]
            if cell not in said:
                said[cell] = self._text_of(name, cell)
            found = said[cell]
            if found is None:
                return None
            if found != "":
                values[name] = found
        return _Group.of(values, day, timed=timed)

    def _text_of(self, name: str, cell: str) -> Any:
        """Return what a cell says, "" for nothing, None where that is no good."""
        trimmed = cell.strip()
        if not trimmed:
            return None if name in REQUIRED else ""
        try:
            return cell_reader(name, self._stated)(trimmed)
        except CellError:
            return None


def read_log(opened: IO[bytes], stated: Stated) -> tuple[Log, str]:
    """Return a CSV of items added up, and the hash of its bytes.

    Raises TableError for what is no table, MappingError for one that lacks columns.
    """
    raw = Hashed(opened)
    texts = joined(raw.texts())
    first = next(texts, "")
    log, body, above = begun(first, stated)
    log.take(before(body, texts), above=above)
    return log, raw.sha256


def begun(text: str, stated: Stated) -> tuple[Log, str, int]:
    """Return a log of a header, the text behind it, and how many lines it took."""
    names, delimiter, body, above = header_of(text)
    return Log(names, delimiter, stated), body, above
