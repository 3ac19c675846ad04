"""CVAT's event log, a row for each event, of any length: read once, row by row.

What an event counts for may depend on rows far below it: a job's stage on all its
changes, its type on what was made most, the client's own times on whether the server
wrote any, a deletion on what was made before it. So what counts is packed on a tape
while the file is read, and added up afterwards (`event_sums`). Of the other events,
which are most, nothing is kept but how many they were. See docs/actuals.md.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain

from .event_tapes import Tape, pack
from .fields import COUNT, CellError
from .moments import FIRST, LAST, micros
from .readers.base import MISSHAPEN, Cells, header_again, plain, ragged, refusal
from .readers.cvat import (
    GONE,
    MADE,
    WORKING,
    main_of,
    payload_of,
    spent,
    type_of,
)
from .readers.cvat_jobs import Job, noted
from .refusals import Refusals
from .summed_rows import FINE
from .tables import Line, Table, csv_rows
from .work import Stated

TIMED, CLIENT, UNNAMED, MAKING, DELETING = range(5)
"""Kinds of events on the tape: the server's times, the client's, the client's of whom
or of which job cannot be read, what was made, and what was deleted."""
UNSTATED = -1
"""The type of times: what they were worked on shows when all is read."""
MISREAD = "The row has not the shape that this tool writes."
USUAL = ("scope", "objname", "timestamp", "count", "jobid", "username", "payload")
TIME = re.compile(
    r'\{"working_time": ?(0|[1-9][0-9]{0,11})'
    r'(?:, ?"(?!working_time")[a-z_]+": ?(?:"[\w .:@-]*"|0|[1-9][0-9]{0,15}))*\}'
)
"""A payload as servers write it: milliseconds, and other things that are no JSON of
their own."""
OF_MILLI = 1_000_000
HINTS = re.compile(r"working_time|\\")
ABOUT_JOBS = ("update:job", "call:function")
_PLAIN, _CHANGE, _TIME, _ABOUT_JOB, _NO_EVENT = range(1, 6)


@dataclass(slots=True)
class Names:
    """Texts by their numbers, and numbers by their texts."""

    texts: list[str] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, said: str) -> int:
        """Return the number of a text, a new one for a new text."""
        found = self.numbers.get(said)
        if found is None:
            found = self.numbers[said] = len(self.texts)
            self.texts.append(said)
        return found


@dataclass(slots=True)
class Many:
    """How many rows were left out for a reason, and the first of them."""

    rows: int = 0
    first: int = 0

    def add(self, row: int, rows: int = 1) -> None:
        """Count rows, of which the first is `row`."""
        self.first = min(self.first, row) if self.rows else row
        self.rows += rows


class EventLog:
    """An event log while it is read, and what it says of its jobs once it is."""

    def __init__(
        self, names: Sequence[str], stated: Stated, *, tape: Tape | None = None
    ) -> None:
        """Take the header."""
        self.names, self.stated = tuple(names), stated
        self.tape = Tape() if tape is None else tape
        self.jobs, self.people, self.types = Names(), Names(), Names()
        for nobody in (self.jobs, self.people, self.types):
            nobody.number("")
        self.refused, self.of_client = Refusals(), Refusals()
        self.no_work, self.sent_back = Many(), Many()
        self.read = self.blank = 0
        self.from_server = False
        self.deleted: set[tuple[int, int]] = set()
        self.timelines: dict[str, Job] = {}
        self._made: dict[str, Counter[str]] = {}
        self._plain = [plain(name) for name in names]
        # Of two columns of one plain name the last is the one that is read.
        self._places = {name: place for place, name in enumerate(self._plain)}
        self._kinds: dict[str, int] = {}
        self._by_job: dict[str, int] = {}
        self._by_name: dict[str, int] = {}
        self._by_change: dict[tuple[str, str], _Change] = {}
        self._usual = all(name in self._places for name in USUAL)
        self._at_usual = [self._places.get(name, 0) for name in USUAL]

    def take(self, rows: Iterable[tuple[int, Sequence[str]]]) -> None:
        """Read rows with their numbers, each of which stands below those before it."""
        width, kinds, quick = len(self.names), self._kinds, self._quick
        scope, payload = self._places["scope"], self._places["payload"]
        read = passed = first = 0
        for number, row in rows:
            read += 1
            cells = row if len(row) == width else self._fitted(number, row)
            if not cells:
                continue
            kind = kinds.get(cells[scope]) or self._kind(cells[scope])
            # A name within JSON may be written with escapes.
            if kind == _PLAIN and not HINTS.search(cells[payload]):
                first = first or number
                passed += 1
            elif kind not in (_CHANGE, _TIME) or not quick(number, cells, kind):
                self._row(number, cells, kind)
        self.read += read
        if passed:
            self.no_work.add(first, passed)

    def table(self, table: Table) -> None:
        """Read the rows of a table that was taken out of its container before."""
        self.take((line.number, line.cells) for line in table.lines)
        self.take((line.number, line.cells) for line in table.ragged)
        self.read += table.blank
        self.blank += table.blank

    def close(self) -> None:
        """Put what was said of jobs in order: no row comes any more."""
        self.tape.close()
        for job in self.timelines.values():
            job.stages.sort()

    @property
    def main_types(self) -> Mapping[str, str]:
        """Return for each job the type of which most was made in it."""
        return {job: main_of(types) for job, types in self._made.items()}

    def _kind(self, cell: str) -> int:
        """Return how the rows with a scope are read, by the cell as it stands."""
        scope = cell.strip()
        if scope in MADE or scope in GONE:
            found = _CHANGE
        elif scope == WORKING:
            found = _TIME
        elif not scope or cell == self.names[self._places["scope"]]:
            found = _NO_EVENT
        else:
            found = _ABOUT_JOB if scope in ABOUT_JOBS else _PLAIN
        self._kinds[cell] = found
        return found

    def _fitted(self, number: int, cells: Sequence[str]) -> Sequence[str]:
        """Return the cells of a row of another width, none where it is none."""
        width = len(self.names)
        if not any(cell and not cell.isspace() for cell in cells):
            self.blank += 1
            return ()
        if len(cells) < width or any(one.strip() for one in cells[width:]):
            self.refused.add(ragged(Line(number, cells), width))
            return ()
        return cells[:width]

    def _quick(self, number: int, cells: Sequence[str], kind: int) -> bool:
        """Read a row whose cells are as usual, or as one before; return whether it is.

        What any of them means was found out by `_row`, for the first row that has it.
        """
        scope, shape, at, many, job, name, payload = self._at_usual
        of_job, of_name = self._by_job.get(cells[job]), self._by_name.get(cells[name])
        moment = _quick_at(cells[at])
        if not self._usual or of_job is None or of_name is None or moment is None:
            return False
        if kind == _TIME:
            found = TIME.fullmatch(cells[payload])
            if found is None:
                return False
            self.from_server = True
            spent = int(found[1]) * OF_MILLI
            event = pack(number, moment, spent, of_job, of_name, UNSTATED, TIMED)
            self.tape.add(event)
            return True
        change, units = self._by_change.get((cells[scope], cells[shape])), cells[many]
        if change is None or not COUNT.fullmatch(units):
            return False
        self._count_made(self.jobs.texts[of_job], change, int(units))
        self._changed(number, moment, int(units), of_job, of_name, change)
        return True

    def _row(self, number: int, cells: Sequence[str], kind: int) -> None:
        """Read a row that may say something of work."""
        if kind == _NO_EVENT and self._no_event(number, cells):
            return
        row = Cells(number, dict(zip(self._plain, cells, strict=True)))
        scope = row.raw("scope")
        try:
            self._note(row, scope, kind)
            if kind == _CHANGE:
                self._change(row, scope)
            else:
                self._time(row, scope)
        except CellError as error:
            self.refused.add(refusal(number, error))
        except MISSHAPEN:
            self.refused.add(refusal(number, CellError("misshapen", MISREAD)))

    def _no_event(self, number: int, cells: Sequence[str]) -> bool:
        """Return whether a row is blank, or the header once more."""
        if not any(cell and not cell.isspace() for cell in cells):
            self.blank += 1
            return True
        if list(cells) == list(self.names):
            self.refused.add(header_again(Line(number, cells)))
            return True
        return False

    def _note(self, row: Cells, scope: str, kind: int) -> None:
        """Note what a row says of its job: it holds even if the row is refused."""
        if kind == _ABOUT_JOB:
            noted(self.timelines, row, payload_of)
        elif kind == _CHANGE:
            self._note_made(row, scope)
        elif kind == _TIME:
            self.from_server = True

    def _note_made(self, row: Cells, scope: str) -> None:
        many = row.raw("count")
        if COUNT.fullmatch(many):
            self._count_made(row.raw("jobid"), self._change_of(row, scope), int(many))

    def _count_made(self, job: str, change: _Change, units: int) -> None:
        if not change.gone:
            self._made.setdefault(job, Counter())[change.shown] += units

    def _change_of(self, row: Cells, scope: str) -> _Change:
        """Return what the events of one scope and shape change."""
        cells = row.by_name["scope"], row.by_name["objname"]
        found = self._by_change.get(cells)
        if found is None:
            shown = type_of(row.raw("objname"), scope)
            number = self.types.number(shown or self.stated.annotation_type)
            found = _Change(shown, number, scope in GONE)
            self._by_change[cells] = found
        return found

    def _change(self, row: Cells, scope: str) -> None:
        at = _at(row)
        many = row.count("count")
        if many is None:
            raise CellError(
                "required", "is empty, so nobody knows how many.", column="count"
            )
        job, who = self._job(row), self._who(row)
        self._changed(row.number, at, many, job, who, self._change_of(row, scope))

    def _changed(
        self, row: int, at: int, many: int, job: int, who: int, change: _Change
    ) -> None:
        # A deletion of none makes none.
        gone = change.gone and many > 0
        if gone:
            self.deleted.add((job, change.type))
        what = DELETING if gone else MAKING
        self.tape.add(pack(row, at, many, job, who, change.type, what))

    def _time(self, row: Cells, scope: str) -> None:
        payload = payload_of(row)
        if scope == "update:job" and row.raw("objval") == "rejected":
            self.sent_back.add(row.number)
            return
        if "working_time" not in payload:
            self.no_work.add(row.number)
            return
        at = _at(row)
        value = int(spent(payload).scaleb(FINE))
        if scope == WORKING:
            kind, job, who = TIMED, self._job(row), self._who(row)
        else:
            kind, job, who = self._of_client(row)
        self.tape.add(pack(row.number, at, value, job, who, UNSTATED, kind))

    def _of_client(self, row: Cells) -> tuple[int, int, int]:
        """Return a client's own time, which counts only if the server wrote none."""
        try:
            return CLIENT, self._job(row), self._who(row)
        except CellError as error:
            self.of_client.add(refusal(row.number, error))
            return UNNAMED, 0, 0

    def _job(self, row: Cells) -> int:
        """Return the number of a job. Raises CellError for what cannot name one."""
        cell = row.by_name["jobid"]
        found = self._by_job.get(cell)
        if found is None:
            row.text("jobid")
            found = self._by_job[cell] = self.jobs.number(row.raw("jobid"))
        return found

    def _who(self, row: Cells) -> int:
        """Return the number of a person, 0 for nobody. Raises CellError."""
        cell = row.by_name.get("username", "")
        found = self._by_name.get(cell)
        if found is None:
            found = self.people.number(row.text("username", "useremail", "userid"))
            if row.has("username"):
                self._by_name[cell] = found
        return found


