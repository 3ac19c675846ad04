"""Saturdays as overtime: within the law, paid as days off, sooner than without."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from unittest.mock import patch

import pytest
import yaml

from scoping.calc.estimate import estimate
from scoping.calc.planning.design import Ask, design
from scoping.calc.planning.options import Situation
from scoping.calc.planning.saturdays import _laid_out, _saturdays
from scoping.calc.rates import RateCard, read_card
from scoping.calc.workdays import Calendar
from tests.calc.an_estimate import (
    FIXTURES,
    a_spec,
    an_estimate,
    the_card,
    the_workdays,
)


def options_of(spec=None, card: RateCard | None = None, **asked):
    made = (
        an_estimate(spec or a_spec())
        if card is None
        else estimate(spec or a_spec(), card, workdays=the_workdays(), draws=1024)
    )
    found = design(made, workdays=the_workdays(), ask=Ask(**({"runs": 200} | asked)))
    return found, {option.kind: option for option in found.options}


def card_with(**changes) -> RateCard:
    """Return the launch card with other overtime in Vietnam."""
    card = the_card()
    site = card.cost.site_of("vn")
    overtime = replace(site.overtime, **changes)
    sites = {**card.cost.sites, "vn": replace(site, overtime=overtime)}
    return replace(card, cost=replace(card.cost, sites=sites))


def a_situation(**asked) -> Situation:
    """Return the situation that a design asks its options about."""
    caught: list[Situation] = []

    def keep(now: Situation) -> tuple[()]:
        caught.append(now)
        return ()

    with patch("scoping.calc.planning.design.all_options", keep):
        options_of(**asked)
    return caught[0]


def test_saturdays_are_sooner_and_cost_what_a_day_off_costs():
    found, options = options_of()

    saturdays = options["saturdays"]
    assert saturdays.finish < found.finish["p80"]
    # Twice the pay of Vietnam: the whole hour on top, for 20 annotators, 7 reviewers.
    an_hour = 1.0 * (20 * 9_500_000 + 7 * 11_500_000) / 176 / 25_500
    assert float(saturdays.extra_cost) == pytest.approx(
        saturdays.overtime_hours * an_hour, abs=0.01
    )
    assert [option.kind for option in found.options] == [
        "overtime",
        "saturdays",
        "second_shift",
    ]


def test_a_deadline_is_met_or_missed_with_saturdays():
    _, near = options_of(a_spec(deadline=date(2026, 4, 1)))
    _, far = options_of(a_spec(deadline=date(2026, 12, 1)))

    assert near["saturdays"].meets is False
    assert "after the deadline" in near["saturdays"].text
    assert far["saturdays"].meets is True
    assert "which meets the deadline" in far["saturdays"].text


def test_the_law_says_how_many_saturdays_there_are():
    # 190 of the year's 200 hours are spent: one Saturday of 7.5 hours, and 2.5 more.
    _, options = options_of(a_spec(deadline=date(2026, 4, 1)), used_year=190.0)

    assert options["saturdays"].overtime_hours <= 10
    assert options["saturdays"].binds == "law"
    assert "The law allows 200 hours a year" in options["saturdays"].text
    _, spent = options_of(used_year=200.0)
    assert "saturdays" not in spent


def test_a_card_that_does_not_say_the_pay_plans_no_saturday():
    _, options = options_of(card=card_with(rest_day_rate=None))

    assert "saturdays" not in options


def test_saturdays_are_counted_by_hand():
    # March 2026: Saturdays 7, 14, 21, 28. The 14th is a holiday, the 21st is worked.
    site = Calendar(
        key="x",
        weekmask="1111100",
        holidays=((date(2026, 3, 14), "Feast"),),
        worked=(date(2026, 3, 21),),
    )

    assert _saturdays(site, date(2026, 3, 2), date(2026, 3, 31)) == [
        date(2026, 3, 7),
        date(2026, 3, 28),
    ]
    # From a Saturday on: the next one is the first.
    assert _saturdays(site, date(2026, 3, 7), date(2026, 3, 29)) == [date(2026, 3, 28)]
    assert _saturdays(site, date(2026, 3, 2), date(2026, 3, 3)) == []


def test_no_limit_is_passed_and_no_other_day_is_longer():
    now = a_situation(used_year=150.0)

    plan = _laid_out(now)

    by_month: dict[tuple[int, int], float] = {}
    day = plan.target.begin
    for hours, more in zip(plan.hours, plan.crew.overtime, strict=True):
        # A slow second count of the days: step by step, on the calendar.
        day += timedelta(days=1)
        while not plan.target.site.is_worked(day):
            day += timedelta(days=1)
        if hours:
            assert day.weekday() == 5
            assert hours <= now.crew.hours_per_day
            assert more == hours - now.crew.hours_per_day
            month = (day.year, day.month)
            by_month[month] = by_month.get(month, 0.0) + hours
        else:
            assert more == 0
    assert sum(by_month.values()) == pytest.approx(50)
    assert max(by_month.values()) <= 40


def test_a_site_that_works_on_saturdays_has_them_already():
    six = Calendar(key="vn", weekmask="1111110", holidays=())
    days = replace(the_workdays(), calendars={**the_workdays().calendars, "vn": six})
    made = estimate(a_spec(), the_card(), workdays=days, draws=1024)

    found = design(made, workdays=days, ask=Ask(runs=100))

    assert "saturdays" not in {option.kind for option in found.options}


def test_the_card_of_an_earlier_release_is_read_without_the_rate():
    document = yaml.safe_load((FIXTURES / "rate_cards/2026-01.yaml").read_text("utf-8"))
    for site in ("vn", "us"):
        del document["cost"]["sites"][site]["overtime"]["rest_day_rate"]

    earlier, now = read_card(document), the_card()

    assert earlier.cost.site_of("vn").overtime.rest_day_rate is None
    said = now.cost.site_of("vn").overtime.rest_day_rate
    assert said is not None
    assert said.value == Decimal(2)
