"""Names in files: confirmed once, remembered, and no row counted twice for it."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from quotes.actions import RefusedError
from quotes.actions.actuals import ingest_file, plan_ingest, stated_for
from quotes.actions.closing import close_period
from quotes.actions.long_files import ingest_long
from quotes.actions.naming import Saying, forget_name, remember_names
from quotes.models import Project, RememberedName, SourceFile, WorkRecord
from quotes.queries.actuals import comparison, current_records
from scoping.models import AuditEntry
from tests.factories import NOON, a_workspace
from tests.quotes.a_project import a_project
from tests.quotes.test_long_files import in_process
from tests.quotes.test_watched_folder import export, watch

__all__ = ["in_process"]

pytestmark = pytest.mark.django_db

HEADER = (
    "line,batch,stage,annotation_type,clock,actor,period_start,period_end,items,"
    "units_produced,active_seconds\n"
)
LATER = NOON + timedelta(days=150)


@pytest.fixture
def project():
    return a_project(batches=3)


def row(batch, *, line="", day="2026-03-02", units=500, seconds=6000, actor="Lan"):
    return (
        f"{line},{batch},label,bounding_box,label,{actor},{day},{day},100,{units},"
        f"{seconds}\n"
    )


def drop(project, *rows, **changes):
    fields: dict[str, Any] = {"name": "x.csv", "mapping": None, "by": None}
    text = HEADER + "".join(rows)
    return ingest_file(project, text.encode(), now=LATER, **(fields | changes))


def batches(project):
    return sorted(project.batches.values_list("key", flat=True))


def say(project, written, means, kind="batch"):
    sayings = [Saying(kind=kind, written=written, means=means)]
    return remember_names(project, sayings, by=None, now=LATER)


def units(project):
    """Return the units that the plan's line comes to."""
    return comparison(project)["lines"][0]["actual"]["units"]


def counted(project):
    """Return what stands in the ledger, by batch."""
    return sorted(
        (one.batch, one.units_produced) for one in current_records(project).values()
    )


def test_names_are_asked_for_only_where_there_are_laid_out_batches(project):
    text = (HEADER + row("street 1 FINAL")).encode()

    (asked,) = plan_ingest(project, text, mapping=None).open_names

    assert asked.name.means == batches(project)[0]
    assert asked.sentence == (
        f"Batch “street 1 final” (1 row, 100.0 % of the hours) is not known. Is it "
        f"“{batches(project)[0]}”? It has the same number, 1."
    )
    # What is only likely is not applied.
    drop(project, row("street 1 FINAL"))
    assert counted(project) == [("street 1 final", 500)]
    elsewhere = a_project(batches=3, laid_out=False)
    assert plan_ingest(elsewhere, text, mapping=None).open_names == ()


def test_the_day_of_a_confirmation_is_that_of_the_site(project):
    """Ten in the evening of UTC is five in the morning of the next day in Hanoi."""
    assert project.time_zone == "Asia/Ho_Chi_Minh"
    late = LATER.replace(hour=22)
    said = [Saying(kind="batch", written="street 1", means=batches(project)[0])]
    remember_names(project, said, by=None, now=late)

    text = (HEADER + row("street 1")).encode()
    (told,) = plan_ingest(project, text, mapping=None).meant

    there = late.date() + timedelta(days=1)
    assert told.endswith(f"as confirmed by command line on {there.day} {there:%B %Y}.")


def test_a_confirmed_name_is_our_batch_whichever_file_it_stands_in(project):
    first = batches(project)[0]
    say(project, "street 1 FINAL", first)

    outcome = drop(project, row("Street 1 final "), row("b7"))

    assert counted(project) == [("b7", 500), (first, 500)]
    (said,) = outcome.plan.meant
    assert said == (
        f"Batch “street 1 final” of the file is batch “{first}” (1 row), as "
        f"confirmed by command line on {LATER.day} {LATER:%B %Y}."
    )
    assert outcome.file is not None
    assert said in outcome.file.findings
    assert drop(project, row(first)).plan.repeated == 1
    again = drop(project, row("STREET 1 FINAL", units=501))
    assert [one.code for one in again.plan.refused] == ["restatement"]


def test_what_was_counted_before_moves_and_no_file_counts_twice(project):
    first, second, _ = batches(project)
    rows = [row("street 1"), row("street 1", day="2026-03-03", units=300)]
    drop(project, *rows)
    before = units(project)

    found = say(project, "street 1", first)

    assert found.sentence == (
        "1 name is remembered. 2 records counted before moved with them."
    )
    assert counted(project) == [(first, 300), (first, 500)]
    assert units(project) == before
    reversal = WorkRecord.objects.filter(kind="reversal")[0]
    replacement = WorkRecord.objects.get(kind="replacement", key=reversal.key)
    assert (reversal.batch, replacement.batch) == ("street 1", first)
    assert replacement.reason == f"matched: batch “street 1” is “{first}”"
    # The same file, the same rows with more, under either name: known.
    assert drop(project, *rows).state == "repeated"
    assert drop(project, *rows, "\n").plan.repeated == 2
    assert drop(project, row(first)).plan.repeated == 1
    # Meant otherwise, it moves on; forgotten, it stays; either way it is known.
    assert say(project, "street 1", second).moved == 2
    assert counted(project) == [(second, 300), (second, 500)]
    assert drop(project, *rows, "\n\n").plan.repeated == 2
    forget_name(project, "batch", "STREET 1", by=None, now=LATER)
    assert drop(project, *rows, "\n\n\n").plan.repeated == 2
    assert counted(project) == [(second, 300), (second, 500)]
    restated = drop(project, row("street 1", units=499), restate_reason="recount")
    assert len(restated.plan.restated) == 1
    assert len(counted(project)) == 2
    actions = AuditEntry.objects.values_list("action", flat=True)
    assert {"remember_names", "forget_name"} <= set(actions)


