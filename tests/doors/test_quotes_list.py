"""The list of quotes: every revision with its state, one workspace at a time."""

from __future__ import annotations

import pytest

from tests.factories import a_membership
from tests.quotes.a_quote import a_draft, a_sent_quote

pytestmark = pytest.mark.django_db


def test_an_empty_list_says_what_to_do(client):
    client.force_login(a_membership().user)

    page = client.get("/quotes/").text

    assert "No quote yet" in page
    assert 'href="/scopes/new"' in page


def test_a_draft_is_listed_with_number_client_and_state(client):
    draft = a_draft()
    client.force_login(draft.created_by)

    page = client.get("/quotes/").text

    assert f'href="/quotes/{draft}/"' in page
    assert "Acme Vision" in page
    assert "Draft</span>" in page
    assert "not sent yet" in page


def test_a_sent_quote_past_its_last_day_reads_expired(client):
    sent = a_sent_quote().revision
    client.force_login(sent.created_by)

    page = client.get("/quotes/").text

    assert "Expired</span>" in page
    assert "through 4 February 2026" in page


def test_quotes_of_another_workspace_are_not_there(client):
    draft = a_draft()
    client.force_login(a_membership().user)

    assert "No quote yet" in client.get("/quotes/").text
    assert client.get(f"/quotes/{draft}/").status_code == 404
    assert client.post(f"/quotes/{draft}/send").status_code == 404
    assert client.get(f"/quotes/{draft}.pdf").status_code == 404
