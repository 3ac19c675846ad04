"""Batches as rows: they move by the table alone, on evidence, and what was is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args

import pytest
from django.db import DatabaseError, connection, transaction

from quotes import models
from quotes.actions import RefusedError
from quotes.actions.gate_evidence import CLIENT, Said
from quotes.actions.gates import accept_batches, draw_sample, move_batch, plan_batches
from quotes.calc.gates import State
from quotes.calc.gates.table import MOVES
from quotes.jobs.clock import accept_what_lapsed
from quotes.queries.gates import at_gate, batches
from scoping.access import LINK_HOLDER, Role
from scoping.audit import first_broken
from scoping.models import AuditEntry, OutboxMessage
from tests.factories import NOON
from tests.quotes.a_project import (
    AT_CHECK,
    BOXES,
    DELIVERED,
    FAILS,
    FIXED,
    GOOD,
    MANAGER,
    PASSES,
    PRODUCED,
    WAYS,
    a_batch,
    a_project,
    draw,
    moved,
)

pytestmark = pytest.mark.django_db

OFFERS = {
    "try_out": Said(right=20),
    "produce": GOOD,
    "review": Said(done=100),
    "check": Said(done=100),
    "check_unreviewed": Said(done=100),
    "decide": PASSES,
    "resubmit": FIXED,
    "deliver": Said(),
    "accept": Said(),
    "reject": Said(text="No."),
    "lapse": Said(),
}


def refused(batch, move, said=None, **changes):
    fields: dict[str, Any] = {"by": MANAGER, "role": Role.MANAGER, "now": NOON}
    fields |= changes
    with pytest.raises(RefusedError) as caught:
        move_batch(batch, move, said or OFFERS.get(move, Said()), **fields)
    return caught.value


def everything():
    """Return every row of the gates, the record and the outbox."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (
            models.GateBatch,
            models.GateMove,
            models.SampleDraw,
            AuditEntry,
            OutboxMessage,
        )
    ]


def test_every_illegal_cell_is_refused_in_a_sentence_and_changes_nothing():
    project = a_project()
    legal = {
        (state, move.name)
        for move in MOVES
        for state in move.starts
        if move.name != "check_unreviewed"
    }
    refusals = 0
    for number, state in enumerate(get_args(State)):
        batch = moved(a_batch(project, number), *WAYS[state])
        assert at_gate(batch).batch.state == state
        before = everything()
        for move in (*(move.name for move in MOVES), "wish"):
            if (state, move) in legal:
                continue
            error = refused(batch, move)
            expected = "unknown_move" if move == "wish" else "not_from_here"
            assert error.code == expected
            assert str(error).endswith(".")
            refusals += 1
        assert everything() == before
    # 12 states × 12 moves, less the 15 roads of the table.
    assert refusals == 12 * 12 - 15
    assert first_broken(project.workspace) is None


def test_a_failed_sample_blocks_until_a_fix_and_a_fresh_sample():
    batch = moved(a_batch(a_project(batches=1)), *AT_CHECK, ("decide", FAILS))

    first = at_gate(batch).batch.blocked_by
    assert first is not None
    assert (first.auditor, first.wrong) == ("Hoa", 500)
    assert first.seed == batch.draws.get().seed
    assert refused(batch, "resubmit", Said(units=0, text="x")).code == "nothing_fixed"
    assert refused(batch, "resubmit", Said(text="x")).code == "number_missing"
    moved(batch, ("resubmit", FIXED))
    # The old sample was seen: without a fresh one there is nothing to decide on.
    assert refused(batch, "decide", PASSES).code == "no_sample"
    moved(batch, ("decide", PASSES))
    found = at_gate(batch).batch
    assert (found.state, found.resubmissions, len(found.samples)) == ("released", 1, 2)
    assert len({sample.seed for sample in found.samples}) == 2
    assert OutboxMessage.objects.filter(topic="batch_blocked").count() == 1


def test_a_sample_cannot_leave_out_what_an_earlier_one_broke_or_images_of_a_batch():
    boxes_and_masks = (*BOXES, {"type": "semantic_mask", "units_per_item": 1})
    project = a_project(batches=1, lines=boxes_and_masks)
    boxes, masks = (moved(a_batch(project, at), *AT_CHECK) for at in (0, 1))

    moved(boxes, ("decide", replace(PASSES, missed=200)))
    blocked = at_gate(boxes).batch.blocked_by
    assert blocked is not None
    assert [limit.promise for limit in blocked.broken] == ["Nothing missed"]
    moved(boxes, ("resubmit", FIXED))
    draw(boxes)
    error = refused(boxes, "decide", PASSES)
    assert (error.code, error.field) == ("number_missing", "missed")
    assert at_gate(boxes).batch.state == "in_audit"
    move_batch(
        boxes,
        "decide",
        replace(PASSES, missed=0),
        by=MANAGER,
        role=Role.MANAGER,
        now=NOON,
    )
    assert at_gate(boxes).batch.state == "released"
    draw(masks)
    one = Said(checked=1, wrong=0, whole=True)
    error = refused(masks, "decide", one)
    assert (error.code, error.field) == ("sample_not_read", "checked")
    assert at_gate(masks).batch.state == "in_audit"


def test_what_is_typed_cannot_bend_the_measure():
    project = a_project(batches=1)
    batch = a_batch(project)

    # 95 % of the 500 images of the gold set are 475.
    assert refused(batch, "produce", Said(right=474)).code == "gold_set_not_passed"
    assert refused(batch, "produce", Said(right=501)).code == "impossible_count"
    assert refused(batch, "produce", Said()).code == "number_missing"
    moved(batch, *PRODUCED)
    assert refused(batch, "review", Said(done=99)).code == "items_not_done"
    moved(batch, *AT_CHECK[1:])
    assert refused(batch, "decide", PASSES).code == "no_sample"
    plan = draw(batch)
    short = Said(checked=plan.size - 1, wrong=0)
    assert refused(batch, "decide", short).code == "sample_not_read"
    one_more = Said(checked=plan.size, wrong=plan.max_wrong + 1)
    move_batch(batch, "decide", one_more, by=MANAGER, role=Role.MANAGER, now=NOON)
    assert at_gate(batch).batch.state == "blocked"


