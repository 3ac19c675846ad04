"""The signed end of the record, as a program takes it away."""

from __future__ import annotations

import json

import pytest

from scoping.access import Role
from scoping.audit import first_fault, record
from scoping.audit.heads import fault_against, read_heads
from scoping.models import AuditEntry, AuditHead, Workspace
from tests.doors.api import Program, a_key
from tests.factories import NOON, a_membership, a_workspace
from tests.scoping.sql import drop_trigger

pytestmark = pytest.mark.django_db


@pytest.fixture
def program() -> Program:
    workspace = a_workspace()
    boss = a_membership(workspace=workspace, role=Role.ADMIN).user
    for index in range(3):
        record(
            workspace=workspace,
            actor="Ann",
            action="try",
            subject=f"thing {index}",
            after={"n": index},
            at=NOON,
        )
    return Program(a_key(workspace, boss).token)


def tampered() -> AuditEntry:
    entry = AuditEntry.objects.get(seq=2)
    drop_trigger("audit_entry_is_final_update", table="scoping_auditentry")
    AuditEntry.objects.filter(pk=entry.pk).update(actor="Eve")
    return entry


def test_the_end_that_a_program_keeps_names_the_first_entry_that_was_changed(program):
    answer = program.get("audit-head?trail=true")

    assert answer.status_code == 200, answer.content
    heads = read_heads(json.dumps(answer.json()))
    # Making the key is on record as well.
    assert (heads[0].seq, len(heads[0].trail)) == (4, 4)
    workspace = Workspace.objects.get()
    assert fault_against(workspace, heads) is None
    tampered()
    fault = fault_against(workspace, heads)
    assert fault is not None
    assert fault.seq == 2


def test_a_record_that_does_not_fit_is_not_vouched_for(program):
    tampered()

    answer = program.get("audit-head")

    assert answer.status_code == 409
    assert answer.json()["code"] == "record_broken"
    assert "Nothing was signed" in answer.json()["detail"]


def test_without_its_trail_it_is_short(program):
    assert program.get("audit-head").json()["trail"] == []


def test_what_is_recorded_while_the_record_is_read_does_not_break_it(
    program, monkeypatch
):
    workspace = Workspace.objects.get()
    found = AuditHead.objects.filter

    def recorded_meanwhile(*args, **named):
        monkeypatch.setattr(AuditHead.objects, "filter", found)
        record(
            workspace=workspace,
            actor="Ann",
            action="try",
            subject="one more",
            at=NOON,
        )
        return found(*args, **named)

    monkeypatch.setattr(AuditHead.objects, "filter", recorded_meanwhile)
    assert first_fault(workspace) is None
