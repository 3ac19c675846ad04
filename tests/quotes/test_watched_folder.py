"""A watched folder: finished files are counted once, whoever dies in between."""

from __future__ import annotations

import os
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils.timezone import now

from quotes.actions.actuals import stated_for
from quotes.actions.receiving import Asked
from quotes.jobs.folder import take, watched
from quotes.models import SourceFile, WorkRecord
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
