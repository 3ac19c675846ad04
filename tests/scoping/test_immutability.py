"""What is final stays as it is, whichever way somebody comes at it.

Each way is tried against the database as migrated; then the trigger that stops it is
taken away and the same statement goes through, which shows that nothing else stops it.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.contrib.admin import site
from django.db import DatabaseError, connection, transaction

from scoping.models import AuditEntry, RateCard, RateFigure
from tests.factories import a_published_card, a_user, a_workspace
from tests.scoping.sql import drop_trigger, replacing, run_sql

pytestmark = pytest.mark.django_db

CARD, FIGURE, ENTRY = "scoping_ratecard", "scoping_ratefigure", "scoping_auditentry"


def every(model):
    return model.objects.all()


def save_over(model, field, value):
    row = every(model).first()
    setattr(row, field, value)
    row.save()


def update_in_bulk(model, field, value):
    rows = list(every(model))
    for row in rows:
        setattr(row, field, value)
    model.objects.bulk_update(rows, [field])


def upsert(model, field, value):
    rows = list(every(model))
    for row in rows:
        setattr(row, field, value)
    model.objects.bulk_create(
        rows, update_conflicts=True, update_fields=[field], unique_fields=["pk"]
    )


def delete_all(*tables):
    for table in tables:
        run_sql(f"DELETE FROM {table}")


def truncate(*tables):
    # Checks put off to the end of the transaction would stand in the way.
    run_sql("SET CONSTRAINTS ALL IMMEDIATE")
    run_sql(f"TRUNCATE {', '.join(tables)}")


WAYS = {
    "card: save": (
        lambda: save_over(RateCard, "currency", "EUR"),
        [(CARD, "rate_card_is_published_update")],
    ),
    "card: update": (
        lambda: every(RateCard).update(currency="EUR"),
        [(CARD, "rate_card_is_published_update")],
    ),
    "card: bulk_update": (
        lambda: update_in_bulk(RateCard, "currency", "EUR"),
        [(CARD, "rate_card_is_published_update")],
    ),
    "card: unpublish": (
        lambda: every(RateCard).update(published_at=None),
        [(CARD, "rate_card_is_published_update")],
    ),
    "card: raw update": (
        lambda: run_sql(f"UPDATE {CARD} SET cost_document = '{{}}'"),
        [(CARD, "rate_card_is_published_update")],
    ),
    "figure: save": (
        lambda: save_over(RateFigure, "value", Decimal(9)),
        [(FIGURE, "rate_figure_is_published_update")],
    ),
    "figure: bulk_update": (
        lambda: update_in_bulk(RateFigure, "weak", True),
        [(FIGURE, "rate_figure_is_published_update")],
    ),
    "figure: raw update": (
        lambda: run_sql(f"UPDATE {FIGURE} SET value = 9"),
        [(FIGURE, "rate_figure_is_published_update")],
    ),
    "figure: delete": (
        lambda: every(RateFigure).delete(),
        [(FIGURE, "rate_figure_is_published_delete")],
    ),
    "figure: raw delete": (
        lambda: run_sql(f"DELETE FROM {FIGURE}"),
        [(FIGURE, "rate_figure_is_published_delete")],
    ),
    "figure: add": (
        lambda: add_a_figure(),
        [(FIGURE, "rate_figure_joins_an_open_card_insert")],
    ),
    "entry: save": (
        lambda: save_over(AuditEntry, "actor", "Eve"),
        [(ENTRY, "audit_entry_is_final_update")],
    ),
    "entry: raw update": (
        lambda: run_sql(f"UPDATE {ENTRY} SET actor = 'Eve'"),
        [(ENTRY, "audit_entry_is_final_update")],
    ),
    "entry: delete": (
        lambda: every(AuditEntry).delete(),
        [(ENTRY, "audit_entry_is_final_delete")],
    ),
    "card and figures: raw delete": (
        lambda: delete_all(FIGURE, CARD),
        [
            (FIGURE, "rate_figure_is_published_delete"),
            (CARD, "rate_card_is_published_delete"),
        ],
    ),
}
ON_SQLITE = {
    "card: replace": (
        lambda: run_sql(replacing(CARD, currency="'EUR'")),
        [(CARD, "rate_card_is_kept_insert")],
    ),
    "figure: replace": (
        lambda: run_sql(replacing(FIGURE, value="9")),
        [
            (FIGURE, "rate_figure_is_kept_insert"),
            (FIGURE, "rate_figure_joins_an_open_card_insert"),
        ],
    ),
    "entry: replace": (
        lambda: run_sql(replacing(ENTRY, actor="'Eve'")),
        [(ENTRY, "audit_entry_is_kept_insert")],
    ),
}
ON_POSTGRESQL = {
    "card: truncate": (
        lambda: truncate(CARD, FIGURE),
        [
            (CARD, "rate_card_is_published_truncate"),
            (FIGURE, "rate_figure_is_published_truncate"),
        ],
    ),
    "figure: truncate": (
        lambda: truncate(FIGURE),
        [(FIGURE, "rate_figure_is_published_truncate")],
    ),
    "entry: truncate": (
        lambda: truncate(ENTRY),
        [(ENTRY, "audit_entry_is_final_truncate")],
    ),
}
UPSERTS = {
    "card: upsert": lambda: upsert(RateCard, "currency", "EUR"),
    "entry: upsert": lambda: upsert(AuditEntry, "actor", "Eve"),
}


def add_a_figure():
    figure = every(RateFigure).first()
    figure.pk, figure.key = None, "price/slipped_in"
    figure.save(force_insert=True)


def contents():
    return [
        list(model.objects.order_by("pk").values_list())
        for model in (RateCard, RateFigure, AuditEntry)
    ]


def the_way(name):
    """Return a way and its triggers, or skip where the other database is in use."""
    if name in WAYS:
        return WAYS[name]
    ways = ON_SQLITE if connection.vendor == "sqlite" else ON_POSTGRESQL
    if name not in ways:
        pytest.skip("this statement is the other database's")
    return ways[name]


@pytest.mark.parametrize("name", [*WAYS, *ON_SQLITE, *ON_POSTGRESQL])
def test_what_is_final_refuses_every_way_to_change_it(name):
    a_published_card()
    before = contents()
    way, _ = the_way(name)

    with (
        pytest.raises(DatabaseError, match=r"is final|append-only"),
        transaction.atomic(),
    ):
        way()

    assert contents() == before


@pytest.mark.parametrize("name", [*WAYS, *ON_SQLITE, *ON_POSTGRESQL])
def test_without_its_trigger_the_same_statement_goes_through(name):
    a_published_card()
    before = contents()
    way, triggers = the_way(name)
    for table, trigger in triggers:
        drop_trigger(trigger, table=table)

    way()

    assert contents() != before


@pytest.mark.parametrize("name", UPSERTS)
def test_an_upsert_does_not_pass_either(name):
    a_published_card()
    before = contents()

    with (
        pytest.raises(DatabaseError, match=r"is final|append-only"),
        transaction.atomic(),
    ):
        UPSERTS[name]()

    assert contents() == before


def test_a_card_that_is_not_published_yet_can_be_changed():
    row = a_draft()

    row.currency = "EUR"
    row.save()

    assert RateCard.objects.get(pk=row.pk).currency == "EUR"


def test_a_draft_cannot_take_the_place_of_a_published_card():
    published = a_published_card()
    draft = a_draft(workspace=published.workspace)

    with pytest.raises(DatabaseError), transaction.atomic():
        RateCard.objects.filter(pk=draft.pk).update(version=published.version)
    if connection.vendor == "sqlite":
        with pytest.raises(DatabaseError, match="is final"), transaction.atomic():
            run_sql(
                f"UPDATE OR REPLACE {CARD} SET version = '{published.version}' "
                f"WHERE id = {draft.pk}"
            )

    assert RateCard.objects.get(pk=published.pk).digest == published.digest


def a_draft(**changes):
    return RateCard.objects.create(
        workspace=changes.get("workspace") or a_workspace(),
        version="draft",
        valid_from="2026-01-01",
        currency="USD",
        price_document={},
        cost_document={},
        digest="",
    )


@pytest.mark.parametrize("model", [RateCard, RateFigure, AuditEntry])
def test_the_admin_shows_what_is_final_and_writes_none_of_it(client, model):
    a_published_card()
    before = contents()
    client.force_login(a_user(is_staff=True, is_superuser=True))
    row = model.objects.first()
    place = f"/admin/scoping/{model._meta.model_name}"

    shown = client.get(f"{place}/{row.pk}/change/")
    answers = [
        client.post(f"{place}/{row.pk}/change/", {"currency": "EUR"}).status_code,
        client.post(f"{place}/{row.pk}/delete/", {"post": "yes"}).status_code,
        client.post(f"{place}/add/", {}).status_code,
    ]

    assert shown.status_code == client.get(f"{place}/").status_code == 200
    assert b'name="_save"' not in shown.content
    assert answers == [403, 403, 403]
    assert contents() == before
    assert model in site._registry
