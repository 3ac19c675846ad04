"""Saving what somebody said a project is, and messages that leave afterwards."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from scoping import convert
from scoping.actions import client_named, enqueue, save_scope
from scoping.calc.spec import SpecError, to_document
from scoping.models import AuditEntry, OutboxMessage, Scope
from tests.factories import NOON, a_client, a_user, a_workspace
from tests.scoping.specs import a_spec_document

pytestmark = pytest.mark.django_db


def a_scope(document=None, **changes):
    fields = {"workspace": None, "client": None, "by": a_user(), "now": NOON} | changes
    fields["workspace"] = fields["workspace"] or a_workspace()
    return save_scope(document or a_spec_document(), **fields)


def test_a_scope_keeps_the_normal_form_of_what_was_said():
    scope = a_scope()

    again = convert.spec(scope.document, today=date(2026, 1, 5))

    assert to_document(again) == scope.document
    assert (scope.name, scope.seed) == ("Street scenes", again.seed)


def test_the_same_project_said_twice_has_one_digest():
    document = a_spec_document()
    turned = dict(reversed(document.items()))

    assert a_scope(document).digest == a_scope(turned).digest


def test_saving_is_on_the_record():
    scope = a_scope(by=a_user(full_name="Ann Ngo"))

    entry = AuditEntry.objects.get(workspace=scope.workspace)
    assert (entry.actor, entry.action) == ("Ann Ngo", "save_scope")


def test_a_form_sent_twice_is_saved_once():
    workspace = a_workspace()

    first, second = (
        a_scope(workspace=workspace, form_token="the same form") for _ in range(2)
    )

    assert first.pk == second.pk
    assert AuditEntry.objects.filter(workspace=workspace).count() == 1


def test_an_impossible_document_is_not_saved():
    with pytest.raises(SpecError):
        a_scope(a_spec_document(items=-1))

    assert Scope.objects.count() == 0


def test_a_client_is_found_by_name_whatever_its_case():
    client = a_client(name="Acme")

    assert client_named(" ACME ", workspace=client.workspace) == client


def test_a_message_leaves_once_for_each_id():
    workspace = a_workspace()
    message: dict[str, Any] = {
        "workspace": workspace,
        "dedupe_id": "sent PL-1",
        "now": NOON,
    }
    enqueue("quote_sent", {"number": "PL-1"}, **message)

    with pytest.raises(IntegrityError), transaction.atomic():
        enqueue("quote_sent", {"number": "PL-1"}, **message)

    assert OutboxMessage.objects.get(workspace=workspace).delivered_at is None
