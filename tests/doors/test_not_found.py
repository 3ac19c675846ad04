"""The page for what is not there: its head keeps the way back."""

from __future__ import annotations

import pytest

from tests.factories import a_membership, a_user

pytestmark = pytest.mark.django_db
NAV = 'aria-label="Main"'


def test_staff_keep_their_sections_where_nothing_is(client):
    client.force_login(a_membership().user)

    page = client.get("/nothing/here/")

    assert page.status_code == 404
    assert NAV in page.text
    assert 'href="/quotes/"' in page.text


def test_strangers_and_people_without_a_workspace_see_no_sections(client):
    strange = client.get("/nothing/here/")
    client.force_login(a_user())
    lost = client.get("/nothing/here/")

    assert (strange.status_code, lost.status_code) == (404, 404)
    assert NAV not in strange.text + lost.text
