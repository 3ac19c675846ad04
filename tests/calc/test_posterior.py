"""Guesses and measurements weighed: by hand, on a grid, and what always holds."""

from __future__ import annotations

import json
from decimal import Decimal
from math import lgamma
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoping.calc.audit import effective_sample_size
from scoping.calc.posterior import (
    Beta,
    Counted,
    Measured,
    PosteriorError,
    beta_of,
    counted,
    measured_mean,
    measured_seconds,
    normal_update,
    pooled,
    updated_amount,
    updated_share,
)
from scoping.calc.spec.values import Quantiles
from tests.calc.an_estimate import D, the_card
from tests.shared import shared

HERE = Path(__file__).parent
OURS = {row["id"]: row for row in json.loads((HERE / "vectors_pilot.json").read_text())}
VECTORS = {row["id"]: row for row in json.loads((HERE / "vectors.json").read_text())}
Z90 = 1.2815515655446004
SHARES = st.decimals("0.02", "0.98", places=3)


def a_range(p10, p50, p90):
    return Quantiles(p10=D(p10), p50=D(p50), p90=D(p90))


def a_card_range(typical, *, sigma):
    """Return quantiles of a lognormal with this median and sigma."""
    edge = (D(str(Z90)) * D(sigma)).exp()
    return a_range(D(typical) / edge, typical, D(typical) * edge)


def seen(value, sigma):
    return Measured(value=D(value), sigma=D(sigma))


def fitted(prior):
    return beta_of(prior)


def hits(part, whole, worth=None):
    return Counted(hits=part, trials=whole, worth=D(whole if worth is None else worth))


# --- Published and computed examples -------------------------------------------------


def test_cal_06_a_normal_mean_is_weighed_by_the_variances():
    row = OURS["CAL-06"]
    at = row["inputs"]
    data = at["data"]

    mean, _, weight = normal_update(
        D(at["prior_mean"]),
        D(at["prior_sd"]) ** 2,
        measured=D(sum(data)) / len(data),
        error=D(at["lik_sd"]) ** 2 / len(data),
    )

    allowed = row["tolerance"]["abs"]
    assert float(weight) == pytest.approx(row["expected"]["factor"], abs=allowed)
    assert float(mean) == pytest.approx(row["expected"]["premium"], abs=allowed)


def test_cal_13_a_share_is_updated_by_counts():
    row = OURS["CAL-13"]
    at, allowed = row["inputs"], row["tolerance"]["abs"]
    prior = Beta(a=at["alpha"], b=at["beta"])

    found = prior.updated(at["defects"], at["n"])

    expected = row["expected"]
    assert found.mean == pytest.approx(expected["mean"], abs=allowed)
    assert found.quantile(0.05) == pytest.approx(expected["p05"], abs=allowed)
    assert found.quantile(0.95) == pytest.approx(expected["p95"], abs=allowed)
    assert prior.weight_of(at["n"]) == pytest.approx(expected["shrink"], abs=allowed)


def test_smp_55_the_chance_that_a_share_is_small_enough():
    row = OURS["SMP-55"]
    at = row["inputs"]

    found = Beta(a=at["prior_alpha"], b=at["prior_beta"]).updated(at["d"], at["n"])

    assert found.below(at["threshold"]) == pytest.approx(
        row["expected"]["posterior_prob_ok"], abs=row["tolerance"]["abs"]
    )


def test_agr_30_alike_members_are_worth_less():
    at = VECTORS["AGR-30"]["inputs"]
    trials = at["images"] * at["objects_per_image"]

    found = counted(0, trials, groups=at["images"], icc=D(str(at["icc"])))

    assert float(found.worth) == pytest.approx(VECTORS["AGR-30"]["expected"])
    assert found.worth == effective_sample_size(
        D(trials), D(at["objects_per_image"]), D(str(at["icc"]))
    )


def test_the_kept_examples_are_as_they_were_given():
    rows = json.loads(shared("data/vectors.json").read_text())
    given_rows = {row["id"]: row for row in rows}

    assert all(row == given_rows[name] for name, row in OURS.items())


# --- By hand -------------------------------------------------------------------------


def test_seconds_as_sure_as_the_guess_meet_it_half_way():
    # ln: prior 10 ± 0.5, measured 40 ± 0.5; half-way on the logarithm is √(10 × 40).
    found = updated_amount(a_card_range("10", sigma="0.5"), [seen("40", "0.5")])

    assert found.p50 == D(20)
    assert found.weight == D("0.5")
    # The spread shrinks to 0.5 ÷ √2 = 0.353553: 20 × e^(1.281552 × 0.353553).
    assert float(found.p90) == pytest.approx(20 * np.exp(Z90 * 0.5 / 2**0.5), abs=1e-5)


