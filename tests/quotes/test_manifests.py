"""Manifests of deliveries, and a recall down to the image."""

from __future__ import annotations

from decimal import Decimal
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from quotes.actions.manifests import load_manifest
from quotes.ingest import manifests
from quotes.ingest.mappings import MappingError
from quotes.models import DeliveredItem
from scoping.access import Role
from tests.doors.api import API, Program, a_key
from tests.factories import NOON, a_membership
from tests.quotes.test_ingest import a_project, drop

pytestmark = pytest.mark.django_db

DIGEST = "0f" * 32
MANIFEST = (
    "Image name,Batch,Version,SHA256\n"
    f"one.jpg,B1,1,{DIGEST}\n=two.jpg,b1,1,{'1f' * 32}\none.jpg,b1,2,{'2f' * 32}\n"
    f"three.jpg,b2,,\n"
)
WORK = (
    "batch,stage,annotation_type,clock,actor,units_produced,active_seconds\n"
    "b1,label,bounding_box,label,Lan,100,3600\n"
    "b2,label,bounding_box,label,Ha,90,3600\n"
)


@pytest.fixture
def project():
    made = a_project()
    drop(made, WORK)
    return made


def load(project, text):
    return load_manifest(project, text.encode(), by=None, now=NOON)


def test_a_manifest_is_kept_once_and_whole(project):
    assert load(project, MANIFEST).new == 4
    again = load(project, MANIFEST.replace("\n", "\r\n"))
    assert (again.new, again.repeated) == (0, 4)

    other = load(project, MANIFEST.replace(DIGEST, "aa" * 32) + "four.jpg,b2,1,\n")

    assert [(one.row, one.code) for one in other.refused] == [(2, "other_hash")]
    assert DeliveredItem.objects.count() == 4


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (",b1,1,", "required"),
        ("x.jpg,,1,", "required"),
        ("x.jpg,b1,0,", "out_of_range"),
        ("x.jpg,b1,one,", "invalid_number"),
        ("x.jpg,b1,1,no hash", "invalid_hash"),
        ("x.jpg,b1", "ragged_row"),
        ("Image name,Batch,Version,SHA256", "header_repeated"),
        ("x" * 301 + ",b1,1,", "max_length"),
    ],
)
def test_a_row_that_cannot_be_read_refuses_the_manifest(project, row, code):
    found = load(project, MANIFEST + row + "\n")

    assert [(one.row, one.code) for one in found.refused] == [(6, code)]
    assert DeliveredItem.objects.count() == 0


