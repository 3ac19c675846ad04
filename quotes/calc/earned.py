"""What the money bought: planned, earned and actual cost, and where that leads.

Earned is what accepted units were planned to cost; planned is what should be accepted
by the day; actual is what was spent. Indices are quotients of the unrounded three. In
time, what was earned is read off the plan's own curve: the earned schedule is the
moment at which the plan had earned as much. Nothing is clamped, and what cannot be said
is missing with its reason (METHODS 6). See docs/model.md#earned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from .figures import Figure, Missing, worked_out

COST_WEIGHT, TIME_WEIGHT = Decimal("0.8"), Decimal("0.2")
"""Of the cost and the schedule index where a forecast is made of both."""
AT_INDEX, AT_PLAN, AT_BOTH, AT_WEIGHTED = METHODS = (
    *("as_so_far", "as_planned"),
    *("as_so_far_and_late", "as_so_far_mostly"),
)
NOTHING_SPENT = "nothing was spent on the counted work yet"
NOTHING_EARNED = "nothing was earned yet"
NOTHING_PLANNED = "the plan earns nothing up to this day"
NO_BUDGET_LEFT = "no budget is left"
PLAN_OVER = "the planned time is over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """Cost at completion by one method, what is still to be spent, and the variance."""

    at_completion: Figure
    to_complete: Figure
    variance: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Earned value and what follows from it; `tcpi` are per budget and per forecast."""

    planned: Figure
    earned: Figure
    actual: Figure
    cost_variance: Figure
    schedule_variance: Figure
    cost_index: Figure
    schedule_index: Figure
    forecasts: Mapping[str, Forecast]
    tcpi_budget: Figure
    tcpi_forecast: Figure


def measures(
    *, budget: Decimal, planned: Figure, earned: Figure, actual: Figure
) -> Measures:
    """Return all that planned, earned and actual cost say about a budget.

    >>> found = measures(
    ...     budget=Decimal(4000),
    ...     planned=Decimal(3000),
    ...     earned=Decimal(2500),
    ...     actual=Decimal(2800),
    ... )
    >>> round(found.forecasts["as_so_far"].at_completion, 2), found.tcpi_budget
    (Decimal('4480.00'), Decimal('1.25'))
    """
    cost_index = worked_out(_ratio, earned, actual, undefined=NOTHING_SPENT)
    schedule_index = worked_out(_ratio, earned, planned, undefined=NOTHING_PLANNED)
    left = worked_out(lambda done: budget - done, earned, undefined="")
    paces = {
        AT_INDEX: cost_index,
        AT_PLAN: Decimal(1),
        AT_BOTH: worked_out(_product, cost_index, schedule_index, undefined=""),
        AT_WEIGHTED: worked_out(_weighted, cost_index, schedule_index, undefined=""),
    }
    forecasts = {
        name: _forecast(budget, actual, left, pace) for name, pace in paces.items()
    }
    return Measures(
        planned=planned,
        earned=earned,
        actual=actual,
        cost_variance=worked_out(_difference, earned, actual, undefined=""),
        schedule_variance=worked_out(_difference, earned, planned, undefined=""),
        cost_index=cost_index,
        schedule_index=schedule_index,
        forecasts=forecasts,
        tcpi_budget=_needed(left, budget, actual),
        tcpi_forecast=_needed(left, forecasts[AT_INDEX].at_completion, actual),
    )


def earned_schedule(
    curve: Sequence[Decimal], *, earned: Decimal, at: Decimal
) -> Figure:
    """Return the time at which the plan had earned as much, in periods of its curve.

    `curve` is planned value at the end of each period; time 0 has none. Where the curve
    stays level the time is not unique: it is the one nearest to `at`, so that a plan
    that earns nothing in its first weeks makes nobody early or late in them.

    >>> plan = [Decimal(10), Decimal(25), Decimal(45), Decimal(70)]
    >>> earned_schedule(plan, earned=Decimal(35), at=Decimal(3))
    Decimal('2.5')
    """
    points = [Decimal(0), *curve]
    if not curve or points[-1] <= 0:
        return Missing(NOTHING_PLANNED)
    if earned > points[-1]:
        return Missing("more was earned than the plan holds")
    # Where the plan is at that height; of its level end only the beginning counts.
    done = next(place for place, height in enumerate(points) if height == points[-1])
    level = [place for place in range(done + 1) if points[place] == earned]
    if level:
        return min(max(Decimal(level[0]), at), Decimal(level[-1]))
    last = max(place for place in range(done + 1) if points[place] < earned)
    step = points[last + 1] - points[last]
    return last + (earned - points[last]) / step


@dataclass(frozen=True, slots=True, kw_only=True)
class InTime:
    """Earned schedule against the time that has passed, and the time it leads to."""

    variance: Figure
    index: Figure
    at_completion: Figure
    at_completion_as_planned: Figure
    needed: Figure


def in_time(earned_at: Figure, *, at: Decimal, planned: Decimal) -> InTime:
    """Return SV(t), SPI(t), the whole duration by both methods and TSPI.

    `at` periods have passed of `planned` ones; `earned_at` is the earned schedule.
    """
    index = worked_out(
        lambda when: when / at, earned_at, undefined="no time has passed yet"
    )
    return InTime(
        variance=worked_out(lambda when: when - at, earned_at, undefined=""),
        index=index,
        at_completion=worked_out(
            lambda pace: planned / pace, index, undefined=NOTHING_EARNED
        ),
        at_completion_as_planned=worked_out(
            lambda when: at + planned - when, earned_at, undefined=""
        ),
        needed=worked_out(
            lambda when: (planned - when) / (planned - at),
            earned_at,
            undefined=PLAN_OVER,
        ),
    )


def _forecast(budget: Decimal, actual: Figure, left: Figure, pace: Figure) -> Forecast:
    still = worked_out(_ratio, left, pace, undefined=NOTHING_EARNED)
    whole = worked_out(lambda spent, more: spent + more, actual, still, undefined="")
    return Forecast(
        at_completion=whole,
        to_complete=still,
        variance=worked_out(lambda cost: budget - cost, whole, undefined=""),
    )


def _needed(left: Figure, whole: Figure, actual: Figure) -> Figure:
    """Return what each unit of money must earn so that the whole is kept."""
    return worked_out(
        lambda work, money, spent: work / (money - spent),
        left,
        whole,
        actual,
        undefined=NO_BUDGET_LEFT,
    )


def _ratio(first: Decimal, second: Decimal) -> Decimal:
    return first / second


def _product(first: Decimal, second: Decimal) -> Decimal:
    return first * second


def _difference(first: Decimal, second: Decimal) -> Decimal:
    return first - second


def _weighted(cost_index: Decimal, schedule_index: Decimal) -> Decimal:
    return COST_WEIGHT * cost_index + TIME_WEIGHT * schedule_index