def test_layers_of_measured_seconds_shrink_with_what_was_seen():
    found = measured_seconds(
        D(12), units=400, people=4, batches=2, layers=the_card().cost.layers
    )

    # worker 0.42² ÷ 4 + batch 0.20² ÷ 2 + item 0.36² ÷ 400
    assert float(found.sigma**2) == pytest.approx(0.0441 + 0.02 + 0.000324)
    assert found.value == 12


def test_a_measured_mean_is_widened_by_how_far_samples_lie_off():
    found = measured_mean(D(5), variance=D(20), items=500, between=D("0.08"))

    # (√(20 ÷ 500) ÷ 5)² + 0.08² = 0.04² + 0.08²
    assert float(found.sigma**2) == pytest.approx(0.0016 + 0.0064)


def test_errors_of_few_people_are_worth_few_units():
    found = counted(30, 600, groups=6, icc=D("0.05"))

    # 600 ÷ (1 + 99 × 0.05) = 600 ÷ 5.95
    assert float(found.worth) == pytest.approx(100.840336)


def test_counts_with_fewer_members_than_groups_are_worth_themselves():
    assert counted(1, 50, groups=80, icc=D("0.05")).worth == 50


def test_two_measurements_join_by_their_precision():
    # Weights 1 ÷ 0.1² and 1 ÷ 0.2² are 4 : 1; ln 10 + (ln 20 − ln 10) ÷ 5.
    found = pooled([seen("10", "0.1"), seen("20", "0.2")])

    assert float(found.value) == pytest.approx(10 * 2**0.2)
    assert float(found.sigma) == pytest.approx(1 / 125**0.5)


def test_a_measurement_without_error_counts_alone():
    found = pooled([seen("10", "0"), seen("40", "0"), seen("99", "0.2")])

    assert float(found.value) == pytest.approx(20)
    assert found.sigma == 0


def test_exact_seconds_replace_the_guess():
    found = updated_amount(a_range("5", "10", "20"), [seen("14", "0")])

    assert (found.p10, found.p50, found.p90) == (D(14), D(14), D(14))
    assert found.weight == 1


def test_where_nothing_was_known_the_measurement_counts_alone():
    found = updated_amount(None, [seen("5", "0.1")])

    assert found.p50 == D(5)
    assert float(found.p90) == pytest.approx(5 * np.exp(0.1 * Z90), abs=1e-6)
    assert float(found.p10) == pytest.approx(5 * np.exp(-0.1 * Z90), abs=1e-6)
    assert found.weight == 1


def test_a_guess_without_doubt_does_not_move():
    found = updated_amount(a_range("5", "5", "5"), [seen("9", "0.1")])

    assert (found.p10, found.p50, found.p90, found.weight) == (D(5), D(5), D(5), D(0))


@pytest.mark.parametrize("low", ["0", "10"])
def test_a_side_that_says_nothing_is_as_wide_as_the_other(low):
    like = updated_amount(a_range("5", "10", "20"), [seen("8", "0.2")])

    found = updated_amount(a_range(low, "10", "20"), [seen("8", "0.2")])

    assert found == like


def test_a_high_end_at_typical_is_as_far_as_the_low_one():
    like = updated_amount(a_range("5", "10", "20"), [seen("15", "0.2")])

    found = updated_amount(a_range("5", "10", "10"), [seen("15", "0.2")])

    assert found == like


def test_a_typical_amount_of_nothing_cannot_be_weighed():
    with pytest.raises(PosteriorError, match="no logarithm"):
        updated_amount(a_range("0", "0", "3"), [seen("1", "0.2")])


def test_nothing_known_and_nothing_measured_is_an_error():
    with pytest.raises(PosteriorError, match="nothing was measured"):
        updated_amount(None, [])


@pytest.mark.parametrize("typical", ["0", "1"])
def test_a_typical_share_at_an_end_cannot_be_weighed(typical):
    low, high = ("0", "0.2") if typical == "0" else ("0.8", "1")

    with pytest.raises(PosteriorError, match="between 0 and 1"):
        updated_share(a_range(low, typical, high), [hits(1, 10)])


def test_a_share_without_doubt_does_not_move():
    prior = a_range("0.1", "0.1", "0.1")

    assert updated_share(prior, [hits(9, 10)]).quantiles == prior


