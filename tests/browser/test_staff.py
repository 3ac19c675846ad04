"""The staff pages in a real browser: from an empty form to a sent quote.

Once with scripts and once without, from 360 to 1440 pixels, with axe on every page.
"""

from __future__ import annotations

import re

from django.utils.timezone import now
from playwright.sync_api import expect

from quotes.actions.jobs import start_job
from scoping.models import User
from tests.accessibility import faults
from tests.quotes.a_quote import a_draft, a_sent_quote

PASSWORD = "correct horse"


def sign_in(page, user: User) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(r"/(portfolio|quotes)/$"))  # by the role
    page.goto("/quotes/")


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


def test_a_scope_becomes_a_sent_quote_with_scripts_and_without(
    page, plain_desk, seller
):
    sign_in(page, seller)

    with_scripts = quote_from_form(page)

    expect(page.locator(".page-head").get_by_text("Sent", exact=True)).to_be_visible()
    assert "/q/" in page.get_by_label("Private link").input_value()
    assert quote_from_form(plain_desk) == with_scripts


def test_every_page_is_accessible_and_fits_every_width(desk, seller):
    workspace = seller.memberships.get().workspace
    sent = a_sent_quote(a_draft(workspace=workspace, by=seller)).revision
    draft = a_draft(workspace=workspace, by=seller)
    job = start_job(
        "grid_answers",
        name="Answer 3,000 rows of grid.csv",
        asked={},
        workspace=workspace,
        by=seller,
        now=now(),
        total=3000,
    )
    found = {}

    for address in (
        "/quotes/",
        "/scopes/",
        "/scopes/new",
        "/rate-cards/",
        "/styleguide/",
        "/api-keys/reference/",
        "/quotes/grid",
        "/jobs/",
        f"/jobs/{job.pk}/",
        f"/quotes/{draft}/texts",
        f"/quotes/{sent}/",
        f"/quotes/{sent}/reasons/total",
    ):
        desk.goto(address)
        found[address] = faults(desk)

    assert {address: some for address, some in found.items() if some} == {}


def test_the_picture_follows_a_price_by_keyboard_and_never_goes_back(
    desk, plain_desk, seller
):
    draft = a_draft(workspace=seller.memberships.get().workspace, by=seller)
    desk.goto(f"/quotes/{draft}/")
    held = []

    def late(route):
        # The second question is held until the third one has its answer.
        asked.append(route)
        if len(asked) == 2:
            held.append(route)
        else:
            route.continue_()

    asked: list[object] = []
    desk.add_init_script("AbortController.prototype.abort = function () {};")
    desk.route("**/lines/0/try*", late)
    desk.reload()
    desk.get_by_role("link", name="Boxes").click()
    slider = desk.locator("#slide-0")
    expect(slider).to_be_focused()
    expect(desk.locator("#trial-0 .trial-here").first).to_contain_text("as tried")
    before = desk.locator("#trial-0 .mark-plumb").get_attribute("d")
    slider.press("ArrowRight")
    desk.wait_for_timeout(400)
    slider.press("End")
    top = slider.get_attribute("max") or ""
    here = desk.locator("#trial-0 dt.trial-here")
    expect(here).to_contain_text(top)
    held[0].continue_()
    desk.wait_for_timeout(600)

    expect(here).to_contain_text(top)
    assert desk.locator("#trial-0 .mark-plumb").get_attribute("d") != before
    expect(desk.locator("#binding-0")).to_have_value("typed")
    expect(desk.locator("[data-trial-said=trial-0]")).to_contain_text(f"At {top}")
    assert faults(desk) == []
    plain_desk.goto(f"/quotes/{draft}/")
    plain_desk.get_by_text("Decide the price of Boxes").click()
    plain_desk.locator("#value-0").fill("0.0900")
    plain_desk.get_by_role("button", name="See what it comes to").first.click()
    expect(plain_desk.get_by_text("At 0.0900 the total is")).to_be_visible()


def test_reasons_come_when_a_fold_opens_and_a_link_leads_to_them(
    desk, plain_desk, seller
):
    draft = a_draft(workspace=seller.memberships.get().workspace, by=seller)
    for page in (desk, plain_desk):
        page.goto(f"/quotes/{draft}/")
        expect(page.locator("#why-total")).to_have_count(0)
        page.get_by_text("Why the total is").click()

    desk.get_by_role("button", name="Unfold all").click()
    expect(desk.locator("#why-total")).to_contain_text("row price/bands/bounding_box")
    plain_desk.get_by_role("link", name="Open the reasons").first.click()
    expect(plain_desk.locator("#why-total")).to_be_visible()


def test_a_problem_leads_to_its_field_by_keyboard(browser, site, seller):
    # Chromium writes an answer of 400 to the console, which `page` would not allow.
    context = browser.new_context(base_url=site.url, locale="en-US")
    page = context.new_page()
    sign_in(page, seller)
    page.goto("/scopes/new")
    page.get_by_label("Images", exact=True).fill("100.000")
    page.get_by_label("Images", exact=True).press("Enter")

    # The preview beside the form names the same fault, once it has come.
    problems = page.locator("#problems")
    problems.get_by_role("link", name="Images: Write 100,000").press("Enter")

    expect(page.get_by_label("Images", exact=True)).to_be_focused()
    context.close()
