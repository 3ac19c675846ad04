"""The scope form: it speaks the spec, keeps what was typed, works without scripts."""

from __future__ import annotations

from decimal import Decimal

import pytest

from quotes.models import Quote, QuoteRevision
from scoping.calc.spec import SpecError, read_spec, read_text, to_document
from scoping.calc.spec.values import Quantiles
from scoping.models import Client, Scope
from scoping.web.said import UnclearNumberError, number_said, shown
from scoping.web.spec_form import SpecForm, data_of, unsayable
from tests.doors.forms import a_form, problems_of
from tests.factories import NOON, a_membership, a_published_card
from tests.quotes.a_quote import a_desk, a_spec

TODAY = NOON.date()


# --- numbers as people write them -----------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("100,000", "100000"),
        ("100000", "100000"),
        (" 1,234,567.5 ", "1234567.5"),
        ("0.125", "0.125"),
        ("4.5", "4.5"),
        ("-3", "-3"),
    ],
)
def test_commas_part_thousands_and_a_dot_marks_decimals(text, value):
    assert number_said(text) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("0,05", "Write 0.05. A dot marks decimals here."),
        ("1.000", "can be read as 1 and as 1,000"),
        ("1.000.000", "Write 1,000,000 or 1000000."),
        ("10,00", "Write 10.00."),
        ("1,00,000", "is not a number"),
        ("1e5", "is not a number"),
        ("1 000", "is not a number"),
        ("NaN", "is not a number"),
        ("9" * 31, "shorter"),
    ],
)
def test_a_number_in_two_minds_is_refused_with_the_right_form(text, says):
    with pytest.raises(UnclearNumberError, match=says.replace(".", r"\.")):
        number_said(text)


def test_a_whole_number_takes_no_decimals():
    with pytest.raises(UnclearNumberError, match="not a whole number"):
        number_said("4.5", whole=True)
    with pytest.raises(UnclearNumberError, match="Write 1,000 or 1000"):
        number_said("1.000", whole=True)


@pytest.mark.parametrize("value", ["100000", "0.5", "4.125", "1000.5", "0.05", "-2"])
def test_what_the_form_shows_it_also_reads(value):
    assert number_said(shown(value)) == Decimal(value)


# --- answers into a document and back -------------------------------------------------


def test_the_answers_make_a_spec_document():
    form = SpecForm(a_form(), count=1)

    spec = read_spec(form.document(today=TODAY), door="staff", today=TODAY)

    assert (spec.items, spec.client, spec.team.annotators) == (
        100_000,
        "Acme Vision",
        20,
    )
    assert spec.quality.accuracy == Decimal("0.98")
    assert spec.lines[0].units_per_item.mean == Quantiles(
        p10=Decimal("4.2"), p50=Decimal(5), p90=Decimal("6.5")
    )


def test_the_middle_alone_is_an_exact_number():
    data = a_form(line0_low="", line0_high="", line0_typical="5")

    document = SpecForm(data, count=1).document(today=TODAY)

    assert document["lines"][0]["units_per_item"] == 5


def test_a_document_fills_the_form_and_comes_back_as_it_was():
    document = a_spec()

    data, count = data_of(document)
    answers = SpecForm(data, count=count).document(today=TODAY)

    assert unsayable(document, today=TODAY) == []
    assert to_document(read_spec(answers, door="staff", today=TODAY)) == to_document(
        read_spec(document, door="staff", today=TODAY)
    )


