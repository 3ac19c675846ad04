"""The table of moves: every cell of state, action and role, and the database's copy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from importlib import import_module
from itertools import product
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from quotes.actions import RefusedError
from quotes.actions.answers import (
    Order,
    accept_quote,
    ask_question,
    decline_quote,
    record_order,
)
from quotes.actions.approvals import answer_request, request_approval
from quotes.actions.drafts import (
    add_scenario,
    change_spec,
    decide_price,
    decide_week,
    remove_scenario,
)
from quotes.actions.links import close_links, renew_link
from quotes.actions.losses import mark_lost
from quotes.actions.revisions import revise_quote, withdraw_quote
from quotes.actions.sending import send_quote
from quotes.models import (
    MOVES,
    TRANSITIONS,
    Acceptance,
    Approval,
    InboxItem,
    QuoteEvent,
    QuoteLink,
    QuoteRevision,
    Scenario,
    State,
)
from scoping.access import ANONYMOUS, LINK_HOLDER, Role
from scoping.models import AuditEntry, OutboxMessage
from tests.factories import a_user
from tests.quotes.a_quote import NOON, a_draft, a_sent_quote, quickly
from tests.scoping.sql import run_sql

pytestmark = pytest.mark.django_db

DESK = (Role.SALES, Role.MANAGER, Role.ADMIN)
LEADS = (Role.MANAGER, Role.ADMIN)
EVERYBODY = (ANONYMOUS, LINK_HOLDER, *Role)

# Written out a second time, by hand, as DESIGN 7 and 8 say it.
EXPECTED: dict[str, tuple[str, tuple[str, ...]]] = {
    "edit": ("draft in_approval", DESK),
    "request_approval": ("draft", DESK),
    "approve": ("in_approval", LEADS),
    "refuse_approval": ("in_approval", LEADS),
    "send": ("draft", DESK),
    "withdraw": ("draft in_approval sent", DESK),
    "revise": ("sent declined expired withdrawn", DESK),
    "ask": ("sent accepted declined expired", (LINK_HOLDER,)),
    "accept": ("sent", (LINK_HOLDER,)),
    "record_order": ("sent", DESK),
    "decline": ("sent", (LINK_HOLDER,)),
    "mark_lost": ("sent declined expired", DESK),
    "renew_link": ("sent", DESK),
    "close_links": ("sent accepted declined expired", DESK),
}
PDF = Order(
    po_number="4500012345",
    file_name="order.pdf",
    content_type="application/pdf",
    body=b"%PDF-1.7 signed",
)


def out_of_policy_draft() -> QuoteRevision:
    return a_draft(commercial={"discount": "0.2"})


def requested(draft: QuoteRevision) -> QuoteRevision:
    with quickly():
        request_approval(
            draft,
            edition=draft.edition,
            by=draft.created_by,
            role=Role.SALES,
            now=NOON,
        )
    draft.refresh_from_db()
    return draft


def in_state(state: str) -> tuple[QuoteRevision, datetime]:
    """Bring a quote into a state by the acts that lead there; return it and when."""
    if state == State.DRAFT:
        return out_of_policy_draft(), NOON
    if state == State.IN_APPROVAL:
        return requested(out_of_policy_draft()), NOON
    revision = a_sent_quote().revision
    later = NOON + timedelta(hours=1)
    if state == State.EXPIRED:
        return revision, NOON + timedelta(days=60)
    if state == State.ACCEPTED:
        accepted(revision, now=later)
    elif state == State.DECLINED:
        decline_quote(revision, reason="too dear", now=later)
    elif state == State.WITHDRAWN:
        withdraw_quote(revision, by=a_user(), role=Role.SALES, now=later)
    elif state == State.SUPERSEDED:
        again = revise_quote(
            revision, by=revision.created_by, role=Role.SALES, now=later
        )
        a_sent_quote(again, now=later)
    revision.refresh_from_db()
    return revision, later


def accepted(revision: QuoteRevision, *, now: datetime) -> Acceptance:
    return accept_quote(
        revision,
        typed_name="Ann Example",
        client_digest=revision.client_digest,
        address="192.0.2.1",
        user_agent="a browser",
        now=now,
    )


def _edits(way: str) -> Callable[..., Any]:
    def edit(revision: QuoteRevision, *, role: str, now: datetime) -> object:
        common: dict[str, Any] = {
            "by": revision.created_by,
            "role": role,
            "now": now,
            "edition": revision.edition,
        }
        if way == "spec":
            spec = revision.scenarios.get(letter="A").spec
            return change_spec(revision, {**spec, "items": 77}, **common)
        if way == "week":
            return decide_week(revision, week=NOON.date(), **common)
        if way == "scenario":
            return add_scenario(revision, like="A", **common)
        return decide_price(
            revision,
            line=0,
            value=Decimal("0.0999"),
            binding="typed",
            why="agreed",
            **common,
        )

    return edit


def _answered(*, approved: bool) -> Callable[..., Any]:
    def answer(revision: QuoteRevision, *, role: str, now: datetime) -> object:
        return answer_request(
            revision,
            approved=approved,
            edition=revision.edition,
            by=a_user(),
            role=role,
            now=now,
            note="because",
        )

    return answer


ACTS: dict[str, tuple[str, Callable[..., Any]]] = {
    "change the spec": ("edit", _edits("spec")),
    "decide a price": ("edit", _edits("price")),
    "decide a week": ("edit", _edits("week")),
    "add a scenario": ("edit", _edits("scenario")),
    "request approval": (
        "request_approval",
        lambda revision, **who: request_approval(
            revision, edition=revision.edition, by=revision.created_by, **who
        ),
    ),
    "approve": ("approve", _answered(approved=True)),
    "refuse": ("refuse_approval", _answered(approved=False)),
    "send": (
        "send",
        lambda revision, **who: send_quote(revision, by=revision.created_by, **who),
    ),
    "withdraw": (
        "withdraw",
        lambda revision, **who: withdraw_quote(revision, by=revision.created_by, **who),
    ),
    "revise": (
        "revise",
        lambda revision, **who: revise_quote(revision, by=revision.created_by, **who),
    ),
    "record an order": (
        "record_order",
        lambda revision, **who: record_order(
            revision, PDF, signed_by="Ann Example", by=revision.created_by, **who
        ),
    ),
    "renew the link": (
        "renew_link",
        lambda revision, **who: renew_link(revision, by=revision.created_by, **who),
    ),
    "close the links": (
        "close_links",
        lambda revision, **who: close_links(revision, by=revision.created_by, **who),
    ),
    "write down a loss": (
        "mark_lost",
        lambda revision, **who: mark_lost(
            revision, reason="dearer than another", by=revision.created_by, **who
        ),
    ),
}
BY_LINK: dict[str, tuple[str, Callable[..., Any]]] = {
    "accept": ("accept", accepted),
    "decline": (
        "decline",
        lambda revision, *, now: decline_quote(revision, reason="no", now=now),
    ),
    "ask": (
        "ask",
        lambda revision, *, now: ask_question(revision, text="Why?", now=now),
    ),
}


def world(revision: QuoteRevision) -> list[object]:
    """Return all that an act could change."""
    quote = revision.quote
    return [
        list(quote.revisions.order_by("pk").values()),
        list(Scenario.objects.filter(revision__quote=quote).order_by("pk").values()),
        list(Approval.objects.filter(revision__quote=quote).order_by("pk").values()),
        Acceptance.objects.count(),
        QuoteEvent.objects.count(),
        AuditEntry.objects.count(),
        OutboxMessage.objects.count(),
        list(InboxItem.objects.filter(revision__quote=quote).order_by("pk").values()),
        list(QuoteLink.objects.filter(revision__quote=quote).order_by("pk").values()),
    ]


def test_the_table_says_what_the_design_says():
    assert {
        name: (set(move.moves), {role for role in EVERYBODY if move.open_to(role)})
        for name, move in MOVES.items()
        if move.act is not None
    } == {
        name: ({State(word) for word in states.split()}, set(roles))
        for name, (states, roles) in EXPECTED.items()
    }


def test_nobody_does_by_hand_what_the_clock_or_another_act_does():
    by_itself = {name for name, move in MOVES.items() if move.act is None}

    assert by_itself == {"expire", "supersede", "restore"}
    assert not any(
        MOVES[name].open_to(role) for name in by_itself for role in EVERYBODY
    )


def test_every_act_of_the_table_is_tried_below():
    tried = {action for action, _ in (*ACTS.values(), *BY_LINK.values())}

    assert tried == set(EXPECTED)


@pytest.mark.parametrize("state", State)
def test_every_illegal_cell_is_refused_and_changes_nothing(state):
    revision, now = in_state(state)
    before = world(revision)
    for name, role in product(ACTS, EVERYBODY):
        action, act = ACTS[name]
        states, roles = EXPECTED[action]
        if state in states.split() and role in roles:
            continue
        with quickly(), pytest.raises(RefusedError) as refused:
            act(revision, role=role, now=now)
        if role not in roles:
            assert refused.value.code in ("not_allowed", "within_policy"), name
        assert world(revision) == before, (name, role)
    for name, (action, act) in BY_LINK.items():
        if state in EXPECTED[action][0].split():
            continue
        with pytest.raises(RefusedError):
            act(revision, now=now)
        assert world(revision) == before, name


LEGAL = [
    (name, state)
    for name, (action, _) in ACTS.items()
    for state in EXPECTED[action][0].split()
    if (name, state) != ("send", "draft")
]


@pytest.mark.parametrize(("name", "state"), LEGAL)
def test_every_legal_cell_leads_where_the_table_says(name, state):
    action, act = ACTS[name]
    revision, now = in_state(state)

    with quickly():
        act(revision, role=EXPECTED[action][1][0], now=now)

    stored = revision.state
    revision.refresh_from_db()
    expected = MOVES[action].moves[State(state)]
    assert revision.state == (stored if expected == state else expected)


def test_the_database_knows_the_same_moves():
    migration = import_module("quotes.migrations.0005_moves")

    assert set(migration.MOVES) == {(str(one), str(two)) for one, two in TRANSITIONS}


@pytest.mark.parametrize("state", State)
def test_the_database_refuses_every_other_move(state):
    revision, _ = in_state(state)
    stored = revision.state

    for other in State:
        if other == stored or (stored, other) in TRANSITIONS:
            continue
        with pytest.raises(DatabaseError), transaction.atomic():
            run_sql(
                f"UPDATE quotes_quoterevision SET state = '{other}' "
                f"WHERE id = {revision.pk}"
            )

    revision.refresh_from_db()
    assert revision.state == stored


def test_the_database_lets_no_quote_begin_as_sent():
    draft = a_draft()

    with pytest.raises(DatabaseError), transaction.atomic():
        QuoteRevision.objects.create(
            workspace=draft.workspace,
            quote=draft.quote,
            revision=2,
            name="x",
            card_version=draft.card_version,
            created_by=draft.created_by,
            state=State.WITHDRAWN,
        )


def test_a_removed_scenario_is_gone_and_the_first_one_stays():
    draft = a_draft()
    who: dict[str, Any] = {"by": draft.created_by, "role": Role.SALES, "now": NOON}
    add_scenario(draft, like="A", edition=1, **who)
    add_scenario(draft, like="B", edition=2, **who)
    with pytest.raises(RefusedError) as fourth:
        add_scenario(draft, like="A", edition=3, **who)
    remove_scenario(draft, letter="B", edition=3, **who)
    with pytest.raises(RefusedError) as first:
        remove_scenario(draft, letter="A", edition=4, **who)
    with pytest.raises(RefusedError) as none:
        remove_scenario(draft, letter="B", edition=4, **who)

    assert [row.letter for row in draft.scenarios.all()] == ["A", "C"]
    assert fourth.value.code == "three_scenarios"
    assert first.value.code == "first_scenario"
    assert none.value.code == "no_such_scenario"
