"""Examples of earned value and of gaps with a source: printed, or computed."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from quotes.calc.earned import (
    AT_BOTH,
    AT_INDEX,
    AT_PLAN,
    AT_WEIGHTED,
    earned_schedule,
    in_time,
    measures,
)
from quotes.calc.variance import Factor, exact_parts, logarithmic_mean, rate_and_hours
from scoping.calc.shapley import contributions
from tests.calc.test_vectors import agrees, dec
from tests.shared import shared

HERE = Path(__file__).parent
VECTORS = {
    row["id"]: row for row in json.loads((HERE / "vectors_earned.json").read_text())
}
UNUSED = {
    "EVM-11": "Spending is measured and the index follows from it, never the reverse.",
    "VAR-05": "Units of different lines do not replace one another as in a recipe.",
    "VAR-06": "Units of different lines do not replace one another as in a recipe.",
    "VAR-10": "Gaps are in money, hours and days, never in multiples.",
    "VAR-16": "No part depends on an order, so none is chosen.",
}
ORDER = ("units", "time", "wage", "rework")
KEYS = ("units", "sec_per_unit", "wage_per_hour", "rework_mult")
TOPICS = ("6-evm", "7-variance")


def evm(at: dict[str, Any]) -> dict[str, Any]:
    budget = dec(at.get("BAC", 0))
    planned = at.get("PV")
    earned = at.get("EV")
    if planned is None:
        planned = budget * dec(at["planned_cum"][at["period"] - 1])
        earned = budget * dec(at["pct_complete"])
    found = measures(
        budget=budget, planned=dec(planned), earned=dec(earned), actual=dec(at["AC"])
    )
    whole = {name: one.at_completion for name, one in found.forecasts.items()}
    return {
        "PV": found.planned,
        "EV": found.earned,
        "SV": found.schedule_variance,
        "CV": found.cost_variance,
        "SPI": found.schedule_index,
        "CPI": found.cost_index,
        "EAC_cpi": whole[AT_INDEX],
        "EAC_remaining_at_budget": whole[AT_PLAN],
        "EAC_cpi_spi": whole[AT_BOTH],
        "EAC_80_20": whole[AT_WEIGHTED],
        "ETC": found.forecasts[AT_INDEX].to_complete,
        "VAC": found.forecasts[AT_INDEX].variance,
        "TCPI_BAC": found.tcpi_budget,
        "TCPI_EAC": found.tcpi_forecast,
    }


def eac_cpi(at: dict[str, Any]) -> Any:
    return evm({**at, "PV": at["EV"]})["EAC_cpi"]


def indicators(at: dict[str, Any]) -> dict[str, Any]:
    found = in_time(dec(at["ES"]), at=dec(at["AT"]), planned=dec(12))
    return {"SV_t": found.variance, "SPI_t": found.index}


def schedule(at: dict[str, Any]) -> dict[str, Any]:
    curve = [dec(value) for value in at["PV_cum"]]
    when = [
        earned_schedule(curve, earned=dec(earned), at=dec(time))
        for earned, time in zip(at["EV"], at["AT"], strict=True)
    ]
    times = [
        in_time(one, at=dec(time), planned=dec(len(curve)))
        for one, time in zip(when, at["AT"], strict=True)
    ]
    planned = [curve[min(time, len(curve)) - 1] for time in at["AT"]]
    return {
        "ES": when,
        "SV_t": [one.variance for one in times],
        "SPI_t": [one.index for one in times],
        "SPI_dollar": [
            measures(
                budget=curve[-1], planned=due, earned=dec(earned), actual=dec(1)
            ).schedule_index
            for due, earned in zip(planned, at["EV"], strict=True)
        ],
    }


def schedule_forecast(at: dict[str, Any]) -> dict[str, Any]:
    found = in_time(dec(at["ES"]), at=dec(at["AT"]), planned=dec(at["PD"]))
    return {
        "IEAC_t": found.at_completion,
        "IEAC_t_plan_rate": found.at_completion_as_planned,
        "TSPI": found.needed,
    }


def accepted_units(at: dict[str, Any]) -> dict[str, Any]:
    earned, delivered = (
        dec(at[key]) * dec(at["unit_price"]) for key in ("accepted", "delivered")
    )
    same = {"budget": dec(at["BAC"]), "planned": dec(at["PV"]), "actual": dec(at["AC"])}
    return {
        "EV": earned,
        "EV_if_delivered": delivered,
        "CPI": measures(earned=earned, **same).cost_index,
        "CPI_if_delivered": measures(earned=delivered, **same).cost_index,
    }


def labour(at: dict[str, Any]) -> dict[str, Any]:
    hours = dec(at["AH"])
    cost = dec(at["actual_cost"]) if "actual_cost" in at else hours * dec(at["AR"])
    rate, efficiency = rate_and_hours(
        actual_cost=cost,
        actual_hours=hours,
        planned_hours=dec(at["SH"]),
        planned_rate=dec(at["SR"]),
    )
    return {"rate": rate, "efficiency": efficiency, "total": rate + efficiency}


def parts(before: list[Any], after: list[Any]) -> list[Decimal]:
    factors = [
        Factor(name=str(place), planned=dec(one), actual=dec(other))
        for place, (one, other) in enumerate(zip(before, after, strict=True))
    ]
    planned = actual = Decimal(1)
    for factor in factors:
        planned *= factor.planned
        actual *= factor.actual
    return list(exact_parts(factors, planned=planned, actual=actual).values())


def lmdi(at: dict[str, Any]) -> dict[str, Any]:
    cells = [parts(*pair) for pair in zip(at["x0"], at["x1"], strict=True)]
    effects = [sum(column, Decimal(0)) for column in zip(*cells, strict=True)]
    return {"cells": cells, "effects": effects, "total": sum(effects, Decimal(0))}


def annotation(at: dict[str, Any]) -> dict[str, Any]:
    before, after = ([at[side][key] for key in KEYS] for side in ("x0", "x1"))
    # The wage is an hour's: 3,600 seconds on both sides.
    found = dict(zip(ORDER, (one / 3600 for one in parts(before, after)), strict=True))
    return {**found, "total": sum(found.values(), Decimal(0))}


def shapley(at: dict[str, Any]) -> dict[str, Any]:
    source = VECTORS[at["same_as"]]["inputs"]

    def cost(made: frozenset[str]) -> tuple[Decimal]:
        whole = Decimal(1) / 3600
        for name, key in zip(ORDER, KEYS, strict=True):
            whole *= dec(source["x1" if name in made else "x0"][key])
        return (whole,)

    return {
        name: float(share) for (name,), (share,) in contributions(ORDER, cost).items()
    }


def log_means(at: dict[str, Any]) -> list[Decimal]:
    return [logarithmic_mean(dec(one), dec(other)) for one, other in at["pairs"]]


ANSWERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "evm_basic": evm,
    "evm_full": evm,
    "evm_forecasts": evm,
    "eac_cpi": eac_cpi,
    "earned_schedule_indicators": indicators,
    "earned_schedule": schedule,
    "earned_schedule_forecast": schedule_forecast,
    "evm_accepted_units": accepted_units,
    "labour_variances": labour,
    "lmdi_additive": lmdi,
    "lmdi_zero_cell": lmdi,
    "lmdi_annotation": annotation,
    "shapley_annotation": shapley,
    "lmdi_with_mix": lmdi,
    "log_mean": log_means,
}


@pytest.mark.parametrize("name", VECTORS)
def test_an_example_comes_out_as_its_source_says(name):
    row = VECTORS[name]

    answer = ANSWERS[row["function"]](row["inputs"])

    # The two costs of this one are products of its inputs: nothing answers them.
    besides = {"cost0", "cost1"} if row["function"] == "lmdi_annotation" else ()
    agrees(answer, row["expected"], row["tolerance"], besides=besides)


def test_every_answer_has_an_example():
    assert {row["function"] for row in VECTORS.values()} == set(ANSWERS)


def test_every_example_is_answered_or_has_a_reason_not_to_be():
    rows = json.loads(shared("data/vectors.json").read_text())
    ours = {row["id"]: row for row in rows if row["topic"] in TOPICS}

    assert set(ours) == set(VECTORS) | set(UNUSED)
    assert not set(VECTORS) & set(UNUSED)
    assert all(row == ours[name] for name, row in VECTORS.items())
    assert all(reason.endswith(".") for reason in UNUSED.values())


def test_indices_are_never_rounded_before_they_are_used():
    found = evm({"BAC": 4000, "PV": 3000, "EV": 2500, "AC": 2800})

    # 2500 ÷ 2800 = 0.892857…; rounded to 0.893 first it would forecast 4,479.28.
    assert found["EAC_cpi"] == pytest.approx(Decimal(4480), abs=Decimal("1e-9"))
