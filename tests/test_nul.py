"""A NUL is in no text: it is refused at the door, not by the database."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from quotes.models import QuoteEvent
from tests.quotes.a_quote import a_desk, a_draft, quickly

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(client):
    workspace, user = a_desk()
    client.force_login(user)
    with quickly():
        yield f"/quotes/{a_draft(workspace=workspace, by=user)}"


def test_a_nul_in_an_address_is_a_bad_request(client, address):
    for odd in ("/quotes/PL%00-1/", f"{address}/?scenario=%00", f"{address}/?%00=A"):
        assert client.get(odd).status_code == 400


@pytest.mark.parametrize(
    "form",
    [
        {"why": "as\x00agreed"},
        {"why\x00": "as agreed"},
        {"file": SimpleUploadedFile("a.pdf", b"\x00", content_type="a\x00b")},
    ],
    ids=["value", "name", "kind of a file"],
)
def test_a_nul_in_a_form_is_a_bad_request_and_nothing_is_saved(client, address, form):
    form = {"binding": "typed", "value": "0.5", "why": "as agreed"} | form

    response = client.post(f"{address}/lines/0", form)

    assert response.status_code == 400
    assert "Nothing was saved" in response.text


def test_a_client_who_sends_a_nul_is_not_an_error_of_ours(client, db):
    response = client.post("/offer/ask", {"question": "a\x00b"})

    assert response.status_code == 400
    assert not QuoteEvent.objects.exists()


def test_the_bytes_of_a_file_may_hold_it(client, address):
    file = SimpleUploadedFile("a.pdf", b"\x00", content_type="application/pdf")

    form = {"ordered": "A", "order": file, "po_number": ""}

    response = client.post(f"{address}/order", form)

    assert "Type the number of the order." in response.text
