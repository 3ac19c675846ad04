"""A quote from draft to answer: what may be done when, and what is written down."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from quotes.actions import RefusedError
from quotes.actions.answers import accept_quote, decline_quote, withdraw_quote
from quotes.actions.drafts import change_spec, decide_price, draft_quote
from quotes.actions.sending import send_quote
from quotes.models import (
    Acceptance,
    FrozenDocument,
    PersonalDetail,
    PriceDecision,
    Project,
    QuoteRevision,
    Scenario,
)
from quotes.queries.quotes import estimate_of, link_for, scenario_of, sent_document
from scoping.access import Role
from scoping.audit import first_broken
from scoping.calc.spec import SpecError
from scoping.models import AuditEntry, OutboxMessage
from tests.factories import NOON, a_draft, a_sent_quote, a_user

pytestmark = pytest.mark.django_db


def test_a_draft_has_the_next_number_of_its_workspace():
    first = a_draft()

    second = a_draft(workspace=first.workspace, client=first.quote.client)

    assert (str(first), str(second)) == ("PL-2026-0001-1", "PL-2026-0002-1")


def test_a_form_that_is_sent_twice_makes_one_draft():
    first = a_draft(form_token="once")

    again = a_draft(
        workspace=first.workspace, client=first.quote.client, form_token="once"
    )

    assert again.pk == first.pk


def test_a_spec_that_the_card_cannot_price_makes_no_draft():
    with pytest.raises(SpecError, match="knows no occlusion"):
        a_draft(lines=[{**LINE, "occlusion": "foggy"}])

    assert QuoteRevision.objects.count() == 0


LINE = {"type": "bounding_box", "units_per_item": 5}


def test_a_decided_price_is_taken_with_its_reason():
    draft = a_draft()

    decide_price(
        draft,
        line=0,
        value=Decimal("0.1234"),
        binding="typed",
        why="renewal",
        by=draft.created_by,
        now=NOON,
    )

    made = estimate_of(scenario_of(draft), today=NOON.date())
    decided = made.suggested[0].decided
    assert decided.value == Decimal("0.1234")
    assert "renewal" in decided.because


@pytest.mark.parametrize(
    ("value", "why", "code"),
    [
        ("0", "free", "price_out_of_range"),
        ("-1", "refund", "price_out_of_range"),
        ("NaN", "?", "price_out_of_range"),
        ("0.1234567", "exact", "too_precise"),
        ("0.1", " ", "why_missing"),
    ],
)
def test_an_impossible_price_is_refused(value, why, code):
    draft = a_draft()

    with pytest.raises(RefusedError) as refused:
        decide_price(
            draft,
            line=0,
            value=Decimal(value),
            binding="typed",
            why=why,
            by=draft.created_by,
            now=NOON,
        )

    assert refused.value.code == code
    assert PriceDecision.objects.count() == 0


def test_an_edit_of_a_stale_page_is_refused():
    draft = a_draft()
    document = scenario_of(draft).spec
    change_spec(draft, document, edition=1, by=draft.created_by, now=NOON)

    with pytest.raises(RefusedError, match="changed meanwhile"):
        change_spec(draft, document, edition=1, by=draft.created_by, now=NOON)


def test_sending_freezes_two_documents_with_their_hashes():
    sent = a_sent_quote()

    shown = sent_document(sent.revision, at=NOON)

    internal = sent.revision.documents.get(kind=FrozenDocument.INTERNAL)
    assert shown.digest == sent.revision.client_digest
    assert shown.document["number"] == sent.revision.quote.number
    assert shown.digest in internal.body
    assert "wage" not in str(shown.document)
    assert sent.revision.pdfs.count() == 2


def test_the_link_opens_with_its_token_and_keeps_only_a_hash():
    sent = a_sent_quote()

    link = link_for(sent.token)

    assert link is not None
    assert link.revision == sent.revision
    assert sent.token not in link.token_hash
    assert link_for("guess") is None


def test_sales_cannot_send_below_the_floor_and_a_manager_can():
    draft = a_draft()
    decide_price(
        draft,
        line=0,
        value=Decimal("0.0100"),
        binding="typed",
        why="to win",
        by=draft.created_by,
        now=NOON,
    )
    draft.refresh_from_db()

    with pytest.raises(RefusedError, match="below its floor"):
        send_quote(draft, by=draft.created_by, role=Role.SALES, now=NOON)

    sent = send_quote(draft, by=a_user(), role=Role.MANAGER, now=NOON)
    assert sent.revision.state == "sent"


def test_a_sent_quote_is_no_longer_edited():
    sent = a_sent_quote()

    with pytest.raises(RefusedError, match="no longer changes"):
        change_spec(
            sent.revision,
            scenario_of(sent.revision).spec,
            edition=sent.revision.edition,
            by=sent.revision.created_by,
            now=NOON,
        )


WAYS = {
    "save": lambda sent: QuoteRevision(
        **{
            field.attname: getattr(sent, field.attname)
            for field in QuoteRevision._meta.concrete_fields
        }
        | {"name": "other"}
    ).save(),
    "update": lambda sent: QuoteRevision.objects.filter(pk=sent.pk).update(name="x"),
    "bulk": lambda sent: QuoteRevision.objects.bulk_update([named(sent)], ["name"]),
    "raw": lambda sent: raw(
        f"UPDATE quotes_quoterevision SET name='x' WHERE id={sent.pk}"
    ),
    "delete": lambda sent: raw(f"DELETE FROM quotes_quoterevision WHERE id={sent.pk}"),
    "spec": lambda sent: Scenario.objects.filter(revision=sent).update(spec={}),
    "document": lambda sent: FrozenDocument.objects.filter(revision=sent).update(
        body=""
    ),
    "back to draft": lambda sent: QuoteRevision.objects.filter(pk=sent.pk).update(
        state="draft"
    ),
}


def named(revision):
    revision.name = "x"
    return revision


def raw(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("way", WAYS)
def test_the_database_refuses_to_change_what_was_sent(way):
    sent = a_sent_quote().revision
    name = sent.name

    with pytest.raises(DatabaseError), transaction.atomic():
        WAYS[way](sent)

    again = QuoteRevision.objects.get(pk=sent.pk)
    assert (again.name, again.state) == (name, "sent")


def test_without_the_trigger_a_sent_quote_could_be_changed():
    sent = a_sent_quote().revision
    suffix = "" if connection.vendor == "sqlite" else " ON quotes_quoterevision"
    raw(f"DROP TRIGGER revision_is_sent_update{suffix}")

    QuoteRevision.objects.filter(pk=sent.pk).update(name="x")

    assert QuoteRevision.objects.get(pk=sent.pk).name == "x"


def accept(sent, **changes):
    fields = {
        "typed_name": "Dana Reyes",
        "client_digest": sent.revision.client_digest,
        "address": "127.0.0.1",
        "user_agent": "test",
        "now": NOON + timedelta(days=1),
    }
    return accept_quote(sent.revision, **(fields | changes))


def test_accepting_begins_a_project_with_the_plan_that_was_sent():
    sent = a_sent_quote()

    acceptance = accept(sent)

    project = Project.objects.get(acceptance=acceptance)
    shown = sent_document(sent.revision, at=NOON)
    assert (
        project.baseline.document["price"] == shown.document["offer"]["price"]["total"]
    )
    assert project.baseline.document["lines"][0]["units"] == 5000
    assert first_broken(sent.revision.workspace) is None


def test_a_second_acceptance_is_refused_and_leaves_one():
    sent = a_sent_quote()
    accept(sent)

    with pytest.raises(RefusedError, match="accepted already"):
        accept(sent)

    assert Acceptance.objects.count() == 1
    assert Project.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"typed_name": " "}, "name_missing"),
        ({"client_digest": "0" * 64}, "other_document"),
        ({"now": NOON + timedelta(days=40)}, "quote_expired"),
    ],
)
def test_an_acceptance_that_names_something_else_is_refused(changes, code):
    sent = a_sent_quote()

    with pytest.raises(RefusedError) as refused:
        accept(sent, **changes)

    assert refused.value.code == code
    assert QuoteRevision.objects.get(pk=sent.revision.pk).state == "sent"
    assert PersonalDetail.objects.filter(name="Dana Reyes").count() == 0


def test_a_quote_is_valid_through_the_end_of_its_last_day_in_its_zone():
    sent = a_sent_quote()
    # NOON is 19:00 in Hanoi on 5 January; 30 days on, the last moment is 16:59 UTC.
    last = NOON + timedelta(days=30, hours=4, minutes=59)

    assert sent_document(sent.revision, at=last).state == "sent"
    assert (
        sent_document(sent.revision, at=last + timedelta(minutes=2)).state == "expired"
    )


def test_a_declined_quote_keeps_the_reason_and_cannot_be_accepted():
    sent = a_sent_quote()

    decline_quote(sent.revision, reason="Too dear", now=NOON)

    assert sent.revision.events.get(kind="declined").note == "Too dear"
    with pytest.raises(RefusedError, match="was declined"):
        accept(sent)


def test_a_withdrawn_quote_cannot_be_accepted():
    sent = a_sent_quote()

    withdraw_quote(sent.revision, by=a_user(), now=NOON)

    with pytest.raises(RefusedError, match="was withdrawn"):
        accept(sent)


def test_each_step_leaves_an_entry_and_a_message():
    sent = a_sent_quote()
    accept(sent)
    workspace = sent.revision.workspace

    actions = [
        entry.action
        for entry in AuditEntry.objects.filter(workspace=workspace).order_by("seq")
    ]

    assert actions[-4:] == [
        "draft_quote",
        "send_quote",
        "create_project",
        "accept_quote",
    ]
    topics = OutboxMessage.objects.filter(workspace=workspace)
    assert [message.topic for message in topics] == ["quote_sent", "quote_accepted"]


def test_the_name_of_who_accepts_stands_in_a_row_that_can_be_erased():
    acceptance = accept(a_sent_quote())

    PersonalDetail.objects.filter(pk=acceptance.person_id).delete()

    again = Acceptance.objects.get(pk=acceptance.pk)
    assert again.person is None
    assert "Dana" not in again.consent


def test_a_draft_of_another_workspace_is_not_found():
    from quotes.queries.quotes import NoQuoteError, revision_named

    mine, other = a_draft(), a_draft()

    with pytest.raises(NoQuoteError):
        revision_named(f"{other.quote.number}-9", workspace=mine.workspace)


def test_draft_quote_reads_a_spec_document_as_staff():
    draft = a_draft()

    again = draft_quote(
        scenario_of(draft).spec,
        workspace=draft.workspace,
        client=draft.quote.client,
        by=draft.created_by,
        now=NOON,
    )

    assert scenario_of(again).spec == scenario_of(draft).spec
