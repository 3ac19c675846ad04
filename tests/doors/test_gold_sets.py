"""Gold sets through the page and the endpoint: one answer, errors beside fields."""

from __future__ import annotations

import json
import re

import pytest

from scoping.access import Role
from tests.factories import a_client, a_membership, a_workspace
from tests.quotes.a_quote import expert_words_in

pytestmark = pytest.mark.django_db

PAGE, ENDPOINT = "/gold-sets/", "/api/v1/gold-sets"


@pytest.fixture
def desk(client):
    client.force_login(a_membership(workspace=a_workspace()).user)
    return client


def words_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


def asked(desk, question):
    return desk.post(ENDPOINT, json.dumps(question), content_type="application/json")


def test_the_page_answers_before_anything_is_typed(desk):
    page = desk.get(PAGE)

    words = words_of(page.text)
    assert page.status_code == 200
    assert "234 gold items: on them a team that is 98 % right proves 95 %" in words
    assert "in 80.9 % of all pilots, with at most 6 errors" in words
    assert "Show as a table" in words
    assert expert_words_in(words) == []


def test_page_and_endpoint_give_the_same_figures(desk):
    page = desk.get(
        PAGE,
        {
            "items": "500",
            "classes": "20",
            "units_per_item": "10",
            "likeness": "0.2",
            "gold_accuracy": "99",
            "seconds_per_item": "60",
        },
    )
    answer = asked(
        desk,
        {
            "items": 500,
            "classes": 20,
            "units_per_item": 10,
            "likeness": "0.2",
            "gold_accuracy": "0.99",
            "seconds_per_item": 60,
        },
    )

    words, found = words_of(page.text), answer.json()
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Errors that still prove 95 % 16 on 500 items" in words
    assert found["proves_target"]["most_errors"] == 16
    assert "and prove 93.1 %" in words
    assert found["reaches_target"]["then_proves"] == 0.930864
    assert "are worth 1,786 objects that err by themselves, not 5,000" in words
    assert found["effective_units"] == "1785.71"
    assert "25 items each: of a single class nothing can be proved" in words
    assert found["per_class"] == {"items": 25, "most_errors_that_prove": None}
    assert "even a perfect team agrees in 99.0 % only" in words
    assert "2.4 rounds on average" in words
    assert "25.0 hours" in words
    assert found["pilot"]["promised"]["hours"] == 25
    assert "48.9 % in 3 tries" in words
    assert "500 images with 10 objects each" in words
    # A later round is never sure, and never less likely to be over than it passes.
    assert "5 99.9 % over 99.9 % over 99.9 %" in words
    assert "1 80.0 % under 0.1 % under 0.1 %" in words


def test_what_is_not_typed_or_cannot_be_is_said_in_words(desk):
    page = desk.get(
        PAGE,
        {"items": "40", "classes": "1", "removed": "0", "start": "90", "attempts": "1"},
    )

    words = words_of(page.text)
    assert "not even without an error" in words
    assert "no round can be promised" in words
    assert "in 1 try on fresh items" in words
    assert "hours" not in words.split("Target and team")[0].split("rounds until")[1]


def test_a_class_with_enough_items_says_what_proves_it(desk):
    page = desk.get(PAGE, {"items": "500", "classes": "2"})

    # At most 6 errors of 250 prove 95 %.
    assert "250 items each: at most 6 errors prove 95 % of a single class" in words_of(
        page.text
    )


@pytest.mark.parametrize(
    ("typed", "name", "sentence"),
    [
        ({"target": "x"}, "target", "not a number"),
        ({"items": "1.5"}, "items", "."),
        ({"target": "99", "truth": "98"}, "truth", "Write more than the target"),
        ({"start": "96"}, "start", "Write less than the target"),
        ({"target": "120"}, "target", "%"),
        ({"truth": "95.01"}, "truth", "too close"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(desk, typed, name, sentence):
    page = desk.get(PAGE, typed)

    assert page.status_code == 400
    wrong = re.findall(r'field-wrong.*?name="(\w+)"', page.text, flags=re.DOTALL)
    assert wrong == [name]
    assert f'href="#id_{name}"' in page.text
    assert sentence in page.text
    assert "gold items: on them" not in page.text


def test_a_problem_names_its_field(desk):
    answer = asked(desk, {"truth": "0.9", "targt": 1})

    problem = answer.json()
    assert answer.status_code == 400
    assert problem["title"] == "The gold set cannot be sized"
    assert problem["errors"][0]["path"] == "/targt"


def test_strangers_and_clients_are_turned_away(client):
    buyer = a_client()
    user = a_membership(workspace=buyer.workspace, role=Role.CLIENT, client=buyer).user

    assert client.get(PAGE).status_code == 302
    assert asked(client, {}).status_code == 401
    client.force_login(user)
    assert client.get(PAGE).status_code == 403
    assert asked(client, {}).status_code == 403
