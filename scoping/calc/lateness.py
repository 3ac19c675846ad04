"""What a late delivery gives back, and how much of the price that is expected to be.

A share of the price of the lines for each week begun after the promised week and the
days of grace, up to a most. Days on which the client kept the work waiting are not late
days; the schedule takes her answers as they are agreed. What is expected follows from
the same draws of the end that the promised week was taken from, so that an earlier week
costs what it risks. See docs/model.md#lateness.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Any

import numpy as np

from .number import rounded_up_to_4
from .schedule import Schedule, days_until
from .simulate import as_decimal
from .spec.service import Late
from .spec.values import Spec
from .trace import Draws, Origin, Step, given
from .workdays import Calendar

DAYS_A_WEEK = 7
WEEK_ENDS = timedelta(days=6)
"""A promised week ends six days after its Monday."""


def weeks_begun(days: Any) -> Any:
    """Return the weeks begun in so many calendar days; none in 0 days or fewer.

    >>> weeks_begun(Decimal(8))
    Decimal('2')
    """
    if isinstance(days, Decimal):
        whole = (days / DAYS_A_WEEK).to_integral_value(rounding=ROUND_CEILING)
        return max(Decimal(0), whole)
    return np.maximum(np.ceil(days / DAYS_A_WEEK), 0.0)


def share_back(days: Any, terms: Late) -> Any:
    """Return the share of the price that a delivery so many days late gives back.

    >>> share_back(Decimal(11), Late(per_week=Decimal("0.01"), most=Decimal("0.1"),
    ...     grace_days=3))
    Decimal('0.02')
    """
    weeks = weeks_begun(days - terms.grace_days)
    if isinstance(weeks, Decimal):
        return min(weeks * terms.per_week, terms.most)
    return np.minimum(weeks * float(terms.per_week), float(terms.most))


def day_of_most(terms: Late) -> int:
    """Return the first day late from which no more is given back."""
    weeks = (terms.most / terms.per_week).to_integral_value(rounding=ROUND_CEILING)
    return terms.grace_days + DAYS_A_WEEK * (int(weeks) - 1) + 1


def late_days(dates: Schedule, site: Calendar, *, most: int) -> Draws:
    """Return the calendar days between the promised week and the end, draw by draw.

    0 where the work is done in the week or before. `most`: days from which on it makes
    no difference; later ends are not looked up.
    """
    last = dates.promised + WEEK_ENDS
    in_time = days_until(site, dates.begin, last)
    too_late = days_until(site, dates.begin, last + timedelta(days=most)) + 1
    days = np.clip(dates.days, in_time, too_late)
    ends, place = np.unique(days, return_inverse=True)
    late = [_days_after(last, site.add(dates.begin, int(end))) for end in ends]
    found: Draws = np.maximum(np.asarray(late, dtype=np.float64), 0.0)[place]
    return np.where(days > in_time, found, 0.0)


def given_back(spec: Spec, dates: Schedule, site: Calendar) -> Draws | None:
    """Return the share of the price given back in every draw, None if none is agreed.

    `site` is the calendar that the dates are counted on.
    """
    terms = spec.quality.sla.late
    if terms is None:
        return None
    late = late_days(dates, site, most=day_of_most(terms))
    found: Draws = share_back(late, terms)
    return found


def expected_share(back: Draws | None) -> Step | None:
    """Return the share that is given back on average, as prices have to bear it."""
    if back is None:
        return None
    return given(
        "Given back for late delivery, on average",
        as_decimal(float(np.mean(back)), digits=6),
        unit="of the price",
        because="mean over the draws of the end against the promised week",
        origin=Origin(kind="spec", at="/quality/sla/late"),
    )


def bearing(price: Any, late: Any) -> Any:
    """Return a unit price of which this share is given back, up at four decimals.

    What stays is what the cost asks for: price × (1 − share).
    """
    return rounded_up_to_4(price / (1 - late))


def _days_after(day: date, end: date) -> int:
    return (end - day).days
