"""Outlines: what two of them cover in common, exactly, and which pixels one covers."""

from __future__ import annotations

from math import pi
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc.labels import outlines
from scoping.calc.labels.outlines import area, common_area, pixels

coordinates = st.integers(-20, 20)
rings = st.lists(st.tuples(coordinates, coordinates), min_size=3, max_size=9).map(
    lambda corners: np.array(corners, float)
)


def square(left, top, side):
    return np.array(
        [
            [left, top],
            [left + side, top],
            [left + side, top + side],
            [left, top + side],
        ],
        float,
    )


def test_two_squares_share_a_corner_of_25():
    assert common_area([square(0, 0, 10)], [square(5, 5, 10)]) == pytest.approx(25)


def test_a_ring_that_crosses_itself_covers_both_wings():
    wings = np.array([[0, 0], [10, 10], [10, 0], [0, 10]], float)

    # Two triangles of base 10 and height 5.
    assert area([wings]) == pytest.approx(50)
    assert common_area([wings], [square(0, 0, 5)]) == pytest.approx(12.5)


def test_rings_of_one_outline_add_up_and_do_not_cancel():
    assert area([square(0, 0, 10), square(5, 0, 10)]) == pytest.approx(150)
    assert common_area(
        [square(0, 0, 10), square(5, 0, 10)], [square(0, 0, 20)]
    ) == pytest.approx(150)


def test_a_ring_inside_a_ring_through_one_cut_is_a_hole():
    outer, inner = square(0, 0, 10), square(2, 2, 5)[::-1]
    cut = np.concatenate([outer, outer[:1], inner, inner[:1]])

    assert area([cut]) == pytest.approx(75)


def test_outlines_apart_share_nothing():
    assert common_area([square(0, 0, 1)], [square(5, 0, 1)]) == 0
    assert common_area([square(0, 0, 1)], [square(1, 0, 1)]) == 0


def test_a_line_has_no_area():
    line = np.array([[0, 0], [5, 5], [10, 10]], float)

    assert area([line]) == pytest.approx(0)
    assert common_area([line], [square(0, 0, 10)]) == pytest.approx(0)


def test_an_outline_covers_itself():
    star = _star(Random(4), 60)

    assert common_area([star], [star]) == pytest.approx(area([star]))


@given(first=rings, second=rings)
def test_what_is_common_is_covered_by_both_and_looks_the_same_from_both(first, second):
    common = common_area([first], [second])

    assert -1e-9 <= common <= min(area([first]), area([second])) + 1e-6
    assert common == pytest.approx(common_area([second], [first]), abs=1e-6)
    turned = [ring[:, ::-1] for ring in (first, second)]
    assert common == pytest.approx(common_area(turned[:1], turned[1:]), abs=1e-6)
    moved = [ring + np.array([1000.25, -333.5]) for ring in (first, second)]
    assert common == pytest.approx(common_area(moved[:1], moved[1:]), abs=1e-6)


@given(first=rings, second=rings)
def test_together_they_cover_the_sum_less_what_is_common(first, second):
    both = area([first, second])

    expected = area([first]) + area([second]) - common_area([first], [second])
    assert both == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_it_agrees_with_dust_thrown_over_both(seed):
    dice = Random(seed)
    first, second = _star(dice, 25), _star(dice, 40)
    grains = 3_000
    hits = 0
    for _ in range(grains):
        x, y = dice.uniform(0, 100), dice.uniform(0, 100)
        hits += _is_inside(first, x, y) and _is_inside(second, x, y)

    share = common_area([first], [second]) / 100**2

    # Four standard errors of that much dust.
    assert hits / grains == pytest.approx(
        share, abs=4 * (share * (1 - share) / grains) ** 0.5
    )


def test_a_convex_outline_agrees_with_one_cut_off_edge_by_edge():
    dice = Random(8)
    for _ in range(20):
        first, second = (_convex(dice) for _ in range(2))

        common = common_area([first], [second])

        assert common == pytest.approx(_cut_off(first, second), abs=1e-6)


def test_the_work_is_done_in_parts_without_a_difference(monkeypatch):
    dice = Random(3)
    first, second = _star(dice, 30), _star(dice, 30)
    whole = common_area([first], [second])
    covered = [runs.tolist() for runs in pixels([first], height=100, width=100)]

    monkeypatch.setattr(outlines, "CELLS", 40)

    assert common_area([first], [second]) == pytest.approx(whole)
    assert [runs.tolist() for runs in pixels([first], height=100, width=100)] == covered


def test_pixels_are_those_whose_centre_is_inside():
    dice = Random(5)
    star = _star(dice, 12)

    starts, ends = pixels([star], height=90, width=95)

    covered = {p for s, e in zip(starts, ends, strict=True) for p in range(s, e)}
    expected = {
        x * 90 + y
        for x in range(95)
        for y in range(90)
        if _is_inside(star, x + 0.5, y + 0.5)
    }
    assert covered == expected


@pytest.mark.parametrize("left", [-30, 200])
def test_what_lies_outside_of_the_image_has_no_pixels(left):
    starts, ends = pixels([square(left, 5, 10)], height=50, width=100)

    assert (len(starts), len(ends)) == (0, 0)


def test_a_circle_of_many_corners_has_its_area():
    angles = np.linspace(0, 2 * pi, 1000, endpoint=False)
    circle = np.column_stack([np.cos(angles), np.sin(angles)]) * 7

    assert area([circle]) == pytest.approx(pi * 49, rel=1e-4)


def _star(dice, corners):
    angles = sorted(dice.uniform(0, 2 * pi) for _ in range(corners))
    far = [dice.uniform(15, 40) for _ in range(corners)]
    return np.array(
        [
            (50 + r * np.cos(a), 50 + r * np.sin(a))
            for a, r in zip(angles, far, strict=True)
        ]
    )


def _convex(dice):
    angles = sorted(dice.uniform(0, 2 * pi) for _ in range(7))
    x, y, r = dice.uniform(30, 60), dice.uniform(30, 60), dice.uniform(10, 30)
    return np.array([(x + r * np.cos(a), y + r * np.sin(a)) for a in angles])


def _is_inside(ring, x, y):
    """Count the edges to the right of a point."""
    inside = False
    for (x0, y0), (x1, y1) in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        if (y0 <= y) != (y1 <= y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0):
            inside = not inside
    return inside


def _cut_off(first, second):
    """Cut the first along each edge of the second (both convex), and take its area."""
    left = [tuple(corner) for corner in first]
    for (ax, ay), (bx, by) in zip(second, np.roll(second, -1, axis=0), strict=True):
        kept = []
        for (px, py), (qx, qy) in zip(left, [*left[1:], *left[:1]], strict=True):
            p = (bx - ax) * (py - ay) - (by - ay) * (px - ax)
            q = (bx - ax) * (qy - ay) - (by - ay) * (qx - ax)
            if p >= 0:
                kept.append((px, py))
            if (p >= 0) != (q >= 0):
                share = p / (p - q)
                kept.append((px + share * (qx - px), py + share * (qy - py)))
        left = kept
    return (
        abs(
            sum(
                px * qy - qx * py
                for (px, py), (qx, qy) in zip(left, [*left[1:], *left[:1]], strict=True)
            )
        )
        / 2
    )
