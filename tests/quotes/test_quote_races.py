"""Races on one quote: of what excludes each other, one wins, and the books agree.

On PostgreSQL with real connections and a barrier; the window after the check is held
open by a pause. The same race is shown to be lost where nothing is locked.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from quotes import models
from quotes.actions import RefusedError, answers, locking, people
from quotes.actions.answers import accept_quote, decline_quote
from quotes.actions.approvals import answer_request, request_approval
from quotes.actions.drafts import decide_price
from quotes.actions.revisions import expire_quote, revise_quote, withdraw_quote
from quotes.actions.sending import SentQuote, send_quote
from scoping.access import Role
from scoping.audit import first_broken
from scoping.models import AuditEntry, OutboxMessage, User, Workspace
from tests.factories import a_user
from tests.quotes.a_quote import NOON, a_desk, a_draft, a_sent_quote, quickly
from tests.scale import count

CLIENTS = 32
PAUSE = 0.02
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def on_postgresql(committed_db, monkeypatch):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one writer in at a time")
    options = connection.settings_dict["OPTIONS"]
    room = {**options["pool"], "max_size": CLIENTS + 4}
    monkeypatch.setitem(options, "pool", room)
    with quickly():
        yield


@pytest.fixture
def desk(on_postgresql) -> tuple[Workspace, User]:
    return a_desk()


@pytest.fixture
def crowd(on_postgresql) -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(CLIENTS) as pool:
        yield pool


@pytest.fixture
def slowly(monkeypatch):
    """Hold the window between check and write open."""
    real = people.personal_detail

    def paused(*args: Any, **kwargs: Any) -> models.PersonalDetail:
        time.sleep(PAUSE)
        return real(*args, **kwargs)

    monkeypatch.setattr(answers, "personal_detail", paused)


def test_the_quote_is_locked_before_its_revision(db):
    revision = a_sent_quote().revision

    with CaptureQueriesContext(connection) as asked:
        locking.lock(revision)

    tables = [query["sql"].split(" FROM ")[1].split()[0] for query in asked]
    assert tables == ['"quotes_quote"', '"quotes_quoterevision"']
    if connection.vendor == "postgresql":
        assert all(query["sql"].endswith("FOR UPDATE") for query in asked)


def accept_32_times(sent: SentQuote, crowd: ThreadPoolExecutor) -> Counter[int]:
    """Press the button 32 times at once; return how often each status came back."""
    opened = Client()
    opened.post(f"/q/{sent.token}")
    cookie = opened.cookies[settings.SESSION_COOKIE_NAME].value
    barrier = Barrier(CLIENTS)

    def press(number: int) -> int:
        browser = Client(raise_request_exception=False)
        browser.cookies[settings.SESSION_COOKIE_NAME] = cookie
        barrier.wait()
        try:
            response = browser.post(
                "/offer/accept",
                {
                    "typed_name": f"Person {number}",
                    "consent": "yes",
                    "client_digest": sent.revision.client_digest,
                },
            )
        finally:
            connection.close()
        return response.status_code

    return Counter(crowd.map(press, range(CLIENTS)))


def press_all(
    quotes: int, desk: tuple[Workspace, User], crowd: ThreadPoolExecutor
) -> Counter[int]:
    workspace, by = desk
    now = datetime.now(UTC)
    statuses: Counter[int] = Counter()
    for _ in range(quotes):
        sent = a_sent_quote(workspace=workspace, by=by, now=now)
        statuses += accept_32_times(sent, crowd)
    return statuses


@pytest.mark.timeout(600)
def test_of_32_acceptances_at_once_one_is_taken(desk, crowd, slowly):
    quotes = count(200)

    statuses = press_all(quotes, desk, crowd)

    assert statuses == {302: quotes, 409: quotes * (CLIENTS - 1)}
    assert models.Acceptance.objects.count() == quotes
    assert models.Project.objects.count() == quotes
    assert AuditEntry.objects.filter(action="accept_quote").count() == quotes
    assert OutboxMessage.objects.filter(topic="quote_accepted").count() == quotes
    assert first_broken(desk[0]) is None


@contextmanager
def nothing_locked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Take away what keeps two acceptances apart: the lock, then the constraints."""
    monkeypatch.setattr(
        locking, "lock", lambda row: models.QuoteRevision.objects.get(pk=row.pk)
    )
    with connection.cursor() as cursor:
        for table in ("quotes_acceptance", "quotes_project"):
            cursor.execute(
                "SELECT conname FROM pg_constraint WHERE contype = 'u' "
                f"AND conrelid = '{table}'::regclass"
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        cursor.execute("ALTER TABLE quotes_quoterevision DISABLE TRIGGER USER")
    yield


def test_without_the_lock_the_same_test_shows_the_race(
    desk, crowd, slowly, monkeypatch
):
    with nothing_locked(monkeypatch):
        statuses = press_all(1, desk, crowd)

    assert statuses[302] > 1
    assert models.Acceptance.objects.count() > 1


def test_without_the_lock_the_database_still_keeps_one(
    desk, crowd, slowly, monkeypatch
):
    monkeypatch.setattr(
        locking, "lock", lambda row: models.QuoteRevision.objects.get(pk=row.pk)
    )

    statuses = press_all(1, desk, crowd)

    assert statuses == {302: 1, 409: CLIENTS - 1}
    assert models.Acceptance.objects.count() == 1


Act = Callable[[], object]


def accept(revision: models.QuoteRevision, *, now: datetime = LATER) -> Act:
    return lambda: accept_quote(
        revision,
        typed_name="Ann Example",
        client_digest=revision.client_digest,
        address="192.0.2.1",
        user_agent="a browser",
        now=now,
    )


def a_sent_one(desk: tuple[Workspace, User]) -> models.QuoteRevision:
    return a_sent_quote(workspace=desk[0], by=desk[1]).revision


def accept_or_withdraw(desk: tuple[Workspace, User]) -> tuple[Act, Act]:
    revision = a_sent_one(desk)
    return accept(revision), lambda: withdraw_quote(
        revision, by=desk[1], role=Role.SALES, now=LATER
    )


def accept_or_decline(desk: tuple[Workspace, User]) -> tuple[Act, Act]:
    revision = a_sent_one(desk)
    return accept(revision), lambda: decline_quote(revision, reason="no", now=LATER)


def accept_or_expire(desk: tuple[Workspace, User]) -> tuple[Act, Act]:
    revision = a_sent_one(desk)
    end = NOON.replace(hour=17) + timedelta(days=30)
    last = accept(revision, now=end - timedelta(milliseconds=1))
    return last, lambda: expire_quote(revision, now=end)


def accept_or_replace(desk: tuple[Workspace, User]) -> tuple[Act, Act]:
    revision = a_sent_one(desk)
    again = revise_quote(revision, by=desk[1], role=Role.SALES, now=NOON)
    request_and_approve(again, desk[1])
    return accept(revision), lambda: send_quote(
        again, by=desk[1], role=Role.SALES, now=LATER
    )


def request_and_approve(draft: models.QuoteRevision, by: User) -> None:
    request = request_approval(
        draft, edition=draft.edition, by=by, role=Role.SALES, now=NOON
    )
    answer(draft, edition=request.edition)()
    draft.refresh_from_db()


def answer(draft: models.QuoteRevision, *, edition: int) -> Act:
    other = a_user()
    return lambda: answer_request(
        draft, approved=True, edition=edition, by=other, role=Role.MANAGER, now=LATER
    )


def edit(draft: models.QuoteRevision, *, edition: int) -> Act:
    return lambda: decide_price(
        draft,
        line=0,
        value=Decimal("0.0801"),
        binding="typed",
        why="agreed",
        by=draft.created_by,
        role=Role.SALES,
        now=LATER,
        edition=edition,
    )


def discounted(desk: tuple[Workspace, User]) -> models.QuoteRevision:
    return a_draft(workspace=desk[0], by=desk[1], commercial={"discount": "0.2"})


def approve_or_edit(desk: tuple[Workspace, User]) -> tuple[Act, Act]:
    draft = discounted(desk)
    request = request_approval(
        draft, edition=draft.edition, by=desk[1], role=Role.SALES, now=NOON
    )
    return answer(draft, edition=request.edition), edit(draft, edition=request.edition)


def send_or_edit(desk: tuple[Workspace, User]) -> tuple[Act, Act]:
    draft = discounted(desk)
    request_and_approve(draft, desk[1])
    return lambda: send_quote(draft, by=desk[1], role=Role.SALES, now=LATER), edit(
        draft, edition=draft.edition
    )


PAIRS = {
    "accept/withdraw": (accept_or_withdraw, ("accept_quote", "withdraw_quote")),
    "accept/decline": (accept_or_decline, ("accept_quote", "decline_quote")),
    "accept/expire": (accept_or_expire, ("accept_quote", "expire_quote")),
    "accept/revise": (accept_or_replace, ("accept_quote", "supersede_quote")),
    "approve/edit": (approve_or_edit, ("approve_quote", "decide_price")),
    "send/edit": (send_or_edit, ("send_quote", "decide_price")),
}
TOPICS = {
    "accept_quote": "quote_accepted",
    "withdraw_quote": "quote_withdrawn",
    "decline_quote": "quote_declined",
    "expire_quote": "quote_expired",
    "supersede_quote": "quote_superseded",
    "approve_quote": "approval_given",
    "send_quote": "quote_sent",
    "decide_price": "",
}


def tried(act: Act, barrier: Barrier) -> bool:
    """Return whether an act came through; a refusal is a refusal, all else an error."""
    barrier.wait()
    try:
        return act() is not None
    except RefusedError:
        return False
    finally:
        connection.close()


def at_once(pair: tuple[Act, Act], crowd: ThreadPoolExecutor) -> tuple[bool, bool]:
    barrier = Barrier(2)
    first, second = [crowd.submit(tried, act, barrier) for act in pair]
    return first.result(), second.result()


@pytest.mark.parametrize("name", PAIRS)
def test_of_two_acts_that_exclude_each_other_one_wins(name, desk, crowd):
    make, actions = PAIRS[name]
    won: Counter[str] = Counter()
    for _ in range(count(100)):
        pair = make(desk)
        entries = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True)
        messages = OutboxMessage.objects.order_by("-pk").values_list("pk", flat=True)
        last_entry, last_message = entries.first() or 0, messages.first() or 0

        came_through = at_once(pair, crowd)

        assert sum(came_through) == 1, name
        winner, loser = actions if came_through[0] else actions[::-1]
        won[winner] += 1
        written = list(
            AuditEntry.objects.filter(pk__gt=last_entry).values_list(
                "action", flat=True
            )
        )
        told = list(
            OutboxMessage.objects.filter(pk__gt=last_message).values_list(
                "topic", flat=True
            )
        )
        assert (written.count(winner), written.count(loser)) == (1, 0)
        assert told.count(TOPICS[winner]) == (1 if TOPICS[winner] else 0)
        assert not TOPICS[loser] or TOPICS[loser] not in told
    assert first_broken(desk[0]) is None
    assert sum(won.values()) == count(100)
