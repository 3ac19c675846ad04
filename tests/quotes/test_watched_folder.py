"""A watched folder: finished files are counted once, whoever dies in between."""

from __future__ import annotations

import os
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DataError, OperationalError
from django.utils.timezone import now

from quotes.actions.actuals import stated_for
from quotes.actions.receiving import Asked, receive
from quotes.jobs import folder as folder_job
from quotes.jobs.folder import take, watched
from quotes.models import SourceFile, WorkRecord
from tests.factories import ROOT
from tests.quotes.test_ingest import HEADER, ROW, a_project

pytestmark = pytest.mark.django_db


def export(folder, name, text, *, age=3600.0):
    path = folder / name
    path.write_text(text)
    then = now().timestamp() - age
    os.utime(path, (then, then))
    return path


def watch(folder, **options):
    out = StringIO()
    call_command("watch_folder", folder, once=True, stdout=out, stderr=out, **options)
    return out.getvalue()


def names(folder):
    return sorted(one.name for one in folder.iterdir() if not one.is_dir())


@pytest.fixture
def project():
    return a_project()


def test_finished_files_go_to_done_or_refused_with_a_sentence(project, tmp_path):
    folder = tmp_path / "peds"
    folder.mkdir()
    export(folder, "monday.csv", HEADER + ROW)
    export(folder, "again.csv", HEADER + ROW, age=60)
    export(folder, "bad.csv", HEADER + ROW + "2,label,bounding_box,label,1,-5,1\n")
    export(folder, "notes.txt", "nothing of note")
    export(folder, "tuesday.csv", HEADER + ROW.replace("1,", "2,", 1), age=1)
    export(folder, "wednesday.csv.part", HEADER + ROW)
    (folder / "link.csv").symlink_to("/etc/hostname")

    said = watch(tmp_path, workspace=project.workspace.slug)

    assert names(folder) == ["link.csv", "tuesday.csv", "wednesday.csv.part"]
    assert names(folder / "done") == [
        *("again.csv", "again.csv.txt", "monday.csv", "monday.csv.txt")
    ]
    assert names(folder / "refused") == [
        *("bad.csv", "bad.csv.txt", "notes.txt", "notes.txt.txt")
    ]
    assert (folder / "done/monday.csv.txt").read_text().splitlines()[:2] == [
        "Counted. Can be trusted: every row was read.",
        "1 rows read: 1 new, 0 restated, 0 repeated, 0 refused, 0 left out, 0 blank.",
    ]
    assert "Nothing was added." in (folder / "done/again.csv.txt").read_text()
    held = (folder / "refused/bad.csv.txt").read_text()
    assert held.startswith("Held: nothing was counted.")
    assert "row 3, negative: " in held
    assert "No reader knows this file" in (folder / "refused/notes.txt.txt").read_text()
    assert "monday.csv: done. Counted." in said
    assert WorkRecord.objects.count() == 1


def test_what_files_do_not_say_is_said_of_a_folder(project, tmp_path):
    text = (ROOT / "tests/ingest/golden/trials.csv").read_text()
    export(tmp_path, "trials.csv", text)

    said = watch(
        tmp_path,
        project="peds",
        workspace=project.workspace.slug,
        batch="night 7",
        cap=Decimal("0.5"),
        type="image_tag",
    )

    assert "trials.csv: done. Counted." in said
    rows = WorkRecord.objects.all()
    assert {row.batch for row in rows} == {"night 7"}
    assert {row.annotation_type for row in rows} == {"image_tag"}
    # 0.7415 s, of which 0.5 count, and 0.2585 s.
    spent = [row.active_seconds for row in rows if row.active_seconds is not None]
    assert sum(spent) == Decimal("0.759")
    with pytest.raises(CommandError, match="paint"):
        watch(tmp_path, project="peds", type="paint")


def test_a_second_file_of_a_name_overwrites_nothing(project, tmp_path):
    for day in ("1", "2"):
        export(tmp_path, "night.csv", HEADER + ROW.replace("1,", f"{day},", 1))
        watch(tmp_path, project="peds", workspace=project.workspace.slug, settle=0)

    assert names(tmp_path / "done") == [
        *("night (2).csv", "night (2).csv.txt", "night.csv", "night.csv.txt")
    ]
    assert WorkRecord.objects.count() == 2


