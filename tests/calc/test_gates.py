"""Gates: a batch moves only by the table, and only on evidence."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
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
    Silence,
    Word,
)
from quotes.calc.gates.client import SAID, client_batches
from quotes.calc.gates.drawing import reading_order
from quotes.calc.gates.plan import (
    GatePlan,
    LinePlan,
    gates_document,
    layout,
    read_plan,
)
from quotes.calc.gates.record import from_data, to_data
from quotes.calc.gates.sample import Sample
from quotes.calc.gates.table import MOVES
from quotes.calc.gates.wording import Draw, next_step

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


# --- the sample, drawn


def test_five_images_are_read_in_the_order_of_their_hashes():
    # The hashes of 271:1, :3, :4, :2 and :5 begin with 1c, 32, 56, cb and d6.
    first = [hashlib.sha256(f"271:{n}".encode()).hexdigest()[0] for n in range(1, 6)]

    assert reading_order("271", 5) == (1, 3, 4, 2, 5)
    assert [first[n - 1] for n in (1, 3, 4, 2, 5)] == sorted(first)


@given(
    seed=st.text("0123456789abcdef", min_size=1, max_size=16), items=st.integers(1, 300)
)
def test_every_image_is_read_once_and_again_in_the_same_order(seed, items):
    order = reading_order(seed, items)

    assert sorted(order) == list(range(1, items + 1))
    assert order == reading_order(seed, items)
    # A slow second opinion: whoever is first has the least hash as a number.
    least = min(
        range(1, items + 1),
        key=lambda n: int(hashlib.sha256(f"{seed}:{n}".encode()).hexdigest(), 16),
    )
    assert order[0] == least


def test_another_seed_draws_other_images_and_each_as_often():
    # 2,000 seeds, the first 10 of 100 images: each image 200 times, give or take.
    drawn = [0] * 101
    for seed in range(2000):
        for number in reading_order(str(seed), 100)[:10]:
            drawn[number] += 1

    assert drawn[0] == 0
    # Variance 2000 × 0.1 × 0.9 = 180: five of its roots are 67.
    assert all(133 <= times <= 267 for times in drawn[1:])


@pytest.mark.parametrize(("seed", "items"), [("", 5), ("1", 0), ("1", 1_000_001)])
def test_nothing_is_drawn_of_nothing(seed, items):
    with pytest.raises(GateError):
        reading_order(seed, items)


def test_a_batch_read_in_full_needs_no_more_units():
    few = a_sample(size=100, checked=60, wrong=1)

    assert refused(moved(*IN_AUDIT), "decide", few).code == "sample_not_read"
    whole = replace(few, whole=True)
    assert moved(*IN_AUDIT, ("decide", whole)).state == "released"
    nothing = replace(whole, checked=0, wrong=0)
    assert refused(moved(*IN_AUDIT), "decide", nothing).code == "sample_not_read"


# --- the plan


def _audited(index, line, unit, **sample):
    return {"index": index, "line": line, "unit": unit, **sample}


QUOTED: dict[str, Any] = {
    "items": 2500,
    "client_calendar": "us",
    "quality": {
        "reviews": 1,
        "batch_items": 1000,
        "edge_case_rules": 20,
        "gold_items": 501,
        "agreement": "0.95",
    },
}
ESTIMATED = {
    "lines": [
        {"index": 0, "items": "2500", "in_total": True},
        {"index": 1, "items": "200", "in_total": True},
        {"index": 2, "items": "2500", "in_total": False},
    ],
    "audit": {
        "by_line": [
            _audited(0, "Boxes", "box", n=504, c=10, items=101),
            _audited(1, "Outlines", "object", n=39, c=0, items=101),
            _audited(2, "Option", "label", n=9, c=0, items=9),
        ]
    },
}


def the_plan(**changes) -> GatePlan:
    document = gates_document(QUOTED, ESTIMATED, acceptance_days=10)
    return replace(read_plan({"gates": json.loads(json.dumps(document))}), **changes)


def test_a_plan_is_what_was_quoted():
    plan = the_plan()

    # 501 × 0.95 = 475.95: 476 must be right.
    assert (plan.gold_items, plan.gold_needed, plan.rules) == (501, 476, 20)
    assert [line.line for line in plan.lines] == ["Boxes", "Outlines"]
    # 101 images of the batch, of which 200 in 2,500 hold outlines: 8.08, so 9.
    assert [line.images for line in plan.lines] == [101, 9]


def test_two_lines_of_one_name_are_told_apart_and_long_names_cut():
    rows = [
        _audited(0, "Boxes", "box", n=5, c=0, items=1),
        _audited(1, "Boxes", "box", n=0, c=0, items=1),
        _audited(2, "x" * 500, "box", n=5, c=0, items=1),
    ]
    lines = [{"index": index, "items": "2500", "in_total": True} for index in range(3)]
    estimated = {"lines": lines, "audit": {"by_line": rows}}

    plan = read_plan({"gates": gates_document(QUOTED, estimated, acceptance_days=10)})

    assert [one.line for one in plan.lines] == [
        "Boxes, line 1",
        "Boxes, line 2",
        "x" * 160,
    ]
    assert plan.line("Boxes, line 2").size == 1


def test_a_promised_window_stands_in_place_of_the_cards():
    promised = QUOTED["quality"] | {"sla": {"acceptance_days": 5}}
    unsaid = QUOTED["quality"] | {"sla": {"acceptance_days": None}}

    def days(quality):
        spec = QUOTED | {"quality": quality}
        return gates_document(spec, ESTIMATED, acceptance_days=10)["acceptance_days"]

    assert (days(promised), days(unsaid), days(QUOTED["quality"])) == (5, 10, 10)


def test_a_baseline_of_an_earlier_release_says_so():
    with pytest.raises(GateError, match="began before"):
        read_plan({"baseline": 1})


def test_batches_are_even_and_hold_every_image():
    found = layout(the_plan())

    # 3 batches of 2,500: 833, 833, 834. Of 200 outlines: 66, 67, 67.
    assert [(one.line, one.key, one.items) for one in found] == [
        ("Boxes", "batch 001", 833),
        ("Boxes", "batch 002", 833),
        ("Boxes", "batch 003", 834),
        ("Outlines", "batch 001", 66),
        ("Outlines", "batch 002", 67),
        ("Outlines", "batch 003", 67),
    ]


@given(items=st.integers(1, 5000), part=st.integers(1, 5000), size=st.integers(1, 999))
def test_no_batch_is_larger_than_quoted_or_empty(items, part, size):
    line = the_plan().lines[0]
    part = min(part, items)
    plan = the_plan(items=items, batch_items=size, lines=(replace(line, items=part),))

    found = [one.items for one in layout(plan)]

    assert sum(found) == part
    assert 1 <= min(found) <= max(found) <= size
    assert max(found) - min(found) <= 1


def test_too_many_batches_are_refused():
    with pytest.raises(GateError, match="Quote larger batches"):
        layout(the_plan(items=10**9, batch_items=1))


# --- on record, in words, and for the client


@pytest.mark.parametrize(
    "evidence",
    [
        good(),
        all_done(),
        a_sample(whole=True),
        a_fix(),
        a_handover(),
        a_word(),
        Silence(on=DAY),
    ],
    ids=lambda one: type(one).__name__,
)
def test_evidence_comes_back_from_the_record_as_it_was(evidence):
    assert from_data(json.loads(json.dumps(to_data(evidence)))) == evidence


WALKS = {
    "planned": (),
    "pilot": (("try_out", good()),),
    "in_production": IN_AUDIT[:1],
    "in_review": IN_AUDIT[:2],
    "in_audit": IN_AUDIT,
    "blocked": (*IN_AUDIT, ("decide", a_sample(wrong=3))),
    "released": (*IN_AUDIT, ("decide", a_sample())),
    "delivered": DELIVERED,
    "redelivered": (
        *DELIVERED,
        ("reject", a_word()),
        ("resubmit", a_fix()),
        ("decide", a_sample(seed="272")),
        ("deliver", a_handover(version=2)),
    ),
    "accepted": (*DELIVERED, ("accept", a_word())),
    "rejected": (*DELIVERED, ("reject", a_word())),
    "deemed_accepted": (
        *DELIVERED,
        ("lapse", Silence(on=DAY + timedelta(days=15))),
    ),
}
EXPECTED = {
    "planned": "Production begins when 476 of the 501",
    "pilot": "Production begins when 476",
    "in_production": "All 1,000 images must be labelled; then they are reviewed",
    "in_review": "All 1,000 images must be reviewed",
    "in_audit": "must be drawn: 504 boxes, about 101 images of 1,000, at most 10 wrong",
    "blocked": "read by Hoa on 2 March 2026 found 3 wrong of 100; at most 2",
    "released": "can be delivered",
    "delivered": "until 16 March 2026",
    "redelivered": "until 16 March 2026",
    "accepted": "Nothing is left",
    "rejected": "“boxes too loose”",
    "deemed_accepted": "let the window lapse",
}


def at(state) -> Batch:
    found: Batch = moved(*WALKS[state], batch=replace(a_batch(), line="Boxes"))
    return found


@pytest.mark.parametrize("state", STATES)
def test_each_state_says_what_must_happen_next(state):
    batch = at(state)

    said = next_step(batch, the_plan(), today=DAY)

    assert batch.state == state
    assert EXPECTED[state] in said
    assert said.endswith(".")


def test_a_drawn_sample_names_who_reads_it_and_a_lapsed_window_is_over():
    draw = Draw(seed="9f", auditor="Hoa", on=DAY)
    unreviewed = the_plan(reviewed=False)

    assert next_step(at("in_audit"), the_plan(), draw=draw, today=DAY).startswith(
        "Hoa reads the sample drawn by seed 9f on 2 March 2026"
    )
    assert "counts as accepted" in next_step(
        at("delivered"), the_plan(), today=DAY + timedelta(days=15)
    )
    assert "checked by sample" in next_step(at("in_production"), unreviewed, today=DAY)
    label = replace(the_plan().lines[0], unit="label")
    assert "504 labels" in next_step(
        at("in_audit"), the_plan(lines=(label,)), today=DAY
    )


def test_a_client_sees_results_and_days_and_nothing_of_who_or_how():
    seen = client_batches([at(state) for state in STATES], today=DAY)

    assert [one.says for one in seen] == [SAID[state] for state in STATES]
    text = json.dumps([asdict(one) for one in seen], default=str)
    for hidden in ("271", "Hoa", "lead", "boxes redrawn", "boxes too loose"):
        assert hidden not in text
    by_state = {one.state: one for one in seen}
    assert (by_state["delivered"].checked, by_state["delivered"].wrong) == (100, 1)
    assert by_state["blocked"].wrong is None
    assert {one.state for one in seen if one.open} == {"delivered", "redelivered"}
    late = client_batches([at("delivered")], today=DAY + timedelta(days=15))
    assert not late[0].open


def test_a_line_of_a_plan_is_found_by_name():
    assert isinstance(the_plan().line("Outlines"), LinePlan)
