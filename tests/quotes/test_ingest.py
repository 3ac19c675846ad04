"""Files on the ledger: counted once, refused with reasons, never edited."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from quotes.actions.actuals import ingest_file, plan_ingest
from quotes.actions.projects import import_project
from quotes.ingest.reading import MappingError, read_mapping, read_work
from quotes.models import SourceFile, WorkRecord
from quotes.queries.actuals import comparison, current_records
from tests.factories import NOON, ROOT, a_published_card, a_workspace
from tests.shared import shared

pytestmark = pytest.mark.django_db

HEADER = "batch,stage,annotation_type,clock,items,units_produced,active_seconds\n"
ROW = "1,label,bounding_box,label,100,500,6000\n"
SPEC = {"items": 1000, "lines": [{"type": "bounding_box", "units_per_item": 5}]}


def a_project(**changes):
    workspace = a_workspace()
    a_published_card(workspace=workspace)
    fields = {"slug": "peds", "start_on": None, "paid_clock": "label", "by": "test"}
    return import_project(SPEC, workspace=workspace, now=NOON, **(fields | changes))


def drop(project, text, **changes):
    fields = {"name": "x.csv", "mapping": None, "by": None, "now": NOON}
    return ingest_file(project, text.encode(), **(fields | changes))


def test_rows_become_entries_of_the_ledger():
    project = a_project()

    outcome = drop(project, HEADER + ROW)

    entry = WorkRecord.objects.get(project=project)
    assert outcome.state == "published"
    assert (entry.units_produced, entry.units_accepted) == (500, None)


def test_the_same_bytes_again_change_nothing():
    project = a_project()
    drop(project, HEADER + ROW)

    assert drop(project, HEADER + ROW).state == "repeated"
    assert WorkRecord.objects.count() == 1


@pytest.mark.parametrize(
    "again",
    [
        (HEADER + ROW).replace("\n", "\r\n"),
        "\ufeff" + HEADER + ROW,
        HEADER + ROW + "\n\n",
        HEADER.replace("batch", " batch ") + ROW,
        "stage,batch"
        + HEADER[len("batch,stage") :]
        + "label,1"
        + ROW[len("1,label") :],
    ],
)
def test_the_same_rows_in_another_container_change_nothing(again):
    project = a_project()
    drop(project, HEADER + ROW)

    assert drop(project, again).state == "repeated"
    assert WorkRecord.objects.count() == 1


def test_a_file_with_a_refused_row_is_held_and_counts_nothing():
    project = a_project()

    outcome = drop(project, HEADER + ROW + "2,label,bounding_box,label,100,-5,60\n")

    assert outcome.state == "held"
    assert WorkRecord.objects.count() == 0
    refused = outcome.file.refused.get()
    assert (refused.row, refused.code) == (3, "negative")


def test_the_good_rows_of_a_held_file_can_be_published():
    project = a_project()
    text = HEADER + ROW + "2,label,bounding_box,label,100,-5,60\n"
    drop(project, text)

    outcome = drop(project, text, publish_good=True)

    assert outcome.state == "published"
    assert WorkRecord.objects.count() == 1
    assert outcome.file.refused.count() == 1


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ("1,paint,bounding_box,label,1,1,1", "unknown_choice"),
        ("1,label,hologram,label,1,1,1", "unknown_choice"),
        ("1,label,bounding_box,lunch,1,1,1", "unknown_choice"),
        (",label,bounding_box,label,1,1,1", "required"),
        ('1,label,bounding_box,label,"1,000",1,1', "ambiguous_number"),
        ("1,label,bounding_box,label,1,1.5,1", "invalid_number"),
        ("1,label,bounding_box,label,1,1,NaN", "not_finite"),
        ("1,label,bounding_box,label,1,1,1e5", "invalid_number"),
        ("a\u202eb,label,bounding_box,label,1,1,1", "control_char"),
        ("x" * 200 + ",label,bounding_box,label,1,1,1", "max_length"),
    ],
)
def test_each_refused_row_names_its_code(cells, code):
    plan = plan_ingest(a_project(), (HEADER + cells + "\n").encode(), mapping=None)

    assert [one.code for one in plan.refused] == [code]


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        ("03/04/2026", "", "ambiguous_date"),
        ("2026-02-30", "", "invalid_date"),
        ("soon", "", "invalid_date"),
        ("2026-03-04", "2026-03-03", "ends_before_start"),
    ],
)
def test_a_date_is_read_in_one_way_or_refused(start, end, code):
    text = f"{HEADER.strip()},period_start,period_end\n{ROW.strip()},{start},{end}\n"

    reading = read_work(text.encode(), mapping=None, zone="Asia/Ho_Chi_Minh")

    assert [one.code for one in reading.refused] == [code]


def test_a_day_is_the_day_at_the_site():
    text = f"{HEADER.strip()},period_start\n{ROW.strip()},2026-03-04\n"

    row = read_work(text.encode(), mapping=None, zone="Asia/Ho_Chi_Minh").rows[0]

    assert row.values["period_start"].isoformat() == "2026-03-03T17:00:00+00:00"


def test_a_part_is_never_more_than_its_whole():
    text = "batch,stage,annotation_type,clock,audit_n,audit_defects\n"
    text += "1,audit,bounding_box,label,10,11\n"

    plan = plan_ingest(a_project(), text.encode(), mapping=None)

    assert plan.refused[0].message == "audit_defects is 11, more than audit_n, 10."


SAMPLED = (
    "batch,stage,annotation_type,clock,audit_n,audit_defects,audit_missed,"
    "audit_extra,critical_defects,minor_defects,audit_classes\n"
)


def test_what_a_sample_found_beside_what_is_wrong_is_counted_and_held():
    project = a_project()
    row = "1,audit,bounding_box,label,500,4,3,1,0,2,{}\n"
    classes = "cyclist 20/1/0; bus 12/0; tram  5/0/-"

    assert drop(project, SAMPLED + row.format(classes)).state == "published"
    assert drop(project, SAMPLED + row.format(classes)).state == "repeated"

    (record,) = current_records(project).values()
    assert record.audit_classes == [
        ["cyclist", 20, 1, 0],
        ["bus", 12, 0, None],
        ["tram", 5, 0, None],
    ]
    assert (record.audit_missed, record.audit_extra, record.minor_defects) == (3, 1, 2)
    found = {one["key"]: one for one in comparison(project)["promises"]}
    # Of 500 boxes one has no object; three objects have no box.
    (batch,) = found["bounding_box_missed"]["batches"]
    assert (batch["checked"], batch["wrong"]) == (502, 3)
    # Whoever counts a class otherwise restates it, and says why.
    other = drop(project, SAMPLED + row.format("cyclist 20/2/0"))
    assert other.state == "held"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("cyclist", "invalid_class_counts"),
        ("cyclist 20", "invalid_class_counts"),
        ("cyclist 20/-1", "invalid_class_counts"),
        ("20/1/0", "invalid_class_counts"),
        ("cyclist 20/21", "more_than_whole"),
        ("bus 1/0; bus 2/0", "class_twice"),
        ("; ".join(f"c{place} 1/0" for place in range(51)), "class_twice"),
    ],
)
def test_counts_of_classes_are_read_in_one_way_or_refused(cell, code):
    text = f"{SAMPLED}1,audit,bounding_box,label,500,4,,,,,{cell}\n"

    reading = read_work(text.encode(), mapping=None, zone="Asia/Ho_Chi_Minh")

    assert [(one.code, one.column) for one in reading.refused] == [
        (code, "audit_classes")
    ]


def test_the_same_work_twice_in_a_file_is_refused_if_it_differs():
    text = HEADER + ROW + ROW + ROW.replace("6000", "7000")

    plan = plan_ingest(a_project(), text.encode(), mapping=None)

    assert (len(plan.new), plan.repeated) == (1, 1)
    assert [one.code for one in plan.refused] == ["duplicate_key"]


def test_other_figures_for_counted_work_need_a_reason():
    project = a_project()
    drop(project, HEADER + ROW)
    changed = HEADER + ROW.replace("6000", "7000")

    held = drop(project, changed)
    assert held.state == "held"
    assert "figures: seconds of work 6,000 before, 7,000 here." in (
        held.plan.refused[0].message
    )
    outcome = drop(
        project, changed, restate_reason="tool fixed", now=NOON + timedelta(days=1)
    )

    assert outcome.state == "published"
    kinds = WorkRecord.objects.order_by("pk").values_list("kind", "active_seconds")
    assert [(kind, int(value or 0)) for kind, value in kinds] == [
        ("entry", 6000),
        ("reversal", 6000),
        ("replacement", 7000),
    ]
    (entry,) = current_records(project).values()
    assert entry.active_seconds == 7000


def test_a_report_can_be_had_as_it_was_known():
    project = a_project()
    drop(project, HEADER + ROW)
    before = comparison(project, as_of=NOON)
    drop(
        project,
        HEADER + ROW.replace("6000", "7000"),
        restate_reason="tool fixed",
        now=NOON + timedelta(days=1),
    )

    assert comparison(project, as_of=NOON) == before
    assert comparison(project) != before


@pytest.mark.parametrize(
    "statement",
    ["UPDATE quotes_workrecord SET batch='x'", "DELETE FROM quotes_workrecord"],
)
def test_the_database_refuses_to_edit_the_ledger(statement):
    project = a_project()
    drop(project, HEADER + ROW)

    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    assert WorkRecord.objects.get().batch == "1"


def test_rows_read_are_conserved():
    text = HEADER + ROW + ROW + "\n" + "2,label,bounding_box,label,1,x,1\n"

    plan = plan_ingest(a_project(), text.encode(), mapping=None)

    reading = plan.reading
    assert reading.read == (
        len(plan.new) + plan.repeated + len(plan.refused) + reading.blank
    )


@pytest.mark.parametrize(
    ("document", "says"),
    [
        (None, "is a document"),
        ({"columns": {}}, "gives no batch"),
        ({"colums": {}}, "has no colums"),
        ({"columns": {"bacth": "x"}}, "no column bacth"),
        ({"columns": ["batch"]}, "maps names to names"),
    ],
)
def test_a_mapping_that_cannot_work_is_refused(document, says):
    with pytest.raises(MappingError, match=says):
        read_mapping(document)


def test_a_column_that_the_file_lacks_is_named():
    mapping = read_mapping(
        {
            "columns": {"batch": "lot"},
            "constants": {
                "stage": "label",
                "annotation_type": "bounding_box",
                "clock": "label",
            },
        }
    )

    with pytest.raises(MappingError, match="names the column lot"):
        read_work(b"a,b\n1,2\n", mapping=mapping, zone="UTC")
    with pytest.raises(MappingError, match="has no column stage"):
        read_work(b"batch,b\n1,2\n", mapping=None, zone="UTC")


def test_the_pedestrian_batches_are_read_and_compared_as_they_are():
    path = shared("data/samples/batches/pedestrian_boxes.csv")
    project = a_project()
    arguments = {
        "project": "peds",
        "workspace": project.workspace.slug,
        "mapping": ROOT / "fixtures/mappings/pedestrian_batches.yaml",
    }

    first, second, text = StringIO(), StringIO(), StringIO()
    call_command("ingest", path, stdout=first, **arguments)
    call_command("ingest", path, stdout=second, **arguments)
    call_command("reconcile", "peds", workspace=project.workspace.slug, stdout=text)
    call_command("forecast_record", workspace=project.workspace.slug, stdout=text)

    assert "0 of 1 projects with rows are over." in text.getvalue()
    assert WorkRecord.objects.filter(project=project).count() == 511
    assert "1 record has no time, of 58285: units count" in first.getvalue()
    assert "Nothing was added." in second.getvalue()
    line = comparison(project)["lines"][0]
    assert line["actual"]["units"]["value"] == 11765
    assert (line["seconds"], line["timed_units"]) == ("83276.800", 11764) or (
        f"{float(line['seconds']):,.1f}" == "83,276.8"
    )
    assert line["actual"]["seconds_per_unit"]["value"] == "7.08"
    for known in (
        "7.08 s, drawing time",
        "labelling time",
        "scope, not of performance",
    ):
        assert known in text.getvalue()
    assert not line["actual"]["accepted"]["known"]
    assert not line["actual"]["cost"]["known"]


def test_the_commands_say_what_is_wrong():
    project = a_project()
    slug = project.workspace.slug

    for arguments, says in (
        (("ingest", "absent.csv", "--project", "peds"), "cannot be read"),
        (("ingest", "absent.csv", "--project", "nope"), "no project nope"),
        (("reconcile", "nope"), "no project nope"),
        (("reconcile", "peds", "--as-of", "soon"), "as 2026-04-17"),
    ):
        with pytest.raises(CommandError, match=says):
            call_command(*arguments, "--workspace", slug)


def test_a_dry_run_says_what_wrote_the_file_and_whether_to_trust_it():
    project = a_project()
    out = StringIO()

    call_command(
        "ingest",
        ROOT / "tests/ingest/golden/label_studio.json",
        "--project=peds",
        f"--workspace={project.workspace.slug}",
        "--dry-run",
        stdout=out,
    )

    said = out.getvalue()
    assert "Read as: Label Studio JSON." in said
    assert "This file can be used with care. 1 row: a ground truth" in said
    assert "4 rows read: 3 new, 0 restated, 0 repeated, 0 refused, 1 left out" in said
    assert "3 timed items, typically 9.0 s each, the longest 41.3 s." in said
    assert "(+17.4 % of the hours)" in said
    assert SourceFile.objects.count() == 0


def test_a_tools_export_is_counted_and_counted_once():
    project = a_project()
    body = (ROOT / "tests/ingest/golden/label_studio.json").read_bytes()
    fields: Any = {"mapping": None, "by": None, "now": NOON + timedelta(days=90)}

    first = ingest_file(project, body, name="a.json", **fields)
    again = ingest_file(project, body.replace(b"\n", b""), name="b.json", **fields)

    assert (first.state, again.state) == ("published", "repeated")
    assert first.file is not None
    assert (first.file.rows_published, first.file.rows_left_out) == (3, 1)
    records = WorkRecord.objects.order_by("actor")
    assert [(one.actor, str(one.active_seconds)) for one in records] == [
        ("a@ex.test", "41.280"),
        ("user 11", "8.720"),
    ]


def test_work_of_tomorrow_and_paid_time_are_not_counted_as_work():
    project = a_project()
    golden = ROOT / "tests/ingest/golden"
    fields: Any = {"name": "x", "mapping": None, "by": None, "now": NOON}

    held = ingest_file(project, (golden / "v7.csv").read_bytes(), **fields)

    assert held.state == "held"
    assert {one.code for one in held.plan.refused} == {"date_out_of_window"}
    with pytest.raises(MappingError, match="no work of a project"):
        ingest_file(project, (golden / "timesheet.csv").read_bytes(), **fields)


def test_a_dry_run_changes_nothing(tmp_path):
    project = a_project()
    path = tmp_path / "x.csv"
    path.write_text(HEADER + ROW)
    out = StringIO()

    call_command(
        "ingest",
        path,
        "--project",
        "peds",
        "--workspace",
        project.workspace.slug,
        "--dry-run",
        stdout=out,
    )

    assert "nothing has been counted" in out.getvalue()
    assert SourceFile.objects.count() == 0


def test_a_second_report_of_the_same_frames_restates_the_first():
    project = a_project()
    first = (ROOT / "tests/ingest/golden/cvat_quality.json").read_text()
    looked_again = first.replace('"id":512', '"id":640').replace("03-04 09", "03-11 09")
    later: Any = {"now": NOON + timedelta(days=200)}
    second = looked_again.replace('"valid_count":294', '"valid_count":299')

    assert drop(project, first, **later).state == "published"
    assert drop(project, looked_again, **later).state == "repeated"
    held = drop(project, second, **later)
    counted = drop(project, second, restate_reason="corrected", **later)

    assert [one.code for one in held.plan.refused] == ["restatement"]
    assert counted.state == "published"
    (entry,) = current_records(project).values()
    assert (entry.gold_n, entry.gold_correct) == (300, 299)
    assert [one.kind for one in WorkRecord.objects.order_by("pk")] == [
        "entry",
        "reversal",
        "replacement",
    ]
