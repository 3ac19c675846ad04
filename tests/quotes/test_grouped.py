"""A large ledger added up by the database compares as one that is read row by row."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

import pytest

from quotes.actions.actuals import ingest_file, stated_for
from quotes.queries import actuals, grouped
from quotes.queries.actuals import comparison
from quotes.queries.rollups import work_figures
from tests import scale
from tests.quotes.test_ledger_machine import a_copy
from tests.quotes.test_long_files import LATER, a_file, project

__all__ = ["project"]

pytestmark = pytest.mark.django_db


def test_added_up_it_says_the_same(project, monkeypatch):
    chance = Random(5)
    merged = 0
    for _ in range(scale.count(60)):
        copy = a_copy(project)
        copy.time_zone = chance.choice(["UTC", "Asia/Ho_Chi_Minh"])
        copy.save()
        for day in range(3):
            now = LATER + timedelta(days=day)
            fields: Any = {"name": "x", "mapping": None, "by": None, "now": now}
            ingest_file(
                copy,
                a_file(chance, rows=40, odd=0.3).encode(),
                stated=stated_for(copy, now=now),
                publish_good=True,
                restate_reason=chance.choice(["", "again"]),
                **fields,
            )
        one, early = comparison(copy), comparison(copy, as_of=LATER)
        figures = work_figures(copy, LATER)
        rows = len(actuals.sums_of(copy).rows)
        with monkeypatch.context() as patch:
            patch.setattr(grouped, "MANY", 0)
            assert grouped.is_large(copy)

            assert comparison(copy) == one
            assert comparison(copy, as_of=LATER) == early
            assert work_figures(copy, LATER) == figures
            merged += rows - len(actuals.sums_of(copy).rows)
    assert merged > 0
