"""The list of quotes: every revision with its state, one workspace at a time."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
import time_machine

from quotes.actions.answers import ask_question, note_opened
from quotes.calc.choices import Choice
from quotes.models import InboxItem
from quotes.queries.totals import Total
from quotes.web.pages import ends_badge, total_words
from tests.factories import a_membership
from tests.quotes.a_quote import NOON, a_draft, a_sent_quote, accept, quickly

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


# --- the pipeline ---------------------------------------------------------------------


def steps_of(page: str) -> list[tuple[str, str, str]]:
    """Return name, count and note of each step above the list."""
    found = re.findall(
        r'stat-name">([^<]*)</span>\s*<span class="stat-value[^"]*">([^<]*)</span>\s*'
        r'<span class="stat-note">([^<]*)',
        page,
    )
    return [(name, number, note) for name, number, note in found]


def test_the_pipeline_counts_each_step_and_says_what_is_urgent(client):
    draft = a_draft()
    member = draft.created_by
    with quickly():
        sent = a_sent_quote(a_draft(workspace=draft.workspace, by=member)).revision
    client.force_login(member)

    with time_machine.travel(NOON, tick=False):
        early = client.get("/quotes/").text
    assert sent.valid_until is not None
    last = datetime.combine(sent.valid_until, time(1), tzinfo=UTC)
    with time_machine.travel(last, tick=False):
        client.force_login(member)
        late = client.get("/quotes/").text

    assert steps_of(early) == [
        ("Asked for", "0", "none open"),
        ("Drafts", "1", "not sent yet"),
        ("In approval", "0", "wait for a second person"),
        ("Open", "1", "none ends soon"),
        ("Won", "0", "in the last 30 days"),
    ]
    assert ("Open", "1", "1 in the last 7 days") in steps_of(late)


def test_one_state_is_shown_alone(client):
    draft = a_draft()
    client.force_login(draft.created_by)

    drafts = client.get("/quotes/?state=draft").text
    sent = client.get("/quotes/?state=sent").text

    assert str(draft) in drafts
    assert "Shown: Draft alone." in drafts
    assert str(draft) not in sent
    assert "No quote stands here" in sent
    assert "Shown:" not in client.get("/quotes/?state=sold").text


def test_a_question_asks_for_attention_until_it_is_dealt_with(client):
    with quickly():
        sent = a_sent_quote(a_draft()).revision
    client.force_login(sent.created_by)
    ask_question(sent, text="By when?", now=NOON)

    asked = client.get("/quotes/").text
    note_opened(sent, now=NOON + timedelta(hours=1))
    again = client.get("/quotes/").text
    InboxItem.objects.update(done_at=NOON)
    done = client.get("/quotes/").text

    assert '<a href="/inbox/?kind=question">Answer a question</a>' in asked
    assert "Answer a question" in again
    assert "Follow up: it was opened" not in again
    assert "Answer a question" not in done
