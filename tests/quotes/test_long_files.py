"""Long files count as short ones do, row for row, and whatever cuts them off.

The other path, which holds a whole file in memory, is the second opinion.
"""

from __future__ import annotations

import json
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from random import Random
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quotes.actions import entries, receiving, staging
from quotes.actions.actuals import findings, ingest_file, plan_ingest, stated_for
from quotes.actions.fates import VALUES
from quotes.actions.long_files import ingest_long
from quotes.actions.projects import import_project
from quotes.ingest import apart, long_apart
from quotes.ingest.fields import COLUMNS
from quotes.models import StagedRow, Staging, WorkRecord
from tests import scale
from tests.factories import NOON, a_published_card, a_workspace
from tests.quotes.test_ledger_machine import SPEC, a_copy

pytestmark = pytest.mark.django_db

LATER = datetime(2026, 9, 1, 12, tzinfo=UTC)
NAMES = (
    *("batch", "stage", "annotation_type", "clock", "period_start", "period_end"),
    *("actor", "items", "units_produced", "units_passed", "active_seconds"),
    *("gold_n", "gold_correct", "audit_classes", "minor_defects", "note"),
)
KINDS = {
    "batch": ["b1", " B1 ", "b2", "007", "unallocated", "Nguyễn\\", "", "\u200b"],
    "stage": ["label"] * 9 + ["review", "paint"],
    "annotation_type": ["bounding_box"] * 9 + ["polygon", ""],
    "clock": ["label"] * 9 + ["gesture"],
    "period_start": [
        *("2026-03-01", "2026-03-02", "2026-03-03", "2026-03-02T08:00"),
        *("", "", "03/04/2026", "13/04/2026"),
    ],
    "period_end": [
        *("2026-03-03", "2026-03-04", "2026-03-02T09:30", "2026-03-05"),
        *("2026-03-02T23:59:59.25", "", "", "04/13/2026"),
    ],
    "actor": ["Lan", "Ha", "", "a,b", 'said "ok"'],
    "items": ["", "1", "20", "007"],
    "units_produced": ["0", "5", "50", "", "1.5"],
    "units_passed": ["", "", "5", "40"],
    "active_seconds": ["0", "3600", "3600.0005", "90000", "", "12", "1,5"],
    "gold_n": ["", "", "", "10"],
    "gold_correct": ["", "", "9"],
    "audit_classes": ["", "", "cyclist 20/1/0; bus 12/0", "Nguyễn 3/1", "bus 1/2"],
    "minor_defects": ["", "", "2"],
    "note": ["", "x"],
}
ROW_COLUMNS = [
    field.attname
    for field in WorkRecord._meta.concrete_fields
    if field.attname not in ("id", "project_id", "file_id", "workspace_id")
]


@pytest.fixture
def project():
    workspace = a_workspace()
    a_published_card(workspace=workspace)
    fields: Any = {"start_on": None, "paid_clock": "label", "by": "test"}
    return import_project(SPEC, workspace=workspace, slug="one", now=NOON, **fields)


def quoted(cell):
    return '"' + cell.replace('"', '""') + '"' if set(cell) & set(',"') else cell


def a_file(chance, *, rows, odd):
    """Return a file of random rows, mostly plain ones where `odd` is small."""
    lines = []
    for _ in range(rows):
        cells = [
            chance.choice(KINDS[name] if chance.random() < odd else KINDS[name][:3])
            for name in NAMES
        ]
        lines.append(",".join(map(quoted, cells)))
        if chance.random() < odd / 5:
            lines.append(chance.choice(["", " , ", "a,b", lines[0], ",".join(NAMES)]))
    return "\n".join([",".join(NAMES), *lines]) + "\n"


