"""The private link: one button, then one quote, and nothing but what was frozen."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime

import pytest

from quotes.actions.revisions import withdraw_quote
from quotes.models import QuoteEvent
from tests.accessibility import accessibility_faults
from tests.quotes.a_quote import a_sent_quote, expert_words_in


@pytest.fixture
def sent(db):
    return a_sent_quote(now=datetime.now(UTC))


@pytest.fixture
def opened(client, sent):
    client.post(f"/q/{sent.token}")
    return sent


def test_a_scanner_that_follows_the_link_changes_nothing(client, sent):
    seen = client.get(f"/q/{sent.token}")
    client.head(f"/q/{sent.token}")

    assert seen.status_code == 200
    assert seen.text.count("<button") == 1
    assert QuoteEvent.objects.count() == 0
    assert client.get("/offer/").status_code == 403


def test_the_button_exchanges_the_token_for_a_clean_address(client, sent):
    response = client.post(f"/q/{sent.token}")

    assert (response.status_code, response.url) == (302, "/offer/")
    assert sent.token not in client.get("/offer/").text
    assert [event.kind for event in QuoteEvent.objects.all()] == ["opened"]
    client.post(f"/q/{sent.token}")
    assert QuoteEvent.objects.filter(kind="reopened").count() == 1


def test_the_button_works_only_from_our_own_page(sent):
    from django.test import Client

    response = Client(enforce_csrf_checks=True).post(f"/q/{sent.token}")

    assert response.status_code == 403
    assert QuoteEvent.objects.count() == 0


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_guessed_link_opens_nothing(client, db, method):
    response = getattr(client, method)("/q/AAAAAAAAAAAAAAAAAAAAAA")

    assert response.status_code == 404


def test_a_revoked_link_closes_what_it_had_opened(client, opened):
    opened.revision.links.update(revoked_at=datetime.now(UTC))

    assert client.get("/offer/").status_code == 403
    assert client.get(f"/q/{opened.token}").status_code == 404


@pytest.mark.parametrize("address", ["/offer/", "/offer.pdf", "/offer.json"])
def test_nothing_is_kept_in_caches_or_found_by_search(client, opened, address):
    response = client.get(address)

    assert "no-store" in response.headers["Cache-Control"]
    assert "noindex" in response.headers["X-Robots-Tag"]


def test_the_json_is_the_document_whose_fingerprint_is_printed(client, opened):
    response = client.get("/offer.json")

    assert hashlib.sha256(response.content).hexdigest() == opened.revision.client_digest
    assert response.headers["ETag"] == f'"{opened.revision.client_digest}"'
    again = client.get(
        "/offer.json", headers={"If-None-Match": response.headers["ETag"]}
    )
    assert again.status_code == 304


def test_the_pdf_is_the_frozen_one_in_two_sizes(client, opened):
    a4 = client.get("/offer.pdf?size=a4")
    letter = client.get("/offer.pdf?size=letter")

    assert a4.content == b"%PDF-"
    assert a4.headers["ETag"] != letter.headers["ETag"]
    assert opened.revision.client_digest[:12] in a4.headers["Content-Disposition"]
    assert client.get("/offer.pdf?size=a3").status_code == 404


def test_the_rule_as_written_stands_beside_the_sized_plan(client, opened):
    words = re.sub(r"\s+", " ", client.get("/offer/").text.replace("&nbsp;", " "))

    assert "The check of a batch, as written and sized" in words
    assert "As written: 10 % of each batch" in words
    assert "Sized to pass 1 % wrong and stop" in words
    assert "The plans of every line, beside each other</summary>" in words


def test_the_page_speaks_no_expert_words(client, opened):
    page = client.get("/offer/").text

    words = re.sub(r"<svg.*?</svg>|<[^>]+>", " ", page, flags=re.DOTALL)
    assert expert_words_in(words) == []


def test_a_withdrawn_quote_is_gone(client, opened):
    withdraw_quote(
        opened.revision,
        by=opened.revision.created_by,
        role="sales",
        now=datetime.now(UTC),
    )

    response = client.get("/offer/")

    assert response.status_code == 410
    assert "withdrawn" in response.text


@pytest.mark.parametrize("address", ["/offer/accept", "/offer/decline"])
def test_an_answer_is_never_a_get(client, opened, address):
    assert client.get(address).status_code == 405


def test_a_name_in_another_script_cannot_break_the_page(client, db):
    sent = a_sent_quote(now=datetime.now(UTC), name="<script>alert(1)</script>")
    client.post(f"/q/{sent.token}")

    page = client.get("/offer/").text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_client_reads_and_accepts_in_a_browser(page):
    sent = a_sent_quote(now=datetime.now(UTC))
    page.set_viewport_size({"width": 360, "height": 800})

    page.goto(f"/q/{sent.token}")
    assert accessibility_faults(page) == []
    page.get_by_role("button", name="Open the quote").click()
    page.wait_for_url("**/offer/")
    assert accessibility_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.get_by_label("Your full name").fill("Ann Example")
    page.get_by_label("I accept this quote").check()
    page.get_by_role("button", name="Accept,").click()

    page.get_by_text("You accepted this quote").wait_for()
    sent.revision.refresh_from_db()
    assert sent.revision.state == "accepted"
    assert accessibility_faults(page) == []