def test_what_was_restated_after_it_moved_is_known_under_every_name(
    project, in_process
):
    first, second, _ = batches(project)
    drop(project, row("street 1"))
    say(project, "street 1", first)
    drop(project, row("street 1", units=499), restate_reason="recount")
    stated = stated_for(project, now=LATER)
    fields: Any = {"stated": stated, "by": None, "now": LATER}

    for name in ("street 1", first):
        rows = HEADER + row(name, units=499) + "\n"
        assert drop(project, rows.removeprefix(HEADER)).plan.repeated == 1
        long = ingest_long(project, BytesIO(rows.encode()), name="l.csv", **fields)
        assert (long.repeated, long.new) == (1, 0)

    assert counted(project) == [(first, 499)]
    assert say(project, "street 1", second).moved == 1
    assert counted(project) == [(second, 499)]


def test_keys_of_a_long_file_are_looked_up_together(project, in_process):
    first = batches(project)[0]
    days = [f"2026-03-0{day}" for day in (2, 3, 4, 5)]
    drop(project, *(row("street 1", day=day) for day in days))
    say(project, "street 1", first)

    def asked(*days):
        body = HEADER + "".join(row(first, day=day) for day in days)
        fields: Any = {"name": "l.csv", "by": None, "now": LATER}
        stated = stated_for(project, now=LATER)
        with CaptureQueriesContext(connection) as found:
            told = ingest_long(project, BytesIO(body.encode()), stated=stated, **fields)
        assert (told.repeated, told.new) == (len(days), 0)
        return len(found)

    assert asked(*days[:1]) >= asked(*days)


def test_names_that_are_said_together_are_looked_up_together(project):
    def asked(*names):
        sayings = [Saying(kind="batch", written=one, means=one) for one in names]
        with CaptureQueriesContext(connection) as found:
            remember_names(project, sayings, by=None, now=LATER)
        return len(found)

    assert asked("a") >= asked("b", "c", "d")


def test_work_under_both_names_or_of_a_closed_month_stays(project):
    first = batches(project)[0]
    rows = [row("street 1"), row("street 1", day="2026-04-03"), row(first)]
    drop(project, *rows, row("street 1", day="2026-05-03"))
    close_period(project, date(2026, 4, 30), by=None, now=LATER)

    found = say(project, "street 1", first)

    assert (found.moved, found.stayed) == (1, 2)
    assert "2 records stay under the name as written" in found.sentence
    again = drop(project, *rows, row("street 1", day="2026-05-03"), "\n")
    assert (again.plan.repeated, again.plan.refused_rows) == (4, 0)


def test_parts_of_one_batch_in_one_file_are_added_up(project):
    first = batches(project)[0]
    say(project, "street 1 a", first)
    say(project, "street 1 b", first)
    parts = [row("street 1 a"), row("street 1 b", units=20, seconds=60)]

    outcome = drop(project, *parts)

    assert counted(project) == [(first, 520)]
    (entry,) = current_records(project).values()
    assert entry.active_seconds == 6060
    assert outcome.plan.new_rows == 2
    assert outcome.plan.meant[0].startswith("2 rows that only their names told apart")
    assert drop(project, *reversed(parts)).state == "repeated"
    odd = [row("street 1 a", day="2026-03-09"), row("street 1 b", day="2026-03-09")]
    untimed = odd[1].replace(",6000\n", ",\n")
    refused = drop(project, odd[0], untimed).plan.refused
    assert [one.code for one in refused] == ["duplicate_key"]


def test_a_line_is_matched_and_a_name_may_stay_as_it_is(project):
    line = project.baseline.document["lines"][0]["name"]
    text = row("other", line="Cars & trucks")
    outcome = drop(project, text)
    names = {one.kind: one.name for one in outcome.plan.open_names}
    assert names["line"].means == line
    assert names["line"].why == "the only line of its annotation type"
    assert not units(project)["known"]

    say(project, "Cars & trucks", line, kind="line")
    say(project, "other", "other")

    assert units(project)["value"] == 500
    assert drop(project, text, "\n").plan.open_names == ()
    assert say(project, "OTHER", "other").sentence.startswith("Nothing new")


