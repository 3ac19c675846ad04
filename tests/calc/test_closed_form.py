"""Closed form: the mean of a product of independent chances, without any draw."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from math import exp

import numpy as np
import pytest

from scoping.calc import bands, number
from scoping.calc.chances import chance
from scoping.calc.closed_form import mean_of
from scoping.calc.document import checks
from scoping.calc.remarks import remarks
from scoping.calc.simulate import Simulation
from scoping.calc.spec.values import LowModeHigh, Prelabel, Quantiles, UnitsPerItem
from scoping.calc.trace import derive
from scoping.calc.volume import answer
from tests.calc.an_estimate import a_line, a_spec, an_estimate, random_spec

D = Decimal
ACCEPTED = Quantiles(p10=D("0.5"), p50=D("0.7"), p90=D("0.8"))


def known(value):
    return answer("Known", D(value), unit="", path="/known")


def step_of(formula, *uses):
    return derive("Step", formula, *uses, unit="", because="a test")


def band(name="effort:a"):
    return step_of(bands.drawn, chance(name), known(8), known(12), known(18))


def test_what_is_known_is_its_own_mean():
    assert mean_of(known(5)) == 5


def test_a_band_a_triangle_and_a_spread_have_their_means():
    triangle = step_of(
        bands.drawn_triangular, chance("units:a"), known(1), known(2), known(6)
    )
    spread = step_of(bands.spread, chance("pace"), known("0.3"))

    assert mean_of(band()) == 12.615885
    assert mean_of(triangle) == 3
    assert mean_of(spread) == exp(0.045)


def test_a_product_has_the_product_of_means_and_a_sum_their_sum():
    other = step_of(bands.spread, chance("pace"), known("0.3"))
    both = step_of(number.product, band(), other, known(2))

    assert mean_of(both) == pytest.approx(12.615885 * exp(0.045) * 2)
    assert mean_of(step_of(number.total, both, known(1))) == pytest.approx(
        12.615885 * exp(0.045) * 2 + 1
    )


def test_factors_that_share_a_chance_have_no_such_mean():
    assert mean_of(step_of(number.product, band(), band())) is None


@pytest.mark.parametrize(
    "step",
    [
        chance("pace"),
        step_of(number.complement, band()),
        step_of(number.product, step_of(number.complement, band()), known(2)),
        step_of(number.total, step_of(number.complement, band()), known(2)),
        step_of(bands.drawn, chance("a"), band("b"), known(12), known(18)),
        step_of(bands.drawn_triangular, chance("a"), band("b"), known(12), known(18)),
        step_of(bands.spread, chance("a"), band("b")),
    ],
)
def test_what_has_no_closed_form_says_so(step):
    assert mean_of(step) is None


def test_draws_agree_with_the_closed_form_on_every_line_that_has_one():
    lines = (
        a_line(per_item=UnitsPerItem(mean=Quantiles(p10=D(4), p50=D(5), p90=D(9)))),
        a_line(
            type="polygon",
            per_item=UnitsPerItem(mean=LowModeHigh(low=D(1), mode=D(2), high=D(6))),
        ),
        a_line(type="image_tag", per_item=UnitsPerItem(sample=(1, 2, 3, 9))),
        a_line(type="cuboid", prelabel=Prelabel(accept_rate=ACCEPTED)),
    )

    found = checks(an_estimate(a_spec(*lines), draws=16_384))

    assert len(found) == 3
    for row in found:
        assert float(row["ratio"]) == pytest.approx(1, abs=0.002)


@pytest.mark.parametrize("number", range(40, 60))
def test_no_random_project_is_off(number):
    made = an_estimate(random_spec(number), draws=4096)

    assert "simulation_off" not in {row["code"] for row in remarks(made)}


def test_draws_that_miss_the_mean_are_said():
    made = an_estimate(draws=1024)
    real = made.simulation

    class Broken(Simulation):
        def __init__(self):
            self.draws = real.draws

        def of(self, step):
            return real.of(step) * 1.5

    broken = replace(made, simulation=Broken())

    assert "simulation_off" in {row["code"] for row in remarks(broken)}
    assert np.mean(real.of(made.efforts[0].labelling)) > 0


def test_a_line_of_nothing_to_label_has_nothing_to_check():
    made = an_estimate()
    nothing = answer("Nothing", 0, unit="s", path="/items")
    work = replace(
        made.work.lines[0], effort=replace(made.efforts[0], labelling=nothing)
    )

    assert checks(replace(made, work=replace(made.work, lines={0: work}))) == []
