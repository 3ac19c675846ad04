"""Scenarios side by side in a real browser: made by keyboard, shown at every width."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.accessibility import faults
from tests.quotes.a_quote import a_draft


def test_a_scenario_is_made_by_keyboard_without_scripts_and_compared(
    plain_desk, desk, seller
):
    draft = a_draft(workspace=seller.memberships.get().workspace, by=seller)
    plain = plain_desk
    plain.goto(f"/quotes/{draft}/")
    plain.get_by_role("link", name="Another scenario").press("Enter")
    plain.get_by_label("What changes", exact=True).select_option("reviews")
    plain.get_by_label("To", exact=True).fill("2")
    plain.get_by_label("Name for the client").fill("Reviewed twice")
    plain.get_by_label("Name for the client").press("Enter")

    expect(plain.get_by_role("heading", name="Why B is dearer than A")).to_be_visible()
    table = plain.get_by_role("region", name="Why B is dearer than A")
    expect(table.get_by_role("row", name="More reviews")).to_be_visible()
    expect(plain.get_by_role("link", name="Show what differs")).to_have_count(0)
    plain.get_by_role("link", name="Show all").press("Enter")
    expect(plain.get_by_role("link", name="Show what differs")).to_be_visible()

    desk.goto(f"/quotes/{draft}/compare")
    assert faults(desk) == []
    desk.goto(f"/quotes/{draft}/preview")
    assert faults(desk) == []
