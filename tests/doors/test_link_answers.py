"""A client's answer: named, consented, to the document seen, and given once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from unittest.mock import DEFAULT, patch

import pytest
from django.test import Client

from quotes.actions.sending import SentQuote
from quotes.models import Acceptance, PersonalDetail, QuoteRevision
from quotes.queries.quotes import sent_document
from tests.quotes.a_quote import a_sent_quote


@pytest.fixture
def sent(client, db) -> SentQuote:
    made = a_sent_quote(now=datetime.now(UTC))
    client.post(f"/q/{made.token}")
    return made


def answer(sent: SentQuote, **changes: str) -> dict[str, str]:
    said = {
        "typed_name": "Ann Example",
        "consent": "yes",
        "client_digest": sent.revision.client_digest,
    }
    return said | changes


def test_an_acceptance_keeps_who_where_and_with_what(client, sent):
    response = client.post(
        "/offer/accept", answer(sent), headers={"User-Agent": "a browser"}
    )

    assert (response.status_code, response.url) == (302, "/offer/")
    assert "You accepted this quote" in client.get("/offer/").text
    person = PersonalDetail.objects.get(name="Ann Example")
    assert (person.address, person.user_agent) == ("127.0.0.1", "a browser")


@pytest.mark.parametrize(
    ("left_out", "sentence"),
    [("typed_name", "Type your full name"), ("consent", "Tick the box")],
)
def test_what_is_left_out_is_asked_for_and_the_rest_is_kept(
    client, sent, left_out, sentence
):
    response = client.post("/offer/accept", answer(sent, **{left_out: ""}))

    assert response.status_code == 400
    assert sentence in response.text
    assert ("Ann Example" in response.text) == (left_out != "typed_name")
    assert Acceptance.objects.count() == 0


@pytest.mark.parametrize("name", ["\u202e\u200b\u2060", "A", "7 7", "\ufeff\u00a0--"])
def test_nobody_accepts_under_a_name_that_cannot_be_read(client, sent, name):
    response = client.post("/offer/accept", answer(sent, typed_name=name))

    assert response.status_code == 400
    assert "Type your full name" in response.text
    assert Acceptance.objects.count() == 0


@pytest.mark.parametrize("name", ["李明", "Ng Ồ", "مي", "Å B"])
def test_names_of_every_script_are_names(client, sent, name):
    assert (
        client.post("/offer/accept", answer(sent, typed_name=name)).status_code == 302
    )


def test_a_choice_that_cannot_be_read_is_not_taken_for_none(client, sent):
    response = client.post("/offer/accept", answer(sent, take="all"))

    assert response.status_code == 400
    assert "Choose again" in response.text
    assert Acceptance.objects.count() == 0


def test_papers_can_be_asked_for_their_heads_alone(client, sent):
    for paper in ("/offer.pdf", "/offer.json"):
        whole, heads = client.get(paper), client.head(paper)

        assert (heads.status_code, heads.content) == (200, b"")
        assert heads["ETag"] == whole["ETag"]


def test_a_second_acceptance_is_told_so(client, sent):
    client.post("/offer/accept", answer(sent))

    again = client.post("/offer/accept", answer(sent))

    assert again.status_code == 409
    assert "accepted already" in again.text
    assert Acceptance.objects.count() == 1


def test_a_document_that_was_not_seen_is_not_accepted(client, sent):
    response = client.post("/offer/accept", answer(sent, client_digest="0" * 64))

    assert response.status_code == 409
    assert "Load the page again" in response.text


def test_an_answer_from_elsewhere_is_refused(sent):
    stranger = Client(enforce_csrf_checks=True)

    assert stranger.post("/offer/accept", answer(sent)).status_code == 403
    assert Client().post("/offer/accept", answer(sent)).status_code == 403
    assert Acceptance.objects.count() == 0


def test_a_declined_quote_shows_it_and_cannot_be_accepted(client, sent):
    client.post("/offer/decline", {"reason": "too late for us"})

    assert "You declined this quote" in client.get("/offer/").text
    assert client.post("/offer/accept", answer(sent)).status_code == 409
    assert sent.revision.events.get(kind="declined").note == "too late for us"


def test_an_expired_quote_can_be_read_and_not_accepted(client, db):
    made = a_sent_quote(now=datetime.now(UTC) - timedelta(days=40))
    client.post(f"/q/{made.token}")

    page = client.get("/offer/")
    accepted = client.post("/offer/accept", answer(made))

    assert page.status_code == 200
    assert "This quote has expired" in page.text
    assert "Your full name" not in page.text
    assert accepted.status_code == 409


@pytest.mark.parametrize("odd", [{"take": "999"}, {"scenario": "Z"}])
def test_an_odd_choice_with_a_fault_is_a_sentence_too(client, sent, odd):
    response = client.post("/offer/accept", answer(sent, typed_name="", **odd))

    assert response.status_code == 400
    assert 'role="alert"' in response.text
    assert Acceptance.objects.count() == 0


def test_who_answers_while_it_is_withdrawn_no_longer_sees_it(client, sent):
    """The answer was on its way when the quote was closed."""
    late = sent_document(sent.revision, at=datetime.now(UTC))
    QuoteRevision.objects.filter(pk=sent.revision.pk).update(state="withdrawn")

    with patch(
        "quotes.web.link.queries.sent_document", side_effect=[late, DEFAULT]
    ) as q:
        q.return_value = replace(late, state="withdrawn")
        response = client.post("/offer/accept", answer(sent))

    assert response.status_code == 409
    assert "This quote was withdrawn" in response.text
    assert "offer/accept" not in response.text


def test_a_question_is_kept_whole_or_not_at_all(client, sent):
    long = client.post("/offer/ask", {"question": "x" * 501})
    client.post("/offer/ask", {"question": "x" * 249 + "\r\n" + "y" * 250})

    assert long.status_code == 400
    assert "at most 500 characters" in long.text
    note = sent.revision.events.get(kind="question").note
    assert note == "x" * 249 + "\n" + "y" * 250
