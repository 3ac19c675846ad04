"""The ledger under random files, corrections, late files and closings, in any order.

A slow second opinion keeps its own books in plain lists. After every step: what stands
is the sum of the ledger, and every report as known on an earlier moment is what it was.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count, permutations
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from quotes.actions import RefusedError
from quotes.actions.actuals import ingest_file
from quotes.actions.closing import close_period
from quotes.actions.projects import import_project
from quotes.models import Baseline, Project, WorkRecord
from quotes.queries.actuals import comparison, current_records
from quotes.queries.months import by_month
from tests import scale
from tests.factories import NOON, a_published_card, a_workspace

pytestmark = pytest.mark.django_db

SPEC = {"items": 1000, "lines": [{"type": "bounding_box", "units_per_item": 5}]}
HEADER = (
    "batch,stage,annotation_type,clock,period_start,period_end,units_produced,"
    "active_seconds"
)
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAYS = st.integers(1, 28)
UNITS = st.integers(0, 50)
_slugs = count(1)


@pytest.fixture
def project():
    workspace = a_workspace()
    a_published_card(workspace=workspace)
    fields: Any = {"start_on": None, "paid_clock": "label", "by": "test"}
    return import_project(SPEC, workspace=workspace, slug="one", now=NOON, **fields)


def a_copy(project):
    """Make another project of the same plan, without estimating it again."""
    fields = {
        name: getattr(project, name)
        for name in ("workspace", "name", "currency", "site", "start_on", "paid_clock")
    }
    copy = Project.objects.create(
        slug=f"copy-{next(_slugs)}", time_zone="UTC", **fields
    )
    Baseline.objects.create(
        workspace=project.workspace,
        project=copy,
        document=project.baseline.document,
        digest=project.baseline.digest,
        frozen_at=NOON,
    )
    return copy


def a_row(day, units, batch="b", stage="label"):
    when = f"2026-{3 + (day > 14):02}-{day:02}"
    return f"{batch},{stage},bounding_box,label,{when},{when},{units},{units * 10}"


class Books(RuleBasedStateMachine):
    """Files into one project, and the same kept by hand."""

    template: Project

    def __init__(self):
        super().__init__()
        self.project = a_copy(self.template)
        self.now = START + timedelta(days=90)
        self.stands: dict[int, int] = {}
        self.closed: list[tuple[date, datetime]] = []
        self.booked: dict[str, int] = {}
        self.told: list[tuple[datetime, list[tuple[int, int]], Any]] = []

    def drop(self, rows, **changes):
        self.now += timedelta(hours=1)
        text = "\n".join([HEADER, *rows]).encode()
        fields: Any = {"name": "x", "mapping": None, "by": None, "now": self.now}
        return ingest_file(self.project, text, **(fields | changes)).state

    def book(self, day, units):
        own = date(2026, 3 + (day > 14), day)
        last = max((one for one, _ in self.closed), default=None)
        if last is not None and own <= last:
            own = last + timedelta(days=1)
        month = f"{own.year}-{own.month:02}"
        self.booked[month] = self.booked.get(month, 0) + units

    @rule(day=DAYS, units=UNITS)
    def ingest(self, day, units):
        state = self.drop([a_row(day, units)])

        if day not in self.stands:
            assert state == "published"
            self.stands[day] = units
            self.book(day, units)
        elif self.stands[day] == units:
            assert state == "repeated"
        else:
            assert state in ("held", "repeated")

    @rule(day=DAYS, units=UNITS)
    def restate(self, day, units):
        before = self.stands.get(day)

        state = self.drop([a_row(day, units)], restate_reason="counted again")

        if before == units:
            assert state == "repeated"
        elif state == "published":
            self.stands[day] = units
            self.book(day, units - (before or 0))
        else:
            # The very bytes were counted once: an older file never comes back.
            assert (state, before is not None) == ("repeated", True)

    @rule(day=DAYS)
    def void(self, day):
        if self.stands.get(day):
            self.restate(day=day, units=0)

    @rule(days=st.lists(DAYS, min_size=2, max_size=3, unique=True), units=UNITS)
    def several_at_once(self, days, units):
        rows = [a_row(day, units) for day in days]
        others = [self.stands[day] for day in days if day in self.stands]

        state = self.drop(rows)

        if any(one != units for one in others):
            assert state in ("held", "repeated")
        elif len(others) < len(days):
            assert state == "published"
            for day in days:
                if day not in self.stands:
                    self.stands[day] = units
                    self.book(day, units)

    @rule(day=DAYS)
    def close(self, day):
        self.now += timedelta(hours=1)
        through = date(2026, 3, 31) if day <= 14 else date(2026, 4, 30)
        if self.closed and through <= self.closed[-1][0]:
            with pytest.raises(RefusedError):
                close_period(self.project, through, by=None, now=self.now)
            return
        close_period(self.project, through, by=None, now=self.now)
        self.closed.append((through, self.now))

    def known(self, as_of=None):
        rows = current_records(self.project, as_of=as_of).values()
        return sorted(
            (row.period_start.day, row.units_produced)
            for row in rows
            if row.period_start is not None
        )

    @invariant()
    def what_stands_is_the_sum_of_the_ledger(self):
        entries = WorkRecord.objects.filter(project=self.project)
        summed = sum(
            (one.units_produced or 0) * (-1 if one.kind == "reversal" else 1)
            for one in entries
        )

        assert self.known() == sorted(self.stands.items())
        assert summed == sum(self.stands.values())

    @invariant()
    def a_month_has_what_was_booked_in_it(self):
        months = {one.month: one.units for one in by_month(self.project)}

        assert {one: units for one, units in months.items() if units} == {
            one: units for one, units in self.booked.items() if units
        }

    @invariant()
    def what_was_known_stays_known(self):
        for moment, rows, months in self.told[-3:]:
            assert self.known(as_of=moment) == rows
            assert by_month(self.project, as_of=moment) == months
        moment = self.now
        self.told.append((moment, self.known(), by_month(self.project, as_of=moment)))


def test_the_books_agree_with_those_kept_by_hand(project):
    Books.template = project

    run_state_machine_as_test(
        Books,
        settings=settings(
            max_examples=scale.count(200),
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_stages_end_in_one_state_in_whatever_order_they_arrive(project):
    rows = [
        a_row(2, 100),
        a_row(3, 20, stage="rework"),
        "b,review,bounding_box,label,2026-03-04,2026-03-04,,500",
        "b,audit,bounding_box,label,2026-03-05,2026-03-05,,60",
    ]
    orders = list(permutations(rows))

    found = []
    for order in orders[:: len(orders) // scale.count(24)]:
        copy = a_copy(project)
        for row in order:
            text = f"{HEADER}\n{row}\n".encode()
            outcome = ingest_file(
                copy, text, name="x", mapping=None, by=None, now=START + 99 * ONE
            )
            assert outcome.state == "published"
        found.append(comparison(copy))

    assert len(found) >= 3
    assert all(one == found[0] for one in found)


ONE = timedelta(days=1)


def test_periods_that_share_days_are_held_with_both_shown(project):
    copy = a_copy(project)
    first = "b,label,bounding_box,label,2026-03-01,2026-03-10,100,1000"
    second = "b,label,bounding_box,label,2026-03-05,2026-03-12,50,500"
    fields: Any = {"name": "x", "mapping": None, "by": None, "now": START + 99 * ONE}
    ingest_file(copy, f"{HEADER}\n{first}".encode(), **fields)

    alone = ingest_file(copy, f"{HEADER}\n{second}".encode(), **fields)
    both = ingest_file(
        a_copy(project), f"{HEADER}\n{first}\n{second}".encode(), **fields
    )

    for outcome, where in ((alone, "in the ledger"), (both, "in this file")):
        assert outcome.state == "held"
        (refused,) = outcome.plan.refused
        assert refused.code == "overlapping_period"
        assert (
            "2026-03-05 00:00 to 2026-03-13 00:00 shares time with" in refused.message
        )
        assert f"2026-03-01 00:00 to 2026-03-11 00:00 {where}" in refused.message
    assert sum(one.units_produced or 0 for one in current_records(copy).values()) == 100
