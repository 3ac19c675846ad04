"""Sending: two documents, two hashes, one link, and all of it or nothing."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from quotes.actions import RefusedError
from quotes.actions.drafts import change_spec, decide_price
from quotes.actions.sending import send_quote
from quotes.calc.snapshot import digest
from quotes.models import FrozenDocument, QuoteLink
from quotes.queries.quotes import link_for, live_link, sent_document
from scoping.models import AuditEntry, OutboxMessage
from tests.quotes.a_quote import NOON, a_desk, a_draft, a_sent_quote, a_spec, quickly

pytestmark = pytest.mark.django_db


def test_numbers_run_on_within_a_workspace_and_start_anew_in_another():
    workspace, by = a_desk()

    first = a_draft(workspace=workspace, by=by)
    workspace.clients.all().update(name="Other")
    second = a_draft(workspace=workspace, by=by)
    elsewhere = a_draft()

    assert str(first) == "PL-2026-0001-1"
    assert str(second) == "PL-2026-0002-1"
    assert str(elsewhere) == "PL-2026-0001-1"


def test_both_documents_are_frozen_under_their_own_hashes():
    revision = a_sent_quote().revision

    client = revision.documents.get(kind=FrozenDocument.CLIENT)
    internal = revision.documents.get(kind=FrozenDocument.INTERNAL)

    assert digest(json.loads(client.body)) == client.digest == revision.client_digest
    assert digest(json.loads(internal.body)) == internal.digest
    assert json.loads(internal.body)["estimate"]["cost"]["p50"]
    assert client.digest in internal.body
    assert json.loads(client.body)["number"] == revision.quote.number
    assert '"cost"' not in client.body
    assert "wage" not in client.body
    assert revision.pdfs.count() == 2
    assert client.digest != internal.digest


def test_the_token_is_shown_once_and_only_its_hash_is_kept():
    sent = a_sent_quote()

    found = link_for(sent.token)

    assert found is not None
    assert found.revision == sent.revision
    assert link_for("guess") is None
    assert len(sent.token) >= 22  # 128 bits
    assert QuoteLink.objects.filter(token_hash=sent.token).count() == 0
    assert sent.token not in json.dumps(
        list(OutboxMessage.objects.values_list("payload", flat=True))
    )


def test_the_record_and_the_message_are_written_with_it():
    revision = a_sent_quote().revision

    assert AuditEntry.objects.filter(
        workspace=revision.workspace,
        action="send_quote",
        subject=f"quote {revision}",
    ).exists()
    assert OutboxMessage.objects.filter(topic="quote_sent").count() == 1


def test_a_quote_is_sent_once():
    sent = a_sent_quote()

    with pytest.raises(RefusedError) as refused:
        a_sent_quote(sent.revision)

    assert refused.value.code == "quote_sent"
    assert QuoteLink.objects.count() == 1


def test_what_was_changed_meanwhile_is_not_sent_unseen():
    draft = a_draft()
    seen = type(draft).objects.get(pk=draft.pk)
    change_spec(
        draft,
        a_spec(items=5000),
        edition=draft.edition,
        by=draft.created_by,
        role="sales",
        now=NOON,
    )

    with pytest.raises(RefusedError) as refused:
        a_sent_quote(seen)

    assert refused.value.code == "stale_version"
    assert FrozenDocument.objects.count() == 0


def test_a_decided_price_is_what_the_client_reads():
    draft = a_draft()
    decide_price(
        draft,
        line=0,
        value=Decimal("0.0775"),
        binding="typed",
        why="as in the last order",
        by=draft.created_by,
        role="sales",
        now=NOON,
    )
    draft.refresh_from_db()

    document = sent_document(a_sent_quote(draft).revision, at=NOON).document

    line = document["offer"]["lines"][0]
    assert Decimal(line["amount"]) == (line["units"] * Decimal("0.0775")).quantize(
        Decimal("0.01")
    )
    assert "as in the last order" not in json.dumps(document)


def test_a_quote_is_valid_through_the_end_of_its_last_day_where_it_says():
    revision = a_sent_quote().revision  # 19:00 on 5 January in Hanoi
    last = NOON + timedelta(days=30)

    before_midnight = last.replace(hour=16, minute=59, second=59)
    after_midnight = last.replace(hour=17)

    assert str(revision.valid_until) == "2026-02-04"
    assert sent_document(revision, at=before_midnight).state == "sent"
    assert sent_document(revision, at=after_midnight).state == "expired"


def test_what_was_read_is_not_sent_under_a_later_edition():
    """Posted as edition 2 while edition 1 was read: edition 1 must not be sealed."""
    draft = a_draft()
    read = type(draft).objects.get(pk=draft.pk)
    decide_price(
        draft,
        line=0,
        value=Decimal("0.2"),
        binding="typed",
        why="agreed",
        by=draft.created_by,
        role="sales",
        now=NOON,
    )

    for posted in (1, 2, None):
        with quickly(), pytest.raises(RefusedError) as refused:
            send_quote(
                read, by=read.created_by, role="manager", now=NOON, edition=posted
            )
        assert refused.value.code == "stale_version"


def test_a_revoked_link_is_not_opened_again():
    link = a_sent_quote().revision.links.get()
    link.revoked_at = NOON
    link.save()

    with pytest.raises(DatabaseError, match="stays so"), transaction.atomic():
        type(link).objects.update(revoked_at=None)

    assert live_link(link.pk) is None