def test_a_sample_is_drawn_once_at_its_check_and_names_its_reader():
    batch = a_batch(a_project(batches=1))

    def drawn(**changes):
        fields: dict[str, Any] = {"auditor": "Hoa", "by": MANAGER, "now": NOON}
        fields["role"] = Role.MANAGER
        with pytest.raises(RefusedError) as caught:
            draw_sample(batch, **(fields | changes))
        return caught.value.code

    assert drawn() == "not_in_audit"
    moved(batch, *AT_CHECK)
    assert drawn(auditor=" ") == "auditor_missing"
    assert drawn(role=Role.SALES) == "not_allowed"
    draw(batch)
    assert drawn() == "sample_drawn"


def test_the_client_answers_within_the_window_and_silence_accepts_after_it():
    project = a_project(batches=3)
    taken, sent_back, silent = (
        moved(a_batch(project, number), *DELIVERED) for number in range(3)
    )
    last = at_gate(silent).batch.delivered
    assert last is not None
    until = last.answer_by
    # Ten business days of the client's calendar after 5 January 2026, without Martin
    # Luther King Day: 20 January.
    assert until.isoformat() == "2026-01-20"
    late = NOON + timedelta(days=16)
    told: dict[str, Any] = {"by": CLIENT, "role": LINK_HOLDER}

    assert accept_what_lapsed(now=NOON + timedelta(days=14)) == 0
    assert accept_batches(project, [taken.pk], role=LINK_HOLDER, now=NOON) == 1
    assert refused(sent_back, "reject", Said(), **told).code == "no_reason"
    move_batch(sent_back, "reject", Said(text="No."), now=NOON, **told)
    assert refused(silent, "reject", now=late, **told).code == "window_over"
    assert refused(silent, "deliver", **told).code == "not_allowed"
    assert accept_what_lapsed(now=late) == 1
    assert accept_what_lapsed(now=late) == 0
    states = [one.batch.state for one in batches(project)]
    assert states == ["accepted", "rejected", "deemed_accepted"]


def test_several_batches_are_accepted_all_or_none():
    project = a_project(batches=2)
    delivered, made = a_batch(project), a_batch(project, 1)
    moved(delivered, *DELIVERED)

    for numbers, code in (
        ([delivered.pk, made.pk], "not_from_here"),
        ([delivered.pk, 10**8], "no_such_batch"),
        ([], "no_such_batch"),
    ):
        with pytest.raises(RefusedError) as caught:
            accept_batches(project, numbers, role=LINK_HOLDER, now=NOON)
        assert caught.value.code == code
        assert at_gate(delivered).batch.state == "delivered"


def test_who_saw_an_older_state_is_told_and_sales_may_not_move():
    project = a_project(batches=1)
    batch = moved(a_batch(project), *PRODUCED)

    assert refused(batch, "review", seen=0).code == "stale_version"
    assert refused(batch, "review", role=Role.SALES).status == 403
    with pytest.raises(RefusedError) as caught:
        plan_batches(project, by=MANAGER, role=Role.MANAGER, now=NOON)
    assert caught.value.code == "batches_planned"


def test_a_project_of_an_earlier_release_has_no_plan_of_gates():
    project = a_project(batches=1)
    document = {k: v for k, v in project.baseline.document.items() if k != "gates"}
    other = models.Project.objects.create(
        **{
            key: getattr(project, key)
            for key in ("workspace", "name", "currency", "site", "time_zone")
        },
        slug="older",
        start_on=project.start_on,
    )
    models.Baseline.objects.create(
        workspace=project.workspace,
        project=other,
        document=document,
        digest="0" * 64,
        frozen_at=NOON,
    )

    with pytest.raises(RefusedError, match="began before"):
        plan_batches(other, by=MANAGER, role=Role.MANAGER, now=NOON)


ADDED = (
    "INSERT INTO quotes_gatemove (batch_id, workspace_id, number, move, before, state, "
    "evidence, \"on\", at, by) SELECT batch_id, workspace_id, 5, 'deliver', {before}, "
    "'delivered', evidence, \"on\", at, by FROM quotes_gatemove WHERE number = 4"
)
REFUSED = (
    ("UPDATE quotes_gatemove SET state = 'released'", "stays on record"),
    ("DELETE FROM quotes_gatemove", "stays on record"),
    ("UPDATE quotes_sampledraw SET auditor = 'Lan'", "stays on record"),
    ("DELETE FROM quotes_sampledraw", "stays on record"),
    ("UPDATE quotes_gatebatch SET items = 1", "laid out"),
    (ADDED.format(before="'blocked'"), "not make this move"),
    (ADDED.format(before="'released'"), "begins where its last one led"),
)


def run(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_keeps_the_record_and_knows_the_table():
    project = a_project(batches=2)
    moved(a_batch(project), *AT_CHECK, ("decide", FAILS))
    before = everything()

    for statement, said in REFUSED:
        with pytest.raises(DatabaseError, match=said), transaction.atomic():
            run(statement)
        assert everything() == before


def test_the_database_takes_what_the_table_allows():
    # Negative control: the same statement, from where the move may begin.
    batch = moved(a_batch(a_project(batches=1)), *AT_CHECK, ("decide", PASSES))

    run(ADDED.format(before="'released'"))

    assert batch.moves.count() == 5
