"""The drawing of release curves: how often a batch passes, by how much of it is wrong.

Positions alone, in whole pixels and tenths; the numbers stand beside it in words and as
a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from scoping.calc.trace import plain
from scoping.web.drawings import AxisTick

WIDTH, HEIGHT = 560, 264
LEFT, RIGHT, TOP, BASE = 64, 544, 28, 220
LEVELS = (0, 25, 50, 75, 100)
MOST_TICKS = 6
NEAR = 0.3, 0.12
"""Where a curve is labelled: to its right, and to its left beside another."""

Points = Sequence[tuple[float, float]]
Pixels = Sequence[tuple[float, float]]


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

    The first is the main one. Each is labelled on its outer side.
    """

    def at(share: float) -> float:
        return LEFT + share / most * (RIGHT - LEFT)

    def up(chance: float) -> float:
        return BASE - chance * (BASE - TOP)

    lines = [
        (name, [(at(share), up(chance)) for share, chance in points])
        for name, points in curves
    ]
    right = max(lines, key=lambda line: _falls(line[1], NEAR[0])[0])
    promised = float(limit)
    return ReleaseDrawing(
        curves=tuple(
            _curve(
                name,
                pixels,
                is_main=place == 0,
                is_right=(name, pixels) == right,
            )
            for place, (name, pixels) in enumerate(lines)
        ),
        levels=tuple(
            Level(y=round(up(level / 100)), words=f"{level} %") for level in LEVELS
        ),
        ticks=_ticks(most),
        limit_x=round(at(promised)) if promised <= most else None,
        limit_words=f"promised {plain(limit * 100):f} %",
    )


def _falls(pixels: Pixels, level: float) -> tuple[float, float]:
    """Return where a curve falls to a level; its end where it never does."""
    below = BASE - level * (BASE - TOP)
    return next((point for point in pixels if point[1] >= below), pixels[-1])


def _curve(name: str, pixels: Pixels, *, is_main: bool, is_right: bool) -> Curve:
    x, y = _falls(pixels, NEAR[0] if is_right else NEAR[1])
    return Curve(
        path="M" + "L".join(f"{left:.1f} {down:.1f}" for left, down in pixels),
        label=name,
        x=round(x) + (10 if is_right else -10),
        y=round(y),
        anchor="start" if is_right else "end",
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
        found.append(AxisTick(x=round(x), words=f"{plain(value):f} %"))
        value += step
    return tuple(found)
