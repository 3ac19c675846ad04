"""What must hold of every estimate, whatever its figures (d ≥ f, correlations ≥ 0)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from math import exp, sqrt

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scoping.calc import bands, number
from scoping.calc.chances import Correlations, chance
from scoping.calc.offer import client_view
from scoping.calc.rates import RateCard
from scoping.calc.rates.values import FigureRange
from scoping.calc.simulate import Distribution, Simulation, quantile
from scoping.calc.spec.values import Quality, Quantiles, Spec, UnitsPerItem
from scoping.calc.trace import derive
from scoping.calc.volume import answer
from tests.calc.an_estimate import (
    a_figure,
    a_line,
    a_spec,
    an_estimate,
    the_card,
    the_card_with,
    without_doubt,
)

D = Decimal
PHI_90 = exp(-(1.2815516**2) / 2) / sqrt(2 * 3.14159265)
few = settings(max_examples=15, deadline=None)
shares = st.decimals("0.01", "0.6", places=3)


def with_review(p: Decimal, d: Decimal, f: Decimal, likeness: Decimal) -> RateCard:
    """Return the launch card with these first-pass errors and these reviewers."""
    row = replace(
        the_card().cost.review["default"],
        first_pass_defect=flat(p),
        detection=flat(d),
        false_rejection=a_figure(f),
        likeness=a_figure(likeness),
    )
    return the_card_with(cost={"review": {"default": row}})


def flat(value: Decimal) -> FigureRange:
    one = a_figure(value)
    return FigureRange(p10=one, p50=one, p90=one)


@few
@given(
    ps=st.lists(shares, min_size=2, max_size=2).map(sorted),
    d=st.decimals("0.3", "1", places=2),
    f=st.decimals("0", "0.3", places=2),
    reviews=st.integers(0, 3),
)
def test_more_first_pass_defects_never_cost_less(ps, d, f, reviews):
    spec = a_spec(quality=Quality(reviews=reviews))

    fewer, more = (
        an_estimate(spec, card=with_review(p, d, f, D("0.2")), draws=64).cost_draws
        for p in ps
    )

    assert np.all(fewer <= more * (1 + 1e-12))


@few
@given(
    p=shares,
    d=st.decimals("0.3", "1", places=2),
    f=st.decimals("0", "0.3", places=2),
    likeness=st.decimals("0", "1", places=2),
    reviews=st.integers(0, 4),
)
# More would escape if those who overlook the same did not also reject the same.
@example(p=D("0.01"), d=D("0.30"), f=D("0.29"), likeness=D("0.17"), reviews=1)
def test_more_reviews_never_let_more_escape(p, d, f, likeness, reviews):
    card = with_review(p, d, f, likeness)

    once, again = (
        an_estimate(a_spec(quality=Quality(reviews=count)), card=card, draws=64)
        .checkings[0]
        .loop.outgoing_defect.value
        for count in (reviews, reviews + 1)
    )

    assert again <= once + D("1e-20")


@few
@given(
    width=st.decimals("1.05", "2", places=2),
    more=st.decimals("1.05", "2", places=2),
)
def test_a_wider_count_of_units_never_narrows_what_a_client_is_told(width, more):
    narrow = told(a_spec(a_line(per_item=around(width))))
    wide = told(a_spec(a_line(per_item=around(width * more))))

    assert wide >= narrow


@few
@given(
    width=st.decimals("1.05", "2.5", places=2),
    more=st.decimals("1.05", "2", places=2),
)
def test_a_wider_effort_never_narrows_the_cost(width, more):
    cost = the_card().cost
    cell = cost.effort["bounding_box", "standard"]
    spreads = []
    for factor in (width, width * more):
        seconds = FigureRange(
            p10=a_figure(D(14) / factor),
            p50=a_figure(D(14)),
            p90=a_figure(D(14) * factor),
        )
        row = replace(cell, seconds=seconds)
        card = the_card_with(
            cost={"effort": {**cost.effort, ("bounding_box", "standard"): row}}
        )
        found = an_estimate(a_spec(), card=card, draws=2048).cost
        spreads.append(found.p90 - found.p10)

    assert spreads[1] >= spreads[0]


def told(spec: Spec) -> Decimal:
    """Return the width of the range that a client is told."""
    found = client_view(an_estimate(spec, draws=64).offer)["price"]["range"]
    return D(found["high"]) - D(found["low"])


def around(factor: Decimal) -> UnitsPerItem:
    return UnitsPerItem(mean=Quantiles(p10=D(5) / factor, p50=D(5), p90=D(5) * factor))


@few
@given(batches=st.integers(1, 40), times=st.integers(2, 9))
def test_what_is_certain_and_variable_scales_exactly_with_items(batches, times):
    one, many = (
        an_estimate(a_spec(items=1000 * count), card=without_doubt(), draws=2)
        .work.lines[0]
        .cost.value
        for count in (batches, batches * times)
    )

    # Twenty of the 28 digits that decimals carry.
    assert many == pytest.approx(one * times, rel=D("1e-20"))


# --- published figures of uncertainty, on draws -------------------------------------


def lognormals(*sigmas: float, correlation: float = 0.0, draws: int = 16_384):
    """Return a simulation and a lognormal step for each sigma, of median 1."""
    steps = [
        derive(
            "One",
            bands.spread,
            chance(f"effort:{place:02d}"),
            answer("Sigma", D(repr(sigma)), unit="", path="/sigma"),
            unit="",
            because="an example",
        )
        for place, sigma in enumerate(sigmas)
    ]
    simulation = Simulation(
        steps,
        seed=271,
        draws=draws,
        correlations=Correlations(effort_effort=correlation),
    )
    return simulation, steps


def test_ten_lines_that_share_difficulty_spread_as_wide_as_they_should():
    # EST-14: √(1 + 9 × 0.2) = 1.673; for small sigmas logs and amounts agree.
    spreads = []
    for correlation in (0.0, 0.2):
        simulation, steps = lognormals(*[0.01] * 10, correlation=correlation)
        whole = derive("Sum", number.total, *steps, unit="", because="an example")
        spreads.append(np.std(simulation.of(whole)))

    assert spreads[1] / spreads[0] == pytest.approx(1.67332, rel=0.01)


def test_money_moves_together_less_than_its_logarithms():
    # EST-17: sigmas 0.5 and 0.3 whose logs correlate by 0.6.
    simulation, (one, other) = lognormals(0.5, 0.3, correlation=0.6)

    found = np.corrcoef(simulation.of(one), simulation.of(other))[0, 1]

    assert found == pytest.approx(0.57582, abs=0.01)


def test_the_error_of_a_quantile_is_that_of_its_formula():
    # EST-25: √(0.9 × 0.1 ÷ n) × sigma ÷ φ(1.2816), of the quantile, at n = 16,384.
    sigma = 0.676387463
    simulation, (step,) = lognormals(sigma)

    found = Distribution.of(simulation.of(step), digits=6)

    expected = sqrt(0.09 / 16_384) * sigma / PHI_90
    assert float(found.se["p90"] / found.p90) == pytest.approx(expected, rel=0.03)


def test_a_margin_on_the_median_is_less_than_it_says():
    # EST-26: 40 % on the median of sigma 0.5 is 32.0 % of the price, and 15.3 % lose.
    simulation, (step,) = lognormals(0.5)
    cost = simulation.of(step)
    price = quantile(np.sort(cost), 0.5) / 0.6

    assert 1 - np.mean(cost) / price == pytest.approx(0.320111, abs=0.002)
    assert np.mean(cost > price) == pytest.approx(0.153473, abs=0.003)
