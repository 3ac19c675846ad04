"""Revisions: the source stays current until its revision is sent, and comes back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from quotes.actions import RefusedError
from quotes.actions.answers import accept_quote
from quotes.actions.losses import mark_lost
from quotes.actions.revisions import expire_quote, revise_quote, withdraw_quote
from quotes.models import QuoteRevision
from quotes.queries.quotes import sent_document
from scoping.access import Role
from scoping.audit import first_broken
from scoping.models import AuditEntry, OutboxMessage
from tests.factories import a_user
from tests.quotes.a_quote import NOON, a_sent_quote

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=1)
MUCH_LATER = NOON + timedelta(days=31)


def revise(revision: QuoteRevision, *, now: datetime = LATER) -> QuoteRevision:
    return revise_quote(revision, by=revision.created_by, role=Role.SALES, now=now)


def send(revision: QuoteRevision, *, now: datetime = LATER) -> QuoteRevision:
    return a_sent_quote(revision, now=now).revision


def withdraw(revision: QuoteRevision) -> None:
    withdraw_quote(revision, by=a_user(), role=Role.SALES, now=LATER)


def states(revision: QuoteRevision) -> list[str]:
    rows = revision.quote.revisions.order_by("revision")
    return [row.state for row in rows]


def accept(revision: QuoteRevision, *, now: datetime = LATER) -> Any:
    return accept_quote(
        revision,
        typed_name="Ann Example",
        client_digest=revision.client_digest,
        address="192.0.2.1",
        user_agent="a browser",
        now=now,
    )


def test_a_revision_is_the_next_of_the_same_number_with_the_same_contents():
    first = a_sent_quote().revision

    second = revise(first)

    assert str(second) == f"{first.quote.number}-2"
    assert second.source == first
    assert second.scenarios.get().spec == first.scenarios.get().spec
    assert second.scenarios.get().promised_week is None
    assert states(first) == ["sent", "draft"]


def test_the_source_can_be_accepted_while_its_revision_is_a_draft():
    first = a_sent_quote().revision
    second = revise(first)

    accept(first)

    with pytest.raises(RefusedError) as refused:
        send(second)
    assert refused.value.code == "already_accepted"
    assert states(first) == ["accepted", "draft"]


def test_sending_the_revision_closes_its_source():
    first = a_sent_quote().revision
    second = send(revise(first))

    with pytest.raises(RefusedError, match="replaced by a later revision"):
        accept(first)
    accept(second)

    assert states(first) == ["superseded", "accepted"]


def test_withdrawing_the_revision_gives_its_place_back():
    first = a_sent_quote().revision
    second = send(revise(first))

    withdraw(second)

    assert states(first) == ["sent", "withdrawn"]
    first.refresh_from_db()
    accept(first)


def test_withdrawing_a_draft_of_a_revision_changes_nothing_for_the_client():
    first = a_sent_quote().revision

    withdraw(revise(first))

    assert states(first) == ["sent", "withdrawn"]


def test_what_comes_back_is_what_was_open_before_not_the_source():
    first = a_sent_quote().revision
    second, third = revise(first), revise(first)
    send(second)
    send(third)

    withdraw(third)

    assert states(first) == ["superseded", "sent", "withdrawn"]


def test_a_revision_that_was_declined_does_not_bring_back_what_it_replaced():
    from quotes.actions.answers import decline_quote

    first = a_sent_quote().revision
    second = send(revise(first))
    decline_quote(second, reason="no", now=LATER)
    third = send(revise(second))

    withdraw(third)

    assert states(first) == ["superseded", "declined", "withdrawn"]


def test_an_older_draft_does_not_overtake_what_was_sent_later():
    first = a_sent_quote().revision
    second, third = revise(first), revise(first)
    send(third)

    with pytest.raises(RefusedError) as refused:
        send(second)

    assert refused.value.code == "overtaken"
    assert states(first) == ["superseded", "draft", "sent"]


def test_an_expired_source_is_written_down_as_expired_not_as_replaced():
    first = a_sent_quote().revision

    send(revise(first, now=MUCH_LATER), now=MUCH_LATER)

    assert states(first) == ["expired", "sent"]


def test_the_database_holds_one_open_revision_of_a_quote():
    first = a_sent_quote().revision
    second = send(revise(first))

    with pytest.raises(IntegrityError), transaction.atomic():
        QuoteRevision.objects.filter(pk=first.pk).update(state="sent")
    assert states(second) == ["superseded", "sent"]


def test_a_quote_expires_once_at_the_end_of_its_last_day():
    revision = a_sent_quote().revision
    end = NOON.replace(hour=17) + timedelta(days=30)  # midnight in Hanoi

    early = expire_quote(revision, now=end - timedelta(milliseconds=1))
    late = expire_quote(revision, now=end)
    again = expire_quote(revision, now=end)

    assert (early, again) == (None, None)
    assert late is not None
    assert late.state == "expired"
    assert OutboxMessage.objects.filter(topic="quote_expired").count() == 1


def test_lost_never_becomes_expired():
    revision = a_sent_quote().revision
    mark_lost(
        revision,
        reason="dearer",
        competitor="Another",
        by=a_user(),
        role=Role.SALES,
        now=LATER,
    )

    assert expire_quote(revision, now=MUCH_LATER) is None
    revision.refresh_from_db()
    assert sent_document(revision, at=MUCH_LATER).state == "declined"


def test_every_change_of_state_has_its_entry_and_its_message():
    first = a_sent_quote().revision
    second = send(revise(first))
    withdraw(second)
    accept(first)
    workspace = first.workspace

    entries = AuditEntry.objects.filter(
        workspace=workspace, subject__startswith=f"quote {first.quote.number}"
    )
    assert [
        (entry.action, entry.subject[-1])
        for entry in entries.order_by("seq")
        if "approv" not in entry.action
    ] == [
        ("draft_quote", "1"),
        ("send_quote", "1"),
        ("revise_quote", "1"),
        ("supersede_quote", "1"),
        ("send_quote", "2"),
        ("withdraw_quote", "2"),
        ("restore_quote", "1"),
        ("accept_quote", "1"),
    ]
    assert [
        topic
        for topic in OutboxMessage.objects.order_by("pk").values_list(
            "topic", flat=True
        )
        if "approv" not in topic
    ] == [
        "quote_sent",
        "quote_superseded",
        "quote_sent",
        "quote_withdrawn",
        "quote_restored",
        "quote_accepted",
    ]
    assert first_broken(workspace) is None
