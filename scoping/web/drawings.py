"""Where the marks of a drawing stand: market range, range, margin. Whole pixels.

Drawings repeat numbers that stand beside them in words. Positions are computed here,
because a template does no sums and a page carries no styles of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

Place = Callable[[Decimal], int]

WIDTH = 296
DIGITS = 40
LEFT, RIGHT = 44, 244
ROUND = tuple(Decimal(factor) for factor in ("1", "2", "2.5", "4", "5", "10"))
"""Steps of an axis that read as round, times a power of ten."""
MARGIN_WIDTH, MARGIN_HEIGHT, MARGIN_BASE = 320, 150, 118


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketBand:
    """The market range of a unit price with list, target, floor and decision on it."""

    low: str
    high: str
    sentence: str
    low_x: int
    high_x: int
    list_x: int
    target_x: int
    floor_x: int
    decided_x: int
    dots: str
    width: int = WIDTH

    @property
    def band_width(self) -> int:
        """Return how wide the range is drawn, at least a hair."""
        return max(self.high_x - self.low_x, 2)

    @property
    def low_text_x(self) -> int:
        """Return where the number stops: left of the range and of a mark close by."""
        near = self.low_x - LEFT <= DIGITS
        return (LEFT if near else self.low_x) - 6

    @property
    def high_text_x(self) -> int:
        """Return where the number begins: right of the range and of a mark close by."""
        near = RIGHT - self.high_x <= DIGITS
        return (RIGHT if near else self.high_x) + 6


def market_band(
    low: Decimal,
    high: Decimal,
    *,
    prices: tuple[Decimal, Decimal, Decimal, Decimal],
    scale: tuple[Decimal, Decimal] | None = None,
) -> MarketBand:
    """Return the drawing of a range with list, target, floor and decided price.

    A price outside of the range shrinks the range to scale, and dots run up to it.
    A `scale` holds its ends where they are while a price moves between them.
    """
    ends = scale or (low, high)
    least, most = min(low, *ends, *prices), max(high, *ends, *prices)
    reach = (most - least) or Decimal(1)

    def at(value: Decimal) -> int:
        place: int = round(LEFT + (value - least) / reach * (RIGHT - LEFT))
        return place

    listed, target, floor, decided = prices
    return MarketBand(
        low=f"{low:.2f}",
        high=f"{high:.2f}",
        sentence=(
            f"Market range {low:.2f} to {high:.2f}. List {listed}, target {target}, "
            f"floor {floor}, decided {decided}."
        ),
        low_x=at(low),
        high_x=at(high),
        list_x=at(listed),
        target_x=at(target),
        floor_x=at(floor),
        decided_x=at(decided),
        dots=_dots(at(min(low, *prices)), at(low))
        + _dots(at(high), at(max(high, *prices))),
    )


def _dots(start: int, end: int) -> str:
    """Return a run of dots to a price out of range, past the number that ends it."""
    if end - start <= DIGITS:
        return ""
    if start == LEFT:
        return f"M{start} 22H{end - DIGITS}"
    return f"M{start + DIGITS} 22H{end}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeDrawing:
    """A band from low to high with a plumb line; a dashed one where it was before."""

    x: int
    width: int
    mark: int
    before_x: int = 0
    before_width: int = 0


def range_drawing(
    low: Decimal,
    typical: Decimal,
    high: Decimal,
    *,
    before: tuple[Decimal, Decimal] | None = None,
) -> RangeDrawing | None:
    """Return the drawing of a range; None where low and high are one."""
    if low >= high:
        return None
    least, most = min((low, *(before or ()))), max((high, *(before or ())))
    scale = Decimal(256) / (most - least)

    def at(value: Decimal) -> int:
        place: int = round(12 + (value - least) * scale)
        return place

    return RangeDrawing(
        x=at(low),
        width=max(at(high) - at(low), 2),
        mark=at(typical),
        before_x=at(before[0]) if before else 0,
        before_width=at(before[1]) - at(before[0]) if before else 0,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisTick:
    """A number below an axis."""

    x: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginDrawing:
    """How the margin may turn out: an area over money, its loss part apart."""

    gain: str
    loss: str
    zero_x: int | None
    mean_x: int
    ticks: tuple[AxisTick, ...]
    before: str = ""
    width: int = MARGIN_WIDTH
    height: int = MARGIN_HEIGHT
    base: int = MARGIN_BASE
    end: int = MARGIN_WIDTH - 8


def margin_drawing(
    edges: Sequence[Decimal],
    shares: Sequence[Decimal],
    *,
    mean: Decimal,
    before: tuple[Sequence[Decimal], Sequence[Decimal]] | None = None,
    axis: tuple[Decimal, Decimal] | None = None,
) -> MarginDrawing | None:
    """Return the drawing of a histogram of the margin; None where it has no width.

    `before` is another histogram, dashed behind it; an `axis` holds its ends where they
    are while the margin moves between them.
    """
    if len(edges) != len(shares) + 1 or edges[0] >= edges[-1] or not any(shares):
        return None
    old_edges, old_shares = before or (edges, shares)
    ends = (*edges, *old_edges, *(axis or ()))
    least, most = min(ends), max(ends)
    scale = Decimal(MARGIN_WIDTH - 24) / (most - least)
    # The same area for the same number of draws: what is wide is low.
    top = max(_heights(edges, shares) + _heights(old_edges, old_shares))

    def at(value: Decimal) -> int:
        place: int = round(12 + (min(max(value, least), most) - least) * scale)
        return place

    def steps_of(
        edges: Sequence[Decimal], shares: Sequence[Decimal]
    ) -> list[tuple[Decimal, Decimal, int]]:
        heights = _heights(edges, shares)
        return [
            (low, high, MARGIN_BASE - round(height / top * (MARGIN_BASE - 22)))
            for low, high, height in zip(edges[:-1], edges[1:], heights, strict=True)
        ]

    steps, zero = steps_of(edges, shares), Decimal(0)
    return MarginDrawing(
        gain=_area([(max(a, zero), b, y) for a, b, y in steps if b > zero], at),
        loss=_area([(a, min(b, zero), y) for a, b, y in steps if a < zero], at),
        zero_x=at(zero) if least < zero < most else None,
        mean_x=at(mean),
        ticks=_ticks(least, most, at),
        before="" if before is None else _area(steps_of(*before), at),
    )


def _heights(edges: Sequence[Decimal], shares: Sequence[Decimal]) -> list[Decimal]:
    """Return how many draws fall on one unit of money, bin by bin."""
    return [
        share / (high - low) if high > low else Decimal(0)
        for low, high, share in zip(edges[:-1], edges[1:], shares, strict=True)
    ]


def _area(steps: Sequence[tuple[Decimal, Decimal, int]], at: Place) -> str:
    """Return a path along the tops of the steps, closed on the base."""
    if not steps:
        return ""
    points = "".join(f"V{y}H{at(high)}" for _, high, y in steps)
    return f"M{at(steps[0][0])} {MARGIN_BASE}{points}V{MARGIN_BASE}Z"


def _ticks(least: Decimal, most: Decimal, at: Place) -> tuple[AxisTick, ...]:
    """Return round numbers along the axis, five at most, away from the edges."""
    rough = (most - least) / 5
    power = Decimal(1).scaleb(rough.adjusted())
    # Labels are whole numbers, so that there are no steps of 2.5 in small amounts.
    step = next(
        power * factor
        for factor in ROUND
        if power * factor >= rough and (power > 1 or factor % 1 == 0)
    )
    value = (least / step).to_integral_value(rounding="ROUND_CEILING") * step
    found = []
    while value <= most:
        x = at(value)
        if 30 <= x <= MARGIN_WIDTH - 30:  # noqa: PLR2004 - room for the digits
            words = f"{abs(value):,.0f}"
            found.append(
                AxisTick(x=x, words=f"\N{MINUS SIGN}{words}" if value < 0 else words)
            )
        value += step
    return tuple(found)
