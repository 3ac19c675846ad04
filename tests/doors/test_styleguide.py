"""The page of components: every state is there, so that none is invented elsewhere."""

from __future__ import annotations

import re

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


def test_a_project_a_file_and_a_comparison_are_shown_in_every_state(client):
    client.force_login(a_membership().user)

    page = client.get("/styleguide/").text

    for part in ("answer-long not-known", "figure-2 over", "figure-2 less", "bar-next"):
        assert part in page
    for part in ("is held:", "and 2 more", "file-step-done", "file-step-here"):
        assert part in page
    for part in ("check-good", "check-warn", "check-bad", "check-none"):
        assert part in page
    for part in ("Keep on hold", "1,195 good rows: 40.8 hours, 215.90 USD"):
        assert part in page
    for part in ("Why B is dearer than A", "Why C costs as much as A", "water-less"):
        assert part in page
    assert "beside-other" in page
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_strangers_do_not_see_it(client):
    assert client.get("/styleguide/").status_code == 302
