"""The staff pages in a real browser: from an empty form to a sent quote.

Once with scripts and once without, from 360 to 1440 pixels, with axe on every page.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from scoping.models import User
from tests.accessibility import accessibility_faults
from tests.factories import a_membership, a_published_card, a_workspace
from tests.quotes.a_quote import a_draft, a_sent_quote

WIDTHS = (360, 768, 1200, 1440)
PASSWORD = "correct horse"


def a_seller() -> User:
    workspace = a_workspace(name="Northline Labels", timezone="Asia/Ho_Chi_Minh")
    a_published_card(workspace=workspace)
    return a_membership(workspace=workspace, role="manager").user


def sign_in(page, user) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/quotes/")


def fill_form(page) -> None:
    page.get_by_role("link", name="New scope").click()
    page.get_by_label("Name of the project").fill("Street scenes")
    page.get_by_label("Client", exact=True).fill("Acme Vision")
    page.get_by_label("Images", exact=True).fill("100,000")
    page.get_by_label("Start").fill("2027-03-01")
    page.get_by_label("Typical", exact=True).fill("5")
    page.get_by_role("button", name="Add a line").click()
    page.get_by_label("What is labelled").nth(1).select_option("image_tag")
    page.get_by_label("Typical", exact=True).nth(1).fill("2")


def quote_from_form(page) -> str:
    """Fill the form, decide a price, send, and return the total of the page."""
    sign_in(page, a_seller())
    fill_form(page)
    page.get_by_role("button", name="Save as draft quote").click()
    expect(page.get_by_role("heading", name="Street scenes")).to_be_visible()
    total = str(page.locator("tr.total .card-amount").inner_text())
    page.get_by_text("Decide the price of Boxes").click()
    page.get_by_label("It follows").first.select_option("typed")
    page.get_by_label("Typed price").first.fill("0.1200")
    page.get_by_label("Why this price").first.fill("renewal")
    page.get_by_role("button", name="Decide").first.click()
    expect(page.get_by_text("typed: renewal")).to_be_visible()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_label("Private link")).to_be_visible()
    return total


def test_a_scope_becomes_a_sent_quote(page):
    quote_from_form(page)

    expect(page.locator(".page-head").get_by_text("Sent", exact=True)).to_be_visible()
    assert "/q/" in page.get_by_label("Private link").input_value()


def test_it_works_the_same_without_scripts(browser, site, page):
    with_scripts = quote_from_form(page)
    context = browser.new_context(
        base_url=site.url, java_script_enabled=False, locale="en-US"
    )

    without = quote_from_form(context.new_page())

    context.close()
    assert without == with_scripts


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible_and_fits_every_width(page, scheme):
    user = a_seller()
    workspace = user.memberships.get().workspace
    draft = a_draft(workspace=workspace, by=user)
    sent = a_sent_quote(draft).revision
    page.emulate_media(color_scheme=scheme)
    sign_in(page, user)

    for address in (
        "/quotes/",
        "/scopes/",
        "/scopes/new",
        "/rate-cards/",
        "/styleguide/",
        f"/quotes/{sent}/",
    ):
        page.goto(address)
        page.evaluate(
            "document.querySelectorAll('details').forEach(d => d.open = true)"
        )
        assert accessibility_faults(page) == [], address
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            needed = page.evaluate("document.documentElement.scrollWidth")
            assert needed <= width, f"{address} needs {needed} of {width}"


def test_a_problem_leads_to_its_field_by_keyboard(browser, site):
    # Chromium writes an answer of 400 to the console, which `page` would not allow.
    context = browser.new_context(base_url=site.url, locale="en-US")
    page = context.new_page()
    sign_in(page, a_seller())
    page.goto("/scopes/new")
    page.get_by_label("Images", exact=True).fill("100.000")
    page.get_by_label("Images", exact=True).press("Enter")

    page.get_by_role("link", name="Images: Write 100,000").press("Enter")

    expect(page.get_by_label("Images", exact=True)).to_be_focused()
    context.close()
