"""The audit designer in a real browser: each width, both schemes, no scripts."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.accessibility import faults

EVERYTHING = (
    "/audit-plans/?batch_items=1000&units_per_item=5&produced=0.8&limit=2&counts=object"
    "&more_rule=sequential&annotators=10&missed=20&false_alarms=1&check_seconds=6"
    "&hour_cost=5&batches=10&auditors=1&hours_per_day=7.5"
)


def test_it_is_accessible_and_fits_every_width(desk):
    page = desk
    page.goto(EVERYTHING)

    assert faults(page) == []


def test_an_audit_is_sized_by_keyboard_without_scripts(plain_desk):
    page = plain_desk
    page.locator(".nav-tools summary").press("Enter")
    page.get_by_role("link", name="Audit plans").press("Enter")
    page.get_by_label("Objects in an image").fill("1")
    page.get_by_label("Images in a batch").fill("0")

    page.get_by_label("Images in a batch").press("Enter")
    expect(
        page.get_by_role("heading", name="One answer needs another look")
    ).to_be_visible()
    page.get_by_label("Images in a batch").fill("1,000")
    page.get_by_label("Images in a batch").press("Enter")

    expect(page.get_by_role("heading", name="Check 189 images")).to_be_visible()
