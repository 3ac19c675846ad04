"""Sent quotes come out to the cent for ever, and what was sent is served as it was."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from quotes.actions.drafts import draft_quote
from quotes.actions.revisions import revise_quote
from quotes.calc.recheck import complaints
from quotes.jobs.clock import keep_time
from quotes.models import QuoteRevision
from quotes.queries.rechecking import recheck
from scoping.access import Role
from scoping.actions import client_named, publish_rate_card
from scoping.calc.spec import to_document
from scoping.models import OutboxMessage
from tests.calc.an_estimate import random_spec
from tests.factories import LAUNCH_CARD
from tests.quotes.a_quote import NOON, a_desk, a_sent_quote, a_spec, quickly
from tests.scale import SCALE, count

pytestmark = pytest.mark.django_db

LINES = [
    *a_spec()["lines"],
    {"type": "image_tag", "units_per_item": 3, "alternative_to": 1},
]
TERMS = {"discount": "0.05", "tax": {"rate": "0.08", "mode": "exclusive"}}


def documents(revision: QuoteRevision) -> tuple[dict[str, Any], dict[str, Any]]:
    client, internal = (
        json.loads(revision.documents.get(kind=kind).body)
        for kind in ("client", "internal")
    )
    return client, {"A": internal["spec"]["commercial"]}


@pytest.mark.timeout(600)
def test_sent_quotes_are_served_as_they_were_after_a_new_card_and_a_changed_formula(
    client, monkeypatch
):
    workspace, by = a_desk()
    now = datetime.now(UTC)
    sent = []
    everything = connection.vendor == "sqlite" or SCALE >= 1
    for number in range(count(1000) if everything else 3):
        draft = draft_quote(
            to_document(random_spec(number)),
            workspace=workspace,
            client=client_named("Acme Vision", workspace=workspace),
            by=by,
            now=now,
        )
        sent.append(a_sent_quote(draft, now=now))
    before = [served(client, one.token) for one in sent]

    card = yaml.safe_load(LAUNCH_CARD)
    card["version"] = "2027-01"
    for band in card["price"]["bands"].values():
        band["high"] = str(Decimal(str(band["high"])) * 2)
    publish_rate_card(yaml.safe_dump(card), workspace=workspace, by=by, now=now)
    monkeypatch.setattr("scoping.calc.offer.make_bill", None)
    monkeypatch.setattr("quotes.queries.quotes.estimate", None)
    monkeypatch.setattr("quotes.queries.rechecking.ENGINE", "another")

    assert [served(client, one.token) for one in sent] == before
    assert [text for one in sent for text in recheck(one.revision)] == []


def served(client: Any, token: str) -> tuple[bytes, bytes]:
    client.post(f"/q/{token}")
    return client.get("/offer.json").content, client.get("/offer.pdf").content


def test_the_same_engine_draws_the_same_figures():
    revision = a_sent_quote(lines=LINES, commercial=TERMS).revision
    out = StringIO()

    with quickly(anew=True):
        call_command("recheck_quotes", stdout=out)

    assert out.getvalue() == "1 sent quotes come out to the cent.\n"
    assert list(complaints(*documents(revision))) == []


def test_another_draw_of_the_same_engine_is_named(monkeypatch):
    a_sent_quote()
    real = "quotes.queries.rechecking.estimate_document"
    monkeypatch.setattr(real, lambda _: {"draws": 256, **dict.fromkeys(FIGURES)})
    out = StringIO()

    with quickly(anew=True), pytest.raises(CommandError, match="1 of 1 sent quotes"):
        call_command("recheck_quotes", stdout=out)

    assert "cost is drawn differently by the same engine" in out.getvalue()


FIGURES = ("cost", "margin", "hours", "schedule")
FAULTS = {
    "unit price": ("lines", 0, "tiers", 0, "unit_price"),
    "amount": ("lines", 0, "amount"),
    "subtotal": ("price", "subtotal"),
    "discount": ("price", "discount"),
    "fees": ("price", "fees"),
    "fee": ("fees", 0, "amount"),
    "tax": ("price", "tax", 0, "amount"),
    "total": ("price", "total"),
}


@pytest.mark.parametrize("where", ["offer", "choice"])
def test_a_cent_that_is_off_is_found_wherever_it_is(where):
    document, commercial = documents(
        a_sent_quote(lines=LINES, commercial=TERMS).revision
    )

    for name, path in FAULTS.items():
        wrong = deepcopy(document)
        node = wrong["offer"] if where == "offer" else wrong["choices"][0]
        for key in path[:-1]:
            node = node[key]
        step = Decimal("0.10") if name in ("tax", "unit price") else Decimal("0.01")
        node[path[-1]] = str(Decimal(node[path[-1]]) + step)
        assert list(complaints(wrong, commercial)), name


def test_the_clock_expires_once_and_reminds_once_per_days():
    revision = a_sent_quote().revision
    last = NOON + timedelta(days=30)

    runs = [
        keep_time(now=last - timedelta(days=left))
        for left in (8, 7, 7, 5, 2, 1, 0, -1, -2)
    ]

    assert runs == [
        *((0, 0), (0, 1), (0, 0), (0, 0), (0, 1), (0, 0), (0, 0), (1, 0), (0, 0))
    ]
    told = OutboxMessage.objects.filter(topic="quote_ends_soon")
    assert [one.payload["days"] for one in told] == [7, 2]
    revision.refresh_from_db()
    assert revision.state == "expired"
    out = StringIO()
    call_command("keep_time", stdout=out)
    assert out.getvalue() == (
        "0 expired, 0 reminders written, 0 batches count as accepted, "
        "0 projects wait on.\n"
    )


def test_a_revision_is_priced_by_the_card_in_force_and_its_source_by_its_own():
    revision = a_sent_quote().revision
    card = yaml.safe_load(LAUNCH_CARD) | {"version": "2026-02"}
    publish_rate_card(
        yaml.safe_dump(card), workspace=revision.workspace, by=None, now=NOON
    )

    made = revise_quote(revision, by=revision.created_by, role=Role.SALES, now=NOON)

    assert (revision.card_version, made.card_version) == ("2026-01", "2026-02")
