"""What a client finds when she signs in: her quotes, and nobody else's."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from quotes.actions.answers import decline_quote
from quotes.actions.revisions import withdraw_quote
from scoping.access import Role
from tests.doors.test_public_form import words_of
from tests.factories import NOON, a_client, a_membership
from tests.quotes.a_quote import a_draft, a_sent_quote, quickly

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent():
    with quickly():
        revision = a_sent_quote(a_draft(name="Streets")).revision
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        yield revision


def signed_in(revision, owner=None):
    member = a_membership(
        workspace=revision.workspace,
        role=Role.CLIENT,
        client=owner or revision.quote.client,
    )
    browser = Client()
    browser.force_login(member.user)
    return browser


def test_a_client_sees_her_open_quote_with_its_total(sent):
    words = words_of(signed_in(sent).get("/").text)

    assert f"Streets {sent} Open through" in words
    assert str(sent.quote.client) in words


def test_her_pdf_is_the_frozen_one(sent):
    browser = signed_in(sent)

    found = browser.get(f"/your-quotes/{sent}.pdf")

    assert found.content.startswith(b"%PDF")
    assert found.headers["Cache-Control"] == "no-store, private"
    assert browser.get(f"/your-quotes/{sent}.pdf?size=B5").status_code == 404


def test_another_client_sees_and_opens_nothing_of_it(sent):
    other = signed_in(sent, owner=a_client(workspace=sent.workspace))

    assert "No quote yet" in other.get("/").text
    assert other.get(f"/your-quotes/{sent}.pdf").status_code == 404


def test_staff_have_other_pages_for_it(sent):
    desk = Client()
    desk.force_login(a_membership(workspace=sent.workspace).user)

    assert desk.get(f"/your-quotes/{sent}.pdf").status_code == 404


def test_what_was_declined_stays_and_so_does_what_has_expired(sent):
    with time_machine.travel(NOON + timedelta(days=900), tick=False):
        expired = signed_in(sent).get("/").text
    decline_quote(sent, reason="", now=NOON)
    declined = signed_in(sent).get("/").text

    assert "Expired" in expired
    assert "Declined" in declined


def test_a_withdrawn_quote_is_gone(sent):
    withdraw_quote(sent, by=sent.created_by, role=Role.MANAGER, now=NOON)
    browser = signed_in(sent)

    assert "No quote yet" in browser.get("/").text
    assert browser.get(f"/your-quotes/{sent}.pdf").status_code == 404
