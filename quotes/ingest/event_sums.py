"""What the events on a tape add up to, once all that they depend on is known.

Twice through: first how many events bear each second, because those of an import bear
one and have no day; then, by job and in order of time, into records and what the
verdict has to say. See docs/actuals.md and docs/model.md.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np

from .event_logs import (
    CLIENT,
    MAKING,
    TIMED,
    UNNAMED,
    EventLog,
    Many,
    Names,
)
from .event_netting import Netting
from .event_seconds import Flags, Seconds
from .event_stages import STAGE_CODES, Course
from .event_tapes import Events
from .fields import STAGES as STAGE_NAMES
from .fields import CellError, text
from .moments import DAY, MICROS, NO_DAY, Days, Whole, micros, moment_of
from .opening import EARLIEST, LATEST, possible, pseudonym
from .readers.cvat import LABEL, UNALLOCATED
from .readers.cvat_jobs import Job
from .refusals import MOST_REFUSED_KEPT, Refusals
from .summed_rows import FINE
from .whole_sums import sums_of, total
from .work import Refusal

MOST_NAMED = 10_000
"""Events up to which the rows behind each record are named one by one."""
SECOND = 10**FINE
NO_TYPE = (
    "The file does not say what was labelled. State the annotation type of the file."
)


@dataclass(slots=True)
class Record:
    """Events of one day, batch, stage, type and person, added up.

    `units` and `spent`, in thousand millionths of a second, are None where no event has
    any. `named` are the rows behind it where they are few.
    """

    rows: int = 0
    first: int = 0
    units: int | None = None
    spent: int | None = None
    models: set[str] = field(default_factory=set)
    named: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Told:
    """What the verdict on a log rests on."""

    seen: int = 0
    written: int = 0
    lost: int = 0
    lost_spent: int = 0
    imported: int = 0
    first_at: int = 0
    last_at: int = 0
    excess_days: int = 0
    excess: int = 0
    two_clocks: Many = field(default_factory=Many)
    two_clocks_spent: int = 0


Key: TypeAlias = tuple[int, int, int, int, int]


class Sums:
    """A log that was read to its end, added up."""

    def __init__(self, log: EventLog) -> None:
        """Add it up."""
        self._log, self._stated = log, log.stated
        self._days = Days(self._stated.zone)
        self._marked = np.array(
            sorted(job << 16 | kind for job, kind in log.deleted), np.int64
        )
        self.netting = Netting()
        self.records: dict[Key, Record] = {}
        self.told = Told()
        self.refused: Refusals = log.refused
        if not log.from_server:
            self.refused.many(log.of_client.kept, log.of_client.rows)
        self._about_jobs()
        self._about_people()
        self._seconds = Seconds()
        for events in log.tape.blocks():
            self._first(events)
        self._name = self.told.seen <= MOST_NAMED
        self._daily: Counter[tuple[int, int]] = Counter()
        for events in log.tape.ordered():
            self._second(events)
        self._above()

    def _about_jobs(self) -> None:
        """Say of each job its batch, its main type, and how its stages went."""
        log = self._log
        self.batches = Names()
        main, number = log.main_types, log.types.number
        lines = [log.timelines.get(said) for said in log.jobs.texts]
        self._lines = lines
        self._course = -1, Course(Job())
        self._with_line = np.array([one is not None for one in lines], np.bool_)
        self._batch = np.array(
            [self.batches.number(self._batch_of(one)) for one in log.jobs.texts],
            np.int64,
        )
        self._main = np.array(
            [
                number(main.get(said) or self._stated.annotation_type)
                for said in log.jobs.texts
            ],
            np.int64,
        )

    def _batch_of(self, said: str) -> str:
        if self._stated.batch:
            return self._stated.batch.casefold()
        return f"job {text(said)}".casefold() if said else UNALLOCATED

    def _about_people(self) -> None:
        """Give each person the name that counts."""
        self.actors = Names()
        salt = self._stated.pseudonyms
        self._actor = np.array(
            [
                self.actors.number(pseudonym(one, salt) if salt and one else one)
                for one in self._log.people.texts
            ],
            np.int64,
        )

    def _pieces(self, events: Events) -> tuple[Flags, Whole, Flags, Flags]:
        """Return which events are work, their types, and what is wrong with them."""
        kind = events["kind"]
        timed = kind == TIMED
        if not self._log.from_server:
            timed |= kind == CLIENT
        types = events["type"].astype(np.int64)
        types[timed] = self._main[events["job"][timed]]
        work = timed | (kind == MAKING)
        untyped = work & (types == 0)
        at = events["at"]
        latest = self._stated.latest or LATEST
        out = (at < micros(EARLIEST)) | (at > micros(latest))
        undatable = work & ~untyped & out
        return work & ~untyped & ~undatable, types, untyped, undatable

    def _first(self, events: Events) -> None:
        """Refuse what is no work, and count what bears each second."""
        kept, _, untyped, undatable = self._pieces(events)
        self._refuse(events, untyped | undatable, untyped)
        at = events["at"][kept]
        told = self.told
        if len(at):
            first, last = int(at.min()), int(at.max())
            told.first_at = min(told.first_at, first) if told.seen else first
            told.last_at = max(told.last_at, last) if told.seen else last
            told.seen += len(at)
            self._seconds.add(at // MICROS)
        if self._log.from_server:
            self._of_client(events)

    def _of_client(self, events: Events) -> None:
        """Count the client's own times of what the server timed."""
        again = (events["kind"] == CLIENT) | (events["kind"] == UNNAMED)
        if again.any():
            rows = events["row"][again]
            self.told.two_clocks.add(int(rows.min()), len(rows))
            self.told.two_clocks_spent += total(events["value"][again])

    def _refuse(self, events: Events, wrong: Flags, untyped: Flags) -> None:
        places = np.flatnonzero(wrong)
        if not len(places):
            return
        places = places[np.argsort(events["row"][places])]
        first = [
            _untyped(int(events["row"][place]))
            if untyped[place]
            else self._undatable(events[place])
            for place in places[:MOST_REFUSED_KEPT]
        ]
        self.refused.many(first, len(places))

    def _undatable(self, event: Any) -> Refusal:
        try:
            possible(moment_of(int(event["at"])), self._stated)
        except CellError as error:
            return Refusal(
                row=int(event["row"]),
                column="period_end",
                code=error.code,
                message=str(error),
            )
        raise ValueError("A moment that is possible is refused.")

    def _second(self, events: Events) -> None:
        """Add events up, which come by job, type and time."""
        kept, types, *_ = self._pieces(events)
        stages = self._stages(events)
        places = np.flatnonzero(kept)
        owners: list[Record | None] = [None] * len(events)
        if len(places):
            self._add(events, types, stages, places, owners)
        marked = events["job"].astype(np.int64) << 16 | events["type"]
        changed = np.isin(marked, self._marked)
        if changed.any():
            where = np.flatnonzero(changed)
            self.netting.take(events[where], [owners[one] for one in where.tolist()])

    def _add(
        self,
        events: Events,
        types: Whole,
        stages: Whole,
        places: Whole,
        owners: list[Record | None],
    ) -> None:
        """Add pieces to their records; `owners` is told which piece is whose."""
        some = events[places]
        job, at, value = some["job"], some["at"], some["value"]
        timed = some["kind"] != MAKING
        actor = self._actor[some["who"]]
        imported = self._seconds.are_many(at // MICROS)
        self.told.imported += int(imported.sum())
        days = np.where(imported, NO_DAY, self._days.of(at))
        self._verdict(job, value, timed)
        self._daily_of(actor, at, value, timed)
        keys = [self._batch[job], stages[places], types[places], actor, days]
        # A record may go over two jobs of one batch, whose models are others.
        order = np.lexsort((some["row"], job, *reversed(keys)))
        columns = [one[order] for one in (*keys, job.astype(np.int64))]
        new = np.ones(len(order), np.bool_)
        new[1:] = np.any([one[1:] != one[:-1] for one in columns], axis=0)
        starts = np.flatnonzero(new)
        first = some["row"][order][starts]
        many = np.diff(np.append(starts, len(order)))
        is_time = timed[order]
        times = np.add.reduceat(is_time.astype(np.int64), starts)
        units = np.add.reduceat(np.where(is_time, 0, value[order]), starts)
        spent = sums_of(np.where(is_time, value[order], 0), starts)
        rows = some["row"][order].tolist() if self._name else []
        where = places[order].tolist()
        found = zip(
            zip(*(one[starts].tolist() for one in columns), strict=True),
            *(one.tolist() for one in (starts, many, first, times, units)),
            spent,
            strict=True,
        )
        for (*key, of_job), start, n, row, n_times, made, took in found:
            record = self._record(tuple(key), row, n)
            if n_times:
                record.spent = (record.spent or 0) + took
            if n_times < n:
                record.units = (record.units or 0) + made
            self._model(record, STAGE_NAMES[key[1]], self._lines[of_job])
            record.named += rows[start : start + n]
            owners_of(owners, where[start : start + n], record)

    def _record(self, key: Any, row: int, many: int) -> Record:
        record = self.records.get(key)
        if record is None:
            record = self.records[key] = Record(first=row)
        record.first = min(record.first, row)
        record.rows += many
        return record

    def _model(self, record: Record, stage: str, job: Job | None) -> None:
        if job is not None and stage == LABEL:
            record.models |= job.functions

    def _stages(self, events: Events) -> Whole:
        """Return the stage of each event, which its job was in at its time."""
        stages = np.full(len(events), STAGE_CODES[LABEL], np.int64)
        job = events["job"]
        if not self._with_line[job].any():
            return stages
        bounds = np.flatnonzero(np.diff(job)) + 1
        edges = [0, *bounds.tolist(), len(job)]
        for start, end in pairwise(edges):
            line = self._lines[job[start]]
            if line is not None:
                course = self._course_of(int(job[start]), line)
                stages[start:end] = course.at(events["at"][start:end])
        return stages

    def _course_of(self, number: int, job: Job) -> Course:
        """Return the stages of a job, of which events come one after the other."""
        of, course = self._course
        if of != number:
            course = Course(job)
            self._course = number, course
        return course

    def _verdict(self, job: Whole, value: Whole, timed: Flags) -> None:
        told = self.told
        told.written += total(value[timed])
        number = self.batches.numbers.get(UNALLOCATED)
        lost = self._batch[job] == (-1 if number is None else number)
        told.lost += int(lost.sum())
        told.lost_spent += total(value[lost & timed])

    def _daily_of(self, actor: Whole, at: Whole, value: Whole, timed: Flags) -> None:
        """Add up what each person worked on each day of the calendar of UTC."""
        nobody = self.actors.numbers[""]
        some = timed & (value > 0) & (actor != nobody)
        if not some.any():
            return
        days = at[some] // (DAY * MICROS)
        pairs = np.stack([actor[some], days])
        order = np.lexsort(pairs)
        pairs, spent = pairs[:, order], (value[some] // SECOND)[order]
        new = np.ones(len(order), np.bool_)
        new[1:] = np.any(pairs[:, 1:] != pairs[:, :-1], axis=0)
        starts = np.flatnonzero(new)
        sums = np.add.reduceat(spent, starts).tolist()
        for who, day, seconds in zip(*pairs[:, starts].tolist(), sums, strict=True):
            self._daily[who, day] += seconds

    def _above(self) -> None:
        """Say by how much the days of people are longer than a day."""
        over = [one - DAY for one in self._daily.values() if one > DAY + 1]
        self.told.excess_days, self.told.excess = len(over), sum(over)


def owners_of(owners: list[Record | None], places: list[int], record: Record) -> None:
    """Note whose some events are."""
    for place in places:
        owners[place] = record


def _untyped(row: int) -> Refusal:
    return Refusal(
        row=row, column="annotation_type", code="type_not_stated", message=NO_TYPE
    )
