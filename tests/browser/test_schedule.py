"""The schedule designer in a real browser: each width, by keyboard, no scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.accessibility import accessibility_faults
from tests.browser.test_staff import WIDTHS, a_seller, sign_in

QUESTION = (
    "/schedule/?items=20000&type=bounding_box&units=5&start_on=2027-01-04"
    "&deadline=2027-02-26&annotators=6&streams=5"
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_accessible_and_fits_every_width(page, scheme):
    page.emulate_media(color_scheme=scheme)
    sign_in(page, a_seller())
    page.goto(QUESTION)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")

    faults = accessibility_faults(page)

    assert faults == []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        needed = page.evaluate("document.documentElement.scrollWidth")
        assert needed <= width, f"needs {needed} of {width}"


def test_a_deadline_is_asked_about_by_keyboard_without_scripts(browser, site):
    context = browser.new_context(
        base_url=site.url, java_script_enabled=False, locale="en-US"
    )
    page = context.new_page()
    sign_in(page, a_seller())
    page.get_by_role("link", name="Schedule").press("Enter")
    page.get_by_label("Annotators").fill("2")
    page.get_by_label("Deadline").fill("2027-06-30")

    page.get_by_label("Deadline").press("Enter")

    expect(page.get_by_text("Done by 30 June 2027")).to_be_visible()
    expect(page.get_by_role("row", name="Second shift")).to_be_visible()
    context.close()
