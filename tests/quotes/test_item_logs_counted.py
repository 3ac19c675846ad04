"""A log of items is counted as records, once, whichever way and order it comes in."""

from __future__ import annotations

import csv
import sys
from importlib.machinery import ModuleSpec
from io import BytesIO, StringIO
from random import Random
from statistics import geometric_mean
from types import ModuleType
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import Sum

from quotes.actions import receiving
from quotes.actions.actuals import stated_for
from quotes.actions.projects import import_project
from quotes.actions.receiving import Asked, receive
from quotes.models import RefusedRow, WorkRecord
from quotes.queries.item_times import BY_WORK, item_times
from scoping.access import Role
from tests.factories import NOON, a_membership, a_published_card, a_workspace
from tests.ingest.test_item_logs import NAMES, Cluster, a_log, a_row
from tests.quotes.test_ledger_machine import SPEC

pytestmark = pytest.mark.django_db
ROWS = [
    a_row(
        item=f"{number}.jpg",
        actor=("Lan", "Ha")[number % 2],
        finished_at=f"2026-03-0{2 + number % 3}T0{number % 4}:10:00Z",
        active_seconds=f"{number % 7 + 1}.500",
    )
    for number in range(120)
]


@pytest.fixture
def project():
    workspace = a_workspace()
    a_published_card(workspace=workspace)
    return import_project(
        SPEC,
        workspace=workspace,
        slug="log",
        start_on=None,
        paid_clock="label",
        by="test",
        now=NOON,
    )


@pytest.fixture(params=["short", "long"])
def length(request, monkeypatch):
    """Have every file be a short one, and then every one a long one."""
    if request.param == "long":
        monkeypatch.setattr(receiving, "SHORT_BYTES", 10)
    return request.param


def drop(project, body, tmp_path, **said):
    path = tmp_path / "log.csv"
    path.write_bytes(body)
    asked = Asked(
        name="log.csv",
        by=None,
        now=NOON,
        stated=stated_for(project),
        apart=False,
        **said,
    )
    with path.open("rb") as opened:
        return receive(project, opened, asked)


def test_a_log_counts_once_in_any_order_and_a_change_needs_a_reason(
    project, length, tmp_path
):
    dry = drop(project, a_log(*ROWS), tmp_path, dry=True)
    report = drop(project, a_log(*ROWS), tmp_path)
    shuffled = list(ROWS)
    Random(3).shuffle(shuffled)

    again = drop(project, a_log(*shuffled), tmp_path)
    other = drop(project, a_log(*ROWS, ROWS[0]), tmp_path)
    restated = drop(
        project, a_log(*ROWS, ROWS[0]), tmp_path, restate_reason="one was missing"
    )

    assert (dry.state, dry.new, dry.records) == ("dry", 120, 6)
    assert (report.state, report.new, report.records) == ("published", 120, 6)
    sums = WorkRecord.objects.filter(kind="entry").aggregate(
        items=Sum("items"), seconds=Sum("active_seconds")
    )
    # 17 rounds of 1.5 to 7.5 s, and 1.5 s: 17 x 31.5 + 1.5.
    assert sums == {"items": 120, "seconds": 537}
    assert (again.state, again.repeated, again.new) == ("repeated", 120, 0)
    # The rows of one person on one day go together: 20 of them, and one more.
    assert (other.state, other.refused_rows, other.repeated) == ("held", 21, 100)
    refused = RefusedRow.objects.get()
    assert refused.message.endswith("So it is with 20 rows more.")
    assert (restated.state, restated.restated) == ("published", 21)


def test_the_same_log_as_a_table_of_objects_changes_nothing(project, tmp_path):
    drop(project, a_log(*ROWS), tmp_path)
    out = StringIO()
    csv.writer(out, delimiter=";").writerows([NAMES, *ROWS])

    assert drop(project, out.getvalue().encode(), tmp_path).state == "repeated"


