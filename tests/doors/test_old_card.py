"""A card of an earlier release: a sentence with what to do, no broken page."""

from __future__ import annotations

import pytest
from django.http import HttpResponse

from config.cards import STRANGER, SayWhichCard
from scoping import convert
from scoping.calc.rates import CardError
from scoping.calc.rates.rows import CardProblem
from scoping.queries import NoCardError
from tests.quotes.a_quote import a_desk, a_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def of_an_earlier_release(monkeypatch):
    """Let every published card lack a row, as after an upgrade."""

    def lacking(row):
        raise CardError(
            (CardProblem(code="missing_row", path="cost/policy", message="Add it."),)
        )

    monkeypatch.setattr(convert, "rate_card", lacking)


def test_a_workbench_that_cannot_price_says_what_to_load(client, request):
    workspace, user = a_desk(role="sales")
    draft = a_draft(workspace=workspace, by=user)
    client.force_login(user)
    page = f"/quotes/{draft}/"
    assert client.get(page).status_code == 200

    request.getfixturevalue("of_an_earlier_release")
    answer = client.get(page)

    assert answer.status_code == 409
    assert "lacks cost/policy. Load a new version" in answer.content.decode()


@pytest.mark.usefixtures("of_an_earlier_release")
def test_the_endpoint_says_it_as_a_problem(client):
    _, user = a_desk(role="sales")
    client.force_login(user)

    answer = client.post(
        "/api/v1/estimates",
        {"items": 1000, "lines": [{"type": "bounding_box", "units_per_item": 5}]},
        content_type="application/json",
    )

    assert answer.status_code == 400
    assert answer.json()["code"] == "missing_rate"
    assert "Load a new version" in answer.json()["detail"]


def test_who_is_not_signed_in_reads_nothing_of_the_card(rf):
    class Stranger:
        is_authenticated = False

    request = rf.get("/q/")
    request.user = Stranger()

    page = SayWhichCard(lambda _: HttpResponse()).process_exception(
        request, NoCardError("Northline Labels has no rate card.")
    )

    assert page is not None
    assert STRANGER in page.content.decode()
    assert "Northline" not in page.content.decode()


def test_other_errors_are_left_to_the_service(rf):
    page = SayWhichCard(lambda _: HttpResponse()).process_exception(
        rf.get("/"), ValueError("a fault")
    )

    assert page is None