@dataclass(frozen=True, slots=True)
class _Change:
    """What events of one scope and shape change.

    `shown` is the type that they show, `type` its number or that of what was stated.
    """

    shown: str
    type: int
    gone: bool


def _at(row: Cells) -> int:
    """Return the moment of an event in microseconds. Raises CellError."""
    cell = row.raw("timestamp")
    found = _quick_at(cell)
    if found is not None:
        return found
    at = row.moment("timestamp", zone="UTC")
    if at is None:
        raise CellError("required", "is empty.", column="timestamp")
    return micros(at)


def _quick_at(cell: str) -> int | None:
    """Return a moment as CVAT writes it; what is not so is read, or refused, with care.

    >>> _quick_at("1970-01-01 00:00:01.5+00:00"), _quick_at("1970-01-02")
    (1500000, None)
    """
    if not cell[4:5] == cell[7:8] == "-" or cell[19:20] not in (".", "+"):
        return None
    try:
        at = datetime.fromisoformat(cell)
    except ValueError:
        return None
    found = micros(at.replace(tzinfo=UTC) if at.tzinfo is None else at)
    return found if FIRST <= found <= LAST else None


def rows_of(
    texts: Iterator[str], delimiter: str, *, above: int
) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of texts of whole lines, `above` lines of them before."""
    lines = chain.from_iterable(io.StringIO(one, newline="\n") for one in texts)
    return csv_rows(lines, delimiter, above=above)
