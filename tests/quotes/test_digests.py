"""A digest reads as it was written, and PostgreSQL keeps its bytes."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from importlib import import_module

import pytest
from django.db import connection

from quotes.actions.actuals import ingest_file, stated_for
from quotes.models import WorkRecord
from tests.quotes.test_long_files import project

__all__ = ["project"]

pytestmark = pytest.mark.django_db

BODY = (
    b"batch,stage,annotation_type,clock,units_produced\n"
    b"b1,label,bounding_box,label,10\nb2,label,bounding_box,label,10\n"
)
KEY = '[null, "{}", null, "label", null, null, null, "label"]'


def test_a_key_is_found_by_its_digits_and_comes_back_as_them(project):
    ingest_file(
        project,
        BODY,
        name="x",
        mapping=None,
        by=None,
        now=datetime(2026, 11, 1, tzinfo=UTC),
        stated=stated_for(project),
    )

    key = hashlib.sha256(KEY.format("b1").encode()).hexdigest()
    assert WorkRecord.objects.get(key=key).batch == "b1"
    assert WorkRecord.objects.get(batch="b1").key == key
    other = hashlib.sha256(KEY.format("b2").encode()).hexdigest()
    assert {*WorkRecord.objects.values_list("key", flat=True)} == {key, other}


def test_digits_of_an_earlier_release_become_bytes_and_digits_again(project):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite keeps the digits")
    test_a_key_is_found_by_its_digits_and_comes_back_as_them(project)
    short = import_module("quotes.migrations.0031_short_keys")
    before = _kept()

    with connection.schema_editor() as editor:
        short.make_long(None, editor)
        digits = _kept()
        short.make_short(None, editor)

    assert {bytes.fromhex(key) for key in digits} == before == _kept()


def _kept():
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM quotes_workrecord")
        return {
            key if isinstance(key, str) else bytes(key) for (key,) in cursor.fetchall()
        }
