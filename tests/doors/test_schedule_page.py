"""The schedule designer: alone, on a scope, with bad answers, and for staff only."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import yaml

from scoping.access import Role
from scoping.actions import save_scope
from tests.factories import (
    NOON,
    ROOT,
    a_client,
    a_membership,
    a_published_card,
    a_workspace,
)

pytestmark = pytest.mark.django_db
ALONE = {"items": "20,000", "type": "bounding_box", "units": "5"}


@pytest.fixture(autouse=True)
def today(monkeypatch):
    day = datetime(2026, 2, 1, tzinfo=UTC)
    monkeypatch.setattr("scoping.web.schedules.now", lambda: day)


@pytest.fixture
def workspace():
    found = a_workspace()
    a_published_card(workspace=found)
    return found


def shown(client, workspace, query=None, *, role=Role.SALES):
    member = a_membership(
        workspace=workspace,
        role=role,
        client=a_client(workspace=workspace) if role == Role.CLIENT else None,
    )
    client.force_login(member.user)
    return client.get("/schedule/", query or {})


def test_it_answers_alone_with_a_date_for_every_gate(client, workspace):
    response = shown(client, workspace, {**ALONE, "start_on": "2026-01-19"})

    page = response.content.decode()
    assert response.status_code == 200
    assert "Promised week" in page
    assert "Week of " in page
    for stage in ("Rules and kinds", "Pilot", "Production", "Delivery"):
        assert stage in page
    assert "Lunar New Year (Tet), 16 February to 20 February 2026" in page
    assert page.count('role="img"') == 2


def test_without_a_question_it_shows_an_example(client, workspace):
    assert "Promised week" in shown(client, workspace).content.decode()


def test_a_saved_scope_is_asked_about_with_another_deadline(client, workspace):
    member = a_membership(workspace=workspace, role=Role.SALES)
    document = yaml.safe_load(
        (ROOT / "fixtures/demo/street_scenes.yaml").read_text("utf-8")
    )
    scope = save_scope(
        document, workspace=workspace, client=None, by=member.user, now=NOON
    )

    response = shown(
        client,
        workspace,
        {"scope": scope.pk, "deadline": "2026-04-17", "annotators": "20"},
    )

    page = response.content.decode()
    assert response.status_code == 200
    assert "The law binds, not money" in page
    assert "misses the deadline" in page
    assert "One fewer misses it" in page


@pytest.mark.parametrize("scope", ["999999", "x", "9" * 40])
def test_a_scope_that_is_not_there_is_not_found(client, workspace, scope):
    assert shown(client, workspace, {"scope": scope}).status_code == 404


def test_the_scope_of_another_workspace_is_not_found(client, workspace):
    other = a_workspace()
    scope = save_scope(
        {"spec": 1, "items": 10, "lines": [{"type": "image_tag", "units_per_item": 1}]},
        workspace=other,
        client=None,
        by=a_membership(workspace=other).user,
        now=NOON,
    )

    assert shown(client, workspace, {"scope": scope.pk}).status_code == 404


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"items": "-5"}, "items"),
        ({"items": "many"}, "many"),
        ({"start_on": "soon"}, "start_on"),
        ({"streams": "0"}, "from 1 to 1,000"),
        ({"used": "5000"}, "from 0 to 1,000"),
        ({"annotators": "0"}, "annotators"),
    ],
)
def test_a_bad_answer_is_named_beside_its_field(client, workspace, query, says):
    response = shown(client, workspace, {**ALONE, **query})

    page = response.content.decode()
    assert response.status_code == 400
    assert "needs another look" in page
    assert says in page
    assert "Promised week" not in page


def test_streams_and_a_far_year_are_said(client, workspace):
    page = shown(
        client, workspace, {**ALONE, "streams": "5", "start_on": "2031-12-01"}
    ).content.decode()

    assert "32.8 %" in page
    assert "every weekday counts as worked" in page


def test_a_team_that_is_never_done_is_told_so(client, workspace):
    page = shown(
        client, workspace, {**ALONE, "items": "9000000", "annotators": "1"}
    ).content.decode()

    assert "State more annotators" in page


def test_without_a_rate_card_it_says_so(client):
    assert "No rate card yet" in shown(client, a_workspace()).content.decode()


def test_clients_and_strangers_are_not_shown_it(client, workspace):
    assert client.get("/schedule/").status_code == 302
    assert shown(client, workspace, role=Role.CLIENT).status_code == 403
