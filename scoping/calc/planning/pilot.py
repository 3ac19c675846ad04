"""What the gold model says of the pilot, beside the rounds that the card plans.

The estimate dates and prices the card's rounds. How many a team really needs is a
distribution (`rounds`): a plan of two passes every other time, and the days of a third
round are what production may begin later.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal

from scoping.calc.agreement import GoldSetError
from scoping.calc.gold import errors_allowed
from scoping.calc.promises import percent
from scoping.calc.rates.values import CostSide
from scoping.calc.rounds import Rounds, pilot_rounds, share_removed
from scoping.calc.spec.values import Spec

START = Decimal("0.80")
"""How right a team is in its first round: the published "from under 80 %"."""
MOST_ROUNDS = 5


def expected_rounds(spec: Spec, cost: CostSide) -> Rounds | None:
    """Return how the pilot of a spec goes; None without a gold set or a way to it.

    Each session removes as much as brings the card's last planned round to the target.
    """
    quality, planned = spec.quality, float(cost.work.pilot_rounds.value)
    if quality.gold_items == 0:
        return None
    try:
        removed = share_removed(
            start=float(START), target=float(quality.agreement), rounds=planned
        )
    except GoldSetError:
        return None
    return pilot_rounds(
        items=quality.gold_items,
        errors=errors_allowed(quality.gold_items, quality.agreement),
        start=float(START),
        removed=removed,
        most=MOST_ROUNDS,
    )


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
        f"Planned are {planned.normalize():f} rounds of the pilot, "
        f"{_days(planned * each)} of work. A team that begins with "
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
