"""The portfolio: figures of a project, ranking by money at risk, alerts with rules."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quotes.calc.billing import billing
from quotes.calc.field import Inputs
from quotes.calc.matching import match
from quotes.calc.portfolio import (
    RULES,
    Exchange,
    Standing,
    alerts,
    by_currency,
    converted,
    exchange,
    ranked,
)
from quotes.calc.reconcile import reconcile
from quotes.calc.rolled import MOST_POINTS, at_risk, curve, rolled
from quotes.calc.standing import standing
from tests.calc.a_project import PLAIN, a_plan, as_planned
from tests.scale import count

D = Decimal
TODAY = date(2026, 4, 17)


def a_standing(**changes):
    fields: dict[str, Any] = {
        "pk": 1,
        "currency": "USD",
        "promised": TODAY + timedelta(days=30),
        "finished": False,
        "stands_on": TODAY,
        "at_risk": D(0),
    }
    return Standing(**(fields | changes))


def figures(rows, baseline=None):
    baseline = baseline or a_plan()
    stands = standing(baseline, rows, inputs=Inputs(paid_clock="label", calendar=PLAIN))
    lines = reconcile(
        baseline,
        match(baseline, rows, paid_clock="label"),
        paid_clock="label",
        scopes=(),
    )["lines"]
    return rolled(baseline, stands, lines, billing(baseline, lines))


def test_a_project_comes_to_the_figures_of_its_standing():
    rows = [row for at in range(5) for row in as_planned(f"b{at}", after=at)]

    found = figures(rows)

    # Half of 102.08 of work on units, as planned; 5 × 500 boxes at 0.09, 10 % off.
    assert (found["earned"], found["spent"]) == (D("51.04"), D("51.04"))
    assert found["share_accepted"] == D("0.5")
    assert found["billable"] == D("202.50")
    assert (found["budget"], found["budget_limit"]) == (D("150.00"), D("190.00"))
    assert found["stands_on"] == date(2026, 3, 20)
    assert found["finished"] is False
    assert found["site_rate"] == D(25000)
    high = found["high"]
    assert found["at_risk"] == max(D(0), high - D("190.00"))
    assert found["low"] < found["typical"] < high


def test_all_images_accepted_finish_a_project():
    rows = [row for at in range(10) for row in as_planned(f"b{at}", after=at)]

    assert figures(rows)["finished"] is True
    assert figures(rows[4:])["finished"] is False
    # The work is done; nothing is to come, so there is no day to keep.
    assert figures(rows)["chance_promised"] is None


def test_what_is_not_known_is_none_with_its_reason():
    found = figures([])

    assert found["at_risk"] is None
    assert found["spent"] is None
    assert found["billable"] is None
    assert found["because"] == "not known, because no file was dropped"


def test_a_part_is_named_only_where_one_moved():
    rows = as_planned()
    slow = [*as_planned("b2", after=1)]
    slow[0] = type(slow[0])(
        **{
            name: getattr(slow[0], name)
            for name in slow[0].__slots__
            if name != "active_seconds"
        },
        active_seconds=D(7500),
    )

    assert figures(rows)["part"] == ""
    assert figures([*rows, *slow])["part"] == "time a unit"


def test_a_finish_beyond_every_calendar_has_no_day():
    stands = {
        "known": True,
        "ending": {
            "known": True,
            "within_reserve": "0.5",
            "cost": {"p10": "1", "p50": "2", "p90": "3"},
            "finish": {
                "known": True,
                "promised": "2026-05-01",
                "by_promised": "0.1",
                "p50": None,
            },
        },
    }

    found = at_risk(stands, limit=D(5), currency="USD")

    assert (found["forecast"], found["at_risk"]) == (None, D("0.00"))


@given(st.integers(0, 200))
def test_a_curve_is_thinned_and_keeps_its_last_day(days):
    trend = [
        {
            "on": f"day {at}",
            "planned": {"known": True, "value": str(at)},
            "earned": {"known": False},
            "actual": {"known": True, "value": "1"},
        }
        for at in range(days)
    ]

    found = curve(trend)

    assert len(found) <= MOST_POINTS
    assert [row[0] for row in found][-1:] == [row["on"] for row in trend][-1:]
    assert all(row[2] is None for row in found)


SPOKEN = [
    ("blocked", {"blocked": 2, "blocked_since": TODAY - timedelta(days=3)}, "3 days"),
    ("blocked", {"blocked": 1}, "1 batch blocked"),
    ("over_budget", {"typical": D(120), "budget_limit": D(100)}, "20.00 above"),
    ("overdue", {"promised": TODAY - timedelta(days=1)}, "1 day ago"),
    ("late", {"chance_promised": D("0.31")}, "31 chances in 100"),
    ("maybe_late", {"chance_promised": D("0.63")}, "63 chances in 100"),
    ("client_late", {"answer_by": TODAY - timedelta(days=6)}, "6 days late"),
    (
        "not_known",
        {"at_risk": None, "because": "not known, because a batch has no time"},
        "no time",
    ),
    ("silent", {"stands_on": TODAY - timedelta(days=8)}, "8 days"),
    ("dear", {"cost_index": D("0.87"), "spent": D(10)}, "87 cents"),
]


@pytest.mark.parametrize(("rule", "changes", "says"), SPOKEN)
def test_each_rule_speaks_when_its_words_are_true(rule, changes, says):
    found = alerts(a_standing(**changes), today=TODAY)

    assert [one.rule for one in found] == [rule]
    assert says in found[0].text


def test_every_rule_is_tried_above():
    assert {rule for rule, _, _ in SPOKEN} == {rule.key for rule in RULES}


QUIET = [
    {},
    {"typical": D(100), "budget_limit": D(100)},
    {"promised": TODAY - timedelta(days=1), "finished": True},
    {"chance_promised": D("0.2"), "finished": True},
    {"chance_promised": D("0.6"), "finished": True},
    {"chance_promised": D("0.8")},
    {"answer_by": TODAY},
    {"at_risk": None, "stands_on": None},
    {"stands_on": TODAY - timedelta(days=7)},
    {"stands_on": TODAY - timedelta(days=70), "finished": True},
    {"cost_index": D("0.9"), "spent": D(10)},
    {"cost_index": D("0.5"), "spent": D(0)},
]


@pytest.mark.parametrize("changes", QUIET)
def test_a_project_at_the_edge_of_a_rule_is_left_alone(changes):
    assert alerts(a_standing(**changes), today=TODAY) == ()


def test_a_day_that_is_over_has_no_chance_to_be_kept():
    gone = TODAY - timedelta(days=1)

    for share in ("0.1", "0.6"):
        found = alerts(a_standing(promised=gone, chance_promised=D(share)), today=TODAY)
        assert [one.rule for one in found] == ["overdue"]


VND = {"site_currency": "VND"}


def test_amounts_are_converted_at_the_rates_that_were_pinned():
    dollars = a_standing(pk=1, site_rate=D(25_000), **VND)
    later = a_standing(pk=2, site_rate=D(26_000), **VND)
    euro = a_standing(pk=3, currency="EUR", at_risk=D(100), site_rate=D(28_600), **VND)

    rates = exchange([later, dollars, euro], home="USD")

    # 100 EUR × 28,600 VND ÷ 26,000 VND, the rate pinned last for the company's dollars.
    assert rates.convert(D(100), euro) == D("110.00")
    assert rates.convert(D(100), dollars) == D(100)
    home = Exchange(home="VND", into_home={})
    assert home.convert(D(100), euro) == D(2_860_000)
    lost = a_standing(currency="GBP", site_currency="PHP", site_rate=D(70))
    assert rates.convert(D(100), lost) is None
    assert rates.convert(D(100), a_standing(currency="GBP")) is None


def test_the_order_is_risk_then_not_known_then_none_then_not_begun():
    rows = [
        a_standing(pk=1, at_risk=D(0)),
        a_standing(pk=2, at_risk=None, because="not known"),
        a_standing(pk=3, at_risk=D(5)),
        a_standing(pk=4, at_risk=None, stands_on=None),
        a_standing(pk=5, at_risk=D(50)),
        a_standing(pk=6, at_risk=D(0), blocked=1),
    ]

    found = ranked(rows, rates=exchange(rows, home="USD"), today=TODAY)

    assert [row.one.pk for row in found] == [5, 3, 2, 6, 1, 4]
    assert found[2].worst == "warn"
    assert found[-1].worst == ""
    assert found[3].worst == "bad"


risks = st.none() | st.decimals(0, 10_000, places=2)


@settings(max_examples=count(200))
@given(
    st.lists(
        st.tuples(risks, st.sampled_from(["USD", "EUR", "VND", "GBP"])), max_size=9
    )
)
def test_totals_are_the_sums_of_the_rows_and_say_what_they_leave_out(said):
    rates = {"USD": D(25_000), "EUR": D(27_500), "VND": D(1), "GBP": None}
    rows = [
        a_standing(
            pk=at, currency=currency, at_risk=risk, site_rate=rates[currency], **VND
        )
        for at, (risk, currency) in enumerate(said)
    ]
    found = ranked(rows, rates=exchange(rows, home="USD"), today=TODAY)

    assert sorted(row.one.pk for row in found) == [*range(len(said))]
    for total in by_currency(found):
        own = [risk for risk, currency in said if currency == total.currency]
        assert total.at_risk == sum((risk or D(0) for risk in own), D(0))
        assert total.not_known == own.count(None)
    whole = converted(found, home="USD")
    has_dollars = any(currency == "USD" for _, currency in said)
    lost = sum(
        risk is None or (currency != "USD" and (currency == "GBP" or not has_dollars))
        for risk, currency in said
    )
    assert whole.not_known == lost
    by_hand = D(0)
    for risk, currency in said:
        if risk is None or currency == "GBP" or (currency != "USD" and not has_dollars):
            continue
        by_hand += round(risk * rates[currency] / 25_000, 6)
    assert abs(whole.at_risk - by_hand) <= D("0.005") * max(1, len(said))
