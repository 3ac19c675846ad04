"""Private links: made anew, closed, and never to an address that is none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from quotes.actions import RefusedError
from quotes.actions.links import close_links, renew_link
from quotes.actions.sending import send_quote
from quotes.models import QuoteRevision, Recipient
from scoping.access import Role
from scoping.models import OutboxMessage
from tests.factories import a_membership, approved
from tests.quotes.a_quote import a_draft, a_sent_quote, quickly

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent():
    return a_sent_quote(now=datetime.now(UTC))


def opened(token: str) -> Client:
    browser = Client()
    browser.post(f"/q/{token}")
    return browser


@pytest.fixture
def staff(client, sent):
    workspace = sent.revision.workspace
    client.force_login(a_membership(workspace=workspace, role=Role.SALES).user)
    with quickly():
        yield client


def test_a_new_link_shuts_out_whoever_came_by_an_old_one(sent):
    before = opened(sent.token)
    assert before.get("/offer/").status_code == 200

    made = renew_link(
        sent.revision, by=sent.revision.created_by, role="sales", now=datetime.now(UTC)
    )

    assert before.get("/offer/").status_code == 403
    assert Client().get(f"/q/{sent.token}").status_code == 404
    assert opened(made.token).get("/offer/").status_code == 200
    assert sent.revision.links.exclude(revoked_at=None).count() == 1
    assert not OutboxMessage.objects.filter(topic="quote_link_renewed").exists()


def test_closed_links_open_nothing_and_are_closed_once(sent):
    who = {"by": sent.revision.created_by, "role": "sales", "now": datetime.now(UTC)}
    close_links(sent.revision, **who)

    assert Client().get(f"/q/{sent.token}").status_code == 404
    with pytest.raises(RefusedError) as again:
        close_links(sent.revision, **who)
    assert again.value.code == "no_open_link"


def test_staff_make_and_close_links_on_the_workbench(staff, sent):
    name = str(sent.revision)
    page = staff.post(
        f"/quotes/{name}/link", {"recipient_email": "ines@brightcart.example"}
    )
    assert "/q/" in page.context["page"].link.url
    assert sent.token not in page.text
    assert OutboxMessage.objects.filter(topic="quote_link_renewed").count() == 1
    assert Recipient.objects.filter(person__email="ines@brightcart.example").exists()

    staff.post(f"/quotes/{name}/link/close")
    again = staff.post(f"/quotes/{name}/link/close")

    assert not sent.revision.links.filter(revoked_at=None).exists()
    assert (again.status_code, "No link to" in again.text) == (409, True)
    assert "Close all links" not in staff.get(f"/quotes/{name}/").text


@pytest.mark.parametrize("door", ["send", "link"])
def test_an_address_that_is_none_is_refused_at_its_field(staff, sent, door):
    revision: QuoteRevision = sent.revision
    if door == "send":
        by = revision.created_by
        revision = approved(a_draft(workspace=revision.workspace, by=by))

    page = staff.post(
        f"/quotes/{revision}/{door}", {"recipient_email": "ines at brightcart"}
    )

    assert page.status_code == 400
    assert "is no address of mail" in page.text
    field = "recipient_email" if door == "send" else "link_email"
    assert f'href="#{field}"' in page.text
    assert not Recipient.objects.exists()
    if door == "send":
        with pytest.raises(RefusedError):
            send_quote(
                revision,
                by=revision.created_by,
                role="sales",
                now=datetime.now(UTC),
                recipient_email="a" * 250 + "@example.com",
            )
