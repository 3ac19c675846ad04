"""Merging: several pieces of work that must all be done."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc.merging import (
    chance_each,
    day_together,
    in_progress,
    joint_finish,
    submissions,
)
from tests.scale import count


def test_five_streams_each_kept_eight_times_in_ten_are_kept_together_one_in_three():
    # 0.8 × 0.8 × 0.8 × 0.8 × 0.8
    assert joint_finish([0.8] * 5) == pytest.approx(0.32768)


def test_simulated_streams_finish_together_as_seldom_as_is_said():
    rng, draws = np.random.default_rng(5), count(400_000)
    days = np.ceil(20 * np.exp(0.3 * rng.normal(size=(5, draws))))
    promised = np.quantile(days, 0.8, axis=1, keepdims=True, method="inverted_cdf")

    together = float(np.mean(np.all(days <= promised, axis=0)))

    each = np.mean(days <= promised, axis=1)
    error = np.sqrt(0.33 * 0.67 / draws)
    assert together == pytest.approx(joint_finish(each), abs=4 * error)
    # Negative control: streams with one fate are not five, and finish as one does.
    alike = float(np.mean(np.all(days[:1].repeat(5, axis=0) <= promised[:1], axis=0)))
    assert alike > joint_finish(each) + 0.3


@given(joint=st.floats(0.01, 0.99), streams=st.integers(1, 40))
def test_streams_as_sure_as_is_said_are_together_as_sure_as_was_wanted(joint, streams):
    assert joint_finish([chance_each(joint, streams)] * streams) == pytest.approx(joint)


def test_the_day_on_which_all_are_done_is_the_first_that_is_sure_enough():
    ordered = np.arange(1.0, 101.0)

    assert day_together(ordered, joint=0.8, streams=1) == 80
    # 0.8^(1/5) = 95.6 %: the 96th of a hundred.
    assert day_together(ordered, joint=0.8, streams=5) == 96


def test_a_batch_that_is_released_every_other_time_is_submitted_twice():
    assert submissions(0.5) == 2
    assert in_progress(2000, days=3.5) == 7000


@pytest.mark.parametrize(
    ("wrong", "match"),
    [
        (lambda: joint_finish([1.1]), "between 0 and 1"),
        (lambda: chance_each(0.8, 0), "at least one stream"),
        (lambda: submissions(0), "submitted for ever"),
    ],
)
def test_what_cannot_be_is_refused(wrong, match):
    with pytest.raises(ValueError, match=match):
        wrong()
