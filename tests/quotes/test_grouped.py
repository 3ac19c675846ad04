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


def test_entries_that_report_the_same_kinds_are_looked_at_once(project, monkeypatch):
    """And a single one that reports less, or a check, is not lost among them."""
    monkeypatch.setattr(grouped, "MANY", 0)
    header = (
        "batch,stage,annotation_type,clock,period_start,period_end,actor,"
        "units_produced,active_seconds,gold_n,gold_correct"
    )
    work = "{},label,bounding_box,label,2026-03-0{},2026-03-0{},{},10,{},,"
    rows = [
        work.format(batch, day, day, actor, 60)
        for batch in ("b2", "b1")
        for day in (2, 3)
        for actor in ("Lan", "Ha")
    ]
    odd = {
        "alike": work.format("b1", 4, 4, "Lan", 60),
        "untimed": work.format("b1", 2, 2, "An", ""),
        "checked": work.format("b1", 2, 2, "An", 60)[:-2] + ",10,9",
    }

    for name, row in odd.items():
        copy = a_copy(project)
        ingest_file(
            copy,
            "\n".join([header, *rows, row]).encode(),
            name="x",
            mapping=None,
            by=None,
            now=LATER,
            stated=stated_for(copy, now=LATER),
        )
        found = grouped.added_up(
            grouped.standing_rows(copy, as_of=None), zone=copy.time_zone
        )

        assert found.entries == 9
        assert sum(row.units_produced or 0 for row in found.plain) == (
            80 if name == "checked" else 90
        )
        assert [row.gold_n for row in found.checked] == (
            [10] if name == "checked" else []
        )
        # Two batches by two days, and the odd one by itself.
        assert len(found.plain) == (4 if name == "checked" else 5)
        sums = actuals.sums_of(copy)
        with monkeypatch.context() as patch:
            patch.setattr(grouped, "MANY", 1_000)
            assert actuals.sums_of(copy).found == sums.found