def test_every_key_but_a_sample_and_a_triangle_has_a_field():
    document = a_spec(
        need="object_detection",
        deadline="2026-09-01",
        budget="50000",
        language="vi",
        client_turnaround_days=3,
        quality={
            "accuracy": "0.99",
            "unit": "image",
            "match_iou": "0.7",
            "gold_items": 300,
            "edge_case_rules": 25,
            "reviews": 2,
            "audit": {
                "rule": "two_point",
                "good": "0.01",
                "bad": "0.04",
                "producer_risk": "0.05",
                "consumer_risk": "0.1",
            },
        },
        team={"pod": "Da Nang 2", "hours_per_day": "7"},
        conditions={
            "tool": "CVAT",
            "secure_room": True,
            "residency": "EU",
            "guideline_languages": ["en", "vi"],
        },
        commercial={
            "basis": "unit",
            "confidence": "0.9",
            "discount": "0.05",
            "rush": True,
            "pilot": False,
            "cap": "90000",
            "tax": {"rate": "0.1", "mode": "exclusive", "reason": "VAT"},
        },
        seed=271,
    )
    document["lines"][0] |= {
        "name": "Cars",
        "work": "correct",
        "attributes": 2,
        "occlusion": "often",
        "density": "crowded",
        "resolution": "high",
        "domain": "geo",
        "redundancy": 3,
        "prelabel": {"share": "0.5", "accept_rate": "0.6"},
    }
    document["lines"][1] |= {"alternative_to": 0, "prelabel": {"saving": "0.25"}}

    assert unsayable(document, today=TODAY) == []

    model = {"recall": "0.9", "precision": "0.8", "no_fix_share": "0.7"}
    document["lines"][1]["prelabel"] = model
    assert unsayable(document, today=TODAY) == []

    doubted = {"p10": "0.5", "p50": "0.7", "p90": "0.8"}
    document["lines"][1]["prelabel"] = {**model, "no_fix_share": doubted}
    assert unsayable(document, today=TODAY) == ["/lines/1/prelabel/no_fix_share"]

    document["lines"][0]["units_per_item"] = {"sample": [3, 7, 0]}
    assert unsayable(document, today=TODAY) != []


# --- the page -------------------------------------------------------------------------


@pytest.fixture
def desk(client, db):
    workspace, user = a_desk()
    client.force_login(user)
    return workspace


def test_the_form_opens_with_the_preset_and_the_words_of_the_card(client, desk):
    page = client.get("/scopes/new").text

    assert 'value="98"' in page
    assert "now and then" in page
    assert "Write 100,000 or 100000. A dot marks decimals here." in page


def test_it_opens_without_a_card_but_has_no_price(client, db):
    client.force_login(a_membership().user)

    assert client.get("/scopes/new").status_code == 200
    response = client.post("/quotes/new", a_form())

    assert response.status_code == 400
    assert "There is no price yet." in response.text
    assert "100,000" in response.text


def test_a_form_becomes_a_draft_quote(client, desk):
    response = client.post("/quotes/new", a_form())

    revision = QuoteRevision.objects.get()
    assert (response.status_code, response.url) == (302, f"/quotes/{revision}/")
    assert revision.quote.client.name == "Acme Vision"
    assert revision.scenarios.get().spec["items"] == 100_000


def test_a_known_client_is_found_whatever_the_case(client, desk):
    client.post("/quotes/new", a_form())
    client.post("/quotes/new", a_form(client="ACME vision", token="another"))

    assert Client.objects.count() == 1
    assert Quote.objects.count() == 2


def test_a_quote_names_its_client(client, desk):
    response = client.post("/quotes/new", a_form(client=""))

    assert response.status_code == 400
    assert problems_of(response) == [("required", "/client")]
    assert 'href="#id_client"' in response.text


def test_problems_stand_at_their_fields_and_what_was_typed_stays(client, desk):
    response = client.post(
        "/quotes/new",
        a_form(items="100.000", line0_low="6", accuracy="40", name="My <project>"),
    )

    page = response.text
    assert response.status_code == 400
    assert sorted(problems_of(response)) == [
        ("invalid_number", "/items"),
        ("min_value", "/quality/accuracy"),
        ("not_ordered", "/lines/0/units_per_item/mean/p10"),
    ]
    assert "Three answers need another look" in page
    assert 'id="id_items_error"' in page
    assert 'aria-invalid="true"' in page
    assert 'value="100.000"' in page
    assert "Low is above typical: 6 is more than 5." in page
    assert "Write 50 % or more." in page
    assert "My &lt;project&gt;" in page
    assert QuoteRevision.objects.count() == 0


def test_lines_are_added_and_removed_by_buttons(client, desk):
    two = client.post("/scopes/new", a_form() | {"act": "add_line"}).text
    one = client.post(
        "/scopes/new", a_form(lines=2, line1_name="Second") | {"act": "remove_line:0"}
    ).text

    assert 'name="lines-1-type"' in two
    assert 'name="lines-1-type"' not in one
    assert 'value="Second"' in one


def test_an_alternative_follows_its_line_when_lines_move(client, desk):
    form = a_form(lines=3, line2_instead_of="2") | {"act": "remove_line:0"}

    page = client.post("/scopes/new", form).text

    assert 'name="lines-1-instead_of" value="1"' in page


def test_twenty_lines_are_the_most(client, desk):
    page = client.post("/scopes/new", a_form(lines=20) | {"act": "add_line"}).text

    assert 'name="lines-19-type"' in page
    assert 'name="lines-20-type"' not in page
    assert 'value="add_line"' not in page


