"""One quote from three scenarios to its acceptance, by four people in four browsers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page, expect

from quotes.models import Acceptance
from scoping.models import User
from tests.browser.conftest import signed_in
from tests.factories import a_membership
from tests.quotes.a_quote import a_draft, quickly

Opener = Callable[[User | None, int], Page]


@pytest.fixture
def opened(browser: Browser, site) -> Iterator[Opener]:
    """Open browsers of their own; an answer of 409 may be said on their consoles."""
    contexts = []

    def open_one(user: User | None, width: int) -> Page:
        context = browser.new_context(
            base_url=site.url,
            viewport={"width": width, "height": 840},
            locale="en-US",
            has_touch=width < 500,
        )
        contexts.append(context)
        page = context.new_page()
        return page if user is None else signed_in(page, user, site)

    yield open_one
    for context in contexts:
        context.close()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).first.click()
    page.wait_for_load_state()


def amount(page: Page) -> Decimal:
    said = page.get_by_role("button", name=re.compile("^Accept,")).inner_text()
    return Decimal(re.sub(r"[^0-9.]", "", said))


@pytest.mark.timeout(600)
def test_a_quote_from_three_scenarios_to_its_acceptance(opened, seller):
    workspace = seller.memberships.get().workspace
    boss = a_membership(workspace=workspace, role="manager").user
    seller.memberships.update(role="sales")
    draft = a_draft(
        workspace=workspace,
        by=seller,
        now=datetime.now(UTC),
        start_on="2027-03-01",
        commercial={"discount": "0.15"},
    )
    bench = f"/quotes/{draft}/"

    with quickly():
        sales, second_tab = opened(seller, 1440), opened(seller, 1440)
        # Three scenarios.
        sales.goto(bench)
        second_tab.goto(f"{bench}texts")
        press(sales, "Scenario like A")
        sales.goto(bench)
        press(sales, "Scenario like A")
        sales.goto(bench)
        tabs = sales.get_by_role("navigation", name="Scenarios").get_by_role("link")
        assert tabs.all_inner_texts() == ["A", "B", "C"]

        # A second tab that saw less is refused, and nothing of it is saved.
        press(second_tab, "Save the texts")
        expect(second_tab.get_by_text("was changed meanwhile").first).to_be_visible()

        # Out of policy: asked for, and given by somebody else.
        expect(sales.get_by_role("heading", name="Out of policy")).to_be_visible()
        press(sales, "Ask for approval")
        manager = opened(boss, 1440)
        manager.goto(bench)
        press(manager, "Approve as it stands")
        sales.goto(bench)
        press(sales, "Send ")
        link = sales.get_by_label("Private link").input_value()

        # The client, on a telephone: opens, adds an option, accepts.
        client = opened(None, 390)
        client.goto(link)
        press(client, "Open the quote")
        client.wait_for_url("**/offer/")
        before = amount(client)
        client.get_by_label(re.compile("^Add ")).first.check()
        press(client, "Show the new total")
        after = amount(client)
        assert after > before
        assert client.evaluate("document.documentElement.scrollWidth") == 390
        client.get_by_label("Your full name").fill("Ann Example")
        client.get_by_label("I accept this quote").check()
        press(client, "Accept,")
        expect(client.get_by_text("You accepted this quote")).to_be_visible()

        # Sales sees it, on the quote and in the inbox.
        sales.goto(bench)
        head = sales.locator(".page-head")
        expect(head.get_by_text("Accepted", exact=True)).to_be_visible()
        sales.goto("/inbox/")
        item = sales.get_by_role("listitem").filter(has_text=str(draft))
        expect(item.get_by_text("Accepted").first).to_be_visible()

    row = Acceptance.objects.get()
    assert row.scenario.letter == "A"
    assert [taken for taken in row.toggles.values() if taken] == [True]
