"""The book of actual rates: the form, the CSV, and what they do to a project's gap."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction

from quotes.actions.actuals import ingest_file
from quotes.actions.projects import import_project
from quotes.models import RoleRate
from quotes.queries.actuals import comparison
from quotes.queries.role_rates import rate_book
from scoping.access import Role
from tests.factories import NOON, a_membership, a_published_card, a_workspace

pytestmark = pytest.mark.django_db

RATE = {
    "site": "vn",
    "team": "",
    "role": "annotator",
    "valid_from": "2026-01-01",
    "hour_cost": "9.50",
    "currency": "USD",
    "exchange": "",
    "source": "January payroll",
}
HEADER = "Site,team,role,valid_from,hour_cost,currency,exchange,source\n"
WORK = (
    b"batch,stage,annotation_type,clock,period_end,site,role,items,units_produced,"
    b"active_seconds\nb1,label,bounding_box,label,2026-02-02,vn,annotator,100,500,9000\n"
)


@pytest.fixture
def manager(client):
    workspace = a_workspace()
    client.force_login(a_membership(workspace=workspace, role=Role.MANAGER).user)
    client.workspace = workspace
    return client


def a_csv(text, name="rates.csv"):
    return SimpleUploadedFile(name, text.encode(), content_type="text/csv")


def test_a_rate_from_the_form_stands_in_the_book(manager):
    answer = manager.post("/role-rates/", RATE)

    assert answer.status_code == 302
    page = manager.get("/role-rates/").content.decode()
    assert "annotator, vn" in page
    assert "January payroll" in page


def test_an_actual_rate_gives_the_gap_a_part_for_the_hour_and_keeps_what_was_known(
    manager,
):
    a_published_card(workspace=manager.workspace)
    project = import_project(
        {"name": "X", "items": 1000, "lines": [{"type": "bounding_box",
         "units_per_item": 5}]},
        workspace=manager.workspace, slug="x", start_on=None, paid_clock="label",
        by="test", now=NOON,
    )  # fmt: skip
    later = NOON + timedelta(days=60)
    ingest_file(project, WORK, name="x.csv", mapping=None, by=None, now=later)
    before = comparison(project)["standing"]["gap"]

    manager.post("/role-rates/", RATE)

    gap = comparison(project)["standing"]["gap"]
    assert "wage" not in {part["key"] for part in before["parts"]}
    assert gap["parts"][0]["key"] == "wage"
    assert gap["planned"] == before["planned"]
    assert comparison(project, as_of=later)["standing"]["gap"] == before


def test_a_file_of_rates_is_added_whole_or_not_at_all(manager):
    good = f"{HEADER}vn,A,lead,2026-04-01,150000.5,vnd,26000,April\n"
    bad = f"{good}vn,,lead,1 April,7,USD,,April\n"

    refused = manager.post("/role-rates/", {"file": a_csv(bad)})
    assert refused.status_code == 400
    assert "Row 2." in refused.content.decode()
    assert not RoleRate.objects.exists()

    assert manager.post("/role-rates/", {"file": a_csv(good)}).status_code == 302
    (rate,) = rate_book(manager.workspace, currency="USD").rates
    assert float(rate.in_project_currency) == pytest.approx(150000.5 / 26000)
    assert rate_book(manager.workspace, currency="VND").rates[0].exchange is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"site": ""}, "site is empty."),
        ({"role": "x" * 41}, "role: at most 40 letters."),
        ({"currency": "dollars"}, "is no currency"),
        ({"valid_from": "01/02/2026"}, "is no day"),
        ({"hour_cost": "4,25"}, "is no amount here"),
        ({"hour_cost": "9" * 12}, "is no amount here"),
        ({"hour_cost": "1.1234567"}, "is no amount here"),
        ({"hour_cost": "٤"}, "is no amount here"),
        ({"hour_cost": "0"}, "State a cost above 0."),
        ({"exchange": "0"}, "State an exchange rate above 0."),
    ],
)
def test_odd_answers_get_a_sentence_and_add_nothing(manager, changes, said):
    answer = manager.post("/role-rates/", RATE | changes)

    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert not RoleRate.objects.exists()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "The first row lacks site"),
        (b"site,role\nvn,lead\n", "The first row lacks valid_from"),
        (HEADER.encode(), "There is no row below"),
        (b"\xff\xfe", "This file is not UTF-8"),
        (HEADER.encode() + b"a\0b", "NUL"),
        (HEADER.encode() + b'"open', "This is no CSV"),
        (HEADER.encode() + b"v,,l,2026-01-01,1,USD,,s\n" * 5001, "Split the file."),
        (b"x" * 1_000_001, "too large"),
    ],
)
def test_a_file_that_cannot_be_read_gets_a_sentence(manager, body, said):
    file = SimpleUploadedFile("r.csv", body)

    answer = manager.post("/role-rates/", {"file": file})

    assert answer.status_code == 400
    assert said in answer.content.decode()


def test_of_two_rates_for_a_day_the_later_holds_and_none_can_be_changed(manager):
    manager.post("/role-rates/", RATE)
    first = RoleRate.objects.get()
    manager.post("/role-rates/", RATE | {"hour_cost": "8"})

    assert [rate.hour_cost for rate in book(manager)] == [8]
    assert [rate.hour_cost for rate in book(manager, as_of=first.recorded_at)] == [
        first.hour_cost
    ]
    with pytest.raises(DatabaseError), transaction.atomic():
        RoleRate.objects.update(hour_cost=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        RoleRate.objects.all().delete()
    assert not book(manager, as_of=first.recorded_at - timedelta(seconds=1))


def book(manager, **changes):
    return rate_book(manager.workspace, currency="USD", **changes).rates


def test_a_rate_without_an_exchange_prices_no_other_currency(manager):
    manager.post("/role-rates/", RATE | {"currency": "EUR"})

    assert not book(manager)


def test_sales_does_not_see_what_an_hour_costs(client):
    client.force_login(a_membership(role=Role.SALES).user)

    assert client.get("/role-rates/").status_code == 403