def test_a_share_that_may_be_anything_is_worth_two_units():
    found = beta_of(a_range("0", "0.5", "1"))

    assert found is not None
    assert (found.a, found.b) == pytest.approx((1, 1))


# --- A slow second opinion: the same updates on a grid --------------------------------


def quantiles_on_grid(points, density):
    mass = np.cumsum(density)
    return [
        float(np.interp(share, mass / mass[-1], points)) for share in (0.1, 0.5, 0.9)
    ]


def amount_on_grid(prior, measured, sigma):
    """Return P10, P50, P90: prior density × likelihood at 200,001 logarithms."""
    p10, p50, p90 = (np.log(float(x)) for x in (prior.p10, prior.p50, prior.p90))
    low, high = (p50 - p10) / Z90, (p90 - p50) / Z90
    logs = np.linspace(p50 - 8, p50 + 8, 200_001)
    side = np.where(logs < p50, low, high)
    guess = np.exp(-(((logs - p50) / side) ** 2) / 2) / side
    likelihood = np.exp(-(((np.log(measured) - logs) / sigma) ** 2) / 2)
    return np.exp(quantiles_on_grid(logs, guess * likelihood))


def share_on_grid(prior, part, whole):
    """Return P10, P50, P90: Beta density × binomial likelihood at 200,000 shares."""
    shares = (np.arange(200_000) + 0.5) / 200_000
    a, b = prior
    constant = lgamma(a + b) - lgamma(a) - lgamma(b)
    logs = constant + (a - 1) * np.log(shares) + (b - 1) * np.log1p(-shares)
    logs = logs + part * np.log(shares) + (whole - part) * np.log1p(-shares)
    return quantiles_on_grid(shares, np.exp(logs - logs.max()))


@pytest.mark.parametrize("number", range(12))
def test_amounts_with_like_sides_agree_with_the_grid(number):
    rng = np.random.default_rng(number)
    prior = a_card_range("12", sigma=f"{rng.uniform(0.2, 0.8):.3f}")
    measured, sigma = 12 * np.exp(rng.normal(0, 0.5)), rng.uniform(0.05, 0.6)

    found = updated_amount(prior, [seen(f"{measured:.6f}", f"{sigma:.6f}")])

    expected = amount_on_grid(prior, float(f"{measured:.6f}"), float(f"{sigma:.6f}"))
    assert [float(x) for x in (found.p10, found.p50, found.p90)] == pytest.approx(
        list(expected), rel=2e-4
    )


@pytest.mark.parametrize("number", range(12))
def test_lopsided_amounts_lie_near_the_grid(number):
    rng = np.random.default_rng(100 + number)
    low = rng.uniform(0.2, 0.5)
    high = low * rng.uniform(1, 2)
    prior = a_range(
        f"{12 * np.exp(-Z90 * low):.6f}", "12", f"{12 * np.exp(Z90 * high):.6f}"
    )
    measured, sigma = 12 * np.exp(rng.normal(0, 0.4)), rng.uniform(0.05, 0.4)

    found = updated_amount(prior, [seen(f"{measured:.6f}", f"{sigma:.6f}")])

    expected = amount_on_grid(prior, measured, sigma)
    assert abs(np.log(float(found.p50) / expected[1])) < 0.1


@pytest.mark.parametrize(
    ("prior", "part", "whole"),
    [
        (("0.03", "0.06", "0.11"), 53, 800),
        (("0.03", "0.06", "0.11"), 0, 40),
        (("0.45", "0.65", "0.80"), 20, 90),
        (("0.45", "0.65", "0.80"), 90, 90),
    ],
)
def test_shares_agree_with_the_grid(prior, part, whole):
    said = a_range(*prior)
    known = fitted(said)

    found = updated_share(said, [hits(part, whole, worth=whole / 4)])

    expected = share_on_grid((known.a, known.b), part / 4, whole / 4)
    assert [float(x) for x in (found.p10, found.p50, found.p90)] == pytest.approx(
        expected, abs=2e-5
    )


@pytest.mark.parametrize(
    "prior",
    [("0.03", "0.06", "0.11"), ("0.45", "0.65", "0.80"), ("0.7", "0.82", "0.92")],
)
def test_a_fitted_beta_keeps_typical_and_eight_in_ten_on_the_grid(prior):
    known = fitted(a_range(*prior))
    shares = (np.arange(400_000) + 0.5) / 400_000

    density = shares ** (known.a - 1) * (1 - shares) ** (known.b - 1)

    low, typical, high = map(float, prior)
    inside = density[(shares > low) & (shares < high)].sum() / density.sum()
    assert quantiles_on_grid(shares, density)[1] == pytest.approx(typical, abs=1e-5)
    assert inside == pytest.approx(0.8, abs=1e-4)


