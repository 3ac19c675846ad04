"""The record is append-only, chained per workspace, and shows where it was broken."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, transaction

from scoping.audit import RecordError, entry_hash, first_broken, record
from scoping.models import AuditEntry, AuditHead
from tests.factories import NOON, a_workspace

pytestmark = pytest.mark.django_db


def entries(workspace, *, number=3):
    for index in range(number):
        record(
            workspace=workspace,
            actor="Ann",
            action="try",
            subject=f"thing {index}",
            after={"n": index},
            at=NOON,
        )


def test_each_entry_holds_the_hash_of_the_one_before_it():
    workspace = a_workspace()

    entries(workspace)

    first, second, _ = AuditEntry.objects.filter(workspace=workspace)
    assert second.previous_hash == first.hash == entry_hash(first)
    assert first_broken(workspace) is None


def test_two_workspaces_have_chains_of_their_own():
    one, other = a_workspace(), a_workspace()

    entries(one)
    entries(other, number=1)

    assert AuditEntry.objects.get(workspace=other).seq == 1


@pytest.mark.parametrize("way", ["update", "delete"])
def test_the_database_refuses_to_change_an_entry(way):
    workspace = a_workspace()
    entries(workspace)
    rows = AuditEntry.objects.filter(workspace=workspace)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.update(actor="Eve") if way == "update" else rows._raw_delete(rows.db)

    assert first_broken(workspace) is None


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE scoping_auditentry SET actor = 'Eve' WHERE seq = 2", 2),
        ("DELETE FROM scoping_auditentry WHERE seq = 2", 2),
        ("DELETE FROM scoping_auditentry WHERE seq = 3", 3),
        ("DELETE FROM scoping_auditentry", 1),
    ],
)
def test_a_chain_that_was_tampered_with_names_the_first_bad_entry(statement, broken):
    workspace = a_workspace()
    entries(workspace)
    suffix = "" if connection.vendor == "sqlite" else " ON scoping_auditentry"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER audit_entry_is_final_update{suffix}")
        cursor.execute(f"DROP TRIGGER audit_entry_is_final_delete{suffix}")
        cursor.execute(statement)

    assert first_broken(workspace) == broken


def test_a_head_that_lags_behind_is_noticed():
    workspace = a_workspace()
    entries(workspace)
    AuditHead.objects.filter(workspace=workspace).update(seq=2)

    assert first_broken(workspace) == 4


def test_an_entry_outside_of_a_transaction_is_refused(monkeypatch):
    workspace = a_workspace()
    outside = SimpleNamespace(in_atomic_block=False)
    monkeypatch.setattr(transaction, "get_connection", lambda: outside)

    with pytest.raises(RecordError, match="in the transaction"):
        entries(workspace, number=1)
