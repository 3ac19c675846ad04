"""A document of pilot results (`pilot: 1`) into values, or all that is wrong with it.

Shapes first, as for a spec, then the rules between numbers. Whether the results fit a
spec and a card is asked in `update.py`, which knows both.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, get_args

from scoping.calc.rates.timing import seconds_of
from scoping.calc.spec.fields import MOST_LINES, MOST_PER_ITEM
from scoping.calc.spec.problems import SpecError
from scoping.calc.spec.shapes import (
    BAD,
    Complaints,
    Day,
    Keys,
    Listing,
    Text,
    Word,
    number,
    whole,
)
from scoping.calc.spec.values import AnnotationType

from .values import (
    Agreement,
    Basis,
    Clock,
    ClockFactor,
    Defects,
    ItemCounts,
    LineResults,
    Opening,
    PilotResults,
    Proposals,
    Seconds,
)

MOST = 1_000_000_000
COUNT = whole(1, MOST)
SMALLEST = "0.000001"

SECONDS = Keys(
    fields={
        "per_unit": number(SMALLEST, "1000000"),
        "units_per_hour": number("0.001", "1000000000"),
        "clock": Word(choices=get_args(Clock)),
        "opening": Word(choices=get_args(Opening)),
        "units": COUNT,
        "people": COUNT,
        "batches": COUNT,
        "basis": Word(choices=get_args(Basis)),
        "clock_factor": Keys(
            fields={"value": number(SMALLEST, "1000"), "source": Text(most=200)},
            required=("value", "source"),
        ),
    },
    required=("clock", "opening", "units", "people", "batches"),
    nullable=frozenset({"per_unit", "units_per_hour", "basis", "clock_factor"}),
)
PER_ITEM = Keys(
    fields={
        "mean": number(SMALLEST, MOST_PER_ITEM),
        "variance": number("0", "1000000000"),
        # One item says nothing about how items differ.
        "items": whole(2, MOST),
    },
    required=("mean", "variance", "items"),
)
DEFECTS = Keys(
    fields={"inspected": COUNT, "wrong": whole(0, MOST), "items": COUNT}
    | {"people": COUNT},
    required=("inspected", "wrong", "items", "people"),
)
PRELABEL = Keys(
    fields={"proposals": COUNT, "accepted": whole(0, MOST), "items": COUNT},
    required=("proposals", "accepted", "items"),
)
AGREEMENT = Keys(
    fields={"gold": COUNT, "right": whole(0, MOST)}, required=("gold", "right")
)
PACE = ("per_unit", "units_per_hour")
"""The two ways to say how fast people were."""

MEASUREMENTS = {
    "seconds": SECONDS,
    "units_per_item": PER_ITEM,
    "defects": DEFECTS,
    "prelabel": PRELABEL,
}
LINE = Keys(
    fields={
        "line": whole(0, MOST_LINES - 1),
        "type": Word(choices=get_args(AnnotationType)),
        **MEASUREMENTS,
    },
    required=("line", "type"),
    nullable=frozenset(MEASUREMENTS),
)
DOCUMENT = Keys(
    fields={
        "pilot": whole(1, 1),
        "measured_on": Day(),
        "lines": Listing(of=LINE, most=MOST_LINES, name="lines"),
        "agreement": AGREEMENT,
    },
    required=("pilot", "measured_on", "lines"),
    nullable=frozenset({"agreement"}),
)
AT_MOST = {
    "seconds": (("people", "units"), ("batches", "units")),
    "defects": (
        ("wrong", "inspected"),
        ("items", "inspected"),
        ("people", "inspected"),
    ),
    "prelabel": (("accepted", "proposals"), ("items", "proposals")),
}
"""Counts that cannot be more than another, by measurement."""


class PilotError(SpecError):
    """Raised for results that cannot be read or do not fit; holds every problem."""


def read_pilot(document: object, *, today: date) -> PilotResults:
    """Return the results that a document states.

    `today` is the reader's day: nothing was measured after it. Raises PilotError with
    every problem at once.
    """
    to = Complaints()
    found = DOCUMENT.read(document, "", to)
    if isinstance(found, Mapping):
        _check(found, today=today, to=to)
    if to.problems:
        raise PilotError(tuple(to.problems))
    return PilotResults(
        measured_on=found["measured_on"],
        lines=tuple(_line(place, said) for place, said in enumerate(found["lines"])),
        agreement=_made(Agreement, found.get("agreement")),
    )


def _check(found: Mapping[str, Any], *, today: date, to: Complaints) -> None:
    day = found.get("measured_on")
    if isinstance(day, date) and day > today:
        to.add(
            "in_the_future",
            "/measured_on",
            f"{day} is after today, {today}. Write the day on which the pilot ended.",
        )
    _check_counts(found.get("agreement"), "/agreement", (("right", "gold"),), to)
    lines = found.get("lines")
    seen: dict[int, int] = {}
    for place, line in enumerate(lines if isinstance(lines, list) else ()):
        if isinstance(line, Mapping):
            _check_line(line, place=place, seen=seen, to=to)


def _check_line(
    line: Mapping[str, Any], *, place: int, seen: dict[int, int], to: Complaints
) -> None:
    path = f"/lines/{place}"
    index = line.get("line")
    if isinstance(index, int):
        if index in seen:
            to.add(
                "duplicate_line",
                f"{path}/line",
                f"Line {index} stands in /lines/{seen[index]} already. Write all of "
                f"it there.",
            )
        seen.setdefault(index, place)
    for name, rules in AT_MOST.items():
        _check_counts(line.get(name), f"{path}/{name}", rules, to)
    seconds = line.get("seconds")
    if isinstance(seconds, Mapping):
        _check_pace(seconds, f"{path}/seconds", to)
    factor = seconds.get("clock_factor") if isinstance(seconds, Mapping) else None
    if isinstance(factor, Mapping) and factor.get("source") == "":
        to.add(
            "no_source",
            f"{path}/seconds/clock_factor/source",
            "A factor without a source is not used. Say who measured it, and when.",
        )
    if all(line.get(name) is None for name in MEASUREMENTS):
        to.add(
            "nothing_measured",
            path,
            f"Nothing was measured of this line. State one of "
            f"{', '.join(MEASUREMENTS)}, or leave the line out.",
        )


def _check_pace(seconds: Mapping[str, Any], path: str, to: Complaints) -> None:
    said = [key for key in PACE if seconds.get(key) is not None]
    if len(said) != 1:
        to.add(
            "seconds_or_units_per_hour",
            path,
            "State either per_unit, in seconds, or units_per_hour, and not both.",
        )


def _check_counts(
    said: Any, path: str, rules: tuple[tuple[str, str], ...], to: Complaints
) -> None:
    if not isinstance(said, Mapping):
        return
    for part, whole_ in rules:
        few, many = said.get(part, BAD), said.get(whole_, BAD)
        if isinstance(few, int) and isinstance(many, int) and few > many:
            to.add(
                "more_than_all",
                f"{path}/{part}",
                f"{part} is {few:,} and {whole_} only {many:,}. One of them is wrong.",
            )


def _line(place: int, said: Mapping[str, Any]) -> LineResults:
    return LineResults(
        index=said["line"],
        type=said["type"],
        path=f"/lines/{place}",
        seconds=_seconds(said.get("seconds")),
        units_per_item=_made(ItemCounts, said.get("units_per_item")),
        defects=_made(Defects, said.get("defects")),
        prelabel=_made(Proposals, said.get("prelabel")),
    )


def _seconds(said: Mapping[str, Any] | None) -> Seconds | None:
    if said is None:
        return None
    plain = {key: value for key, value in said.items() if key != "units_per_hour"}
    if said.get("per_unit") is None:
        plain["per_unit"] = seconds_of(said["units_per_hour"])
    factor = _made(ClockFactor, said.get("clock_factor"))
    return Seconds(**{**plain, "clock_factor": factor})


def _made(kind: Any, said: Mapping[str, Any] | None) -> Any:
    return None if said is None else kind(**said)
