"""Z1.4: letters, cells and arrows of the standard's own tables."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc.audit import Plan, PlanError
from scoping.calc.plans.standard import (
    AQLS,
    CELLS,
    LETTERS,
    SAMPLE_SIZES,
    code_letter,
    normal_single,
    standard_plan,
)

D = Decimal

STEPS = "↓ 0 ↑ ↓ 1 2 3 5 7 10 14 21 ↑"
COLUMN_OF_NONE = {letter: 14 - place for place, letter in enumerate("ABCDEFGHJKLMNPQ")}


@pytest.mark.parametrize("letter", "BCDEFGHJKLMNPQ")
def test_each_row_is_the_one_below_moved_by_a_column(letter):
    # The AQL goes up as the sample goes down, so that their product repeats along a
    # diagonal: 0, up, down, 1, 2, 3, 5, 7, 10, 14, 21.
    inner = STEPS.split()[1:-1]
    start = COLUMN_OF_NONE[letter]
    row = ["v"] * start + ["^" if one == "↑" else one for one in inner]
    row = ["v" if one == "↓" else one for one in row]

    assert CELLS[letter].split() == (row + ["^"] * 16)[:16]


def test_the_first_and_the_last_letter_have_no_neighbour_to_send_to():
    # A has no row above for its “up”, R no row below for its “down”.
    assert CELLS["A"].split()[13:] == ["v", "0", "v"]
    assert CELLS["R"].split()[:3] == ["^", "^", "1"]


@pytest.mark.parametrize("letter", CELLS)
@pytest.mark.parametrize("aql", AQLS)
def test_every_cell_ends_at_a_plan_of_its_letter(letter, aql):
    found = normal_single(letter, aql)

    assert found.plan.n == SAMPLE_SIZES[found.letter]
    assert CELLS[found.letter].split()[AQLS.index(aql)] == str(found.plan.c)
    assert found.moved == (found.letter != letter)


def test_an_arrow_takes_the_sample_of_the_letter_it_points_to():
    # Web tables list D at 2.5 % as 8 units; the arrow leads up to C, which takes 5.
    assert normal_single("D", D("0.025")).plan == Plan(n=5, c=0)
    assert normal_single("E", D("0.025")).plan == Plan(n=20, c=1)
    assert normal_single("E", D("0.025")).letter == "F"
    assert normal_single("R", D("0.00015")).letter == "P"
    assert normal_single("A", D("0.10")).plan == Plan(n=5, c=1)


@given(lot=st.integers(2, 2_000_000), level=st.sampled_from(sorted(LETTERS)))
def test_a_larger_batch_never_has_an_earlier_letter(lot, level):
    assert code_letter(lot, level) <= code_letter(lot * 2, level)


def test_letters_change_where_the_table_says_so():
    assert [code_letter(lot) for lot in (2, 8, 9, 1200, 1201)] == list("AABJK")
    assert code_letter(500_001, "III") == "R"
    assert code_letter(26, "S-4") == "C"


def test_a_sample_as_large_as_its_batch_is_the_batch():
    assert standard_plan(10, aql=D("0.0001"), level="III").plan == Plan(n=10, c=0)


def test_a_batch_of_one_is_not_in_the_table():
    with pytest.raises(PlanError, match="batches of 2 units, not 1"):
        code_letter(1)


def test_an_aql_between_two_columns_is_refused():
    with pytest.raises(PlanError, match=r"AQL of 2\.0+ %\. Take one of 0\.01, 0\.015"):
        normal_single("J", D("0.02"))
