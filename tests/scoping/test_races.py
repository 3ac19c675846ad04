"""Two people at once: one chain, one card, one scope. Raced where writers overlap.

Each race is run once more with its protection taken away, everybody held at the point
where the others still see the old state: then it must go wrong.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, local

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from scoping import actions, audit
from scoping.actions import client_named, publish_rate_card, save_scope
from scoping.audit import first_broken, record
from scoping.models import AuditHead, Client, RateCard, Scope
from tests.factories import LAUNCH_CARD, NOON, a_user, a_workspace
from tests.scoping.specs import a_spec_document
from tests.scoping.sql import run_sql

EVERYBODY = 4


def at_once(act):
    """Do something four times at the same time and return what came of each."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one writer in at a time")

    def run(_):
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(EVERYBODY) as pool:
        return list(pool.map(run, range(EVERYBODY)))


def meet_before(monkeypatch, owner, name):
    """Let nobody into a function before everybody has come to it."""
    meeting, met = Barrier(EVERYBODY, timeout=30), local()
    original = getattr(owner, name)

    def together(*args, **kwargs):
        if not hasattr(met, "before"):
            met.before = True
            meeting.wait()
        return original(*args, **kwargs)

    monkeypatch.setattr(owner, name, together)


def take_locks_away(monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_: rows.all())


def test_entries_written_at_once_make_one_chain(committed_db):
    workspace = a_workspace()

    @transaction.atomic
    def write():
        for number in range(3):
            record(
                workspace=workspace,
                actor="Ann",
                action="try",
                subject=f"thing {number}",
                at=NOON,
            )

    at_once(write)

    assert first_broken(workspace) is None
    assert AuditHead.objects.get(workspace=workspace).seq == 12


def test_without_the_lock_two_entries_take_one_number(committed_db, monkeypatch):
    workspace = a_workspace()
    AuditHead.objects.create(workspace=workspace)
    take_locks_away(monkeypatch)
    meet_before(monkeypatch, audit, "entry_hash")

    @transaction.atomic
    def write():
        record(workspace=workspace, actor="Ann", action="try", subject="it", at=NOON)

    with pytest.raises(IntegrityError, match="audit_entry_number_is_unique"):
        at_once(write)


def test_a_card_published_four_times_at_once_is_one_card(committed_db):
    workspace = a_workspace()

    rows = at_once(
        lambda: publish_rate_card(LAUNCH_CARD, workspace=workspace, by=None, now=NOON)
    )

    assert len({row.pk for row in rows}) == RateCard.objects.count() == 1


def test_without_the_lock_a_card_is_published_into_the_other(committed_db, monkeypatch):
    workspace = a_workspace()
    take_locks_away(monkeypatch)
    meet_before(monkeypatch, actions, "_refuse_unmarked")

    with pytest.raises(IntegrityError, match="rate_card_version_is_unique"):
        at_once(
            lambda: publish_rate_card(
                LAUNCH_CARD, workspace=workspace, by=None, now=NOON
            )
        )


@pytest.mark.parametrize(("rule", "rows"), [("", 1), ("scope_form_is_sent_once", 4)])
def test_a_form_sent_four_times_at_once_is_one_scope_by_its_rule(
    committed_db, monkeypatch, rule, rows
):
    workspace, user = a_workspace(), a_user()
    meet_before(monkeypatch, QuerySet, "create")
    if rule and connection.vendor == "postgresql":
        run_sql(f"DROP INDEX {rule}")

    saved = at_once(
        lambda: save_scope(
            a_spec_document(),
            workspace=workspace,
            client=None,
            by=user,
            now=NOON,
            form_token="the same form",
        )
    )

    assert len({row.pk for row in saved}) == Scope.objects.count() == rows


@pytest.mark.parametrize(
    ("rule", "rows"), [("", 1), ("client_name_is_unique_in_its_workspace", 4)]
)
def test_a_client_named_four_times_at_once_is_one_client_by_its_rule(
    committed_db, monkeypatch, rule, rows
):
    workspace = a_workspace()
    meet_before(monkeypatch, QuerySet, "create")
    if rule and connection.vendor == "postgresql":
        run_sql(f"DROP INDEX {rule}")

    found = at_once(lambda: client_named("Acme", workspace=workspace))

    assert len({row.pk for row in found}) == Client.objects.count() == rows
