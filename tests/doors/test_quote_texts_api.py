"""Texts, promises and the inbox over the API: the same actions, the same refusals."""

from __future__ import annotations

import pytest

from quotes.actions.answers import ask_question
from quotes.models import InboxItem
from quotes.queries.quotes import scenario_of
from tests.doors.api import Program
from tests.factories import a_membership, a_workspace
from tests.quotes.a_quote import NOON, a_desk, a_draft, a_sent_quote, quickly

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    with quickly():
        workspace, user = a_desk()
        program = Program()
        program.client.force_login(user)
        yield program, a_draft(workspace=workspace, by=user)


def test_a_text_is_written_by_whoever_saw_the_quote_as_it_is(desk):
    program, draft = desk
    quote = f"quotes/{draft}"
    etag = program.get(quote)["ETag"]
    before = program.get(f"{quote}/texts").json()
    words = {"heading": "Ours", "text": "Call **us**."}

    unseen = program.ask("PUT", f"{quote}/texts/closing", words)
    there = program.ask("PUT", f"{quote}/texts/closing", words, etag=etag)
    stale = program.ask("PUT", f"{quote}/template", {"template": ""}, etag=etag)
    etag = there["ETag"]
    other = program.ask("PUT", f"{quote}/template", {"template": "x"}, etag=etag)
    chosen = program.ask(
        "PUT", f"{quote}/template", {"template": "standard"}, etag=etag
    )

    assert unseen.status_code == 428
    assert there.status_code == 200, there.content
    assert there.json()["edition"] == 2
    assert stale.status_code == 412
    assert (other.status_code, other.json()["code"]) == (400, "no_such_template")
    assert other.json()["errors"][0]["path"] == "/template"
    assert chosen.status_code == 200
    after = program.get(f"{quote}/texts").json()
    assert before["template"]["by_kind"] is True
    assert (after["template"]["key"], after["template"]["by_kind"]) == (
        "standard",
        False,
    )
    (own,) = [
        one
        for one in after["sections"]
        if not one["filled_by_quote"] and one["version"] is None
    ]
    assert (own["section"], own["text"]) == ("closing", "Call **us**.")
    assert program.ask("PUT", f"{quote}/texts/costs", words).status_code == 404


def test_promises_are_replaced_and_complained_about_where_they_stand(desk):
    program, draft = desk
    address = f"quotes/{draft}/scenarios/A/promises"
    etag = program.get(f"quotes/{draft}")["ETag"]

    wrong = program.ask("PUT", address, {"sla": {"critical": 7}}, etag=etag)
    odd = program.ask("PUT", address, {"sla": {}, "price": 1}, etag=etag)
    array = program.ask("PUT", address, [], etag=etag)
    done = program.ask("PUT", address, {"sla": {"critical": 0.999}}, etag=etag)

    assert (wrong.status_code, wrong.json()["errors"][0]["path"]) == (
        400,
        "/sla/critical",
    )
    assert (odd.status_code, odd.json()["errors"][0]["path"]) == (400, "/price")
    assert (array.status_code, array.json()["code"]) == (400, "invalid_type")
    assert done.status_code == 200, done.content
    assert program.get(address).json()["sla"]["critical"] == "0.999"
    spec = scenario_of(draft).spec
    assert spec["items"] == 100_000


def test_the_inbox_is_listed_given_and_done(desk):
    program, draft = desk
    sent = a_sent_quote(draft).revision
    ask_question(sent, text="Are masks in?", now=NOON)
    colleague = a_membership(workspace=sent.workspace, role="sales").user
    (item,) = program.get("inbox?kind=question").json()["items"]
    address = f"inbox/{item['number']}"

    given = program.ask("PUT", f"{address}/owner", {"owner": colleague.email.upper()})
    nobody = program.ask("PUT", f"{address}/owner", {"owner": "x@example.com"})
    done = program.ask("PUT", f"{address}/done", {"done": True})

    assert (item["quote"], item["text"]) == (str(sent), "Are masks in?")
    assert (given.status_code, given.json()["owner"]) == (200, colleague.email)
    assert (nobody.status_code, nobody.json()["errors"][0]["path"]) == (400, "/owner")
    assert done.json()["done_at"] is not None
    assert program.get("inbox?kind=question").json()["items"] == []
    assert program.get("inbox?show=done&limit=1").json()["items"][0]["number"]
    assert program.get("inbox?after=x").status_code == 400
    last = program.get(f"inbox?show=all&after={item['number']}").json()["items"]
    assert all(one["number"] < item["number"] for one in last)
    freed = program.ask("PUT", f"{address}/owner", {"owner": ""})
    assert freed.json()["owner"] is None
    stranger = Program()
    stranger.client.force_login(a_membership(workspace=a_workspace()).user)
    for path, body in (("owner", {"owner": "x"}), ("done", {"done": True})):
        gone = stranger.ask("PUT", f"{address}/{path}", body)
        assert (gone.status_code, gone.json()["code"]) == (404, "no_such_item")
    assert InboxItem.objects.get(pk=item["number"]).done_at is not None
