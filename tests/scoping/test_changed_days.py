"""Days that staff change: in the dates of their company alone, and on record."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from scoping import queries
from scoping.actions import change_day
from scoping.calc.workdays import CalendarError
from scoping.models import AuditEntry, ChangedDay
from tests.factories import NOON, a_user, a_workspace

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 3)


def changed(workspace, *, worked=False, calendar="vn", reason="Storm"):
    return change_day(
        DAY,
        calendar=calendar,
        worked=worked,
        reason=reason,
        workspace=workspace,
        by=a_user(),
        now=NOON,
    )


def is_worked(workspace):
    return queries.workdays(workspace).calendar("vn").is_worked(DAY)


def test_a_changed_day_moves_the_dates_of_its_company_alone():
    workspace, other = a_workspace(), a_workspace()

    changed(workspace)

    assert not is_worked(workspace)
    assert is_worked(other)
    assert queries.workdays().calendar("vn").is_worked(DAY)
    entry = AuditEntry.objects.filter(workspace=workspace).latest("seq")
    assert entry.action == "change_day"
    assert entry.subject == "calendar vn, 2026-03-03"


def test_of_two_changes_the_later_holds():
    workspace = a_workspace()
    changed(workspace)

    changed(workspace, worked=True, reason="Storm has passed")

    assert is_worked(workspace)


def test_a_calendar_that_is_not_there_is_refused():
    with pytest.raises(CalendarError, match="There are: us, vn"):
        changed(a_workspace(), calendar="mars")
    assert not ChangedDay.objects.exists()


@pytest.mark.parametrize("fields", [{"reason": ""}, {"calendar": ""}])
def test_a_row_without_a_reason_or_a_calendar_is_refused(fields):
    row = {"calendar": "vn", "day": DAY, "worked": False, "reason": "x"} | fields

    with pytest.raises(IntegrityError), transaction.atomic():
        ChangedDay.objects.create(workspace=a_workspace(), **row)


def test_the_admin_adds_a_day_and_its_entry_and_changes_none(client):
    user, workspace = a_user(), a_workspace()
    user.is_staff = user.is_superuser = True
    user.save()
    client.force_login(user)

    response = client.post(
        reverse("admin:scoping_changedday_add"),
        {
            "workspace": workspace.pk,
            "calendar": "vn",
            "day": "2026-03-03",
            "reason": "Storm",
        },
    )

    assert response.status_code == 302
    row = ChangedDay.objects.get()
    assert row.made_by == user
    assert not is_worked(workspace)
    assert AuditEntry.objects.filter(action="change_day").count() == 1
    delete = client.post(reverse("admin:scoping_changedday_delete", args=[row.pk]))
    assert delete.status_code == 403
