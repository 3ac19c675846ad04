"""The drawing of release curves: how often a batch passes, by how much of it is wrong.

Positions alone, in whole pixels and tenths; the numbers stand beside it in words and as
a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from scoping.web.drawings import AxisTick

WIDTH, HEIGHT = 560, 264
LEFT, RIGHT, TOP, BASE = 44, 544, 26, 224
LEVELS = (0, 25, 50, 75, 100)
MOST_TICKS = 6
ROOM = 60
"""Pixels that a label beside a curve needs before the right edge."""

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One curve: its path, and where its label stands."""

    path: str
    label: str
    x: int
    y: int
    anchor: str
    is_main: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A horizontal rule and its per cent."""

    y: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseDrawing:
    """Curves over the share wrong; the plumb line stands at what is promised."""

    curves: tuple[Curve, ...]
    levels: tuple[Level, ...]
    ticks: tuple[AxisTick, ...]
    limit_x: int | None
    limit_words: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    top: int = TOP
    base: int = BASE


def release_drawing(
    curves: Sequence[tuple[str, Points]], *, most: float, limit: Decimal
) -> ReleaseDrawing:
    """Return the drawing of named curves from none wrong to `most`.

    The first is the main one. Labels stand where their curves fall to 70 and to 30 %.
    """

    def at(share: float) -> float:
        return LEFT + share / most * (RIGHT - LEFT)

    def up(chance: float) -> float:
        return BASE - chance * (BASE - TOP)

    promised = float(limit)
    return ReleaseDrawing(
        curves=tuple(
            _curve(
                name,
                [(at(share), up(chance)) for share, chance in points],
                level=level,
                is_main=place == 0,
            )
            for place, ((name, points), level) in enumerate(
                zip(curves, (0.7, 0.3), strict=False)
            )
        ),
        levels=tuple(
            Level(y=round(up(level / 100)), words=f"{level} %") for level in LEVELS
        ),
        ticks=_ticks(most),
        limit_x=round(at(promised)) if promised <= most else None,
        limit_words=f"promised {limit * 100:f}".rstrip("0").rstrip(".") + " %",
    )


def _curve(
    name: str, pixels: Sequence[tuple[float, float]], *, level: float, is_main: bool
) -> Curve:
    """Return a curve through these pixels, labelled where it falls to a level."""
    below = BASE - level * (BASE - TOP)
    x, y = next((point for point in pixels if point[1] >= below), pixels[-1])
    near_edge = x > RIGHT - ROOM
    return Curve(
        path="M" + "L".join(f"{left:.1f} {down:.1f}" for left, down in pixels),
        label=name,
        x=round(x) + (-8 if near_edge else 8),
        y=round(y),
        anchor="end" if near_edge else "start",
        is_main=is_main,
    )


def _ticks(most: float) -> tuple[AxisTick, ...]:
    """Return round shares along the axis."""
    rough = Decimal(repr(most)) * 100 / MOST_TICKS
    power = Decimal(1).scaleb(rough.adjusted())
    step = next(power * by for by in (1, 2, 5, 10) if power * by >= rough)
    found, value = [], Decimal(0)
    while value <= Decimal(repr(most)) * 100:
        x = LEFT + float(value) / (most * 100) * (RIGHT - LEFT)
        found.append(AxisTick(x=round(x), words=f"{value.normalize():f} %"))
        value += step
    return tuple(found)
