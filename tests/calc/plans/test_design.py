"""An audit designed: the plan of each rule, its figures and their reasons."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import comb
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoping.calc.audit import whole_wrong
from scoping.calc.plans.design import Design, curve_points, design, widest
from scoping.calc.plans.document import document
from scoping.calc.plans.note import note
from scoping.calc.plans.question import QuestionError, read_question
from scoping.calc.trace import walk

D = Decimal
HISTORY = {"history_checked": "2000", "history_wrong": "10"}
AUDITOR = {"missed": "0.2", "false_alarms": "0.01"}


def designed(**document: Any) -> Design:
    return design(read_question({"batch_items": 1000, **document}))


def sizes(made: Design) -> tuple[int, int]:
    return int(made.steps["n"].value), int(made.steps["c"].value)


@pytest.mark.parametrize(
    ("document", "plan"),
    [
        ({"rule": "percent"}, (100, 2)),
        ({"rule": "two_point"}, (189, 4)),
        ({"rule": "zero_defect"}, (138, 0)),
        ({"rule": "sequential"}, (189, 4)),
        ({"rule": "standard"}, (80, 2)),
        ({"rule": "standard", "aql": "0.025", "batch_items": 50}, (5, 0)),
        ({"rule": "standard", "level": "S-1"}, (13, 0)),
        ({"rule": "belief", "sample": 100, **HISTORY}, (100, 22)),
        ({"rule": "belief", "sample": 5000, **HISTORY}, (1000, 38)),
    ],
)
def test_each_rule_has_its_plan(document, plan):
    assert sizes(designed(**document)) == plan


def test_eight_boxes_in_a_thousand_pass_by_boxes_and_fail_by_images():
    made = designed(units_per_item=5, produced="0.008", rule="percent", likeness=0)

    by_object, by_image = made.counted
    # 500 of 5,000 boxes with 40 wrong, at most 10; 100 of 1,000 images, 39 wrong, 2.
    assert (by_object.score.lot, by_object.score.n, by_object.score.c) == (
        5000,
        500,
        10,
    )
    assert (by_image.score.lot, by_image.score.n, by_image.score.c) == (1000, 100, 2)
    assert by_object.released.value == pytest.approx(
        _decimal(_by_counting(5000, 500, 10, 40))
    )
    assert by_image.released.value == pytest.approx(
        _decimal(_by_counting(1000, 100, 2, 39))
    )
    assert by_image.share.value == 1 - D("0.992") ** 5


def test_objects_of_one_image_shrink_a_share_and_grow_a_sized_plan():
    # 1 + 4 × 0.05 = 1.2: 500 are worth 416; 196 for 4,167 need 235 of 5,000.
    share, sized = (
        designed(units_per_item=5, rule=rule).chosen
        for rule in ("percent", "two_point")
    )

    assert (int(share.plan.n.value), share.score.n) == (500, 416)
    assert (int(sized.plan.n.value), sized.score.n) == (236, 196)
    assert (share.images, sized.images) == (100, 48)


@settings(max_examples=30)
@given(
    rule=st.sampled_from(["percent", "two_point", "zero_defect", "standard"]),
    batch=st.integers(2, 60),
    produced=st.integers(0, 30),
)
def test_every_figure_of_a_plan_is_what_counting_says(rule, batch, produced):
    share = D(produced) / 100
    made = designed(batch_items=batch, rule=rule, produced=share)

    n, c = sizes(made)
    wrong = whole_wrong(batch, share)
    released = _by_counting(batch, n, c, wrong)
    found = {key: float(step.value) for key, step in made.steps.items()}
    assert found["released"] == pytest.approx(float(released))
    assert found["all_released"] == pytest.approx(float(released**10))
    assert found["checks"] == pytest.approx(float(n + (1 - released) * (batch - n)))
    assert found["failed_batches"] == pytest.approx(float(10 * (1 - released)))
    chances = [_by_counting(batch, n, c, bad) for bad in range(batch + 1)]
    proven = max(bad for bad in range(batch + 1) if chances[bad] > Fraction(5, 100))
    held = max(bad for bad in range(batch + 1) if chances[bad] >= Fraction(95, 100))
    assert found["proves"] == pytest.approx(proven / batch, abs=1e-4)
    assert found["holds_at"] == pytest.approx(held / batch, abs=1e-4)
    all_held = max(
        bad for bad in range(batch + 1) if chances[bad] ** 10 >= Fraction(95, 100)
    )
    assert found["holds_all_at"] == pytest.approx(all_held / batch, abs=1e-4)


def test_time_and_money_are_made_of_checks():
    made = designed(
        rule="percent",
        produced="0.02",
        check_seconds="36",
        hour_cost="5",
        auditors=2,
        hours_per_day=8,
    )

    # 390.5 checks × 36 s = 3.905 h a batch, 39.05 h for ten, 2.44 days of two auditors;
    # a whole batch is 10 h.
    steps = made.steps
    assert steps["checks"].value == pytest.approx(D("390.4984"), abs=D("0.0001"))
    assert steps["hours"].value == pytest.approx(D("3.904984"), abs=D("0.000001"))
    assert steps["project_hours"].value == steps["hours"].value * 10
    assert [int(steps[key].value) for key in ("days", "blocked_days")] == [3, 1]
    assert steps["cost"].value == steps["project_hours"].value * 5


def test_an_image_takes_as_long_as_its_objects():
    by_image, by_object = (
        designed(units_per_item=5, counts=counts, check_seconds=10, produced=0)
        for counts in ("image", "object")
    )

    # 189 images of five, against 236 objects.
    assert by_image.steps["hours"].value == D(189 * 50) / 3600
    assert by_object.steps["hours"].value == D(236 * 10) / 3600


def test_nothing_is_said_of_time_where_a_check_is_not_timed():
    assert "hours" not in designed().steps
    assert "cost" not in designed(check_seconds=1).steps


def test_every_figure_rests_on_answers_alone():
    made = designed(
        units_per_item=5, counts="image", check_seconds=3, hour_cost=2, rule="standard"
    )

    leaves = [step for step in walk(tuple(made.steps.values())) if not step.uses]
    assert {step.origin.at for step in leaves if step.origin} >= {
        *("/batch_items", "/units_per_item", "/likeness", "/produced", "/aql"),
        *("/level", "/batches", "/check_seconds", "/hour_cost", "/auditors"),
    }
    assert all(step.origin for step in leaves)


def test_an_erring_auditor_is_only_there_where_stated():
    made = designed(rule="percent", produced="0.02", **AUDITOR)

    assert designed().auditor is None
    assert made.auditor is not None
    # METHODS 3: 92 and 52 of 100; 2 wrong of 100 found mean (0.02 − 0.01) ÷ 0.79.
    assert f"{made.auditor.perfect_released:.2f}" == "0.92"
    assert f"{made.auditor.released:.2f}" == "0.52"
    assert made.auditor.true_share == D("0.01") / D("0.79")


def test_a_run_of_one_annotator_is_told_beside_the_draw_that_answers_it():
    made = designed(rule="percent", bad="0.05", annotators=10, annotator_likeness="0.2")

    assert designed().draws is None
    assert made.draws is not None
    assert f"{made.draws.fair:.3f}" == "0.106"
    assert f"{made.draws.run:.3f}" == "0.634"
    assert made.draws.shared is not None
    assert made.draws.shared < made.draws.fair
    assert made.draws.each == 10


def test_a_batch_too_large_for_all_cases_says_that_it_is_not_known():
    made = designed(batch_items=1_000_000, rule="percent", annotators=10)

    assert made.draws is not None
    assert made.draws.run is None
    assert document(made)["annotators"]["shared"] is None
    assert "released not known where" in " ".join(note(document(made)).split())


def test_stopping_early_keeps_the_risks_and_saves_checks():
    made = designed(rule="sequential")

    assert made.early is not None
    rows = {share: (released, checked) for share, released, checked in made.early.rows}
    assert rows[D("0.01")] == pytest.approx((0.9694, 114.2), rel=1e-3)
    assert rows[D("0.04")] == pytest.approx((0.1255, 93.8), rel=1e-3)
    assert made.early.checkpoints[0].release is None
    last = made.early.checkpoints[-1]
    assert (last.units, last.release, last.reject) == (189, 4, 5)


def test_stopping_early_on_whole_images_counts_what_is_drawn():
    made = designed(rule="sequential", units_per_item=5)

    assert made.early is not None
    assert made.early.checkpoints[-1].units == 236


def test_an_audit_too_long_to_stop_early_says_so_at_the_field():
    with pytest.raises(QuestionError, match="too long") as caught:
        designed(rule="sequential", batch_items=1_000_000, bad="0.0105")
    assert caught.value.problems[0].path == "/bad"


def test_history_and_sample_are_told_apart():
    made = designed(rule="belief", likeliest="0.005", believed="0.9", sample=189)

    assert made.believed is not None
    assert made.believed.before == pytest.approx(D("0.9"))
    assert made.believed.after_worst >= D("0.95")
    assert made.believed.after_none > made.believed.after_worst
    # Odds 9:1 before, 56.9:1 after.
    assert made.believed.evidence == pytest.approx(D("6.32265"), abs=D("0.001"))
    assert 0 < made.believed.passes < 1


def test_a_certainty_that_is_complete_leaves_no_odds():
    made = designed(
        rule="belief", history_checked=100_000_000, history_wrong="0.01", sample=9
    )

    assert made.believed is not None
    assert made.believed.evidence is None


def test_a_belief_of_whole_images_is_worth_less():
    stated = designed(rule="belief", units_per_item=5, sample=240, **HISTORY)
    sized = designed(rule="belief", units_per_item=5, **HISTORY)

    assert (stated.chosen.score.n, int(stated.chosen.plan.n.value)) == (200, 240)
    assert sized.chosen.score.n == 196


def test_a_bad_history_that_no_sample_outweighs_says_so():
    with pytest.raises(QuestionError, match=r"0\.0 % certainty that at most 2 %"):
        designed(rule="belief", history_checked="1000", history_wrong="500")


def test_qualities_too_close_for_any_size_have_no_such_plan():
    made = designed(batch_items=100, good="0.01", bad="0.010001")

    assert document(made)["any_size"] is None


def test_the_drawing_ends_where_nothing_is_released_any_more():
    made = designed()

    most = widest((made.chosen.score,))
    points = curve_points(made.chosen.score, most=most)
    assert points[0] == pytest.approx((0, 1))
    assert 0 < points[-1][1] < 0.01
    assert [share for share, _ in points] == sorted(share for share, _ in points)


@pytest.mark.parametrize(
    "document",
    [
        {"rule": "percent", "units_per_item": 5, **AUDITOR, "annotators": 10},
        {"rule": "sequential", "check_seconds": 3, "hour_cost": 2},
        {"rule": "standard", "aql": "0.025", "batch_items": 50, "batches": 1},
        {"rule": "standard"},
        {"rule": "belief", "history_checked": "900", "history_wrong": "4"},
        {"rule": "zero_defect", "good": "0"},
    ],
)
def test_document_and_note_say_the_same(document):
    found = document_of(**document)

    text = note(found)
    assert all(sentence in " ".join(text.split()) for sentence in found["says"])
    assert f"{found['plan']['n']:,}" in text
    assert found["audit_plan"] == 1
    assert found["trace"]["roots"].keys() == {f"/{key}" for key in found["figures"]}


def test_an_arrow_is_told():
    found = document_of(rule="standard", aql="0.025", batch_items=50)

    assert found["standard"]["asked"] == "D"
    assert found["standard"]["letter"] == "C"
    assert "letter C, by an arrow from D" in note(found)


def test_the_words_name_what_is_counted():
    one = document_of(rule="zero_defect", units_per_item=5)
    other = document_of(rule="percent", batch_items=10, batches=1)

    assert "none may be wrong" in one["says"][0]
    assert "images, about" in one["says"][0]
    assert other["says"][0] == "Check 1 image of each batch; none may be wrong."
    assert len(other["says"]) == 3
    assert "Only work without anything wrong" in other["says"][2]


def document_of(**document_: Any) -> dict[str, Any]:
    return document(designed(**document_))


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / value.denominator


def _by_counting(lot: int, n: int, c: int, wrong: int) -> Fraction:
    passing = sum(
        comb(wrong, found) * comb(lot - wrong, n - found)
        for found in range(min(c, n, wrong) + 1)
    )
    return Fraction(passing, comb(lot, n))
