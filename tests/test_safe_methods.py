"""Looking changes nothing: GET and HEAD write no row, on any page of anybody.

Scanners of mail, previews of links and browsers that fetch ahead look at whatever they
find. Every statement that a look makes is read here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from quotes.models import InboxItem
from scoping.access import Role
from scoping.models import OutboxMessage
from tests.companies import ADDRESSES, NOWHERE, filled, two_companies, view_class
from tests.quotes.a_quote import quickly

WRITES = re.compile(
    r"\s*(?:INSERT|UPDATE|DELETE|REPLACE|TRUNCATE|ALTER|CREATE|DROP)\b", re.IGNORECASE
)
AHEAD = {
    "Purpose": "prefetch",
    "Sec-Purpose": "prefetch",
    "User-Agent": "LinkPreview/1",
}
FINDS_NOTHING = {"order_file"}
"""Nobody signed an order in these companies."""


@contextmanager
def watched() -> Iterator[list[str]]:
    """Give the statements that write, as they are made."""
    found: list[str] = []

    def watch(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if WRITES.match(sql):
            found.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(watch):
        yield found


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), two_companies() as made:
        yield made


@pytest.fixture
def link_holder(world):
    client = Client()
    client.post(f"/q/{world.own['token']}")
    return client


def test_no_page_writes_when_it_is_looked_at(world, link_holder):
    wrote, seen = [], 0
    with quickly():
        for written, one in ADDRESSES:
            if view_class(one) is not None:
                continue  # an operation notes when its key was used last
            behind_link = written.startswith(("q/", "offer", "your-"))
            client = link_holder if behind_link else world.programs[Role.ADMIN].client
            address = "/" + filled(written, {**NOWHERE, **world.own})
            for method in ("GET", "HEAD"):
                with watched() as found:
                    answer = client.generic(method, address, headers=AHEAD)
                    b"".join(answer) if answer.streaming else answer.content
                assert answer.status_code < 500, (address, answer.status_code)
                seen += answer.status_code == 200
                wrote += [(method, address, sql[:80]) for sql in found]

    assert wrote == []
    assert seen > 2 * 25


def test_a_request_that_was_not_taken_in_is_not_taken_in_by_looking(world):
    workspace = world.people[Role.ADMIN].memberships.get().workspace
    OutboxMessage.objects.create(
        workspace=workspace,
        topic="quote_requested",
        payload={"scope": int(world.own["scope"])},
        dedupe_id="quote_requested by hand",
        created_at=InboxItem.objects.latest("pk").at,
    )
    before = InboxItem.objects.count()

    with watched() as found:
        world.programs[Role.ADMIN].client.get("/inbox/")

    assert (InboxItem.objects.count(), found) == (before, [])


def test_a_page_that_writes_is_found(world):
    with watched() as found:
        world.programs[Role.ADMIN].client.post(
            f"/inbox/{world.own['item']}/done", {"done": "yes"}
        )

    assert any("quotes_inboxitem" in sql for sql in found)
