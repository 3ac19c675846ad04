"""Bases: one project by the unit, the image, the hour, the team, or at one price."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc.bases import RISKS, density_cap
from scoping.calc.chances import Correlations
from scoping.calc.document import document
from scoping.calc.earning import by_volume, revenue
from scoping.calc.exchange import price_in
from scoping.calc.fit import check_fits
from scoping.calc.offer import bill_of, client_view, list_prices, make_offer
from scoping.calc.rates.values import MissingRateError
from scoping.calc.selling import cap_reached
from scoping.calc.simulate import Simulation
from scoping.calc.spec import SpecError
from scoping.calc.spec.values import (
    Basis,
    Commercial,
    Density,
    Quantiles,
    Spec,
    Tax,
    UnitsPerItem,
)
from scoping.calc.suggest import Decision
from scoping.calc.ways import ways
from tests.calc.an_estimate import (
    a_figure,
    a_line,
    a_spec,
    an_estimate,
    the_card,
    the_card_with,
    the_workdays,
)

D = Decimal
BASES = get_args(Basis)
DOUBT = Quantiles(p10=D(3), p50=D(5), p90=D(9))
PRICE = replace(
    the_card().price,
    fees=(),
    minimum_order=a_figure(0),
    hour_prices={"vn": a_figure("10.00")},
    pod_prices={"vn": a_figure("12000.00")},
)


def offered(basis: Basis, *lines: Any, price=PRICE, unit_price="0.084", **changes):
    fields = {"items": changes.pop("items", 100_000)}
    spec = a_spec(
        *lines, commercial=Commercial(basis=basis, pilot=False, **changes), **fields
    )
    return make_offer(
        spec,
        price,
        unit_prices={line.index: D(unit_price) for line in spec.lines},
        week=None,
        workdays=the_workdays(),
    )


def row_of(basis: Basis, **changes: Any) -> tuple[Any, ...]:
    row = offered(basis, **changes).bill.lines[0]
    return row.unit, row.units.value, row.unit_price.value, row.amount.value


def test_each_basis_turns_the_same_decided_price_into_rows_that_multiply():
    # 500,000 boxes × 0.084 = 42,000.00.
    assert row_of("unit") == ("box", 500_000, D("0.084"), D("42000.00"))
    # 5 boxes × 0.084 = 0.42 an image.
    assert row_of("image") == ("image", 100_000, D("0.4200"), D("42000.00"))
    # 42,000 ÷ 10 = 4,200 hours.
    assert row_of("hour") == ("hour", 4_200, D("10.00"), D("42000.00"))
    assert row_of("fixed") == ("fixed price", 1, D("42000.00"), D("42000.00"))


def test_hours_are_rounded_up_so_that_no_price_falls_below_its_floor():
    # 5 × 0.084 × 101 = 42.42: 5 hours, 50.00.
    assert row_of("hour", items=101) == ("hour", 5, D("10.00"), D("50.00"))


def test_teams_and_months_are_found_from_prices():
    # 42,000 ÷ 12,000 = 3.5: 4 team months. Lead time 60 business days: 3 months, so
    # 2 teams (4 ÷ 3 up) for 2 months (4 ÷ 2).
    found = offered("pod_month").bill

    booked = found.booked
    assert booked is not None
    assert (booked.teams.value, booked.months.value, booked.people) == (2, 2, 10)
    assert found.total.value == booked.amount.value == D("48000.00")
    assert found.lines[0].net == D("48000.00")


def test_teams_and_months_that_are_decided_stand():
    found = offered("pod_month", pods=3, months=5).bill.booked

    assert found is not None
    # 3 × 5 × 12,000.
    assert (found.team_months.value, found.amount.value) == (15, D("180000.00"))


def test_monthly_fees_last_as_long_as_the_teams():
    price = replace(PRICE, fees=the_card().price.fees)

    fees = offered("pod_month", pods=1, months=7, price=price).bill.fees

    [licence] = [row for row in fees if row.fee.key == "tool_licence"]
    assert licence.quantity == 7


@given(
    basis=st.sampled_from(BASES),
    items=st.integers(1, 3_000_000),
    units=st.decimals("0.01", "9", places=2),
    each=st.decimals("0.0001", "3", places=4),
    discount=st.sampled_from(["0", "0.07"]),
)
def test_equivalents_times_units_give_the_amount_back(
    basis, items, units, each, discount
):
    lines = (a_line(per_item=units), a_line(type="polygon", per_item=D("1.5")))
    if items * units < D("0.5") or items * 3 < 1:
        return
    made = offered(
        basis, *lines, items=items, unit_price=str(each), discount=D(discount)
    )
    view = client_view(made)

    equivalents = view["basis"]["equivalents"]

    for one in equivalents:
        back = D(one["unit_price"]) * one["units"]
        assert abs(back - D(one["amount"])) <= D(one["units"]) * D("0.0000005")
    assert sum(D(one["amount"]) for one in equivalents) == D(view["price"]["subtotal"])


def test_a_team_is_paid_once_where_its_units_come_to_no_cent():
    # 1 box and 2 outlines at 0.0001: 12,000 is shared out by the unit.
    lines = (a_line(per_item=D("0.5")), a_line(type="polygon", per_item=D("1.5")))

    bill = offered("pod_month", *lines, items=1, unit_price="0.0001").bill

    parts = [row.amount.value for row in bill.lines]
    assert parts == [D("4000.00"), D("8000.00")]


@given(items=st.integers(1, 100_000), each=st.decimals("0.01", "3", places=4))
def test_no_basis_sells_below_the_unit_price_that_was_decided(items, each):
    unit = offered("unit", items=items, unit_price=str(each)).bill.subtotal.value

    for basis in BASES:
        found = offered(basis, items=items, unit_price=str(each)).bill.subtotal.value
        assert found >= unit


def test_the_density_cap_is_so_many_times_the_mean_and_no_more_than_the_stated_most():
    price = replace(PRICE, density_cap=a_figure("1.30"))
    plain, crowded = (
        offered(
            "image",
            a_line(per_item=UnitsPerItem(mean=D(5), spread=spread)),
            price=price,
        )
        for spread in (None, Density(var_to_mean=D(2), max=6))
    )

    caps = [
        density_cap(made.spec.lines[0], made.volumes[0], price=price)
        for made in (plain, crowded)
    ]

    assert caps == [D("6.50"), D("6.00")]
    none = replace(price, density_cap=None)
    assert density_cap(plain.spec.lines[0], plain.volumes[0], price=none) is None


def test_the_range_of_an_image_price_is_flat_up_to_the_cap_and_rises_above_it():
    line = a_line(per_item=DOUBT)
    wide = replace(PRICE, density_cap=a_figure("4"))
    tight = replace(PRICE, density_cap=a_figure("1.05"))

    flat, open_above = (offered("image", line, price=price) for price in (wide, tight))

    assert flat.low == flat.total == flat.high
    assert open_above.low == open_above.total < open_above.high
    no_cap = offered("image", line, price=replace(PRICE, density_cap=None))
    assert no_cap.high == no_cap.total


@pytest.mark.parametrize("basis", ["fixed", "pod_month"])
def test_the_range_is_flat_where_what_there_is_to_label_moves_no_bill(basis):
    made = offered(basis, a_line(per_item=DOUBT))

    assert made.low == made.total == made.high


def test_by_the_hour_nothing_is_billed_above_the_amount_not_exceeded():
    made = offered("hour", a_line(per_item=DOUBT))

    # Fewer units take fewer hours; more of them need an order.
    assert made.low < made.total == made.high


def test_hours_earn_what_was_worked_up_to_the_amount_not_exceeded():
    # 4,200 hours at 10.00 at most. Exact units, so the limit does not move.
    made = offered("hour")
    simulation = Simulation(
        [made.volumes[0].units], seed=1, draws=4, correlations=_alone()
    )

    earned = revenue(
        made.spec,
        made.bill,
        made.volumes,
        simulation,
        price=PRICE,
        worked_hours=np.array([0.0, 1_000.0, 4_200.0, 9_000.0]),
    )

    assert earned.tolist() == [0, 10_000, 42_000, 42_000]


def test_more_units_than_quoted_raise_the_amount_not_exceeded_by_what_they_come_to():
    made = offered("hour", a_line(per_item=DOUBT))
    simulation = Simulation(
        [made.volumes[0].units], seed=1, draws=256, correlations=_alone()
    )
    units = simulation.of(made.volumes[0].units)

    earned = revenue(
        made.spec,
        made.bill,
        made.volumes,
        simulation,
        price=PRICE,
        worked_hours=np.full(256, 1e9),
    )

    # The slow way, draw by draw: 0.084 a box, and never less than what was quoted.
    quoted = float(made.bill.lines[0].net)
    expected = [max(each * 0.084, quoted) for each in units]
    # The amount quoted was rounded up to whole hours, at most 10.00 more.
    assert earned == pytest.approx(expected, abs=10.01)


def test_a_free_hour_earns_nothing():
    made = offered("hour", unit_price="0")
    simulation = Simulation(
        [made.volumes[0].units], seed=1, draws=2, correlations=_alone()
    )

    earned = revenue(
        made.spec,
        made.bill,
        made.volumes,
        simulation,
        price=PRICE,
        worked_hours=np.array([0.0, 9.0]),
    )

    assert earned.tolist() == [0, 0]


def test_units_above_the_cap_are_billed_at_the_unit_price():
    price = replace(PRICE, density_cap=a_figure("1"))
    made = offered("image", a_line(per_item=DOUBT), price=price)
    simulation = Simulation(
        [made.volumes[0].units], seed=1, draws=64, correlations=_alone()
    )
    units = simulation.of(made.volumes[0].units)
    row = made.bill.lines[0]
    cap = density_cap(row.line, made.volumes[0], price=price)
    assert cap is not None

    earned = by_volume(made.spec, row, made.volumes[0], simulation, price=price)

    above = [max(0.0, float(each) - float(cap) * 100_000) for each in units]
    assert earned == pytest.approx(
        [float(row.net) + 0.084 * more for more in above], rel=1e-9
    )


def test_teams_cost_what_they_are_paid_and_say_whether_the_months_are_enough():
    made = an_estimate(a_spec(commercial=Commercial(basis="pod_month")))
    teams, booked = made.teams, made.bill.booked
    assert teams is not None
    assert booked is not None

    # People × team months × paid hours of a month, at what a paid hour costs.
    paid = 10 * int(booked.team_months.value) * 176
    hours = made.simulation.of(made.work.hours)
    cost = made.simulation.of(made.work.whole) / hours * paid
    assert teams.paid_hours == paid
    assert float(teams.mean_cost) == pytest.approx(float(cost.mean()), abs=0.01)
    assert float(teams.chance_enough) == pytest.approx(
        sum(1 for one in hours if one <= paid) / len(hours), abs=1e-4
    )
    margin = float(made.bill.total.value) - cost - float(made.fee_cost)
    assert made.margin_draws == pytest.approx(margin)


def test_all_ways_to_sell_stand_beside_one_another_on_the_same_draws():
    spec = a_spec(a_line(per_item=DOUBT), commercial=Commercial(basis="image"))
    made = an_estimate(spec)

    found = {way["basis"]: way for way in ways(made)}

    assert list(found) == list(BASES)
    assert [basis for basis, way in found.items() if way["taken"]] == ["image"]
    own = found["image"]
    assert own["total"] == str(made.bill.total.value)
    assert own["loss_probability"] == str(made.loss_probability)
    assert own["range"] == {"low": str(made.offer.low), "high": str(made.offer.high)}
    for basis, way in found.items():
        alone = an_estimate(
            replace(spec, commercial=Commercial(basis=basis)),
            decisions=None,
        )
        if alone.suggested[0].decided.value == made.suggested[0].decided.value:
            assert way["loss_probability"] == str(alone.loss_probability)
            assert way["total"] == str(alone.bill.total.value)
    # Whoever bears that there may be more to label sees it in the range alone.
    assert found["unit"]["range"]["low"] < found["unit"]["total"]
    assert found["fixed"]["range"]["low"] == found["fixed"]["range"]["high"]


def test_a_way_that_the_card_has_no_price_for_is_left_out_and_refused_when_asked():
    card = the_card_with(price={"hour_prices": {}, "pod_prices": {}})
    made = an_estimate(card=card)

    assert [way["basis"] for way in ways(made)] == ["unit", "image", "fixed"]
    for basis in ("hour", "pod_month"):
        spec = a_spec(commercial=Commercial(basis=basis))
        with pytest.raises(SpecError) as refused:
            check_fits(spec, card.price, workdays=the_workdays())
        assert [p.path for p in refused.value.problems] == ["/commercial/basis"]
    with pytest.raises(MissingRateError, match="price/hour_prices/us"):
        _bill_at("us", "hour")
    with pytest.raises(MissingRateError, match="price/pod_prices/us"):
        _bill_at("us", "pod_month")


def test_a_project_given_away_has_no_margin_to_speak_of():
    fees = replace(the_card().price, fees=(), minimum_order=a_figure(0))
    card = replace(the_card(), price=fees)
    free = Decision(value=D(0), binding="typed", who="bo", why="a gift")
    made = an_estimate(card=card, decisions={0: free})

    unit = next(way for way in ways(made) if way["basis"] == "unit")
    assert unit["margin_share"] is None
    assert unit["loss_probability"] == "1.0000"


@pytest.mark.parametrize("basis", BASES)
def test_a_client_reads_who_bears_which_risk_and_no_hour_that_is_not_sold(basis):
    view = client_view(offered(basis, a_line(per_item=DOUBT), cap=D(60_000)))

    said = view["basis"]
    assert said["volume_risk"]["bearer"] == RISKS[basis].volume
    assert said["time_risk"]["bearer"] == RISKS[basis].time
    text = " ".join(row["text"] for row in view["assumptions"])
    assert ("hour" in text) == (basis == "hour")
    assert ("of 10 people" in text) == (basis == "pod_month")
    assert ("covers up to" in text) == (basis == "image")


def test_the_terms_of_a_basis_are_numbered_assumptions():
    def last(basis: Basis, **changes: Any) -> tuple[int, str, str]:
        found = offered(basis, **changes).assumptions[-1]
        return found.number, found.text, found.tolerance

    number = len(offered("unit").assumptions)
    assert last("hour") == (
        number + 1,
        (
            "Labelling and checking are billed by the hour and do not exceed "
            "42,000.00 USD "
            "for 500,000 boxes"
        ),
        "more of them need an order of yours",
    )
    assert last("image")[1:] == (
        "The price of an image covers up to 6.5 boxes an image on average",
        "what is above is billed at 0.084 USD for each",
    )
    assert last("pod_month", pods=1, months=1)[1:] == (
        (
            "1 team of 10 people works for 1 month; how much is finished in that time "
            "is not promised"
        ),
        "another month is ordered before the last one ends",
    )
    assert last("unit", cap=D(50_000))[1:] == (
        "Nothing is billed above 50,000.00 USD, tax included",
        "we tell you at 25,000.00 and 40,000.00, and at 50,000.00 work stops",
    )


def test_a_cap_says_at_which_amounts_it_warns_and_when_it_is_reached():
    view = client_view(offered("unit", cap=D(50_000)))["cap"]

    assert [step["amount"] for step in view["warn_at"]] == [
        "25000.00",
        "40000.00",
        "50000.00",
    ]
    assert cap_reached(D(50_000), D("24999.99")) == ()
    assert cap_reached(D(50_000), D("25000.00")) == (D("0.5"),)
    assert cap_reached(D(50_000), D("50000.00")) == (D("0.5"), D("0.8"), D(1))


def test_what_is_kept_of_a_price_with_tax_in_it_is_what_is_earned():
    tax = Tax(rate=D("0.25"), mode="inclusive")
    made = an_estimate(a_spec(commercial=Commercial(tax=tax)))

    # Four fifths of what the client pays.
    expected = made.bill.total.value * D("0.8")
    assert abs(made.mean_revenue - expected) <= D("0.01")


def test_a_document_holds_each_basis_and_its_trace_is_whole():
    for basis in BASES:
        found = document(an_estimate(a_spec(commercial=Commercial(basis=basis))))

        assert found["basis"]["key"] == basis
        assert len(found["bases"]) == len(BASES)


def test_a_booking_is_dealt_out_to_its_lines_to_the_cent():
    lines = [a_line(per_item=D(n)) for n in (1, 2, 4)]
    made = offered("pod_month", *lines, unit_price="0.0333", discount=D("0.05"))

    parts = [row.amount.value for row in made.bill.lines]
    whole = made.bill.subtotal.value

    # In sevenths, each within a cent of its share.
    for part, weight in zip(parts, (1, 2, 4), strict=True):
        assert abs(Fraction(part) - Fraction(whole) * weight / 7) < Fraction(1, 50)
    assert sum(parts) == whole
    net = sum(row.net for row in made.bill.lines)
    assert net == whole - made.bill.discount.value


def _alone() -> Correlations:
    return Correlations()


def _bill_at(site: str, basis: Basis) -> Any:
    spec: Spec = a_spec(site=site, commercial=Commercial(basis=basis))
    return bill_of(spec, price=PRICE, unit_prices=list_prices(spec, price=PRICE))


def test_the_teams_price_of_several_lines_is_whole_dong():
    price = replace(
        price_in(the_card().price, "VND"), fees=(), minimum_order=a_figure(0)
    )
    spec = a_spec(
        *(a_line(per_item=D(1)), a_line(per_item=D(2))),
        currency="VND",
        commercial=Commercial(basis="pod_month", pods=1, months=1, pilot=False),
    )

    made = make_offer(
        spec,
        price,
        unit_prices={0: D(2_000), 1: D(2_000)},
        week=None,
        workdays=the_workdays(),
    )

    # 12,000 × 25,500 = 306,000,000: a third and two thirds.
    parts = [row.amount.value for row in made.bill.lines]
    assert parts == [102_000_000, 204_000_000]
