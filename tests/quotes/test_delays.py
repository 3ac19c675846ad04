"""Logged delays move the forecast, and a plan that was agreed anew decides at gates."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command

from quotes import models
from quotes.actions.actuals import ingest_file
from quotes.actions.delays import end_delay, record_delay
from quotes.actions.paid import ingest_paid
from quotes.actions.project_words import confirm_project_word
from quotes.ingest.work import Stated
from quotes.queries.actuals import comparison
from quotes.queries.gates import work_day
from quotes.queries.rollups import differences
from scoping.access import Role
from tests.factories import NOON
from tests.quotes.a_project import AT_CHECK, a_batch, a_project, draw, moved

pytestmark = pytest.mark.django_db

HEADER = "batch,stage,annotation_type,clock,items,units_produced,period_end,seconds"
BY: Any = {"by": "Minh", "role": Role.MANAGER}


def worked_on(project, days):
    """Drop a file: a batch labelled on each of so many working days from the start."""
    rows = [
        f"batch {at + 1:03d},label,bounding_box,label,100,500,{on},9000"
        for at, on in enumerate(days)
    ]
    text = "\n".join([HEADER.replace("seconds", "active_seconds"), *rows])
    ingest_file(project, text.encode(), name="x", mapping=None, by=None, now=NOON)


def finish(project, day):
    found = comparison(project, today=day)["standing"]["ending"]["finish"]
    assert found["known"], found
    return found


def test_a_delay_that_goes_on_moves_the_forecast_day_by_day(capsys):
    project = a_project(laid_out=False)
    days = [
        day
        for at in range(-20, 0)
        if (day := work_day(project, NOON) + timedelta(days=at)).weekday() < 5
    ][-5:]
    models.Project.objects.filter(pk=project.pk).update(start_on=days[0])
    project.refresh_from_db()
    worked_on(project, days)
    today = work_day(project, NOON)
    plain = finish(project, today)

    delay = record_delay(
        project, owner="client", begun=today, why="No images.", now=NOON, **BY
    )
    rollup = models.ProjectRollup.objects.get(project=project)
    first = finish(project, today)
    # The portfolio holds the chance against the day that the project's page names.
    assert rollup.promised.isoformat() == first["promised"] > plain["promised"]
    later = finish(project, today + timedelta(days=14))

    assert (plain["waits"], later["waits"]) == (0, first["waits"] + 10)
    assert later["p50"] > first["p50"] >= plain["p50"]
    assert rollup.forecast == date.fromisoformat(first["p50"])
    assert list(differences(project)) == []
    # As known before the delay was logged it is not there.
    before = comparison(project, as_of=NOON - timedelta(seconds=1))
    assert "ending" not in before["standing"]

    call_command("keep_time")
    assert "1 projects wait on" in capsys.readouterr().out
    held = models.ProjectRollup.objects.get(project=project).forecast
    assert held is not None
    assert held > date.fromisoformat(first["p50"])
    assert list(differences(project)) == []
    call_command("keep_time")
    assert "0 projects wait on" in capsys.readouterr().out

    end_delay(delay, today, now=NOON + timedelta(days=30), **BY)
    assert finish(project, today + timedelta(days=60))["p50"] == first["p50"]
    assert list(differences(project)) == []


def test_days_that_a_timesheet_waits_move_the_roll_up_of_whom_it_names():
    """Nobody it names was seen by tools, and the days lie after the last work."""
    project = a_project(laid_out=False)
    today = work_day(project, NOON)
    days = [today - timedelta(days=at) for at in range(14, 3, -1)]
    models.Project.objects.filter(pk=project.pk).update(start_on=days[0])
    project.refresh_from_db()
    worked_on(project, [day for day in days if day.weekday() < 5])

    def pay(called, on):
        head = "Date,Employee,Project,Hours,Waiting,Waiting for"
        body = f"{head}\n{on},Minh,{called},8,8,client\n".encode()
        fields: Any = {"name": "t.csv", "by": None, "now": NOON}
        stated = Stated(zone=project.time_zone)
        return ingest_paid(project.workspace, body, stated=stated, **fields)[1]

    def promised():
        assert list(differences(project)) == []
        return models.ProjectRollup.objects.get(project=project).promised

    waited = [
        day
        for day in (today - timedelta(days=at) for at in range(4))
        if day.weekday() < 5
    ]
    before = promised()
    assert pay(project.slug, waited[0]) == "published"
    named = promised()
    assert pay("ĐƯỜNG PHỐ", waited[1]) == "published"
    assert promised() == named > before
    confirm_project_word(project, "đường phố", by=None, now=NOON + timedelta(hours=1))
    assert promised() > named


def test_gates_decide_by_the_plan_that_a_change_order_agreed():
    project = a_project()
    batch = moved(a_batch(project), *AT_CHECK)
    plan = project.baseline.document
    lines = [one | {"size": 77, "max_wrong": 1} for one in plan["gates"]["lines"]]
    models.ChangeOrder.objects.create(
        workspace=project.workspace,
        project=project,
        number=1,
        effective=project.start_on,
        why="A smaller sample was agreed.",
        asked={},
        price_change=0,
        cost_change=0,
        document=plan | {"gates": plan["gates"] | {"lines": lines}, "clauses": []},
        digest="0",
        by="test",
        at=NOON,
    )

    found = draw(batch)

    assert (found.size, found.max_wrong) == (77, 1)
    assert plan["gates"]["lines"][0].get("size") != 77
