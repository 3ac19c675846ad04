"""The public form: plain answers to a price range, without an account or scripts."""

from __future__ import annotations

import re
from typing import Any, get_args

import pytest
import time_machine

from scoping.calc.self_scope.answers import OFFERED
from scoping.calc.spec.values import Need
from scoping.web.public.form import NAMES, PublicForm
from scoping.web.public.wording import SAYS, TASKS, UNITS
from tests.calc.an_estimate import the_card
from tests.factories import NOON, a_published_card, a_workspace

ANSWERS = {
    "need": "object_detection",
    "images": "100,000",
    "low": "3",
    "typical": "5",
    "high": "8",
    "kinds": "12",
}


@pytest.fixture
def shop(db):
    workspace = a_workspace(name="Northline Labels", slug="northline")
    a_published_card(workspace=workspace)
    with time_machine.travel(NOON, tick=False):
        yield workspace


def words_of(page: str) -> str:
    text = re.sub(r"<[^>]*>", " ", page.replace("\N{NO-BREAK SPACE}", " "))
    return re.sub(r"\s+", " ", text)


def shown(client: Any, **said: str) -> str:
    response = client.get("/scope/northline/", said)
    assert response.status_code == 200, words_of(response.text)
    return words_of(response.text)


def test_the_first_page_asks_and_names_no_price(client, shop):
    words = shown(client)

    assert "for Northline Labels" in words
    assert "No range yet" in words
    assert all(task.name in words for task in TASKS)
    assert client.get("/scope/").headers["Location"] == "/scope/northline/"


def test_five_answers_give_a_range_its_parts_a_week_and_what_it_rests_on(client, shop):
    words = shown(client, **ANSWERS)

    assert "Price for 100,000 images" in words
    # 530,730 boxes (the mean of 3, 5, 8 is 5.3073) at 0.0840, with fees.
    assert "530,730 boxes 44,581.32" in words
    assert "Total, USD 47,391.32" in words
    assert "Everyday scenes 0.0800 a box Partly hidden objects +0.0040" in words
    assert "week of 20 April 2026" in words
    assert "the price of 0.0840 a box is fixed" in words
    assert "98 % of boxes right is about 90 fully clean images in 100" in words
    assert "at most 3.5 % wrong" in words
    # Nobody answered these: numbered, with the two ends.
    assert "Objects are partly hidden now and then Answer" in words
    assert "−0.0040 a box +0.0080 a box" in words
    assert "12 kinds of object, one set of rules" in words


def test_not_knowing_a_count_widens_the_range_and_counting_is_said_to_narrow_it(
    client, shop
):
    known = figures(shown(client, **ANSWERS))
    unknown = shown(client, **(ANSWERS | {"objects_unknown": "yes"}))

    low, _, high = figures(unknown)
    assert high - low > 2 * (known[2] - known[0])
    assert "boxes on average, because you do not know" in unknown
    assert "Count the objects in 60 of your images. It takes about 20 min" in unknown


def figures(words: str) -> list[int]:
    found = re.search(r"low ([\d,]+) typical ([\d,]+) high ([\d,]+)", words)
    assert found is not None, words
    return [int(one.replace(",", "")) for one in found.groups()]


def test_not_knowing_how_many_images_covers_from_few_to_many(client, shop):
    few = figures(shown(client, need="pose", images="1000"))
    many = figures(shown(client, need="pose", images="100000"))

    low, _, high = figures(shown(client, need="pose"))

    assert (low, high) == (few[0], many[2])


def test_counted_images_take_the_place_of_a_guess(client, shop):
    words = shown(client, **ANSWERS, counts="3, 7, 0, 5 6;4 8 2 9 6")

    # 50 objects in 10 images
    assert "100,000 images at 5.0 500,000 boxes" in words
    assert "Narrowed by your sample" in words


def test_a_heavier_method_is_advised_against_with_what_it_would_save(client, shop):
    words = shown(client, **ANSWERS, method="polygon")

    heavy, light = (
        re.findall(r"Total, USD ([\d,.]+)", one)[0].replace(",", "")
        for one in (words, shown(client, **ANSWERS))
    )
    saved = f"{float(heavy) - float(light):,.2f}"
    assert f"Boxes instead of outlines: {saved} USD less." in words
    assert f"−{saved}" in words


def test_hard_scenes_are_priced_on_request_and_no_number_stands_there(client, shop):
    words = shown(client, **ANSWERS, complexity="hard")

    assert "On request" in words
    assert "differ too much for a published price" in words
    assert "Total, USD" not in words


def test_data_that_must_stay_in_a_country_is_priced_there_or_not_at_all(client, shop):
    there = shown(client, **ANSWERS, residency="us")
    nowhere = shown(client, **ANSWERS, residency="eu")

    assert "Your data stays in the United States" in there
    assert "Work in that country +0.0840" in there
    assert "None of our own sites lies there." in nowhere
    # Nor is a method priced by the sites that it may not be done at.
    assert nowhere.count("on request none of our sites lies there") == 4
    assert " boxes at 0." not in nowhere
    assert "Total, USD" not in nowhere