def test_the_command_says_how_long_items_take(project, tmp_path, monkeypatch):
    monkeypatch.setattr(receiving, "SHORT_BYTES", 10)
    path = tmp_path / "log.csv"
    path.write_bytes(a_log(a_row(active_seconds="2"), a_row(active_seconds="8")))
    out = StringIO()

    call_command("ingest", path, "--project", "log", stdout=out)

    assert "Read as: Log of items." in out.getvalue()
    # The geometric mean: the root of 2 x 8.
    assert "2 timed items, typically 4.0 s each, the longest 8.0 s." in out.getvalue()
    assert "2 rows read: 2 new" in out.getvalue()


def test_a_log_in_a_workbook_reads_as_its_csv(project, tmp_path):
    import xlsxwriter

    book = BytesIO()
    with xlsxwriter.Workbook(book) as opened:
        sheet = opened.add_worksheet()
        for number, row in enumerate([NAMES, *ROWS]):
            sheet.write_row(number, 0, row)

    drop(project, book.getvalue(), tmp_path)

    assert drop(project, a_log(*ROWS), tmp_path).state == "repeated"


def test_how_long_images_take_is_kept_shown_and_restated(
    project, client, length, tmp_path
):
    drop(project, a_log(*ROWS), tmp_path)
    other = [*ROWS, a_row(finished_at="2026-03-02T00:20:00Z", active_seconds="300")]
    seconds = sorted(float(row[-1]) for row in ROWS)

    (before,) = item_times(project, BY_WORK)
    drop(project, a_log(*other), tmp_path, restate_reason="one was missing")
    (after,) = item_times(project, BY_WORK)

    assert (before.of, before.times.n) == (("bounding_box", "label"), 120)
    assert before.times.longest == 7_500
    # The geometric mean, one by one.
    assert before.times.typical_seconds == pytest.approx(geometric_mean(seconds))
    assert (after.times.n, after.times.longest) == (121, 300_000)
    user = a_membership(workspace=project.workspace, role=Role.MANAGER).user
    client.force_login(user)
    page = client.get("/projects/log/times/").text
    table = client.get("/projects/log/times/?as=csv").content.decode("utf-8-sig")
    assert "300.0 s" in page
    assert '<bdi translate="no">Ha</bdi>' in page
    assert table.splitlines()[1].startswith("b1,bounding_box,label,121,")
    sales = a_membership(workspace=project.workspace, role=Role.SALES).user
    client.force_login(sales)
    assert client.get("/projects/log/times/").status_code == 403


def test_a_project_whose_files_time_no_images_says_so(project, client):
    user = a_membership(workspace=project.workspace, role=Role.MANAGER).user
    client.force_login(user)

    assert "times its images one by one yet" in client.get("/projects/log/times/").text


def test_times_are_as_final_as_the_ledger(project, tmp_path):
    drop(project, a_log(*ROWS), tmp_path)

    for statement in (
        "UPDATE quotes_itemtimes SET n = 1",
        "DELETE FROM quotes_itemtimes",
    ):
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_a_cluster_reads_a_log_for_the_command(project, tmp_path, monkeypatch):
    monkeypatch.setattr(receiving, "SHORT_BYTES", 10)
    path = tmp_path / "log.csv"
    path.write_bytes(a_log(*ROWS))
    out = StringIO()
    asked: dict[str, Any] = {"project": "log", "cluster": "tcp://a:1", "stdout": out}
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(CommandError, match="pip install distributed"):
        call_command("ingest", path, **asked)
    fake: Any = ModuleType("distributed")
    fake.Client = lambda address: Cluster(Random(address))
    fake.__spec__ = ModuleSpec("distributed", None)
    monkeypatch.setitem(sys.modules, "distributed", fake)

    call_command("ingest", path, **asked)

    assert "120 rows read: 120 new" in out.getvalue()
    assert drop(project, a_log(*ROWS), tmp_path).state == "repeated"
