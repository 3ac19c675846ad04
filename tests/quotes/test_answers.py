"""Answers: a quote is accepted once, as what was seen, while it is valid."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError

from quotes.actions import RefusedError, answers
from quotes.actions.answers import MOST_QUESTIONS_AN_HOUR, ask_question, decline_quote
from quotes.actions.revisions import withdraw_quote
from quotes.models import Acceptance, PersonalDetail, Project
from scoping.models import AuditEntry
from tests.quotes.a_quote import NOON, a_sent_quote, accept

pytestmark = pytest.mark.django_db


def test_an_acceptance_names_what_was_accepted_and_begins_a_project():
    revision = a_sent_quote().revision

    acceptance = accept(revision)

    revision.refresh_from_db()
    assert revision.state == "accepted"
    assert acceptance.client_digest == revision.client_digest
    assert acceptance.scenario.letter == "A"
    assert acceptance.toggles == {"3": False}
    assert Project.objects.filter(acceptance=acceptance).count() == 1
    assert AuditEntry.objects.filter(action="accept_quote").count() == 1


def test_the_name_stands_in_a_row_of_its_own():
    acceptance = accept(a_sent_quote().revision)

    person = PersonalDetail.objects.get(name="Ann Example")

    assert acceptance.person == person
    assert acceptance.person_digest == person.digest
    assert "Ann" not in acceptance.consent


def test_a_quote_is_accepted_once():
    revision = a_sent_quote().revision
    accept(revision)

    with pytest.raises(RefusedError, match="accepted already"):
        accept(revision)

    assert Acceptance.objects.count() == 1
    assert Project.objects.count() == 1


def test_an_acceptance_without_a_name_is_refused_and_changes_nothing():
    revision = a_sent_quote().revision

    with pytest.raises(RefusedError) as refused:
        accept(revision, typed_name=" ")

    revision.refresh_from_db()
    assert refused.value.code == "name_missing"
    assert revision.state == "sent"
    assert PersonalDetail.objects.filter(user_agent="a browser").count() == 0


def test_another_document_than_the_one_seen_is_not_accepted():
    revision = a_sent_quote().revision

    with pytest.raises(RefusedError) as refused:
        accept(revision, client_digest="0" * 64)

    assert refused.value.code == "stale_version"
    assert Acceptance.objects.count() == 0


def test_an_expired_quote_is_not_accepted():
    revision = a_sent_quote().revision

    with pytest.raises(RefusedError, match="valid through") as refused:
        accept(revision, now=NOON + timedelta(days=31))

    assert refused.value.code == "quote_expired"


def test_a_declined_quote_keeps_its_reason_and_is_not_accepted():
    revision = a_sent_quote().revision

    decline_quote(revision, reason="  too late for us ", now=NOON)

    assert revision.events.get(kind="declined").note == "too late for us"
    with pytest.raises(RefusedError, match="was declined"):
        accept(revision)


def test_a_withdrawn_quote_is_not_accepted():
    revision = a_sent_quote().revision

    withdraw_quote(revision, by=revision.created_by, role="sales", now=NOON)

    with pytest.raises(RefusedError, match="was withdrawn"):
        accept(revision)


def test_an_accepted_quote_is_not_withdrawn():
    revision = a_sent_quote().revision
    accept(revision)

    with pytest.raises(RefusedError) as refused:
        withdraw_quote(revision, by=revision.created_by, role="sales", now=NOON)

    assert refused.value.code == "quote_accepted"


def test_a_fault_of_the_database_is_not_taken_for_an_acceptance(monkeypatch):
    revision = a_sent_quote().revision

    def broken(*_args, **_kwargs):
        raise IntegrityError("a constraint of another table")

    monkeypatch.setattr(answers, "create_project", broken)
    with pytest.raises(IntegrityError, match="another table"):
        accept(revision)

    assert Acceptance.objects.count() == 0


def test_questions_of_a_quote_come_so_many_an_hour():
    revision = a_sent_quote().revision
    for _ in range(MOST_QUESTIONS_AN_HOUR):
        ask_question(revision, text="Why?", now=NOON)

    with pytest.raises(RefusedError) as refused:
        ask_question(revision, text="Why?", now=NOON + timedelta(minutes=59))
    ask_question(revision, text="Why?", now=NOON + timedelta(minutes=61))

    assert (refused.value.code, refused.value.status) == ("too_many_questions", 429)
    asked = revision.events.filter(kind="question").count()
    assert asked == MOST_QUESTIONS_AN_HOUR + 1
