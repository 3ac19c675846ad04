"""Manifests of deliveries, and a recall down to the image."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from quotes.actions.manifests import load_manifest
from quotes.ingest.mappings import MappingError
from quotes.models import DeliveredItem
from scoping.access import Role
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
        "item,batch,version,hash",
        f"'=two.jpg,b1,1,{'1f' * 32}",
        f"one.jpg,b1,1,{DIGEST}",
        f"one.jpg,b1,2,{'2f' * 32}",
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
