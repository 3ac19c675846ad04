"""Delivered work in small cells, each against what was planned for the same images.

A cell is one kind of work on one line in one batch, on one day, by one team and role.
Planned for it is its part of the line's plan: as many images as the batch holds, by the
line that opens most images there, at the planned share of images, units and seconds. So
a line that turns up on more images than planned shows as more of that line, and one
that is merely not labelled yet does not show at all. See docs/model.md#cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from .figures import Missing
from .matching import (
    AUDIT,
    LABEL,
    REVIEW,
    REWORK,
    STAGES,
    Actual,
    BatchRows,
    by_batch,
    counted_clock,
    line_of,
)
from .timephase import monday

AN_HOUR = Decimal(3600)
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a line's plan holds of one kind of work: its hours and its cost."""

    worked_hours: Decimal
    paid_hours: Decimal
    cost: Decimal

    @property
    def paid_ratio(self) -> Decimal:
        """Return paid hours for each worked one."""
        return self.paid_hours / self.worked_hours if self.worked_hours else Decimal(1)

    @property
    def rate(self) -> Decimal:
        """Return what a paid hour costs."""
        return self.cost / self.paid_hours if self.paid_hours else NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Work of one kind: planned worked seconds for the same images, and actual ones.

    `planned_units` are those of the whole batch. `units_ratio` is units labelled over
    units planned for the images of the batch,
    `mix_ratio` the images that the line opened over those it was planned to open of
    them, and `time_ratio` seconds a unit over the planned ones; all are the batch's.
    """

    line: int
    kind: str
    batch: str
    day: date | None
    site: str
    team: str
    role: str
    planned_seconds: Decimal
    seconds: Decimal
    planned_units: Decimal
    units_ratio: Decimal
    mix_ratio: Decimal
    time_ratio: Decimal

    @property
    def week(self) -> str:
        """Return the Monday of the cell's week, empty where no day is known."""
        return "" if self.day is None else monday(self.day).isoformat()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """The cells of a project, and what was left out of them, by line.

    `counted` are the kinds of work of a line that rows report; others are carried as
    planned. `why_not` says of a line why nothing of it can be compared. `finished` are
    batches that passed, or have seen every kind of work that the line's rows report.
    """

    cells: tuple[Cell, ...]
    counted: Mapping[int, tuple[str, ...]]
    why_not: Mapping[int, Missing]
    untimed: Mapping[int, tuple[str, ...]]
    finished: frozenset[tuple[int, str]]


def plans_of(line: Mapping[str, Any]) -> dict[str, Plan]:
    """Return the plan of a baseline's line by kind of work."""
    return {
        row["kind"]: Plan(
            worked_hours=Decimal(row["worked_hours"]),
            paid_hours=Decimal(row["paid_hours"]),
            cost=Decimal(row["cost"]),
        )
        for row in line["work"]
    }


def cells_of(
    baseline: Mapping[str, Any], rows: Sequence[Actual], *, paid_clock: str
) -> Cells:
    """Return the work of all lines in cells; lines without rows have none."""
    by_line: dict[int, list[Actual]] = {}
    for row in rows:
        index = line_of(baseline, row)
        if index is not None:
            by_line.setdefault(index, []).append(row)
    lines = {line["index"]: line for line in baseline["lines"]}
    why_not: dict[int, Missing] = {}
    batches: dict[int, list[BatchRows]] = {}
    for index, found in by_line.items():
        plan_clock = lines[index]["clock"]
        clock = counted_clock(found, preferred=(paid_clock, plan_clock))
        problem = _other_clock(clock, paid_clock, plan_clock)
        if problem is not None:
            why_not[index] = problem
            continue
        batches[index] = [
            BatchRows.of(batch, some, clock=clock)
            for batch, some in by_batch(found).items()
        ]
    images = _images(lines, batches)
    cut = _cut(images)
    cells: list[Cell] = []
    counted: dict[int, tuple[str, ...]] = {}
    untimed: dict[int, tuple[str, ...]] = {}
    finished: set[tuple[int, str]] = set()
    for index, some in sorted(batches.items()):
        timed = [batch for batch in some if _is_timed(batch)]
        untimed[index] = tuple(
            sorted(batch.batch for batch in some if not _is_timed(batch))
        )
        reported = {kind for batch in timed for kind in _kinds(batch)}
        counted[index] = tuple(kind for kind in STAGES if kind in reported)
        finished.update(
            (index, batch.batch)
            for batch in timed
            if _is_finished(batch, counted[index])
        )
        for batch in sorted(timed, key=lambda one: one.batch):
            cells += _batch_cells(
                lines[index],
                batch,
                images.get(batch.batch),
                cut=cut,
                counted=counted[index],
            )
        if not any(cell.line == index for cell in cells):
            why_not[index] = Missing("no batch carries images, units and a time")
    return Cells(
        cells=tuple(cells),
        counted=counted,
        why_not=why_not,
        untimed=untimed,
        finished=frozenset(finished),
    )


