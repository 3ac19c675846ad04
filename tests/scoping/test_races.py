"""Two people at once: one chain, one card, one scope. Raced where writers overlap."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from scoping.actions import client_named, publish_rate_card, save_scope
from scoping.audit import first_broken, record
from scoping.models import AuditHead, Client, RateCard, Scope
from tests.factories import LAUNCH_CARD, NOON, a_user, a_workspace
from tests.scoping.specs import a_spec_document


def at_once(act):
    """Do something four times at the same time and return what came of each."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one writer in at a time")

    def run(_):
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(run, range(4)))


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


def test_a_card_published_four_times_at_once_is_one_card(committed_db):
    workspace = a_workspace()

    rows = at_once(
        lambda: publish_rate_card(LAUNCH_CARD, workspace=workspace, by=None, now=NOON)
    )

    assert len({row.pk for row in rows}) == RateCard.objects.count() == 1


def test_a_form_sent_four_times_at_once_is_one_scope(committed_db):
    workspace, user = a_workspace(), a_user()

    rows = at_once(
        lambda: save_scope(
            a_spec_document(),
            workspace=workspace,
            client=None,
            by=user,
            now=NOON,
            form_token="the same form",
        )
    )

    assert len({row.pk for row in rows}) == Scope.objects.count() == 1


def test_a_client_named_four_times_at_once_is_one_client(committed_db):
    workspace = a_workspace()

    rows = at_once(lambda: client_named("Acme", workspace=workspace))

    assert len({row.pk for row in rows}) == Client.objects.count() == 1
