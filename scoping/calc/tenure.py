"""How fast a team is on each of its days, with newcomers who learn and leavers.

A person's pace depends on the days that they have been in the team: the card's first
days, then full pace. People leave at a monthly rate; a place is empty until a new
person comes, who starts anew. What a team does is people × the pace of one place.
See docs/model.md#tenure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

DAYS_A_MONTH = 21
"""Working days of a month: a monthly rate of leaving is spread over them."""
SETTLED = 1e-9
"""A change of pace from one day to the next that is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenure:
    """The pace of a person's first days, how many leave, how long a place is empty.

    `ramp` are shares of full pace. `leaving_month` is the share of people who leave in
    a month, `hire_days` the working days until the next person starts.
    """

    ramp: tuple[float, ...]
    leaving_month: float = 0.0
    hire_days: int = 0

    def __post_init__(self) -> None:
        """Refuse shares that are none."""
        if not 0 <= self.leaving_month < 1:
            raise ValueError("The share that leaves in a month must lie in 0 to 1.")
        if self.hire_days < 0 or any(pace < 0 for pace in self.ramp):
            raise ValueError("Days to hire and paces must not be negative.")

    @property
    def leaving_day(self) -> float:
        """Return the share that leaves at the end of a working day."""
        return leaving_day(self.leaving_month)


def leaving_day(leaving_month: float) -> float:
    """Return the daily share whose 21-fold survival is the monthly one.

    >>> round(1 - (1 - leaving_day(0.05)) ** 21, 12)
    0.05
    """
    return 1 - float((1 - leaving_month) ** (1 / DAYS_A_MONTH))


def headcount(
    start: float, *, leaving_month: float, hires_month: float, months: int
) -> list[float]:
    """Return the expected people month by month: H' = H × (1 − leaving) + hires."""
    found = [float(start)]
    for _ in range(months):
        found.append(found[-1] * (1 - leaving_month) + hires_month)
    return found


@lru_cache(maxsize=64)
def pace_curve(tenure: Tenure) -> tuple[float, ...]:
    """Return the expected pace of one place on its first days, until it is steady.

    The last value holds for all later days. All places are filled by newcomers on the
    first day. The walk follows the share of places at each day of tenure and the share
    that is empty, and stops when neither changes any more.
    """
    paces = np.append(np.asarray(tenure.ramp, dtype=np.float64), 1.0)
    if tenure.leaving_month == 0:
        return tuple(float(pace) for pace in paces)
    people = np.zeros(len(paces))
    people[0] = 1.0
    coming = [0.0] * tenure.hire_days
    found: list[float] = []
    steady = 0
    while steady <= len(paces) + tenure.hire_days:
        found.append(float(people @ paces))
        steady = steady + 1 if _unchanged(found) else 0
        left = people * tenure.leaving_day
        coming.append(float(left.sum()))
        people = older(people - left)
        people[0] += coming.pop(0)
    return tuple(found)


def older(people: NDArray[Any]) -> NDArray[Any]:
    """Return people by day of tenure one day later, on the last axis.

    Those on the last day, at full pace, stay there; the first day is empty.
    """
    found = np.zeros_like(people)
    found[..., 1:] = people[..., :-1]
    found[..., -1] += people[..., -1]
    return found


def _unchanged(found: list[float]) -> bool:
    return len(found) > 1 and abs(found[-1] - found[-2]) < SETTLED


def days_of_team(
    units: float, *, a_day: float, team: Sequence[tuple[int, float]]
) -> float:
    """Return the days in which a growing team does `units`, the last day in part.

    `team` holds people and their pace by day; the last entry holds for later days.

    >>> days_of_team(100, a_day=10, team=[(5, 0.5), (5, 1.0)])
    2.5
    """
    left, days = float(units), 0.0
    for people, pace in team:
        done = people * pace * a_day
        if left <= done:
            return days + left / done
        left, days = left - done, days + 1
    people, pace = team[-1]
    return days + left / (people * pace * a_day)
