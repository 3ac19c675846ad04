"""Schedules by API and command line: for staff, the same figures at both."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import StringIO

import pytest
import yaml
from django.core.management import call_command
from django.core.management.base import CommandError

from scoping.access import Role
from tests.factories import (
    ROOT,
    a_client,
    a_membership,
    a_published_card,
    a_workspace,
)

ADDRESS = "/api/v1/schedules"
SPEC = ROOT / "fixtures/demo/street_scenes.yaml"


@pytest.fixture(autouse=True)
def today(monkeypatch):
    day = datetime(2026, 2, 1, tzinfo=UTC)
    monkeypatch.setattr("scoping.api.views.now", lambda: day)


def document():
    found = yaml.safe_load(SPEC.read_text("utf-8"))
    return json.loads(json.dumps(found, default=str))


def asked(client, body, *, role=Role.MANAGER, query=""):
    workspace = a_workspace()
    a_published_card(workspace=workspace)
    if role is not None:
        member = a_membership(
            workspace=workspace,
            role=role,
            client=a_client(workspace=workspace) if role == Role.CLIENT else None,
        )
        client.force_login(member.user)
    return client.post(
        ADDRESS + query, json.dumps(body), content_type="application/json"
    )


def printed(*options):
    out = StringIO()
    call_command("schedule", *map(str, options), stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_staff_get_the_schedule_that_the_command_prints(client):
    response = asked(client, document(), query="?streams=5&overtime_used=30")

    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    found = response.json()
    options = ("--streams", 5, "--overtime-used", 30)
    assert found == json.loads(printed(SPEC, *options, "--format", "json"))
    assert found["together"]["chance"] == "0.3277"
    assert found["options"]


def test_the_command_prints_the_promised_week_first():
    text = printed(SPEC, "--runs", 50)

    assert text.startswith("Promised: the week of ")
    assert "Cost " in text


@pytest.mark.django_db
@pytest.mark.parametrize("role", [None, Role.CLIENT])
def test_nobody_else_gets_one(client, role):
    response = asked(client, document(), role=role)

    assert response.status_code in {401, 403}
    assert response["Content-Type"] == "application/problem+json"
    assert "annotators" not in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("?streams=0", "?streams"),
        ("?streams=five", "?streams"),
        ("?streams=99999999999999999999", "?streams"),
        ("?streams=%E0%A5%A7", "?streams"),
        ("?overtime_used=-1", "?overtime_used"),
    ],
)
def test_a_parameter_that_is_none_is_named(client, query, path):
    response = asked(client, document(), query=query)

    assert response.status_code == 400
    assert [error["path"] for error in response.json()["errors"]] == [path]


@pytest.mark.django_db
def test_a_team_that_is_never_done_is_named(client):
    body = document() | {"items": 100_000_000, "team": {"annotators": 1}}

    response = asked(client, body)

    assert response.status_code == 400
    assert "/team/annotators" in [row["path"] for row in response.json()["errors"]]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--runs", 0), "--runs must lie between 1 and 20,000"),
        (("--streams", 1001), "--streams must lie between 1 and 1,000"),
        (("--overtime-used", -1), "--overtime-used must lie between"),
        (("--card", "none.yaml"), ""),
    ],
)
def test_the_command_says_what_is_wrong_with_an_option(options, says):
    with pytest.raises(CommandError) as refused:
        printed(SPEC, *options)

    assert says in str(refused.value)
