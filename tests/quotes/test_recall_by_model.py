"""A bad model of pre-labels is recalled: what it touched, and nothing else."""

from __future__ import annotations

import json
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from quotes.actions import receiving
from quotes.actions.actuals import stated_for
from quotes.actions.manifests import load_manifest
from quotes.actions.receiving import Asked, receive
from quotes.ingest.reading import read_work
from quotes.ingest.work import Stated
from quotes.models import Project, WorkRecord
from scoping.access import Role
from tests.doors.api import Program, a_key
from tests.factories import NOON, a_membership
from tests.quotes.test_ingest import a_project, drop

pytestmark = pytest.mark.django_db

WORK = (
    "batch,stage,annotation_type,clock,actor,items,units_produced,prelabel_units,"
    "prelabel_models\n"
    "b1,label,bounding_box,label,Lan,20,100,90,det-v2=60; det-v3=30\n"
    "b1,label,bounding_box,label,Ha,10,50,50,det-v3\n"
    "b2,label,bounding_box,label,Ha,10,50,,det-v3\n"
    "b3,label,bounding_box,label,Ha,10,80,,DET-V2\n"
    "b4,label,bounding_box,label,Ha,10,40,0,\n"
)
MANIFEST = (
    "item,batch,version,prelabel_model\n"
    "1.jpg,b1,1,det-v2\n2.jpg,b1,1,det-v3\n3.jpg,b2,1,\n4.jpg,b3,1,\n5.jpg,b4,1,\n"
)


@pytest.fixture
def project():
    made = a_project()
    assert drop(made, WORK).state == "published"
    load_manifest(made, MANIFEST.encode(), by=None, now=NOON)
    return made


def test_a_planted_bad_model_is_recalled_with_its_batches_and_items(project, client):
    user = a_membership(workspace=project.workspace, role=Role.MANAGER).user
    client.force_login(user)
    program = Program(a_key(project.workspace, user).token)
    out, items = StringIO(), StringIO()

    page = client.get("/projects/peds/recall/?model=det-v2").text
    said = program.get("projects/peds/recall?model=det-v2").json()
    named = program.get("projects/peds/recall/items?model=det-v2").json()
    call_command("recall", "peds", "--model", "det-v2", stdout=out)
    call_command("recall", "peds", "--model", "det-v2", "--items", stdout=items)

    assert [
        (one["batch"], one["units"], one["of_units"]) for one in said["batches"]
    ] == [
        ("b1", 60, 150),
        ("b3", 80, 80),
    ]
    assert {one["item"] for one in named["items"]} == {"1.jpg", "4.jpg"}
    assert named["items"][0]["prelabel_model"] == "det-v2"
    assert said["delivered_items"] == 2
    assert "60 of 150" in page
    assert "80 of 80" in page
    assert "The 2 delivered images" in page
    assert '<th scope="row" class="card-name"><bdi translate="no">b2' not in page
    line = Project.objects.get().baseline.document["lines"][0]["name"]
    first, second, many, cost = out.getvalue().splitlines()
    assert first.startswith(f"b1, {line}: 60 of 150 units")
    assert second.startswith(f"b3, {line}: 80 of 80 units")
    assert many == "2 batches hold such work."
    total = sum(Decimal(one["cost_to_relabel"]) for one in said["batches"])
    assert cost == f"Labelling it again costs {total:,} {said['currency']}."
    assert items.getvalue().splitlines() == [
        "1.jpg\tb1\t1\t\tdet-v2",
        "4.jpg\tb3\t1\t\t",
    ]
    with pytest.raises(CommandError, match="Say which work is meant"):
        call_command("recall", "peds")


def test_a_manifest_cannot_say_another_model_later(project):
    found = load_manifest(
        project, MANIFEST.replace("1,det-v2", "1,det-v9").encode(), by=None, now=NOON
    )

    assert [(one.row, one.code) for one in found.refused] == [(2, "other_model")]


def test_a_long_file_says_its_models_as_a_short_one(project, tmp_path, monkeypatch):
    path = tmp_path / "x.csv"
    monkeypatch.setattr(receiving, "SHORT_BYTES", 10)
    asked = Asked(name="x", by=None, now=NOON, stated=stated_for(project), apart=False)
    path.write_text(WORK.replace("b1,", "c1,").replace("b2,", "c2,"))

    with path.open("rb") as opened:
        report = receive(project, opened, asked)

    # b3 and b4 are those that were counted before, to the model.
    assert (report.new, report.repeated, report.refused_rows) == (3, 2, 0)
    long = WorkRecord.objects.get(batch="c1", actor="Lan")
    assert long.prelabel_models == [["det-v2", 60], ["det-v3", 30]]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("a=1; b", "units_missing"),
        ("a=1; A=2", "model_twice"),
        ("=3", "invalid_models"),
        ("a=many", "invalid_models"),
        (";", "invalid_models"),
    ],
)
def test_a_model_is_named_in_one_way_or_refused(cell, code):
    text = f"{WORK.splitlines()[0]}\nb1,label,bounding_box,label,Lan,1,1,,{cell}\n"

    reading = read_work(text.encode(), mapping=None, zone="Asia/Ho_Chi_Minh")

    assert [(one.code, one.column) for one in reading.refused] == [
        (code, "prelabel_models")
    ]


def test_label_studio_says_which_model_an_annotation_began_from():
    def done(number, prediction, *origins):
        return {
            "id": number,
            "completed_by": 1,
            "created_at": "2026-03-02T08:00:00Z",
            "lead_time": 9.5,
            "parent_prediction": prediction,
            "result": [
                {"id": f"{number}-{at}", "type": "rectanglelabels", "origin": origin}
                for at, origin in enumerate(origins)
            ],
        }

    tasks = [
        {
            "id": 1,
            "project": 8,
            "data": {},
            "predictions": [{"id": 7, "model_version": "m1"}],
            "annotations": [
                done(1, 7, "prediction", "manual"),
                done(2, None, "manual"),
            ],
        },
        {
            "id": 2,
            "project": 8,
            "data": {},
            "predictions": [{"id": 9, "model_version": "m2"}],
            "annotations": [done(3, 9, None, None, None)],
        },
    ]

    (row,) = read_work(json.dumps(tasks).encode(), mapping=None, zone="UTC").rows

    assert row.values["prelabel_models"] == [["m1", 1], ["m2", 3]]
    assert row.values["units_produced"] == 6


def test_cvat_says_which_function_labelled_in_a_job():
    head = (
        "scope,obj_name,obj_id,obj_val,source,timestamp,count,duration,project_id,"
        "task_id,job_id,user_id,user_name,user_email,org_id,org_slug,payload\n"
    )

    def event(scope, name, count, job, payload):
        return (
            f"{scope},{name},,,server,2026-03-02 08:16:40+00:00,{count},0,7,41,{job},"
            f'19,lan,,3,acme,"{payload.replace(chr(34), chr(34) * 2)}"\n'
        )

    text = (
        head
        + event("call:function", "", "1", "310", '{"function": {"id": "yolo-9"}}')
        + event("create:shapes", "rectangle", "37", "310", "{}")
        + event("create:shapes", "rectangle", "5", "311", "{}")
    )

    rows = read_work(
        text.encode(), mapping=None, zone="UTC", stated=Stated(zone="UTC")
    ).rows

    found = {row.values["batch"]: row.values.get("prelabel_models") for row in rows}
    assert found == {"job 310": [["yolo-9", None]], "job 311": None}