def test_the_form_shows_itself_as_yaml_and_back(client, desk):
    as_yaml = client.post("/scopes/new", a_form() | {"act": "show_yaml"})
    text = as_yaml.context["page"].text

    document = read_text(text)
    assert isinstance(document, dict)
    back = client.post(
        "/scopes/new", {"view": "yaml", "text": text, "act": "show_form"}
    )

    assert document["items"] == 100_000
    assert document["quality"]["accuracy"] == Decimal("0.98")
    assert 'name="items" value="100,000"' in back.text
    assert 'name="lines-0-typical" value="5"' in back.text


def test_yaml_that_the_form_cannot_say_stays_yaml(client, desk):
    text = "items: 10\nlines:\n- {type: bounding_box, units_per_item: {sample: [1, 2]}}"

    page = client.post(
        "/scopes/new", {"view": "yaml", "text": text, "act": "show_form"}
    ).text

    assert "so it stays YAML" in page


def test_a_yaml_file_is_read_and_its_problems_name_their_path(client, desk, tmp_path):
    file = tmp_path / "scope.yaml"
    file.write_text("items: 10\nlinez: []\n", encoding="utf-8")

    with file.open("rb") as opened:
        response = client.post("/quotes/new", {"view": "yaml", "file": opened})

    assert response.status_code == 400
    assert ("unknown_field", "/linez") in problems_of(response)
    assert "linez: []" in response.text


def test_yaml_becomes_a_draft_by_the_same_reader(client, desk):
    text = (
        "client: Acme Vision\nitems: 1000\nlines:\n"
        "- {type: bounding_box, units_per_item: 5}\n"
    )

    response = client.post("/quotes/new", {"view": "yaml", "text": text})

    assert response.status_code == 302
    assert QuoteRevision.objects.get().scenarios.get().spec["items"] == 1000


def test_a_scope_is_saved_without_a_price_and_opened_again(client, desk):
    response = client.post("/scopes/new", a_form() | {"act": "save"})
    client.post("/scopes/new", a_form() | {"act": "save"})

    saved = Scope.objects.get()
    assert response.url == f"/scopes/{saved.pk}/"
    assert "100,000" in client.get("/scopes/").text
    opened = client.get(response.url).text
    assert 'value="Street scenes"' in opened
    assert "New scope like Street scenes</h1>" in opened


def test_a_scope_of_another_workspace_is_not_there(client, desk):
    client.post("/scopes/new", a_form() | {"act": "save"})
    client.force_login(a_membership().user)

    assert client.get(f"/scopes/{Scope.objects.get().pk}/").status_code == 404
    assert "No scope saved yet" in client.get("/scopes/").text


def test_a_draft_takes_a_changed_scope(client, desk):
    client.post("/quotes/new", a_form())
    revision = QuoteRevision.objects.get()
    address = f"/quotes/{revision}/scope"
    page = client.get(address)

    response = client.post(
        address,
        a_form(items="50,000")
        | {"quote": str(revision), "edition": str(revision.edition)},
    )

    assert 'value="100,000"' in page.text
    assert (response.status_code, response.url) == (302, f"/quotes/{revision}/")
    assert revision.scenarios.get().spec["items"] == 50_000
    assert QuoteRevision.objects.count() == 1


def test_the_buttons_of_a_changed_scope_keep_their_quote(client, desk):
    client.post("/quotes/new", a_form())
    revision = QuoteRevision.objects.get()

    page = client.post(
        "/scopes/new",
        a_form() | {"act": "add_line", "quote": str(revision), "edition": "1"},
    ).text

    assert f'action="/quotes/{revision}/scope"' in page


def test_the_rate_cards_are_listed(client, desk):
    a_published_card()

    page = client.get("/rate-cards/").text

    assert page.count("2026-01</a></th>") == 1


def test_what_is_missing_is_said_in_the_order_of_the_page_and_what_to_do():
    form = SpecForm({"lines-0-type": "bounding_box"}, count=1)
    with pytest.raises(SpecError) as refused:
        form.document(today=TODAY)

    form.complain(refused.value.problems)

    assert form.summary is not None
    assert [problem.text for problem in form.summary.problems] == [
        "Images: State how many images there are, or the video.",
        (
            "Line 1, typical: State how many an image has on average: one number, or "
            "low, typical and high."
        ),
    ]
