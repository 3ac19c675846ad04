"""Trace: a number that carries its explanation."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from scoping.calc.bands import spread
from scoping.calc.chances import chance
from scoping.calc.number import product
from scoping.calc.trace import (
    Origin,
    Step,
    chances_of,
    derive,
    given,
    on_draws,
    plain,
    printed,
    significant,
    summarised,
    to_data,
    walk,
)

D = Decimal


def leaf(name: str, value: str, *, weak: bool = False) -> Step:
    return given(
        name,
        D(value),
        unit="s",
        because="stated",
        origin=Origin(
            kind="card", at=f"cost/{name}", source="survey", as_of="2026-01", weak=weak
        ),
    )


def priced() -> tuple[Step, Step, Step]:
    units, pace = leaf("units", "300"), leaf("pace", "0.3")
    luck = derive("Luck", spread, chance("luck"), pace, unit="×", because="1 typical")
    return units, luck, derive("Work", product, units, luck, unit="s", because="both")


def test_a_step_has_the_value_its_formula_gives():
    _, luck, work = priced()

    assert luck.value == 1
    assert work.value == 300
    assert work.operation == "product"


def test_the_explanation_is_told_from_the_sum_to_its_parts():
    units, _, work = priced()

    lines = list(work.outline())

    assert lines[0] == "Work: 300 s = both"
    assert lines[1] == f"  units: 300 s = {units.because}"
    assert lines[2].startswith("  Luck: 1 × = 1 typical")
    assert list(work.outline(levels=1)) == lines[:1]


def test_the_tree_that_explains_a_number_also_simulates_it():
    _, _, work = priced()
    draws = {"luck": np.array([-1.0, 0.0, 1.0])}

    found = on_draws(work, draws)

    assert found == pytest.approx([300 * np.exp(-0.3), 300, 300 * np.exp(0.3)])


def test_what_rests_on_no_chance_stays_one_number():
    units, _, _ = priced()
    twice = derive("Twice", product, units, units, unit="s", because="squared")

    assert on_draws(twice, {}) == 90_000.0


def test_a_shared_step_is_drawn_once():
    calls = []

    def counted(x):
        calls.append(x)
        return x

    luck = derive("Luck", counted, chance("luck"), unit="", because="counted")
    both = derive("Both", product, luck, luck, unit="", because="squared")

    on_draws(both, {"luck": np.array([2.0])})

    assert len(calls) == 2  # once exactly, once on draws


def test_chances_are_named_once_and_in_order():
    _, _, work = priced()
    other = derive("Other", product, chance("b"), chance("a"), unit="", because="")

    assert chances_of((work, other, work)) == ["a", "b", "luck"]


def test_a_document_writes_a_shared_step_once():
    units, _, work = priced()
    twice = derive("Twice", product, work, units, unit="s", because="both")

    data = to_data({"/a": twice, "/b": work})

    assert len(data["nodes"]) == len(list(walk((twice, work)))) == 6
    root = data["nodes"][data["roots"]["/b"]]
    assert root["value"] == "300"
    assert [data["nodes"][used]["name"] for used in root["uses"]] == ["units", "Luck"]


def test_a_card_row_is_printed_with_its_source_and_its_weakness():
    data = to_data({"/a": leaf("effort", "7", weak=True)})

    node = data["nodes"][data["roots"]["/a"]]
    assert node["source"] == "survey"
    assert node["as_of"] == "2026-01"
    assert node["weak"] is True
    assert node["op"] == "card"


def test_a_statistic_names_itself():
    _, _, work = priced()

    promised = summarised(
        "Promised", D(420), of=work, statistic="p80", because="eight in ten"
    )

    assert promised.operation == "p80_of_draws"
    assert promised.uses == (work,)


def test_a_number_that_nobody_explains_says_so():
    assert Step(name="x", value=D(1), unit="", because="").operation == "given"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "0"),
        ("1234567890123", "1234567890123"),
        ("0.1234567895", "0.12345679"),
        ("1E+3", "1000"),
        ("2.50", "2.5"),
        ("0.000000000123456789123", "0.000000000123456789"),
    ],
)
def test_documents_print_nine_digits_and_no_exponent(value, text):
    assert printed(D(value)) == text


@for_all(value=st.decimals(-(10**9), 10**9, places=6), digits=st.integers(1, 12))
def test_shortening_never_moves_a_number_by_more_than_half_its_last_digit(
    value, digits
):
    short = significant(value, digits=digits)

    if value:
        last = D(1).scaleb(min(value.adjusted() - digits + 1, 0))
        assert abs(short - value) <= last / 2
    assert plain(short) == short


def test_a_chance_that_is_one_number_gives_the_exact_value():
    _, _, work = priced()

    assert on_draws(work, {"luck": 0.0}) == 300.0  # type: ignore[dict-item]
