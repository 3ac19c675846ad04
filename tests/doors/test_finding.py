"""The field in the head: what bears a word is found, and only in one's workspace."""

from __future__ import annotations

import pytest

from quotes.actions.projects import import_project
from scoping.access import Role
from tests.factories import NOON, a_membership, a_published_card, a_workspace
from tests.quotes.a_quote import a_desk, a_draft

pytestmark = pytest.mark.django_db
SPEC = {
    "name": "Street scenes",
    "items": 100,
    "lines": [{"type": "bounding_box", "units_per_item": 5}],
}


def test_a_part_of_a_name_finds_what_one_may_see_and_nothing_of_others(client):
    workspace, other = a_workspace(), a_workspace(slug="other")
    for one in (workspace, other):
        a_published_card(workspace=one)
    for one, slug in ((workspace, "streets"), (other, "elsewhere")):
        import_project(
            SPEC,
            workspace=one,
            slug=slug,
            start_on=None,
            paid_clock="label",
            by="test",
            now=NOON,
        )
    client.force_login(a_membership(workspace=workspace, role=Role.MANAGER).user)

    hit = client.get("/find/", {"q": "scenes STREE"}).content.decode()

    assert 'href="/projects/streets/"' in hit
    assert "elsewhere" not in hit
    assert "Nothing bears these words" in client.get("/find/?q=masks").content.decode()
    for odd in ("", "%00", "x" * 5000, "<script>alert(1)</script>", "'"):
        answer = client.get("/find/", {"q": odd})
        assert answer.status_code == 200
        assert "<script>alert" not in answer.content.decode()
    client.force_login(a_membership(workspace=workspace, role=Role.SALES).user)
    assert "/projects/streets/" not in client.get("/find/?q=street").content.decode()


def test_a_quote_is_found_by_its_number_as_every_page_writes_it(client):
    workspace, user = a_desk()
    client.force_login(user)
    draft = a_draft(workspace=workspace, by=user)

    for words in (str(draft), str(draft).lower(), draft.quote.number):
        hit = client.get("/find/", {"q": words}).text
        assert f'href="/quotes/{draft}/"' in hit, words
    assert f'href="/quotes/{draft}/"' not in client.get(f"/find/?q={draft}0").text


def test_what_is_found_is_named_as_it_was_typed_in_vietnamese(client):
    workspace, user = a_desk()
    client.force_login(user)
    draft = a_draft(workspace=workspace, by=user)
    draft.name = "12 May 2026"
    draft.save(update_fields=["name"])

    hit = client.get("/find/?q=may", headers={"Accept-Language": "vi"}).text

    assert f'href="/quotes/{draft}/"><bdi translate="no">12 May 2026</bdi>' in hit