def test_who_died_before_moving_a_file_has_counted_it_once(project, tmp_path):
    path = export(tmp_path, "night.csv", HEADER + ROW)
    moment = now()
    asked = Asked(name="", by=None, now=moment, stated=stated_for(project, now=moment))

    def dies(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(take(tmp_path, project, asked, settle_seconds=0, at_moved=dies))
    assert path.exists()
    assert SourceFile.objects.count() == 1
    (taken,) = take(tmp_path, project, asked, settle_seconds=0)

    assert (taken.went, path.exists()) == ("done", False)
    assert WorkRecord.objects.count() == 1
    assert SourceFile.objects.count() == 1


def test_one_process_watches_a_folder(project, tmp_path):
    with watched(tmp_path), pytest.raises(CommandError, match="another process"):
        watch(tmp_path, project="peds", workspace=project.workspace.slug)
    with pytest.raises(CommandError, match="no project nope"):
        watch(tmp_path, project="nope", workspace=project.workspace.slug)
    with pytest.raises(CommandError, match="is no folder"):
        watch(tmp_path / "absent", project="peds")


def test_files_are_taken_oldest_first(project, tmp_path):
    """A correction that came later is a correction of what came before."""
    export(tmp_path, "a.csv", HEADER + ROW.replace("6000", "7000"), age=60)
    export(tmp_path, "b.csv", HEADER + ROW, age=timedelta(days=1).total_seconds())

    watch(
        tmp_path, project="peds", workspace=project.workspace.slug, restate="corrected"
    )

    last = WorkRecord.objects.order_by("pk").last()
    assert last is not None
    assert (last.kind, int(last.active_seconds or 0)) == ("replacement", 7000)


def test_one_bad_file_stops_no_other(project, tmp_path, monkeypatch):
    folder = tmp_path / "peds"
    folder.mkdir()
    export(folder, "1-locked.csv", HEADER + ROW, age=9000)
    export(folder, "2-long.csv", HEADER + ROW, age=8000)
    export(folder, "3-odd.csv", HEADER + ROW, age=7000)
    (folder / os.fsdecode(b"4-\xff.csv")).write_text(HEADER + ROW)
    long = export(folder, f"{'n' * 250}.csv", HEADER + ROW.replace("1,", "2,", 1))
    for stray in ("archive", ".sync", os.fsdecode(b"b\xff")):
        (tmp_path / stray).mkdir()
    (tmp_path / "linked").symlink_to(folder)
    faults = {
        "1-locked.csv": PermissionError(13, "Permission denied"),
        "2-long.csv": DataError("value too long for type"),
        "3-odd.csv": OverflowError("date value out of range"),
    }

    def faulty(project, opened, asked):
        if asked.name in faults:
            raise faults[asked.name]
        return receive(project, opened, asked)

    monkeypatch.setattr(folder_job, "receive", faulty)

    said = watch(tmp_path, workspace=project.workspace.slug, settle=0)

    assert said.encode()
    assert "1-locked.csv: waits. Permission denied. Tried again later." in said
    assert "2-long.csv: refused. Nothing was counted" in said
    assert "(value too long for type)" in (
        (folder / "refused/2-long.csv.txt").read_text()
    )
    assert "3-odd.csv: refused." in said
    assert "4-.csv: done. Counted." in said
    assert "archive: passed over. There is no project archive here." in said
    assert "b: passed over." in said
    assert ".sync" not in said
    assert "linked" not in said
    assert names(folder) == ["1-locked.csv"]
    assert not long.exists()
    assert WorkRecord.objects.count() == 2


def test_a_database_that_is_away_leaves_the_file(project, tmp_path, monkeypatch):
    export(tmp_path, "night.csv", HEADER + ROW)

    def away(*_):
        raise OperationalError("the connection is closed")

    monkeypatch.setattr(folder_job, "receive", away)
    said = watch(tmp_path, project="peds", workspace=project.workspace.slug)

    assert "the connection is closed Tried again in the next round." in said
    assert names(tmp_path) == [".plumbline-lock", "night.csv"]


@pytest.mark.parametrize("how", ["replaced", "appended"])
def test_a_file_that_changes_while_it_is_counted_is_not_put_away(
    project, tmp_path, monkeypatch, how
):
    path = export(tmp_path, "night.csv", HEADER + ROW)
    more = HEADER + ROW + ROW.replace("1,", "2,", 1)

    def meanwhile(project, opened, asked):
        report = receive(project, opened, asked)
        if how == "replaced":
            export(tmp_path, "new", more).replace(path)
        else:
            path.write_text(more)
        return report

    options = {"project": "peds", "workspace": project.workspace.slug, "settle": 0}
    with monkeypatch.context() as patched:
        patched.setattr(folder_job, "receive", meanwhile)
        said = watch(tmp_path, **options)
    assert "night.csv: waits. It changed while it was read." in said
    assert path.read_text() == more

    watch(tmp_path, **options)

    assert WorkRecord.objects.count() == 2
    assert names(tmp_path / "done") == ["night.csv", "night.csv.txt"]


def test_sentences_overwrite_nothing_and_follow_no_link(project, tmp_path):
    target = tmp_path / "precious"
    target.write_text("precious")
    folder = tmp_path / "in"
    (folder / "done").mkdir(parents=True)
    (folder / "done/a.csv.txt").write_text("export of another tool")
    (folder / "done/b.csv.txt").symlink_to(target)
    (folder / "done/c.csv.txt").symlink_to(tmp_path / "absent")
    for number, name in enumerate("abc", start=1):
        export(folder, f"{name}.csv", HEADER + ROW.replace("1,", f"{number},", 1))

    watch(folder, project="peds", workspace=project.workspace.slug)

    assert (folder / "done/a.csv.txt").read_text() == "export of another tool"
    assert target.read_text() == "precious"
    assert not (tmp_path / "absent").exists()
    for name in "abc":
        assert "Counted." in (folder / f"done/{name} (2).csv.txt").read_text()
        assert (folder / f"done/{name} (2).csv").exists()


def test_the_lock_follows_no_link(project, tmp_path):
    target = tmp_path / "precious"
    target.write_text("precious")
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / ".plumbline-lock").symlink_to(target)

    with pytest.raises(CommandError, match="cannot be watched"):
        watch(folder, project="peds", workspace=project.workspace.slug)

    assert target.read_text() == "precious"
