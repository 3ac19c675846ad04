"""Approvals: for what is out of policy alone, by somebody else, for this edition."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from quotes.actions import RefusedError
from quotes.actions.approvals import answer_request, request_approval
from quotes.actions.drafts import change_spec, decide_price
from quotes.actions.revisions import withdraw_quote
from quotes.actions.sending import send_quote
from quotes.models import Approval, Baseline, QuoteRevision, SiteCapacity
from quotes.queries.policy import approval_of, out_of_policy, request_of
from scoping.access import Role
from scoping.models import AuditEntry, OutboxMessage
from tests.factories import a_user
from tests.quotes.a_quote import NOON, a_draft, a_sent_quote, quickly
from tests.scoping.sql import replacing, run_sql

pytestmark = pytest.mark.django_db

BOXES = [{"type": "bounding_box", "units_per_item": 5, "complexity": "simple"}]
TODAY = NOON.date()


@pytest.fixture(autouse=True)
def few_draws():
    with quickly():
        yield


def in_policy(**changes: Any) -> QuoteRevision:
    """Make a draft that earns well: many simple boxes."""
    return a_draft(lines=BOXES, **changes)


def discounted(share: str = "0.2", **changes: Any) -> QuoteRevision:
    return in_policy(commercial={"discount": share}, **changes)


def ask(draft: QuoteRevision, **changes: Any) -> Approval:
    fields: dict[str, Any] = {
        "edition": draft.edition,
        "by": draft.created_by,
        "role": Role.SALES,
        "now": NOON,
    } | changes
    row = request_approval(draft, **fields)
    draft.refresh_from_db()
    return row


def answer(draft: QuoteRevision, **changes: Any) -> Approval:
    fields: dict[str, Any] = {
        "approved": True,
        "edition": draft.edition,
        "by": a_user(),
        "role": Role.MANAGER,
        "now": NOON,
    } | changes
    row = answer_request(draft, **fields)
    draft.refresh_from_db()
    return row


def send(draft: QuoteRevision, **changes: Any) -> QuoteRevision:
    fields: dict[str, Any] = {
        "by": draft.created_by,
        "role": Role.SALES,
        "now": NOON,
    } | changes
    return send_quote(draft, **fields).revision


def refused_code(act: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(RefusedError) as refused:
        act(*args, **kwargs)
    return refused.value.code


def test_in_policy_nobody_is_asked():
    draft = in_policy()

    assert out_of_policy(draft, today=TODAY) == ()
    assert refused_code(ask, draft) == "within_policy"
    assert send(draft).state == "sent"


def test_out_of_policy_it_is_not_sent_before_somebody_else_approves_it():
    draft = discounted()

    assert refused_code(send, draft) == "approval_needed"
    assert refused_code(send, draft, role=Role.ADMIN) == "approval_needed"
    ask(draft)
    assert request_of(draft) is not None
    assert refused_code(send, draft) == "quote_in_approval"
    answer(draft)

    assert approval_of(draft) is not None
    assert send(draft).state == "sent"


def test_the_requester_does_not_answer_not_even_as_an_admin():
    draft = discounted()
    ask(draft)

    assert refused_code(answer, draft, by=draft.created_by) == "own_request"
    assert (
        refused_code(answer, draft, by=draft.created_by, role=Role.ADMIN)
        == "own_request"
    )
    assert draft.approvals.get().verdict == ""


def test_the_database_too_refuses_an_approval_by_whoever_asked():
    row = ask(discounted())

    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.filter(pk=row.pk).update(
            verdict="approved", decided_by=row.requested_by_id, decided_at=NOON
        )


def test_an_answer_is_final():
    draft = discounted()
    ask(draft)
    row = answer(draft, approved=False, note="Too much")

    assert (row.verdict, row.answer, draft.state) == ("refused", "Too much", "draft")
    assert refused_code(send, draft) == "approval_needed"
    with pytest.raises(DatabaseError), transaction.atomic():
        Approval.objects.filter(pk=row.pk).update(verdict="approved")


def test_a_refusal_says_why():
    draft = discounted()
    ask(draft)

    assert refused_code(answer, draft, approved=False, note=" ") == "why_missing"


def edit_spec(draft: QuoteRevision, **changes: Any) -> None:
    spec = draft.scenarios.get(letter="A").spec
    change_spec(
        draft,
        spec | changes,
        edition=draft.edition,
        by=draft.created_by,
        role=Role.SALES,
        now=NOON,
    )
    draft.refresh_from_db()


def price(draft: QuoteRevision, value: str) -> None:
    decide_price(
        draft,
        line=0,
        value=Decimal(value),
        binding="typed",
        why="agreed",
        by=draft.created_by,
        role=Role.SALES,
        now=NOON,
    )
    draft.refresh_from_db()


def test_an_edit_takes_back_the_request():
    draft = discounted()
    ask(draft)

    edit_spec(draft, items=90_000)

    assert draft.state == "draft"
    assert draft.approvals.get().verdict == "voided"
    assert refused_code(send, draft) == "approval_needed"


@pytest.mark.parametrize("there_and_back", [True, False])
def test_an_edit_voids_what_was_approved_even_if_it_is_undone(there_and_back):
    draft = discounted()
    ask(draft)
    answer(draft)
    first = draft.scenarios.get(letter="A").spec["lines"]

    edit_spec(draft, lines=[*first, {"type": "image_tag", "units_per_item": 1}])
    if there_and_back:
        edit_spec(draft, lines=first)

    assert approval_of(draft) is None
    assert refused_code(send, draft) == "approval_needed"


def test_a_request_cannot_be_passed_by_deleting_the_quote_and_making_it_anew():
    draft = discounted()
    ask(draft)
    answer(draft, approved=False, note="Too much")
    withdraw_quote(draft, by=draft.created_by, role=Role.SALES, now=NOON)

    again = discounted(workspace=draft.workspace, by=draft.created_by)

    assert refused_code(send, again) == "approval_needed"


def test_what_was_changed_past_the_actions_is_not_approved_either():
    draft = discounted()
    ask(draft)
    answer(draft)
    scenario = draft.scenarios.get(letter="A")
    scenario.spec = scenario.spec | {"items": 5}
    scenario.save()

    assert approval_of(draft) is None


@pytest.mark.parametrize("parts", [("0.08", "0.9250"), ("0", "0.8800"), ("0.12", "1")])
def test_a_discount_is_not_split_between_a_share_and_a_unit_price(parts):
    share, of_usual = parts
    draft = in_policy(commercial={"discount": share})
    from quotes.queries.quotes import estimate_of, scenario_of

    made = estimate_of(scenario_of(draft), today=TODAY).suggested[0]
    usual = min(made.list.value, made.target.value)
    price(draft, str((usual * Decimal(of_usual)).quantize(Decimal("0.000001"))))

    assert "discount" in {one.code for one in out_of_policy(draft, today=TODAY)}


def test_a_price_below_the_floor_and_a_likely_loss_are_found():
    draft = in_policy()
    price(draft, "0.0200")

    codes = [one.code for one in out_of_policy(draft, today=TODAY)]

    assert codes == ["below_floor", "loss_probability", "discount"]


def test_an_option_below_its_floor_is_found_though_it_is_not_in_the_total():
    draft = a_draft(
        lines=[*BOXES, {"type": "image_tag", "units_per_item": 1, "optional": True}]
    )
    decide_price(
        draft,
        line=1,
        value=Decimal("0.0010"),
        binding="typed",
        why="bait",
        by=draft.created_by,
        role=Role.SALES,
        now=NOON,
    )

    found = out_of_policy(draft, today=TODAY)

    assert [one.code for one in found][:1] == ["below_floor"]
    assert found[0].text.startswith("Line 2, ")


def test_people_that_are_not_free_are_found():
    draft = in_policy()
    SiteCapacity.objects.create(
        workspace=draft.workspace, site="vn", since=date(2026, 1, 1), annotators=19
    )

    (found,) = out_of_policy(draft, today=TODAY)

    assert (found.code, found.figure, found.limit) == ("capacity", "20", "19")


def test_a_project_that_runs_holds_its_people():
    from quotes.actions.answers import accept_quote

    first = in_policy()
    sent = a_sent_quote(first).revision
    accept_quote(
        sent,
        typed_name="Ann Example",
        client_digest=sent.client_digest,
        address="192.0.2.1",
        user_agent="a browser",
        now=NOON,
    )
    SiteCapacity.objects.create(
        workspace=first.workspace, site="vn", since=date(2026, 1, 1), annotators=30
    )
    same = {"workspace": first.workspace, "by": first.created_by}
    at_once = in_policy(**same)
    later = in_policy(**same, start_on="2027-06-01")

    assert Baseline.objects.get().document["annotators"] == 20
    assert [one.limit for one in out_of_policy(at_once, today=TODAY)] == ["10"]
    assert out_of_policy(later, today=TODAY) == ()


def test_each_step_is_recorded_and_told():
    draft = discounted()
    ask(draft)
    answer(draft)

    assert list(
        AuditEntry.objects.filter(workspace=draft.workspace)
        .order_by("seq")
        .values_list("action", flat=True)
    )[-2:] == ["request_approval", "approve_quote"]
    assert list(OutboxMessage.objects.values_list("topic", flat=True)) == [
        "approval_requested",
        "approval_given",
    ]


REWRITTEN = {
    "note": "UPDATE quotes_approval SET note = 'other'",
    "digest": "UPDATE quotes_approval SET contents_digest = 'other'",
    "who asked": "UPDATE quotes_approval SET requested_by_id = requested_by_id + 1",
    "delete": "DELETE FROM quotes_approval",
    "given at once": (
        "INSERT INTO quotes_approval (workspace_id, revision_id, edition, "
        "contents_digest, findings, note, requested_by_id, requested_at, verdict, "
        "decided_by_id, decided_at, answer) SELECT workspace_id, revision_id, edition, "
        "contents_digest, findings, note, requested_by_id, requested_at, 'voided', "
        "requested_by_id, requested_at, answer FROM quotes_approval"
    ),
}


@pytest.mark.parametrize("statement", REWRITTEN.values(), ids=REWRITTEN)
def test_what_was_asked_for_is_not_rewritten(statement):
    row = ask(discounted())

    with (
        pytest.raises(DatabaseError, match=r"not changed|asked for before"),
        transaction.atomic(),
    ):
        run_sql(statement)

    assert list(Approval.objects.values_list("pk", "note")) == [(row.pk, row.note)]


def test_on_sqlite_no_request_and_no_verdict_is_replaced():
    if connection.vendor != "sqlite":
        pytest.skip("an upsert of PostgreSQL is an update")
    draft = discounted()
    ask(draft)

    with pytest.raises(DatabaseError, match="not changed"), transaction.atomic():
        run_sql(replacing("quotes_approval", note="'other'"))
    answer(draft)
    with pytest.raises(DatabaseError, match="not changed"), transaction.atomic():
        run_sql(replacing("quotes_approval", verdict="''"))
