"""The public form in a real browser: with scripts, without, by keyboard, any width."""

from __future__ import annotations

import pytest
from django.utils.timezone import now
from playwright.sync_api import expect

from scoping.models import Workspace
from tests.accessibility import faults
from tests.factories import a_membership, a_published_card, a_workspace
from tests.quotes.a_quote import a_draft, a_sent_quote

ANSWERED = (
    "/scope/northline/?need=object_detection&images=100000&low=3&typical=5&high=8"
    "&method=polygon&budget=35000&deadline=2027-01-04&was_low=1&was_typical=2&was_high=9"
)


@pytest.fixture
def shop(committed_db):
    workspace = a_workspace(name="Northline Labels", slug="northline")
    a_published_card(workspace=workspace)


def test_it_is_accessible_and_fits_every_width(shop, page):
    page.goto("/scope/northline/")

    assert faults(page) == []


def test_a_client_s_pages_are_accessible_in_either_language(shop, page, site):
    workspace = Workspace.objects.get()
    by = a_membership(workspace=workspace).user
    link = a_sent_quote(a_draft(workspace=workspace, by=by), now=now()).token
    found = {}

    page.goto(f"/q/{link}")
    page.locator("button.main").click()
    opened = page.url
    for language in ("vi", "en"):
        page.context.add_cookies(
            [{"name": "language", "value": language, "url": site.url}]
        )
        for address in (opened, ANSWERED):
            page.goto(address)
            assert page.locator("html").get_attribute("lang") == language
            found[language, address] = faults(page)

    assert {one: some for one, some in found.items() if some} == {}
    assert len(found) == 4


def test_the_range_moves_as_answers_change(shop, page):
    page.goto("/scope/northline/")
    page.get_by_text("Find objects").click()
    page.get_by_label("How many images?").fill("100,000")
    page.get_by_label("Low", exact=True).fill("3")
    page.get_by_label("Typical", exact=True).fill("5")
    page.get_by_label("High", exact=True).fill("8")

    expect(page.locator(".range-typical")).to_have_text("47,391")
    page.get_by_label("High", exact=True).fill("6")

    expect(page.get_by_text("The dashed outline is the range before.")).to_be_visible()
    expect(page.get_by_label("High", exact=True)).to_be_focused()


def test_it_works_by_keyboard_without_scripts(shop, browser, site):
    context = browser.new_context(
        base_url=site.url, java_script_enabled=False, locale="en-US"
    )
    page = context.new_page()
    page.goto("/scope/northline/")
    page.locator("#id_need").focus()
    page.keyboard.press("ArrowDown")
    page.get_by_label("How many images?").fill("100,000")
    page.get_by_label("Typical", exact=True).fill("5")

    page.get_by_label("Typical", exact=True).press("Enter")

    expect(page.get_by_text("500,000 boxes").first).to_be_visible()
    context.close()
