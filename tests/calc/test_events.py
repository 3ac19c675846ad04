"""Risk events: what may happen to a project, and what it is expected to cost."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoping.calc.chances import normals
from scoping.calc.closed_form import mean_of
from scoping.calc.document import checks, document
from scoping.calc.events import (
    amount_if_it_happens,
    events,
    factor_if_it_happens,
    swanson_mean,
)
from scoping.calc.exchange import card_in
from scoping.calc.note import note
from scoping.calc.offer import client_view
from scoping.calc.rates import MissingRateError
from scoping.calc.rates.values import FigureRange
from scoping.calc.simulate import quantile
from scoping.calc.spec import SpecError
from scoping.calc.spec.values import LowModeHigh, Quantiles, Risk
from scoping.calc.work import Work
from tests.calc.an_estimate import (
    a_figure,
    a_line,
    a_spec,
    an_estimate,
    the_card,
    the_card_with,
)

D = Decimal
SPEC_CHANGE = Risk(event="spec_change")
MONEY = Risk(name="A fine", probability=D("0.25"), cost=D(4000))
WAITING = Risk(name="A strike", probability=D("0.5"), hours=D(100))


def drawn(*risks, **changes):
    """Estimate boxes with these risks, with draws enough for tails."""
    return an_estimate(a_spec(risks=risks), draws=8192, **changes)


def test_an_event_has_its_size_if_it_happens():
    z = np.array([-3.0, 0.6, 0.7, 3.0])

    # Above Φ(z) = 1 − 0.25, that is above z = 0.6745.
    assert list(factor_if_it_happens(z, 0.25, 1.5)) == [1, 1, 1.5, 1.5]
    assert list(amount_if_it_happens(z, 0.25, 9.0)) == [0, 0, 9, 9]


@pytest.mark.parametrize(
    ("likely", "found"), [("0.4", "1"), ("0.5", "1"), ("0.6", "1.2")]
)
def test_the_typical_project_meets_what_is_more_likely_than_not(likely, found):
    assert factor_if_it_happens(D(0), D(likely), D("1.2")) == D(found)


def test_away_from_typical_an_exact_event_is_the_drawn_one():
    for z in ("-1.5", "0.3", "0.9"):
        exact = amount_if_it_happens(D(z), D("0.3"), D(7))

        assert float(exact) == amount_if_it_happens(np.array([float(z)]), 0.3, 7.0)[0]


def test_what_is_certain_happens_in_every_draw_and_what_is_impossible_in_none():
    z = np.array([-7.0, 0.0, 7.0])

    assert list(amount_if_it_happens(z, 1.0, 5.0)) == [5, 5, 5]
    assert list(amount_if_it_happens(z, 0.0, 5.0)) == [0, 0, 0]


def test_a_range_of_probabilities_counts_by_its_mean():
    risk = replace(
        MONEY, probability=LowModeHigh(low=D(0), mode=D("0.1"), high=D("0.5"))
    )
    (triangle,) = events(a_spec(risks=(risk,)), the_card().cost)
    (on_card,) = events(a_spec(risks=(SPEC_CHANGE,)), the_card().cost)

    # (0 + 0.1 + 0.5) ÷ 3; Swanson: 0.3 × 0.10 + 0.4 × 0.25 + 0.3 × 0.50.
    assert triangle.probability.value == D("0.2")
    assert on_card.probability.value == D("0.28")


@given(
    st.lists(st.decimals(0, 1, places=3), min_size=3, max_size=3).map(sorted),
)
def test_swansons_mean_lies_within_its_range(said):
    assert said[0] <= swanson_mean(*said) <= said[2]


def test_money_that_is_lost_one_time_in_four_costs_a_quarter_of_it():
    made = drawn(MONEY)

    (row,) = document(made)["risks"]

    # 8,192 Sobol points: a quarter of them to within a handful.
    assert float(row["expected_cost"]) == pytest.approx(1000, abs=4)
    assert float(made.cost.mean - drawn().cost.mean) == pytest.approx(1000, abs=4)


def test_hours_are_paid_with_the_leading_that_goes_with_them():
    (row,) = document(drawn(WAITING))["risks"]
    rate = float(drawn().rates.led["annotator"].value)

    assert float(row["expected_cost"]) == pytest.approx(50 * rate, rel=0.01)
    assert drawn(WAITING).hours.mean > drawn().hours.mean + 49


def test_a_factor_slows_all_work_of_every_line():
    slow = Risk(name="Slow", probability=D(1), factor=D("1.25"))
    spec = a_spec(a_line(), a_line(type="polygon"))
    before, after = (an_estimate(replace(spec, risks=risks)) for risks in ((), (slow,)))

    for index in (0, 1):
        ratio = after.simulation.of(after.efforts[index].by_hand) / (
            before.simulation.of(before.efforts[index].by_hand)
        )
        assert ratio == pytest.approx(1.25)


def test_the_register_agrees_with_throwing_dice_event_by_event():
    events_said = (
        (0.25, ("cost", 4000)),
        (0.40, ("cost", 900)),
    )
    risks = tuple(
        Risk(name=f"Event {place}", probability=D(str(p)), cost=D(size))
        for place, (p, (_, size)) in enumerate(events_said)
    )
    made, bare = drawn(*risks, card=unrelated()), drawn(card=unrelated())
    rng = np.random.default_rng(3)
    costs = bare.cost_draws.copy()

    for p, (_, size) in events_said:
        for place in range(len(costs)):
            if rng.random() < p:
                costs[place] += size

    for share in (0.1, 0.5, 0.8, 0.9):
        assert quantile(np.sort(made.cost_draws), share) == pytest.approx(
            np.quantile(costs, share), rel=0.015
        )


def unrelated():
    layers = replace(the_card().cost.layers, risk_risk=a_figure("0"))
    return the_card_with(cost={"layers": layers})


# --- properties ---------------------------------------------------------------------

sizes = st.decimals("1", "3", places=2)
likely = st.decimals(0, 1, places=2)


@settings(max_examples=12, deadline=None)
@given(factor=sizes, probability=likely, hours=st.integers(0, 2000))
def test_an_event_more_never_makes_any_draw_cheaper(factor, probability, hours):
    first = Risk(name="First", probability=probability, factor=factor)
    more = Risk(name="More", probability=probability, hours=D(hours))
    costs = [
        an_estimate(a_spec(risks=risks), draws=256).cost_draws
        for risks in ((), (first,), (first, more))
    ]

    assert np.all(costs[0] <= costs[1] * (1 + 1e-12))
    assert np.all(costs[1] <= costs[2] * (1 + 1e-12))


@settings(max_examples=12, deadline=None)
@given(factor=sizes, probability=likely)
def test_a_range_never_narrows_by_an_event(factor, probability):
    risk = Risk(name="One", probability=probability, factor=factor)
    before, after = (
        an_estimate(a_spec(risks=risks), draws=4096) for risks in ((), (risk,))
    )

    # ln cost is nearly normal, and a log-concave amount never gets less dispersed by an
    # independent one added (Lewis and Thompson 1981); draws err by about a hundredth.
    spread = [np.log(float(one.cost.p90 / one.cost.p10)) for one in (before, after)]
    assert spread[1] >= spread[0] * 0.985


def test_an_event_that_comes_or_goes_moves_no_other_draw():
    names = ["risk:a", "impact:a", "pace", "defects"]
    asked = {"seed": 5, "draws": 256, "correlations": drawn().simulation.correlations}

    alone, among = normals(names, **asked), normals([*names, "risk:0"], **asked)

    for name in ("impact:a", "pace", "defects"):
        assert np.array_equal(alone[name], among[name])


def test_an_event_alone_has_the_draws_that_it_has_among_others():
    asked = {"seed": 5, "draws": 256, "correlations": drawn().simulation.correlations}

    alone, among = normals(["risk:a"], **asked), normals(["risk:a", "pace"], **asked)

    assert np.array_equal(alone["risk:a"], among["risk:a"])


def test_events_come_together_as_the_card_says():
    asked = {"seed": 5, "draws": 16_384}
    together = drawn(SPEC_CHANGE).simulation.correlations

    found = normals(["risk:a", "risk:b", "pace"], correlations=together, **asked)

    assert np.corrcoef(found["risk:a"], found["risk:b"])[0, 1] == pytest.approx(
        0.2, abs=0.02
    )
    # Shuffled points meet those of the project by chance: 1 ÷ √16,384 is 0.008.
    assert abs(np.corrcoef(found["risk:a"], found["pace"])[0, 1]) < 0.035


def test_the_order_of_the_register_moves_nothing():
    there, back = drawn(MONEY, SPEC_CHANGE), drawn(SPEC_CHANGE, MONEY)

    assert there.cost == back.cost
    assert there.bill.total.value == back.bill.total.value


def test_money_of_an_event_of_the_card_is_turned_into_the_currency_of_the_quote():
    row = the_card().cost.risks["data_late"]
    size = FigureRange(p10=a_figure("50"), p50=a_figure("100"), p90=a_figure("200"))
    fine = replace(row, effect="cost", size=size)
    card = the_card_with(cost={"risks": {"fine": fine, "data_late": row}})

    turned = card_in(card, "EUR")

    rate = card.price.exchange["EUR"].value
    assert turned.cost.risks["fine"].size.p90.value == 200 * rate
    assert turned.cost.risks["data_late"] == row


# --- where it shows -----------------------------------------------------------------


def test_promise_and_floor_hold_what_the_list_price_does_not():
    before, after = (
        drawn(),
        drawn(Risk(name="Big", probability=D("0.4"), cost=D(50_000))),
    )

    assert after.suggested[0].list.value == before.suggested[0].list.value
    assert after.suggested[0].floor.value > before.suggested[0].floor.value
    assert after.loss_probability >= before.loss_probability


def test_clients_see_no_word_of_the_register():
    made = drawn(MONEY)

    assert "fine" not in repr(client_view(made.offer)).lower()


def test_the_note_and_the_sensitivity_name_the_event():
    found = document(drawn(SPEC_CHANGE, MONEY))
    name = "The specification changes on the way"

    assert f"  {name}" in note(found, explain=False)
    moved = {row["what"]: row for row in found["sensitivity"]}
    happens = moved[f"whether it happens ({name})"]
    assert float(happens["low"]) < float(happens["high"])
    hits = moved[f"how hard it hits ({name})"]
    assert float(hits["low"]) > float(happens["low"])


def test_without_a_register_there_is_no_section():
    found = document(drawn())

    assert found["risks"] == []
    assert "What may happen" not in note(found, explain=False)


def test_one_event_keeps_the_closed_form_and_two_that_come_together_do_not():
    one, two = drawn(SPEC_CHANGE), drawn(SPEC_CHANGE, Risk(event="class_drift"))

    (row,) = checks(one)
    assert float(row["ratio"]) == pytest.approx(1, abs=0.01)
    assert checks(two) == []


def test_a_size_without_a_mean_has_no_closed_form():
    twice = Quantiles(p10=D("1.1"), p50=D("1.2"), p90=D("1.3"))
    (event,) = events(
        a_spec(risks=(Risk(name="x", probability=D("0.5"), factor=twice),)),
        the_card().cost,
    )
    odd = replace(
        event.outcome, uses=(*event.outcome.uses[:2], replace(event.size, formula=max))
    )

    assert mean_of(odd) is None


# --- what is refused ----------------------------------------------------------------


def test_an_event_that_the_card_does_not_know_is_named_with_those_that_it_does():
    with pytest.raises(SpecError, match="spec_change") as found:
        an_estimate(a_spec(risks=(Risk(event="comet"),)))

    assert found.value.problems[0].path == "/risks/0/event"


def test_a_card_that_knows_no_events_says_so():
    with pytest.raises(SpecError, match="It has: none"):
        an_estimate(
            a_spec(risks=(SPEC_CHANGE,)), card=the_card_with(cost={"risks": {}})
        )


def test_a_card_without_their_correlation_says_so():
    layers = replace(the_card().cost.layers, risk_risk=None)

    with pytest.raises(MissingRateError, match="risk_risk"):
        an_estimate(a_spec(risks=(MONEY,)), card=the_card_with(cost={"layers": layers}))


@pytest.mark.parametrize(
    ("risk", "message"),
    [
        (Risk(name="x", probability=D("0.5")), "no effect"),
        (Risk(name="x", cost=D(5)), "not stated"),
    ],
)
def test_a_register_that_was_not_read_is_refused(risk, message):
    with pytest.raises(ValueError, match=message):
        events(a_spec(risks=(risk,)), the_card().cost)


def test_work_without_events_has_none():
    work: Work = drawn().work

    assert work.events == ()
