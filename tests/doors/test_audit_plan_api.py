"""The endpoint that designs audits, and the command that prints the same."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from scoping.access import Role
from tests.factories import a_client, a_membership, a_workspace

ADDRESS = "/api/v1/audit-plans"


@pytest.fixture
def seller(client, db):
    client.force_login(a_membership(workspace=a_workspace(), role=Role.SALES).user)
    return client


def asked(client, **document: Any) -> Any:
    return client.post(ADDRESS, document, content_type="application/json")


def printed(*options: str) -> str:
    out = StringIO()
    call_command("audit_plan", *options, stdout=out)
    return out.getvalue()


def test_a_batch_gets_its_audit(seller):
    response = asked(seller, batch_items=1000)

    plan = response.json()["plan"]
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert (plan["n"], plan["c"], plan["proves"]) == (189, 4, "0.045")


def test_faults_are_a_problem_with_a_field_each(seller):
    response = asked(seller, batch_items=0, rule="?")

    body = response.json()
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert (body["title"], body["code"]) == (
        "The audit cannot be designed",
        "invalid_question",
    )
    assert {(one["code"], one["path"]) for one in body["errors"]} == {
        ("min_value", "/batch_items"),
        ("unknown_choice", "/rule"),
    }


@pytest.mark.parametrize(
    "document",
    [
        {
            "batch_items": 1,
            "rule": "belief",
            "history_checked": "9",
            "history_wrong": "8",
        },
        {"batch_items": 1_000_000, "rule": "sequential", "bad": "0.0105"},
    ],
)
def test_a_sum_that_cannot_be_done_is_a_problem_not_a_failure(seller, document):
    response = asked(seller, **document)

    assert (response.status_code, response.json()["code"]) == (400, "no_plan")


def test_what_can_be_asked_is_published(seller):
    schema = seller.get("/api/v1/schema/audit-plan").json()

    assert schema["required"] == ["batch_items"]
    assert schema["additionalProperties"] is False


def test_strangers_and_clients_design_no_audits(client, db):
    stranger = asked(client, batch_items=1000)
    workspace = a_workspace()
    buyer = a_membership(
        workspace=workspace, role=Role.CLIENT, client=a_client(workspace=workspace)
    )
    client.force_login(buyer.user)
    client_user = asked(client, batch_items=1000)

    assert (stranger.status_code, client_user.status_code) == (401, 403)


def test_somebody_without_a_workspace_designs_none(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("nobody@example.com"))

    assert asked(client, batch_items=1000).status_code == 403


def test_the_command_answers_as_the_endpoint_does(seller, tmp_path):
    document = {"batch_items": 1000, "units_per_item": 5, "rule": "percent"}
    file = tmp_path / "question.yaml"
    file.write_text("batch_items: 500\nunits_per_item: 5\nrule: percent\n")

    found = json.loads(
        printed("--file", str(file), "--batch-items", "1000", "--format", "json")
    )

    assert found == asked(seller, **document).json()


def test_the_command_prints_a_note():
    text = printed("--batch-items", "1000")

    assert "Check 189 images of each batch; at most 4 may be wrong." in text
    assert "Share of the batch" in text


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ((), "batch_items is missing"),
        (("--batch-items", "1000", "--share", "1.5"), "/share: Write 1 or less"),
        (("--file", "nowhere.yaml"), "cannot be read"),
    ],
)
def test_the_command_says_what_is_wrong(options, says):
    with pytest.raises(CommandError, match=says) as caught:
        printed(*options)
    assert caught.value.returncode == 2


def test_a_file_that_holds_no_question_is_refused(tmp_path):
    file = tmp_path / "list.yaml"
    file.write_text("- 1000\n")

    with pytest.raises(CommandError, match="named keys"):
        printed("--file", str(file))
