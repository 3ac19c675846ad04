"""The picture of a gap: from planned to actual, part by part. Whole pixels.

It repeats the table beside it. Where the totals are far above the parts the axis is cut
at a round amount, and says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from scoping.calc.money import coin
from scoping.templatetags.plumbline import MINUS, money, number

WIDTH, TOP, BASE, HEIGHT = 728, 30, 210, 252
LEFT, MOST_PARTS, NARROW = 8, 7, 8
CUT_ABOVE = Decimal("0.6")
"""Cut where even the lowest level lies above this share of the highest."""
NAME_LENGTH = 13
MILLION = Decimal(1_000_000)
IN_MILLIONS_FROM = 10 * MILLION
"""From where a currency without coins is written in millions above the bars."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaterBar:
    """A bar with its name in up to two rows and its amount above."""

    name: tuple[str, ...]
    amount: str
    kind: str
    x: int
    y: int
    width: int
    height: int
    text_x: int
    text_y: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Waterfall:
    """The bars, the lines that join them, and where the axis is cut.

    `in_millions` where the amounts above the bars are; the sentence has all digits.
    """

    bars: tuple[WaterBar, ...]
    joints: str
    sentence: str
    cut: str
    in_millions: bool = False
    width: int = WIDTH
    height: int = HEIGHT
    base: int = BASE


def waterfall(gap: Mapping[str, Any], *, currency: str) -> Waterfall | None:
    """Return the picture of a gap; None where nothing was planned."""
    planned, actual = Decimal(gap["planned"]), Decimal(gap["actual"])
    if planned <= 0:
        return None
    parts = _merged(gap["parts"])
    levels = [planned]
    for _, amount in parts:
        levels.append(levels[-1] + amount)
    low, high = min(*levels, actual), max(*levels, actual)
    cut = _cut(low, high)
    scale = (BASE - TOP) / (high - cut)
    step = (WIDTH - 2 * LEFT) // (len(parts) + 2)

    def height_of(level: Decimal) -> int:
        return BASE - int(((level - cut) * scale).to_integral_value(ROUND_HALF_UP))

    in_millions = coin(currency) == 1 and high >= IN_MILLIONS_FROM
    largest = max((abs(amount) for _, amount in parts), default=Decimal(0))

    def label(amount: Decimal) -> str:
        if in_millions:
            return number(amount / MILLION, 1)
        return number(amount, 0)

    bars = [
        _bar("Planned", label(planned), "total", 0, step, (height_of(planned), BASE))
    ]
    for place, (name, amount) in enumerate(parts, start=1):
        ends = sorted((height_of(levels[place - 1]), height_of(levels[place])))
        kind = "less" if amount < 0 else "most" if amount == largest else "over"
        said = _signed(label(amount), amount)
        bars.append(_bar(name, said, kind, place, step, (ends[0], ends[1])))
    ends_at = (height_of(actual), BASE)
    bars.append(_bar("Actual", label(actual), "total", len(parts) + 1, step, ends_at))
    joints = "".join(
        f"M{bars[place].x + bars[place].width} {height_of(level)}H{bars[place + 1].x}"
        for place, level in enumerate(levels)
    )
    told = ", ".join(
        f"{name} {_signed(number(amount, 0), amount)}" for name, amount in parts
    )
    return Waterfall(
        bars=tuple(bars),
        joints=joints,
        sentence=(
            f"Planned {money(planned, currency)} {currency}, {told}, "
            f"actual {money(actual, currency)}."
        ),
        cut=f"{cut:,.0f}" if cut else "",
        in_millions=in_millions,
    )


def _merged(parts: Sequence[Mapping[str, str]]) -> list[tuple[str, Decimal]]:
    """Return the largest parts in order; what is beyond them is one part."""
    found = [(part["name"].capitalize(), Decimal(part["amount"])) for part in parts]
    if len(found) <= MOST_PARTS:
        return found
    rest = sum((amount for _, amount in found[MOST_PARTS - 1 :]), Decimal(0))
    return [*found[: MOST_PARTS - 1], ("All others", rest)]


def _cut(low: Decimal, high: Decimal) -> Decimal:
    """Return where the axis begins: 0, or a round amount well below every level."""
    if low < high * CUT_ABOVE:
        return Decimal(0)
    room = low - (high - low) if high > low else low / 2
    if room <= 0:
        return Decimal(0)
    digits = Decimal(1).scaleb(room.adjusted() - 1)
    return max(Decimal(0), (room // digits) * digits)


def _bar(
    name: str,
    amount: str,
    kind: str,
    place: int,
    step: int,
    ends: tuple[int, int],
) -> WaterBar:
    x = LEFT + place * step + NARROW
    width = step - 2 * NARROW
    return WaterBar(
        name=tuple(_wrapped(name)),
        amount=amount,
        kind=kind,
        x=x,
        y=ends[0],
        width=width,
        height=max(1, ends[1] - ends[0]),
        text_x=x + width // 2,
        text_y=ends[0] - 6,
    )


def _signed(said: str, amount: Decimal) -> str:
    """Return an amount as it is said, always signed; a minus is a minus sign."""
    sign = "+" if amount > 0 else MINUS if amount < 0 else ""
    return f"{sign}{said.lstrip(MINUS)}"


def _wrapped(name: str) -> list[str]:
    rows = [""]
    for word in name.split():
        joined = f"{rows[-1]} {word}".strip()
        if len(joined) <= NAME_LENGTH or not rows[-1]:
            rows[-1] = joined
        else:
            rows.append(word)
    return rows
