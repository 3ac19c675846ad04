"""The command line: estimate a spec, as a note and as a document."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

DEMO = "fixtures/demo"
KEYS = (
    *("estimate", "card", "currency", "fx", "engine", "seed", "draws", "price"),
    *("lines", "fees", "basis", "bases", "cap", "credits"),
    *("cost", "margin", "hours", "stages", "quality", "audit"),
    *("schedule", "clauses", "assumptions", "advice", "risks", "sensitivity"),
    *("checks", "trace", "warnings"),
)
SECRETS = ("margin", "cost", "loss", "annotators", "target", "floor", "hours")


def estimated(*arguments):
    out = StringIO()
    call_command("estimate", *map(str, arguments), stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def street_scenes():
    return estimated(f"{DEMO}/street_scenes.yaml", "--explain")


def test_what_there_is_to_worry_about_comes_first(street_scenes):
    assert street_scenes.startswith(
        "! The market range does not pay for the full-scene"
    )


def test_a_note_gives_the_answer_and_what_it_rests_on(street_scenes):
    document = json.loads(estimated(f"{DEMO}/street_scenes.yaml", "--format", "json"))
    total = f"{float(document['price']['total']):,.2f}"

    headings = [line for line in street_scenes.splitlines() if line[:1].isupper()]
    assert f"Price    {total}" in street_scenes
    for heading in (
        *("Price, USD", "Work", "Cost, USD", "Quality", "Sample check", "Dates"),
        *("What is promised", "What the price assumes", "What moves the cost"),
        "Reasons",
    ):
        assert heading in headings
    assert "Hung Kings' Commemoration Day" in street_scenes
    assert "7  Delivery" in street_scenes


def test_the_reasons_name_rows_of_the_card_and_paths_of_the_spec(street_scenes):
    assert "<- card price/bands/bounding_box/low; vendor guide 2026" in street_scenes
    assert "Items: 100,000 images <- spec /items" in street_scenes


def test_each_number_is_taken_apart_once(street_scenes):
    reasons = street_scenes.split("\nReasons\n")[1].splitlines()
    apart = [line for line in reasons if " = units × unit price" in line]

    assert len(apart) == len(set(apart)) == 3


def test_without_explain_there_are_no_reasons():
    assert "\nReasons\n" not in estimated(f"{DEMO}/wound_outlines.yaml")


def test_the_document_has_the_keys_of_the_design_in_their_order():
    text = estimated(f"{DEMO}/street_scenes.yaml", "--format", "json")

    assert tuple(json.loads(text)) == KEYS
    assert text.startswith('{\n  "estimate": 1,')


@pytest.mark.parametrize(
    "name", ["street_scenes", "retail_shelves", "wound_outlines", "drone_fields"]
)
def test_every_demo_scope_is_costed(name):
    text = estimated(f"{DEMO}/{name}.yaml")

    assert "Price, USD" in text
    assert "None" not in text


def test_a_client_reads_nothing_that_is_ours():
    text = estimated(f"{DEMO}/street_scenes.yaml", "--client")

    assert text.startswith("Street scenes, 100,000 images")
    assert "on request" in text
    assert "What does not count" in text
    assert not [word for word in SECRETS if word in text.lower()]


def test_a_project_without_a_pilot_mentions_none(tmp_path):
    path = tmp_path / "spec.yaml"
    path.write_text(
        "spec: 1\nitems: 1000\ncommercial: {pilot: false}\n"
        "lines: [{type: bounding_box, units_per_item: 3}]\n",
        "utf-8",
    )

    text = estimated(path, "--client")

    assert "paid pilot" not in text
    assert "Delivery" in text


def test_the_client_view_comes_as_json_too():
    found = json.loads(
        estimated(f"{DEMO}/street_scenes.yaml", "--client", "--format", "json")
    )

    assert found["client_view"] == 1


def test_every_problem_of_a_spec_is_said_with_its_path_first(tmp_path):
    path = tmp_path / "spec.yaml"
    path.write_text("spec: 1\nitems: -5\nlines: []\n", "utf-8")

    with pytest.raises(CommandError) as refused:
        estimated(path)

    assert refused.value.returncode == 2
    said = str(refused.value).splitlines()
    assert [line.split(":")[0] for line in said] == ["/items", "/lines"]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [(b"spec: [", "/: "), (b"\xff\xfe", "is not UTF-8 text")],
)
def test_what_is_no_spec_is_refused(body, sentence, tmp_path):
    path = tmp_path / "spec.yaml"
    path.write_bytes(body)

    with pytest.raises(CommandError, match=sentence):
        estimated(path)


@pytest.mark.parametrize(
    ("card", "sentence"),
    [
        ("nowhere.yaml", "A version of a stored card needs --workspace"),
        (f"{DEMO}/street_scenes.yaml", "."),
        (".", "cannot be read: Is a directory"),
    ],
)
def test_what_is_no_card_is_refused(card, sentence):
    with pytest.raises(CommandError, match=sentence) as refused:
        estimated(f"{DEMO}/street_scenes.yaml", "--card", card)

    assert refused.value.returncode == 2


def test_a_card_of_the_house_prices_like_the_file_it_came_from():
    by_file = estimated(
        f"{DEMO}/retail_shelves.yaml", "--card", "fixtures/rate_cards/2026-01.yaml"
    )

    assert by_file == estimated(f"{DEMO}/retail_shelves.yaml")


def test_an_unknown_workspace_is_said(db):
    with pytest.raises(CommandError, match="none yet"):
        estimated(f"{DEMO}/street_scenes.yaml", "--workspace", "nobody")


def test_advice_is_given_on_request():
    plain = estimated(f"{DEMO}/street_scenes.yaml")
    advised = estimated(f"{DEMO}/street_scenes.yaml", "--advice")
    client = estimated(f"{DEMO}/street_scenes.yaml", "--advice", "--client")

    assert "What else to do" not in plain
    assert "Boxes instead of outlines (Outlines of vehicles): the mean cost" in advised
    assert "Boxes instead of outlines (Outlines of vehicles): 9,676.80 USD" in client
    assert "mean cost" not in client
