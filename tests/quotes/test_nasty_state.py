"""The corpus of bad inputs where files meet the ledger, and at the upload of files.

What other tests try as it stands in the corpus is named in ELSEWHERE with its place.
"""

from __future__ import annotations

import csv
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from quotes.actions.actuals import stated_for
from quotes.actions.long_files import ingest_long
from quotes.models import SourceFile, WorkRecord
from quotes.queries.actuals import current_records
from quotes.queries.months import by_month
from scoping.access import Role
from scoping.models import Membership
from tests.doors.api import API
from tests.doors.test_files_api import program, send
from tests.factories import NOON
from tests.quotes.test_ingest import HEADER, ROW, a_project, drop
from tests.quotes.test_long_files import in_process
from tests.shared import shared

__all__ = ["in_process", "program"]

pytestmark = pytest.mark.django_db

HERE = ("IS-004", "IS-019", "IS-029", "IS-031", "UP-002", "UP-004", "UP-005", "UP-007")
ELSEWHERE = {
    "IS-001": "test_ingest, test_files_api: the same bytes change nothing",
    "IS-002": "test_killed_ingests: sixteen uploads, by both ways in",
    "IS-003": "test_killed_ingests, test_ingest: the same rows in another container",
    "IS-006": "test_ingest: other figures need a reason (code restatement)",
    "IS-007": "test_ingest: reversal, replacement, the report as it was known",
    "IS-008": "test_ledger_machine: an older file never comes back",
    "IS-010": "test_ledger_machine: void is a restatement to nothing",
    "IS-017": "test_ledger_machine: overlapping periods are held with both shown",
    "IS-020": "test_killed_ingests: kills at random moments",
    "IS-021": "test_killed_ingests: kills at every fail point",
    "IS-028": "test_ingest: a day is the day at the site of the project",
    "IS-022": "test_storage: the server drops its connections in the middle of a count",
    "IS-023": "test_storage: no room is left",
    "IS-025": "test_storage: a count and a restatement to nothing, raced",
    "UP-009": "test_quote_api: a signed order is kept as it came, served to be saved",
    "UP-011": "test_quote_api: a signed order is no SVG; test_pdf: nothing is fetched",
    "UP-008": "test_files_api: a file is known by its hash under any name",
}


def test_every_row_of_the_corpus_has_its_place():
    path = shared("data/nasty_inputs.csv")
    with path.open(encoding="utf-8", newline="") as opened:
        wanted = {
            row["id"]
            for row in csv.DictReader(opened)
            if row["surface"] in ("ingest_state", "upload")
        }

    assert {*HERE, *ELSEWHERE} == wanted


def test_is_004_a_row_that_stands_twice_counts_once_and_both_are_named(in_process):
    project = a_project()
    text = HEADER + ROW + ROW

    short = drop(project, text)
    other = a_project(slug="other")
    stated = stated_for(other, now=NOON)
    fields: Any = {"name": "x", "by": None, "now": NOON, "stated": stated}
    long = ingest_long(other, BytesIO(text.encode()), **fields)

    said = "Rows that stand twice count once: row 3 is row 2."
    assert short.file is not None
    assert long.file is not None
    assert said in short.file.findings
    assert said in long.file.findings
    assert WorkRecord.objects.filter(project=project).count() == 1


def test_is_019_a_period_over_the_end_of_a_month_is_kept_whole():
    """It is booked in the month in which it begins: months add up to the row."""
    project = a_project()
    dates = "2025-12-25,2026-01-05"
    text = f"{HEADER.strip()},period_start,period_end\n{ROW.strip()},{dates}\n"

    drop(project, text)

    months = {one.month: one.units for one in by_month(project) if one.units}
    assert months == {"2025-12": 500}


def test_is_029_a_clock_that_jumps_back_orders_nothing():
    project = a_project()
    drop(project, HEADER + ROW)

    drop(
        project,
        HEADER + ROW.replace("6000", "7000"),
        restate_reason="counted again",
        now=NOON - timedelta(hours=1),
    )

    (entry,) = current_records(project).values()
    assert (entry.kind, int(entry.active_seconds or 0)) == ("replacement", 7000)


def test_is_031_who_lost_the_right_meanwhile_counts_nothing(program):
    assert send(program, HEADER + ROW, dry_run="true").status_code == 200
    Membership.objects.filter(role=Role.MANAGER).update(role=Role.SALES)

    assert send(program, HEADER + ROW).status_code == 403
    assert SourceFile.objects.count() == 0


def test_up_002_a_connection_cut_in_the_middle_counts_nothing(program):
    body = (
        b"--cut\r\nContent-Disposition: form-data; "
        b'name="file"; filename="x.csv"\r\n\r\n'
        + (HEADER + ROW).encode()
        + b"\r\n--cut--\r\n"
    )

    for length in (len(body) // 2, len(body) - 30, len(body)):
        answer = program.client.generic(
            "POST",
            f"{API}/projects/peds/files",
            body,
            content_type="multipart/form-data; boundary=cut",
            headers={"Authorization": f"Bearer {program.token}"},
            **{"wsgi.input": BytesIO(body[:length])},
        )

        whole = length == len(body)
        assert answer.status_code == (200 if whole else 400), answer.content
        assert whole or answer.json()["code"] == "incomplete"
        assert WorkRecord.objects.count() == whole


def test_up_004_a_hundred_and_one_files_are_refused(program):
    files = [SimpleUploadedFile(f"{n}.csv", b"x") for n in range(101)]

    answer = program.client.post(
        f"{API}/projects/peds/files",
        {"file": files},
        headers={"Authorization": f"Bearer {program.token}"},
    )

    assert answer.status_code == 400
    assert SourceFile.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        ("C:\\x.csv", "x.csv"),
        ("CON.csv", "CON.csv"),
        ("ă" * 300 + ".csv", None),
    ],
)
def test_up_005_a_name_is_shown_and_never_a_path(program, name, kept):
    assert send(program, HEADER + ROW, name=name).status_code == 200

    found = SourceFile.objects.get().name
    assert kept in (None, found)
    assert len(found) <= 200
    assert "/" not in found


def test_up_007_markup_in_a_name_is_text(program):
    send(program, HEADER + ROW, name="<img src=x onerror=alert(1)>.csv")
    user = Membership.objects.get(role=Role.MANAGER).user
    program.client.force_login(user)

    page = program.client.get("/projects/peds/").content.decode()

    assert "<img src=x" not in page
