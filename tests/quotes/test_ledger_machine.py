"""The ledger under random files, corrections, late files and closings, in any order.

A slow second opinion keeps its own books in plain lists. After every step: what stands
is the sum of the ledger, and every report as known on an earlier moment is what it was.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count, permutations
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
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


def a_copy(project, *, workspace=None):
    """Make another project of the same plan, without estimating it again.

    It is of a company of its own unless one is given: work counts once in a company.
    """
    fields = {
        name: getattr(project, name)
        for name in ("name", "currency", "site", "start_on", "paid_clock")
    }
    fields["workspace"] = workspace or a_workspace()
    copy = Project.objects.create(
        slug=f"copy-{next(_slugs)}", time_zone="UTC", **fields
    )
    Baseline.objects.create(
        workspace=copy.workspace,
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
    """Files into one project, and the same kept by hand.

    After each step the bare rows of the ledger are held against the books; at the end
    of a run the reports are, as they are now and as they were known on some of the
    moments in between.
    """

    template: Project

    def __init__(self):
        super().__init__()
        self.project = a_copy(self.template)
        self.now = START + timedelta(days=90)
        self.stands: dict[int, int] = {}
        self.closed: list[date] = []
        self.booked: dict[str, int] = {}
        self.told: list[tuple[datetime, dict[int, int], dict[str, int]]] = []

    def drop(self, rows, **changes):
        self.now += timedelta(hours=1)
        text = "\n".join([HEADER, *rows]).encode()
        fields: Any = {"name": "x", "mapping": None, "by": None, "now": self.now}
        return ingest_file(self.project, text, **(fields | changes)).state

    def book(self, day, units):
        own = day_of(day)
        if self.closed and own <= self.closed[-1]:
            own = self.closed[-1] + timedelta(days=1)
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

    @rule(chance=st.integers(0, 27))
    def void(self, chance):
        if self.stands:
            days = sorted(self.stands)
            self.restate(day=days[chance % len(days)], units=0)

    @precondition(lambda self: self.closed)
    @rule(chance=st.integers(0, 27), units=UNITS)
    def late(self, chance, units):
        """Count a day whose month is closed: it is booked in the next open one."""
        gone = [day for day in range(1, 29) if day_of(day) <= self.closed[-1]]
        missing = [day for day in gone if day not in self.stands]
        if missing:
            before = dict(self.booked)
            self.ingest(day=missing[chance % len(missing)], units=units)
            moved = {one for one in self.booked if self.booked[one] != before.get(one)}
            assert moved <= {f"{self.closed[-1] + timedelta(days=1):%Y-%m}"}

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

    @precondition(lambda self: self.stands)
    @rule(day=DAYS)
    def close(self, day):
        self.now += timedelta(hours=1)
        through = date(2026, 3, 31) if day <= 14 else date(2026, 4, 30)
        if self.closed and through <= self.closed[-1]:
            with pytest.raises(RefusedError):
                close_period(self.project, through, by=None, now=self.now)
            return
        close_period(self.project, through, by=None, now=self.now)
        self.closed.append(through)

    @invariant()
    def what_stands_is_the_sum_of_the_ledger(self):
        summed: dict[str, int] = {}
        for day, units, sign in entries(self.project):
            summed[day] = summed.get(day, 0) + sign * units
        wanted = {str(day_of(day)): units for day, units in self.stands.items()}

        assert summed == wanted
        if not self.told or self.told[-1][0] != self.now:
            self.told.append((self.now, dict(self.stands), dict(self.booked)))

    def teardown(self):
        """Ask for today's reports, and again for those of earlier moments."""
        assert known(self.project) == self.stands
        assert booked(self.project) == without_nothing(self.booked)
        for moment, stands, months in self.told[:: max(1, len(self.told) // 3)]:
            assert known(self.project, as_of=moment) == stands
            assert booked(self.project, as_of=moment) == without_nothing(months)


def day_of(day):
    return date(2026, 3 + (day > 14), day)


def entries(project):
    """Return day, units and sign of the rows of the ledger, past all that reads it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT period_start, units_produced, kind FROM quotes_workrecord "
            "WHERE project_id = %s",
            [project.pk],
        )
        return [
            (str(start)[:10], units, -1 if kind == "reversal" else 1)
            for start, units, kind in cursor.fetchall()
        ]


def known(project, as_of=None):
    rows = current_records(project, as_of=as_of).values()
    return {
        row.period_start.day: row.units_produced
        for row in rows
        if row.period_start is not None
    }


def booked(project, as_of=None):
    months = by_month(project, as_of=as_of)
    return without_nothing({one.month: one.units for one in months})


def without_nothing(months):
    return {month: units for month, units in months.items() if units}


@pytest.fixture
def ledger_alone(monkeypatch):
    """Leave out what is written beside the ledger: most of what counting a file takes.

    The figures of the portfolio and the audit record have tests of their own.
    """
    monkeypatch.setattr("quotes.actions.actuals.roll_up", lambda *_, **__: None)
    monkeypatch.setattr("quotes.actions.actuals.sharing", lambda project: [project])
    monkeypatch.setattr("scoping.audit.record", lambda **_: None)


def run_the_machine(machine, *, runs, phases=tuple(Phase)):
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=runs,
            stateful_step_count=30,
            deadline=None,
            database=None,
            phases=phases,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.timeout(600)
def test_the_books_agree_with_those_kept_by_hand(project, ledger_alone):
    """All runs on SQLite each time; PostgreSQL has them all before a release."""
    Books.template = project
    everything = connection.vendor == "sqlite"

    run_the_machine(Books, runs=200 if everything else scale.count(200))


def test_a_report_that_ignores_its_moment_would_be_seen(
    project, ledger_alone, monkeypatch
):
    """A negative control of the machine above, and so is the next one."""
    Books.template = project
    today = by_month
    monkeypatch.setattr(f"{__name__}.by_month", lambda one, **_: today(one))

    with pytest.raises(AssertionError):
        run_the_machine(Books, runs=20, phases=[Phase.generate])


def test_a_restatement_without_its_reversal_would_be_seen(
    project, ledger_alone, monkeypatch
):
    Books.template = project
    publish = WorkRecord.objects.bulk_create

    def forgetful(records, **fields):
        return publish([one for one in records if one.kind != "reversal"], **fields)

    monkeypatch.setattr(WorkRecord.objects, "bulk_create", forgetful)

    with pytest.raises(AssertionError):
        run_the_machine(Books, runs=20, phases=[Phase.generate])


def test_stages_end_in_one_state_in_whatever_order_they_arrive(project, ledger_alone):
    """All orders each time."""
    rows = [
        a_row(2, 100),
        a_row(3, 20, stage="rework"),
        "b,review,bounding_box,label,2026-03-04,2026-03-04,,500",
        "b,audit,bounding_box,label,2026-03-05,2026-03-05,,60",
    ]
    orders = list(permutations(rows))

    found = []
    for order in orders:
        copy = a_copy(project)
        for row in order:
            text = f"{HEADER}\n{row}\n".encode()
            outcome = ingest_file(
                copy, text, name="x", mapping=None, by=None, now=START + 99 * ONE
            )
            assert outcome.state == "published"
        found.append(comparison(copy))

    assert len(found) == 24
    assert all(one == found[0] for one in found)


ONE = timedelta(days=1)


def drop(project, *rows, **changes):
    text = "\n".join([HEADER, *rows]).encode()
    fields: Any = {"name": "x.csv", "mapping": None, "by": None}
    return ingest_file(project, text, now=START + 99 * ONE, **(fields | changes))


def test_periods_that_share_days_are_held_with_both_shown(project):
    copy = a_copy(project)
    first = "b,label,bounding_box,label,2026-03-01,2026-03-10,100,1000"
    second = "b,label,bounding_box,label,2026-03-05,2026-03-12,50,500"
    drop(copy, first)

    alone = drop(copy, second)
    both = drop(a_copy(project), first, second)

    for outcome, where in ((alone, "in the ledger"), (both, "in this file")):
        assert outcome.state == "held"
        (refused,) = outcome.plan.refused
        assert refused.code == "overlapping_period"
        assert (
            "2026-03-05 00:00 to 2026-03-13 00:00 shares time with" in refused.message
        )
        assert f"2026-03-01 00:00 to 2026-03-11 00:00 {where}" in refused.message
    assert sum(one.units_produced or 0 for one in current_records(copy).values()) == 100


CHECKED = "b,review,bounding_box,label,2026-03-02,2026-03-03,,500"


@pytest.mark.parametrize(
    ("before", "dropped", "sides"),
    [
        ([CHECKED], [a_row(4, 100)], ("ledger", "file")),
        ([a_row(4, 100)], [CHECKED], ("file", "ledger")),
        ([], [a_row(4, 100), CHECKED], ("file", "file")),
    ],
)
def test_a_check_from_before_the_labelling_is_held_with_both_shown(
    project, before, dropped, sides
):
    copy = a_copy(project)
    for row in before:
        assert drop(copy, row).state == "published"

    outcome = drop(copy, *dropped)

    assert outcome.state == "held"
    (refused,) = outcome.plan.refused
    assert refused.code == "out_of_order"
    check, first = (f"in {one}" for one in (f"the {sides[0]}", f"the {sides[1]}"))
    assert refused.message.replace("this", "the").startswith(
        f"The review of 2026-03-02 00:00 to 2026-03-04 00:00 {check} ended before "
        f"labelling of its batch began: 2026-03-04 00:00 to 2026-03-05 00:00 {first}."
    )
    assert WorkRecord.objects.filter(project=copy).count() == len(before)
    # What began the batch was missing: with it, all of it counts.
    assert drop(copy, a_row(3, 20), *dropped).state == "published"


def test_new_labelling_is_held_beside_a_ledger_that_is_out_of_order_itself(project):
    """Restated, a check fell into the batch that was labelled after it."""
    copy = a_copy(project)
    drop(copy, a_row(9, 100))
    drop(copy, CHECKED.replace("bounding_box", "polygon"))
    assert drop(copy, CHECKED, restate_reason="boxes they were").state == "published"

    outcome = drop(copy, a_row(9, 100).replace("b,", "c,", 1), a_row(8, 100))

    assert [(one.row, one.code) for one in outcome.plan.refused] == [
        (3, "out_of_order")
    ]
    assert [row.values["batch"] for row in outcome.plan.new] == ["c"]
