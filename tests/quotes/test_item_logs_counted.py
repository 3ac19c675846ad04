"""A log of items is counted as records, once, whichever way and order it comes in."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from random import Random

import pytest
from django.core.management import call_command
from django.db.models import Sum

from quotes.actions import receiving
from quotes.actions.actuals import stated_for
from quotes.actions.projects import import_project
from quotes.actions.receiving import Asked, receive
from quotes.models import RefusedRow, WorkRecord
from tests.factories import NOON, a_published_card, a_workspace
from tests.ingest.test_item_logs import NAMES, a_log, a_row
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
