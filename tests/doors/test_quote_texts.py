"""The texts of a draft: chosen and written by sales, and printed as they are."""

from __future__ import annotations

import re

import pytest

from quotes.models import QuoteTexts
from tests.quotes.a_quote import a_desk, a_draft, a_sent_quote, quickly

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(client):
    with quickly():
        workspace, user = a_desk()
        client.force_login(user)
        yield a_draft(workspace=workspace, by=user)


def test_a_template_is_chosen_and_a_text_written_and_both_are_printed(client, draft):
    address = f"/quotes/{draft}/texts"
    page = client.get(address)
    assert "Pilot first, production after" in page.text
    assert "Written for this quote" not in page.text

    chosen = client.post(address, {"template": "standard", "edition": draft.edition})
    words = {
        "closing-heading": "One more thing",
        "closing-text": "Call <b>us</b> & **win**:\n- today",
        "edition": draft.edition + 1,
    }
    wrong = client.post(address, words | {"closing-text": "Dear {wage}"})
    saved = client.post(address, words)

    assert (chosen.status_code, saved.status_code) == (302, 302)
    assert wrong.status_code == 400
    assert "Nothing fills {wage}" in wrong.text
    assert 'aria-invalid="true"' in wrong.text
    again = client.get(address).text
    assert "Written for this quote" in again
    preview = client.get(f"/quotes/{draft}/preview").text
    said = preview[preview.index("One more thing") :]
    assert "Call &lt;b&gt;us&lt;/b&gt; &amp; <strong>win</strong>:" in said
    assert re.search(r"<li>today\s*</li>", said)
    # Standard: the scope stands before the promises, and the introduction names both.
    headings = re.findall(r"<h2[^>]*>([^<]+)</h2>", preview)
    places = [headings.index(one) for one in ("What this is", "What it costs", "Terms")]
    assert places == sorted(places)
    assert "offers Acme Vision the work below for Street scenes" in preview
    client.post(address, {"closing-standard": "yes", "closing-text": "x", "edition": 3})
    assert QuoteTexts.objects.get().edits == {}


def test_texts_of_an_older_edition_and_of_a_sent_quote_are_refused(client, draft):
    address = f"/quotes/{draft}/texts"

    stale = client.post(address, {"template": "standard", "edition": 9})
    sent = a_sent_quote(draft).revision
    late = client.post(address, {"closing-text": "x", "closing-heading": "y"})

    assert stale.status_code == 409
    assert "was changed meanwhile" in stale.text
    assert late.status_code == 409
    assert "readonly" in client.get(f"/quotes/{sent}/texts").text
    assert client.get("/quotes/PL-2026-9999-1/texts").status_code == 404
    assert not QuoteTexts.objects.exists()
