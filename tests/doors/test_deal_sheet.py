"""The deal sheet: one page of everything a decision rests on, and no client's door."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from pypdf import PdfReader

from quotes.actions.drafts import add_scenario, change_spec
from quotes.pdf import PdfLibraryMissingError
from quotes.queries.quotes import scenario_of
from scoping.access import Role
from tests.factories import NOON, a_client, a_membership
from tests.quotes.a_quote import a_desk, a_draft, a_sent_quote, a_spec, quickly

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def few_draws(monkeypatch):
    monkeypatch.setattr("quotes.web.deal_sheet.now", lambda: NOON)
    with quickly():
        yield


def printed(client, revision, letter="A") -> str:
    """Return the text of the one page, with plain spaces."""
    response = client.get(f"/quotes/{revision}/deal-sheet?scenario={letter}")
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Cache-Control"] == "private, no-store"
    (page,) = PdfReader(BytesIO(response.content)).pages
    return re.sub(r"\s+", " ", page.extract_text())


@pytest.fixture
def seat(client):
    workspace, user = a_desk()
    client.force_login(user)
    return workspace, user


def test_a_draft_has_all_of_a_decision_on_one_page(client, seat):
    workspace, user = seat
    draft = a_draft(workspace=workspace, by=user, risks=[A_RISK])
    bench = client.get(f"/quotes/{draft}/").context["page"]

    text = printed(client, draft)

    assert "Deal sheet, internal" in text
    assert "internal, never for the client" in text
    for stat in bench.stats:
        assert stat.value.replace("\xa0", " ") in text
    for line in bench.lines:
        assert line.price in text
        assert line.amount in text
    assert bench.moves.policy is not None
    assert "Needed, and not asked for yet." in text
    assert "1. Flood happens in 20 %" in text
    for part in ("Floor", "Finish", "8 in 10", "Redoing what fails", "Holds while"):
        assert part in text
    assert "Scenarios side by side" not in text
    assert "What it costs, by stage" in text
    assert "3. Production every image of the batch done" in text


A_RISK = {"name": "Flood", "probability": "0.2", "cost": 90000}


def test_the_fullest_quote_keeps_to_one_page(client, seat):
    workspace, user = seat
    long = "Scenes with a very long name that nobody shortened in time " * 3
    lines = [
        {"type": "bounding_box", "units_per_item": 5, "name": f"{long[:70]} {number}"}
        for number in range(12)
    ]
    draft = a_draft(workspace=workspace, by=user, name=long[:120], lines=lines)
    for letter in ("B", "C"):
        add_scenario(
            draft, like="A", edition=draft.edition, by=user, role="manager", now=NOON
        )
        draft.refresh_from_db()
        spec = scenario_of(draft, letter).spec | {"name": f"{letter} {long[:100]}"}
        terms = spec["commercial"] | {"discount": "0.4"}
        change_spec(
            draft,
            spec | {"commercial": terms},
            edition=draft.edition,
            by=user,
            role="manager",
            now=NOON,
            letter=letter,
        )
        draft.refresh_from_db()

    text = printed(client, draft, "B")

    assert "Scenarios side by side" in text
    assert re.search(r"[2-7] more lines on the quote\.", text)
    assert "scenario B" in text
    assert "Scenario B. " in text
    assert "What it costs, by stage" not in text


def test_a_quote_between_small_and_full_keeps_to_one_page(client, seat):
    workspace, user = seat
    lines = [
        {"type": "bounding_box", "units_per_item": 5, "name": f"Kerbs and posts {one}"}
        for one in range(6)
    ]
    draft = a_draft(workspace=workspace, by=user, lines=lines, risks=[A_RISK])

    text = printed(client, draft)

    assert "What it costs, by stage" in text
    assert "Kerbs and posts 5" in text


def test_what_was_sent_is_printed_as_it_was_frozen(client, seat):
    workspace, user = seat
    sent = a_sent_quote(a_draft(workspace=workspace, by=user)).revision

    text = printed(client, sent)

    assert f"{sent}, Sent" in text
    assert "Approved by " in text
    frozen = client.get(f"/quotes/{sent}/").context["page"]
    assert frozen.stats[0].value in text


def test_no_client_reaches_it(client, seat):
    workspace, user = seat
    sent = a_sent_quote(a_draft(workspace=workspace, by=user, **a_spec()))
    address = f"/quotes/{sent.revision}/deal-sheet"
    buyer = sent.revision.quote.client
    client.logout()

    assert client.get(address).status_code == 302  # to sign in
    client.get(f"/q/{sent.token}")
    client.post(f"/q/{sent.token}")
    assert client.get(address).status_code == 302
    member = a_membership(workspace=workspace, role=Role.CLIENT, client=buyer)
    client.force_login(member.user)
    assert client.get(address).status_code == 403
    other = a_client()
    stranger = a_membership(workspace=other.workspace, role=Role.ADMIN)
    client.force_login(stranger.user)
    assert client.get(address).status_code == 404


def test_a_machine_that_prints_no_pdfs_says_what_to_install(client, seat, monkeypatch):
    workspace, user = seat
    draft = a_draft(workspace=workspace, by=user)

    def lacking(*args: object, **kwargs: object) -> bytes:
        raise PdfLibraryMissingError("PDFs need Pango. Install it: so and so")

    monkeypatch.setattr("quotes.pdf.render", lacking)

    for address in (f"/quotes/{draft}/deal-sheet", f"/quotes/{draft}.pdf"):
        answer = client.get(address)
        assert answer.status_code == 503, address
        assert answer.headers["Content-Type"] == "text/plain", address
        assert "Install it" in answer.text