@pytest.mark.parametrize(
    ("prior", "end", "below"),
    [
        (("0", "0.1", "0.2"), 0.2, 0.9),
        (("0.1", "0.1", "0.2"), 0.2, 0.9),
        (("0.8", "0.9", "1"), 0.8, 0.1),
    ],
)
def test_a_share_with_one_side_is_fitted_to_that_side(prior, end, below):
    known = fitted(a_range(*prior))

    assert known.below(end) == pytest.approx(below, abs=1e-9)
    assert known.quantile(0.5) == pytest.approx(float(prior[1]), abs=1e-9)


# --- What always holds ----------------------------------------------------------------


@given(
    typical=st.decimals("0.5", "4000", places=2),
    below=st.decimals("0.05", "0.9", places=3),
    above=st.decimals("0.05", "0.9", places=3),
    measured=st.decimals("0.5", "4000", places=2),
    sigma=st.decimals("0.02", "2", places=3),
)
@settings(deadline=None)
def test_more_evidence_moves_farther_and_leaves_less_doubt(
    typical, below, above, measured, sigma
):
    prior = a_range(typical * (-below).exp(), typical, typical * above.exp())

    weak = updated_amount(prior, [seen(measured, sigma)])
    strong = updated_amount(prior, [seen(measured, sigma / 2)])

    for found in (weak, strong):
        low, high = sorted((typical, measured))
        assert low - D("0.000001") <= found.p50 <= high + D("0.000001")
        assert found.p10 <= found.p50 <= found.p90
        assert 0 <= found.weight <= 1
    assert strong.weight >= weak.weight
    assert abs(strong.p50 - measured) <= abs(weak.p50 - measured) + D("0.000001")
    assert strong.p90 / strong.p10 <= weak.p90 / weak.p10 * D("1.0001")
    assert weak.p90 / weak.p10 <= prior.p90 / prior.p10 * D("1.0001")


@given(
    three=st.lists(SHARES, min_size=3, max_size=3, unique=True).map(sorted),
    whole=st.integers(1, 400),
    part=st.floats(0, 1),
)
@settings(deadline=None)
def test_a_share_moves_towards_what_was_counted(three, whole, part):
    prior, count = a_range(*three), round(part * whole)
    known = fitted(prior)

    few = updated_share(prior, [hits(count, whole)])
    many = updated_share(prior, [hits(count * 8, whole * 8)])

    low, high = sorted((known.mean, count / whole))
    assert low - 1e-9 <= known.updated(count, whole).mean <= high + 1e-9
    assert 0 <= few.p10 <= few.p50 <= few.p90 <= 1
    assert many.weight >= few.weight
    assert many.weight == pytest.approx(
        Decimal(8 * whole) / (Decimal(8 * whole) + D(str(known.a + known.b))),
        abs=D("1e-4"),
    )


@pytest.mark.parametrize("part", [0, 1, 20, 60, 200])
def test_the_typical_share_lies_between_what_was_said_and_what_was_counted(part):
    prior = a_range("0.03", "0.06", "0.11")

    found = updated_share(prior, [hits(part, 400)])

    low, high = sorted((D("0.06"), D(part) / 400))
    assert low <= found.p50 <= high


def test_more_counts_leave_less_doubt():
    prior = a_range("0.03", "0.06", "0.11")

    widths = [
        (found := updated_share(prior, [hits(6 * n, 100 * n)])).p90 - found.p10
        for n in (1, 4, 16)
    ]

    assert prior.p90 - prior.p10 > widths[0] > widths[1] > widths[2]


@pytest.mark.parametrize(
    "prior", [("4.2", "5", "6.5"), ("0", "1", "2"), ("6.41", "12.97", "26.25")]
)
def test_no_measurement_leaves_an_amount_as_it_was(prior):
    found = updated_amount(a_range(*prior), [])

    assert found.quantiles == a_range(*prior)
    assert found.weight == 0


def test_no_count_leaves_a_share_as_it_was():
    found = updated_share(a_range("0.03", "0.06", "0.11"), [])

    assert found.quantiles == a_range("0.03", "0.06", "0.11")
    assert found.weight == 0
