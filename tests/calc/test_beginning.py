"""When production may begin: the rounds of the pilot are drawn, and move the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import numpy as np
import pytest

from scoping.calc.beginning import beginning, chances_of, expected_rounds
from scoping.calc.spec.values import Quality
from tests.calc.an_estimate import a_spec, an_estimate, the_card, the_workdays
from tests.scale import count

COST = the_card().cost
SITE = the_workdays().calendar("vn")


def begun(**changes):
    return beginning(a_spec(**changes), cost=COST, workdays=the_workdays())


def test_rounds_of_three_days_with_two_of_answers_between_them():
    # Rules on Monday 9 March. Rounds end on 12, 19, 26 March: three working days in
    # Vietnam, then two of the client's. Nobody passes the first at 80 % right.
    found = begun()

    assert found.rules == date(2026, 3, 9)
    assert found.ends == (date(2026, 3, 19), date(2026, 3, 26))
    # Round 2 is worked at the target: at most 25 of 500 wrong 553 times in 1,000.
    assert found.chances == pytest.approx((0.5529, 0.4471), abs=1e-4)
    assert found.delays(SITE) == (0, 5)
    assert (found.by(0.5), found.by(0.8)) == found.ends


def test_drawn_beginnings_have_the_chances_of_projects_played_round_by_round():
    # The slow way: 500 gold images, one by one, a session after each failed round.
    chance, plays, passed = Random(11), count(2_000), []
    for _ in range(plays):
        wrong_share, number = 0.20, 1
        while sum(chance.random() < wrong_share for _ in range(500)) > 25:
            wrong_share /= 4
            number += 1
        passed.append(number)
    found = begun()

    drawn = found.drawn(4096, SITE)

    for number, delay in zip((2, 3), found.delays(SITE), strict=True):
        share = float(np.mean(drawn == delay))
        error = 4 * (share * (1 - share) / plays) ** 0.5
        assert np.mean([one == number for one in passed]) == pytest.approx(
            share, abs=error
        )


def test_without_a_pilot_production_begins_when_the_rules_are_agreed():
    found = begun(quality=Quality(gold_items=0))

    assert found.ends == (found.rules,)
    assert found.drawn(3, SITE).tolist() == [0, 0, 0]


def test_where_no_way_to_the_target_is_known_the_rounds_of_the_card_stand():
    # Two rounds of three days from 9 March, then two days of the client's.
    found = begun(quality=Quality(agreement=Decimal("0.75")))

    assert expected_rounds(a_spec(quality=Quality(gold_items=0)), COST) is None
    assert (found.ends, found.chances) == ((date(2026, 3, 19),), (1.0,))


def test_who_has_not_passed_is_dated_by_the_last_round():
    work = replace(
        COST.work, pilot_rounds=replace(COST.work.pilot_rounds, value=Decimal(9))
    )
    slow = replace(COST, work=work)
    rounds = expected_rounds(a_spec(), slow)

    found = beginning(a_spec(), cost=slow, workdays=the_workdays())

    assert rounds is not None
    assert rounds.never > 0.9
    assert sum(chances_of(rounds)) == pytest.approx(1)
    assert found.by(0.9) == found.ends[-1]
    assert found.by(1.0) == found.ends[-1]


def test_rounds_of_half_days_end_on_whole_days():
    days = replace(COST.work.pilot_round_days, value=Decimal("2.5"))
    cost = replace(COST, work=replace(COST.work, pilot_round_days=days))

    found = beginning(a_spec(), cost=cost, workdays=the_workdays())

    # 3 and 2 days: 12 March, 16 March, 18 March; answers on the 20th, 3 days: the 25th.
    assert found.ends == (date(2026, 3, 18), date(2026, 3, 25))


def test_the_estimate_ends_later_where_the_pilot_takes_another_round():
    made = an_estimate(draws=4096)
    dates = made.schedule

    waits = dates.starts > 0
    assert np.mean(waits) == pytest.approx(0.4471, abs=2e-3)
    # The rounds are drawn apart from the work: those who wait work as long as others.
    apart = (dates.days - dates.starts)[waits].mean() - dates.days[~waits].mean()
    assert apart == pytest.approx(0, abs=1)
    # Negative control: with the rounds of the card alone the week would be earlier.
    card = np.sort(dates.days - dates.starts)[int(0.8 * 4096)]
    assert SITE.add(dates.begin, int(card)) < dates.finish["p80"]
    assert dates.milestones[1].day == date(2026, 3, 19)
    assert dates.finish["p80"] - dates.promised < timedelta(days=7)
