"""The page of calculators in a real browser: each width, by keyboard, no scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.accessibility import accessibility_faults
from tests.browser.test_staff import WIDTHS, a_seller, sign_in

QUOTES = (
    "/calculators/?r1-name=Crowd&r1-price=0.049&r1-unit=box&r1-includes_review=no"
    "&r2-name=Cheaper&r2-price=0.05&r2-accuracy=95&r2-minimum=0&r2-set_up=0"
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_accessible_and_fits_every_width(page, scheme):
    page.emulate_media(color_scheme=scheme)
    sign_in(page, a_seller())
    page.goto(QUOTES)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")

    faults = accessibility_faults(page)

    assert faults == []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        needed = page.evaluate("document.documentElement.scrollWidth")
        assert needed <= width, f"needs {needed} of {width}"


def test_quotes_are_compared_by_keyboard_without_scripts(browser, site):
    context = browser.new_context(
        base_url=site.url, java_script_enabled=False, locale="en-US"
    )
    page = context.new_page()
    sign_in(page, a_seller())
    page.get_by_role("link", name="Calculators").press("Enter")
    page.get_by_text("Quote 2", exact=True).first.press("Enter")
    page.get_by_label("Price of one").nth(1).fill("0.05")
    page.get_by_label("Vendor").nth(1).fill("Cheaper")

    page.get_by_label("Vendor").nth(1).press("Enter")

    rival = page.get_by_role("row", name="Cheaper")
    expect(rival.get_by_text("Ask first:")).to_be_visible()
    context.close()
