"""Chances: which draws there are, and which of them move together."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from scoping.calc.chances import (
    Correlations,
    chance,
    correlation_matrix,
    dimensions,
    forget,
    line_keys,
    normals,
)
from tests.calc.an_estimate import a_line

D = Decimal
TOGETHER = Correlations(effort_effort=0.4, effort_defect=0.3, volume_volume=0.25)
NAMES = ["effort:a", "effort:b", "defects", "units:a", "units:b", "pace"]


def drawn(names=NAMES, *, seed=7, draws=16_384, correlations=TOGETHER):
    return normals(names, seed=seed, draws=draws, correlations=correlations)


def test_a_chance_is_nothing_in_the_middle_of_the_road():
    step = chance("pace")

    assert (step.value, step.operation) == (D(0), "chance")
    assert step.origin is not None
    assert step.origin.at == "/seed"


def test_each_chance_is_a_standard_normal():
    for draws in drawn().values():
        assert np.mean(draws) == pytest.approx(0, abs=0.01)
        assert np.std(draws) == pytest.approx(1, abs=0.01)
        assert np.mean(draws <= 1.2815515655) == pytest.approx(0.9, abs=0.003)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("effort:a", "effort:b", 0.4),
        ("effort:a", "defects", 0.3),
        ("units:a", "units:b", 0.25),
        ("units:a", "effort:a", 0),
        ("pace", "effort:b", 0),
    ],
)
def test_what_moves_together_is_correlated_as_the_card_says(one, other, expected):
    found = drawn()

    assert np.corrcoef(found[one], found[other])[0, 1] == pytest.approx(
        expected, abs=0.02
    )


def test_the_correlation_matrix_is_symmetric_with_ones():
    # Rows in the order asked: effort, defects, effort.
    found = correlation_matrix(["effort:b", "defects", "effort:a"], TOGETHER)

    assert found.tolist() == [[1, 0.3, 0.4], [0.3, 1, 0.3], [0.4, 0.3, 1]]


def test_the_order_of_names_moves_no_draw():
    forward, backward = drawn(NAMES), drawn(NAMES[::-1])

    for name in NAMES:
        assert np.array_equal(forward[name], backward[name])


def test_a_seed_repeats_its_draws_and_another_seed_has_others():
    assert np.array_equal(drawn(seed=7)["pace"], drawn(seed=7)["pace"])
    assert not np.array_equal(drawn(seed=7)["pace"], drawn(seed=8)["pace"])


def test_fewer_draws_of_a_seed_are_the_first_of_its_many():
    many = drawn(draws=4096)
    forget()
    few = drawn(draws=512)

    for name in NAMES:
        assert np.array_equal(few[name], many[name][:512])
        assert np.array_equal(drawn(draws=4096)[name], many[name])


def test_what_moves_together_follows_its_first_and_no_other_chance_is_touched():
    together, apart = drawn(), drawn(correlations=Correlations())

    same = [name for name in NAMES if np.array_equal(together[name], apart[name])]

    # Errors come before the efforts that move with them, units of a before those of b.
    assert same == ["defects", "units:a", "pace"]


def test_draws_stay_finite():
    # 2⁻⁴⁰ from the edge is a normal of ±7.03.
    for draws in drawn(draws=2).values():
        assert np.all(np.abs(draws) < 7.1)


@pytest.mark.parametrize("draws", [0, 1, 3, 1000])
def test_draws_come_in_powers_of_two(draws):
    with pytest.raises(ValueError, match="powers of two"):
        drawn(draws=draws)


def test_what_rests_on_no_chance_needs_no_draws():
    assert drawn([]) == {}


def test_a_line_is_named_by_what_it_says_and_not_by_where_it_stands():
    first, other = a_line(), a_line(type="polygon", index=1)

    there = line_keys((first, other))
    back = line_keys((replace(other, index=0), replace(first, index=1, name="Cars")))

    assert there == back[::-1]
    assert there[0] != there[1]


def test_two_lines_that_say_the_same_are_different_work():
    assert line_keys((a_line(), a_line(index=1))) == (
        "bounding_box-1",
        "bounding_box-2",
    )


def test_a_line_that_is_changed_keeps_its_luck():
    before = (a_line(classes=12), a_line(type="polygon", index=1))
    after = (a_line(classes=13), a_line(type="polygon", index=1))

    assert line_keys(before) == line_keys(after)


def test_a_chance_keeps_its_draws_when_others_of_its_line_come_and_go():
    without = drawn([*NAMES])

    with_prelabels = drawn([*NAMES, "accept:a", "accept:b"])

    for name in NAMES:
        assert np.array_equal(without[name], with_prelabels[name])


def test_chances_have_their_own_dimensions():
    # Four for the project, four for each line, then risks.
    found = dimensions([*NAMES, "accept:b", "risk:drift", "utilisation"])

    assert found == {
        "defects": 0,
        "pace": 2,
        "utilisation": 3,
        "effort:a": 4,
        "units:a": 5,
        "effort:b": 8,
        "units:b": 9,
        "accept:b": 11,
        "risk:drift": 12,
    }


def test_draws_that_are_kept_cannot_be_written_over():
    with pytest.raises(ValueError, match="read-only"):
        drawn()["pace"][0] = 0


def test_draws_that_were_forgotten_come_back_the_same():
    before = drawn()["pace"].copy()

    forget()

    assert np.array_equal(drawn()["pace"], before)
