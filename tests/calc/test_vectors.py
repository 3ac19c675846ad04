"""Examples with a source: what others printed, or another package computed.

`vectors.json` holds the examples that functions of the product answer, with source and
tolerance; `vectors_unused.yaml` says of every other example why none does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from scipy.special import ndtr

from scoping.calc import agreement, audit, bands, drawing, prelabel, pricing, rework
from scoping.calc.chances import Correlations, chance
from scoping.calc.credits import expected_credit
from scoping.calc.events import swanson_mean
from scoping.calc.money import share_out, to_coins
from scoping.calc.number import product
from scoping.calc.plans import belief, outgoing, process, sequential, standard
from scoping.calc.sensitivity import sobol_indices
from scoping.calc.simulate import Simulation, quantile
from scoping.calc.trace import Origin, derive, given
from tests.calc.agreement_answers import AGREEMENT
from tests.shared import shared

HERE = Path(__file__).parent
VECTORS = {row["id"]: row for row in json.loads((HERE / "vectors.json").read_text())}
FOREVER = 400
"""Loops that are as good as no limit."""
TOPICS = ("1-estimating", "2-cost", "3-sampling", "4-agreement", "9-pricing")
CURRENCY = {"0.01": "USD", "1": "VND"}

Answer = Callable[[dict[str, Any]], Any]


def triangular_quantiles(at: dict[str, Any]) -> list[float]:
    return [
        float(
            bands.triangle_quantile(
                dec(share), dec(at["low"]), dec(at["mode"]), dec(at["high"])
            )
        )
        for share in at["probs"]
    ]


def lognormal_from_p10_p90(at: dict[str, Any]) -> dict[str, float]:
    p10, p90 = dec(at["p10"]), dec(at["p90"])
    median = (p10 * p90).sqrt()
    return {
        "median": float(bands.drawn(Decimal(0), p10, median, p90)),
        "sigma": bands.sigma_of(median, p90),
        "mean": float(bands.mean_of_band(p10, median, p90)),
    }


def rework_loop(at: dict[str, Any]) -> dict[str, float]:
    dm = rework.joint_share(at["d"], at["reviewers"], 0)
    fm = rework.joint_share(at["f"], at["reviewers"], 0)
    rejected = rework.reject_rate(at["p"], dm, fm)
    reworks = rework.reworks_per_unit(rejected, FOREVER)
    outgoing = rework.outgoing_defect(at["p"], dm, fm, FOREVER)
    released = rework.cost_per_released(
        at["L"], at["R"] * at["reviewers"], at["W"], reworks
    )
    return {
        "reject_rate": rejected,
        "expected_passes": 1 + reworks,
        "outgoing_defect": outgoing,
        "cost_per_released": released,
        "cost_per_good": rework.cost_per_good(released, outgoing),
    }


def repair_once(at: dict[str, Any]) -> dict[str, float]:
    dm = rework.joint_share(at["d"], at["reviewers"], 0)
    fm = rework.joint_share(at["f"], at["reviewers"], 0)
    rejected = rework.reject_rate(at["p"], dm, fm)
    outgoing = rework.repaired_defect(at["p"], dm, at["fix_success"])
    # A repaired unit is not reviewed again: its rework costs W alone.
    released = rework.cost_per_released(at["L"] + at["R"], 0, at["W"], rejected)
    return {
        "reject_rate": rejected,
        "outgoing_defect": outgoing,
        "cost_per_released": released,
        "cost_per_good": rework.cost_per_good(released, outgoing),
    }


def implied_with_false_rejects(at: dict[str, Any]) -> dict[str, list[float]]:
    q, r = at["outgoing_defect"], at["rework_rate"]
    found = [rework.first_pass_defect_implied(q, r, f) for f in at["false_reject"]]
    return {
        "p": found,
        "detection": [rework.detection_implied(q, r, p) for p in found],
    }


def detection_needed(at: dict[str, Any]) -> dict[str, float]:
    together = rework.detection_needed(at["p"], at["target_outgoing"])
    return {"single": together, "each_of_two": 1 - (1 - together) ** 0.5}


def imperfect_inspection(at: dict[str, Any]) -> dict[str, float]:
    p, false_alarm = at["defect_rate"], 1 - at["p_good_called_good"]
    missed = 1 - at["p_bad_called_bad"]
    reported = rework.apparent_defect(p, false_alarm, missed)
    caught = rework.apparent_defect(p, 0, missed)
    return {
        "type1": at["n"] * (reported - caught),
        "type2": at["n"] * (p - caught),
        "reported_rate": reported,
    }


def prelabel_time(at: dict[str, Any]) -> dict[str, float]:
    time = prelabel.seconds_per_true_unit(
        at["draw"],
        at["check"],
        at["fix"],
        at["delete"],
        recall=at["recall"],
        unchanged=at["good_share"],
        precision=at["precision"],
        scan=at["scan"],
    )
    return {"time": time, "saving": prelabel.saving(time, at["draw"] + at["scan"])}


def prelabel_break_even(at: dict[str, Any]) -> dict[str, float]:
    times = (at["draw"], at["check"], at["fix"], at["delete"])
    return {
        "break_even": prelabel.quality_needed(*times, saved=0),
        "quality_for_40pct": prelabel.quality_needed(*times, saved=0.4),
    }


def true_cost_ratio(at: dict[str, Any]) -> dict[str, float]:
    p, d = at["p"], at["d"]
    ratio = rework.true_cost_ratio(p, d, at["inspect"], at["own_rework"], at["escape"])
    return {
        "ratio": ratio,
        "r": rework.reject_rate(p, d, 0),
        "q": rework.outgoing_defect(p, d, 0, FOREVER),
    }


def share_wrong_at_3x(at: dict[str, Any]) -> float:
    low, high = 0.0, 0.9
    for _ in range(60):
        middle = (low + high) / 2
        ratio = rework.true_cost_ratio(
            middle, at["d"], at["inspect"], at["own_rework"], at["escape"]
        )
        low, high = (middle, high) if ratio < 3 else (low, middle)
    return low


def find_plan(at: dict[str, Any]) -> dict[str, float]:
    asked = {
        "good": dec(at["aql"]),
        "bad": dec(at["rql"]),
        "producer_risk": 1 - dec(at["pa_aql"]),
        "consumer_risk": dec(at["pa_rql"]),
    }
    if at["dist"] == "binomial":
        plan = process.process_plan(**asked)
        passed = [
            process.released_of_process(at[share], plan.n, plan.c)
            for share in ("aql", "rql")
        ]
    else:
        plan = audit.two_point_plan(at["N"], **asked)
        passed = [
            audit.released_share(dec(at[share]), at["N"], plan.n, plan.c)
            for share in ("aql", "rql")
        ]
    pa_aql, pa_rql = map(float, passed)
    return {"n": plan.n, "c": plan.c, "pa_aql": pa_aql, "pa_rql": pa_rql}


def released_of_work(at: dict[str, Any]) -> list[float]:
    plan = audit.Plan(n=at.get("n", 0), c=at.get("c", 0))
    if "plan_from" in at:
        found = find_plan({**at["plan_from"], "dist": "binomial"})
        plan = audit.Plan(n=int(found["n"]), c=int(found["c"]))
    return [
        float(process.released_of_process(share, plan.n, plan.c)) for share in at["p"]
    ]


def outgoing_and_checks(at: dict[str, Any]) -> dict[str, float]:
    # The book takes its batch of 10,000 as work without end.
    released = float(process.released_of_process(at["p"], at["n"], at["c"]))
    lot, n = at["N"], at["n"]
    return {
        "pa": released,
        "aoq": outgoing.average_outgoing(released, at["p"], lot, n),
        "ati": outgoing.checks_a_batch(released, lot, n),
    }


def sequential_lines(at: dict[str, Any]) -> dict[str, float]:
    found = sequential.lines(
        good=dec(at["p1"]),
        bad=dec(at["p2"]),
        producer_risk=dec(at["alpha"]),
        consumer_risk=dec(at["beta"]),
    )
    return {
        "h1": found.h1,
        "h2": found.h2,
        "s": found.s,
        "asn_p1": sequential.wald_checks(
            found, share=at["p1"], released=1 - at["alpha"]
        ),
        "asn_p2": sequential.wald_checks(found, share=at["p2"], released=at["beta"]),
    }


def standard_cells(at: dict[str, Any]) -> list[list[int]]:
    plans = [
        standard.normal_single(letter, dec(aql) / 100).plan
        for letter, aql in at["cells"]
    ]
    return [[plan.n, plan.c, plan.c + 1] for plan in plans]


def risk_at_the_aql(at: dict[str, Any]) -> list[float]:
    risks = []
    for letter, n, c, aql in at["cells"]:
        plan = standard.normal_single(letter, dec(aql)).plan
        assert (plan.n, plan.c) == (n, c)
        risks.append(1 - float(process.released_of_process(aql, plan.n, plan.c)))
    return risks


def released_by_belief(at: dict[str, Any]) -> dict[str, Any]:
    if "threshold" in at:
        before = belief.Belief(wrong=at["prior_alpha"], right=at["prior_beta"])
        after = before.after(at["n"], at["d"])
        return {"posterior_prob_ok": after.chance_within(at["threshold"])}
    # “Beta with mode 0.05 and P(p<=0.15)=0.5”.
    before = belief.belief_of(0.05, limit=at["rql"], chance=0.5)
    chances = [
        before.after(n, found).chance_within(at["rql"]) for n, found in at["cases"]
    ]
    return {
        "posterior": chances,
        "bayes_factor": [belief.evidence(0.5, chance) for chance in chances],
    }


def release_of_the_ten_percent_rule(at: dict[str, Any]) -> list[float]:
    n = drawing.sample_size(Decimal(at["N"]), Decimal("0.10"))
    c = drawing.most_wrong(n, Decimal("0.02"))
    assert (n, c) == (at["n"], at["c"])
    return [
        float(audit.released_share(dec(share), at["N"], n, c))
        for share in at["lot_defect"]
    ]


def limits_of_the_ten_percent_rule(at: dict[str, Any]) -> dict[str, list[float]]:
    plans = []
    for lot in at["N"]:
        n = drawing.sample_size(Decimal(lot), Decimal("0.10"))
        plans.append((lot, int(n), int(drawing.most_wrong(n, Decimal("0.02")))))
    return {
        "lq10": [float(audit.seldom_released_at(*plan)) for plan in plans],
        "aql95": [float(audit.holds_at(*plan)) for plan in plans],
    }


def wave_all_pass(at: dict[str, Any]) -> list[float]:
    return [
        float(
            audit.all_released(
                audit.released_share(dec(share), at["N"], at["n"], at["c"]),
                at["waves"],
            )
        )
        for share in at["lot_defect"]
    ]


def smallest_faultless(at: dict[str, Any]) -> list[int]:
    """The smallest set that proves the target when nothing in it is wrong."""
    return [
        next(
            n
            for n in range(1, 1000)
            if agreement.gold_max_errors(n, dec(target), at["conf"]) is not None
        )
        for target in at["reliability"]
    ]


def gold_interval(at: dict[str, Any]) -> dict[str, Any]:
    right, n, conf = at["correct"], at["n"], at["conf"]
    return {
        "wilson": agreement.wilson_interval(right, n, conf),
        "clopper_pearson": agreement.exact_interval(right, n, conf),
        "one_sided_lower": agreement.gold_lower_bound(right, n, conf),
    }


def proportion_ci(at: dict[str, Any]) -> dict[str, Any]:
    found = gold_interval({"correct": at["x"], **at})
    return {key: found[key] for key in ("wilson", "clopper_pearson")}


def graduated(at: dict[str, Any]) -> Decimal:
    inside = pricing.tier_quantities(at["qty"], [end for end, _ in at["tiers"]])
    prices = [Decimal(price) for _, price in at["tiers"]]
    return sum(
        (units * price for units, price in zip(inside, prices, strict=True)),
        Decimal(0),
    )


def one_price_for_all(at: dict[str, Any]) -> Any:
    """Return units × the price of the tier that they reach, for one or more of them."""
    ends = [end for end, _ in at["tiers"]]
    firsts = [Decimal(1), *(Decimal(end + 1) for end in ends[:-1])]
    tiers = [
        (first, Decimal(price))
        for first, (_, price) in zip(firsts, at["tiers"], strict=True)
    ]
    many = at["qty"] if isinstance(at["qty"], list) else [at["qty"]]
    found = [Decimal(units) * pricing.price_reached(units, tiers) for units in many]
    return found if isinstance(at["qty"], list) else found[0]


def tax_per_line(at: dict[str, Any]) -> dict[str, Any]:
    lines = [(Decimal(amount), Decimal(rate)) for amount, rate in at["lines"]]
    taxes = [to_coins(amount * rate, "USD") for amount, rate in lines]
    whole = sum((amount for amount, _ in lines), Decimal(0)) + sum(taxes, Decimal(0))
    return {"taxes": taxes, "tax_total": sum(taxes, Decimal(0)), "total": whole}


def rounded_lines(at: dict[str, Any]) -> dict[str, Decimal]:
    exact = [Decimal(at["unit_price"]) * units for units in at["line_qty"]]
    return {
        "sum_of_rounded": sum((to_coins(row, "USD") for row in exact), Decimal(0)),
        "rounded_sum": to_coins(sum(exact, Decimal(0)), "USD"),
    }


def lost_by_rounding_the_price(at: dict[str, Any]) -> dict[str, Decimal]:
    price = Decimal(at["unit_price"])
    exact = to_coins(price * at["qty"], "USD")
    rounded = to_coins(to_coins(price, "USD") * at["qty"], "USD")
    return {"exact": exact, "if_unit_rounded": rounded, "loss": exact - rounded}


def shares_of_ishigami(at: dict[str, Any]) -> dict[str, list[float]]:
    def ishigami(normal: Any) -> Any:
        x, y, z = np.pi * (2 * ndtr(normal) - 1)
        return np.sin(x) + at["a"] * np.sin(y) ** 2 + at["b"] * z**4 * np.sin(x)

    first, total = sobol_indices(ishigami, dims=3, seed=3, points=4096)
    return {"S1": first.tolist(), "ST": total.tolist()}


ANSWERS: dict[str, Answer] = {
    "sobol_indices_ishigami": shares_of_ishigami,
    "triangular_quantiles": triangular_quantiles,
    "lognormal_from_p10_p90": lognormal_from_p10_p90,
    "swanson_mean": lambda at: swanson_mean(
        dec(at["p10"]), dec(at["p50"]), dec(at["p90"])
    ),
    "quantile_type7": lambda at: quantile(at["sample"], at["prob"]),
    "rework_loop": rework_loop,
    "repair_once": repair_once,
    "first_pass_defect_implied": lambda at: rework.first_pass_defect_implied(
        at["outgoing_defect"], at["rework_rate"], 0
    ),
    "first_pass_defect_with_false_rejects": implied_with_false_rejects,
    "detection_needed": detection_needed,
    "both_miss_correlated": lambda at: [
        rework.all_pass(at["miss"], 2, rho) for rho in at["rho"]
    ],
    "imperfect_inspection_counts": imperfect_inspection,
    "apparent_defect_rate": lambda at: rework.apparent_defect(
        at["p"], at["e1"], at["e2"]
    ),
    "rogan_gladen": lambda at: float(
        rework.true_defect(
            *(dec(at[key]) for key in ("apparent", "sensitivity", "specificity"))
        )
    ),
    "prelabel_time": prelabel_time,
    "prelabel_break_even": prelabel_break_even,
    "true_cost_ratio": true_cost_ratio,
    "solve_p_for_3x": share_wrong_at_3x,
    "find_plan": find_plan,
    "pa_binomial": released_of_work,
    "aoq_ati": outgoing_and_checks,
    "sprt_lines": sequential_lines,
    "code_letter": lambda at: [
        standard.code_letter(lot, at["level"]) for lot in at["lots"]
    ],
    "letter_sample_size": lambda at: [
        standard.SAMPLE_SIZES[letter] for letter in at["letters"]
    ],
    "z14_normal_single": standard_cells,
    "z14_producer_risk_at_aql": risk_at_the_aql,
    "beta_binomial_release": released_by_belief,
    "pa_hypergeometric": lambda at: [
        float(audit.release_probability(at["N"], at["n"], at["c"], wrong))
        for wrong in at["defectives"]
    ],
    "ten_percent_rule_release_prob": release_of_the_ten_percent_rule,
    "ten_percent_rule_limits": limits_of_the_ten_percent_rule,
    "proportion_ci": proportion_ci,
    "zero_defect_n": lambda at: [
        audit.zero_defect_n(lot, bad=dec(at["lq"]), confidence=dec(at["conf"]))
        for lot in at["N"]
    ],
    "success_run_n": smallest_faultless,
    "rule_of_three": lambda at: {
        "exact": 1 - agreement.gold_lower_bound(at["n"], at["n"])
    },
    "lot_upper_bound_defectives": lambda at: audit.most_wrong_passing(
        at["N"], at["n"], at["x"], dec(at["conf"])
    ),
    "wave_all_pass_first_time": wave_all_pass,
    "image_level_from_object_level": lambda at: [
        audit.clean_images(at["object_accuracy"], units) for units in at["objects"]
    ],
    **AGREEMENT,
    "gold_interval": gold_interval,
    "gold_max_errors": lambda at: [
        agreement.gold_max_errors(at["n"], dec(target), at["conf"])
        for target in at["target"]
    ],
    "gold_pass_probability": lambda at: [
        agreement.gold_pass_probability(at["n"], truth, Decimal("0.95"))
        for truth in at["true"]
    ],
    "gold_repeated_attempts": lambda at: [
        agreement.gold_repeated_attempts(
            agreement.gold_pass_probability(at["n"], at["true"], Decimal("0.95")), times
        )
        for times in at["attempts"]
    ],
    "effective_sample_size": lambda at: float(
        audit.effective_sample_size(
            dec(at["images"]) * at["objects_per_image"],
            dec(at["objects_per_image"]),
            dec(at["icc"]),
        )
    ),
    "graduated_total": graduated,
    "expected_sla_penalty": lambda at: expected_credit(
        Decimal(at["waves"]),
        audit.released_share(dec(at["lot_defect"]), at["N"], at["n"], at["c"]),
        Decimal(at["penalty_per_failed_wave"]),
    ),
    "volume_total": one_price_for_all,
    "volume_cliff": one_price_for_all,
    "graduated_average": lambda at: {
        "total": graduated(at),
        "average": graduated(at) / at["qty"],
    },
    "tax_per_line_half_up": tax_per_line,
    "line_amount": lambda at: [
        to_coins(Decimal(at["unit_price"]) * Decimal(at["qty"]), currency)
        for currency in ("USD", "VND")
    ],
    "sum_of_rounded_vs_rounded_sum": rounded_lines,
    "subcent_truncation_loss": lost_by_rounding_the_price,
    "largest_remainder": lambda at: share_out(
        Decimal(at["total"]), [dec(w) for w in at["weights"]], CURRENCY[at["unit"]]
    ),
    "price_for_margin": lambda at: pricing.price_for_margin(
        Decimal(at["unit_cost"]), Decimal(at["margin"])
    ),
}

UNUSED = yaml.safe_load((HERE / "vectors_unused.yaml").read_text())
SIMULATED = {"lognormal_product_quantiles"}


@pytest.mark.parametrize(
    "name", [key for key, row in VECTORS.items() if row["function"] in ANSWERS]
)
def test_the_product_answers_as_the_source_does(name):
    row = VECTORS[name]

    answer = ANSWERS[row["function"]](row["inputs"])

    agrees(answer, row["expected"], row["tolerance"], besides=left_out(name))


def left_out(name: str) -> set[str]:
    """Return the figures of an example that are not answered, each with its reason."""
    return {
        key.removeprefix(f"{name}/")
        for key in UNUSED
        if key.partition("/")[0] == name and "/" in key
    }


@pytest.mark.parametrize(
    "name", [key for key, row in VECTORS.items() if row["function"] in SIMULATED]
)
def test_a_simulated_product_has_the_quantiles_of_its_closed_form(name):
    at, expected = VECTORS[name]["inputs"], VECTORS[name]["expected"]
    drivers = [
        derive(
            f"Driver {place}",
            bands.spread,
            chance(f"effort:{place}"),
            given(
                "Sigma",
                dec(sigma),
                unit="",
                because="example",
                origin=Origin(kind="spec", at="/sigma"),
            ),
            unit="×",
            because="a driver",
        )
        for place, sigma in enumerate(at["log_sigmas"])
    ]
    whole = derive("Product", product, *drivers, unit="×", because="all drivers")
    # A correlation of exactly 1 has no Cholesky factor; 0.999999 moves P90 by 1e-6.
    correlation = min(at["log_corr"], 0.999999)

    draws = Simulation(
        [whole],
        seed=271,
        draws=16384,
        correlations=Correlations(effort_effort=correlation),
    ).of(whole)

    # Three standard errors of plain draws: 3 × √(0.1 × 0.9 ÷ 16384) × sigma ÷ φ(1.28).
    margin = 3 * 0.00234 * expected["sigma"] / 0.1755
    draws.sort()
    assert quantile(draws, 0.1) == pytest.approx(expected["p10"], rel=margin)
    assert quantile(draws, 0.9) == pytest.approx(expected["p90"], rel=margin)
    assert draws.mean() == pytest.approx(expected["mean"], rel=margin)


def test_every_kept_example_is_answered():
    assert {row["function"] for row in VECTORS.values()} == set(ANSWERS) | SIMULATED


def test_every_example_is_answered_or_has_a_reason_not_to_be():
    rows = json.loads(shared("data/vectors.json").read_text())
    ours = {row["id"] for row in rows if row["topic"] in TOPICS}
    unused = {key for key in UNUSED if "/" not in key}
    figures = {key.partition("/")[0] for key in UNUSED} - unused

    assert ours == set(VECTORS) | unused
    assert not set(VECTORS) & unused
    assert figures <= set(VECTORS)
    assert all(reason.endswith(".") for reason in UNUSED.values())


def test_the_kept_examples_are_as_they_were_given():
    given_rows = {
        row["id"]: row for row in json.loads(shared("data/vectors.json").read_text())
    }

    assert all(row == given_rows[name] for name, row in VECTORS.items())


def dec(value: Any) -> Decimal:
    """Return a number of the file as the decimal it was written as."""
    return Decimal(str(value))


def agrees(
    answer: Any, expected: Any, tolerance: Any, *, besides: Iterable[str] = ()
) -> None:
    """Hold an answer to every figure of an example, except those `besides`."""
    if isinstance(expected, dict):
        assert expected.keys() - answer.keys() == set(besides)
        for key in expected.keys() & answer.keys():
            agrees(answer[key], expected[key], _of(tolerance, key))
    elif isinstance(expected, list):
        assert len(answer) == len(expected)
        for one, other in zip(answer, expected, strict=True):
            agrees(one, other, tolerance)
    elif tolerance == "exact":
        assert answer == (dec(expected) if isinstance(answer, Decimal) else expected)
    else:
        assert float(answer) == pytest.approx(
            expected, abs=tolerance.get("abs", 0), rel=tolerance.get("rel", 0)
        )


def _of(tolerance: Any, key: str) -> Any:
    """Return the tolerance of a figure, where each has its own."""
    own = isinstance(tolerance, dict) and isinstance(tolerance.get(key), dict)
    return tolerance[key] if own else tolerance
