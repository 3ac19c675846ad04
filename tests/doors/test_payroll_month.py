"""A month of two reviewers on three projects: timesheets and tools do not agree.

All of it goes through the page on which files are dropped, and is read from the page of
paid time. A second count with fractions, sharing no code, says what each project costs.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from quotes.models import PaidRecord
from quotes.queries.paid import paid_month
from scoping.access import Role
from tests.factories import a_membership, a_published_card, a_workspace
from tests.quotes.test_paid import a_project

pytestmark = pytest.mark.django_db

WORK = "batch,stage,annotation_type,clock,actor,period_start,period_end,active_seconds"
SLUGS = ("cars", "birds", "masks")
PEOPLE = ("Lan Tran", "Minh Pham")
WAGES = {"Lan Tran": 14_500_001, "Minh Pham": 13_250_007}
DAYS = [
    date(2026, 3, 2) + timedelta(days=n)
    for n in range(30)
    if (date(2026, 3, 2) + timedelta(days=n)).weekday() < 5
    and (date(2026, 3, 2) + timedelta(days=n)).month == 3
]


def a_month():
    """Return seconds paid by person and day, and seen by tools by project besides.

    Tools see more than was paid on some days, nothing at all on others.
    """
    chance = Random(71)
    paid, seen = {}, {}
    for person in PEOPLE:
        for day in DAYS:
            paid[person, day] = chance.choice((14_400, 27_000, 28_800))
            for slug in SLUGS:
                if chance.random() < 0.6:
                    seen[person, day, slug] = chance.randint(60, 14_000)
    return paid, seen


def timesheet(paid):
    rows = [f"{day},{who},{seconds / 3600}" for (who, day), seconds in paid.items()]
    return "\n".join(["Date,Employee,Hours", *rows])


def payroll():
    rows = [f"2026-03,{who},{amount},VND" for who, amount in WAGES.items()]
    return "\n".join(["Month,Employee,Total cost,Currency", *rows])


def counted_slowly(paid, seen):
    """Return what each project and the bench cost, before any coin is rounded."""
    cost: dict[str | None, Fraction] = defaultdict(Fraction)
    for person in PEOPLE:
        month = sum(seconds for (who, _), seconds in paid.items() if who == person)
        for day in DAYS:
            parts = {slug: seen.get((person, day, slug), 0) for slug in SLUGS}
            whole = sum(parts.values())
            day_cost = Fraction(WAGES[person] * paid[person, day], month)
            for slug, seconds in parts.items():
                if whole:
                    cost[slug] += day_cost * seconds / whole
            if not whole:
                cost[None] += day_cost
    return cost


def test_a_month_adds_up_to_payroll_and_a_late_timesheet_restates_it(client):
    workspace = a_workspace()
    a_published_card(workspace=workspace)
    client.force_login(a_membership(workspace=workspace, role=Role.MANAGER).user)
    paid, seen = a_month()

    def drop(slug, text, **said):
        file = SimpleUploadedFile("x.csv", text.encode())
        form = {"act": "count", "file": file}
        return client.post(f"/projects/{slug}/files/", form | said)

    for slug in SLUGS:
        a_project(workspace, slug)
        rows = [
            f"b,review,bounding_box,label,{who},{day},{day},{seconds}"
            for (who, day, at), seconds in seen.items()
            if at == slug
        ]
        assert drop(slug, "\n".join([WORK, *rows])).status_code == 302
    for text in (timesheet(paid), payroll()):
        assert drop("cars", text).status_code == 302

    agrees(workspace, paid, seen)
    page = client.get("/projects/all/paid-time/?month=2026-03").text
    assert "No project (bench)" in page
    assert f"{sum(WAGES.values()):,}" in page

    late = dict(paid)
    late["Lan Tran", DAYS[3]] += 7_200
    held = drop("cars", timesheet(late))
    assert "Give a reason to restate it." in held.text
    agrees(workspace, paid, seen)
    said = drop("cars", timesheet(late), restate="overtime signed late")
    assert said.status_code == 302
    agrees(workspace, late, seen)
    kinds = PaidRecord.objects.exclude(kind="entry").order_by("pk")
    assert [(one.kind, one.reason) for one in kinds] == [
        ("reversal", "overtime signed late"),
        ("replacement", "overtime signed late"),
    ]


def agrees(workspace, paid, seen):
    """Hold the split against the slow count, to the coin of each person's share."""
    found = paid_month(workspace, "2026-03")
    costs = {one.project: one.costs.get("VND", Decimal(0)) for one in found.shares}
    wanted = counted_slowly(paid, seen)

    assert sum(costs.values()) == sum(WAGES.values())
    assert costs[None] > 0
    assert set(costs) == {*SLUGS, None}
    for project, cost in costs.items():
        assert cost == cost.to_integral_value()
        # Two people: each share is a whole dong, and at most one from the exact one.
        assert abs(cost - Decimal(str(float(wanted[project])))) <= len(PEOPLE) + 1
    assert found.paid_seconds == sum(paid.values())
