"""The page of components: every state is there, so that none is invented elsewhere."""

from __future__ import annotations

import pytest

from scoping.web.components import STATE_BADGES
from tests.factories import a_membership

pytestmark = pytest.mark.django_db


def test_every_component_is_shown_in_every_state(client):
    client.force_login(a_membership().user)

    page = client.get("/styleguide/").text

    for badge in STATE_BADGES.values():
        assert f"{badge.words}</span>" in page
    for state in ("field-wrong", "field-locked", "field-changed", "range-stale"):
        assert state in page
    for state in ("accepted", "redone", "delivered", "blocked", "making", "planned"):
        assert f"cell-{state}" in page
    assert "rail-unused" in page
    for part in ("Against the saved draft", "No price yet", "Preview, full on save"):
        assert part in page
    for part in ("as tried", "below floor, needs approval", "is no number"):
        assert part in page
    assert "<details>" in page


def test_every_component_of_the_desk_is_shown_in_every_state(client):
    client.force_login(a_membership().user)

    page = client.get("/styleguide/").text

    for part in ("Pipeline", "Gates of a batch", "Rows of a buyer", "Jobs"):
        assert part in page
    for state in ("met", "not met", "not shown yet", "Blocked", "Sent back"):
        assert state in page
    for state in ("Waiting", "Running", "Done", "Cancelled", "Failed"):
        assert f'data-state="{state}"' in page
    for verdict in ("Can be trusted.", "except for 3 rows", "Cannot be trusted."):
        assert verdict in page
    assert "later than asked" in page
    assert "priced on request" in page


def test_strangers_do_not_see_it(client):
    assert client.get("/styleguide/").status_code == 302
