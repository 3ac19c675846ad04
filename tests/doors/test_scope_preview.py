"""The preview beside the scope form: quick, marked, saved nowhere, for staff alone."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

import pytest

from quotes.models import Quote
from quotes.queries.quotes import estimate_of, scenario_of
from scoping.access import Role
from scoping.models import Scope, User, Workspace
from scoping.templatetags.plumbline import money
from scoping.web.spec_form import data_of
from tests.doors.forms import a_form, problems_of
from tests.factories import NOON, a_client, a_membership
from tests.quotes.a_quote import a_desk, a_draft

pytestmark = pytest.mark.django_db
PART = {"X-Part": "preview"}


class Seat(NamedTuple):
    workspace: Workspace
    user: User


@pytest.fixture
def desk(client):
    workspace, user = a_desk()
    client.force_login(user)
    return Seat(workspace=workspace, user=user)


def asked(client, **changes):
    return client.post("/quotes/preview", a_form(**changes), headers=PART)


def test_answers_have_a_price_before_anything_is_saved(client, desk):
    response = asked(client)

    found = response.context["preview"]
    assert response.status_code == 200
    assert found.stats[0].name == "Price, USD"
    assert found.lines[0].detail == "521,725 boxes × 0.0840, list price"
    assert "Preview, full on save" in response.text
    assert "2,048 draws" in response.text
    assert "<html" not in response.text
    assert not Quote.objects.exists()
    assert not Scope.objects.exists()


def test_the_button_shows_the_whole_form_with_the_preview(client, desk):
    response = client.post("/quotes/preview", a_form())

    assert response.context["page"].preview.stats
    assert 'name="items" value="100,000"' in response.text
    assert not Scope.objects.exists()


def test_an_answer_carries_the_number_of_its_question(client, desk):
    numbered = client.post(
        "/quotes/preview", a_form(), headers=PART | {"X-Number": "7"}
    )
    odd = client.post("/quotes/preview", a_form(), headers=PART | {"X-Number": "7x"})

    assert numbered.headers["X-Number"] == "7"
    assert "X-Number" not in odd.headers


def test_half_an_answer_is_a_sentence_in_the_part_and_an_error_of_the_page(
    client, desk
):
    part = asked(client, items="100.000")
    page = client.post("/quotes/preview", a_form(items="100.000"))

    assert part.status_code == 200
    assert "Write 100,000" in part.text
    assert page.status_code == 400
    assert ("invalid_number", "/items") in problems_of(page)


def test_a_form_without_images_has_no_price_yet(client, desk):
    assert "No price yet" in asked(client, items="").text


def test_without_a_card_it_says_so(client):
    client.force_login(a_membership().user)

    assert asked(client).context["preview"].summary is not None


def test_yaml_is_previewed_too(client, desk):
    said = {"view": "yaml", "text": "spec: 1\nitems: 10\nlines: []\n", "count": "1"}

    response = client.post("/quotes/preview", said)

    assert response.status_code == 400
    assert any(path == "/lines" for _, path in problems_of(response))


def test_a_draft_shows_what_an_answer_moves(client, desk):
    draft = a_draft(workspace=desk.workspace, by=desk.user)
    opened = client.get(f"/quotes/{draft}/scope").context["page"].preview
    scenario = scenario_of(draft)
    data, lines = data_of(scenario.spec)
    form = data | {"count": str(lines), "quote": str(draft), "items": "200,000"}

    moved = client.post("/quotes/preview", form, headers=PART).context["preview"]

    made = estimate_of(scenario, today=NOON.date())
    assert opened.stats[0].value == money(made.bill.total.value)
    assert opened.moves == ()
    moves = {name: (change, kind) for name, change, kind in moved.moves}
    assert moves["Price"][0].startswith("+")
    assert moves["Cost, typical"][1] == "over"
    assert {"Promised", "Typical finish"} <= moves.keys()
    assert Decimal(moved.stats[0].value.replace(",", "")) > made.bill.total.value


def test_a_decided_price_holds_while_the_kinds_stay(client, desk):
    draft = a_draft(workspace=desk.workspace, by=desk.user)
    client.post(
        f"/quotes/{draft}/lines/0",
        {"binding": "typed", "value": "0.1500", "why": "renewal"},
    )
    data, lines = data_of(scenario_of(draft).spec)
    form = data | {"count": str(lines), "quote": str(draft), "items": "200,000"}

    same = client.post("/quotes/preview", form, headers=PART).context["preview"]
    other = client.post(
        "/quotes/preview", form | {"lines-0-type": "image_tag"}, headers=PART
    ).context["preview"]

    assert "0.1500, typed" in same.lines[0].detail
    assert "typed" not in other.lines[0].detail


def test_it_is_the_desks_alone(client, desk):
    other = a_draft()
    form = a_form() | {"quote": str(other)}

    assert client.post("/quotes/preview", form, headers=PART).status_code == 404
    assert client.get("/quotes/preview").status_code == 302
    buyer = a_client(workspace=desk.workspace)
    client.force_login(
        a_membership(workspace=desk.workspace, role=Role.CLIENT, client=buyer).user
    )
    assert asked(client).status_code == 403
