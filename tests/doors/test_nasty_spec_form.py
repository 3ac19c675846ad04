"""The corpus of bad inputs at the scope form: status, code and path, on both databases.

SF-010 (no scripts) is in tests/browser, SF-013 (open redirect) also in sign-in's tests.
"""

from __future__ import annotations

import csv

import pytest
import yaml

from quotes.models import Quote, QuoteRevision
from tests.doors.forms import a_form, problems_of
from tests.factories import ROOT
from tests.quotes.a_quote import a_desk, a_sent_quote
from tests.shared import shared

pytestmark = pytest.mark.django_db

ROWS = yaml.safe_load((ROOT / "tests/nasty/spec_form.yaml").read_text("utf-8"))
POSTED = [row for row in ROWS if "type" in row]
LATER = {"SF-005"}


@pytest.fixture
def desk(client):
    workspace, user = a_desk()
    client.force_login(user)
    return workspace


def test_every_row_of_the_corpus_has_its_place():
    path = shared("data/nasty_inputs.csv")
    with path.open(encoding="utf-8", newline="") as opened:
        wanted = {
            row["id"] for row in csv.DictReader(opened) if row["surface"] == "spec_form"
        }

    assert {row["id"] for row in ROWS} == wanted - LATER


@pytest.mark.parametrize(
    "row", POSTED, ids=[f"{row['id']}-{place}" for place, row in enumerate(POSTED)]
)
def test_a_bad_answer_gets_its_status_code_and_path(client, desk, row):
    response = client.post("/quotes/new", a_form(**row["type"]))

    assert response.status_code == row["status"]
    assert problems_of(response) == [tuple(one) for one in row.get("problems", [])]
    assert row.get("says", "") in response.content.decode()


def test_a_tampered_total_changes_nothing(client, desk):
    client.post("/quotes/new", a_form(total="1.00", unit_price="0.00001"))
    client.post("/quotes/new", a_form(token="an honest form"))

    one, other = QuoteRevision.objects.order_by("pk")
    assert one.scenarios.get().spec == other.scenarios.get().spec


def test_a_form_sent_twice_is_one_draft(client, desk):
    first = client.post("/quotes/new", a_form())
    second = client.post("/quotes/new", a_form())

    assert first.url == second.url
    assert Quote.objects.count() == 1


def test_a_form_sent_again_with_other_answers_changes_its_draft(client, desk):
    first = client.post("/quotes/new", a_form())
    second = client.post("/quotes/new", a_form(items="5,000"))

    assert first.url == second.url
    assert QuoteRevision.objects.get().scenarios.get().spec["items"] == 5000


def test_a_form_sent_again_never_changes_what_was_sent(client, desk):
    client.post("/quotes/new", a_form())
    sent = a_sent_quote(QuoteRevision.objects.get()).revision

    for _ in range(2):
        client.post("/quotes/new", a_form(items="5,000"))

    sent.refresh_from_db()
    assert sent.scenarios.get().spec["items"] == 100_000
    assert Quote.objects.count() == 2


def test_a_thousand_and_one_fields_get_a_page_and_no_stack_trace(client, desk):
    response = client.post("/quotes/new", {f"field-{n}": "1" for n in range(1001)})

    assert response.status_code == 400
    assert "too many fields" in response.text


def test_the_form_redirects_to_its_own_pages_only(client, desk):
    response = client.post(
        "/quotes/new?next=//evil.example/", a_form(next="javascript:alert(1)")
    )

    assert response.url == f"/quotes/{QuoteRevision.objects.get()}/"
