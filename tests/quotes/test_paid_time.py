"""Paid time in a project's gap: idle and waiting hours get their parts."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from quotes import models
from quotes.actions.actuals import ingest_file
from quotes.queries.actuals import comparison, current_records
from quotes.queries.paid_time import delays_of_client, paid_time
from scoping.calc.sla import Evidence
from scoping.calc.sla.evaluating import stood_still
from tests.factories import a_published_card, a_workspace
from tests.quotes.test_paid import LATER, a_project, pay, work

pytestmark = pytest.mark.django_db

HEADER = (
    "batch,stage,annotation_type,clock,actor,pod,items,units_produced,period_start,"
    "period_end,active_seconds"
)
SHEET = (
    "Date,Employee,Project,Hours,Waiting,Waiting for\n"
    "2026-03-02,Lan Tran,,8,2,client\n"
    "2026-03-03,Lan Tran,streets,8,,\n"
)


def rows(pod, *days, seconds=14400):
    return [
        HEADER,
        *(
            f"b{day},label,bounding_box,label,lan tran,{pod},100,500,2026-03-0{day},"
            f"2026-03-0{day},{seconds}"
            for day in days
        ),
    ]


def ingest(project, lines):
    body = "\n".join(lines).encode()
    ingest_file(project, body, name="x", mapping=None, by=None, now=LATER)


def test_idle_and_waiting_hours_have_parts_once_a_timesheet_covers_the_week():
    workspace = a_workspace()
    a_published_card(workspace=workspace)
    streets = a_project(workspace, "streets")
    ingest(streets, rows("A", 2, 3))
    before: Any = comparison(streets)["standing"]
    assert paid_time(streets, list(current_records(streets).values())) == ()

    # Lan also worked for another project on the second: 4 h of 6 were for streets.
    birds = a_project(workspace, "birds")
    work(birds, "c1,label,bounding_box,label,Lan Tran,2026-03-02,2026-03-02,7200")
    pay(workspace, SHEET)

    (week,) = paid_time(streets, list(current_records(streets).values()))
    # Two thirds of 8 h, and all of the second day; a quarter of the first was waiting.
    assert week.paid == pytest.approx(Decimal(8) * 2 / 3 + 8, abs=Decimal("0.001"))
    assert week.client_waiting == pytest.approx(Decimal(4) / 3, abs=Decimal("0.001"))
    after: Any = comparison(streets)["standing"]
    keys = {part["key"] for part in after["gap"]["parts"]}
    assert {"paid_over_worked", "client_waiting"} <= keys
    assert after["gap"]["planned"] == before["gap"]["planned"]
    assert any("timesheet" in text for text in before["not_separable"])
    assert not any("timesheet" in text for text in after["not_separable"])


def test_days_on_which_the_timesheet_waits_for_the_client_are_her_delays():
    workspace = a_workspace()
    a_published_card(workspace=workspace)
    streets = a_project(workspace, "streets")
    other = "2026-03-05,Mai Le,birds,8,8,client\n"
    pay(
        workspace,
        "Date,Employee,Project,Hours,Waiting,Waiting for\n"
        "2026-03-02,Lan Tran,streets,8,8,client\n"
        "2026-03-02,Mai Le,streets,8,,\n"
        "2026-03-03,Lan Tran,streets,8,3,client\n"
        "2026-03-04,Lan Tran,streets,8,8,our server\n" + other,
    )

    found = delays_of_client(streets)

    # The second: 8 of 16 hours. On the third 3 of 8, and the fourth was ours.
    assert [(one.owner, one.first, one.last) for one in found] == [
        ("client", date(2026, 3, 2), date(2026, 3, 2))
    ]


def test_the_log_of_delays_stops_the_clock_as_far_as_it_was_known():
    workspace = a_workspace()
    a_published_card(workspace=workspace)
    streets = a_project(workspace, "streets")

    def logged(number, owner, begun):
        return models.Delay.objects.create(
            workspace=workspace,
            project=streets,
            number=number,
            owner=owner,
            begun=begun,
            why="The images are not there.",
            by="test",
            at=LATER,
        )

    hers = logged(1, "client", date(2026, 3, 4))
    logged(2, "us", date(2026, 3, 5))
    logged(3, "nobody", date(2026, 3, 6))
    ended = LATER + timedelta(hours=1)
    models.DelayEnd.objects.create(
        workspace=workspace, delay=hers, through=date(2026, 3, 9), by="test", at=ended
    )

    def known(as_of):
        found = delays_of_client(streets, as_of=as_of)
        return [(one.owner, one.first, one.last) for one in found]

    begun, ends = date(2026, 3, 4), date(2026, 3, 9)
    assert known(None) == known(ended) == [("client", begun, ends)]
    assert known(LATER) == [("client", begun, date.max)]
    assert known(LATER - timedelta(seconds=1)) == []
    clause = stood_still(Evidence(as_of=date(2026, 3, 7), delays=known_delays(streets)))
    assert clause == 4  # 4 to 7 March, to the day of the report


def known_delays(project):
    """Return the delays of a project as they stood before any end was written down."""
    return delays_of_client(project, as_of=LATER)
