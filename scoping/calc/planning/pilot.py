"""What the gold model says of the pilot, beside the rounds that the card plans.

The estimate prices the card's rounds. How many a team really needs is a distribution
(`rounds`): a plan of two passes every other time. The dates hold that distribution
(`beginning`), draw by draw, and here it is said in words.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal

from scoping.calc.beginning import MOST_ROUNDS, START, expected_rounds
from scoping.calc.promises import percent
from scoping.calc.rates.values import CostSide
from scoping.calc.spec.values import Spec


def pilot_words(spec: Spec, cost: CostSide) -> str | None:
    """Return the planned pilot and the expected one in a sentence or two."""
    found = expected_rounds(spec, cost)
    if found is None:
        return None
    planned, each = cost.work.pilot_rounds.value, cost.work.pilot_round_days.value
    promised = (
        f"; eight in ten such teams have passed by round {found.promised}, "
        f"{_days(found.promised * each + _answers(found.promised, spec))} with the "
        f"client's answers"
        if found.promised is not None
        else f"; {percent(Decimal(str(found.never)))} do not pass in {MOST_ROUNDS}"
    )
    return (
        f"The price holds {planned.normalize():f} rounds of the pilot, "
        f"{_days(planned * each)} of work; the dates hold as many as it takes. "
        f"A team that begins with "
        f"{percent(START)} right takes {found.expected:.1f} rounds on average to "
        f"{percent(spec.quality.agreement)} on {spec.quality.gold_items:,} "
        f"images{promised}."
    )


def _answers(rounds: int, spec: Spec) -> Decimal:
    """Return the days of waiting between so many rounds."""
    return Decimal(spec.client_turnaround_days * (rounds - 1))


def _days(days: Decimal) -> str:
    whole = int(days.to_integral_value(ROUND_CEILING))
    return f"{whole} working day{'' if whole == 1 else 's'}"
