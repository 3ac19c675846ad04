"""Scale: fewer trials make a bound looser, never a count too small."""

from __future__ import annotations

import pytest

from tests import scale


def test_at_least_three_trials_are_made(monkeypatch):
    monkeypatch.setattr(scale, "SCALE", 0.05)

    assert [scale.count(full) for full in (1, 60, 61, 1000)] == [3, 3, 4, 50]


def test_at_full_scale_the_bound_holds_as_written(monkeypatch):
    monkeypatch.setattr(scale, "SCALE", 1)

    assert scale.share_within(80, 100, 0.8, 1)
    assert not scale.share_within(79, 100, 0.8, 1)


def test_with_few_trials_only_a_share_surely_outside_fails(monkeypatch):
    monkeypatch.setattr(scale, "SCALE", 0.05)

    assert scale.share_within(35, 50, 0.8, 1)
    assert not scale.share_within(20, 50, 0.8, 1)


def test_the_interval_is_the_exact_one():
    # Nothing out of ten: 1 - 0.0005 ** (1 / 10).
    assert scale.exact_interval(0, 10) == pytest.approx((0, 0.5324), abs=1e-4)
    assert scale.exact_interval(10, 10) == pytest.approx((0.4676, 1), abs=1e-4)
