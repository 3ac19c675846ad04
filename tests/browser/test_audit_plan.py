"""The audit designer in a real browser: each width, both schemes, no scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.accessibility import accessibility_faults
from tests.browser.test_staff import WIDTHS, a_seller, sign_in

EVERYTHING = (
    "/audit-plans/?batch_items=1000&units_per_item=5&produced=0.8&limit=2&counts=object"
    "&more_rule=sequential&annotators=10&missed=20&false_alarms=1&check_seconds=6"
    "&hour_cost=5&batches=10&auditors=1&hours_per_day=7.5"
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_accessible_and_fits_every_width(page, scheme):
    page.emulate_media(color_scheme=scheme)
    sign_in(page, a_seller())
    page.goto(EVERYTHING)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")

    faults = accessibility_faults(page)

    assert faults == []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        needed = page.evaluate("document.documentElement.scrollWidth")
        assert needed <= width, f"needs {needed} of {width}"


def test_an_audit_is_sized_by_keyboard_without_scripts(browser, site):
    context = browser.new_context(
        base_url=site.url, java_script_enabled=False, locale="en-US"
    )
    page = context.new_page()
    sign_in(page, a_seller())
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
    context.close()
