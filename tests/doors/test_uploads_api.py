"""Long files in parts over the API: cut off, sent on from there, counted once."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils.timezone import now

from quotes.actions import RefusedError, receiving, uploads
from quotes.actions.erasing import erase_person
from quotes.models import Project, StagedRow, Upload, UploadPart, WorkRecord
from tests.doors.api import API
from tests.doors.test_files_api import program, send
from tests.quotes.test_long_files import in_process

__all__ = ["in_process", "program"]

pytestmark = pytest.mark.django_db

HEADER = (
    "batch,stage,annotation_type,clock,actor,period_start,units_produced,"
    "active_seconds\n"
)
BODY = (
    HEADER
    + "".join(
        f"b{n},label,bounding_box,label,lan,2026-01-02,{n},60\n" for n in range(1, 41)
    )
).encode()
SHA256 = hashlib.sha256(BODY).hexdigest()
UPLOAD = f"{API}/projects/peds/uploads/"


def put(program, first, last, *, body=BODY, size=None, sha256=SHA256, **headers):
    whole = len(body) if size is None else size
    said: dict[str, str] = {
        "Authorization": f"Bearer {program.token}",
        "Content-Range": f"bytes {first}-{last - 1}/{whole}",
    }
    return program.client.put(
        UPLOAD + sha256,
        body[first:last],
        content_type="application/octet-stream",
        headers=said | headers,
    )


def counted(program, **said):
    return program.client.post(
        f"{API}/projects/peds/files",
        {"sha256": SHA256} | said,
        headers={"Authorization": f"Bearer {program.token}"},
    )


def where(program):
    return program.get(f"projects/peds/uploads/{SHA256}")


@pytest.fixture
def long(in_process, monkeypatch):
    """Take every file for a long one."""
    monkeypatch.setattr(receiving, "SHORT_BYTES", 100)


def test_a_file_that_was_cut_off_goes_on_where_it_was_and_counts_once(program, long):
    assert where(program).status_code == 404

    first = put(program, 0, 500).json()
    cut = where(program).json()
    rest = put(program, cut["received"], len(BODY)).json()
    done = counted(program, name="night.csv")

    assert first == {
        "sha256": SHA256,
        "state": "partial",
        "received": 500,
        "size": len(BODY),
    }
    assert cut == first
    assert (rest["state"], rest["received"]) == ("complete", len(BODY))
    assert (done.status_code, done.json()["state"]) == (200, "published")
    assert done.json()["rows"]["new"] == 40
    assert where(program).json()["state"] == "counted"
    assert put(program, 0, 500).json()["state"] == "counted"
    assert not UploadPart.objects.exists()
    assert not StagedRow.objects.exists()
    assert program.get(f"projects/peds/files/{SHA256}").json()["name"] == "night.csv"
    assert WorkRecord.objects.count() == 40


def test_parts_that_overlap_and_come_twice_are_the_file(program):
    for first in range(0, len(BODY), 300):
        for _ in range(2):
            last = min(len(BODY), first + 300)
            assert put(program, max(0, first - 7), last).status_code == 200

    assert where(program).json()["state"] == "complete"
    upload = Upload.objects.get()
    with uploads.opened_upload(upload) as opened:
        assert opened.read() == BODY
    assert counted(program).json()["rows"]["new"] == 40


def test_a_part_beyond_a_gap_is_told_the_next_byte(program):
    put(program, 0, 100)

    refused = put(program, 200, 300)

    assert (refused.status_code, refused.json()["code"]) == (409, "gap")
    assert "The next byte is 100." in refused.json()["detail"]
    assert counted(program).json()["code"] == "incomplete"


def test_bytes_with_another_hash_than_announced_are_thrown_away(program):
    put(program, 0, len(BODY), body=BODY.replace(b"lan", b"ha "))

    refused = counted(program)

    assert (refused.status_code, refused.json()["code"]) == (400, "hash_mismatch")
    assert where(program).status_code == 404
    assert WorkRecord.objects.count() == 0


WRONG: list[tuple[dict[str, Any], int, str]] = [
    ({"Content-Range": "bytes 0-9"}, 400, "bad_range"),
    ({"Content-Range": "bytes 0-98/500"}, 400, "incomplete"),
    ({"Content-Range": "bytes 99-0/500"}, 400, "incomplete"),
    ({"Content-Range": "bytes 0-99/50"}, 400, "bad_range"),
    ({"Content-Range": "bytes 0-99/999999999999"}, 413, "upload_too_large"),
    ({"sha256": "xyz"}, 400, "bad_hash"),
    ({"size": 10_000}, 409, "other_size"),
]


def test_a_part_that_cannot_be_is_refused_in_words(program):
    put(program, 0, 100)

    for changes, status, code in WRONG:
        refused = put(program, 0, 100, **changes)

        assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert where(program).json()["received"] == 100


def test_a_part_has_a_most_and_so_have_unfinished_files(program, monkeypatch):
    monkeypatch.setattr("quotes.api.uploads.MOST_PART_BYTES", 99)
    monkeypatch.setattr(uploads, "MOST_UNFINISHED", 2)

    assert put(program, 0, 100).json()["code"] == "too_large"
    answers = [put(program, 0, 9, sha256=f"{n:064x}") for n in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 409]
    assert answers[2].json()["code"] == "too_many_uploads"
    Upload.objects.update(at=now() - timedelta(days=2))
    assert put(program, 0, 9, sha256=f"{3:064x}").status_code == 200
    assert Upload.objects.count() == 1


def test_a_dry_run_keeps_the_parts_and_a_count_ends_them(program):
    put(program, 0, len(BODY))

    assert counted(program, dry_run="true").json()["state"] == "dry"
    assert counted(program).json()["state"] == "published"
    missing = counted(program)
    both = send(program, "x", sha256=SHA256)

    assert (missing.status_code, missing.json()["code"]) == (409, "not_sent")
    assert (both.status_code, both.json()["code"]) == (400, "said_twice")


def test_who_is_erased_leaves_no_parts_behind(program):
    put(program, 0, len(BODY))
    counted(program)
    put(program, 0, 9, sha256="1" * 64)
    workspace: Any = Project.objects.get().workspace

    erase_person(workspace, "lan", by=None, now=now())

    assert not Upload.objects.exists()


def test_a_company_has_room_for_so_many_bytes_in_all_its_projects(program, settings):
    settings.STAFF_UPLOAD_BYTES = 100
    project = Project.objects.get()
    other = Project.objects.create(
        workspace=project.workspace,
        slug="other",
        name="Other",
        time_zone=project.time_zone,
        start_on=project.start_on,
    )
    for n in range(4):
        part = uploads.Part(start=0, size=95, body=b"x")
        uploads.keep_part(other, f"{n:064x}", part, by=None, now=now())

    full = put(program, 0, 21, body=BODY[:21])
    small = put(program, 0, 20, body=BODY[:20])

    assert (full.status_code, full.json()["code"]) == (409, "too_many_uploads")
    assert small.status_code == 200
    # A file that is on its way has its room already.
    assert put(program, 0, 20, body=BODY[:20]).status_code == 200
    Upload.objects.filter(project=other).update(at=now() - timedelta(days=2))
    assert put(program, 0, 21, body=BODY[:21], sha256="f" * 64).status_code == 200


def test_what_nobody_went_on_with_goes_although_nothing_more_comes(program):
    put(program, 0, 9)
    put(program, 0, 9, sha256="1" * 64)
    Upload.objects.filter(sha256=SHA256).update(at=now() - timedelta(days=2))

    call_command("keep_time")

    assert Upload.objects.get().sha256 == "1" * 64


def test_a_file_whose_parts_go_while_it_is_read_is_refused_in_words(
    program,
):
    put(program, 0, 100)
    put(program, 100, len(BODY))
    upload = Upload.objects.get()
    bodies = uploads._bodies(upload)
    next(bodies)
    upload.parts.all().delete()

    with pytest.raises(RefusedError, match="are gone"):
        next(bodies)
