"""A quote from draft to answer: what may be done when, and what is written down."""

from __future__ import annotations

from decimal import Decimal

import pytest

from quotes.actions import RefusedError
from quotes.actions.drafts import change_spec, decide_price, draft_quote
from quotes.models import PriceDecision, Project, QuoteRevision
from quotes.queries.quotes import (
    NoQuoteError,
    estimate_of,
    revision_named,
    scenario_of,
    sent_document,
)
from scoping.audit import first_broken
from scoping.calc.spec import SpecError
from scoping.models import AuditEntry, OutboxMessage
from tests.factories import NOON, a_draft
from tests.quotes.a_quote import a_sent_quote, accept

pytestmark = pytest.mark.django_db


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
        role="sales",
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
            role="sales",
            now=NOON,
        )

    assert refused.value.code == code
    assert PriceDecision.objects.count() == 0


def test_an_edit_of_a_stale_page_is_refused():
    draft = a_draft()
    document = scenario_of(draft).spec
    change_spec(draft, document, edition=1, by=draft.created_by, role="sales", now=NOON)

    with pytest.raises(RefusedError, match="changed meanwhile"):
        change_spec(
            draft, document, edition=1, by=draft.created_by, role="sales", now=NOON
        )


def test_a_sent_quote_is_no_longer_edited():
    sent = a_sent_quote(a_draft())

    with pytest.raises(RefusedError, match="no longer changes"):
        change_spec(
            sent.revision,
            scenario_of(sent.revision).spec,
            edition=sent.revision.edition,
            by=sent.revision.created_by,
            role="sales",
            now=NOON,
        )


def test_accepting_begins_a_project_with_the_plan_that_was_sent():
    sent = a_sent_quote(a_draft())

    acceptance = accept(sent.revision)

    project = Project.objects.get(acceptance=acceptance)
    shown = sent_document(sent.revision, at=NOON)
    assert (
        project.baseline.document["price"] == shown.document["offer"]["price"]["total"]
    )
    assert project.baseline.document["lines"][0]["units"] == 5000
    assert first_broken(sent.revision.workspace) is None


def test_each_step_leaves_an_entry_and_a_message():
    sent = a_sent_quote(a_draft())
    accept(sent.revision)
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


def test_a_draft_of_another_workspace_is_not_found():
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
