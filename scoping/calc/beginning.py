"""When production may begin: rules agreed, and the gold set passed by the pilot.

The rules take working days of the site and an answer of the client's. Then the pilot
labels fresh gold items, round after round until it passes; between two rounds the
client answers what the errors have asked. How many rounds that takes is a distribution
(`rounds`), and so is the day on which production begins: a plan with the mean number of
rounds is late every other time. See docs/model.md#beginning.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from itertools import accumulate

import numpy as np

from .agreement import GoldSetError
from .gold import errors_allowed
from .rates.values import CostSide
from .rounds import Rounds, pilot_rounds, share_removed
from .spec.values import Spec
from .trace import Draws
from .workdays import Calendar, Workdays

START = Decimal("0.80")
"""How right a team is in its first round: the published "from under 80 %"."""
MOST_ROUNDS = 5
"""Rounds that are dated; whoever has not passed by then is dated as if in the last."""
ROOT = 2**0.5
"""Steps of the root of 2 fall evenly into 0 to 1, however many are taken."""
HARDLY = 1e-4
"""Numbers of rounds that are rarer have no date of their own."""
SMALL = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """The days before production: start, rules agreed, and the ends of the pilot.

    `ends` are days after which production begins, earliest first, each with its chance
    in `chances`; one that is certain where no pilot is planned or its rounds are given.
    """

    start: date
    rules: date
    ends: tuple[date, ...]
    chances: tuple[float, ...]

    @property
    def first(self) -> date:
        """Return the earliest day after which production may begin."""
        return self.ends[0]

    def by(self, share: float) -> date:
        """Return the day after which production has begun with so great a chance."""
        sums = accumulate(self.chances)
        return next(
            (
                day
                for day, sure in zip(self.ends, sums, strict=True)
                if sure >= share - SMALL
            ),
            self.ends[-1],
        )

    def delays(self, site: Calendar) -> tuple[int, ...]:
        """Return the site's working days between the first of the ends and each."""
        first = site.add(self.first, 0)
        day = timedelta(days=1)
        return tuple(
            site.count(first + day, site.add(end, 0) + day) for end in self.ends
        )

    def drawn(self, draws: int, site: Calendar) -> Draws:
        """Return in every draw the working days after the first end until production.

        Spread evenly over the draws, so that each end has its chance.
        """
        place = np.modf(np.arange(1, draws + 1) * ROOT)[0]
        bounds = np.cumsum(self.chances)[:-1]
        which = np.searchsorted(bounds, place, side="right")
        found: Draws = np.asarray(self.delays(site), dtype=np.float64)[which]
        return found


def beginning(spec: Spec, *, cost: CostSide, workdays: Workdays) -> Beginning:
    """Return when the rules are agreed, and when production may begin."""
    site = workdays.calendar(cost.site_of(spec.site).calendar)
    client = workdays.calendar(spec.client_calendar)
    answer = spec.client_turnaround_days
    start = site.add(spec.start_on, 0)
    rules = client.add(site.add(start, int(cost.work.taxonomy_days.value)), answer)
    if spec.quality.gold_items == 0:
        return Beginning(start=start, rules=rules, ends=(rules,), chances=(1.0,))
    rounds = expected_rounds(spec, cost)
    if rounds is None:
        # No way from the first round to the target is known: the card's rounds stand.
        planned = _up(cost.work.pilot_rounds.value * cost.work.pilot_round_days.value)
        end = client.add(site.add(rules, planned), answer)
        return Beginning(start=start, rules=rules, ends=(end,), chances=(1.0,))
    each, ends, day = cost.work.pilot_round_days.value, [], rules
    for number in range(1, MOST_ROUNDS + 1):
        day = site.add(day, _up(number * each) - _up((number - 1) * each))
        ends.append(day)
        day = client.add(day, answer)
    chances = chances_of(rounds)
    told = [place for place, chance in enumerate(chances) if chance >= HARDLY]
    kept = [chances[place] for place in told]
    return Beginning(
        start=start,
        rules=rules,
        ends=tuple(ends[place] for place in told),
        # What hardly ever happens is counted with the last of what does.
        chances=(*kept[:-1], 1 - sum(kept[:-1])),
    )


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


def chances_of(rounds: Rounds) -> tuple[float, ...]:
    """Return the chance of each number of rounds; of the last, that no more are run."""
    passed = [one.passed_by_now for one in rounds.rounds]
    passed[-1] = 1.0
    return tuple(
        after - before for before, after in zip([0.0, *passed], passed, strict=False)
    )


def _up(days: Decimal) -> int:
    return int(days.to_integral_value(rounding=ROUND_CEILING))
