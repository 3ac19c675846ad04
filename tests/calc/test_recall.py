"""Recall: exactly the batches that certain work went into, and what is not known."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotes.calc.recall import Wanted, Work, fits, recall

COSTS: dict[int | None, Decimal] = {0: Decimal("0.25")}


def a_work(batch="b1", **changes):
    fields = {
        "line": 0,
        "batch": batch,
        "stage": "label",
        "actor": "lan",
        "pod": "a",
        "guideline": "3",
        "first": date(2026, 3, 2),
        "last": date(2026, 3, 4),
        "items": 10,
        "units": 50,
    }
    return Work(**(fields | changes))


def batches(works, **wanted):
    return [one.batch for one in recall(works, Wanted(**wanted), unit_costs=COSTS)]


def test_a_bad_annotator_is_recalled_from_exactly_the_batches_touched():
    works = [
        a_work("b1", actor="bad"),
        a_work("b1", actor="good", units=150),
        a_work("b2", actor="good"),
        a_work("b3", actor="BAD ", units=30, items=None),
        a_work("b3", stage="review", actor="qa", units=None, delivered=True),
        a_work("b4", stage="review", actor="bad"),
    ]

    one, three = recall(works, Wanted(actor="bad"), unit_costs=COSTS)

    # 50 of 200 units at 0.25, and all 30 of b3.
    assert (one.batch, one.units, one.whole, one.share) == (
        "b1",
        50,
        200,
        Decimal("0.25"),
    )
    assert (one.items, one.cost, one.delivered) == (10, Decimal("12.50"), False)
    assert (three.batch, str(three.share), three.items) == ("b3", "1.0000", None)
    assert (three.cost, three.delivered) == (Decimal("7.50"), True)


def test_several_questions_are_asked_together():
    works = [a_work("b1"), a_work("b2", pod="b"), a_work("b3", guideline="4")]

    assert batches(works, actor="lan", pod="a") == ["b1", "b3"]
    assert batches(works, guideline="4") == ["b3"]
    assert Wanted().is_empty
    assert not Wanted(until=date(2026, 1, 1)).is_empty


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [
        ((3, 4), None, True),
        ((3, 5), None, False),
        (None, (3, 2), True),
        (None, (3, 1), False),
        ((3, 3), (3, 3), True),
    ],
)
def test_days_are_those_that_the_work_touches(since, until, found):
    wanted = Wanted(
        since=since and date(2026, *since), until=until and date(2026, *until)
    )

    assert fits(a_work(), wanted) is found
    assert fits(a_work(first=None, last=None), wanted) is None
    one_day = a_work(first=None, last=date(2026, 3, 3))
    assert fits(one_day, wanted) is (since != (3, 4) and found and until != (3, 2))


def test_work_of_nobody_known_is_neither_taken_nor_passed_over():
    works = [a_work("b1", actor=""), a_work("b2", actor="ha")]

    (one,) = recall(works, Wanted(actor="lan"), unit_costs={})

    assert (one.batch, one.units, one.unsure, one.cost) == ("b1", None, True, None)


def test_rework_of_labelled_units_makes_no_more_units_than_there_are():
    works = [a_work(units=50), a_work(stage="rework", units=20)]

    (one,) = recall(works, Wanted(actor="lan"), unit_costs=COSTS)

    assert (one.units, one.whole, str(one.share)) == (50, 50, "1.0000")


def test_units_that_are_not_known_have_no_share():
    (one,) = recall([a_work(units=None)], Wanted(actor="lan"), unit_costs=COSTS)

    assert (one.units, one.share, one.cost) == (None, None, None)


names = st.sampled_from(["", "lan", "ha"])


@given(
    rows=st.lists(
        st.tuples(st.sampled_from("pqr"), names, st.integers(0, 9)), max_size=9
    )
)
def test_nothing_else_is_touched_and_nothing_is_missed(rows):
    works = [a_work(batch, actor=actor, units=units) for batch, actor, units in rows]

    found = recall(works, Wanted(actor="lan"), unit_costs=COSTS)

    assert {one.batch for one in found if one.units is not None} == {
        batch for batch, actor, _ in rows if actor == "lan"
    }
    assert {one.batch for one in found if one.unsure} == {
        batch for batch, actor, _ in rows if not actor
    }
    for one in found:
        own = [
            units for batch, who, units in rows if (batch, who) == (one.batch, "lan")
        ]
        assert one.units == (sum(own) if own else None)


def test_a_bad_model_is_recalled_from_exactly_the_units_that_began_from_it():
    works = [
        a_work("b1", models=(("det-v2", 40), ("det-v3", 10))),
        a_work("b1", models=(("det-v3", 50),)),
        a_work("b1", stage="rework", actor="ha", units=9),
        a_work("b2", models=(("det-v3", 50),)),
        a_work("b3", models=(("Det-V2", None),), prelabelled=30, units=120),
        a_work("b4", models=(("det-v2", None),)),
        a_work("b5", prelabelled=0),
        a_work("b6", models=(("det-v2", None), ("det-v3", None))),
        a_work("b7"),
    ]

    found = recall(works, Wanted(model="det-v2"), unit_costs=COSTS)

    # 40 of 100 at 0.25; of b3 those that were pre-labelled; all of b4; of b6 nobody
    # knows how many, and of b7 nobody knows whether any.
    assert [(one.batch, one.units, one.whole, one.unsure) for one in found] == [
        ("b1", 40, 100, False),
        ("b3", 30, 120, False),
        ("b4", 50, 50, False),
        ("b6", None, 50, False),
        ("b7", None, 50, True),
    ]
    assert [one.cost for one in found[:3]] == [
        Decimal("10.00"),
        Decimal("7.50"),
        Decimal("12.50"),
    ]
    # Which images 40 of 100 boxes lie on nobody knows; all boxes lie on all images.
    assert [one.items for one in found] == [None, None, 10, None, None]


@given(
    counts=st.lists(
        st.tuples(st.sampled_from("ab"), st.integers(0, 60), st.integers(0, 60)),
        max_size=8,
    )
)
def test_two_models_share_what_began_from_either(counts):
    works = [
        a_work(
            f"b{number % 3}", actor=who, units=m1 + m2, models=(("1", m1), ("2", m2))
        )
        for number, (who, m1, m2) in enumerate(counts)
    ]

    def touched(**wanted):
        rows = recall(works, Wanted(**wanted), unit_costs=COSTS)
        return sum(one.units for one in rows)

    assert touched(model="1") + touched(model="2") == sum(work.units for work in works)
    # Asked of a person too, as a loop over the rows says.
    assert touched(model="1", actor="a") == sum(
        m1 for who, m1, _ in counts if who == "a"
    )


def test_units_of_a_model_are_those_of_its_name_in_every_case_of_letters():
    work = a_work("b1", units=90, models=(("M1", 20), ("m1", 30), ("m2", 40)))

    (found,) = recall([work], Wanted(model="m1"), unit_costs=COSTS)

    # 20 + 30 of 90 at 0.25.
    assert (found.units, found.cost) == (50, Decimal("12.50"))