def both(one, other, text, **changes):
    """Count a file on two projects, on each by one path, and return what was told."""
    body = text.encode()
    short = ingest_file(
        one,
        body,
        name="x.csv",
        mapping=None,
        by=None,
        stated=stated_for(one, now=changes["now"]),
        **changes,
    )
    long = ingest_long(
        other,
        BytesIO(body),
        name="x.csv",
        by=None,
        stated=stated_for(other, now=changes["now"]),
        **changes,
    )
    return short, long


def test_a_staged_row_has_every_column_that_the_ledger_takes():
    kinds = {
        model: {
            name: (type(model._meta.get_field(name)), *lengths_of(model, name))
            for name in VALUES
        }
        for model in (StagedRow, WorkRecord)
    }

    for name, (kind, *lengths) in kinds[WorkRecord].items():
        staged = kinds[StagedRow][name]
        assert staged == (kind, *lengths) or issubclass(kind, staged[0]), name
    assert {"number", "key", "content", *COLUMNS} <= {
        field.attname for field in StagedRow._meta.fields
    }
    assert set(COLUMNS) == set(VALUES)


def lengths_of(model, name):
    field = model._meta.get_field(name)
    return [getattr(field, one, None) for one in ("max_length", "max_digits")]


@pytest.fixture
def in_process(monkeypatch):
    """Read files here: a child for each of many small ones takes a second."""

    @contextmanager
    def read_here(opened, *, stated, bounds, **written):
        rows = BytesIO()
        asked = long_apart._asked(stated, bounds) | written
        word = json.loads(json.dumps(long_apart.answer_to(opened, rows, asked)))
        rows.seek(0)
        header = rows.readline()
        if not header:
            raise long_apart._refused(word, bounds)
        reading = long_apart.Reading(rows, tuple(json.loads(header)), bounds)
        yield reading
        if word["kind"] != "read":
            raise long_apart._refused(word, bounds)
        reading.ended(word["said"])

    monkeypatch.setattr(staging, "read_apart", read_here)


def stages_of_batches(chance):
    """Return days of labelling and of what follows it, in any order."""
    rows = []
    batch = chance.choice(["b1", "b3", "b4", "b5"])
    for number in range(chance.randint(2, 5)):
        day = f"2026-03-{chance.randint(1, 9):02}"
        stage = chance.choice(["label", "label", "review", "audit", "rework"])
        rows.append(f"{batch},{stage},bounding_box,label,{day},{day},who {number},60")
    return "\n".join([",".join([*NAMES[:7], "active_seconds"]), *rows])


def ledger(project):
    rows = WorkRecord.objects.filter(project=project).order_by(
        "edition", "key", "kind", "pk"
    )
    return [tuple(getattr(row, name) for name in ROW_COLUMNS) for row in rows]


def test_a_long_file_counts_as_a_short_one_does(project, in_process, monkeypatch):
    chance = Random(12)
    seen: set[str] = set()
    for _ in range(scale.count(120)):
        one, other = a_copy(project), a_copy(project)
        other.time_zone = one.time_zone = chance.choice(["UTC", "Asia/Ho_Chi_Minh"])
        one.save()
        other.save()
        beside = a_file(chance, rows=20, odd=0)
        for project_here in (one, other) if chance.random() < 0.5 else ():
            near = a_copy(project, workspace=project_here.workspace)
            ingest_file(
                near,
                beside.encode(),
                name="near.csv",
                mapping=None,
                by=None,
                now=LATER,
                publish_good=True,
            )
        for day in range(3):
            monkeypatch.setattr(entries, "PART", chance.choice([1, 4, 1_000]))
            text = a_file(
                chance, rows=chance.randint(0, 30), odd=chance.choice([0, 0.1, 0.5])
            )
            text = chance.choice([text, beside, stages_of_batches(chance)])
            short, long = both(
                one,
                other,
                text,
                now=LATER + timedelta(days=day),
                publish_good=chance.random() < 0.7,
                restate_reason=chance.choice(["", "counted again"]),
            )
            plan = short.plan

            assert (long.state, long.sentence) == (short.state, plan.verdict), text
            assert (
                long.read,
                long.new,
                long.restated,
                long.repeated,
                long.refused_rows,
                long.blank,
            ) == (
                (0, 0, 0, 0, 0, 0)
                if plan.seen_before
                else (
                    plan.reading.read,
                    plan.new_rows,
                    plan.restated_rows,
                    plan.repeated,
                    len(plan.refused),
                    plan.reading.blank,
                )
            ), text
            if not plan.seen_before:
                assert list(long.refused) == list(plan.refused), text
                assert list(long.remarks) == findings(plan), text
            seen |= {short.state, *(refusal.code for refusal in plan.refused)}
            seen |= (
                {"restated"} if plan.restated and short.state == "published" else set()
            )
            if short.file is not None:
                assert long.file.content_digest == short.file.content_digest
                assert long.file.findings == short.file.findings
            assert ledger(other) == ledger(one), text
    assert seen >= {
        *("published", "held", "restated", "duplicate_key", "overlapping_period"),
        *("counted_elsewhere", "out_of_order"),
        *(("restatement", "ragged_row", "required") if scale.SCALE > 0.3 else ()),
    }
    assert not Staging.objects.exists()
    assert not StagedRow.objects.exists()