def test_what_was_delivered_is_final(project):
    load(project, MANIFEST)

    for statement in (
        "UPDATE quotes_delivereditem SET item='x'",
        "DELETE FROM quotes_delivereditem",
    ):
        with (
            pytest.raises(DatabaseError, match="final"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_a_recall_names_the_items_of_its_batches_and_no_others(project, client):
    load(project, MANIFEST)
    workspace = project.workspace
    client.force_login(a_membership(workspace=workspace, role=Role.MANAGER).user)

    page = client.get("/projects/peds/recall/?actor=Lan").content.decode()
    table = client.get("/projects/peds/recall/?actor=Lan&items=csv")

    assert "The 3 delivered images of these batches, as a table" in page
    assert table.content.decode("utf-8-sig").splitlines() == [
        "item,batch,version,hash,prelabel_model",
        f"'=two.jpg,b1,1,{'1f' * 32},",
        f"one.jpg,b1,1,{DIGEST},",
        f"one.jpg,b1,2,{'2f' * 32},",
    ]


def test_the_command_keeps_a_manifest_or_says_why_not(project, tmp_path):
    path = tmp_path / "m.csv"
    path.write_text(MANIFEST)
    out = StringIO()
    options = {"project": "peds", "workspace": project.workspace.slug, "stdout": out}

    call_command("load_manifest", path, **options)

    assert out.getvalue() == "4 items kept, 0 known before.\n"
    path.write_text(MANIFEST + ",b1,1,\n")
    with pytest.raises(CommandError, match="1 rows refused: nothing was kept"):
        call_command("load_manifest", path, **options)
    with pytest.raises(CommandError, match="No such file"):
        call_command("load_manifest", tmp_path / "absent.csv", **options)
    with pytest.raises(MappingError, match="a column item and a column batch"):
        load(project, "a,b\n1,2\n")


def test_programs_load_manifests_and_ask_for_recalls(project):
    drop(project, WORK)
    workspace = project.workspace
    user = a_membership(workspace=workspace, role=Role.MANAGER).user
    program = Program(a_key(workspace, user).token)

    def send(text):
        return program.client.post(
            f"{API}/projects/peds/manifests",
            {"file": SimpleUploadedFile("m.csv", text.encode())},
            headers={"Authorization": f"Bearer {program.token}"},
        )

    assert send(MANIFEST).json() == {"new": 4, "repeated": 0}
    assert send(MANIFEST).json() == {"new": 0, "repeated": 4}
    wrong = send(MANIFEST + ",b1,1,\n")
    assert (wrong.status_code, wrong.json()["code"]) == (409, "manifest_refused")
    assert wrong.json()["errors"][0]["path"] == "/file/rows/6/item"
    assert send("a,b\n1,2\n").status_code == 400
    delivered = program.get("projects/peds/manifests").json()["batches"]
    assert delivered == [
        {"batch": "b1", "version": 1, "items": 2},
        {"batch": "b1", "version": 2, "items": 1},
        {"batch": "b2", "version": 1, "items": 1},
    ]

    assert program.get("projects/peds/recall").json()["batches"] == []
    found = program.get("projects/peds/recall?actor=lan").json()
    (batch,) = found["batches"]
    assert (batch["batch"], batch["units"], batch["of_units"]) == ("b1", 100, 100)
    assert (batch["sure"], batch["share"]) == (True, "1.0000")
    assert Decimal(batch["cost_to_relabel"]) > 0
    assert found["delivered_items"] == 3
    address = "projects/peds/recall/items?actor=lan&limit=2"
    first = program.get(address).json()
    last = program.get(f"{address}&after={first['next']}").json()
    items = [*first["items"], *last["items"]]
    assert {(one["item"], one["version"]) for one in items} == {
        ("one.jpg", 1),
        ("=two.jpg", 1),
        ("one.jpg", 2),
    }
    assert last["next"] is None
    assert program.get(f"{address}&after=x").status_code == 400


def test_a_manifest_is_dropped_on_a_page(client, project):
    client.force_login(
        a_membership(workspace=project.workspace, role=Role.MANAGER).user
    )
    address = "/projects/peds/deliveries/"

    def post(text):
        return client.post(address, {"file": SimpleUploadedFile("m", text.encode())})

    empty = client.get(address).text
    kept = post(MANIFEST)
    again = post(MANIFEST).text
    wrong = post(MANIFEST + ",b1,1,\n")
    other = post("a,b\n1,2\n")

    assert "No list of delivered images yet" in empty
    assert "4 images kept." in kept.text
    assert "4 were known before." in again
    assert (wrong.status_code, other.status_code) == (400, 400)
    assert "1 row refused." in wrong.text
    assert "Nothing was kept" in wrong.text
    assert "Choose a file first." in client.post(address).text
    assert DeliveredItem.objects.count() == 4
    client.force_login(a_membership(workspace=project.workspace, role=Role.SALES).user)
    assert client.get(address).status_code == 403


def test_a_recall_says_that_units_and_cost_are_not_known_and_not_0(project, client):
    head = WORK.partition("\n")[0]
    drop(project, f"{head}\nb3,label,bounding_box,label,Minh,,3600\n")
    more = f"{head}\nb4,label,bounding_box,label,Minh,1,3600\n"
    user = a_membership(workspace=project.workspace, role=Role.MANAGER).user
    client.force_login(user)

    def page():
        return client.get("/projects/peds/recall/?actor=Minh").text

    nothing = page()
    drop(project, more)
    some = page()

    assert "How many units is not known" in nothing
    assert "What labelling them again costs is not known." in nothing
    assert "At least 1 unit," in some
    assert "Labelling them again costs at least" in some


def test_a_manifest_that_would_fill_the_memory_is_asked_for_in_parts(
    project, client, monkeypatch
):
    monkeypatch.setattr(manifests, "MOST_BYTES", len(MANIFEST) - 1)
    user = a_membership(workspace=project.workspace, role=Role.MANAGER).user
    client.force_login(user)
    program = Program(a_key(project.workspace, user).token)
    page = client.post(
        "/projects/peds/deliveries/",
        {"file": SimpleUploadedFile("m", MANIFEST.encode())},
    )
    said = program.client.post(
        f"{API}/projects/peds/manifests",
        {"file": SimpleUploadedFile("m.csv", MANIFEST.encode())},
        headers={"Authorization": f"Bearer {program.token}"},
    )

    assert (page.status_code, said.status_code) == (400, 413)
    assert "Give it in parts" in page.text
    assert "Give it in parts" in said.json()["detail"]
    assert DeliveredItem.objects.count() == 0
