"""The reference of the API: every operation and shape, as the document has them."""

from __future__ import annotations

import re

import pytest

from scoping.access import OPERATIONS
from scoping.web.api_reference import _kind, reference
from tests.companies import cells, openapi
from tests.factories import a_membership


def test_every_operation_stands_there_with_what_it_takes_and_answers():
    rows = {one.key: one for group in reference().groups for one in group.operations}

    assert set(rows) == set(OPERATIONS)
    for cell in cells():
        row = rows[cell.name]
        assert (row.method, row.path) == (cell.method, cell.path)
        named = [one["name"] for one in cell.takes.get("parameters", ())]
        assert [one.name for one in row.parameters] == named
        assert (row.body is not None) == ("requestBody" in cell.takes)
        assert {row.answer.status, *(one.status for one in row.wrong)} == set(
            cell.takes["responses"]
        )
    price = rows["decide_price"]
    assert price.needs.endswith("A key needs quotes:write.")
    assert price.body is not None
    assert {one.name: one.needed for one in price.body.fields} == {
        "binding": True,
        "value": False,
        "why": True,
    }
    assert rows["create_estimate"].needs == "Open to all."


def test_every_link_leads_to_a_shape_of_the_page():
    shapes = {name for name, _ in reference().shapes}

    assert shapes == set(openapi()["components"]["schemas"])
    for group in reference().groups:
        for one in group.operations:
            for shape in filter(None, (one.body, one.answer.shape)):
                for kind in (shape.kind, *(field.kind for field in shape.fields)):
                    assert not kind.shape or kind.shape in shapes


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string", "maxLength": 6000}, "text, at most 6,000 characters"),
        ({"type": "string", "format": "date"}, "day"),
        ({"type": ["integer", "null"], "minimum": 0}, "whole number or null, from 0"),
        ({"type": "array", "items": {"$ref": "#/x/Quote"}}, "list of Quote"),
        ({"enum": ["A", None]}, "A | null"),
        ({"oneOf": [{"$ref": "#/x/Quote"}, {"type": "null"}]}, "Quote or null"),
        ({"const": 1}, "1"),
        ({}, "anything"),
    ],
)
def test_a_schema_is_said_in_words(schema, words):
    assert _kind(schema).words == words


@pytest.mark.django_db
def test_the_page_is_linked_served_and_runs_no_script_of_its_own(client):
    client.force_login(a_membership(role="admin").user)

    page = client.get("/api-keys/reference/")

    assert 'href="/api-keys/reference/"' in client.get("/api-keys/").text
    assert page.status_code == 200
    assert "unsafe-inline" not in page["Content-Security-Policy"]
    assert not re.findall(r"<script(?![^>]*src=)|style=|https?://", page.text)
    ids = re.findall(r'id="([^"]+)"', page.text)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page.text)) <= set(ids)
