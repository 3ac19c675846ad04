"""The outbox: each message once by any number of workers, later if it fails."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from threading import Barrier, Lock
from typing import Any

from django.db import connection

from scoping import jobs
from scoping.actions import enqueue, retry_message
from scoping.jobs import LEASE, PAUSES, empty_outbox, take
from scoping.models import AuditEntry, OutboxMessage
from tests.factories import NOON, a_user, a_workspace
from tests.scale import count

WORKERS = 2


def messages(number: int = 1):
    workspace = a_workspace()
    for index in range(number):
        enqueue("try", {}, workspace=workspace, dedupe_id=f"try {index}", now=NOON)
    return workspace


def at(moment):
    return lambda: moment


def refuse(message):
    raise OSError("<ann@example.com>: the mail server is away")


def test_what_is_due_is_handed_over_once_in_the_order_it_came(db):
    messages(3)
    seen: list[str] = []

    first = empty_outbox(lambda one: seen.append(one.dedupe_id), clock=at(NOON))
    again = empty_outbox(lambda one: seen.append(one.dedupe_id), clock=at(NOON))

    assert seen == ["try 0", "try 1", "try 2"]
    assert (first.delivered, first.failed, again.delivered) == (3, 0, 0)
    assert set(OutboxMessage.objects.values_list("delivered_at", flat=True)) == {NOON}


def test_what_fails_is_tried_later_each_time_and_then_left_to_a_person(db):
    messages()
    moment, tries = NOON, []
    for pause in (*PAUSES, timedelta(0)):
        assert empty_outbox(refuse, clock=at(moment)).failed == 1
        tries.append(moment)
        early = moment + pause - timedelta(seconds=1)
        assert empty_outbox(refuse, clock=at(early)).failed == 0
        moment += pause

    message = OutboxMessage.objects.get()
    assert message.failed_at == tries[-1]
    assert message.last_error == "OSError: <(address)>: the mail server is away"
    assert [after - before for before, after in pairwise(tries)] == [*PAUSES]
    assert empty_outbox(refuse, clock=at(moment + timedelta(days=99))).failed == 0


def test_one_bad_message_stops_no_other(db):
    messages(3)

    def handle(message):
        if message.dedupe_id == "try 1":
            raise ValueError("nonsense")

    done = empty_outbox(handle, clock=at(NOON))

    assert (done.delivered, done.failed) == (2, 1)


def test_what_a_worker_dropped_is_taken_again_after_its_lease(db):
    messages()

    assert take(now=NOON) is not None  # and its worker dies
    assert take(now=NOON + LEASE - timedelta(seconds=1)) is None
    again = take(now=NOON + LEASE)

    assert again is not None
    assert again.attempts == 2


def test_a_slow_worker_does_not_undo_what_a_quicker_one_delivered(db):
    messages()
    slow = take(now=NOON)
    assert slow is not None
    empty_outbox(lambda _: None, clock=at(NOON + LEASE))

    jobs._failed(slow, OSError("too late"), now=NOON + LEASE)

    message = OutboxMessage.objects.get()
    assert (message.delivered_at, message.last_error) == (NOON + LEASE, "")


def test_what_was_given_up_is_tried_again_when_somebody_says_so(db):
    workspace = messages()
    OutboxMessage.objects.update(failed_at=NOON, attempts=8)
    (message,) = OutboxMessage.objects.all()
    who: dict[str, Any] = {"by": a_user(), "now": NOON}

    assert not retry_message(message.pk, workspace=a_workspace(), **who)
    assert retry_message(message.pk, workspace=workspace, **who)
    assert not retry_message(message.pk, workspace=workspace, **who)

    assert AuditEntry.objects.get().action == "retry_message"
    assert empty_outbox(lambda _: None, clock=at(NOON)).delivered == 1


def two_at_once(number: int) -> Counter[str]:
    """Let two workers empty the same outbox; return how often each message came."""
    workspace = messages(number)
    seen: Counter[str] = Counter()
    barrier, lock = Barrier(WORKERS), Lock()

    def handle(message):
        with lock:
            seen[message.dedupe_id] += 1

    def work(_):
        barrier.wait()
        try:
            return empty_outbox(handle, clock=at(NOON)).delivered
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        assert sum(pool.map(work, range(WORKERS))) >= number
    assert OutboxMessage.objects.filter(workspace=workspace).count() == number
    return seen


def test_two_workers_at_once_hand_each_message_over_once(committed_db):
    number = count(400)

    assert set(two_at_once(number).values()) == {1}


def test_without_the_lease_the_same_two_workers_send_twice(committed_db, monkeypatch):
    together = Barrier(WORKERS, timeout=20)

    def read_only(*, now):
        found = OutboxMessage.objects.filter(delivered_at__isnull=True).first()
        if found is not None and not together.broken:
            together.wait()
        return found

    monkeypatch.setattr(jobs, "take", read_only)

    assert max(two_at_once(1).values()) == WORKERS
