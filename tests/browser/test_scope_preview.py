"""The preview beside the scope form in a browser: it follows and never goes back."""

from __future__ import annotations

from playwright.sync_api import Page, Route, expect

from tests.accessibility import faults
from tests.browser.conftest import signed_in
from tests.quotes.a_quote import a_draft

PRICE = ".preview .stat-value >> nth=0"


def fill(page: Page) -> None:
    page.goto("/scopes/new")
    page.get_by_label("Client", exact=True).fill("Acme Vision")
    page.get_by_label("Images", exact=True).fill("100,000")
    page.get_by_label("Typical", exact=True).fill("5")


def test_the_price_follows_the_answers_and_the_page_stays_accessible(desk):
    fill(desk)
    expect(desk.locator(PRICE)).to_have_text("44,810.00")

    desk.get_by_label("Images", exact=True).fill("200,000")

    expect(desk.locator(PRICE)).not_to_have_text("44,810.00")
    expect(desk.get_by_label("Images", exact=True)).to_be_focused()
    expect(desk.locator("#preview-said")).to_contain_text("Preview: ")
    assert faults(desk) == []


def test_an_answer_that_was_overtaken_is_dropped(desk):
    # The first question is held until the second one has its answer, and then answered
    # as if nobody had given it up.
    held: list[Route] = []

    def late(route):
        if not held:
            held.append(route)
        else:
            route.continue_()

    desk.add_init_script("AbortController.prototype.abort = function () {};")
    desk.route("**/quotes/preview", late)
    fill(desk)
    desk.wait_for_timeout(600)
    desk.get_by_label("Images", exact=True).fill("200,000")
    expect(desk.locator(PRICE)).to_be_visible()
    shown = desk.locator(PRICE).inner_text()

    held[0].continue_()
    desk.wait_for_timeout(1500)

    assert desk.locator(PRICE).inner_text() == shown != "44,810.00"


def test_without_scripts_a_button_does_the_same(plain_desk):
    fill(plain_desk)

    plain_desk.get_by_role("button", name="Preview the price").click()

    expect(plain_desk.locator(PRICE)).to_have_text("44,810.00")
    expect(plain_desk.get_by_label("Client", exact=True)).to_have_value("Acme Vision")


def test_after_an_error_or_signed_out_the_page_says_that_there_is_no_preview(
    browser, site, seller
):
    # Chromium writes errors to the console, which `desk` would not allow.
    context = browser.new_context(base_url=site.url, locale="en-US")
    page = signed_in(context.new_page(), seller, site)
    said = page.locator("#preview-said")
    fill(page)
    expect(page.locator(PRICE)).to_have_text("44,810.00")
    page.route("**/quotes/preview", lambda route: route.fulfill(status=500, body="no"))

    page.get_by_label("Images", exact=True).fill("200,000")

    expect(said).to_contain_text("No preview now.")
    expect(page.locator(".preview-stale")).to_have_count(0)
    page.unroute("**/quotes/preview")
    page.get_by_label("Images", exact=True).fill("100,000")
    expect(said).to_contain_text("Preview: ")

    context.clear_cookies()
    page.get_by_label("Images", exact=True).fill("300,000")

    expect(said).to_contain_text("No preview now.")
    expect(page.locator(".preview-stale")).to_have_count(0)
    context.close()


def test_on_the_workbench_the_preview_stands_beside_until_it_is_saved(desk, seller):
    draft = a_draft(workspace=seller.memberships.get().workspace, by=seller)
    desk.goto(f"/quotes/{draft}/")
    preview = desk.locator(".bench-preview")
    expect(preview).to_be_hidden()
    asked = []

    def stay(dialog):
        asked.append(dialog.type)
        dialog.dismiss()

    desk.on("dialog", stay)

    desk.get_by_label("Images", exact=True).fill("120,000")

    expect(preview.get_by_text("Preview, full on save")).to_be_visible()
    expect(preview.get_by_text("Against the saved draft")).to_be_visible()
    assert faults(desk) == []
    desk.get_by_role("link", name="Texts").click(no_wait_after=True)
    expect(desk.locator("#id_items")).to_have_value("120,000")
    assert asked == ["beforeunload"]

    preview.get_by_role("button", name="Save and price again").click()

    desk.wait_for_url(f"**/quotes/{draft}/")
    expect(desk.get_by_text("The scope is changed")).to_be_visible()
    expect(desk.get_by_label("Images", exact=True)).to_have_value("120,000")
