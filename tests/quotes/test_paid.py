"""The ledger of paid time: counted once, restated with a reason, split to the coin."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from quotes.actions.actuals import ingest_file
from quotes.actions.paid import ingest_paid
from quotes.actions.projects import import_project
from quotes.ingest.reading import MappingError
from quotes.ingest.work import Stated
from quotes.models import PaidRecord, Project, ProjectWord
from quotes.queries.ledger import current_records
from quotes.queries.paid import months, paid_month
from quotes.queries.paid_time import paid_time
from scoping.access import Role
from tests.factories import NOON, ROOT, a_membership, a_published_card, a_workspace

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(days=100)
SPEC = {"items": 1000, "lines": [{"type": "bounding_box", "units_per_item": 5}]}
GOLDEN = ROOT / "tests/ingest/golden"
SHEET = "Date,Employee,Project,Hours\n2026-03-02,Lan Tran,,8\n2026-03-02,Minh Pham,,4\n"
WAGES = "Month,Employee,Total cost,Currency\n2026-03,Lan Tran,14500001,VND\n"
HEADER = (
    "batch,stage,annotation_type,clock,actor,period_start,period_end,active_seconds"
)
STATED = Stated(zone="UTC")


@pytest.fixture
def workspace():
    found = a_workspace()
    a_published_card(workspace=found)
    return found


def a_project(workspace, slug):
    fields: Any = {"start_on": None, "paid_clock": "label", "by": "test"}
    return import_project(
        SPEC | {"name": slug}, workspace=workspace, slug=slug, now=NOON, **fields
    )


def pay(workspace, text, now=LATER, **changes):
    fields: Any = {"name": "pay.csv", "stated": STATED, "by": None, "now": now}
    plan, state = ingest_paid(workspace, text.encode(), **(fields | changes))
    return plan, state


def work(project, *rows):
    text = "\n".join([HEADER, *rows]).encode()
    ingest_file(project, text, name="x", mapping=None, by=None, now=LATER)


def shares(workspace):
    return {one.project: one for one in paid_month(workspace, "2026-03").shares}


def test_a_month_is_split_by_what_tools_saw_and_adds_up_to_payroll(workspace):
    day = "2026-03-02,2026-03-02"
    work(
        a_project(workspace, "cars"), f"b,label,bounding_box,label,Lan Tran,{day},7200"
    )
    work(
        a_project(workspace, "birds"),
        f"b,label,bounding_box,label,lan tran,{day},3600",
        f"b,label,bounding_box,session,lan tran,{day},9000",
        f"b,label,bounding_box,label,ghost,{day},60",
    )
    assert pay(workspace, SHEET)[1] == "published"
    assert pay(workspace, WAGES)[1] == "published"

    found = paid_month(workspace, "2026-03")

    # Lan's 8 h by 7,200 and 3,600 s under the paid clock; nobody saw Minh's 4 h.
    hours = {one.project: one.seconds / 3600 for one in found.shares}
    assert sum(hours.values()) == 12
    assert f"{hours['cars']:.4f} {hours['birds']:.4f}" == "5.3333 2.6667"
    assert hours[None] == 4
    assert sum(one.costs.get("VND", 0) for one in found.shares) == 14500001
    assert found.unmatched == ("ghost",)
    assert found.capture is not None
    assert found.capture[0] == Decimal("0.375")  # 3 of 8 h
    assert months(workspace) == ["2026-03"]


def test_two_projects_of_one_name_have_a_row_each(workspace, client):
    day = "2026-03-02,2026-03-02"
    for slug, seconds in (("cars", 7200), ("birds", 3600)):
        project = a_project(workspace, slug)
        project.name = "Streets"
        project.save()
        work(project, f"b,label,bounding_box,label,Lan Tran,{day},{seconds}")
    pay(workspace, SHEET)
    pay(workspace, WAGES)

    found = shares(workspace)

    # Lan's 8 h, two to one; both were one row of 8 h while told by their name.
    assert (found["cars"].seconds, found["birds"].seconds) == (19200, 9600)
    assert found["cars"].name == "Streets (cars)"
    assert sum(one.costs.get("VND", 0) for one in found.values()) == 14500001
    client.force_login(a_membership(workspace=workspace, role=Role.MANAGER).user)
    page = client.get("/projects/all/paid-time/").text
    assert "Streets (birds)" in page
    paid = {
        one.slug: sum(
            part.paid for part in paid_time(one, [*current_records(one).values()])
        )
        for one in Project.objects.all()
    }
    # What each was paid for: 8 h by 7,200 and 3,600 s.
    assert {slug: f"{hours:.4f}" for slug, hours in paid.items()} == {
        "cars": "5.3333",
        "birds": "2.6667",
    }


def test_the_same_file_and_the_same_rows_add_nothing(workspace):
    pay(workspace, SHEET)

    again = [
        pay(workspace, SHEET)[1],
        pay(workspace, SHEET.replace("\n", "\r\n"))[1],
        pay(workspace, SHEET.replace(",8\n", ",8:00\n"))[1],
    ]

    assert again == ["repeated"] * 3
    assert PaidRecord.objects.count() == 2


def test_a_late_correction_needs_a_reason_and_both_sides_stay(workspace):
    pay(workspace, SHEET)
    changed = SHEET.replace(",8\n", ",9.5\n")

    held, state = pay(workspace, changed)
    assert state == "held"
    assert [one.code for one in held.refused] == ["restatement"]

    _, state = pay(
        workspace, changed, restate_reason="overtime came late", now=LATER + DAY
    )
    assert state == "published"
    kinds = PaidRecord.objects.filter(person="Lan Tran").order_by("pk")
    assert [f"{one.kind} {one.paid_seconds:.0f}" for one in kinds] == [
        "entry 28800",
        "reversal 28800",
        "replacement 34200",
    ]
    assert paid_month(workspace, "2026-03").paid_seconds == 34200 + 14400
    before = paid_month(workspace, "2026-03", as_of=LATER)
    assert before.paid_seconds == 43200


DAY = timedelta(days=1)


def test_a_named_project_that_there_is_not_is_said(workspace):
    a_project(workspace, "cars")
    text = SHEET.replace("Lan Tran,,", "Lan Tran,CARS,").replace(
        "Minh Pham,,", "Minh Pham,boats,"
    )

    pay(workspace, text)

    found = paid_month(workspace, "2026-03")
    assert found.unknown == ("boats",)
    named = {one.project: one.named_seconds for one in found.shares}
    assert named == {"cars": 28800, None: 0}


def test_what_a_timesheet_calls_a_project_is_confirmed_once_and_remembered(
    client, workspace
):
    client.force_login(a_membership(workspace=workspace, role=Role.MANAGER).user)
    a_project(workspace, "fishing-boats")
    a_project(workspace, "cars")
    pay(workspace, SHEET.replace("Minh Pham,,", "Minh Pham,Boats,"))
    page = "/projects/all/paid-time/?month=2026-03"

    asked = client.get(page).content.decode()
    wrong = client.post(page, {"word": "boats", "project": "trees"})
    for _ in range(2):
        said = client.post(page, {"word": "boats", "project": "fishing-boats"})
    told = client.get(page).content.decode()

    assert 'Which project is “<bdi translate="no">Boats</bdi>”?' in asked
    assert '<option value="fishing-boats" translate="no" selected>' in asked
    assert (wrong.status_code, b"Choose which project" in wrong.content) == (400, True)
    assert (said.status_code, said["Location"]) == (302, page)
    assert "Which project is" not in told
    found = paid_month(workspace, "2026-03")
    named = {one.project: one.named_seconds for one in found.shares}
    assert found.unknown == ()
    assert named["fishing-boats"] == 14400
    assert paid_month(workspace, "2026-03", as_of=LATER).unknown == ("Boats",)
    assert ProjectWord.objects.count() == 1


def test_a_day_of_many_people_is_their_day(workspace):
    """Twenty rows of one midnight are an attendance list, and no import of a tool."""
    people = [f"2026-03-02,Person {number},,8\n" for number in range(20)]

    plan, state = pay(workspace, "Date,Employee,Project,Hours\n" + "".join(people))

    assert (len(plan.new), state) == (20, "published")
    assert paid_month(workspace, "2026-03").paid_seconds == 20 * 8 * 3600


def test_of_many_words_the_first_are_asked_for(client, workspace):
    client.force_login(a_membership(workspace=workspace, role=Role.MANAGER).user)
    a_project(workspace, "cars")
    days = [f"2026-03-02,Lan Tran,w{number:02},0.1\n" for number in range(45)]
    pay(workspace, "Date,Employee,Project,Hours\n" + "".join(days))

    page = client.get("/projects/all/paid-time/").text

    assert page.count("Which project is") == 30
    assert "and 15 more, once these are said" in page
    assert "w18, w19, …. Until you say" in page


@pytest.mark.parametrize("word", ["Cars", "ŉ" * 120, "x" * 121])
def test_a_word_that_a_project_bears_or_that_is_too_long_is_refused(
    client, workspace, word
):
    client.force_login(a_membership(workspace=workspace, role=Role.MANAGER).user)
    a_project(workspace, "cars")
    a_project(workspace, "boats")
    pay(workspace, SHEET)

    page = client.post("/projects/all/paid-time/", {"word": word, "project": "boats"})

    assert (page.status_code, ProjectWord.objects.count()) == (400, 0)
    assert 'role="alert"' in page.text


def test_a_second_row_of_a_day_and_work_are_refused(workspace):
    plan, state = pay(workspace, SHEET + "2026-03-02,Lan Tran,,2\n")

    assert state == "held"
    assert [(one.row, one.code) for one in plan.refused] == [(4, "duplicate_key")]
    assert pay(workspace, SHEET + "2026-03-02,Lan Tran,,2\n", publish_good=True)[1] == (
        "published"
    )
    with pytest.raises(MappingError, match="no paid time"):
        pay(
            workspace, HEADER + "\nb,label,bounding_box,label,a,2026-03-02,2026-03-02,1"
        )


@pytest.mark.parametrize("table", ["paidrecord", "paidfile"])
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET workspace_id=1", "DELETE FROM {}"]
)
def test_the_database_refuses_to_edit_what_was_paid(workspace, table, statement):
    pay(workspace, SHEET)

    with (
        pytest.raises(DatabaseError, match=r"append-only|final"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(f"quotes_{table}"))


def test_a_timesheet_is_dropped_on_a_page_and_shown_on_its_own(client, workspace):
    client.force_login(a_membership(workspace=workspace, role=Role.MANAGER).user)
    a_project(workspace, "cars")
    empty = client.get("/projects/all/paid-time/").content.decode()
    form = {"act": "check", "file": SimpleUploadedFile("t.csv", SHEET.encode())}

    checked = client.post("/projects/cars/files/", form)
    form = {"act": "count", "file": SimpleUploadedFile("t.csv", SHEET.encode())}
    counted = client.post("/projects/cars/files/", form)
    changed = SHEET.replace(",8\n", ",9\n").encode()
    form = {"act": "count", "file": SimpleUploadedFile("t.csv", changed)}
    held = client.post("/projects/cars/files/", form)
    page = client.get("/projects/all/paid-time/?month=2026-03").content.decode()

    assert "No paid time yet" in empty
    assert "Timesheet or attendance" in checked.content.decode()
    assert "belongs to all projects together" in checked.content.decode()
    assert (counted.status_code, counted["Location"]) == (
        302,
        "/projects/all/paid-time/",
    )
    assert "Give a reason to restate it." in held.content.decode()
    assert "No project (bench)" in page
    assert "12.00" in page
    assert "not known" in page


def test_paid_time_is_for_those_who_may_count(client, workspace):
    client.force_login(a_membership(workspace=workspace, role=Role.SALES).user)

    assert client.get("/projects/all/paid-time/").status_code == 403


def test_the_command_counts_paid_time(workspace, tmp_path):
    a_project(workspace, "cars")
    path = tmp_path / "sheet.csv"
    path.write_text(SHEET + "2026-03-03,Lan Tran,,25\n")
    arguments: Any = {"project": "cars", "workspace": workspace.slug}

    said = []
    for extra in ({"dry_run": True}, {}, {"publish_good": True}, {}):
        out = StringIO()
        call_command("ingest", path, stdout=out, **arguments, **extra)
        said.append(out.getvalue())

    assert "3 rows read: 2 new, 0 restated, 0 repeated, 1 refused" in said[0]
    assert "row 4, more_than_whole: hours is more than 24 hours" in said[0]
    for text, end in zip(said, ("dry run", "Held", "Counted", "Nothing"), strict=True):
        assert end in text.splitlines()[-1]


def test_a_closed_month_takes_nothing_more(workspace):
    project = a_project(workspace, "cars")
    out = StringIO()

    call_command(
        "close_period", "cars", "2026-03-31", workspace=workspace.slug, stdout=out
    )

    assert "Closed through 2026-03-31." in out.getvalue()
    for through, says in (
        ("2026-03-31", "closed before"),
        ("2999-01-01", "not over yet"),
        ("soon", "soon"),
    ):
        with pytest.raises(CommandError, match=says):
            call_command("close_period", "cars", through, workspace=workspace.slug)
    with pytest.raises(CommandError, match="no project boats"):
        call_command("close_period", "boats", "2026-03-31", workspace=workspace.slug)
    assert project.pk