def _other_clock(clock: str | None, paid: str, planned: str) -> Missing | None:
    if clock is None:
        return Missing("no labelling was reported")
    if clock != paid:
        return Missing(
            f"the file times {clock} time, and people are paid for {paid} time"
        )
    if clock != planned:
        return Missing(
            f"the plan is in {planned} time and the file in {clock} time, and no "
            f"factor between them is stated"
        )
    return None


def _is_timed(batch: BatchRows) -> bool:
    return bool(batch.first) and all(
        row.active_seconds is not None for row in (*batch.first, *batch.again)
    )


def _is_finished(batch: BatchRows, counted: Sequence[str]) -> bool:
    """Return whether no more work is due: rework need not be, the rest is."""
    due = {kind for kind in counted if kind != REWORK}
    return batch.passed is not None or due <= set(_kinds(batch))


def _kinds(batch: BatchRows) -> Mapping[str, tuple[Actual, ...]]:
    """Return the timed rows of a batch by kind, only kinds that have any."""
    kinds = {
        LABEL: batch.first,
        REWORK: batch.again,
        REVIEW: tuple(row for row in batch.reviews if row.active_seconds is not None),
        AUDIT: tuple(row for row in batch.audits if row.active_seconds is not None),
    }
    return {kind: found for kind, found in kinds.items() if found}


def _images(
    lines: Mapping[int, Mapping[str, Any]], batches: Mapping[int, Sequence[BatchRows]]
) -> dict[str, Decimal]:
    """Return the images of each batch as a share of all images that were planned.

    Read off the line that opens most images there.
    """
    found: dict[str, tuple[int, Decimal]] = {}
    for index, some in sorted(batches.items()):
        planned = int(lines[index]["items"])
        for batch in some:
            items = batch.fact().items
            if items is None:
                continue
            if batch.batch not in found or planned > found[batch.batch][0]:
                found[batch.batch] = (planned, Decimal(items) / planned)
    return {batch: share for batch, (_, share) in found.items()}


def _cut(images: Mapping[str, Decimal]) -> Decimal:
    """Return what all shares are cut down by where they are more than the plan.

    What is beyond the plan then is volume.
    """
    whole = sum(images.values(), NOTHING)
    return 1 / whole if whole > 1 else Decimal(1)


def _batch_cells(
    line: Mapping[str, Any],
    batch: BatchRows,
    images: Decimal | None,
    *,
    cut: Decimal,
    counted: Sequence[str],
) -> Iterable[Cell]:
    """Yield the cells of a batch. Kinds that it has not reached are left out."""
    fact = batch.fact()
    units, items = fact.units, fact.items
    kinds = _kinds(batch)
    seconds = _sum(kinds[LABEL])
    if not images or units is None or not seconds:
        return
    share = images * cut
    mix_ratio = items / (int(line["items"]) * images) if items else Decimal(1)
    plans = plans_of(line)
    planned_units = int(line["units"]) * share
    units_ratio = units / planned_units
    label = plans[LABEL].worked_hours * AN_HOUR * share
    time_ratio = seconds / (label * units_ratio) if units_ratio else Decimal(1)
    finished = batch.passed is not None
    for kind in counted:
        if kind not in kinds and not finished:
            continue
        planned = (
            plans[kind].worked_hours * AN_HOUR * share if kind in plans else NOTHING
        )
        for place, weight, worked in _places(kind, kinds):
            yield Cell(
                line=line["index"],
                kind=kind,
                batch=batch.batch,
                day=None if place[0] == date.min else place[0],
                site=place[1],
                team=place[2],
                role=place[3],
                planned_seconds=planned * weight,
                seconds=worked,
                planned_units=planned_units,
                units_ratio=units_ratio,
                mix_ratio=mix_ratio,
                time_ratio=time_ratio,
            )


Place = tuple[date, str, str, str]


def _places(
    kind: str, kinds: Mapping[str, Sequence[Actual]]
) -> Iterable[tuple[Place, Decimal, Decimal]]:
    """Yield where a kind of work was done, its share of the plan, and its seconds.

    Labelling is shared out by units, other work by seconds; planned work that nobody
    had to do stands where the batch was labelled last.
    """
    if kind not in kinds:
        last = max(kinds[LABEL], key=lambda row: (row.day or date.min, row.pod))
        yield _place(last), Decimal(1), NOTHING
        return
    rows = kinds[kind]
    by_units = kind == LABEL and any(row.units_produced for row in rows)
    whole = sum(
        (_weight(row, by_units=by_units) for row in rows),
        NOTHING,
    )
    found: dict[Place, list[Decimal]] = {}
    for row in rows:
        sums = found.setdefault(_place(row), [NOTHING, NOTHING])
        sums[0] += _weight(row, by_units=by_units)
        sums[1] += row.active_seconds or NOTHING
    for place, (weight, seconds) in sorted(found.items()):
        part = weight / whole if whole else Decimal(1) / len(found)
        yield place, part, seconds


def _weight(row: Actual, *, by_units: bool) -> Decimal:
    if by_units:
        return Decimal(row.units_produced or 0)
    return row.active_seconds or NOTHING


def _place(row: Actual) -> Place:
    return row.day or date.min, row.site, row.pod, row.role


def _sum(rows: Sequence[Actual]) -> Decimal:
    return sum((row.active_seconds or NOTHING for row in rows), NOTHING)
