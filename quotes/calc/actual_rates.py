"""What an hour really cost: dated rates per site, team and role, and paid time.

A rate holds for a role at a site from a day on, until a later one of the same role and
site; one that names a team goes before one that does not. Paid time is what a team was
paid for in a week, against what the tools timed. See docs/model.md#actual_rates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


class ActualRateError(ValueError):
    """Raised for a rate or a paid time that cannot be, in a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRate:
    """What a paid hour of a role costs with everything on top, from a day on.

    `hour_cost` is in `currency`; `exchange`, units of that currency for one of the
    project's, None where they are the same. An empty `team` stands for every team.
    """

    site: str
    team: str
    role: str
    valid_from: date
    hour_cost: Decimal
    currency: str
    exchange: Decimal | None = None

    def __post_init__(self) -> None:
        """Refuse hours that cost nothing and an exchange rate of nothing."""
        if self.hour_cost <= 0:
            raise ActualRateError(
                f"An hour of {self.role} costs {self.hour_cost}. State a cost above 0."
            )
        if self.exchange is not None and self.exchange <= 0:
            raise ActualRateError("State an exchange rate above 0.")

    @property
    def in_project_currency(self) -> Decimal:
        """Return the cost of an hour in the project's currency."""
        return self.hour_cost / (self.exchange or Decimal(1))


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidTime:
    """What a team was paid for in the week of a Monday, in hours.

    `client_waiting` is waiting that the client owns; `premium` what overtime and nights
    cost on top, in hours at the normal rate. Both are part of nobody's tool time.
    """

    team: str
    week: date
    paid: Decimal
    client_waiting: Decimal = Decimal(0)
    premium: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        """Refuse negative hours, and more waiting than was paid."""
        if self.paid <= 0 or not 0 <= self.client_waiting < self.paid:
            raise ActualRateError(
                f"Team {self.team or 'of the project'} was paid {self.paid} hours in "
                f"the week of {self.week}, {self.client_waiting} of them for waiting. "
                f"Waiting is less than what was paid."
            )
        if self.premium < 0:
            raise ActualRateError("Overtime costs 0 or more on top.")


@dataclass(frozen=True, slots=True)
class RateBook:
    """All actual rates of a workspace that are known."""

    rates: tuple[RoleRate, ...] = ()

    def find(
        self, *, site: str, team: str, role: str, day: date | None
    ) -> RoleRate | None:
        """Return the rate in force on a day; None where there is none.

        Work without a day takes no rate: nobody can say which one held.
        """
        if day is None:
            return None
        fitting = [
            rate
            for rate in self.rates
            if rate.site == site
            and rate.role == role
            and rate.team in ("", team)
            and rate.valid_from <= day
        ]
        return max(
            fitting, key=lambda one: (bool(one.team), one.valid_from), default=None
        )


def paid_by_week(rows: Sequence[PaidTime]) -> dict[tuple[str, str], PaidTime]:
    """Return paid time by team and Monday; two rows of one are refused."""
    found: dict[tuple[str, str], PaidTime] = {}
    for row in rows:
        key = (row.team, row.week.isoformat())
        if key in found:
            raise ActualRateError(
                f"Team {row.team} has paid time twice in the week of {row.week}. Add "
                f"the rows up first."
            )
        found[key] = row
    return found
