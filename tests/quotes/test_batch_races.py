"""Races on one batch: of what excludes each other one is made, and the books agree.

On PostgreSQL with real connections and a barrier. Without the lock the database still
keeps one move, but the others fail with its error instead of a sentence.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection

from quotes import convert, models
from quotes.actions import RefusedError, gates
from quotes.actions.gate_evidence import CLIENT, Said
from quotes.actions.gates import accept_batches, move_batch
from quotes.calc.gates import moving
from quotes.queries.gates import at_gate
from scoping.access import LINK_HOLDER, Role
from scoping.audit import first_broken
from scoping.models import AuditEntry
from tests.factories import NOON
from tests.quotes.a_project import (
    AT_CHECK,
    DELIVERED,
    FAILS,
    MANAGER,
    PASSES,
    a_batch,
    a_project,
    draw,
    moved,
)

PEOPLE = 8
PAUSE = 0.02
LATE = NOON + timedelta(days=40)


@pytest.fixture
def crowd(committed_db, monkeypatch) -> Iterator[ThreadPoolExecutor]:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one writer in at a time")
    options = connection.settings_dict["OPTIONS"]
    room = {**options["pool"], "max_size": PEOPLE + 4}
    monkeypatch.setitem(options, "pool", room)
    real = moving.advance

    def slowly(*args: Any, **kwargs: Any) -> Any:
        time.sleep(PAUSE)
        return real(*args, **kwargs)

    monkeypatch.setattr(gates, "advance", slowly)
    with ThreadPoolExecutor(PEOPLE) as pool:
        yield pool


def at_once(crowd: ThreadPoolExecutor, *acts: Callable[[], Any]) -> Counter[str]:
    """Do all acts at once; return how often each was made or refused, by its code."""
    barrier = Barrier(len(acts))

    def one(act: Callable[[], Any]) -> str:
        barrier.wait()
        try:
            act()
        except RefusedError as error:
            return error.code
        except IntegrityError:
            return "database"
        finally:
            connection.close()
        return "made"

    return Counter(crowd.map(one, acts))


def deciding(batch: models.GateBatch, said: Said) -> Callable[[], Any]:
    return lambda: move_batch(
        batch, "decide", said, by=MANAGER, role=Role.MANAGER, now=NOON
    )


def test_of_eight_decisions_and_draws_one_is_made(crowd):
    project = a_project(batches=2)
    batch, other = moved(a_batch(project), *AT_CHECK), a_batch(project, 1)
    moved(other, *AT_CHECK)

    drawn = at_once(crowd, *[lambda: draw(batch)] * PEOPLE)
    found = at_once(crowd, *[deciding(batch, PASSES), deciding(batch, FAILS)] * 4)

    assert drawn == {"made": 1, "sample_drawn": PEOPLE - 1}
    assert found == {"made": 1, "not_from_here": PEOPLE - 1}
    assert batch.moves.count() == len(AT_CHECK) + 1
    assert AuditEntry.objects.filter(action="decide_batch").count() == 1
    assert first_broken(project.workspace) is None


def test_the_client_and_the_clock_answer_once(crowd):
    batch = moved(a_batch(a_project(batches=1)), *DELIVERED)
    told: dict[str, Any] = {"by": CLIENT, "role": LINK_HOLDER, "now": NOON}

    found = at_once(
        crowd,
        lambda: move_batch(batch, "accept", **told),
        lambda: move_batch(batch, "reject", Said(text="No."), **told),
        lambda: move_batch(batch, "lapse", by="the clock", role="", now=LATE),
        lambda: move_batch(batch, "accept", **told),
    )

    assert found == {"made": 1, "not_from_here": 3}
    assert at_gate(batch).batch.state in {"accepted", "rejected", "deemed_accepted"}


def test_all_at_once_and_one_by_one_do_not_wait_for_each_other_for_ever(crowd):
    project = a_project(batches=5)
    rows = [moved(a_batch(project, number), *DELIVERED) for number in range(5)]
    told: dict[str, Any] = {"role": LINK_HOLDER, "now": NOON}

    def alone(batch: models.GateBatch) -> Callable[[], Any]:
        def act() -> None:
            # The one who accepts all has begun, and holds what every move locks.
            time.sleep(PAUSE)
            move_batch(batch, "accept", by=CLIENT, **told)

        return act

    found = at_once(
        crowd,
        lambda: accept_batches(project, [row.pk for row in rows], **told),
        *[alone(row) for row in rows[2:]],
    )

    # Either all at once, or each of the three alone; never an error of the database.
    assert found in ({"made": 1, "not_from_here": 3}, {"made": 3, "not_from_here": 1})
    assert first_broken(project.workspace) is None


def test_without_the_lock_the_database_keeps_one_and_says_no_sentence(
    crowd, monkeypatch
):
    def unlocked(batch: models.GateBatch) -> tuple[models.GateBatch, Any]:
        row = models.GateBatch.objects.select_related(
            "project", "project__baseline", "workspace"
        ).get(pk=batch.pk)
        return row, convert.batch_of(row)

    batch = moved(a_batch(a_project(batches=1)), *AT_CHECK)
    draw(batch)
    monkeypatch.setattr(gates, "_locked", unlocked)

    found = at_once(crowd, *[deciding(batch, PASSES)] * PEOPLE)

    assert found["made"] == 1
    assert found["database"] > 0
