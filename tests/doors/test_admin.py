"""Django's own admin: changes stand on record, what is final is not changed there."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry

from quotes.admin import Published
from quotes.models import SiteCapacity
from scoping.admin import ReadOnly, Recorded
from scoping.audit import first_broken
from scoping.models import AuditEntry, Membership, Workspace
from tests.factories import a_membership, a_user, a_workspace
from tests.quotes.a_quote import a_sent_quote

pytestmark = pytest.mark.django_db
OURS = [
    one
    for model, one in admin.site._registry.items()
    if model._meta.app_label in ("scoping", "quotes")
]
FINAL = [
    one for one in OURS if isinstance(one, ReadOnly) and not isinstance(one, Published)
]
"""Texts that are published anew have tests of their own: test_admin_texts.py."""


@pytest.fixture
def operator(client):
    user = a_user(is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


def test_a_change_of_a_workspace_is_on_record_with_who_did_it(client, operator):
    workspace = a_workspace()
    page = f"/admin/scoping/workspace/{workspace.pk}/change/"
    said = {
        name: getattr(workspace, name)
        for name in ("name", "slug", "legal_name", "legal_address", "timezone")
    } | {"currency": "EUR"}

    answer = client.post(page, said)

    assert answer.status_code == 302, answer.context["errors"]
    workspace.refresh_from_db()
    assert workspace.currency == "EUR"
    entry = AuditEntry.objects.get(workspace=workspace)
    assert (entry.actor, entry.action) == (str(operator), "change_workspace")
    assert entry.before_digest != entry.after_digest
    assert first_broken(workspace) is None
    assert LogEntry.objects.get().get_change_message() == "Changed Currency."
    history = client.get(page.replace("change", "history")).text
    assert "Changed Currency." in history


def test_people_at_a_site_are_put_right_and_members_taken_away_on_record(
    client, operator
):
    member = a_membership()
    workspace = member.workspace
    added = client.post(
        "/admin/quotes/sitecapacity/add/",
        {
            "workspace": workspace.pk,
            "site": "vn",
            "since": "2026-01-01",
            "annotators": 40,
            "by": operator.pk,
        },
    )
    gone = client.post(
        "/admin/scoping/membership/",
        {
            "action": "delete_selected",
            "_selected_action": member.pk,
            "post": "yes",
        },
    )

    assert (added.status_code, gone.status_code) == (302, 302)
    assert SiteCapacity.objects.get().annotators == 40
    assert not Membership.objects.exists()
    actions = AuditEntry.objects.filter(workspace=workspace).order_by("seq")
    assert [one.action for one in actions] == ["add_sitecapacity", "delete_membership"]


def test_what_is_final_is_looked_at_and_not_touched(client, operator):
    workspace = a_sent_quote().revision.workspace
    tried = 0

    for final in FINAL:
        base = f"/admin/{final.opts.app_label}/{final.opts.model_name}/"
        assert client.get(base).status_code == 200
        assert client.post(f"{base}add/", {}).status_code == 403
        row = final.model.objects.filter(workspace=workspace).first()
        if row is None:
            continue
        page = f"{base}{row.pk}/"
        assert client.get(f"{page}change/").status_code == 200
        assert client.post(f"{page}change/", {}).status_code == 403
        assert client.post(f"{page}delete/", {"post": "yes"}).status_code == 403
        assert final.model.objects.filter(pk=row.pk).exists()
        tried += 1
    assert tried >= 4


def test_every_table_of_ours_is_final_or_recorded():
    """But people, who belong to no workspace, and days, whose action records them."""
    others = {
        one.opts.model_name for one in OURS if not isinstance(one, ReadOnly | Recorded)
    }

    assert others == {"user", "changedday"}


def test_a_workspace_is_not_deleted(client, operator):
    workspace = a_workspace()

    page = f"/admin/scoping/workspace/{workspace.pk}/delete/"

    assert client.post(page, {"post": "yes"}).status_code == 403
    assert Workspace.objects.filter(pk=workspace.pk).exists()


def test_staff_of_a_workspace_do_not_see_the_admin(client):
    client.force_login(a_membership(role="admin").user)

    assert client.get("/admin/scoping/workspace/").status_code == 302
