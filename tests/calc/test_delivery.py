"""When all was delivered: the images of the plan that holds, by line, day by day."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from quotes.calc.delivery import delivered_on, planned_items
from quotes.calc.gates.batch import Batch, Handover, Made, Word

FIRST = date(2026, 3, 1)
UNTIL = date(2026, 4, 30)


def handed(day: date) -> Made:
    evidence = Handover(version=1, on=day, answer_by=day, by="Mai")
    return Made(move="deliver", state="delivered", evidence=evidence)


def rejected(day: date) -> Made:
    word = Word(on=day, by="Dana", why="wheels cut off")
    return Made(move="reject", state="rejected", evidence=word)


def a_batch(line: str, items: int, *history: Made) -> Batch:
    return Batch(key="batch", items=items, line=line, history=history)


def test_batches_that_a_change_order_made_needless_are_not_waited_for():
    days = [FIRST + timedelta(days=number) for number in (5, 2, 9)]
    done = [a_batch("Boxes", 100, handed(day)) for day in days[:2]]
    idle = a_batch("Boxes", 100)

    def found(*batches, planned):
        return delivered_on(batches, until=UNTIL, planned=planned)

    # 300 images were planned and 180 are: the second delivered batch holds the last.
    assert found(*done, idle, planned={"Boxes": 300}) is None
    assert found(*done, idle, planned={"Boxes": 180}) == days[0]
    late = a_batch("Boxes", 100, handed(days[2]))
    assert found(*done, late, planned={"Boxes": 180}) == days[0]
    # What the client rejected is not there, and another line covers none of this one.
    back = a_batch("Boxes", 100, handed(days[1]), rejected(days[0]))
    assert found(done[0], back, planned={"Boxes": 180}) is None
    assert found(*done, planned={"Boxes": 180, "Tags": 10}) is None
    assert found(*done, idle, planned={}) is None
    assert found(*done, planned={}) == days[0]
    assert found(planned={}) is None
    assert planned_items({}) == {}


BATCHES = st.lists(
    st.tuples(st.sampled_from("AB"), st.integers(1, 9), st.none() | st.integers(0, 9)),
    max_size=8,
)


@given(
    BATCHES, st.fixed_dictionaries({"A": st.integers(1, 20), "B": st.integers(1, 9)})
)
def test_it_is_the_first_day_on_which_somebody_counting_has_them_all(rows, planned):
    batches = [
        a_batch(line, items, *([] if at is None else [handed(FIRST + timedelta(at))]))
        for line, items, at in rows
    ]
    expected = None
    for number in range(9, -1, -1):
        there = dict.fromkeys(planned, 0)
        for line, items, at in rows:
            if at is not None and at <= number:
                there[line] += items
        if all(there[line] >= planned[line] for line in planned):
            expected = FIRST + timedelta(days=number)

    assert delivered_on(batches, until=UNTIL, planned=planned) == expected
