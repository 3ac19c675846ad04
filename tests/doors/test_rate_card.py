"""A rate card opened: its price list, every figure, and the list as files."""

from __future__ import annotations

import csv
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from python_calamine import CalamineWorkbook

from scoping.access import Role
from scoping.models import Client as Buyer
from scoping.web.spreadsheets import as_csv, as_xlsx
from tests.doors.test_public_form import words_of
from tests.factories import a_membership, a_published_card, a_workspace

ADDRESS = "/rate-cards/2026-01/"


@pytest.fixture
def shop(db):
    workspace = a_workspace(site="vn")
    a_published_card(workspace=workspace)
    return workspace


@pytest.fixture
def seller(client, shop):
    client.force_login(a_membership(workspace=shop).user)
    return client


def test_the_list_of_cards_leads_to_each(seller):
    assert f'href="{ADDRESS}"' in seller.get("/rate-cards/").text


def test_a_card_shows_its_list_and_every_figure_with_its_source(seller, shop):
    page = seller.get(ADDRESS)
    words = words_of(page.text)

    assert "Boxes box 0.05–0.15 0.0640 0.0840 on request on request" in words
    assert "Cuboids weak evidence object 0.20–4.00" in words
    assert "Price side: all that clients" in words
    assert "Cost side: for us alone" in words
    rows = page.text.count('<td class="number card-amount">')
    assert rows == shop.rate_cards.get().figures.count() > 300


def test_the_list_is_shown_for_another_site_and_accuracy(seller):
    words = words_of(seller.get(ADDRESS, {"site": "us", "accuracy": "0.99"}).text)
    odd = words_of(seller.get(ADDRESS, {"site": "mars", "accuracy": "2"}).text)

    # 0.0840 x 1.25 x 2
    assert "0.1600 0.2100 on request" in words
    assert "0.0640 0.0840 on request" in odd


def test_the_list_leaves_as_json_csv_and_xlsx_with_the_same_numbers(seller):
    data = seller.get(ADDRESS, {"format": "json"}).json()
    table = seller.get(ADDRESS, {"format": "csv"})
    book = seller.get(ADDRESS, {"format": "xlsx"})

    rows = list(csv.reader(StringIO(table.content.decode("utf-8-sig"))))
    sheets = CalamineWorkbook.from_filelike(BytesIO(book.content))
    cells = sheets.get_sheet_by_index(0).to_python()
    assert rows[0] == cells[0]
    boxes = next(one for one in data["rows"] if one["type"] == "bounding_box")
    assert boxes["prices"]["standard"] == "0.0840"
    assert boxes["prices"]["hard"] is None
    (line,) = [row for row in rows if row[0] == "Boxes"]
    (same,) = [row for row in cells if row[0] == "Boxes"]
    assert line[4:7] == ["0.0640", "0.0840", "on request"]
    assert same[4:7] == [0.064, 0.084, "on request"]
    assert len(sheets.get_sheet_by_index(1).to_python()) > 300
    assert "rate-card-2026-01-vn-0.98.xlsx" in book.headers["Content-Disposition"]


def test_other_formats_and_other_cards_are_not_there(seller):
    assert seller.get(ADDRESS, {"format": "exe"}).status_code == 404
    assert seller.get("/rate-cards/1999-01/").status_code == 404


def test_clients_and_strangers_see_no_card(client, shop):
    assert client.get(ADDRESS).status_code == 302
    buyer = Buyer.objects.create(workspace=shop, name="Acme")
    client.force_login(
        a_membership(workspace=shop, role=Role.CLIENT, client=buyer).user
    )
    assert client.get(ADDRESS).status_code == 403


@pytest.mark.parametrize("text", ["=1+1", " @x", "-2", "+3", "\t=4", "＝5"])
def test_no_text_of_a_table_computes(text):
    body = as_csv(["a"], [[text], [Decimal("-1.50")]]).decode("utf-8-sig")
    book = CalamineWorkbook.from_filelike(
        BytesIO(as_xlsx([("a/b", ["a"], [[text], [None], [7]])]))
    )

    assert list(csv.reader(StringIO(body))) == [["a"], [f"'{text}"], ["-1.50"]]
    sheet = book.get_sheet_by_name("a b")
    assert sheet.to_python()[1][0] == text
    assert sheet.to_python()[-1][0] == 7
