"""The security annex: facts as the card has them, gaps said, sites that remain."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest

from scoping.calc.rates import CardError, read_card
from scoping.calc.rates.values import SECURITY
from scoping.calc.security import remains, security_view
from scoping.calc.spec import read_spec
from scoping.calc.spec.values import Conditions
from tests.calc.an_estimate import the_card
from tests.calc.test_rates import CARD
from tests.quotes.a_quote import NOON, a_spec

PRICE = the_card().price


def a_view(price=PRICE, **conditions):
    spec = read_spec(a_spec(site="vn"), door="staff", today=NOON.date())
    return security_view(replace(spec, conditions=Conditions(**conditions)), price)


def test_every_fact_is_printed_and_a_gap_is_a_gap():
    view = a_view()

    facts = {row["fact"]: row for row in view["facts"]}
    assert list(facts) == list(SECURITY)
    assert facts["certifications"]["text"] is None
    assert facts["retention"]["text"].startswith("Deleted when you ask for it")
    assert facts["retention"]["source"] == "our terms 2026-01, Data"
    assert facts["retention"]["as_of"] == "2026-01"
    assert view["name"] == "Vietnam"
    assert view["asked"] == []
    assert view["sites_text"] == "Sites that may work on it: United States, Vietnam."


def test_a_card_that_says_nothing_states_nothing():
    view = a_view(price=replace(PRICE, security={}))

    assert [row["text"] for row in view["facts"]] == [None] * len(SECURITY)
    assert (view["name"], view["sites"][0]["name"]) == ("Vietnam", "United States")


@pytest.mark.parametrize(
    ("residency", "left", "sentence"),
    [
        (None, ["us", "vn"], "Sites that may work on it: United States, Vietnam."),
        ("vn", ["vn"], "Sites that may work on it: Vietnam."),
        (" vietnam ", ["vn"], "Sites that may work on it: Vietnam."),
        (
            "us",
            ["us"],
            (
                "Sites that may work on it: United States. This quote is worked on in "
                "Vietnam, which does not."
            ),
        ),
        ("eu", [], "None of our sites lies where your images have to stay."),
        ("Germany", [], "None of our sites lies where your images have to stay."),
    ],
)
def test_the_sites_that_remain(residency, left, sentence):
    view = a_view(residency=residency)

    assert [row["site"] for row in view["sites"] if row["remains"]] == left
    assert [row["site"] for row in view["sites"] if row["here"]] == ["vn"]
    assert view["sites_text"] == sentence
    assert remains("vn", Conditions(residency=residency), PRICE) == ("vn" in left)


def test_what_the_client_asked_is_said_in_words():
    assert a_view(residency="us", secure_room=True)["asked"] == [
        "images stay in the United States",
        "work in a secure room",
    ]
    assert a_view(residency="Germany")["asked"] == ["images stay in Germany"]
    odd = replace(
        PRICE, site_factors={**PRICE.site_factors, "ph": PRICE.site_factors["vn"]}
    )
    assert a_view(price=odd, residency="ph")["asked"] == ["images stay in ph"]


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("moon", {"name": "Moon"}, "unknown_site"),
        ("vn/weather", {"text": "fine"}, "unknown_fact"),
        ("vn/certifications", {"text": "ISO 27001"}, "no_source"),
        ("vn/certifications", {"text": "ISO", "source": "x"}, "no_date"),
        (
            "vn/retention",
            {"text": "x" * 501, "source": "x", "as_of": "2026"},
            "max_length",
        ),
        ("vn/retention", "for ever", "not_a_row"),
    ],
)
def test_a_fact_without_source_date_or_place_does_not_load(path, value, code):
    document = copy.deepcopy(CARD)
    target = document["price"]["security"]
    *parents, last = path.split("/")
    for part in parents:
        target = target[part]
    target[last] = value

    with pytest.raises(CardError) as error:
        read_card(document)

    assert code in [problem.code for problem in error.value.problems]
