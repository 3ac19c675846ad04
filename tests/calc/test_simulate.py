"""Simulation: draws into a mean and quantiles, each with its standard error."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from scoping.calc.bands import spread
from scoping.calc.chances import Correlations, chance
from scoping.calc.number import product, total
from scoping.calc.simulate import (
    Distribution,
    Simulation,
    histogram,
    quantile,
)
from scoping.calc.spec.values import Quantiles
from scoping.calc.trace import derive
from scoping.calc.volume import answer
from tests.calc.an_estimate import (
    a_figure,
    a_line,
    a_spec,
    an_estimate,
    the_card,
    the_card_with,
)

D = Decimal
Z90 = 1.2815515655446004


def exponent(name: str, sigma: str):
    """Return a lognormal factor of a chance."""
    size = answer(f"Sigma of {name}", D(sigma), unit="", path="/items")
    return derive(name, spread, chance(name), size, unit="×", because="e^(z σ)")


def simulated(*steps, draws=4096):
    return Simulation(steps, seed=11, draws=draws, correlations=Correlations())


def test_quantiles_lie_between_ranks():
    # Type 7: 0.8 × 4 = 3.2, between 4 and 10: 4 + 0.2 × 6 = 5.2.
    assert quantile(np.array([1.0, 2.0, 3.0, 4.0, 10.0]), 0.8) == pytest.approx(5.2)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.33, 0.5, 0.8, 0.9, 1.0])
def test_quantiles_are_those_of_numpy(share):
    draws = np.sort(np.random.default_rng(3).normal(size=777))

    assert quantile(draws, share) == pytest.approx(float(np.quantile(draws, share)))


def test_a_distribution_is_rounded_to_cents():
    found = Distribution.of(np.array([1.0, 2.0, 3.0, 4.005]))

    assert (found.mean, found.p50) == (D("2.50"), D("2.50"))
    assert set(found.se) == {"mean", "p10", "p50", "p80", "p90"}


def test_standard_errors_are_as_wide_as_repeated_draws_scatter():
    # 400 fresh samples of 4,096 plain draws: their P80s and means scatter so much.
    rng = np.random.default_rng(5)
    samples = np.exp(rng.normal(size=(400, 4096)) * 0.5)
    claimed = Distribution.of(samples[0], digits=6).se

    scatter = np.std(np.quantile(samples, 0.8, axis=1))

    assert float(claimed["p80"]) == pytest.approx(scatter, rel=0.25)
    assert float(claimed["mean"]) == pytest.approx(
        np.std(samples.mean(axis=1)), rel=0.25
    )


def test_what_rests_on_no_chance_is_the_same_in_each_draw():
    step = answer("Items", 5, unit="items", path="/items")

    assert simulated(step).of(step).tolist() == [5.0] * 4096


def test_a_product_of_two_lognormals_has_its_closed_form():
    # Sigmas 0.3 and 0.4: together 0.5. Mean e^0.125, P90 e^(0.5 × 1.28155).
    step = derive(
        "Product",
        product,
        exponent("a", "0.3"),
        exponent("b", "0.4"),
        unit="",
        because="a × b",
    )

    found = Distribution.of(simulated(step).of(step), digits=6)

    assert abs(float(found.mean) - math.exp(0.125)) < 4 * float(found.se["mean"])
    assert abs(float(found.p90) - math.exp(0.5 * Z90)) < 4 * float(found.se["p90"])
    assert abs(float(found.p50) - 1) < 4 * float(found.se["p50"])


def test_the_cost_of_a_one_line_product_has_its_closed_form():
    made = an_estimate(doubted_spec(), card=doubted_card(), draws=16_384)
    labelling = made.efforts[0].labelling.uses[0]

    draws = made.simulation.of(labelling)

    # 100,000 × 5 units, σ ln 1.5 ÷ 1.28; × 10 s, σ ln 2 ÷ 1.28; crew and batches
    # √(0.42² ÷ 20 + 0.2² ÷ 100), items 0.36 ÷ √quoted; all independent.
    quoted = float(made.offer.volumes[0].quoted.value)
    variance = (math.log(1.5) / Z90) ** 2 + (math.log(2) / Z90) ** 2
    variance += 0.42**2 / 20 + 0.2**2 / 100 + 0.36**2 / quoted
    expected = 100_000 * 5 * 10 * math.exp(variance / 2)
    found = Distribution.of(draws)
    assert abs(float(found.mean) - expected) < 4 * float(found.se["mean"])
    high = 100_000 * 5 * 10 * math.exp(Z90 * math.sqrt(variance))
    assert abs(float(found.p90) - high) < 4 * float(found.se["p90"])


def doubted_spec():
    per_item = Quantiles(p10=D(5) / D("1.5"), p50=D(5), p90=D("7.5"))
    return a_spec(a_line(per_item=per_item))


def doubted_card():
    cost = the_card().cost
    cell = cost.effort["bounding_box", "standard"]
    seconds = replace(cell.seconds, p10=a_figure(5), p50=a_figure(10), p90=a_figure(20))
    return the_card_with(
        cost={
            "effort": {
                ("bounding_box", "standard"): replace(cell, seconds=seconds),
            }
        }
    )


def test_steps_that_share_a_chance_move_together():
    one = exponent("a", "0.3")
    double = derive("Double", total, one, one, unit="", because="twice")
    simulation = simulated(one, double)

    assert np.allclose(simulation.of(double), 2 * simulation.of(one))


def test_a_histogram_holds_99_draws_of_100():
    draws = np.random.default_rng(1).normal(size=10_000)

    found = histogram(draws)

    assert len(found["edges"]) == len(found["shares"]) + 1 == 49
    assert sum(map(float, found["shares"])) == pytest.approx(0.99, abs=0.001)
    assert histogram(np.full(8, 3.0)) == {"edges": ["3.00", "3.00"], "shares": ["1"]}
