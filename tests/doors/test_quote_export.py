"""A quote to take away: the client's document as a workbook, a table and JSON."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from hashlib import sha256
from io import BytesIO, StringIO

import pytest
from python_calamine import CalamineWorkbook

from scoping.access import Role
from tests.factories import a_client, a_membership
from tests.quotes.a_quote import a_desk, a_sent_quote, quickly

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def few_draws():
    with quickly():
        yield


@pytest.fixture
def sent(client):
    workspace, user = a_desk()
    client.force_login(user)
    return a_sent_quote(workspace=workspace, by=user).revision


def taken(client, revision, kind):
    response = client.get(f"/quotes/{revision}/export.{kind}")
    assert response.status_code == 200
    said = response.headers["Content-Disposition"]
    assert said == f'attachment; filename="{revision}.{kind}"'
    return response.content


def test_json_is_the_document_that_the_fingerprint_is_of(client, sent):
    body = taken(client, sent, "json")

    assert sha256(body).hexdigest() == sent.client_digest
    assert "cost" not in json.loads(body)["offer"]["price"]


def test_the_rows_of_the_table_come_to_the_total(client, sent):
    document = json.loads(taken(client, sent, "json"))
    rows = list(
        csv.DictReader(StringIO(taken(client, sent, "csv").decode("utf-8-sig")))
    )

    total = rows.pop()
    assert (total["Name"], total["Currency"]) == ("Total", "USD")
    assert total["Amount"] == document["offer"]["price"]["total"]
    named = [row["Name"] for row in rows]
    for part in (*document["offer"]["lines"], *document["offer"]["fees"]):
        assert part["name"] in named
    charged = [
        Decimal(row["Amount"])
        for row in rows
        if row["Charged"] not in {"option", "on request", "part of it"}
        and row["Name"] != "Discount"
    ]
    assert sum(charged) - Decimal(document["offer"]["price"]["discount"]) == Decimal(
        total["Amount"]
    )


def test_the_workbook_has_prices_promises_and_assumptions(client, sent):
    document = json.loads(taken(client, sent, "json"))
    book = CalamineWorkbook.from_filelike(BytesIO(taken(client, sent, "xlsx")))

    assert book.sheet_names == ["Prices", "Promises", "Assumptions"]
    promises = [row[0] for row in book.get_sheet_by_name("Promises").to_python()[1:]]
    assert promises == [one["promise"] for one in document["offer"]["clauses"]]
    line = book.get_sheet_by_name("Prices").to_python()[1]
    told = document["offer"]["lines"][0]
    assert line[0] == told["name"]
    assert line[3] == float(told["units"])


def test_no_other_kind_and_no_other_reader(client, sent):
    address = f"/quotes/{sent}/export"
    assert client.get(f"{address}.xml").status_code == 404
    buyer = a_client(workspace=sent.workspace)
    theirs = a_membership(workspace=sent.workspace, role=Role.CLIENT, client=buyer)
    client.force_login(theirs.user)
    assert client.get(f"{address}.csv").status_code == 403
    stranger = a_membership(workspace=a_client().workspace, role=Role.ADMIN)
    client.force_login(stranger.user)
    assert client.get(f"{address}.json").status_code == 404
