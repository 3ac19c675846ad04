"""The record is append-only, chained per workspace, and shows where it was broken."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from scoping.audit import RecordError, entry_hash, first_broken, record
from scoping.models import AuditEntry, AuditHead
from tests.factories import NOON, a_workspace
from tests.scoping.sql import drop_trigger, run_sql

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
    drop_trigger("audit_entry_is_final_update", table="scoping_auditentry")
    drop_trigger("audit_entry_is_final_delete", table="scoping_auditentry")
    run_sql(statement)

    assert first_broken(workspace) == broken


def test_a_head_that_ran_ahead_is_noticed():
    workspace = a_workspace()
    entries(workspace)
    AuditHead.objects.filter(workspace=workspace).update(seq=4)

    assert first_broken(workspace) == 4


def test_a_record_that_lost_its_head_is_noticed():
    workspace = a_workspace()
    entries(workspace)
    drop_trigger("audit_head_stays_delete", table="scoping_audithead")
    AuditHead.objects.filter(workspace=workspace).delete()

    assert first_broken(workspace) == 4


@pytest.mark.parametrize("way", ["back", "delete"])
def test_the_head_of_a_record_only_moves_on(way):
    workspace = a_workspace()
    entries(workspace)
    heads = AuditHead.objects.filter(workspace=workspace)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        heads.update(seq=2) if way == "back" else heads.delete()

    assert heads.get().seq == 3


def test_the_command_says_which_records_are_whole(capsys):
    workspace = a_workspace(name="Whole")
    entries(workspace)

    call_command("verify_audit")

    assert "Whole: the record is whole." in capsys.readouterr().out


def test_the_command_names_the_first_entry_that_does_not_fit():
    workspace = a_workspace(name="Broken")
    entries(workspace)
    AuditHead.objects.filter(workspace=workspace).update(seq=4)

    with pytest.raises(CommandError, match="Broken: entry 4 does not fit the chain"):
        call_command("verify_audit")


def test_an_entry_outside_of_a_transaction_is_refused(monkeypatch):
    workspace = a_workspace()
    outside = SimpleNamespace(in_atomic_block=False)
    monkeypatch.setattr(transaction, "get_connection", lambda: outside)

    with pytest.raises(RecordError, match="in the transaction"):
        entries(workspace, number=1)
