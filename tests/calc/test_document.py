"""Document: the estimate as `estimate: 1`, the same bytes for the same seed."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest

from scoping.calc.document import document, throughput
from scoping.calc.spec.values import (
    AuditRule,
    Line,
    Prelabel,
    Quality,
    Quantiles,
    Spec,
)
from scoping.calc.suggest import Decision
from tests.calc.an_estimate import (
    a_figure,
    a_line,
    a_spec,
    an_estimate,
    random_spec,
    the_card,
    the_card_with,
    without_doubt,
)
from tests.scale import count

D = Decimal
KEYS = {
    *("estimate", "card", "currency", "fx", "engine", "seed", "draws", "price"),
    *("lines", "fees", "basis", "bases", "cap", "credits", "risks"),
    *("cost", "margin", "hours", "stages", "quality", "audit"),
    *("schedule", "clauses", "assumptions", "advice", "sensitivity", "checks", "trace"),
    "warnings",
}
INNER = {
    "fx": {"base", "quote", "rate", "as_of", "source"},
    "price": {"subtotal", "discount", "fees", "tax", "total", "range"},
    "lines": {
        *("type", "work", "unit", "units", "throughput", "unit_price", "band"),
        *("position", "tiers", "amount", "suggested", "binding"),
    },
    "cost": {"mean", "p10", "p50", "p80", "p90", "se"},
    "margin": {"mean", "p10", "p50", "p80", "p90", "se", "loss_probability"},
    "hours": {"total", "by_stage", "by_role"},
    "stages": {"number", "key", "needs", "gate", "hours", "cost"},
    "quality": {
        *("first_pass_defect", "rework_share", "outgoing_defect", "defects_escaping"),
        *("cost_per_accepted_unit", "promises"),
    },
    "audit": {"rule", "n", "c", "release_probability", "proves", "holds_at"},
    "schedule": {"start", "finish", "promised", "annotators", "milestones"},
    "assumptions": {"number", "text", "tolerance"},
}
"""The keys within, which other programs read too (more may join them)."""
STREETS = (
    a_line(per_item=Quantiles(p10=D("4.6"), p50=D(5), p90=D("5.5")), classes=12),
    a_line(type="image_tag", per_item=D(2)),
    a_line(type="polygon", per_item=D("4.8"), share_of_items=D("0.08")),
)


def documented(spec: Spec | None = None, **changes: Any) -> dict[str, Any]:
    return document(an_estimate(spec, **({"draws": 512} | changes)))


def test_a_document_has_the_keys_that_programs_read():
    found = documented()

    assert set(found) == KEYS
    for key, keys in INNER.items():
        for part in found[key] if isinstance(found[key], list) else [found[key]]:
            assert keys <= set(part), key
    line = found["lines"][0]
    assert set(line["suggested"]) == {"list", "target", "floor"}
    assert set(line["band"]) >= {"low", "high"}
    assert set(line["throughput"]) == {"per_hour", "per_person_day"}


def test_every_distribution_has_an_error_of_each_of_its_numbers():
    found = documented()

    for one in (found["cost"], found["margin"], found["hours"]["total"]):
        assert set(one["se"]) == {"mean", "p10", "p50", "p80", "p90"}
        assert set(one["se"]) <= set(one)


def test_no_number_with_a_part_is_a_float():
    def floats(value: Any) -> list[float]:
        if isinstance(value, dict):
            return [one for part in value.values() for one in floats(part)]
        if isinstance(value, list):
            return [one for part in value for one in floats(part)]
        return [value] if isinstance(value, float) else []

    assert floats(documented(a_spec(*STREETS))) == []


def test_the_same_seed_gives_the_same_bytes():
    first, second = (json.dumps(documented(a_spec(*STREETS))) for _ in range(2))

    assert first == second


def test_another_seed_moves_the_middle_of_cost_by_less_than_one_per_cent():
    middles = [
        float(documented(a_spec(*STREETS, seed=seed), draws=16_384)["cost"]["p50"])
        for seed in (271, 5, 20_260_301)
    ]

    assert max(middles) / min(middles) < 1.01
    assert len(set(middles)) == 3


def permuted(spec: Spec, order: tuple[int, ...]) -> Spec:
    """Return the spec with its lines in another order; alternatives follow."""
    place = {old: new for new, old in enumerate(order)}
    lines: list[Line] = []
    for new, old in enumerate(order):
        line = spec.lines[old]
        other = line.alternative_to
        lines.append(
            replace(
                line,
                index=new,
                alternative_to=None if other is None else place[other],
            )
        )
    return replace(spec, lines=tuple(lines))


ABOUT_A_LINE = (
    *("type", "units", "unit_price", "amount", "suggested", "binding", "throughput"),
    *("position", "tiers", "margin_share", "seconds_per_unit", "band"),
)


@pytest.mark.parametrize("number", range(max(6, count(40))))
def test_permuting_lines_changes_no_total_and_no_figure_of_a_line(number):
    spec = random_spec(number)
    orders = list(permutations(range(len(spec.lines))))
    order = orders[-1 if number % 2 else number // 2 % len(orders)]

    there, back = documented(spec), documented(permuted(spec, order))

    for key in ("price", "cost", "margin", "hours", "fees", "quality", "schedule"):
        assert there[key] == back[key]
    for new, old in enumerate(order):
        for key in ABOUT_A_LINE:
            assert there["lines"][old][key] == back["lines"][new][key]
    for one, other in zip(there["stages"], back["stages"], strict=True):
        assert one == other


def test_stage_costs_add_up_to_the_cost_of_the_work():
    made = an_estimate(a_spec(*STREETS))
    found = document(made)

    costs = sum(D(stage["cost"]) for stage in found["stages"])
    hours = sum(D(value) for value in found["hours"]["by_stage"].values())

    assert costs == made.cost.mean - made.fee_cost
    assert [stage["number"] for stage in found["stages"]] == [1, 2, 3, 4, 5, 6, 7]
    assert hours == sum(D(stage["hours"]) for stage in found["stages"])
    roles = sum(D(value) for value in found["hours"]["by_role"].values())
    assert float(roles) == pytest.approx(float(hours), abs=1)


def test_each_stage_costs_what_its_own_work_costs():
    made = an_estimate(a_spec(*STREETS))
    found = document(made)["stages"]

    for stage in found:
        own = sum(
            mean
            for index, mean in enumerate(made.mean_costs())
            if made.tasks[index].stage == stage["number"]
        )
        assert float(stage["cost"]) == pytest.approx(own, abs=0.011)
    assert D(found[3]["cost"]) == 0


def test_throughput_stands_beside_seconds():
    # 3,600 ÷ seconds an hour; × 7.5 h × 0.8 worked a day.
    made = an_estimate()
    row = document(made)["lines"][0]
    seconds = made.efforts[0].per_unit.value

    assert D(row["throughput"]["per_hour"]) == pytest.approx(
        3600 / seconds, abs=D("0.05")
    )
    assert D(row["throughput"]["per_person_day"]) == pytest.approx(
        3600 / seconds * 6, abs=D("0.5")
    )


def test_work_that_takes_no_time_has_no_throughput():
    made = an_estimate()

    assert throughput(made, D(0)) == {"per_hour": "0", "per_person_day": "0"}


def test_the_margin_of_a_line_is_a_share_of_its_price():
    # A target price keeps 30 %.
    made = an_estimate()
    target = made.suggested[0].target.value
    at_target = Decision(value=target, binding="target", who="Mai", why="policy")
    free = Decision(value=D(0), binding="typed", who="Mai", why="a gift")

    kept = documented(decisions={0: at_target})["lines"][0]
    given = documented(decisions={0: free})

    assert D(kept["margin_share"]) == pytest.approx(D("0.30"), abs=D("0.002"))
    assert given["lines"][0]["margin_share"] is None
    assert D(given["price"]["subtotal"]) == 0


def test_a_price_of_nothing_has_no_share():
    card = the_card_with(price={"fees": (), "minimum_order": a_figure(0)})
    free = Decision(value=D(0), binding="typed", who="Mai", why="a gift")

    found = documented(card=card, decisions={0: free})

    assert found["margin"]["share"] == "0"
    assert found["margin"]["loss_probability"] == "1.0000"


def test_what_moves_the_cost_is_said_in_words_the_greatest_first():
    found = documented(a_spec(*STREETS), draws=4096)["sensitivity"]

    shares = [D(row["share"]) for row in found]
    assert shares == sorted(shares, reverse=True)
    assert all(D(row["low"]) <= D(row["high"]) for row in found)
    words = [row["what"] for row in found]
    assert "time a unit takes in this project (Boxes)" in words
    assert "share of paid time that is worked" in words
    assert not any("_" in word for word in words)


def test_without_any_doubt_nothing_moves_the_cost():
    assert documented(card=without_doubt())["sensitivity"] == []


def test_the_audit_shown_is_that_of_the_line_with_most_units():
    found = documented(a_spec(STREETS[1], STREETS[0]))["audit"]

    assert (found["line"], found["index"]) == ("Boxes", 1)
    assert [row["line"] for row in found["by_line"]] == ["Tags", "Boxes"]
    chances = [D(row["probability"]) for row in found["release_probability"]]
    assert chances == sorted(chances, reverse=True)
    assert D(found["holds_at"]) < D(found["proves"])


def test_quality_weighs_lines_by_their_units_and_counts_what_escapes():
    made = an_estimate()
    found = document(made)["quality"]

    escaping = made.checkings[0].loop.outgoing_defect.value * 500_000
    assert D(found["defects_escaping"]) == pytest.approx(escaping, abs=D("0.5"))
    good = 500_000 - escaping
    assert D(found["cost_per_accepted_unit"]) == pytest.approx(
        made.cost.mean / good, abs=D("0.0001")
    )
    assert len(found["promises"]) == 7


def test_an_audit_alone_has_no_quality_to_speak_of():
    found = documented(a_spec(a_line(work="audit")))["quality"]

    assert found["cost_per_accepted_unit"] is None
    assert found["outgoing_defect"] is None
    assert found["defects_escaping"] is None
    accuracy = next(row for row in found["promises"] if row["key"] == "accuracy")
    assert (accuracy["holds"], accuracy["text"]) == (
        None,
        "Not known, because no line is labelled.",
    )


def test_pre_labels_that_lose_are_left_out_and_said_so():
    slow = a_line(prelabel=Prelabel(accept_rate=D(0)))
    made = an_estimate(a_spec(slow))

    # 0.20 + 0.60 + 0.10 + 0.015 = 0.915 pays; with a dear check it does not.
    assert document(made)["advice"] == []
    row = replace(the_card().cost.prelabel["default"], check_share=a_figure("0.4"))
    card = the_card_with(cost={"prelabel": {"default": row}})

    advice = documented(a_spec(slow), card=card)["advice"]

    assert [row["code"] for row in advice] == ["prelabels_lose"]
    assert "12 % slower" in advice[0]["text"]
    saved = documented(a_spec(a_line(prelabel=Prelabel(saving=D("0.4")))))
    answers = {row["key"]: row for row in saved["quality"]["promises"]}
    assert answers["prelabel_saving"]["holds"] is True


def test_the_exchange_rate_has_its_source():
    assert documented()["fx"] == {
        "base": "USD",
        "quote": "VND",
        "rate": "25500",
        "as_of": "2026-10",
        "source": "job3s.ai wage page, rate used there",
        "sold": None,
    }


def test_a_spec_without_gold_set_or_reviews_is_documented():
    audit = AuditRule(rule="zero_defect", bad=D("0.05"), confidence=D("0.95"))
    quality = Quality(gold_items=0, reviews=0, audit=audit)

    found = documented(a_spec(quality=quality))

    assert [stage["used"] for stage in found["stages"]] == [
        *(True, False, True, False, False, True, True)
    ]
