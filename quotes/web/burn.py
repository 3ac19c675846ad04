"""Two small pictures of a project: its forecast against the budget, and its burn curve.

Every picture repeats figures that stand beside it in words. Whole pixels.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH, MIDDLE = 204, 94
LEAST_SCALE, MOST_SCALE = Decimal("0.10"), Decimal("1.00")
"""How far the scale of the forecasts goes around the budget, at least and at most."""
BURN_WIDTH, BURN_HEIGHT, EDGE = 104, 36, 2
Money = Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """A forecast from low to high; what is above the budget is drawn apart.

    `inside` and `over` are begin and width; `typical` is where the mark stands.
    """

    inside: tuple[int, int] | None
    over: tuple[int, int] | None
    typical: int
    sentence: str
    middle: int = MIDDLE
    width: int = WIDTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Burn:
    """Planned, accepted and spent over time, each the points of a line."""

    planned: str
    earned: str
    spent: str
    sentence: str
    width: int = BURN_WIDTH
    height: int = BURN_HEIGHT


def widest(rows: Iterable[tuple[Money, Money, Money]]) -> Decimal:
    """Return how far the forecasts lie from their limits, as a share of the limit."""
    far = LEAST_SCALE
    for limit, low, high in rows:
        if limit and low is not None and high is not None:
            far = max(far, abs(low / limit - 1), abs(high / limit - 1))
    return min(far, MOST_SCALE)


def strip(
    *,
    limit: Money,
    ends: tuple[Money, Money, Money],
    scale: Decimal,
    currency: str,
) -> Strip | None:
    """Return a forecast around its budget with reserve; None where there is none."""
    low, typical, high = ends
    if not limit or low is None or typical is None or high is None:
        return None

    def place(amount: Decimal) -> int:
        far = (amount / limit - 1) / scale if limit else Decimal(0)
        within = max(Decimal(-1), min(Decimal(1), far))
        return MIDDLE + round(within * (MIDDLE - 2 if within < 0 else WIDTH - MIDDLE))

    left, right = place(low), place(high)
    inside = (left, max(1, min(right, MIDDLE) - left)) if left < MIDDLE else None
    over = (max(left, MIDDLE), max(1, right - max(left, MIDDLE)))
    return Strip(
        inside=inside,
        over=over if right > MIDDLE else None,
        typical=place(typical),
        sentence=(
            f"Forecast {low:,.0f} – {typical:,.0f} – {high:,.0f} {currency}, low – "
            f"typical – high; budget with reserve {limit:,.0f}."
        ),
    )


def burn(curve: Sequence[Sequence[str | None]], *, currency: str) -> Burn | None:
    """Return the lines of a trend; None for fewer than two days."""
    if len(curve) < 2:  # noqa: PLR2004 - a line has two ends
        return None
    columns = [
        [None if row[place] is None else Decimal(str(row[place])) for row in curve]
        for place in (1, 2, 3)
    ]
    most = max((one for each in columns for one in each if one is not None), default=0)
    if not most:
        return None

    def points(column: Sequence[Money]) -> str:
        step = (BURN_WIDTH - 2 * EDGE) / (len(curve) - 1)
        height = BURN_HEIGHT - 2 * EDGE
        return " ".join(
            f"{round(EDGE + place * step)},"
            f"{BURN_HEIGHT - EDGE - round(max(Decimal(0), one) / most * height)}"
            for place, one in enumerate(column)
            if one is not None
        )

    planned, earned, spent = columns
    return Burn(
        planned=points(planned),
        earned=points(earned),
        spent=points(spent),
        sentence=(
            f"Until {curve[-1][0]}: planned {_last(planned)}, accepted "
            f"{_last(earned)}, spent {_last(spent)} {currency}."
        ),
    )


def _last(column: Sequence[Money]) -> str:
    return "not known" if column[-1] is None else f"{column[-1]:,.0f}"