def test_long_files_are_read_as_few_at_once_as_short_ones(
    project, tmp_path, monkeypatch
):
    path = tmp_path / "long.csv"
    path.write_text("batch,stage,annotation_type,clock\n1,label,bounding_box,label\n")
    monkeypatch.setattr(receiving, "SHORT_BYTES", 0)
    started = []

    def starts(*arguments, **_):
        started.append(arguments)
        raise OSError("no child here")

    monkeypatch.setattr("quotes.ingest.long_apart.subprocess.Popen", starts)
    options: Any = {"project": project.slug, "workspace": project.workspace.slug}

    with ExitStack() as others:
        for _ in range(apart.AT_ONCE):
            others.enter_context(apart.one_of_few())
        with pytest.raises(CommandError, match="Try again in a minute"):
            call_command("ingest", path, **options)
    assert (started, Staging.objects.count()) == ([], 0)

    # One that ends badly leaves its place to the next.
    for _ in range(apart.AT_ONCE + 1):
        with pytest.raises(CommandError, match="no child here"):
            call_command("ingest", path, **options)
    assert len(started) == apart.AT_ONCE + 1


def test_a_file_that_is_through_takes_its_own_staged_rows_along_and_no_others(
    project, in_process, monkeypatch
):
    other = a_copy(project)

    def counted(into, actor, *, dry):
        header = "batch,stage,annotation_type,clock,actor"
        body = f"{header}\nb1,label,bounding_box,label,{actor}\n".encode()
        stated = stated_for(into, now=LATER)
        fields: Any = {"name": "x.csv", "by": None, "now": LATER, "dry": dry}
        return ingest_long(into, BytesIO(body), stated=stated, **fields)

    def staged():
        return sorted(StagedRow.objects.values_list("actor", flat=True))

    counted(project, "Lan", dry=True)
    counted(other, "Ha", dry=False)
    assert staged() == ["Lan"]

    # Somebody else may be about to stage: the rows go one by one.
    with monkeypatch.context() as patched:
        patched.setattr(staging, "_emptied", lambda *_: False)
        counted(project, "Lan", dry=False)
    assert staged() == []

    counted(project, "An", dry=False)
    assert staged() == []
    assert not Staging.objects.exists()
    assert WorkRecord.objects.count() == 3


