"""A long event log counts as a short one does, once, whatever cuts it off."""

from __future__ import annotations

import os
import signal
import subprocess
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils.timezone import now

from quotes.actions import actuals, receiving
from quotes.actions.actuals import stated_for
from quotes.actions.receiving import Asked, receive
from quotes.ingest import apart
from quotes.ingest.tables import TableError
from quotes.jobs.folder import take
from quotes.jobs.kinds import ACTS, KINDS, THROUGH
from quotes.jobs.queue import run_jobs
from quotes.models import Job, JobState, SourceFile, WorkRecord
from scoping.access import Role
from tests.factories import NOON, a_membership
from tests.ingest.test_event_logs import a_log, an_event, timed
from tests.quotes.a_project import a_project
from tests.quotes.test_file_jobs import KilledError

pytestmark = pytest.mark.django_db

LATE = "2026-03-02 08:20:00"
ROWS = [
    timed(
        1000 * (number % 7 + 1),
        user_name=("lan", "ha")[number % 2],
        timestamp=f"2026-03-0{2 + number % 3} 0{number % 4}:10:{number % 60:02}.5",
    )
    for number in range(120)
]
ROWS += [
    an_event("create:shapes", obj_name="rectangle", count=3, user_name="lan"),
    an_event("delete:shapes", obj_name="rectangle", count=1, timestamp=LATE),
    an_event("change:frame"),
    [],
]
WRONG = timed(-1)


@pytest.fixture
def project(monkeypatch):
    monkeypatch.setattr(receiving, "SHORT_BYTES", 10)
    return a_project(laid_out=False)


def drop(project, body, tmp_path, **said):
    path = tmp_path / "events.csv"
    path.write_bytes(body)
    asked = Asked(
        name="events.csv", by=None, now=NOON, stated=stated_for(project), **said
    )
    with path.open("rb") as opened:
        return receive(project, opened, asked)


def figures(report):
    return (report.sentence, report.remarks, report.read, report.records)


def test_a_log_read_as_a_long_one_and_then_as_a_short_one_counts_once(
    project, tmp_path, monkeypatch
):
    shuffled = a_log(*reversed(ROWS))
    dry = drop(project, a_log(*ROWS), tmp_path, dry=True)
    report = drop(project, a_log(*ROWS), tmp_path)
    again = drop(project, shuffled, tmp_path)
    file = SourceFile.objects.get()
    with monkeypatch.context() as patched:
        patched.setattr(receiving, "SHORT_BYTES", 1_000_000)
        short = drop(project, shuffled, tmp_path)
        same = drop(project, a_log(*ROWS), tmp_path)

    # Two people on three days; what was made goes with Lan's second of March.
    assert (dry.state, dry.records) == ("dry", 6)
    assert (report.state, report.records, report.file) == ("published", 6, file)
    assert figures(report) == figures(dry)
    assert (report.read, report.new, report.left_out, report.blank) == (124, 121, 2, 1)
    assert {one.state for one in (again, short, same)} == {"repeated"}
    assert (again.repeated, short.repeated) == (121, 121)
    assert file.content_digest == short.reading.content_digest
    entries = WorkRecord.objects.filter(kind="entry")
    # 17 rounds of 1 to 7 s, and 1 s: 17 x 28 + 1; 3 boxes made, 1 deleted again.
    assert sum(one.active_seconds or 0 for one in entries) == 477
    assert [one.units_produced for one in entries if one.units_produced] == [2]


def test_rows_read_are_published_refused_left_out_or_blank(project, tmp_path):
    held = drop(project, a_log(*ROWS, WRONG), tmp_path)
    good = drop(project, a_log(*ROWS, WRONG), tmp_path, publish_good=True)

    for report in (held, good):
        parts = (report.new, report.refused_rows, report.left_out, report.blank)
        assert parts == (121, 1, 2, 1)
        assert report.read == sum(parts) == 125
        # On the last line, 126: the header is the first.
        assert [(one.row, one.code) for one in report.refused] == [(126, "negative")]
    assert (held.state, good.state) == ("held", "published")
    assert good.file.rows_published == 121


def test_times_that_no_column_holds_are_refused_and_the_file_is_counted(
    project, tmp_path
):
    # 101 times of some 10^9 s each are more than eleven digits hold.
    long = [
        timed(999_999_999_999, timestamp=f"2026-03-02 08:{one // 60:02}:{one % 60:02}")
        for one in range(101)
    ]
    late = timed(1000, timestamp="2026-03-09 08:00:00")

    report = drop(project, a_log(*long, late), tmp_path, publish_good=True)

    assert {one.code for one in report.refused} == {"too_large"}
    assert (report.refused_rows, report.new, report.state) == (101, 1, "published")
    assert WorkRecord.objects.get(kind="entry").active_seconds == 1


def test_a_read_that_is_cancelled_or_killed_leaves_nothing_and_is_read_again(
    project, tmp_path, monkeypatch
):
    def cancelled():
        raise KilledError

    def publishes(*_, **__):
        raise KilledError

    def killed(*said, **how):
        child = start(*said, **how)
        os.kill(child.pid, signal.SIGKILL)
        return child

    start = subprocess.Popen
    with monkeypatch.context() as patched:
        patched.setattr(apart, "TOLD_SECONDS", 0.01)
        with pytest.raises(KilledError):
            drop(project, a_log(*ROWS), tmp_path, told=cancelled)
        patched.setattr(actuals, "_publish", publishes)
        with pytest.raises(KilledError):
            drop(project, a_log(*ROWS), tmp_path)
        patched.setattr(subprocess, "Popen", killed)
        with pytest.raises(TableError, match="was stopped"):
            drop(project, a_log(*ROWS), tmp_path)
    assert not SourceFile.objects.exists()

    report = drop(project, a_log(*ROWS), tmp_path)

    assert (report.state, report.records) == ("published", 6)
    assert WorkRecord.objects.count() == 6


def test_every_door_leaves_a_long_log_to_the_reader_of_long_ones(
    project, tmp_path, client, monkeypatch
):
    monkeypatch.setattr(receiving, "survive", lambda *_, **__: pytest.fail("short"))
    folder = tmp_path / "nightly"
    folder.mkdir()
    (folder / "events.csv").write_bytes(a_log(*ROWS))
    asked = Asked(name="", by=None, now=NOON, stated=stated_for(project))
    out, user = StringIO(), a_membership(workspace=project.workspace, role=Role.MANAGER)
    client.force_login(user.user)

    (taken,) = take(folder, project, asked, settle_seconds=-1e9)
    path = folder / "done" / "events.csv"
    call_command("ingest", path, "--project", "streets", stdout=out)
    with path.open("rb") as opened:
        page = client.post("/projects/streets/files/", {"file": opened})

    assert taken.went == "done"
    assert "Read as: CVAT event log." in out.getvalue()
    assert "124 rows read: 0 new" in out.getvalue()
    # A worker reads it: the page of its job says how far it is.
    assert page.status_code == 302
    assert page["Location"].startswith("/jobs/")
    run_jobs(KINDS, clock=now, acts=ACTS, through=THROUGH)
    job = Job.objects.get()
    assert (job.state, (job.result or {})["read"]) == (JobState.DONE, 124)
    verdict = client.get(f"{page['Location']}verdict", follow=True).text
    assert "CVAT event log" in verdict
