"""From the bytes of a file to its pieces of work: recognised, read, and judged.

What a file is shows in its content. A canonical table is taken as it stands; another
tool's file through the reader that knows it, or through a mapping that a person made.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP
from typing import Any
from zoneinfo import ZoneInfo

from quotes.calc.verdict import Left, Seen, Source, Verdict, judge

from .fields import CellError
from .readers import Reader
from .readers.cvat import FINEST, MOST_SECONDS, UNALLOCATED
from .work import Found, LeftOut, Piece, Refusal, Stated, without_repeats

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""No tool that is read here is older; a date before it is a slip of the keyboard."""
LATEST = datetime(9999, 12, 30, tzinfo=UTC)
"""Up to here a moment has a day in every zone."""
PSEUDONYM_DIGITS = 10
SECONDS = ("active_seconds", "review_seconds")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What a reader found in a file, judged: every row is in exactly one of the three.

    `seconds` of the pieces are those that count by the verdict.
    """

    pieces: tuple[Piece, ...]
    left_out: tuple[LeftOut, ...]
    refused: tuple[Refusal, ...]
    verdict: Verdict


def open_with(reader: Reader, found: Iterable[Found], stated: Stated) -> Opened:
    """Return what was found, completed by what was stated, and judged."""
    pieces: list[Piece] = []
    left: list[LeftOut] = []
    refused: list[Refusal] = []
    for one in without_repeats(found):
        if isinstance(one, LeftOut):
            left.append(one)
            continue
        checked = one if isinstance(one, Refusal) else completed(one, reader, stated)
        if isinstance(checked, Refusal):
            refused.append(checked)
        else:
            pieces.append(checked)
    bad = {one.row for one in refused}
    kept = [one for one in pieces if one.row not in bad]
    verdict = judge(
        seen_of(kept),
        [Left(code=one.code, reason=one.reason, seconds=one.seconds) for one in left],
        Source(
            scope=reader.scope,
            each_is=reader.each_is,
            window_days=reader.window_days,
            unallocated=UNALLOCATED,
            cap_seconds=stated.cap_seconds,
        ),
    )
    return Opened(
        pieces=tuple(_judged(kept, verdict)),
        left_out=tuple(left),
        refused=tuple(_first_of_each(refused)),
        verdict=verdict,
    )


def completed(  # noqa: C901 - one look at each part of a piece
    piece: Piece, reader: Reader, stated: Stated
) -> Piece | Refusal:
    """Return a piece with what was stated about the file, or why it cannot count."""
    values = dict(piece.values)
    if stated.batch and reader.kind == "work":
        values["batch"] = stated.batch
    who = "actor" if reader.kind == "work" else "person"
    if stated.pseudonyms and values.get(who):
        values[who] = pseudonym(values[who], stated.pseudonyms)
    if reader.kind == "work" and not values.get("annotation_type"):
        return Refusal(
            row=piece.row,
            column="annotation_type",
            code="type_not_stated",
            message=(
                "The file does not say what was labelled. State the annotation type of "
                "the file."
            ),
        )
    for moment in (piece.start, piece.end):
        try:
            if moment is not None:
                possible(moment, stated)
        except CellError as error:
            return Refusal(
                row=piece.row, column="period_end", code=error.code, message=str(error)
            )
    for name in SECONDS:
        spent = values.get(name)
        if spent is not None and spent >= MOST_SECONDS:
            return Refusal(
                row=piece.row,
                column=name,
                code="too_large",
                message=f"{name} is {MOST_SECONDS:,} s or more: that is no work.",
            )
        if spent is not None and spent.as_tuple().exponent < FINEST.as_tuple().exponent:
            values[name] = spent.quantize(FINEST, rounding=ROUND_HALF_UP)
    if "batch" in values:
        values["batch"] = str(values["batch"]).casefold()
    return replace(piece, values=values)


def possible(moment: datetime, stated: Stated) -> datetime:
    """Return a moment at which work can have been done. Raises CellError for others."""
    if not EARLIEST <= moment <= (stated.latest or LATEST):
        raise CellError(
            "date_out_of_window",
            f"{_day_of(moment, stated.zone)} lies before the year 2000 or after the "
            f"day of the file: no work was done then.",
        )
    return moment


def _day_of(moment: datetime, zone: str) -> date:
    """Return the day at a site; of one that the calendar lacks there, that of UTC."""
    try:
        return moment.astimezone(ZoneInfo(zone)).date()
    except OverflowError:
        return moment.astimezone(UTC).date()


def pseudonym(name: str, salt: str) -> str:
    """Return another name for a person, the same one for the same salt."""
    digest = hmac.new(salt.encode(), name.encode(), hashlib.sha256).hexdigest()
    return f"p_{digest[:PSEUDONYM_DIGITS]}"


def seen_of(pieces: Sequence[Piece]) -> list[Seen]:
    """Return pieces as the verdict sees them, numbered by their place."""
    return [
        Seen(
            row=place,
            actor=str(one.values.get("actor", "")),
            batch=str(one.values.get("batch", "")),
            seconds=one.values.get("active_seconds"),
            units=one.values.get("units_produced"),
            start=one.start,
            end=one.end,
            scored=one.values.get("gold_n"),
            correct=one.values.get("gold_correct"),
        )
        for place, one in enumerate(pieces)
    ]


def _judged(pieces: Sequence[Piece], verdict: Verdict) -> Iterable[Piece]:
    """Yield pieces with the seconds that count, and without days that are no days."""
    for place, one in enumerate(pieces):
        values: dict[str, Any] = dict(one.values)
        values.pop("active_seconds", None)
        seconds = verdict.seconds[place]
        if seconds is not None:
            values["active_seconds"] = seconds
        end = None if place in verdict.undated else one.end
        yield replace(one, values=values, end=end)


def _first_of_each(refused: Iterable[Refusal]) -> Iterable[Refusal]:
    """Yield the first refusal of each row."""
    told: set[int] = set()
    for one in refused:
        if one.row not in told:
            told.add(one.row)
            yield one
