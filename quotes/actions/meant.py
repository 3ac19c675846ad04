"""The rows of a file under the names that they mean, before they are keyed.

A name that was confirmed to mean a line or batch of ours is replaced as a file is read,
so that its rows are those of the batch whichever name stands in whichever file. What
was counted before under the written name is known by what it means now.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from quotes import models
from quotes.calc.names import REMEMBERED, Matched, Names, Written, same
from quotes.ingest.fields import KEY
from quotes.ingest.readers.cvat import UNALLOCATED
from quotes.ingest.reading import Row
from quotes.ingest.work import SUMMED
from quotes.queries.names import BATCH, LINE, names_of, remembered

from .keys import TEXTS, Work, work_in

KINDS = (LINE, BATCH)
MATCHED = "matched: "
MOVED = re.compile(r"matched: (line|batch) “(.*?)” is “")
"""How an entry says that it moved, and from which name."""
MOST_SAID = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenName:
    """A name of a line or batch that nobody has said the meaning of."""

    kind: str
    name: Matched

    @property
    def sentence(self) -> str:
        """Return what is asked, with the likeliest answer and why."""
        rows = "1 row" if self.name.rows == 1 else f"{self.name.rows:,} rows"
        share = self.name.share
        hours = "" if share is None else f", {share * 100:.1f} % of the hours"
        said = (
            f"{self.kind.capitalize()} “{self.name.name}” ({rows}{hours}) is not known."
        )
        if self.name.means is None:
            return said
        return f"{said} Is it “{self.name.means}”? It has {self.name.why}."


@dataclass(kw_only=True)
class Meant:
    """What the names of lines and batches mean in the files of a project."""

    project: models.Project
    names: Mapping[str, Names]
    parts: int = 0
    """Rows that were added up with others of their batch, once they were read."""
    _cells: dict[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def of(cls, project: models.Project) -> Meant:
        """Return what is known of the names of a project now."""
        found = {kind: names_of(project, kind) for kind in KINDS}
        return cls(
            project=project,
            names={kind: one for kind, one in found.items() if one is not None},
        )

    def cell(self, kind: str, name: str) -> str:
        """Return what a cell means: itself, where nothing else was confirmed."""
        if (kind, name) not in self._cells:
            known = self.names.get(kind)
            means = None if known is None or not name else known.meaning(name)
            self._cells[kind, name] = name if means is None else means
        return self._cells[kind, name]

    def row(self, row: Row) -> Row:
        """Return a row under the names that it means."""
        written = {kind: row.values.get(kind, "") for kind in KINDS}
        means = {
            kind: self.cell(kind, name)
            for kind, name in written.items()
            if name and self.cell(kind, name) != name
        }
        return replace(row, values={**row.values, **means}) if means else row

    def _known(self, written: Row, counted: Container[str]) -> Row:
        row = self.row(written)
        if row is not written and written.key in counted:
            return replace(row, written_key=written.key)
        return row

    def rows(self, rows: Iterable[Row], counted: Container[str]) -> list[Row]:
        """Return rows under the names that they mean, parts of one batch added up.

        A row that was counted under its written name, by the keys that were, keeps its
        key. Parts are rows that only their written names told apart. Where they cannot
        be added up they stay two rows of one key, which are refused.
        """
        written_rows = [*rows]
        read = [self._known(written, counted) for written in written_rows]
        if all(row is one for row, one in zip(read, written_rows, strict=True)):
            return read
        found: dict[Work, dict[tuple[str, ...], Row]] = {}
        others: list[Row] = []
        for row, written in zip(read, written_rows, strict=True):
            named = tuple(written.values.get(kind, "") for kind in KINDS)
            parts = found.setdefault(work_of(row), {})
            if row.written_key or named in parts:
                others.append(row)
            else:
                parts[named] = row
        made: list[Row] = []
        for parts in filter(None, found.values()):
            whole = added_up([*parts.values()])
            made += parts.values() if whole is None else [whole]
            self.parts += len(parts) if whole is not None and len(parts) > 1 else 0
        return sorted([*made, *others], key=lambda row: row.number)

    def keys(self, current: Mapping[str, models.WorkRecord]) -> dict[Work, str]:
        """Return the keys of entries that were counted under a name as written.

        They moved to what it means since, or were left there.
        """
        if not models.RememberedName.objects.filter(project=self.project).exists():
            return {}
        found = {}
        moved = moved_from(self.project)
        for key, record in current.items():
            written = row_of(record)
            row = self.row(written)
            if row is not written or key in moved:
                found[work_of(row)] = key
        return found

    def matched(self, rows: Iterable[Row]) -> dict[str, tuple[Matched, ...]]:
        """Return by kind what each name in rows as written means, or may mean."""
        read = list(rows)
        return {
            kind: names.matched(_written(kind, read))
            for kind, names in self.names.items()
        }

    def told(self, matched: Mapping[str, Iterable[Matched]]) -> Iterator[str]:
        """Yield sentences on the names that were replaced, and by whom confirmed."""
        if self.parts:
            yield (
                f"{self.parts:,} rows that only their names told apart are parts of "
                f"the same work and were added up."
            )
        for kind, found in matched.items():
            known = remembered(self.project, kind)
            for one in [*found][:MOST_SAID]:
                row = known.get(same(one.name))
                if one.state != REMEMBERED or row is None or one.means == one.name:
                    continue
                many = "1 row" if one.rows == 1 else f"{one.rows:,} rows"
                at = row.at.astimezone(ZoneInfo(self.project.time_zone))
                yield (
                    f"{kind.capitalize()} “{one.name}” of the file is {kind} "
                    f"“{one.means}” ({many}), as confirmed by "
                    f"{row.by or 'command line'} on {at.day} {at:%B %Y}."
                )


def moved_from(project: models.Project) -> dict[str, set[tuple[str, str]]]:
    """Return by key which names entries moved from, by kind, as they were written.

    A restatement has a reason of its own: what moved is said by an earlier edition.
    """
    moved = models.WorkRecord.objects.filter(
        project=project, edition__gt=1, kind="replacement", reason__startswith=MATCHED
    )
    found: dict[str, set[tuple[str, str]]] = {}
    for key, reason in moved.order_by().values_list("key", "reason"):
        names = found.setdefault(key, set())
        names |= {(kind, same(written)) for kind, written in MOVED.findall(reason)}
    return found


def open_names(matched: Mapping[str, Iterable[Matched]]) -> tuple[OpenName, ...]:
    """Return the names that a person has to say the meaning of."""
    return tuple(
        OpenName(kind=kind, name=one)
        for kind, found in matched.items()
        for one in found
        if one.is_open
    )


def new_names(
    project: models.Project, names: Iterable[OpenName]
) -> tuple[OpenName, ...]:
    """Return those names that nothing was counted under yet."""
    asked = [*names]
    counted = {
        (kind, same(name))
        for kind in {one.kind for one in asked}
        for name in project.records.order_by().values_list(kind, flat=True).distinct()
    }
    return tuple(one for one in asked if (one.kind, same(one.name.name)) not in counted)


def added_up(parts: Sequence[Row]) -> Row | None:
    """Return rows of one key as one, None where they say things that do not add up.

    Sums are of what all of them say: a time that one lacks would be divided by units
    that it did not pay for.
    """
    first, *others = sorted(parts, key=lambda row: row.number)
    if not others:
        return first
    values: dict[str, Any] = dict(first.values)
    times = first.times
    for one in others:
        if one.values.keys() != values.keys() or (one.times is None) != (times is None):
            return None
        for name, value in one.values.items():
            if name in SUMMED:
                values[name] += value
            elif name not in ("source_ref", *KINDS) and values[name] != value:
                return None
        times = None if times is None or one.times is None else times + one.times
    return replace(
        first,
        values=values,
        sources=tuple(number for row in (first, *others) for number in row.sources),
        beside=sum(row.beside for row in (first, *others)),
        times=times,
    )


def row_of(record: models.WorkRecord) -> Row:
    """Return an entry as a row that would have its key, were it counted now."""
    values = {name: getattr(record, name) for name in (*KEY, *TEXTS, "active_seconds")}
    return Row(
        number=0,
        values={name: one for name, one in values.items() if one not in (None, "")},
    )


def work_of(row: Row) -> Work:
    """Return which work a row is of, whatever key it was counted under."""
    return (replace(row, written_key="").key, *work_in(row.values))


def key_now(row: Row, moved: Mapping[Work, str]) -> str:
    """Return the key that the work of a row bears, if it was counted under a name."""
    return moved.get(work_of(row), row.key) if moved else row.key


def _written(kind: str, rows: Iterable[Row]) -> Iterator[Written]:
    """Yield each name of a kind with its rows, seconds and types."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        name = row.values.get(kind, "")
        if name and name != UNALLOCATED:
            found.setdefault(name, []).append(row)
    for name, some in found.items():
        timed: list[Decimal] = [
            row.values["active_seconds"]
            for row in some
            if row.values.get("active_seconds") is not None
        ]
        types: set[Any] = {row.values["annotation_type"] for row in some}
        yield Written(
            name=name,
            rows=sum(row.many or 1 for row in some),
            seconds=sum(timed, Decimal(0)) if timed else None,
            types=frozenset(types) if kind == LINE else frozenset(),
        )
