"""Gates: a batch moves only by the table, and only on evidence."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotes.calc.gates import Batch, GateError, State, advance, possible, words
from quotes.calc.gates.batch import (
    FINAL,
    Counted,
    Fix,
    Handover,
    Measured,
    Sample,
    Silence,
    Word,
)
from quotes.calc.gates.table import MOVES

DAY = date(2026, 3, 2)
STATES = get_args(State)

# A second opinion: the same rules as a plain list of who may go where, written from the
# words of the design and not from the table.
ROADS = {
    "planned": {"try_out", "produce"},
    "pilot": {"produce"},
    "in_production": {"review"},
    "in_review": {"check"},
    "in_audit": {"decide"},
    "blocked": {"resubmit"},
    "released": {"deliver"},
    "delivered": {"accept", "reject", "lapse"},
    "redelivered": {"accept", "reject", "lapse"},
    "rejected": {"resubmit"},
    "accepted": set(),
    "deemed_accepted": set(),
}


def a_batch() -> Batch:
    return Batch(key="B-07", items=1000)


def good(**changes):
    fields: dict[str, Any] = {
        "right": 480,
        "of": 500,
        "needed": 475,
        "on": DAY,
        "by": "lead",
    }
    return Measured(**(fields | changes))


def all_done(**changes):
    return Counted(**(dict[str, Any](done=1000, of=1000, on=DAY, by="lead") | changes))


def a_sample(**changes):
    fields: dict[str, Any] = {
        "seed": "271",
        "auditor": "Hoa",
        "size": 100,
        "max_wrong": 2,
        "checked": 100,
        "wrong": 1,
        "on": DAY,
    }
    return Sample(**(fields | changes))


def a_fix(**changes):
    fields: dict[str, Any] = {
        "what": "boxes redrawn",
        "units": 40,
        "on": DAY,
        "by": "lead",
    }
    return Fix(**(fields | changes))


def a_handover(**changes):
    fields: dict[str, Any] = {
        "version": 1,
        "on": DAY,
        "answer_by": DAY + timedelta(days=14),
        "by": "manager",
    }
    return Handover(**(fields | changes))


def a_word(**changes):
    fields: dict[str, Any] = {"on": DAY, "by": "client", "why": "boxes too loose"}
    return Word(**(fields | changes))


def moved(*moves, batch=None):
    found = batch or a_batch()
    for name, evidence in moves:
        found = advance(found, name, evidence, reviewed=True)
    return found


IN_AUDIT = (
    ("produce", good()),
    ("review", all_done()),
    ("check", all_done()),
)
DELIVERED = (*IN_AUDIT, ("decide", a_sample()), ("deliver", a_handover()))


def refused(batch, name, evidence, *, reviewed=True):
    with pytest.raises(GateError) as caught:
        advance(batch, name, evidence, reviewed=reviewed)
    return caught.value


def test_a_batch_that_passes_every_gate_is_accepted():
    batch = moved(("try_out", good()), *DELIVERED, ("accept", a_word(why="")))

    assert [made.state for made in batch.history] == [
        "pilot",
        "in_production",
        "in_review",
        "in_audit",
        "released",
        "delivered",
        "accepted",
    ]
    assert batch.resubmissions == 0


def test_without_a_second_review_the_sample_check_follows_production():
    batch = advance(a_batch(), "produce", good(), reviewed=False)

    found = advance(batch, "check_unreviewed", all_done(), reviewed=False)

    assert found.state == "in_audit"
    assert refused(batch, "review", all_done(), reviewed=False).code == "not_from_here"
    assert refused(batch, "check_unreviewed", all_done()).code == "not_from_here"


def test_a_failed_sample_blocks_with_its_seed_and_auditor_on_record():
    batch = moved(*IN_AUDIT, ("decide", a_sample(wrong=3)))

    assert batch.state == "blocked"
    assert batch.blocked_by == a_sample(wrong=3)
    assert batch.blocked_by.seed == "271"
    assert moved(*IN_AUDIT).blocked_by is None


def test_a_blocked_batch_comes_back_with_a_fix_and_a_fresh_sample_alone():
    blocked = moved(*IN_AUDIT, ("decide", a_sample(wrong=3)))

    assert refused(blocked, "decide", a_sample()).code == "not_from_here"
    assert refused(blocked, "deliver", a_handover()).code == "not_from_here"
    assert refused(blocked, "resubmit", a_fix(units=0)).code == "nothing_fixed"
    assert refused(blocked, "resubmit", a_fix(what=" ")).code == "nothing_fixed"
    fixed = moved(("resubmit", a_fix()), batch=blocked)
    assert refused(fixed, "decide", a_sample()).code == "sample_seen"
    released = moved(("decide", a_sample(seed="272")), batch=fixed)
    assert (released.state, released.resubmissions) == ("released", 1)


def test_a_rejected_delivery_comes_back_as_the_next_version():
    rejected = moved(*DELIVERED, ("reject", a_word()))

    again = moved(
        ("resubmit", a_fix()), ("decide", a_sample(seed="272")), batch=rejected
    )

    said = refused(again, "deliver", a_handover())
    assert (said.code, str(said)) == (
        "wrong_version",
        "The next delivery of batch B-07 is version 2.",
    )
    assert moved(("deliver", a_handover(version=2)), batch=again).state == "redelivered"


def test_silence_accepts_only_after_the_last_day_of_the_window():
    delivered = moved(*DELIVERED)
    last = DAY + timedelta(days=14)

    early = refused(delivered, "lapse", Silence(on=last))

    assert (early.code, str(early)) == (
        "window_open",
        "The client may answer until 16 March 2026, that day included.",
    )
    late = moved(("lapse", Silence(on=last + timedelta(days=1))), batch=delivered)
    assert late.state == "deemed_accepted"


def test_a_rejection_says_why_and_comes_within_the_window():
    delivered = moved(*DELIVERED)

    late = a_word(on=DAY + timedelta(days=15))

    assert refused(delivered, "reject", a_word(why="")).code == "no_reason"
    assert refused(delivered, "reject", late).code == "window_over"


@pytest.mark.parametrize(
    ("before", "name", "evidence", "code"),
    [
        ((), "produce", good(right=474), "gold_set_not_passed"),
        ((), "try_out", good(right=19, of=20, needed=20), "rules_not_agreed"),
        (IN_AUDIT[:1], "review", all_done(done=999), "items_not_done"),
        (IN_AUDIT[:1], "review", all_done(done=900, of=900), "items_not_done"),
        (IN_AUDIT[:2], "check", all_done(done=1), "items_not_reviewed"),
        (IN_AUDIT, "decide", a_sample(checked=99), "sample_not_read"),
        (DELIVERED[:4], "deliver", a_handover(answer_by=DAY), "no_window"),
        (IN_AUDIT, "decide", a_sample(on=date(2026, 3, 1)), "out_of_order"),
        (IN_AUDIT, "decide", good(), "wrong_evidence"),
        (IN_AUDIT, "wish", good(), "unknown_move"),
    ],
)
def test_without_its_evidence_a_batch_stays(before, name, evidence, code):
    batch = moved(*before)

    said = refused(batch, name, evidence)

    assert said.code == code
    assert str(said).endswith(".")
    assert batch == moved(*before)


def test_what_is_missing_is_said_in_numbers():
    batch = moved(*IN_AUDIT[:1])

    assert str(refused(batch, "review", all_done(done=990))) == (
        "10 of 1,000 items are not done yet."
    )
    assert str(refused(batch, "review", all_done(done=900, of=900))) == (
        "The count speaks of 900 items; batch B-07 holds 1,000."
    )
    assert str(refused(batch, "decide", a_sample())) == (
        "Batch B-07 is in production: “decide” is not possible. "
        "What is possible: review."
    )


def test_an_accepted_batch_has_nothing_left_to_do():
    done = moved(*DELIVERED, ("accept", a_word()))

    assert str(refused(done, "reject", a_word())).endswith("Nothing is left to do.")
    assert words("deemed_accepted") == "deemed accepted"


@pytest.mark.parametrize(
    "impossible",
    [
        lambda: all_done(done=1001),
        lambda: all_done(done=0, of=0),
        lambda: good(right=501),
        lambda: good(needed=501),
        lambda: a_sample(wrong=101),
        lambda: a_sample(size=0),
        lambda: a_sample(max_wrong=-1),
        lambda: a_sample(seed=""),
        lambda: a_sample(auditor=""),
    ],
)
def test_impossible_counts_and_samples_without_origin_refuse_to_exist(impossible):
    with pytest.raises(GateError, match=r"\.$"):
        impossible()


def test_the_table_has_every_road_of_the_design_and_no_other():
    for state in STATES:
        found = {
            move.name
            for move in MOVES
            if state in move.starts and move.name != "check_unreviewed"
        }
        assert found == ROADS[state]
    assert {state for state in STATES if not ROADS[state]} == FINAL


OFFERS = {
    "try_out": good(),
    "produce": good(),
    "review": all_done(),
    "check": all_done(),
    "resubmit": a_fix(),
    "accept": a_word(),
    "reject": a_word(),
    "lapse": Silence(on=DAY + timedelta(days=15)),
}


def _offer(batch, name, *, seed, wrong):
    if name == "decide":
        return a_sample(seed=seed, wrong=wrong)
    if name == "deliver":
        last = batch.delivered
        return a_handover(version=1 if last is None else last.version + 1)
    return OFFERS[name]


@given(choices=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 5)), max_size=40))
def test_no_walk_delivers_what_was_not_released_or_seen_twice(choices):
    batch = a_batch()

    for step, (choice, wrong) in enumerate(choices):
        moves = possible(batch, reviewed=True)
        if moves:
            name = moves[choice % len(moves)].name
            evidence = _offer(batch, name, seed=str(step), wrong=wrong)
            batch = advance(batch, name, evidence, reviewed=True)

    made = [one.move for one in batch.history]
    seeds = [sample.seed for sample in batch.samples]
    delivered = [i for i, name in enumerate(made) if name == "deliver"]
    assert len(seeds) == len(set(seeds))
    assert all(made[i - 1] == "decide" for i in delivered)
    assert all(batch.history[i - 1].state == "released" for i in delivered)
    assert made.count("resubmit") >= len(delivered) - 1
