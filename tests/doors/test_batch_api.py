"""Batches over the API: the same gates, samples and refusals as on the pages."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import pytest

from quotes.models import GateMove, SampleDraw
from quotes.queries.gates import at_gate
from scoping.models import AuditEntry
from tests.doors.api import Program, a_key
from tests.factories import NOON, a_membership
from tests.quotes.a_project import AT_CHECK, RELEASED, a_batch, a_project, moved
from tests.quotes.a_quote import a_desk

pytestmark = pytest.mark.django_db

RIDERS = {
    "line": 0,
    "name": "Riders",
    "classes": ["cyclist"],
    "share": "0.04",
    "accuracy": "0.9",
}


@pytest.fixture(autouse=True)
def today():
    with patch("quotes.api.batches.now", lambda: NOON):
        yield


@pytest.fixture
def desk():
    return a_desk()


@pytest.fixture
def program(desk):
    return Program(a_key(*desk).token)


@pytest.fixture
def project(desk):
    return a_project(desk[0], batches=3, sla={"floors": [RIDERS]})


def move(program, batch, said, what="moves", **also):
    """Change a batch as it stands now."""
    address = f"projects/streets/batches/{batch.pk}"
    etag = also.pop("etag", None) or program.get(address)["ETag"]
    return program.ask("POST", f"{address}/{what}", said, etag=etag, **also)


def test_a_batch_is_led_from_its_layout_to_the_client(program, project):
    batch = a_batch(project)

    for said, state in (
        ({"move": "produce", "right": 480}, "in_production"),
        ({"move": "review", "done": 100}, "in_review"),
        ({"move": "check", "done": 100}, "in_audit"),
    ):
        answer = move(program, batch, said)
        assert (answer.status_code, answer.json()["state"]) == (200, state)
    drawn = move(program, batch, {"auditor": "Hoa"}, "samples")
    (sample,) = drawn.json()["samples"]
    assert drawn.status_code == 201
    assert sample["seed"] == batch.draws.get().seed
    assert "not counted" in sample["classes_beside"][0]["why"]
    assert sorted(sample["read_images"]) == [*range(1, 101)]
    read = move(program, batch, {"move": "decide", "checked": 50, "wrong": 1})
    (sample,) = read.json()["samples"]
    assert (sample["missed"], sample["read_images"]) == (None, [])
    handed = move(program, batch, {"move": "deliver"}).json()
    assert (handed["state"], handed["answer_by"]) == ("delivered", "2026-01-20")
    taken = move(program, batch, {"move": "accept"}).json()
    assert [one["move"] for one in taken["history"]] == [
        *("produce", "review", "check", "decide", "deliver", "accept"),
    ]
    assert "recorded by" in taken["history"][-1]["evidence"]["by"]
    assert taken["moves"] == []
    assert AuditEntry.objects.filter(action="accept_batch").count() == 1


def test_batches_are_laid_out_once_and_listed_by_state_a_page_at_a_time(
    program, desk, project
):
    first, second, third = (a_batch(project, number) for number in range(3))
    moved(second, *AT_CHECK)

    again = program.ask("POST", "projects/streets/batches")
    assert (again.status_code, again.json()["code"]) == (409, "batches_planned")
    page = program.get("projects/streets/batches?limit=2").json()
    assert [one["number"] for one in page["items"]] == [first.pk, second.pk]
    rest = program.get(f"projects/streets/batches?after={page['next']}").json()
    assert [one["number"] for one in rest["items"]] == [third.pk]
    found = program.get("projects/streets/batches?state=in_audit&line=Boxes").json()
    assert [one["key"] for one in found["items"]] == ["batch 002"]
    assert found["items"][0]["next"].startswith("A sample must be drawn")
    assert program.get("projects/streets/batches?line=Other").json()["items"] == []
    for query in ("after=x", "after=999999", "state=lost", "after=1" + "0" * 30):
        assert program.get(f"projects/streets/batches?{query}").status_code == 400
    batches = [one.pk for one in (first, second, third)]
    assert len(batches) == project.batches.count()


def test_a_page_of_batches_takes_the_same_queries_however_many_there_are(
    program, project, django_assert_max_num_queries
):
    for number in range(3):
        moved(a_batch(project, number), *AT_CHECK)

    with django_assert_max_num_queries(12):
        assert len(program.get("projects/streets/batches").json()["items"]) == 3


def test_of_two_who_saw_the_same_batch_the_second_is_told(program, project):
    batch = moved(a_batch(project), *RELEASED)
    address = f"projects/streets/batches/{batch.pk}"
    etag = program.get(address)["ETag"]

    unseen = program.ask("POST", f"{address}/moves", {"move": "deliver"})
    first = move(program, batch, {"move": "deliver"}, etag=etag, key="a")
    same = move(program, batch, {"move": "deliver"}, etag=etag, key="a")
    second = move(program, batch, {"move": "deliver"}, etag=etag)
    other = move(program, batch, {"move": "accept"}, etag=etag, key="a")

    assert (unseen.status_code, unseen.json()["code"]) == (428, "if_match_missing")
    assert first.status_code == 200
    assert (same.status_code, same["Idempotent-Replayed"]) == (200, "true")
    assert (second.status_code, second.json()["code"]) == (412, "stale")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")
    assert GateMove.objects.filter(batch=batch, move="deliver").count() == 1


def test_what_is_wrong_is_named_with_code_and_place_and_changes_nothing(
    program, project
):
    batch = moved(a_batch(project), *AT_CHECK)
    drawn: dict[str, Any] = {"auditor": "Hoa", "class_units": {"cyclist": 12}}
    for body, code, path in (
        ({}, "required", "/auditor"),
        ({"auditor": "H"}, "auditor_missing", "/auditor"),
        (drawn | {"class_units": {"horse": 1}}, "no_such_class", "/class_units"),
        (drawn | {"class_units": {"cyclist": -1}}, "out_of_range", "/class_units"),
        (drawn | {"class_units": {"cyclist": True}}, "invalid_type", "/class_units"),
        (drawn | {"class_units": [1]}, "invalid_type", "/class_units"),
        (
            drawn | {"class_units": {"cyclist": 2_000_000}},
            "impossible_count",
            "/class_units",
        ),
    ):
        answer = move(program, batch, body, "samples")
        assert answer.status_code == 400, (body, answer.content)
        assert (
            answer.json()["errors"][0]["code"],
            answer.json()["errors"][0]["path"],
        ) == (
            code,
            path,
        )
    assert SampleDraw.objects.count() == 0
    made = move(program, batch, drawn, "samples")
    (sample,) = made.json()["samples"]
    assert made.status_code == 201
    assert {one["number"] for one in sample["read_labels"]} == {*range(1, 13)}
    read: dict[str, Any] = {"move": "decide", "checked": 50, "wrong": 1}
    rider: dict[str, Any] = {"name": "cyclist", "checked": 12, "wrong": 0}
    for body, status, code, path in (
        ({"checked": 1}, 400, "required", "/move"),
        ({"move": "wish"}, 400, "unknown_choice", "/move"),
        ({"move": "decide"}, 400, "number_missing", "/checked"),
        (read | {"wrong": "2"}, 400, "invalid_type", "/wrong"),
        (read | {"classes": {}}, 400, "invalid_type", "/classes"),
        (read | {"classes": [5]}, 400, "invalid_type", "/classes"),
        (read | {"classes": [{"name": "cyclist"}]}, 400, "required", "/classes"),
        (read | {"classes": [rider | {"x": 1}]}, 400, "unknown_field", "/classes"),
        (
            read | {"classes": [rider | {"wrong": 13}]},
            400,
            "impossible_count",
            "/classes",
        ),
        (
            read | {"classes": [rider | {"name": "horse"}]},
            400,
            "no_such_class",
            "/classes",
        ),
        (read, 409, "sample_not_read", "/classes"),
        (read | {"wrong": 51, "classes": [rider]}, 400, "impossible_count", ""),
        ({"move": "deliver"}, 409, "not_from_here", ""),
    ):
        answer = move(program, batch, body)
        found = answer.json()
        assert (answer.status_code, found["code"]) == (status, code), (body, found)
        assert {one["path"] for one in found["errors"]} <= {path}, (body, found)
    assert at_gate(batch).batch.state == "in_audit"
    assert program.get("projects/streets/batches/999999").status_code == 404
    assert program.get("projects/other/batches").status_code == 404


def test_who_may_not_move_batches_reads_none_and_moves_none(desk, project):
    sales = Program(a_key(desk[0], a_membership(workspace=desk[0]).user).token)
    reader = Program(a_key(*desk, "projects:read").token)
    batch = a_batch(project)
    address = f"projects/streets/batches/{batch.pk}"

    assert sales.get(address).status_code == 403
    assert reader.get(address).status_code == 200
    refused = move(reader, batch, {"move": "produce", "right": 480})
    assert (refused.status_code, refused.json()["code"]) == (403, "not_granted")
    assert batch.moves.count() == 0
