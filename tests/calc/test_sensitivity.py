"""Sensitivity: how much of the doubt each chance carries, and what it may do alone."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from scoping.calc import bands, number
from scoping.calc.chances import Correlations, chance
from scoping.calc.sensitivity import movers, sobol_indices, tornado
from scoping.calc.trace import derive
from scoping.calc.volume import answer

D = Decimal
ALONE = Correlations()
Z90 = 1.2815515655446004


def factor(name: str, sigma: str):
    size = answer("Sigma", D(sigma), unit="", path="/sigma")
    return derive(
        name, bands.spread, chance(name), size, unit="", because="e^(z sigma)"
    )


def product_of(*sigmas: tuple[str, str]):
    return derive(
        "Product",
        number.product,
        *(factor(name, sigma) for name, sigma in sigmas),
        unit="",
        because="all of them",
    )


def test_a_product_of_lognormals_has_shares_that_are_known_exactly():
    # v = e^(s²) − 1; total order: v (1 + others) ÷ (all (1 + v) − 1).
    sigmas = {"a": 0.5, "b": 0.3, "c": 0.1}
    step = product_of(*((name, str(sigma)) for name, sigma in sigmas.items()))
    v = {name: np.exp(sigma**2) - 1 for name, sigma in sigmas.items()}
    whole = np.prod([1 + x for x in v.values()]) - 1

    found = {
        mover.chance: mover.share for mover in movers(step, seed=3, correlations=ALONE)
    }

    for name, own in v.items():
        others = np.prod([1 + x for other, x in v.items() if other != name])
        assert found[name] == pytest.approx(own * others / whole, abs=0.02)
    assert list(found) == ["a", "b", "c"]


def test_shares_by_brute_force_are_the_same():
    # Slow and obvious: fix all but one chance, take the variance, average over many.
    rng = np.random.default_rng(11)
    step = product_of(("a", "0.6"), ("b", "0.4"))
    held = rng.standard_normal(400)
    drawn = rng.standard_normal((400, 400))
    inner = np.exp(0.6 * drawn + 0.4 * held[:, None]).var(axis=1).mean()
    whole = np.exp(0.6 * rng.standard_normal(10**6) + 0.4 * rng.standard_normal(10**6))

    found = {m.chance: m.share for m in movers(step, seed=3, correlations=ALONE)}

    assert found["a"] == pytest.approx(inner / whole.var(), abs=0.05)


def test_the_ends_of_the_tornado_move_one_chance_alone():
    step = product_of(("a", "0.5"), ("b", "0.3"))

    ends = dict(zip(["a", "b"], tornado(step, ["a", "b"]), strict=True))

    assert ends["a"] == pytest.approx((np.exp(-0.5 * Z90), np.exp(0.5 * Z90)))
    assert ends["b"] == pytest.approx((np.exp(-0.3 * Z90), np.exp(0.3 * Z90)))


def test_the_lower_figure_comes_first_whatever_end_makes_it():
    one = answer("One", 1, unit="", path="/one")
    less = derive(
        "Less", number.ratio, one, factor("a", "0.5"), unit="", because="1 ÷ a"
    )

    ((low, high),) = tornado(less, ["a"])

    assert low < 1 < high


def test_what_rests_on_no_chance_is_moved_by_nothing():
    step = answer("Items", 5, unit="items", path="/items")

    assert movers(step, seed=3, correlations=ALONE) == ()


def test_a_model_that_does_not_vary_has_no_shares():
    first, total = sobol_indices(lambda z: np.ones(z.shape[1]), dims=2, seed=3)

    assert (first.tolist(), total.tolist()) == ([0, 0], [0, 0])


def test_a_chance_that_another_drags_along_carries_its_part_too():
    # The first of two correlated chances moves both factors.
    step = product_of(("effort:a", "0.3"), ("effort:b", "0.3"))

    alone = {m.chance: m.share for m in movers(step, seed=3, correlations=ALONE)}
    joined = {
        m.chance: m.share
        for m in movers(step, seed=3, correlations=Correlations(effort_effort=0.8))
    }

    assert alone["effort:a"] == pytest.approx(alone["effort:b"], abs=0.03)
    assert joined["effort:a"] > 0.85
    assert joined["effort:b"] < 0.25
