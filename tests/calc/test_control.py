"""The control chart: who raises an alarm, who does not, and how it ends."""

from __future__ import annotations

import json
from math import comb

import numpy as np
import pytest

from quotes.calc.control import LEARNING, Sample, chart, in_words, limits
from tests.shared import shared

PRESS = (
    *(12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22),
    *(8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6),
)
UNUSED = {
    "CAL-39": "One chart is drawn, of shares in samples; none of sums.",
    "CAL-40": "One chart is drawn, of shares in samples; none of sums.",
    "CAL-41": "One chart is drawn, of shares in samples; none of sums.",
    "CAL-44": "One chart is drawn, of shares in samples; none of moving means.",
    "CAL-46": "One chart is drawn, of shares in samples; none of moving means.",
    "CAL-47": "A forecast learns its drift; no detector of it is run beside.",
}
USED = ("CAL-35", "CAL-37")


def samples(*wrong, checked=100):
    return [
        Sample(batch=f"b{at:02}", checked=checked, wrong=one)
        for at, one in enumerate(wrong, start=1)
    ]


def test_the_limits_of_montgomerys_orange_juice_are_his():
    # CAL-35: 347 of 1,500 are 0.2313; limits 0.4102 and 0.0524; cans 15 and 23 are out.
    centre = sum(PRESS) / 1500
    low, high = limits(centre, 50)

    assert centre == pytest.approx(0.2313, abs=6e-5)
    assert (low, high) == pytest.approx((0.0524, 0.4102), abs=6e-5)
    assert [at for at, one in enumerate(PRESS, 1) if not low <= one / 50 <= high] == [
        15,
        23,
    ]


def test_the_limits_of_a_textbook_are_its():
    # CAL-37: 0.4 of 100.
    assert limits(0.4, 100) == pytest.approx((0.25, 0.55), abs=0.005)


def test_monitoring_examples_are_used_or_have_a_reason_not_to_be():
    rows = json.loads(shared("data/vectors.json").read_text())
    functions = ("p_chart", "cusum", "ewma", "page_hinkley")
    ours = {row["id"] for row in rows if str(row["function"]).startswith(functions)}

    assert ours == {*USED, *UNUSED}
    assert all(reason.endswith(".") for reason in UNUSED.values())


@pytest.mark.parametrize(("centre", "checked"), [(0.01, 100), (0.02, 50), (0.004, 900)])
def test_small_counts_have_exact_limits_that_lie_unevenly(centre, checked):
    low, high = limits(centre, checked)

    # Slow and obvious: add the chances up until what is left is small enough.
    below, most = 0.0, -1
    while below < 1 - 0.00135:
        most += 1
        below += comb(checked, most) * centre**most * (1 - centre) ** (checked - most)
    assert round(high * checked) == most
    assert low == 0
    assert high - centre > centre - low


def test_a_jump_raises_the_alarm_and_quiet_batches_end_it():
    points = chart(samples(1, 2, 1, 0, 2, 1, 9, 2, 1, 3, 1, 0, 1, 2))
    alarms = [point.alarm for point in points]

    # Batch 7 raises it; 2 and 3 wrong interrupt the quiet; 11, 12 and 13 end it.
    assert alarms == [False] * 6 + [True] * 6 + [False] * 2
    assert "As before: 2 of 100 wrong in batch b14" in in_words(points)


def test_while_it_lasts_the_alarm_is_said_with_its_first_batch():
    said = in_words(chart(samples(1, 2, 1, 0, 2, 1, 9, 8, 9)))

    assert said.startswith("Worse since batch b07: 9 of 100 wrong, up to 5 was usual.")


def test_an_alarm_from_the_first_judgement_is_dated_to_it():
    said = in_words(chart(samples(1, 2, 1, 0, 2, 30)))

    assert said.startswith("Worse since batch b06")


def test_batches_out_of_control_do_not_move_what_is_usual():
    points = chart(samples(1, 2, 1, 0, 2, 1, *[9] * 20))

    assert points[-1].centre == points[7].centre


def test_a_few_samples_and_empty_ones_judge_nothing():
    points = chart([*samples(1, 2), Sample(batch="x", checked=0, wrong=0)])

    assert in_words(points) == (
        "Not known, because 2 of the 6 samples that a judgement takes have been "
        "checked."
    )
    assert points[0].share == 0.01


def test_a_steady_process_seldom_raises_an_alarm_and_a_doubled_one_soon():
    rng = np.random.default_rng(271)
    false = sum(
        any(
            point.alarm
            for point in chart(samples(*rng.binomial(500, 0.02, 25), checked=500))
        )
        for _ in range(200)
    )
    soon = 0
    for _ in range(200):
        steady = rng.binomial(500, 0.02, 15)
        worse = rng.binomial(500, 0.05, 10)
        points = chart(samples(*steady, *worse, checked=500))
        soon += any(point.alarm for point in points[15:])

    # Twenty judged batches at one in 740 and the doubt of the first centres.
    assert false / 200 < 0.2
    assert soon / 200 > 0.95
    assert LEARNING < 15
