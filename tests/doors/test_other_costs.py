"""Costs beside wages: added by form and CSV, counted in the pack of their month."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction

from quotes import models
from quotes.actions.month_packs import give_out
from quotes.actions.other_costs import add_other_costs
from quotes.actions.projects import import_project
from quotes.calc.month_pack import month_pack
from quotes.ingest.other_costs import Cost
from quotes.jobs.pack_sheets import pack_sheet, sheets
from quotes.queries.month_packs import month_of
from quotes.queries.other_costs import costs_until
from scoping.access import Role
from scoping.models import AuditEntry
from tests.factories import NOON, a_membership, a_published_card, a_workspace

pytestmark = pytest.mark.django_db

SPEC = {"items": 1000, "lines": [{"type": "bounding_box", "units_per_item": 5}]}
COST = {
    "project": "streets",
    "month": "2026-02",
    "what": "Tool licence",
    "amount": "120.50",
    "currency": "usd",
    "source": "bill 7",
}
AT = "/other-costs/"


@pytest.fixture
def manager(client):
    workspace = a_workspace()
    a_published_card(workspace=workspace)
    import_project(
        SPEC | {"name": "Streets"},
        workspace=workspace,
        slug="streets",
        start_on=None,
        paid_clock="label",
        by="test",
        now=NOON,
    )
    client.force_login(a_membership(workspace=workspace, role=Role.MANAGER).user)
    client.workspace = workspace
    return client


def dropped(text):
    return {"file": SimpleUploadedFile("costs.csv", text.encode())}


def pack(workspace, month):
    until = datetime.fromisoformat("2027-01-01T00:00:00+00:00")
    return month_pack(
        month_of(workspace, month, holdback_share=Decimal(0), known_until=until)
    )


def test_a_large_amount_that_is_taken_back_leaves_nothing_of_itself(manager):
    whole = Decimal("999999999999.99")
    costs = [
        Cost(
            project="streets",
            month="2026-02",
            what="Travel",
            amount=one,
            currency="USD",
            source=f"bill {number}",
        )
        for number, one in enumerate((Decimal("0.10"), whole, -whole))
    ]
    add_other_costs(costs, workspace=manager.workspace, by=None, now=NOON)

    assert costs_until(manager.workspace, "2026-02", as_of=NOON) == {
        "streets": {"USD": Decimal("0.1")}
    }


def test_costs_are_added_and_stand_in_the_pack_of_their_month(manager):
    assert "None yet." in manager.get(AT).text
    page = manager.post(AT, COST, follow=True).text
    assert "120.50 USD" in page
    table = (
        "project,month,what,amount,currency,source\n"
        ",2026-02,Storage,30,USD,bill 8\n"
        "streets,2026-03,Tool licence,-20.50,USD,one seat too many\n"
        "streets,2026-03,Travel,900000,VND,train\n"
    )
    page = manager.post(AT, dropped(table), follow=True).text
    assert "of no project" in page

    found = pack(manager.workspace, "2026-03")

    usd = {name: Decimal(one) for name, one in found["other_totals"]["USD"].items()}
    assert usd == {
        "opening": Decimal("150.50"),
        "restated": 0,
        "month": Decimal("-20.50"),
        "closing": 130,
    }
    assert found["projects"][0]["other"]["by"]["VND"]["month"] == "900000"
    assert Decimal(found["other"]["by"]["USD"]["closing"]) == 30
    sheet = pack_sheet(found)
    beside = dict(sheet.projects[0].beside)
    assert beside["Other cost this month, USD"] == "−20.50"
    assert [one.name for one in sheet.labour] == ["Other cost, USD", "Other cost, VND"]
    # No batch is confirmed anywhere: the sum is not known either, and not 0.
    assert {one.amounts for one in sheet.totals[0].lines} == {("not known",) * 4}
    assert not sheet.ties
    rows = sheets(found)[0][2]
    together = [row for row in rows if row[:3] == ("Together", "", "May be invoiced")]
    assert together[0][4:] == ("not known",) * 4
    assert sum(row[2] == "Other cost" for row in rows) == 5
    assert AuditEntry.objects.filter(action="add_other_costs").count() == 2
    with pytest.raises(DatabaseError), transaction.atomic():
        models.OtherCost.objects.update(amount=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        models.OtherCost.objects.all().delete()


def test_a_bill_counts_once_and_is_stated_anew_with_a_reason(manager):
    table = (
        "project,month,what,amount,currency,source\n"
        "streets,2026-02,Tool licence,120.50,USD,bill 7\n"
        ",2026-02,Storage,30,USD,bill 8\n"
    )

    def stands():
        sums = costs_until(manager.workspace, "2026-02", as_of=datetime.now(UTC))
        return {slug: sum(by.values()) for slug, by in sums.items()}

    assert "2 added." in manager.post(AT, dropped(table), follow=True).text
    # The same bytes, the same rows spelled otherwise, and a row of them by form.
    for said in (
        dropped(table),
        dropped(table.replace("bill 7", "Bill  7").replace("120.50", "120.5")),
        COST,
    ):
        page = manager.post(AT, said, follow=True).text
        assert "Nothing was counted again." in page
    assert models.OtherCost.objects.count() == 2
    more = table.replace("30,", "31.5,") + ",2026-02,Travel,9,USD,bill 9\n"
    refused = manager.post(AT, dropped(more))
    assert refused.status_code == 400
    assert "was stated as 30 USD" in refused.text
    assert models.OtherCost.objects.count() == 2

    why = {"reason": "The first bill lacked a month."}
    page = manager.post(AT, dropped(more) | why, follow=True).text

    assert "1 added; 1 stated anew" in page
    assert "1 stated before and not counted again." in page
    reason = '<bdi translate="no">The first bill lacked a month.</bdi>'
    assert f"stated anew: {reason}" in page
    assert stands() == {"streets": Decimal("120.5"), None: Decimal("40.5")}
    restated = models.OtherCost.objects.filter(reason=why["reason"]).order_by("pk")
    assert [row.amount for row in restated] == [-30, Decimal("31.5")]
    # A bill is taken back by 0, and can be stated once more then.
    assert manager.post(AT, COST | {"amount": "0"}).status_code == 400
    manager.post(AT, COST | {"amount": "0", "reason": "Not ours."})
    assert stands()["streets"] == 0
    assert (
        "Nothing was counted"
        in manager.post(AT, COST | {"amount": "0"}, follow=True).text
    )
    manager.post(AT, COST | why)
    assert stands()["streets"] == Decimal("120.5")
    twice = table.replace("30,", "31.5,") + ",2026-02,storage,31.5,USD,Bill 8\n"
    assert "stands in row 2 already" in manager.post(AT, dropped(twice)).text


def test_the_next_pack_says_which_bills_of_a_closed_month_moved_and_why(manager):
    where, later = manager.workspace, NOON + timedelta(days=60)
    storage = Cost(
        project="streets",
        month="2026-02",
        what="Storage",
        amount=Decimal(30),
        currency="USD",
        source="bill 8",
    )
    add_other_costs([storage], workspace=where, by=None, now=NOON)
    month = month_of(
        where,
        "2026-02",
        holdback_share=Decimal(0),
        known_until=NOON + timedelta(hours=1),
    )
    give_out(
        where,
        month_pack(month),
        xlsx=b"",
        pdf=b"",
        by="test",
        role=Role.MANAGER,
        now=later,
    )
    add_other_costs(
        [
            replace(storage, amount=Decimal("1031.5")),
            replace(storage, project="", source="bill 9"),
            replace(storage, month="2026-03"),
        ],
        workspace=where,
        by=None,
        now=later,
        reason="No day.",
    )

    assert pack(where, "2026-03")["late"] == [
        "Streets: Storage of 2026-02, bill 8: +1,001.50 USD, restated: No day.",
        "Of no project: Storage of 2026-02, bill 9: +30.00 USD, late",
    ]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"month": "02/2026"}, "is no month"),
        ({"amount": "0"}, "there is nothing to take back"),
        ({"amount": "1e3"}, "is no amount"),
        ({"amount": "1.5", "currency": "VND"}, "Write whole coins"),
        ({"currency": "$"}, "is no currency"),
        ({"what": ""}, "what is empty"),
        ({"source": "x" * 201}, "at most 200 letters"),
        ({"project": "nowhere"}, "There is no project nowhere"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_counts(
    manager, said, words
):
    answer = manager.post(AT, COST | said)

    assert answer.status_code == 400
    assert words in answer.text
    assert not models.OtherCost.objects.exists()


def test_one_wrong_row_refuses_the_file_and_sales_see_none(manager, client):
    header = "project,month,what,amount,currency,source\n"
    for text, words in (
        ("what\nx\n", "The first row lacks month"),
        (f"{header}streets,2026-02,a,1,USD,b\nstreets,2026,a,1,USD,b\n", "Row 2."),
        (f"{header},2026-02,a,1,USD,b\nno,2026-02,a,1,USD,b\n", "Row 2: there is no"),
        (f"{header},2026-02,a,0,USD,b\n,2026-02,a,1,USD,c\n", "Row 1: a of 2026-02"),
    ):
        answer = manager.post(AT, dropped(text))
        assert answer.status_code == 400
        assert words in answer.text
    bad = {"file": SimpleUploadedFile("x.csv", b"\xff\xfe")}
    assert "not UTF-8" in manager.post(AT, bad).text
    big = {"file": SimpleUploadedFile("x.csv", b"x" * 1_000_001)}
    assert "too large" in manager.post(AT, big).text
    assert not models.OtherCost.objects.exists()
    user = a_membership(workspace=manager.workspace, role=Role.SALES).user
    client.force_login(user)
    assert client.get(AT).status_code == 403
