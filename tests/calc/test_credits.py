"""Credits: money promised for failed batches is expected, and so costs."""

from __future__ import annotations

from decimal import Decimal
from math import comb
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc.credits import expected_credit
from scoping.calc.document import document
from scoping.calc.memory import Memory
from scoping.calc.offer import client_view
from scoping.calc.spec.values import Commercial, Credits
from tests.calc.an_estimate import a_line, a_spec, an_estimate

D = Decimal


def promising(amount: str | None, *lines):
    promised = Credits(failed_batch=None if amount is None else D(amount))
    return an_estimate(a_spec(*lines, commercial=Commercial(credits=promised)))


def test_credits_to_expect_are_batches_by_the_chance_to_fail():
    # 12 wrong of 1,000, 100 drawn, at most 2 wrong: counted.
    passing = sum(comb(12, k) * comb(988, 100 - k) for k in range(3)) / comb(1000, 100)

    found = expected_credit(D(10), D(repr(passing)), D(400))

    assert float(found) == pytest.approx(10 * (1 - passing) * 400)
    assert float(found) == pytest.approx(438.83099768752356)


def test_credits_agree_with_batches_drawn_one_by_one():
    chance, failed = Random(7), 0
    for _ in range(20_000):
        wrong = sum(unit < 12 for unit in chance.sample(range(1000), 100))
        failed += wrong > 2
    share = failed / 20_000

    # Three standard errors of the share: 3 × √(0.11 × 0.89 ÷ 20,000) = 0.0066.
    assert pytest.approx(share, abs=0.0067) == 438.831 / 4000


def test_a_promised_credit_stands_in_the_cost_of_its_line_and_in_target_and_floor():
    without, with_credit = promising(None), promising("400")
    released = with_credit.checkings[0].released_first_time
    batches = 100

    credit = with_credit.work.lines[0].credit
    assert credit is not None
    expected = batches * 400 * (1 - with_credit.simulation.of(released))
    assert with_credit.simulation.of(credit) == pytest.approx(expected)
    gained = float(with_credit.cost.mean) - float(without.cost.mean)
    assert gained == pytest.approx(float(np.mean(expected)), abs=0.02)
    assert with_credit.suggested[0].floor.value > without.suggested[0].floor.value
    assert without.work.lines[0].credit is None


def test_stages_still_add_up_and_the_check_bears_the_credits():
    before, after = (document(promising(amount)) for amount in (None, "400"))

    whole = [
        sum(D(one["cost"]) for one in found["stages"]) for found in (before, after)
    ]
    means = [D(found["cost"]["mean"]) for found in (before, after)]
    assert abs((whole[1] - whole[0]) - (means[1] - means[0])) <= D("0.02")
    moved = D(after["stages"][5]["cost"]) - D(before["stages"][5]["cost"])
    assert abs(moved - D(after["credits"]["expected"])) <= D("0.02")
    assert before["credits"] is None


def test_the_client_reads_the_credit_in_the_promise_once_for_each_sample():
    view = client_view(promising("1250.5").offer)

    said = {clause["key"]: clause for clause in view["clauses"]}
    assert said["bounding_box_right"]["remedy"].endswith(
        "; credited: 1,250.50 USD for each failed batch"
    )
    assert said["bounding_box_right"]["credit"] == "1250.5"
    assert said["bounding_box_missed"]["credit"] is None
    assert "credited" not in said["bounding_box_missed"]["remedy"]


def test_checking_existing_labels_promises_nothing_about_them():
    found = promising("400", a_line(work="audit"))

    assert found.work.lines[0].credit is None
    assert document(found)["credits"]["expected"] == "0.00"


@given(
    batches=st.integers(1, 5_000),
    better=st.floats(0, 1),
    worse=st.floats(0, 1),
    credit=st.decimals("0.01", "10000", places=2),
)
def test_a_better_chance_to_pass_never_costs_more(batches, better, worse, credit):
    low, high = sorted([worse, better])

    dear, cheap = (
        expected_credit(D(batches), D(repr(share)), credit) for share in (low, high)
    )

    assert 0 <= cheap <= dear <= batches * credit


def test_a_memory_of_other_credits_answers_as_none_does():
    memory = Memory()
    specs = [
        a_spec(commercial=Commercial(credits=Credits(failed_batch=amount)))
        for amount in (None, D(400), D(800))
    ]

    kept = [an_estimate(spec, memory=memory).cost.mean for spec in specs]

    assert kept == [an_estimate(spec).cost.mean for spec in specs]
    assert len(set(kept)) == 3
