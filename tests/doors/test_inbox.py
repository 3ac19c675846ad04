"""The inbox: what came in, whose it is, done or not, and mails that failed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from quotes.actions.answers import ask_question, note_opened
from quotes.jobs.mail import deliver
from quotes.models import InboxItem
from scoping.access import Role
from scoping.actions import enqueue
from scoping.actions.public import Asker, ask_for_quote
from scoping.models import OutboxMessage, PublicScope, Scope
from tests.factories import a_client, a_membership, a_workspace
from tests.quotes.a_quote import NOON, a_sent_quote, a_spec, accept

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def asked():
    """A sent quote that was opened, with a question on it."""
    revision = a_sent_quote().revision
    note_opened(revision, now=NOON)
    ask_question(revision, text="Are masks in?", now=LATER)
    return revision


def at_desk(client, workspace, role=Role.SALES):
    member = a_membership(workspace=workspace, role=role)
    client.force_login(member.user)
    return member.user


def test_an_empty_inbox_says_what_will_stand_there(client):
    at_desk(client, a_workspace())

    page = client.get("/inbox/").text

    assert "Nothing is waiting" in page
    assert 'href="/inbox/" aria-current="page"' in page


def test_what_clients_did_is_listed_newest_first(client, asked):
    at_desk(client, asked.workspace)

    page = client.get("/inbox/").text

    assert page.index("Are masks in?") < page.index("Opened</span>")
    assert f'href="/quotes/{asked}/"' in page
    assert "Acme Vision · " in page


def test_an_item_is_given_to_somebody_with_what_else_is_open_of_the_quote(
    client, asked
):
    other = at_desk(client, asked.workspace)
    item = InboxItem.objects.get(kind="question")

    answer = client.post(
        f"/inbox/{item.pk}/owner", {"owner": other.pk, "back": "/inbox/?owner=me"}
    )
    accept(asked, now=LATER)

    assert (answer.status_code, answer.url) == (302, "/inbox/?owner=me")
    still = InboxItem.objects.filter(done_at=None)
    assert set(still.values_list("owner", flat=True)) == {other.pk}
    assert "Accepted</span>" in client.get("/inbox/?owner=me&kind=accepted").text
    assert "Nothing here" in client.get("/inbox/?owner=nobody").text


def test_an_item_is_done_and_open_again(client, asked):
    at_desk(client, asked.workspace)
    item = InboxItem.objects.get(kind="question")

    client.post(f"/inbox/{item.pk}/done", {"done": "yes", "back": "//evil.example/"})
    assert "Are masks in?" not in client.get("/inbox/").text
    assert "Are masks in?" in client.get("/inbox/?show=done").text
    client.post(f"/inbox/{item.pk}/done", {"done": "no"})

    assert "Are masks in?" in client.get("/inbox/").text


def test_what_was_answered_settles_itself(client, asked):
    accept(asked, now=LATER)

    still = InboxItem.objects.filter(done_at=None).values_list("kind", flat=True)

    assert set(still) == {"question", "accepted"}


def test_the_way_back_leads_to_the_inbox_only(client, asked):
    at_desk(client, asked.workspace)
    item = InboxItem.objects.get(kind="question")

    for back in ("//evil.example/", "/inbox/@evil.example\\", "https://evil.example"):
        answer = client.post(f"/inbox/{item.pk}/done", {"done": "no", "back": back})
        assert answer.url.startswith("/inbox/"), back


def test_the_inbox_of_another_workspace_is_not_there(client, asked):
    stranger = at_desk(client, a_workspace())
    before = list(InboxItem.objects.order_by("pk").values())
    (item, *_) = InboxItem.objects.all()

    for path in ("owner", "done"):
        said = {"owner": stranger.pk, "done": "yes"}
        assert client.post(f"/inbox/{item.pk}/{path}", said).status_code == 404

    assert list(InboxItem.objects.order_by("pk").values()) == before
    assert "Are masks in?" not in client.get("/inbox/?show=all").text


def test_an_item_is_given_to_nobody_from_elsewhere(client, asked):
    at_desk(client, asked.workspace)
    outsider = a_membership(workspace=a_workspace()).user
    item = InboxItem.objects.get(kind="question")

    for typed in ("x", "999999", "-1", str(outsider.pk)):
        answer = client.post(f"/inbox/{item.pk}/owner", {"owner": typed})
        assert answer.status_code == 400, typed
    assert InboxItem.objects.get(kind="question").owner == asked.created_by


def test_an_odd_filter_shows_the_inbox(client, asked):
    at_desk(client, asked.workspace)

    for query in ("show=x", "kind=x", "owner=x", "owner=0", "page=x", "page=99"):
        assert "Are masks in?" in client.get(f"/inbox/?{query}").text, query


def test_clients_have_no_inbox(client, asked):
    owner = a_client(workspace=asked.workspace)
    user = a_membership(workspace=asked.workspace, role=Role.CLIENT, client=owner).user
    client.force_login(user)

    assert client.get("/inbox/").status_code == 403
    assert client.get("/inbox/mails/").status_code == 403


def test_a_mail_that_was_given_up_is_seen_and_tried_again(client, asked):
    at_desk(client, asked.workspace)
    deliver(clock=lambda: LATER)
    OutboxMessage.objects.filter(topic="mail", payload__topic="quote_question").update(
        delivered_at=None, failed_at=LATER, last_error="OSError: no such mailbox"
    )
    (failed,) = OutboxMessage.objects.filter(failed_at__isnull=False)

    assert "1 not sent" in client.get("/inbox/").text
    page = client.get("/inbox/mails/").text
    assert "no such mailbox" in page
    assert f"Question on quote {asked} to {asked.created_by}" in page
    client.post(f"/inbox/mails/{failed.pk}/again")

    failed.refresh_from_db()
    assert failed.failed_at is None
    assert (
        "does not wait"
        in client.post(f"/inbox/mails/{failed.pk}/again", follow=True).text
    )


def test_no_mail_is_said(client):
    at_desk(client, a_workspace())

    assert "No mail yet" in client.get("/inbox/mails/").text


def test_a_long_inbox_has_older_pages(client, asked):
    at_desk(client, asked.workspace)
    InboxItem.objects.bulk_create(
        InboxItem(
            workspace=asked.workspace,
            kind="opened",
            key=f"more {index}",
            revision=asked,
            at=LATER,
        )
        for index in range(60)
    )

    first = client.get("/inbox/").text
    second = client.get("/inbox/?page=2").text

    assert 'href="/inbox/?page=2"' in first
    assert first.count("inbox-item") == 50
    assert 'href="/inbox/"' in second
    assert second.count("inbox-item") == 12


def test_a_mail_to_somebody_who_left_is_named(client, asked):
    at_desk(client, asked.workspace)
    enqueue(
        "mail",
        {"topic": "quote_lost", "quote": str(asked), "to": "99999", "event": "x"},
        workspace=asked.workspace,
        dedupe_id="x > 99999",
        now=NOON,
    )

    assert "quote lost" in client.get("/inbox/mails/").text
    assert "to somebody who left" in client.get("/inbox/mails/").text


def test_a_quote_asked_for_on_the_public_form_comes_in_once_and_is_mailed(client):
    user = at_desk(client, a_workspace())
    workspace = user.memberships.get().workspace
    spec = a_spec(name="Shelves")
    scope = Scope.objects.create(
        workspace=workspace, name="Shelves", document=spec, digest="x", seed=1
    )
    kept = PublicScope.objects.create(
        workspace=workspace, scope=scope, token_hash="x", answers={}
    )
    asker = Asker(
        company="Brightcart",
        email="ines@brightcart.example",
        message="By spring, please.",
    )

    for _ in range(2):
        ask_for_quote(kept, asker=asker, now=NOON)
    # It is there before the worker ran, and whether or not anybody looks.
    assert InboxItem.objects.get().scope == scope
    pages = [client.get("/inbox/").text for _ in range(2)]
    deliver(clock=lambda: LATER)

    assert InboxItem.objects.count() == 1
    assert "Brightcart · ines@brightcart.example" in pages[1]
    assert "By spring, please." in pages[1]
    assert f'href="/scopes/{scope.pk}/"' in pages[1]
    (letter,) = mail.outbox
    assert (letter.to, letter.reply_to) == ([user.email], ["ines@brightcart.example"])
    assert "> By spring, please." in str(letter.body)
