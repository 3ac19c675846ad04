"""The list of quotes: every revision with its state, one workspace at a time."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from quotes.calc.choices import Choice
from quotes.queries.totals import Total
from quotes.web.pages import ends_badge, total_words
from tests.factories import a_membership
from tests.quotes.a_quote import a_draft, a_sent_quote, accept

pytestmark = pytest.mark.django_db


def total_sent(revision) -> str:
    """Return the total in the document that the client got, as it is printed."""
    frozen = revision.documents.get(kind="client")
    return f"{Decimal(json.loads(frozen.body)['offer']['price']['total']):,.2f}"


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
    assert "priced when opened" in page


def test_a_sent_quote_past_its_last_day_reads_expired(client):
    sent = a_sent_quote().revision
    client.force_login(sent.created_by)

    page = client.get("/quotes/").text

    assert "Expired</span>" in page
    assert "through 4 February 2026" in page
    assert "ends in" not in page
    assert f"{total_sent(sent)} USD" in page


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (date(2026, 1, 27), None),
        (date(2026, 1, 28), "ends in 7 days"),
        (date(2026, 2, 3), "ends in 1 day"),
        (date(2026, 2, 4), "ends today"),
        (date(2026, 2, 5), None),
    ],
)
def test_an_open_quote_asks_for_attention_in_its_last_week(today, words):
    badge = ends_badge(date(2026, 2, 4), today=today)

    assert (badge.words if badge else None) == words


@pytest.mark.parametrize(
    ("accepted", "note"),
    [(True, "scenario B, accepted"), (False, "scenario B, first of several")],
)
def test_a_total_of_several_scenarios_says_of_which(accepted, note):
    total = Total(amount="1200", currency="USD", scenario="B", accepted=accepted)

    assert total_words(total) == ("1,200.00 USD", note)


def test_an_accepted_quote_shows_what_was_accepted_of_it(client):
    sent = a_sent_quote().revision
    frozen = json.loads(sent.documents.get(kind="client").body)
    masks = next(one for one in frozen["choices"] if one["taken"] == [3])
    accept(sent, choice=Choice(taken=frozenset({3}), total=masks["price"]["total"]))
    client.force_login(sent.created_by)

    page = client.get("/quotes/").text

    with_masks = f"{Decimal(masks['price']['total']):,.2f} USD"
    assert with_masks != f"{total_sent(sent)} USD"
    assert with_masks in page
    assert f"{total_sent(sent)} USD" not in page


def test_quotes_of_another_workspace_are_not_there(client):
    draft = a_draft()
    client.force_login(a_membership().user)

    assert "No quote yet" in client.get("/quotes/").text
    assert client.get(f"/quotes/{draft}/").status_code == 404
    assert client.post(f"/quotes/{draft}/send").status_code == 404
    assert client.get(f"/quotes/{draft}.pdf").status_code == 404
