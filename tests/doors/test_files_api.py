"""Files of work over the API: counted once, held with reasons, known by their hash."""

from __future__ import annotations

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from quotes.actions import receiving
from quotes.actions.projects import import_project
from quotes.ingest import apart
from quotes.models import SourceFile, WorkRecord
from scoping.access import Role
from tests.doors.api import API, Program, a_key
from tests.factories import NOON, ROOT, a_membership, a_published_card, a_workspace

pytestmark = pytest.mark.django_db

HEADER = "batch,stage,annotation_type,clock,items,units_produced,active_seconds\n"
ROW = "1,label,bounding_box,label,100,500,6000\n"
SPEC = {"items": 1000, "lines": [{"type": "bounding_box", "units_per_item": 5}]}


@pytest.fixture
def program():
    return a_program()


def a_program():
    """Return a program of a manager, for a project that is called peds."""
    workspace = a_workspace()
    a_published_card(workspace=workspace)
    import_project(
        SPEC,
        workspace=workspace,
        slug="peds",
        start_on=None,
        paid_clock="label",
        by="test",
        now=NOON,
    )
    user = a_membership(workspace=workspace, role=Role.MANAGER).user
    return Program(a_key(workspace, user).token)


def send(program, text, *, name="night.csv", key=None, slug="peds", **said):
    body = text if isinstance(text, bytes) else text.encode()
    headers = {"Authorization": f"Bearer {program.token}"}
    if key is not None:
        headers["Idempotency-Key"] = key
    return program.client.post(
        f"{API}/projects/{slug}/files",
        {"file": SimpleUploadedFile(name, body), **said},
        headers=headers,
    )


def test_a_file_is_counted_once_and_known_by_its_hash(program):
    body = (HEADER + ROW).encode()
    sha256 = hashlib.sha256(body).hexdigest()
    address = f"projects/peds/files/{sha256}"
    assert program.get(address).status_code == 404

    first, again = send(program, body), send(program, body, name="other.csv")

    assert (first.status_code, again.status_code) == (200, 200)
    assert (first.json()["state"], again.json()["state"]) == ("published", "repeated")
    assert first.json()["rows"]["new"] == 1
    assert again.json()["verdict"] == "This file was counted before. Nothing changes."
    kept = program.get(address).json()
    assert (kept["state"], kept["name"]) == ("published", "night.csv")
    assert kept["rows"]["published"] == 1
    assert WorkRecord.objects.count() == 1


def test_a_file_with_a_refused_row_is_held_and_its_rows_named(program):
    text = HEADER + ROW + "2,label,bounding_box,label,100,-5,60\n"

    held = send(program, text)

    assert held.status_code == 409
    assert held["Content-Type"] == "application/problem+json"
    assert held.json()["code"] == "file_held"
    (wrong,) = held.json()["errors"]
    assert (wrong["path"], wrong["code"]) == ("/file/rows/3/units_produced", "negative")
    assert WorkRecord.objects.count() == 0
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    assert program.get(f"projects/peds/files/{sha256}").json()["state"] == "held"
    assert send(program, text, publish_good="true").json()["rows"]["refused"] == 1
    assert WorkRecord.objects.count() == 1
    kept = program.get(f"projects/peds/files/{sha256}").json()
    assert (kept["state"], kept["refused"][0]["row"]) == ("published", 3)


def test_a_key_brings_the_first_answer_back(program):
    first = send(program, HEADER + ROW, key="night-1")
    again = send(program, HEADER + ROW, key="night-1")
    other = send(program, HEADER + ROW.replace("1,", "2,", 1), key="night-1")

    assert again.json() == first.json()
    assert again["Idempotent-Replayed"] == "true"
    assert other.json()["code"] == "idempotency_mismatch"
    assert WorkRecord.objects.count() == 1


