"""What tests may ask for.

* `db` (pytest-django): a transaction that is rolled back. The usual choice.
* `committed_db`: a database of one's own, for tests that commit, race or use threads.
* `site`: the service on a port of the loopback, over a `committed_db`.
* `page`: a page of Chromium, which must not complain about our content policy.

Marks are set here: whoever changes a database runs on PostgreSQL too, whoever asks
for a page is a browser test.
"""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Generator, Iterator
from contextlib import contextmanager, nullcontext
from functools import lru_cache
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test.utils import teardown_databases
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from scoping import actions
from scoping.calc import rates, reference
from scoping.calc.rates import RateCard
from scoping.calc.reference import ReferenceFloor
from scoping.calc.workdays import Workdays
from tests.cloning import cloned_database
from tests.migrated import migrated_databases
from tests.remembered import Remembered
from tests.tracing import untraced

USES_DATABASE = frozenset({"db", "transactional_db", "django_db_setup"})
PRINTS_ALONE = frozenset(
    f"test_{name}"
    for name in (
        *("admin_texts", "agreement", "api_docs", "api_reference"),
        *("audit_plan", "audit_plan_api", "bombs", "calculators", "canaries"),
        *("cli_demo", "cli_diff", "cli_estimate", "client_home", "compare"),
        *("deal_sheet", "gold_sets", "home", "language_of_staff", "link_pages"),
        *("not_found", "odd_answers", "old_card", "pairs", "pdf", "plan"),
        *("price_trial", "projects", "public_form", "quote_export"),
        *("quote_schedule", "quotes_list", "safe_methods", "scope_form"),
        *("scope_preview",),
        *("same_figures", "sample_to_quote", "schedule_api", "schedule_page", "sheet"),
        *("styleguide", "vietnamese", "workbench"),
    )
)
"""Modules about what is printed: all that they store is stored in other tests, too."""

settings.register_profile(
    "ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("desk", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "desk")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> Generator[None, None, None]:
    """Mark what touches a database and what needs a browser; begin with what is long.

    A long test that begins last is waited for by every other worker.
    """
    spared = untraced()
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        stores = fixtures & USES_DATABASE or item.get_closest_marker("django_db")
        if stores and item.path.stem not in PRINTS_ALONE:
            item.add_marker(pytest.mark.database)
        if "committed_db" in fixtures and item.get_closest_marker("django_db"):
            raise pytest.UsageError(
                f"{item.nodeid} asks for a transaction that is rolled back and for a "
                f"database that it may commit to: it would wait for itself for ever."
            )
        if "browser" in fixtures:
            item.add_marker(pytest.mark.browser)
        file = item.path.relative_to(config.rootpath).as_posix()
        name = f"{file}::{getattr(item, 'originalname', item.name)}"
        if "browser" in fixtures or spared & {file, name}:
            item.add_marker(pytest.mark.no_cover)
    yield
    items.sort(key=lambda item: item.get_closest_marker("timeout") is None)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Look for cycles of objects less often: a twentieth of the whole time goes there.

    Modules and collected tests stay to the end and are not looked through again.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 10)


@contextmanager
def uncounted(config: pytest.Config) -> Iterator[None]:
    """Count no branches meanwhile; it makes what runs half as slow again."""
    controller = getattr(config.pluginmanager.getplugin("_cov"), "cov_controller", None)
    if controller is None or not controller.started:
        yield
        return
    controller.pause()
    try:
        yield
    finally:
        controller.resume()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, None, None]:
    """Leave untraced what prepares a test that is untraced itself."""
    with (
        uncounted(item.config) if item.get_closest_marker("no_cover") else nullcontext()
    ):
        yield


def missing(sentence: str) -> None:
    """Skip loudly at a desk; where everything must be there, fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(sentence)
    pytest.skip(sentence)


@pytest.fixture(autouse=True)
def nobody_asked_before() -> None:
    """Forget how often an address has asked: every test comes from the same one."""
    cache.clear()


@pytest.fixture(scope="session", autouse=True)
def cards_once() -> Iterator[None]:
    """Read the text of a card once a run, and compute its reference floors once.

    Nearly every test of a page publishes the launch card. The check of its floors is
    most of what publishing takes, and reading it a third of the rest.
    """
    known: dict[str, list[ReferenceFloor]] = {}
    read = Remembered()

    def unmarked(card: RateCard, *, workdays: Workdays) -> list[ReferenceFloor]:
        key = repr(card)
        if key not in known:
            known[key] = reference.unmarked(card, workdays=workdays)
        return known[key]

    def read_card(document: object) -> RateCard:
        found: RateCard = read.get(
            id(document), lambda: rates.read_card(document), alive=document
        )
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("scoping.actions.unmarked", unmarked)
        patch.setattr("scoping.actions.read_card", read_card)
        patch.setattr(
            "scoping.actions._card_document",
            lru_cache(maxsize=8)(actions._card_document),
        )
        yield


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment, django_db_modify_db_settings, django_db_blocker, request
) -> Iterator[None]:
    """Migrate the test database once, for whoever asks for it.

    pytest-django's own makes it only if some test in the run is marked for it. Browser
    tests alone would then be given a copy of the database of the desk.
    """
    with django_db_blocker.unblock(), uncounted(request.config):
        before = migrated_databases()
    yield
    with django_db_blocker.unblock():
        teardown_databases(before, verbosity=0)


@pytest.fixture
def committed_db(django_db_setup, django_db_blocker, tmp_path) -> Iterator[None]:
    """Give the test a copy of the migrated database, which it may commit to."""
    with django_db_blocker.unblock(), cloned_database(tmp_path):
        yield


@pytest.fixture
def site(committed_db) -> Iterator[LiveServer]:
    """Serve the product on the loopback; `site.url` is its address."""
    server = LiveServer("127.0.0.1")
    yield server
    server.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the Chromium of this machine, once for a module."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        missing("Chromium is not installed (apt-get install chromium).")
    # Root cannot have the sandbox; a container's shared memory is small.
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright runs an event loop in this thread, and Django would refuse to
        # touch the database beside it.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        started = playwright.chromium.launch(
            executable_path=program, args=[*root, "--disable-dev-shm-usage"]
        )
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser, site: LiveServer) -> Iterator[Page]:
    """Open an empty page; any error or refusal in its console fails the test."""
    context = browser.new_context(base_url=site.url, locale="en-US")
    complaints: list[str] = []
    opened = context.new_page()
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "console",
        lambda message: (
            complaints.append(message.text) if message.type == "error" else None
        ),
    )
    yield opened
    context.close()
    assert complaints == []


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the folder the repository lives in."""
    return Path(__file__).resolve().parent.parent
