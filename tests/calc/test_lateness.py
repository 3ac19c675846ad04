"""Late delivery: what it gives back, what that costs, and that prices bear it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc.document import document
from scoping.calc.lateness import day_of_most, share_back, weeks_begun
from scoping.calc.offer import client_view
from scoping.calc.sla import Delay, Evidence, clause_from_data, evaluate
from scoping.calc.spec import SpecError, read_spec
from scoping.calc.spec.normal import seed_of, to_document
from scoping.calc.spec.service import Late, Sla
from scoping.calc.spec.values import Commercial, Quality, Tax
from scoping.calc.suggest import Decision
from tests.calc.an_estimate import a_spec, an_estimate, the_workdays

D = Decimal
TERMS = Late(per_week=D("0.02"), most=D("0.10"), grace_days=3)
terms = st.builds(
    Late,
    per_week=st.decimals("0.001", "0.05", places=3),
    most=st.decimals("0.05", "0.5", places=3),
    grace_days=st.integers(0, 30),
)


def giving_back(late, *, week=None, **changes):
    spec = a_spec(quality=Quality(sla=Sla(late=late)), **changes)
    return an_estimate(spec, promised=week)


@pytest.fixture(scope="module")
def late():
    return giving_back(TERMS)


def test_a_week_counts_once_it_has_begun():
    assert [int(weeks_begun(D(days))) for days in (-9, 0, 1, 7, 8, 15)] == [
        *(0, 0, 1, 1, 2, 3)
    ]


def test_eleven_days_after_three_of_grace_are_two_weeks_begun():
    # 11 − 3 = 8 days, two weeks begun, 2 × 2 %.
    assert share_back(D(11), TERMS) == D("0.04")
    assert share_back(D(3), TERMS) == 0
    # The fifth week begins on day 3 + 4 × 7 + 1 = 32 and reaches the 10 %.
    assert day_of_most(TERMS) == 32
    assert share_back(D(31), TERMS) == D("0.08")
    assert share_back(D(32), TERMS) == share_back(D(500), TERMS) == D("0.10")


@given(days=st.integers(-40, 400), agreed=terms)
def test_the_share_agrees_with_counting_days_one_by_one(days, agreed):
    weeks = sum(
        1
        for day in range(agreed.grace_days + 1, days + 1)
        if (day - agreed.grace_days - 1) % 7 == 0
    )
    slow = min(weeks * agreed.per_week, agreed.most)

    assert share_back(D(days), agreed) == slow
    drawn = share_back(np.array([float(days)]), agreed)
    assert drawn == pytest.approx([float(slow)])
    assert (share_back(D(days), agreed) == agreed.most) == (days >= day_of_most(agreed))


def test_the_share_of_every_run_agrees_with_stepping_through_the_calendar(late):
    site = the_workdays().calendar("vn")
    last = late.schedule.promised + timedelta(days=6)

    for run in range(0, 1024, 16):
        end, left = late.schedule.begin, int(late.schedule.days[run])
        while left:
            end += timedelta(days=1)
            left -= site.count(end, end + timedelta(days=1))
        back = share_back(D((end - last).days), TERMS)
        assert late.late[run] == pytest.approx(float(back))


def test_the_suggested_week_is_late_at_most_as_often_as_it_says(late):
    assert 0 < np.mean(late.late > 0) <= 0.2


def test_what_is_given_back_leaves_the_margin_and_is_borne_by_target_and_floor(late):
    without = giving_back(None)
    week = late.schedule.promised
    assert without.schedule.promised == week
    expected = float(np.mean(late.late))

    lines = float(late.bill.lines_total)
    unit = without.net_unit_price(without.spec.lines[0])
    earned = late.margin_draws + late.cost_draws
    plain = without.margin_draws + without.cost_draws
    scale = float(late.net_unit_price(late.spec.lines[0]) / unit)
    assert earned == pytest.approx(plain * scale - late.late * lines, rel=1e-6)
    for name in ("target", "floor"):
        asked = getattr(without.suggested[0], name).value
        borne = getattr(late.suggested[0], name).value
        assert float(borne) == pytest.approx(
            float(asked) / (1 - expected), abs=0.000101
        )
        assert float(borne) * (1 - expected) >= float(asked) - 1e-9
    # The cost of the work is what it was: money back is no work.
    assert late.cost == without.cost


def test_an_earlier_promise_costs_more_and_a_late_one_nothing(late):
    week = late.schedule.promised
    sooner = giving_back(TERMS, week=week - timedelta(days=14))
    later = giving_back(TERMS, week=week + timedelta(days=1400))

    assert np.mean(sooner.late) > np.mean(late.late) > np.mean(later.late) == 0
    assert sooner.suggested[0].target.value > late.suggested[0].target.value
    assert (
        later.suggested[0].target.value == giving_back(None).suggested[0].target.value
    )


def test_the_most_is_all_that_a_hopeless_promise_gives_back(late):
    week = late.schedule.promised - timedelta(days=700)

    assert set(giving_back(TERMS, week=week).late) == {0.1}


def test_tax_in_the_price_is_not_ours_to_give_back():
    taxed = Commercial(tax=Tax(rate=D("0.10"), mode="inclusive", reason="local"))
    price = Decision(value=D("0.09"), binding="typed", who="Mai", why="agreed")

    def kept(late):
        spec = a_spec(quality=Quality(sla=Sla(late=late)), commercial=taxed)
        week = date(2026, 1, 5)
        made = an_estimate(spec, promised=week, decisions={0: price})
        return made, made.margin_draws + made.cost_draws

    (made, less), (_, whole) = kept(TERMS), kept(None)
    # All runs are later than the most: a tenth of the lines without the tax in them.
    assert whole - less == pytest.approx(float(made.bill.lines_total) / 1.1 * 0.10)


def test_the_document_says_how_often_and_how_much_and_a_client_sees_the_terms_alone(
    late,
):
    said = document(late)["credits"]
    seen = client_view(late.offer)

    assert said["failed_batch"] is None
    assert said["spread"] is None
    back = late.late * float(late.bill.lines_total)
    assert float(said["late"]["spread"]["mean"]) == pytest.approx(back.mean(), abs=0.01)
    assert float(said["late"]["chance"]) == pytest.approx(
        np.mean(late.late > 0), abs=5e-5
    )
    assert document(giving_back(None))["credits"] is None
    clause = next(one for one in seen["clauses"] if one["key"] == "delivery")
    assert clause["late"] == {"per_week": "0.02", "most": "0.10", "grace_days": 3}
    assert said["late"]["chance"] not in str(seen)


def test_a_spec_that_says_nothing_of_it_has_the_seed_that_it_had():
    other = Sla(minor_counts=False)
    plain = a_spec(quality=Quality(sla=other))
    with_it = a_spec(quality=Quality(sla=replace(other, late=TERMS)))

    assert "late" not in to_document(plain)["quality"]["sla"]
    assert seed_of(plain) != seed_of(with_it)
    again = read_spec(to_document(with_it), door="staff", today=date(2026, 1, 5))
    assert again.quality.sla.late == TERMS


@pytest.mark.parametrize(
    ("late", "code", "path"),
    [
        ({"per_week": "0.02", "most": "0.01"}, "not_ordered", "/most"),
        ({"per_week": "0.02"}, "required", "/most"),
        ({"per_week": "0.3", "most": "0.4"}, "max_value", "/per_week"),
        ({"per_week": "0.02", "most": "0.1", "grace": 3}, "unknown_field", "/grace"),
        ([], "invalid_type", ""),
    ],
)
def test_terms_that_hold_nothing_are_refused_at_their_field(late, code, path):
    said = to_document(a_spec())
    said["quality"]["sla"] = {"late": late}

    with pytest.raises(SpecError) as refused:
        read_spec(said, door="staff", today=date(2026, 1, 5))

    found = {(one.code, one.path) for one in refused.value.problems}
    assert (code, f"/quality/sla/late{path}") in found


@pytest.fixture(scope="module")
def clause(late):
    found = next(one for one in late.offer.clauses if one.key == "delivery")
    return replace(found, due=date(2026, 3, 16))


def test_the_clause_says_what_follows_in_plain_words(clause):
    assert clause.remedy.endswith(
        "credited: 2 % of the price of the lines for each week begun after 3 days of "
        "grace, at most 10 %"
    )
    assert clause.consequence == (
        "Delivery: 11 days after the end of that week, 4 % of the price of the lines "
        "is given back; from 32 days on it is 10 %."
    )
    at_once = Late(per_week=D("0.10"), most=D("0.10"))
    short = next(
        one for one in giving_back(at_once).offer.clauses if one.key == "delivery"
    )
    assert short.consequence == (
        "Delivery: 8 days after the end of that week, 10 % of the price of the lines "
        "is given back."
    )
    assert "for each week begun, at most 10 %" in short.remedy
    assert clause.promises_money
    assert clause_from_data(clause.to_data()) == clause


@pytest.mark.parametrize(
    ("delivered", "as_of", "credit", "why"),
    [
        # Promised until Sunday 22 March.
        (date(2026, 3, 22), date(2026, 5, 1), "0", "by 22 March 2026."),
        (date(2026, 3, 25), date(2026, 5, 1), "0.00", "3 cost nothing"),
        (date(2026, 3, 26), date(2026, 5, 1), "40.01", "1 week begun after 3 days"),
        (date(2026, 4, 2), date(2026, 5, 1), "80.02", "2 weeks begun"),
        (None, date(2026, 4, 2), "80.02", "give back 4 % of 2,000.50 USD."),
        (None, date(2027, 4, 2), "200.05", "give back 10 %"),
        (None, date(2026, 3, 22), "0", "Due by 22 March 2026."),
    ],
)
def test_a_late_delivery_gives_back_what_was_signed(
    clause, delivered, as_of, credit, why
):
    evidence = Evidence(as_of=as_of, delivered_on=delivered, price=D("2000.50"))

    found = evaluate(clause, evidence)

    assert str(found.credit) == credit
    assert why in found.why


def test_days_of_the_client_are_not_late_days(clause):
    delay = Delay(owner="client", first=date(2026, 3, 2), last=date(2026, 3, 9))
    ours = replace(delay, owner="vendor")
    evidence = Evidence(
        as_of=date(2026, 5, 1), delivered_on=date(2026, 4, 2), price=D(1000)
    )

    # Eight days of hers: 11 days late are 3, which are days of grace.
    assert evaluate(clause, replace(evidence, delays=(delay,))).credit == 0
    assert evaluate(clause, replace(evidence, delays=(ours,))).credit == 40


def test_without_terms_or_price_no_amount_is_made_up(clause):
    late = Evidence(as_of=date(2026, 5, 1), delivered_on=date(2026, 4, 2))

    assert "a price that is not known here" in evaluate(clause, late).why
    without = evaluate(replace(clause, late=None), replace(late, price=D(1000)))
    assert without.state == "not_met"
    assert without.credit == 0
