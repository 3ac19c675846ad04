"""Somebody at the desk of a company, in a browser with and without scripts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from scoping.models import User
from tests.factories import a_membership, a_published_card, a_workspace


@pytest.fixture
def seller(site: LiveServer) -> User:
    """Let a manager work at a company with the launch card."""
    workspace = a_workspace(name="Northline Labels", timezone="Asia/Ho_Chi_Minh")
    a_published_card(workspace=workspace)
    return a_membership(workspace=workspace, role="manager").user


def signed_in(page: Page, user: User, site: LiveServer) -> Page:
    """Give a page the session of a user: signing in has tests of its own."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": site.url}]
    )
    page.goto("/quotes/")
    return page


@pytest.fixture
def desk(page: Page, site: LiveServer, seller: User) -> Page:
    """Open the quotes of the company in a browser."""
    return signed_in(page, seller, site)


@pytest.fixture
def plain_desk(browser: Browser, site: LiveServer, seller: User) -> Iterator[Page]:
    """Open them in a browser that runs no scripts."""
    context = browser.new_context(
        base_url=site.url, java_script_enabled=False, locale="en-US"
    )
    yield signed_in(context.new_page(), seller, site)
    context.close()
