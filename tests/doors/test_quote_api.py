"""Quotes over the API: the whole way of one, by the same actions as the pages."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from quotes.actions.answers import ask_question, decline_quote
from quotes.models import PersonalDetail, Project, Quote, QuoteRevision
from scoping.access import Role
from scoping.models import AuditEntry, KeptAnswer
from tests.doors.api import Program, a_key
from tests.factories import a_membership, approved
from tests.quotes.a_quote import (
    NOON,
    a_desk,
    a_draft,
    a_sent_quote,
    a_spec,
    accept,
    quickly,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today():
    """Stand on the day of the examples, and estimate on few draws."""
    with (
        quickly(),
        patch("quotes.api.reads.now", lambda: NOON),
        patch("quotes.api.drafting.now", lambda: NOON),
        patch("quotes.api.closing.now", lambda: NOON),
        patch("quotes.api.changing.now", lambda: NOON),
        patch("quotes.api.doors.now", lambda: NOON),
    ):
        yield


@pytest.fixture
def desk():
    return a_desk()


@pytest.fixture
def program(desk):
    return Program(a_key(*desk).token)


@pytest.fixture
def draft(desk):
    workspace, user = desk
    return a_draft(workspace=workspace, by=user)


def test_a_quote_goes_the_whole_way_over_the_api(desk, program):
    made = program.ask("POST", "quotes", a_spec())

    assert made.status_code == 201
    name = made.json()["name"]
    assert made["Location"] == f"/api/v1/quotes/{name}"
    assert made.json()["state"] == "draft"
    assert made.json()["client"] == "Acme Vision"
    assert program.get(made["Location"])["ETag"] == made["ETag"]

    added = program.change("POST", name, "scenarios", {"like": "A"})
    assert added.status_code == 201
    assert [one["letter"] for one in added.json()["scenarios"]] == ["A", "B"]
    spec = a_spec(items=50_000, name="Half of it")
    changed = program.change("PUT", name, "scenarios/B/spec", spec)
    assert changed.json()["scenarios"][1]["spec"]["items"] == 50_000
    week = program.change("PUT", name, "scenarios/B/week", {"week": "2026-06-03"})
    assert week.json()["scenarios"][1]["promised_week"] == "2026-06-01"
    gone = program.change("DELETE", name, "scenarios/B")
    assert [one["letter"] for one in gone.json()["scenarios"]] == ["A"]

    typed = {"binding": "typed", "value": "0.02", "why": "a friend of the house"}
    decided = program.change("PUT", name, "scenarios/A/lines/0/price", typed)
    decision = decided.json()["scenarios"][0]["decisions"][0]
    assert (decision["value"], decision["line"]) == ("0.020000", 0)
    refused = program.change("POST", name, "send", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "approval_needed")
    asked = program.change("POST", name, "approvals/request", {"note": "please"})
    assert asked.json()["state"] == "in_approval"
    own = program.change("POST", name, "approvals/answer", {"approved": True})
    assert (own.status_code, own.json()["code"]) == (409, "own_request")

    workspace, _ = desk
    lead = a_membership(workspace=workspace, role=Role.MANAGER).user
    other = Program(a_key(workspace, lead).token)
    given = other.change("POST", name, "approvals/answer", {"approved": True})
    assert given.json()["state"] == "draft"
    assert program.get(f"quotes/{name}/approvals").json()["items"][0]["verdict"] == (
        "approved"
    )

    assert_sent_and_closed(program, name)


def assert_sent_and_closed(program, name):
    sent = program.change("POST", name, "send", {"recipient_name": "Ann"})
    assert sent.status_code == 200
    assert sent.json()["state"] == "sent"
    assert Client().get(sent.json()["link"]).status_code == 200
    document = program.get(f"quotes/{name}/client-document").json()
    assert document["digest"] == sent.json()["client_digest"]
    assert document["frozen"] is True
    total = document["document"]["offer"]["price"]["total"]
    assert sent.json()["total"]["amount"] == total
    taken = program.get(f"quotes/{name}/choice?take=3").json()["offer"]
    assert Decimal(taken["price"]["total"]) > Decimal(total)
    odd = program.get(f"quotes/{name}/choice?take=77")
    assert (odd.status_code, odd.json()["errors"][0]["path"]) == (400, "?take")

    again = program.change("POST", name, "revise")
    assert again.status_code == 201
    second = again.json()["name"]
    assert second == name[:-1] + "2"
    assert again.json()["source"] == name
    withdrawn = program.change("POST", second, "withdraw")
    assert withdrawn.json()["state"] == "withdrawn"
    lost = {
        "reason": "too dear",
        "competitor": "Other",
        "line": 0,
        "unit_price": "0.01",
    }
    loss = program.change("POST", name, "loss", lost)
    assert loss.json()["loss"]["unit_price"] == "0.010000"
    assert loss.json()["state"] == "declined"


def test_a_signed_order_is_recorded_with_its_file_and_a_project_begins(desk):
    workspace, user = desk
    sent = a_sent_quote(a_draft(workspace=workspace, by=user)).revision
    program = Program(a_key(workspace, user).token)
    svg = b'<svg onload="alert(1)"><image href="file:///etc/passwd"/></svg>'
    # A page tree that holds itself, a script, a lock: nobody here opens it.
    pdf = (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction 3 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[2 0 R]/Count 1000000>>endobj\n"
        b"3 0 obj<</S/JavaScript/JS(app.alert(1))>>endobj\ntrailer<</Encrypt 9 0 R>>"
    )

    def order(body, kind):
        return program.client.post(
            f"/api/v1/quotes/{sent}/order",
            {
                "po_number": "PO-1",
                "signed_by": "Ann Example",
                "take": "3",
                "order": SimpleUploadedFile("o.pdf", body, kind),
            },
            headers={
                "Authorization": f"Bearer {program.token}",
                "If-Match": program.get(f"quotes/{sent}")["ETag"],
            },
        )

    for kind in ("image/svg+xml", "image/png", "application/pdf"):
        assert order(svg, kind).json()["code"] == "order_not_readable"
    answer = order(pdf, "application/pdf")

    assert answer.status_code == 200, answer.json()
    assert answer.json()["total"]["accepted"] is True
    kept = program.get(f"quotes/{sent}/order/file")
    assert kept.content == pdf
    assert kept["Content-Disposition"].startswith("attachment; ")
    assert kept["X-Content-Type-Options"] == "nosniff"
    accepted = answer.json()["acceptance"]
    assert (accepted["scenario"], accepted["take"]) == ("A", [3])
    assert (accepted["name"], accepted["po_number"]) == ("Ann Example", "PO-1")
    assert accepted["client_digest"] == sent.client_digest
    PersonalDetail.objects.all().delete()
    assert program.get(f"quotes/{sent}").json()["acceptance"]["name"] is None
    listed = program.get("projects").json()["items"]
    assert [one["quote"] for one in listed] == [str(sent)]
    slug = listed[0]["slug"]
    baseline = program.get(f"projects/{slug}").json()["baseline"]
    assert baseline == Project.objects.get().baseline.document
    report = program.get(f"projects/{slug}/reconciliation").json()
    assert report["whole"]["cost"]["known"] is False
    early = program.get(f"projects/{slug}/reconciliation?as_of=2026-01-01T00:00:00Z")
    assert early.status_code == 200


def test_what_is_wrong_is_named_with_code_and_place(program, draft):
    cases = [
        ("PUT", "scenarios/A/lines/0/price", {"binding": "typed"}, "/why /value"),
        ("POST", "scenarios", {"like": "Z"}, "/like"),
        ("POST", "scenarios", {"like": "C"}, "/like"),
        ("PUT", "scenarios/A/week", {"week": "2026-02-30"}, "/week"),
        ("PUT", "scenarios/A/week", {}, "/week"),
        ("POST", "approvals/request", {"note": 5}, "/note"),
        ("POST", "approvals/request", {"nöte": ""}, "/nöte"),
        ("POST", "approvals/answer", {"approved": "yes"}, "/approved"),
        ("POST", "loss", {"reason": "  "}, "/reason"),
        ("POST", "loss", {"reason": "x", "unit_price": 5}, "/unit_price"),
        ("POST", "send", {"recipient_email": "a\u202eb"}, "/recipient_email"),
        ("PUT", "scenarios/A/spec", {"items": 5}, "/lines"),
    ]

    for method, what, body, path in cases:
        answer = program.change(method, str(draft), what, body)

        assert answer.status_code == 400, (what, body, answer.content)
        assert answer["Content-Type"] == "application/problem+json"
        places = {one["path"] for one in answer.json()["errors"]}
        assert places & set(path.split()), (what, body, answer.json())
    draft.refresh_from_db()
    assert draft.edition == 1


def test_prices_follow_list_target_and_floor_as_the_workbench_says(program, draft):
    estimate = program.get(f"quotes/{draft}/estimate").json()
    line = estimate["lines"][0]["suggested"]

    for binding in ("list", "target", "floor"):
        body = {"binding": binding, "why": "as suggested"}
        answer = program.change("PUT", str(draft), "scenarios/A/lines/0/price", body)

        decided = answer.json()["scenarios"][0]["decisions"][0]["value"]
        assert Decimal(decided) == Decimal(line[binding])


def test_a_stale_edition_is_refused_and_nothing_changes(program, draft):
    address = f"quotes/{draft}/scenarios/A/week"
    first = program.get(f"quotes/{draft}")["ETag"]

    missing = program.ask("PUT", address, {"week": None})
    done = program.ask("PUT", address, {"week": "2026-06-01"}, etag=first)
    stale = program.ask("PUT", address, {"week": "2026-07-06"}, etag=first)
    weak = program.ask("PUT", address, {"week": None}, etag=f"W/{done['ETag']}")
    anyway = program.ask("PUT", address, {"week": "2026-08-03"}, etag="*")

    assert [one.status_code for one in (missing, done, stale, weak, anyway)] == [
        *(428, 200, 412, 412, 200),
    ]
    assert stale.json()["code"] == "stale"
    assert missing.json()["code"] == "if_match_missing"
    assert done.json()["scenarios"][0]["promised_week"] == "2026-06-01"
    assert anyway.json()["edition"] == 3


def test_who_has_it_already_is_told_so(program, draft):
    seen = program.get(f"quotes/{draft}")

    again = program.get(f"quotes/{draft}", If_None_Match=seen["ETag"])

    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == seen["ETag"]


def test_the_list_is_filtered_and_turned_page_by_page(desk, program):
    workspace, user = desk
    drafts = [str(a_draft(workspace=workspace, by=user)) for _ in range(4)]
    sent = a_sent_quote(a_draft(workspace=workspace, by=user)).revision

    first = program.get("quotes?limit=2").json()
    second = program.get(f"quotes?limit=2&after={first['next']}").json()
    third = program.get(f"quotes?limit=2&after={second['next']}").json()

    pages = [[one["name"] for one in page["items"]] for page in (first, second, third)]
    assert [name for page in pages for name in page] == [str(sent), *reversed(drafts)]
    assert third["next"] is None
    assert [one["name"] for one in found(program, "state=sent")] == [str(sent)]
    assert len(found(program, "state=draft")) == 4
    assert found(program, "state=expired") == []
    assert len(found(program, "client=acme")) == 5
    assert found(program, "client=nobody") == []
    assert len(found(program, f"number={sent.quote.number}")) == 1
    with patch("quotes.api.reads.now", lambda: datetime(2026, 9, 1, tzinfo=UTC)):
        assert [one["state"] for one in found(program, "state=expired")] == ["expired"]
        assert found(program, "state=sent") == []


def found(program, query):
    return program.get(f"quotes?{query}").json()["items"]


def test_questions_and_answers_of_the_client_are_listed(desk, program):
    workspace, user = desk
    sent = a_sent_quote(a_draft(workspace=workspace, by=user)).revision
    ask_question(sent, text="Which tool?", now=NOON)
    decline_quote(sent, reason="too late", now=NOON)

    questions = program.get(f"quotes/{sent}/events?kind=question").json()["items"]
    every = program.get(f"quotes/{sent}/events").json()["items"]

    assert [one["note"] for one in questions] == ["Which tool?"]
    assert [one["kind"] for one in every] == ["declined", "question"]


def test_the_pdf_of_a_sent_quote_is_the_frozen_one(desk, program):
    workspace, user = desk
    sent = a_sent_quote(a_draft(workspace=workspace, by=user)).revision

    pdf = program.get(f"quotes/{sent}/pdf?size=letter")
    again = program.get(f"quotes/{sent}/pdf?size=letter", If_None_Match=pdf["ETag"])

    assert pdf.content == bytes(sent.pdfs.get(size="letter").body)
    assert pdf["Content-Disposition"] == f'attachment; filename="{sent}-letter.pdf"'
    assert again.status_code == 304
    assert program.get(f"quotes/{sent}/pdf?size=a0").status_code == 400


def test_sent_again_with_its_key_it_is_sent_once_and_shows_the_same_link(desk, program):
    workspace, user = desk
    draft = a_draft(workspace=workspace, by=user)
    approved(draft)
    etag = program.get(f"quotes/{draft}")["ETag"]

    first, second = (
        program.ask("POST", f"quotes/{draft}/send", {}, etag=etag, key="k1")
        for _ in range(2)
    )

    assert first.status_code == second.status_code == 200, first.content
    assert first.json() == second.json()
    assert second["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    link = first.json()["link"]
    assert Client().get(link).status_code == 200
    kept = KeptAnswer.objects.get()
    assert link.rsplit("/", 1)[1] not in f"{kept.body} {kept.headers} {kept.key_hash}"
    assert QuoteRevision.objects.get().links.count() == 1


def test_a_link_is_renewed_and_closed(desk, program):
    workspace, user = desk
    sent = a_sent_quote(a_draft(workspace=workspace, by=user))
    old = f"/q/{sent.token}"
    name = str(sent.revision)

    etag = program.get(f"quotes/{name}")["ETag"]
    first, again = (
        program.ask("POST", f"quotes/{name}/link", {}, etag=etag, key="k1")
        for _ in range(2)
    )

    assert first.json() == again.json()
    assert Client().get(old).status_code == 404
    assert Client().get(first.json()["link"]).status_code == 200
    assert program.change("POST", name, "link/close").status_code == 200
    assert Client().get(first.json()["link"]).status_code == 404
    none = program.change("POST", name, "link/close")
    assert (none.status_code, none.json()["code"]) == (409, "no_open_link")


def test_the_record_names_the_key(desk, program):
    program.ask("POST", "quotes", a_spec())

    entry = AuditEntry.objects.get(action="draft_quote")
    _, user = desk
    assert entry.actor == f"{user} by key {program.token.split('_')[1]}"
    assert Quote.objects.count() == 1
    made = program.get("quotes").json()["items"][0]
    assert made["created_by"] == str(user)


def test_an_accepted_quote_cannot_be_withdrawn(desk, program):
    workspace, user = desk
    sent = a_sent_quote(a_draft(workspace=workspace, by=user)).revision
    accept(sent)

    answer = program.change("POST", str(sent), "withdraw")

    assert (answer.status_code, answer.json()["code"]) == (409, "quote_accepted")
    assert program.get(f"quotes/{sent}").json()["state"] == "accepted"
