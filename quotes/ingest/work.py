"""What a reader yields: pieces of work, rows left out, rows refused; and their sums.

A piece is one row of the source as work: an annotation, an assignment, a status of a
task. Pieces are added up to the canonical record, one for each day at the site, batch,
stage, type, actor and clock. Sums skip what is missing and are missing where nothing is
known; pieces whose time is not known stay apart, so that a time is never divided by
units that it did not pay for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

SUMMED = (
    *("items", "items_skipped", "units_produced", "units_passed", "units_accepted"),
    *("units_rejected", "units_reworked", "active_seconds", "review_seconds"),
    *("audit_n", "audit_defects", "audit_missed", "audit_extra"),
    *("critical_defects", "minor_defects", "gold_n", "gold_correct"),
    *("prelabel_units", "prelabel_accepted"),
)
MILLI = Decimal("0.001")
TWICE = "written twice in the file under one id"
REPORTED_AGAIN = "reported on again in the file; the latest report counts"
GROUPED = (
    *("line", "batch", "delivery_version", "stage", "annotation_type", "actor"),
    *("clock", "role", "tool", "guideline_version", "site", "pod"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a row was not taken: its number, the column, a stable code, a sentence.

    `beside` counts rows that are refused with it and not named one by one.
    """

    row: int
    column: str
    code: str
    message: str
    beside: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A row that is no work of its own, why, and the time it would have added."""

    row: int
    reason: str
    code: str = "no_work"
    seconds: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One row of a source as work.

    `values` are by the names of the canonical record, missing ones absent. `identity`
    is what the tool itself calls the row; two rows that share it are one. `item` names
    the image, where the source does. `stands_for` names that of which the row tells how
    it stands: a later row of the same, in whatever file, comes in the place of this one
    and adds nothing to it.
    """

    row: int
    values: Mapping[str, Any]
    start: datetime | None = None
    end: datetime | None = None
    identity: str = ""
    item: str = ""
    stands_for: str = ""


Found: TypeAlias = Piece | LeftOut | Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What a person says about a file that the file does not say itself.

    `annotation_type` holds where the file names no shape, `batch` for the whole file.
    `cap_seconds` is the most that one piece may count for. `minutes` says that clock
    times of a spreadsheet are minutes and seconds, `pseudonyms` is the salt under which
    actors get other names, `latest` the moment after which work cannot have been done.
    """

    zone: str
    annotation_type: str = ""
    batch: str = ""
    cap_seconds: Decimal | None = None
    minutes: bool = False
    pseudonyms: str = ""
    latest: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Pieces added up: the values of a canonical record, and the rows behind it.

    `timed` are the seconds of each piece that has any.
    """

    values: Mapping[str, Any]
    rows: tuple[int, ...] = field(default=())
    stands_for: str = ""
    timed: tuple[Decimal, ...] = ()


def roll_up(pieces: Iterable[Piece], *, zone: str) -> list[Group]:
    """Return canonical records of pieces, in the order in which each first appears."""
    groups: dict[tuple[Any, ...], list[Piece]] = {}
    for piece in pieces:
        timed = "active_seconds" in piece.values
        groups.setdefault((*_group(piece, zone), timed), []).append(piece)
    told: set[int] = set()
    summed = []
    for found in groups.values():
        summed.append(_sum(found, zone, told))
        told.update(one.row for one in found)
    return summed


def _group(piece: Piece, zone: str) -> tuple[Any, ...]:
    work = (piece.values.get(name) for name in GROUPED)
    return (*work, day_of(piece, zone), piece.stands_for)


def day_of(piece: Piece, zone: str) -> date | None:
    """Return the day at the site on which a piece was finished."""
    found = piece.end or piece.start
    return None if found is None else found.astimezone(ZoneInfo(zone)).date()


def midnight(day: date, zone: str) -> datetime:
    """Return the begin of a day at the site, in UTC: how a record writes a day."""
    return datetime.combine(day, time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _sum(pieces: list[Piece], zone: str, told: set[int]) -> Group:
    """Add pieces up; a row of several groups belongs to the first of them."""
    values = {
        name: value
        for name in GROUPED
        if (value := pieces[0].values.get(name)) not in (None, "")
    }
    for name in SUMMED:
        known = [one.values[name] for one in pieces if one.values.get(name) is not None]
        if known:
            values[name] = sum(known[1:], known[0])
            if isinstance(values[name], Decimal):
                values[name] = values[name].quantize(MILLI, rounding=ROUND_HALF_UP)
    models = _models(pieces)
    if models:
        values["prelabel_models"] = models
    items = {one.item for one in pieces}
    if "items" in values and "" not in items:
        values["items"] = len(items)
    day = day_of(pieces[0], zone)
    if day is not None:
        values["period_start"] = midnight(day, zone)
        if "active_seconds" in values:
            values["period_end"] = values["period_start"]
    return Group(
        values=values,
        rows=tuple(dict.fromkeys(one.row for one in pieces if one.row not in told)),
        stands_for=pieces[0].stands_for,
        timed=tuple(
            one.values["active_seconds"]
            for one in pieces
            if one.values.get("active_seconds")
        ),
    )


def _models(pieces: Iterable[Piece]) -> list[list[str | int | None]]:
    """Return whose machine labels pieces began from, and how many units of each.

    Where that is not said of one piece, it is not known of all.
    """
    found: dict[str, int | None] = {}
    for piece in pieces:
        for name, units in piece.values.get("prelabel_models") or ():
            before = found.get(name, 0)
            known = before is not None and units is not None
            found[name] = before + units if known else None
    return [[name, found[name]] for name in sorted(found)]


def without_repeats(found: Iterable[Found]) -> Iterator[Found]:
    """Yield what was found; a second row of one identity is left out.

    So is a row of how something stood, where a later one of the same is in the file.
    """
    seen: set[str] = set()
    every = list(found)
    newest = _newest(every)
    for one in every:
        if isinstance(one, Piece):
            if newest.get(one.stands_for, one.row) != one.row:
                yield _left_out(one, "earlier_report", REPORTED_AGAIN)
                continue
            if one.identity and one.identity in seen:
                yield _left_out(one, "duplicate_row", TWICE)
                continue
            seen.add(one.identity)
        yield one


def _left_out(piece: Piece, code: str, reason: str) -> LeftOut:
    """Return a piece as a row that does not count, with the time that it carries."""
    return LeftOut(
        row=piece.row,
        reason=reason,
        code=code,
        seconds=piece.values.get("active_seconds"),
    )


def _newest(found: Iterable[Found]) -> dict[str, int]:
    """Return for each thing that is reported on the row of its latest report."""
    latest: dict[str, tuple[datetime, int]] = {}
    for one in found:
        if isinstance(one, Piece) and one.stands_for:
            at = one.end or datetime.min.replace(tzinfo=UTC)
            before = latest.get(one.stands_for)
            if before is None or at > before[0]:
                latest[one.stands_for] = (at, one.row)
    return {name: row for name, (_, row) in latest.items()}
