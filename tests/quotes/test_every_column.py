"""What is final is final in every column, whichever way somebody writes to it.

The columns are taken from the models, so that one which is added later is tried too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, models, transaction

from quotes import models as quotes
from quotes.actions.answers import Order, note_opened, record_order
from quotes.actions.losses import mark_lost
from quotes.actions.sections import write_texts
from scoping.models import AuditEntry, RateCard, RateFigure
from tests.quotes.a_quote import NOON, a_decided_draft, a_draft, a_sent_quote
from tests.scoping.sql import drop_trigger

pytestmark = pytest.mark.django_db

FINAL: dict[type[models.Model], set[str]] = {
    quotes.Quote: {"form_token"},
    quotes.QuoteRevision: {"state"},
    quotes.Scenario: set(),
    quotes.LineChoice: set(),
    quotes.PriceDecision: set(),
    quotes.FrozenDocument: set(),
    quotes.FrozenPdf: set(),
    quotes.QuoteLink: {"revoked_at"},
    quotes.QuoteTexts: set(),
    quotes.QuoteEvent: {"note"},
    quotes.Approval: set(),
    quotes.Acceptance: {"person_id"},
    quotes.SignedOrder: set(),
    quotes.Lost: {"reason"},
    quotes.Baseline: set(),
    RateCard: set(),
    RateFigure: set(),
    AuditEntry: set(),
}
"""What is final, with the columns that may change: by a move, or to erase a person."""
REFUSED = r"final|append-only|keeps|stays|another workspace|published|not "


def by_update(row: models.Model, field: models.Field, value: Any) -> None:
    type(row)._default_manager.filter(pk=row.pk).update(**{field.attname: value})


def by_save(row: models.Model, field: models.Field, value: Any) -> None:
    setattr(row, field.attname, value)
    row.save(update_fields=[field.attname])


def by_bulk_update(row: models.Model, field: models.Field, value: Any) -> None:
    setattr(row, field.attname, value)
    type(row)._default_manager.bulk_update([row], [field.name])


def by_raw_sql(row: models.Model, field: models.Field, value: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {row._meta.db_table} SET {field.column} = %s WHERE id = %s",
            [field.get_db_prep_save(value, connection), row.pk],
        )


WAYS: list[Callable[[models.Model, models.Field, Any], None]] = [
    by_update,
    by_save,
    by_bulk_update,
    by_raw_sql,
]


OTHERS: tuple[tuple[type[models.Field], Any], ...] = (
    (models.JSONField, {"other": 1}),
    (models.BinaryField, b"other"),
    (models.DateTimeField, NOON),
    (models.DateField, NOON.date()),
    (models.ForeignKey, 1),
    (models.DecimalField, 1),
    (models.IntegerField, 1),
)
"""What an empty column could hold, by its kind; a text where none is named."""


def other(field: models.Field, value: Any) -> Any:
    """Return another value that the column could hold."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, (datetime, date)):
        return value + timedelta(days=1)
    if isinstance(value, (int, Decimal)):
        return value + 1
    found = next((one for kind, one in OTHERS if isinstance(field, kind)), None)
    return "other"[: field.max_length] if found is None else found


def one_of_each() -> None:
    """Make a quote that was sent, one that was accepted on paper, and one lost."""
    draft = a_decided_draft()
    desk: dict[str, Any] = {"by": draft.created_by, "role": "manager", "now": NOON}
    write_texts(
        draft, {"closing": {"heading": "Next", "text": "."}}, edition=None, **desk
    )
    draft.refresh_from_db()
    sent = a_sent_quote(draft).revision
    note_opened(sent, now=NOON)
    lost, accepted = (
        a_sent_quote(a_draft(workspace=draft.workspace, by=draft.created_by)).revision
        for _ in range(2)
    )
    mark_lost(
        lost, reason="dear", competitor="A", line=0, unit_price=Decimal(1), **desk
    )
    order = Order(
        po_number="PO-1",
        file_name="order.pdf",
        content_type="application/pdf",
        body=b"%PDF-1.7",
    )
    record_order(accepted, order, signed_by="Ann Bee", **desk)


def columns(
    final: dict[type[models.Model], set[str]],
) -> Iterator[tuple[models.Model, models.Field]]:
    for model, free in final.items():
        row = model._default_manager.order_by("pk").first()
        assert row is not None, f"no {model.__name__} was made"
        for field in model._meta.concrete_fields:
            if not field.primary_key and field.attname not in free:
                yield row, field


def let_through(final: dict[type[models.Model], set[str]]) -> list[str]:
    """Return every column that some way of writing could change."""
    found = []
    for row, field in columns(final):
        before = getattr(row, field.attname)
        for way in WAYS:
            try:
                with transaction.atomic():
                    way(row, field, other(field, before))
                    transaction.set_rollback(True)
                found.append(f"{row._meta.label} {field.attname} {way.__name__}")
            except DatabaseError as error:
                if not re.search(REFUSED, str(error)):  # odd, and not final
                    found.append(f"{row._meta.label} {field.attname}: {error}")
            setattr(row, field.attname, before)
    return found


def test_no_way_of_writing_changes_any_column_of_what_is_final():
    one_of_each()

    assert let_through(FINAL) == []


def test_a_column_that_lost_its_guard_is_found():
    one_of_each()
    drop_trigger("pricedecision_is_sent_update", table="quotes_pricedecision")

    found = let_through({quotes.PriceDecision: set()})

    assert {one.split()[1] for one in found} >= {"value", "why", "who_id", "line"}
    assert len([one for one in found if " value " in one]) == len(WAYS)
