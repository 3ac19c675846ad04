"""The corpus of bad inputs at the private link: status and path, on both databases."""

from __future__ import annotations

import ast
import csv
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
import yaml
from django.core import mail
from django.test import Client

from quotes.actions import RefusedError
from quotes.actions.revisions import revise_quote
from quotes.models import Acceptance, QuoteEvent
from quotes.queries.quotes import state_at
from tests.companies import ADDRESSES, filled
from tests.factories import ROOT, a_membership
from tests.quotes.a_quote import NOON, a_desk, a_draft, a_sent_quote, accept
from tests.scale import count
from tests.shared import shared
from tests.test_safe_methods import watched

pytestmark = pytest.mark.django_db
ROWS = yaml.safe_load((ROOT / "tests/nasty/link_output.yaml").read_text("utf-8"))
SCANNERS = (
    {"Purpose": "prefetch"},
    {"Sec-Purpose": "prefetch;prerender"},
    {"User-Agent": "Mozilla/5.0 HeadlessChrome"},
    {"User-Agent": "SafeLinks", "X-Forwarded-For": "203.0.113.9"},
)
ANSWER = {"typed_name": "Ann Example", "consent": "yes"}


@pytest.fixture
def at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


def test_every_row_of_the_corpus_has_its_test_or_its_reason():
    with shared("data/nasty_inputs.csv").open(encoding="utf-8") as file:
        wanted = {
            row["id"]
            for row in csv.DictReader(file)
            if row["surface"] in ("link", "output")
        }

    assert set(ROWS) == wanted
    for key, row in ROWS.items():
        assert row.get("tests") or row.get("unused"), key
        for test in row.get("tests", ()):
            path, name = test.split("::")
            tree = ast.parse((ROOT / path).read_text("utf-8"))
            functions = [one for one in tree.body if isinstance(one, ast.FunctionDef)]
            assert name in [one.name for one in functions], test


def test_scanners_and_previews_change_nothing(client, at_noon):
    sent = a_sent_quote(now=NOON)
    visited = 0
    with watched() as found:
        while visited < count(1000):
            for headers in SCANNERS:
                for method in ("GET", "HEAD", "OPTIONS"):
                    for address in (f"/q/{sent.token}", "/offer/", "/offer/accept"):
                        answer = client.generic(method, address, headers=headers)
                        assert answer.status_code in (200, 403, 405), address
                        visited += 1

    assert found == []
    assert not QuoteEvent.objects.exists()
    sent.revision.refresh_from_db()
    assert sent.revision.state == "sent"


def test_the_last_day_ends_with_its_last_moment(client):
    sent = a_sent_quote(now=NOON)
    revision = sent.revision
    client.post(f"/q/{sent.token}")
    zone = ZoneInfo(revision.time_zone)
    assert revision.valid_until is not None
    after = datetime.combine(
        revision.valid_until + timedelta(days=1), datetime.min.time(), zone
    ).astimezone(UTC)
    moment = timedelta(milliseconds=1)

    assert state_at(revision, at=after - moment) == "sent"
    for late in (after, after + moment):
        with pytest.raises(RefusedError, match="Ask for a new one") as refused:
            accept(revision, now=late)
        assert (refused.value.code, refused.value.status) == ("quote_expired", 409)
    with time_machine.travel(after, tick=False):
        answer = client.post(
            "/offer/accept",
            ANSWER | {"client_digest": revision.client_digest},
            headers={"Date": "Mon, 05 Jan 2026 12:00:00 GMT"},
        )
        assert answer.status_code == 409
        assert "expired" in answer.text
    assert accept(revision, now=after - moment).at == after - moment


def test_a_page_of_an_older_revision_accepts_nothing(client, at_noon):
    first = a_sent_quote(now=NOON)
    client.post(f"/q/{first.token}")
    by = first.revision.created_by
    draft = revise_quote(first.revision, by=by, role="manager", now=NOON)
    second = a_sent_quote(draft, now=NOON)
    old = ANSWER | {"client_digest": first.revision.client_digest}

    late = client.post("/offer/accept", old)
    client.post(f"/q/{second.token}")
    unseen = client.post("/offer/accept", old)

    assert (late.status_code, unseen.status_code) == (409, 409)
    assert "A newer quote replaced this one" in late.text
    assert "Load the page again" in unseen.text
    with pytest.raises(RefusedError) as refused:
        accept(second.revision, client_digest=first.revision.client_digest)
    assert refused.value.code == "stale_version"
    assert not Acceptance.objects.exists()


def test_the_token_of_one_quote_opens_nothing_of_another(client, at_noon):
    workspace, by = a_desk()
    one, other = (
        a_sent_quote(a_draft(workspace=workspace, by=by, name=name), now=NOON)
        for name in ("Northern streets", "Secret harbour")
    )
    client.post(f"/q/{one.token}")
    name = str(other.revision)
    tried = 0

    for written, _ in ADDRESSES:
        if not written.startswith(("q/", "offer", "quotes/<str:name>")):
            continue
        path = "/" + filled(written, {"name": name, "token": name})
        for method in ("GET", "POST"):
            answer = client.generic(
                method, f"{path}?t={one.token}&token={one.token}&quote={name}"
            )
            body = b"" if answer.streaming else answer.content
            assert b"Secret harbour" not in body, path
            assert name.encode() not in body or written.startswith("quotes/"), path
            if written.startswith("q/"):
                assert answer.status_code == 404, path
            if written.startswith("quotes/"):
                # Nobody is signed in: the same for every name, there or not.
                assert answer.status_code in (302, 405), (path, answer.status_code)
            tried += 1
    assert tried > 40
    other.revision.refresh_from_db()
    assert other.revision.state == "sent"


def test_a_forged_host_is_refused_and_stands_in_no_mail(client):
    user = a_membership().user

    for headers in ({"Host": "evil.example"}, {"Host": "127.0.0.1:80@evil.example"}):
        assert client.get("/accounts/login/", headers=headers).status_code == 400
    client.post(
        "/accounts/password/reset/",
        {"email": user.email},
        headers={"X-Forwarded-Host": "evil.example", "X-Original-Host": "evil.example"},
    )

    (letter,) = mail.outbox
    assert "evil.example" not in str(letter.body)


def test_a_forged_origin_is_counted_as_who_sent_it(client, settings):
    workspace, _ = a_desk()
    settings.PUBLIC_WORKSPACE = workspace.slug
    settings.PUBLIC_FORM_PER_HOUR = 3

    answers = [
        Client()
        .get(
            f"/scope/{workspace.slug}/",
            headers={
                "X-Forwarded-For": f"198.51.100.{last}",
                "X-Real-Ip": f"198.51.100.{last}",
            },
        )
        .status_code
        for last in range(5)
    ]

    assert answers == [200, 200, 200, 429, 429]
