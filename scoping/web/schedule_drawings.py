"""The pictures of a schedule: bars of stages and the progress of batches.

Places across are shares of the width in per cent, so that a picture fills a page and a
phone alike while its letters stay as they are; heights are pixels. Both repeat what
stands in a table beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from scoping.calc.planning.design import Design, Point

TOP, ROW, LABEL, BAR = 24, 40, 14, 10
"""Pixels: above the bars, of a stage, of its name, of its bar."""
SPAN, CREST = 1000, 170
"""The progress is drawn on so many units across and so many pixels up."""
NAME_SPACE, NAME_END = 20.0, 84.0
"""Per cent between two names of months, and the last place where one begins."""
LEAST = 0.4
"""Per cent of the width that the shortest bar has."""
A_WEEK, MID_WEEK = timedelta(days=6), timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """The first of a month on the axis of days; without words where space lacks."""

    x: float
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A stage: the likely days filled, up to the promised ones dashed."""

    name: str
    y: int
    text_y: int
    x: float
    width: float
    late_x: float
    late_width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Gantt:
    """The stages under one another on an axis of days."""

    sentence: str
    bars: list[Bar]
    ticks: list[Tick]
    deadline_x: float | None
    promised_x: float | None
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BurnUp:
    """Batches released by day: the band of eight runs in ten, the typical run."""

    sentence: str
    band: str
    line: str
    ticks: list[Tick]
    deadline_x: float | None
    promised_x: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Axis:
    first: date
    last: date

    def share(self, day: date) -> float:
        """Return where a day stands, from 0 to 1."""
        span = max(1, (self.last - self.first).days)
        return (day - self.first).days / span

    def at(self, day: date) -> float:
        return round(self.share(day) * 100, 2)

    def within(self, day: date | None) -> float | None:
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
                if x - named >= NAME_SPACE and x <= NAME_END:
                    words, named = f"{day:%b %Y}", x
                found.append(Tick(x=x, words=words))
            day = (day + timedelta(days=32)).replace(day=1)
        return found


def gantt(found: Design, *, promised: date) -> Gantt:
    """Return the bars of the stages that are used, and the promised week by its Monday.

    A week beyond twice the time that the work takes is not drawn: it is said in words.
    """
    used = [stage for stage in found.stages if stage.begins is not None]
    ends = [stage.planned for stage in used if stage.planned is not None]
    first, last = found.made.schedule.start, max(ends)
    if promised + A_WEEK <= last + (last - first):
        last = max(last, promised + A_WEEK)
    axis = _Axis(first=first, last=last)
    bars = []
    for place, stage in enumerate(used):
        if stage.begins is None or stage.likely is None or stage.planned is None:
            continue
        x, likely, late = (
            axis.at(day) for day in (stage.begins, stage.likely, stage.planned)
        )
        end = max(likely, x + LEAST)
        bars.append(
            Bar(
                name=stage.name,
                y=TOP + place * ROW + LABEL + 4,
                text_y=TOP + place * ROW + LABEL,
                x=x,
                width=round(end - x, 2),
                late_x=end,
                late_width=round(max(0.0, late - end), 2),
            )
        )
    said = "; ".join(
        f"{stage.name} {stage.begins} to {stage.likely}, promised {stage.planned}"
        for stage in used
    )
    return Gantt(
        sentence=f"Stages by day. {said}. Promised: the week of {promised}.",
        bars=bars,
        ticks=axis.ticks(),
        deadline_x=axis.within(found.made.spec.deadline),
        promised_x=axis.within(promised + MID_WEEK),
        height=TOP + len(used) * ROW + 16,
    )


def burn_up(found: Design, *, promised: date) -> BurnUp:
    """Return the progress of batches with its band, and the promised week."""
    points = found.progress
    axis = _Axis(first=points[0].day, last=max(points[-1].day, promised + A_WEEK))
    if promised + A_WEEK > points[-1].day + (points[-1].day - points[0].day):
        axis = _Axis(first=points[0].day, last=points[-1].day)
    low = _path(axis, points, [point.low for point in points])
    high = _path(axis, points, [point.high for point in points])
    return BurnUp(
        sentence=(
            f"Share of batches released by day, eight runs of ten within the band: in "
            f"the typical run half are released by {_reached(points, 0.5)} and all by "
            f"{_reached(points, 1)}. Promised: the week of {promised}."
        ),
        band=f"M{'L'.join(high)}L{'L'.join(reversed(low))}Z",
        line=f"M{'L'.join(_path(axis, points, [point.typical for point in points]))}",
        ticks=axis.ticks(),
        deadline_x=axis.within(found.made.spec.deadline),
        promised_x=axis.within(promised + MID_WEEK),
    )


def _path(axis: _Axis, points: Sequence[Point], shares: Sequence[float]) -> list[str]:
    return [
        f"{axis.share(point.day) * SPAN:.1f} {CREST - share * CREST:.1f}"
        for point, share in zip(points, shares, strict=True)
    ]


def _reached(points: Sequence[Point], share: float) -> date:
    return next(point.day for point in points if point.typical >= share)