def test_a_dry_run_counts_nothing_and_other_figures_need_a_reason(program):
    dry = send(program, HEADER + ROW, dry_run="true").json()
    assert (dry["state"], dry["rows"]["new"]) == ("dry", 1)
    assert SourceFile.objects.count() == 0
    send(program, HEADER + ROW)
    changed = HEADER + ROW.replace("6000", "7000")

    assert send(program, changed).json()["errors"][0]["code"] == "restatement"
    restated = send(program, changed, restate="the tool was mended").json()

    assert (restated["state"], restated["rows"]["restated"]) == ("published", 1)


@pytest.mark.parametrize(
    ("text", "said", "status", "code", "path"),
    [
        ("", {}, 400, "empty_file", "/file"),
        ("<p>no</p>", {}, 400, "content_mismatch", "/file"),
        ("a,b\n1,2\n", {}, 400, "missing_column", "/file"),
        (HEADER + ROW, {"dry_run": "maybe"}, 400, "unknown_choice", "/dry_run"),
        (HEADER + ROW, {"drop": "x"}, 400, "unknown_field", "/drop"),
        (HEADER + ROW, {"type": "hologram"}, 400, "unknown_choice", "/type"),
    ],
)
def test_what_cannot_be_used_is_said_at_its_place(
    program, text, said, status, code, path
):
    answer = send(program, text, **said)

    assert answer.status_code == status
    assert (answer.json()["code"], answer.json()["errors"][0]["path"]) == (code, path)
    assert SourceFile.objects.count() == 0


def test_a_request_without_a_file_or_too_large_or_too_many_at_once(
    program, settings, monkeypatch
):
    without = program.client.post(
        f"{API}/projects/peds/files",
        {"batch": "x"},
        headers={"Authorization": f"Bearer {program.token}"},
    )
    assert without.json()["errors"][0]["path"] == "/file"
    monkeypatch.setattr(apart._free, "acquire", lambda **_: False)
    busy = send(program, HEADER + ROW)
    assert (busy.status_code, busy["Retry-After"]) == (503, "60")
    settings.STAFF_UPLOAD_BYTES = 10
    assert send(program, HEADER + ROW).status_code == 413


def test_paid_time_and_long_files_come_the_same_way(program, monkeypatch, settings):
    golden = ROOT / "tests/ingest/golden"
    paid = send(program, (golden / "timesheet.csv").read_bytes()).json()
    assert (paid["kind"], paid["state"]) == ("paid", "published")
    monkeypatch.setattr(receiving, "SHORT_BYTES", 0)
    # Above what Django keeps in memory, so that the child gets a file.
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10_000
    rows = "".join(ROW.replace("1,", f"{one},", 1) for one in range(600))
    assert len(rows) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE
    long = send(program, HEADER + rows).json()

    assert (long["kind"], long["state"]) == ("work", "published")
    assert long["rows"]["new"] == 600


def test_a_name_of_a_file_is_no_path(program):
    send(program, HEADER + ROW, name="..\\..\\etc\\<img src=x>.csv")

    assert SourceFile.objects.get().name == "<img src=x>.csv"


def test_a_program_reads_what_names_mean_and_says_it_once(program):
    text = "line," + HEADER + "Cars & trucks," + ROW

    answer = send(program, text, dry_run="true").json()

    (name,) = answer["names"]
    assert (name["kind"], name["written"], name["rows"]) == ("line", "Cars & trucks", 1)
    assert (name["suggested"], name["share_of_hours"]) == ("Boxes", "1.0000")
    said = {"kind": "line", "written": "Cars & trucks", "means": "Boxes"}
    assert program.ask("POST", "projects/peds/names", said).json() == {
        "names": 1,
        "moved": 0,
        "stayed": 0,
    }
    assert send(program, text, dry_run="true").json()["names"] == []
    (kept,) = program.get("projects/peds/names").json()["names"]
    assert (kept["written"], kept["means"]) == ("Cars & trucks", "Boxes")
    wrong = program.ask("POST", "projects/peds/names", said | {"means": "Cuboids"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "no_such_meaning")
    del said["means"]
    assert program.ask("POST", "projects/peds/names", said).status_code == 200
    assert program.ask("POST", "projects/peds/names", said).status_code == 404
    assert program.get("projects/peds/names").json()["names"] == []
