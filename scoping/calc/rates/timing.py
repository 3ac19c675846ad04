"""Effort rows of a card document: seconds or units an hour, and what was timed.

People think of fast work in units an hour and of slow work in seconds a unit; a row may
state either, and the card keeps seconds. Every row says which clock was read, and a row
on another clock than label time needs the card's factor for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import get_args

from .rows import Reader
from .values import LABEL_CLOCK, Clock, Effort, Figure, FigureRange

SECONDS_AN_HOUR = 3600
AN_HOUR = "units_per_hour"
SIX = Decimal("0.000001")
SMALLEST = Decimal("0.000001")


def read_clocks(reader: Reader) -> dict[str, Figure]:
    """Return label time in one second of each other clock; none where none is used."""
    found = {}
    for key in reader.keys("clocks"):
        path = f"clocks/{key}"
        if key not in get_args(Clock) or key == LABEL_CLOCK:
            reader.complain(
                "no_clock", path, f"{path} is no clock to convert: gesture or session."
            )
        found[key] = _above_nothing(reader, path)
    return found


def read_effort(
    reader: Reader, *, clocks: Mapping[str, Figure]
) -> dict[tuple[str, str], Effort]:
    """Return the effort of every cell; problems are left with the reader."""
    return {
        (type_, complexity): _cell(
            reader, f"effort/{type_}/{complexity}", clocks=clocks
        )
        for type_ in reader.keys("effort")
        for complexity in reader.keys(f"effort/{type_}")
    }


def seconds_of(units_per_hour: Decimal) -> Decimal:
    """Return the seconds of one unit at so many an hour, half up at six decimals.

    >>> seconds_of(Decimal(280))
    Decimal('12.857143')
    """
    return (SECONDS_AN_HOUR / units_per_hour).quantize(SIX, rounding=ROUND_HALF_UP)


def _cell(reader: Reader, path: str, *, clocks: Mapping[str, Figure]) -> Effort:
    keys = reader.keys(path)
    return Effort(
        seconds=_seconds(reader, path),
        clock=_clock(reader, path, clocks=clocks),
        prior=str(reader.row(path)["prior"]) if "prior" in keys else None,
        times=reader.figure(path, name="times").value
        if "times" in keys
        else Decimal(1),
        timed_at_classes=(
            reader.figure(path, name="timed_at_classes", unit="classes")
            if "timed_at_classes" in keys
            else None
        ),
    )


def _seconds(reader: Reader, path: str) -> FigureRange:
    keys = reader.keys(path)
    if AN_HOUR not in keys:
        return reader.range(path, unit="s")
    if {"p10", "p50", "p90"} & set(keys):
        reader.complain(
            "seconds_or_units_per_hour",
            path,
            f"{path} states seconds and units an hour. Leave one of them out.",
        )
    said = reader.range(f"{path}/{AN_HOUR}", unit="an hour", source_at=path)
    if said.p10.value < SMALLEST:
        reader.complain(
            "not_above_0", path, f"{path}: nobody labels {said.p10.value} an hour."
        )
        return said
    # Slow is few an hour: the ends change places.
    return FigureRange(
        p10=_turned(said.p90, said.p10),
        p50=_turned(said.p50, said.p50),
        p90=_turned(said.p10, said.p90),
    )


def _turned(said: Figure, place: Figure) -> Figure:
    return replace(
        place,
        key=place.key.replace(f"/{AN_HOUR}", ""),
        value=seconds_of(said.value),
        unit="s",
        source=f"3,600 s ÷ {said.value.normalize():f} an hour; {said.source}",
    )


def _clock(reader: Reader, path: str, *, clocks: Mapping[str, Figure]) -> Clock:
    said = reader.row(path).get("clock")
    for clock in get_args(Clock):
        if said != clock:
            continue
        if clock != LABEL_CLOCK and clock not in clocks:
            reader.complain(
                "no_clock_factor",
                path,
                f"{path} was timed on the {clock} clock and work is planned on label "
                f"time. Add clocks/{clock}: seconds of label time in one of its own.",
            )
        found: Clock = clock
        return found
    reader.complain(
        "no_clock",
        path,
        f"{path} must say what was timed: gesture, label, session.",
    )
    return LABEL_CLOCK


def _above_nothing(reader: Reader, path: str) -> Figure:
    found = reader.figure(path)
    if found.value <= 0:
        reader.complain(
            "not_above_0", path, f"{path} is {found.value}; write more than 0."
        )
    return found
