"""The corpus of bad inputs at the API: status, code and path, on both databases."""

from __future__ import annotations

import copy
import csv
import json
import random
from decimal import Decimal
from typing import Any

import pytest
import yaml

from tests.factories import ROOT, a_membership, a_published_card, a_workspace
from tests.scale import count
from tests.shared import shared

pytestmark = pytest.mark.django_db

ROWS = yaml.safe_load((ROOT / "tests/nasty/spec_api.yaml").read_text("utf-8"))
REPEATED = {"SA-061", "SA-063", "SA-065"}
"""Those that take more than one request or caller: `test_api_repeating.py`."""
ADDRESS = "/api/v1/estimates"
COMPUTED = [
    *("total", "price", "cost", "margin", "amount", "subtotal", "unit_price"),
    *("discounted", "fees", "tax", "range", "suggested", "floor", "fx"),
]
"""What this service works out, and nobody may say."""


def a_line():
    return {"type": "bounding_box", "units_per_item": 5}


@pytest.mark.parametrize(
    "row", ROWS, ids=[f"{row['id']}-{place}" for place, row in enumerate(ROWS)]
)
def test_a_bad_input_gets_its_status_code_and_path(client, row, settings):
    settings.PUBLIC_WORKSPACE = ""
    workspace = a_workspace()
    if row.get("card", True):
        a_published_card(workspace=workspace)
    if row.get("door") == "staff":
        client.force_login(a_membership(workspace=workspace).user)
    if "first" in row:
        asked(client, row | {"set": row["first"]})

    response = asked(client, row)

    body = response.json()
    assert response.status_code == row["status"], body
    assert_no_float(body)
    if "code" in row:
        assert response["Content-Type"] == "application/problem+json"
        assert body["code"] == row["code"]
        if "paths" in row:
            assert sorted(error["path"] for error in body["errors"]) == row["paths"]
            assert {error["code"] for error in body["errors"]} == {row["code"]}
        assert row.get("says", "") in json.dumps(body)
    else:
        assert_answer(row, body)


def asked(client, row):
    method = row.get("method", "POST")
    return client.generic(
        method,
        row.get("address", ADDRESS),
        b"" if method == "GET" else body_of(row).encode(),
        content_type=row.get("type", "application/json"),
        headers=row.get("headers", {}),
    )


def body_of(row):
    if "raw" in row:
        return row["raw"]
    document = {"items": 100, "lines": [a_line() for _ in range(row.get("lines", 1))]}
    match row.get("generate"):
        case "nested_arrays":
            return '{"name":' + "[" * 100_000
        case "three_megabytes":
            return json.dumps({**document, "name": "x" * 3_000_000})
        case "combining_marks":
            document["name"] = "Z" + "\u0301" * 20_000
    for pointer, value in row.get("set", {}).items():
        target: Any = document
        *parents, last = pointer.strip("/").split("/")
        for part in parents:
            target = target[int(part)] if isinstance(target, list) else target[part]
        target[last] = value
    return json.dumps(document)


def assert_answer(row, body):
    for pointer, value in row.get("echo", {}).items():
        assert body[pointer.strip("/")] == value
    if row.get("adds_up"):
        amounts = [Decimal(line["amount"]) for line in body["lines"]]
        assert sum(amounts) == Decimal(body["price"]["subtotal"])
    if row.get("flat"):
        assert len(set(body["price"]["range"].values())) == 1
    if "starts" in row:
        assert body["schedule"]["start"] >= row["starts"]


def assert_no_float(value):
    if isinstance(value, dict):
        for one in value.values():
            assert_no_float(one)
    elif isinstance(value, list):
        for one in value:
            assert_no_float(one)
    else:
        assert not isinstance(value, float), value


def test_every_row_of_the_corpus_is_translated():
    with shared("data/nasty_inputs.csv").open(encoding="utf-8") as file:
        wanted = {
            row["id"] for row in csv.DictReader(file) if row["surface"] == "spec_api"
        }

    assert {row["id"] for row in ROWS} == wanted - REPEATED
    repeated = (ROOT / "tests/doors/test_api_repeating.py").read_text("utf-8")
    assert all(one in repeated for one in REPEATED)


def test_a_thousand_tampered_prices_change_no_total(client, settings):
    settings.PUBLIC_WORKSPACE = ""
    workspace = a_workspace()
    a_published_card(workspace=workspace)
    client.force_login(a_membership(workspace=workspace).user)
    document: dict[str, Any] = {"items": 100, "lines": [a_line()], "seed": 1}
    honest = client.post(ADDRESS, document, content_type="application/json").json()

    rng = random.Random(27)
    for _ in range(count(1000)):
        tampered = copy.deepcopy(document)
        place = rng.choice([tampered, tampered["lines"][0]])
        for key in rng.sample(COMPUTED, rng.randint(1, 3)):
            place[key] = rng.choice(["0.01", 0, "1e-9", -5, {"total": "1.00"}, None])
        answer = client.post(ADDRESS, tampered, content_type="application/json")
        assert answer.status_code == 400, tampered
        assert {one["code"] for one in answer.json()["errors"]} <= {
            "read_only_field",
            "unknown_field",
        }, tampered

    again = client.post(ADDRESS, document, content_type="application/json").json()
    assert again == honest