def test_a_budget_and_a_day_are_answered_and_move_no_price(client, shop):
    plain = shown(client, **ANSWERS)
    words = shown(client, **ANSWERS, budget="35,000", deadline="2026-02-01")

    assert figures(words) == figures(plain)
    assert re.search(r"A budget of 35,000.00 buys [\d,]+ images", words)
    assert "lies after the day you need it" in words
    assert "less than one of the images" in shown(client, **ANSWERS, budget="10")


def test_the_page_says_what_the_last_answer_moved(client, shop):
    low, typical, high = figures(shown(client, **ANSWERS))
    was = {"was_low": str(low), "was_typical": str(typical), "was_high": str(high)}

    words = shown(client, **(ANSWERS | {"high": "6"}), **was)

    assert "narrowed from 41," in words
    assert "The dashed outline is the range before." in words
    assert "dashed" not in shown(client, **ANSWERS, was_low="9", was_typical="x")
    assert "dashed" not in shown(
        client, **ANSWERS, was_low="9", was_typical="3", was_high="8"
    )


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"images": "100.000"}, "images"),
        ({"images": "0"}, "images"),
        ({"low": "9"}, "low"),
        ({"high": "4"}, "high"),
        ({"typical": ""}, "typical"),
        ({"typical": "many"}, "typical"),
        ({"kinds": "2.5"}, "kinds"),
        ({"counts": "3, seven"}, "counts"),
        ({"counts": "3, 123456"}, "counts"),
        ({"counts": "1 " * 2001}, "counts"),
        ({"deadline": "1 March"}, "deadline"),
        ({"need": "magic"}, "need"),
        ({"residency": "mars"}, "residency"),
        ({"images": "9" * 12}, "images"),
        ({"low": "0.1", "typical": "0.2", "high": "900"}, "high"),
    ],
)
def test_an_answer_that_cannot_be_is_named_at_its_field(client, shop, said, code):
    response = client.get("/scope/northline/", ANSWERS | said)

    assert response.status_code == 400
    assert f'<a href="#id_{code}">' in response.text
    assert f'id="id_{code}_error"' in response.text or code in ("need", "low")


def test_a_method_of_another_need_gives_way_to_its_own(client, shop):
    words = shown(client, need="pose", images="100", method="polygon")

    assert "Price of one point" in words


def test_a_posted_form_becomes_an_address_and_a_button_answers_by_itself(client, shop):
    response = client.post(
        "/scope/northline/",
        ANSWERS | {"act": "need:pose", "name": "", "secret": "no"},
    )

    assert response.status_code == 302
    address = response.headers["Location"]
    assert address.startswith("/scope/northline/?need=pose&images=100%2C000")
    assert "secret" not in address
    assert client.post("/scope/northline/", {}).headers["Location"].endswith("/#answer")


def test_a_part_of_the_page_is_what_answers_move(client, shop):
    response = client.get("/scope/northline/", ANSWERS, headers={"X-Part": "answer"})
    half = client.get(
        "/scope/northline/", ANSWERS | {"low": "9"}, headers={"X-Part": "answer"}
    )

    assert re.findall(r'<div id="(\w+)"', response.text) == ["answer", "detail", "bar"]
    assert "<html" not in response.text
    assert half.status_code == 200
    assert "An answer needs another look" in half.text


def test_an_address_that_asks_too_often_is_told_when_to_come_back(
    client, shop, settings
):
    settings.PUBLIC_FORM_PER_HOUR = 2
    statuses = [client.get("/scope/northline/").status_code for _ in range(3)]
    refused = client.get("/scope/northline/")

    assert statuses == [200, 200, 429]
    assert int(refused.headers["Retry-After"]) > 60
    assert "Come back in 60 minutes" in words_of(refused.text)


def test_no_other_workspace_is_open(client, shop, settings):
    a_workspace(slug="other")

    # Two workspaces and no name: nobody's prices are public.
    assert client.get("/scope/northline/").status_code == 404
    settings.PUBLIC_WORKSPACE = "northline"
    assert client.get("/scope/northline/").status_code == 200
    assert client.get("/scope/other/").status_code == 404


def test_what_was_typed_is_kept_out_of_caches_and_search_engines(client, shop):
    response = client.get("/scope/northline/", ANSWERS)

    assert response.headers["Cache-Control"] == "no-store, private"
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "X-Robots-Tag" not in client.get("/scope/northline/").headers


def test_hostile_text_is_text(client, shop):
    nasty = '"><script>alert(1)</script>'

    response = client.get(
        "/scope/northline/", dict.fromkeys(NAMES, nasty) | {"need": "pose"}
    )

    assert response.status_code == 400
    assert "<script>alert" not in response.text


def test_every_method_that_is_offered_has_words():
    offered = {one for types in OFFERED.values() for one in types}

    assert offered <= UNITS.keys() & SAYS.keys()
    assert {task.key for task in TASKS} == set(get_args(Need))


def test_only_words_of_the_card_are_offered():
    form = PublicForm({}, price=the_card().price)

    assert [word for word, _ in form.words["occlusion"]] == [
        *("none", "now_and_then", "often")
    ]
    assert form.more[1].choices[0] == ("", "I don't know")