def test_rows_of_a_long_file_are_known_from_its_very_moment_on(project, in_process):
    def lines(seconds):
        names = ("batch", "stage", "annotation_type", "clock", "actor", "pod", "items")
        more = ("units_produced", "period_start", "period_end", "active_seconds")
        return (
            f"{','.join((*names, *more))}\nb1,label,bounding_box,label,lan,A,100,500,"
            f"2026-03-02,2026-03-02,{seconds}\n"
        ).encode()

    for day, seconds in enumerate((600, 700)):
        at = LATER + timedelta(days=day)
        ingest_long(
            project,
            BytesIO(lines(seconds)),
            name="x.csv",
            by=None,
            stated=stated_for(project, now=at),
            now=at,
            restate_reason="counted again",
        )

    records = WorkRecord.objects.filter(project=project)
    # An entry; a day later its reversal and what replaces it.
    assert records.filter(recorded_at__lte=LATER).count() == 1
    assert records.filter(recorded_at__lte=LATER + timedelta(days=1)).count() == 3
    assert records.filter(recorded_at__lt=LATER).count() == 0


def test_work_that_another_project_counts_is_held_by_both_ways_in_one_sentence(
    project, in_process
):
    """Only that of Lan is the same: Ha worked longer here, the third is nobody's."""
    there = a_copy(project, workspace=project.workspace)
    stranger = a_copy(project)
    for one in (there, stranger):
        one.time_zone = project.time_zone
        one.save()
    head = "batch,stage,annotation_type,clock,actor,period_end,units_produced"
    work = "b1,label,bounding_box,label"
    day = "2026-01-02"
    rows = [f"{work},Lan,{day},5,60", f"{work},Ha,{day},5,60", f"{work},,{day},5,60"]
    body = "\n".join([f"{head},active_seconds", *rows]).encode()
    named: Any = {"name": "night.csv", "mapping": None, "by": None, "now": NOON}
    assert ingest_file(there, body, **named).state == "published"
    assert ingest_file(stranger, body, **named).state == "published"
    here = body.replace(b"Ha,2026-01-02,5,60", b"Ha,2026-01-02,5,61")

    plan = plan_ingest(project, here, mapping=None)
    fields: Any = {"name": "x.csv", "by": None, "now": LATER, "dry": True}
    stated = stated_for(project, now=LATER)
    long = ingest_long(project, BytesIO(here), stated=stated, **fields)

    assert [(one.row, one.code) for one in plan.refused] == [(2, "counted_elsewhere")]
    assert (
        f"The project {there.name} counts this work already" in plan.refused[0].message
    )
    assert "from night.csv: Lan, b1, label" in plan.refused[0].message
    assert list(long.refused) == list(plan.refused)
    assert (long.new, plan.new_rows) == (2, 2)


def test_version_0_of_a_delivery_is_one_of_its_own_by_both_ways(project, in_process):
    head = "batch,delivery_version,stage,annotation_type,clock,actor,period_start"
    work = "label,bounding_box,label,Lan,2026-01-0"
    rows = [f"v0,0,{work}2,2026-01-05,60", f"v0,,{work}4,2026-01-06,60"]
    body = "\n".join([f"{head},period_end,active_seconds", *rows]).encode()

    plan = plan_ingest(project, body, mapping=None)
    fields: Any = {"name": "x.csv", "by": None, "now": LATER, "dry": True}
    stated = stated_for(project, now=LATER)
    long = ingest_long(project, BytesIO(body), stated=stated, **fields)

    assert (plan.new_rows, plan.refused) == (long.new, tuple(long.refused)) == (2, ())


def test_other_projects_are_looked_at_together(project, in_process):
    """However many projects a company has, it is asked once which count anything."""
    body = b"batch,stage,annotation_type,clock,actor,period_end,active_seconds\n"
    body += b"q,label,bounding_box,label,Lan,2026-01-02,60\n"

    def asked():
        with CaptureQueriesContext(connection) as found:
            plan_ingest(project, body, mapping=None)
        return len(found)

    one = a_copy(project, workspace=project.workspace)
    named: Any = {"name": "x.csv", "mapping": None, "by": None, "now": NOON}
    ingest_file(one, body.replace(b"q,", b"r,"), **named)
    before = asked()
    for _ in range(3):
        a_copy(project, workspace=project.workspace)

    assert asked() == before
