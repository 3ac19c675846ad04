"""docs/api.md: every example is run as it stands, every operation is in its list."""

from __future__ import annotations

import json
import re
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from scoping.access import OPERATIONS
from tests.companies import cells
from tests.doors.api import Program, a_key
from tests.factories import a_membership
from tests.quotes.a_project import AT_CHECK, DELIVERED, a_batch, a_project, moved
from tests.quotes.a_quote import NOON, a_desk, quickly

PAGE = (Path(__file__).parents[1] / "docs/api.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```http\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
LISTED = re.findall(r"^\| `([A-Z]+) /api/v1(/[^`]*)` \|", PAGE, re.MULTILINE)
CLOCKS = [
    *(f"quotes.api.{name}.now" for name in ("reads", "drafting", "closing")),
    *(f"quotes.api.{name}.now" for name in ("changing", "doors", "batches", "files")),
    *(f"quotes.api.{name}.now" for name in ("inbox", "uploads")),
    *(f"scoping.api.{name}.now" for name in ("views", "records")),
]


RIDERS = {
    "line": 0,
    "name": "Riders",
    "classes": ["cyclist"],
    "share": "0.04",
    "accuracy": "0.9",
}


def parts_of(example: str) -> tuple[list[str], str, list[str], str]:
    """Return request lines, request body, answer lines and answer body."""
    parts = example.strip().split("\n\n")
    request, rest = parts[0].splitlines(), parts[1:]
    body = "" if rest[0][:3].isdecimal() else rest.pop(0)
    return request, body, rest[0].splitlines(), "".join(rest[1:])


def run(example: str, names: dict[str, str]) -> Any:
    """Run an example; returns its answer, which was compared with what it says."""
    request, body, answer, shown = parts_of(example)
    for name, value in names.items():
        request = [line.replace(f"${name}", value) for line in request]
        body = body.replace(f"${name}", value)
    method, address = request[0].split()
    headers = dict(line.split(": ", 1) for line in request[1:])
    client = Program().client
    kind = headers.pop("Content-Type", "")
    if kind == "multipart/form-data":
        first, _, inside = body.partition("\n")
        field, name = first.split("=@")
        file = SimpleUploadedFile(name, f"{inside}\n".encode())
        got = client.post(address, {field: file}, headers=headers)
    else:
        got = client.generic(
            method,
            address,
            body.encode(),
            content_type=kind or ("application/json" if body else ""),
            headers=headers,
        )
    assert str(got.status_code) == answer[0], (request, got.content)
    for line in answer[1:]:
        name, value = line.split(": ", 1)
        assert got[name] == value, (request, name)
    if shown:
        holds(got.json(), json.loads(shown), request[0])
    return got


def holds(whole: Any, part: Any, at: str) -> None:
    """Everything that the page shows is in the answer; an answer may hold more."""
    if isinstance(part, dict):
        for key, value in part.items():
            holds(whole[key], value, f"{at}/{key}")
    elif isinstance(part, list):
        assert len(whole) == len(part), at
        for one, other in zip(whole, part, strict=True):
            holds(one, other, at)
    else:
        assert whole == part, at


@pytest.mark.django_db
def test_every_example_answers_as_the_page_says(settings):
    workspace, boss = a_desk(name="Northline Labels")
    colleague = a_membership(workspace=workspace, role="manager").user
    admin = a_membership(workspace=workspace, role="admin").user
    names = {
        "KEY": a_key(workspace, boss).token,
        "COLLEAGUE": a_key(workspace, colleague).token,
        "ADMIN": a_key(workspace, admin).token,
    }
    project = a_project(workspace, batches=3, sla={"floors": [RIDERS]})
    names["BATCH"] = str(moved(a_batch(project), *AT_CHECK).pk)
    names["DELIVERED"] = str(moved(a_batch(project, 1), *DELIVERED).pk)
    assert len(EXAMPLES) > 15

    with ExitStack() as stack:
        stack.enter_context(quickly())
        for clock in CLOCKS:
            stack.enter_context(patch(clock, lambda: NOON))
        for example in EXAMPLES:
            got = run(example, names)
            if {"edition", "history"} & got.json().keys():
                names["ETAG"] = got["ETag"]


def test_every_operation_is_on_the_page_and_no_other():
    known = {(one.method, one.path.removeprefix("/api/v1")) for one in cells()}

    listed = set(LISTED) - {("GET", "/openapi.json")}

    assert listed == known
    assert len(known) == len(OPERATIONS)


@pytest.mark.django_db
def test_an_example_that_says_something_else_is_found():
    wrong = "GET /api/v1/me\n\n200\n\n{}"

    with pytest.raises(AssertionError):
        run(wrong, {})
    with pytest.raises(AssertionError):
        holds({"state": "sent"}, {"state": "draft"}, "")
