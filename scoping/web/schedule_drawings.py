"""The pictures of a schedule: bars of stages and the progress of batches. Whole pixels.

Both repeat what stands in a table beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from scoping.calc.planning.design import Design, Point

WIDTH, LEFT, RIGHT = 680, 150, 664
TOP, ROW, BAR = 26, 26, 12
HEIGHT, BASE, CREST = 220, 190, 20
NAME_SPACE = 60
"""Pixels between two names of months, so that none stands on another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """The first of a month on the axis of days; without words where space lacks."""

    x: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A stage: the likely days filled, up to the promised ones dashed."""

    name: str
    y: int
    text_y: int
    x: int
    width: int
    late_x: int
    late_width: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gantt:
    """The stages under one another on an axis of days."""

    sentence: str
    bars: list[Bar]
    ticks: list[Tick]
    deadline_x: int | None
    height: int
    width: int = WIDTH


@dataclass(frozen=True, slots=True, kw_only=True)
class BurnUp:
    """Batches released by day: the band of eight runs in ten, the typical run."""

    sentence: str
    band: str
    line: str
    ticks: list[Tick]
    deadline_x: int | None
    width: int = WIDTH
    height: int = HEIGHT
    base: int = BASE
    crest: int = CREST
    left: int = LEFT
    right: int = RIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class _Axis:
    first: date
    last: date

    def at(self, day: date) -> int:
        span = max(1, (self.last - self.first).days)
        return round(LEFT + (day - self.first).days / span * (RIGHT - LEFT))

    def within(self, day: date | None) -> int | None:
        if day is None or not self.first <= day <= self.last:
            return None
        return self.at(day)

    def ticks(self) -> list[Tick]:
        """Return the months; a name only where it does not touch the one before."""
        found: list[Tick] = []
        named, day = -NAME_SPACE, self.first.replace(day=1)
        while day <= self.last:
            if day >= self.first:
                x = self.at(day)
                words = ""
                if x - named >= NAME_SPACE and x <= RIGHT - NAME_SPACE // 2:
                    words, named = f"{day:%b %Y}", x
                found.append(Tick(x=x, words=words))
            day = (day + timedelta(days=32)).replace(day=1)
        return found


def gantt(found: Design) -> Gantt:
    """Return the bars of the stages that are used."""
    used = [stage for stage in found.stages if stage.begins is not None]
    ends = [stage.planned for stage in used if stage.planned is not None]
    axis = _Axis(first=found.made.schedule.start, last=max(ends))
    bars = []
    for place, stage in enumerate(used):
        if stage.begins is None or stage.likely is None or stage.planned is None:
            continue
        x, likely, late = (
            axis.at(day) for day in (stage.begins, stage.likely, stage.planned)
        )
        bars.append(
            Bar(
                name=stage.name,
                y=TOP + place * ROW,
                text_y=TOP + place * ROW + BAR - 2,
                x=x,
                width=max(3, likely - x),
                late_x=max(likely, x + 3),
                late_width=max(0, late - max(likely, x + 3)),
            )
        )
    said = "; ".join(
        f"{stage.name} {stage.begins} to {stage.likely}, promised {stage.planned}"
        for stage in used
    )
    return Gantt(
        sentence=f"Stages by day. {said}.",
        bars=bars,
        ticks=axis.ticks(),
        deadline_x=axis.within(found.made.spec.deadline),
        height=TOP + len(used) * ROW + 8,
    )


def burn_up(found: Design) -> BurnUp:
    """Return the progress of batches with its band."""
    points = found.progress
    axis = _Axis(first=points[0].day, last=points[-1].day)
    low = _path(axis, points, [point.low for point in points])
    high = _path(axis, points, [point.high for point in points])
    return BurnUp(
        sentence=(
            f"Share of batches released by day, eight runs of ten within the band: in "
            f"the typical run half are released by {_reached(points, 0.5)} and all by "
            f"{_reached(points, 1)}."
        ),
        band=f"M{'L'.join(high)}L{'L'.join(reversed(low))}Z",
        line=f"M{'L'.join(_path(axis, points, [point.typical for point in points]))}",
        ticks=axis.ticks(),
        deadline_x=axis.within(found.made.spec.deadline),
    )


def _path(axis: _Axis, points: Sequence[Point], shares: Sequence[float]) -> list[str]:
    return [
        f"{axis.at(point.day)} {round(BASE - share * (BASE - CREST))}"
        for point, share in zip(points, shares, strict=True)
    ]


def _reached(points: Sequence[Point], share: float) -> date:
    return next(point.day for point in points if point.typical >= share)
