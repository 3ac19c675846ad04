"""Whether a project is getting better: do its weeks rise by more than chance.

A week's figure is what a unit of money bought in it: the planned cost of the work done
over what that work cost. Whether the weeks rise is asked of their order alone, by
Kendall's rank test against time (Mann 1945): no size of a step is assumed, and a single
odd week weighs as much as any other. See docs/model.md#trend.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from math import factorial
from typing import Any, Literal

Answer = Literal["better", "worse", "not shown", "too few weeks"]

FEWEST_WEEKS = 4
"""Below it no order is rare enough: three weeks rise by chance 17 times in 100."""
MOST_WEEKS = 26
RARE = Decimal("0.05")
PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """Work done in a week: its planned and its actual cost, one currency, above 0."""

    begins: str
    planned: Decimal
    actual: Decimal

    @property
    def bought(self) -> Decimal:
        """Return the planned work that a unit of money bought; 1 is as planned."""
        return (self.planned / self.actual).quantize(PLACES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """The weeks, whether they rise or fall, and how often chance does as much (0..1).

    `chance` is None where there are too few weeks to ask.
    """

    weeks: tuple[Week, ...]
    answer: Answer
    chance: Decimal | None


def trend(rows: Iterable[Mapping[str, Any]]) -> Trend:
    """Return whether the weeks of a gap get better, from `gap_by.week` of a standing.

    Weeks without planned or without actual cost say nothing and are left out; of a long
    project the last 26 weeks count.

    >>> found = trend(
    ...     {"week": f"2026-03-{day:02}", "planned": cents, "actual": "100"}
    ...     for day, cents in [(2, "85"), (9, "88"), (16, "90"), (23, "92")]
    ... )
    >>> found.answer, found.chance
    ('better', Decimal('0.0417'))
    """
    weeks = tuple(
        Week(
            begins=str(row["week"]),
            planned=Decimal(row["planned"]),
            actual=Decimal(row["actual"]),
        )
        for row in sorted(rows, key=lambda one: str(one["week"]))
        if Decimal(row["planned"]) > 0 and Decimal(row["actual"]) > 0
    )[-MOST_WEEKS:]
    if len(weeks) < FEWEST_WEEKS:
        return Trend(weeks=weeks, answer="too few weeks", chance=None)
    score = rank_score(weeks)
    chance = chance_of(abs(score), weeks=len(weeks))
    if chance > RARE:
        answer: Answer = "not shown"
    else:
        answer = "better" if score > 0 else "worse"
    return Trend(weeks=weeks, answer=answer, chance=chance.quantize(PLACES))


def rank_score(weeks: Sequence[Week]) -> int:
    """Return the pairs of weeks of which the later is better, less the others.

    Quotients are compared by cross products, so that no rounding makes or breaks a tie.
    """
    score = 0
    for one, later in combinations(weeks, 2):
        before, after = one.planned * later.actual, later.planned * one.actual
        score += (after > before) - (after < before)
    return score


def chance_of(score: int, *, weeks: int) -> Decimal:
    """Return how often weeks in random order score at least `score` (one-sided).

    A score of n (n - 1) / 2 - 2 k comes from the orders with k pairs the wrong way
    round. With ties the true chance is smaller: the answer errs towards "not shown".
    """
    pairs = weeks * (weeks - 1) // 2
    wrong = _orders_by_inversions(weeks)
    most = (pairs - score) // 2
    return Decimal(sum(wrong[: most + 1])) / Decimal(factorial(weeks))


def _orders_by_inversions(size: int) -> list[int]:
    """Return how many orders of `size` things have 0, 1, 2, ... pairs reversed.

    Placed last, a thing can pass 0 to `place - 1` of those before it.
    """
    counts = [1]
    for place in range(2, size + 1):
        longer = [0] * (len(counts) + place - 1)
        for have, many in enumerate(counts):
            for passed in range(place):
                longer[have + passed] += many
        counts = longer
    return counts