@pytest.mark.parametrize(
    ("kind", "written", "means", "code"),
    [
        ("batch", "x", "nowhere", "no_such_meaning"),
        ("batch", "", "b", "name_missing"),
        ("batch", "x" * 121, "b", "name_missing"),
        ("shelf", "x", "b", "name_kind"),
    ],
)
def test_what_cannot_be_remembered_is_refused(project, kind, written, means, code):
    with pytest.raises(RefusedError) as refused:
        say(project, written, means, kind=kind)

    assert refused.value.code == code
    assert not RememberedName.objects.exists()


def test_a_name_of_ours_means_itself_and_no_two_things(project):
    first, second, _ = batches(project)
    with pytest.raises(RefusedError, match="always means that"):
        say(project, first.upper(), second)
    two = [Saying(kind="batch", written="x", means=one) for one in (first, second)]
    with pytest.raises(RefusedError, match="is said to be"):
        remember_names(project, two, by=None, now=LATER)
    with pytest.raises(RefusedError, match="No such name"):
        forget_name(project, "batch", "x", by=None, now=LATER)


def test_rows_are_added_and_of_one_workspace(project):
    say(project, "x", batches(project)[0])
    kept = RememberedName.objects.get()
    kept.means = ""
    with pytest.raises(DatabaseError, match="added to"), transaction.atomic():
        kept.save()
    with pytest.raises(DatabaseError, match="another workspace"), transaction.atomic():
        RememberedName.objects.create(
            workspace=a_workspace(),
            project=project,
            kind="batch",
            name="y",
            written="y",
            means="y",
            at=LATER,
        )


def test_the_command_says_what_is_unknown_and_remembers_what_is_said(project, tmp_path):
    path = tmp_path / "x.csv"
    path.write_text(HEADER + row("street 1 FINAL"))
    first = batches(project)[0]

    def run(*words):
        out = StringIO()
        call_command("ingest", str(path), "--project", "streets", *words, stdout=out)
        return out.getvalue()

    assert "Is it “" in run("--dry-run")
    match = ["--match", f'batch:"street 1 FINAL"="{first}"']
    with pytest.raises(CommandError, match="dry run"):
        run("--dry-run", *match)
    with pytest.raises(CommandError, match="does not say"):
        run("--match", "street")
    assert f"is batch “{first}”" in run(*match)
    assert counted(project) == [(first, 500)]


def test_a_file_with_new_names_can_be_held_until_they_are_said(project):
    held = drop(project, row("street 1"), hold_names=True)
    assert (held.state, held.file) == (SourceFile.HELD, None)
    assert not Project.objects.get().files.exists()

    say(project, "street 1", "street 1")

    assert drop(project, row("street 1"), hold_names=True).state == "published"
    drop(project, row("street 2"))
    assert (
        drop(
            project, row("street 2"), row("street 2", day="2026-03-07"), hold_names=True
        ).state
        == "published"
    )


def long(project, *rows, **changes):
    """Count rows as those of a long file."""
    body = BytesIO((HEADER + "".join(rows)).encode())
    stated = stated_for(project, now=LATER)
    fields: dict[str, Any] = {"name": "x.csv", "by": None, "stated": stated}
    return ingest_long(project, body, now=LATER, **(fields | changes))


@pytest.mark.usefixtures("in_process")
def test_a_long_file_is_read_under_the_names_that_were_confirmed(project):
    first = batches(project)[0]
    known = row("street 1", day="2026-03-03")
    drop(project, known)

    (asked,) = long(project, known, row("street 1", units=7), dry=True).names
    assert (asked.name.rows, asked.name.means) == (2, first)
    held = long(project, row("street 9"), hold_names=True)
    assert (held.state, held.file) == (SourceFile.HELD, None)

    say(project, "street 1", first)
    found = long(project, known, row("Street 1"), row("street 1", day="2026-03-04"))

    assert (found.new, found.repeated, found.refused_rows) == (2, 1, 0)
    assert found.remarks[-1] == f"Batch “street 1” of a file is batch “{first}” here."
    assert counted(project) == [(first, 500)] * 3
    # Short and long files agree on which work it is, under either name.
    again = drop(project, known, row("street 1"), row(first, day="2026-03-04"))
    assert (again.plan.repeated, again.plan.new) == (3, ())
    assert long(project, row(first), row(first, day="2026-03-03")).repeated == 2


def test_a_watched_folder_holds_a_file_until_its_names_are_said(project, tmp_path):
    folder = tmp_path / "streets"
    folder.mkdir()
    export(folder, "monday.csv", HEADER + row("street 1"))

    said = watch(tmp_path, workspace=project.workspace.slug)

    assert "names in it are not ours" in said
    beside = (folder / "refused" / "monday.csv.txt").read_text()
    assert f"Is it “{batches(project)[0]}”?" in beside
    assert not WorkRecord.objects.exists()
    say(project, "street 1", batches(project)[0])
    export(folder, "monday.csv", HEADER + row("street 1"))
    assert "Counted." in watch(tmp_path, workspace=project.workspace.slug)
