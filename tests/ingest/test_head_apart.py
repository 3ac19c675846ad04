"""The header of a stranger's workbook is opened by a child, which may die of it."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from quotes.ingest import head_apart
from quotes.ingest.apart import Bounds
from quotes.ingest.head_apart import MOST_LINES, answer_to, head_of
from quotes.ingest.tables import TableError
from scoping.web.spreadsheets import as_xlsx

ROWS = [("kunde", "stunden"), *((f"Kunde {at}", str(at)) for at in range(20))]
BOOK = as_xlsx([("Blatt", ROWS[0], ROWS[1:])])


def test_a_workbook_is_opened_by_a_child_alone():
    with patch.object(head_apart, "open_content", side_effect=AssertionError):
        table = head_of(BOOK)

    assert table is not None
    assert table.names == ("kunde", "stunden")
    assert [line.cells[0] for line in table.lines] == [
        f"Kunde {at}" for at in range(MOST_LINES)
    ]


def test_what_the_child_refuses_or_dies_of_is_a_sentence():
    with pytest.raises(TableError) as broken:
        head_of(b"PK\x03\x04 and nothing more")
    with pytest.raises(TableError, match="was stopped") as heavy:
        head_of(BOOK, bounds=Bounds(seconds=20, memory_bytes=1_000))

    assert broken.value.code != "too_heavy"
    assert heavy.value.code == "too_heavy"


def test_text_is_read_here_and_no_table_is_none():
    table = head_of(b"kunde,stunden\nA,1\n")

    assert table is not None
    assert table.names == ("kunde", "stunden")
    assert head_of(b'{"a": 1}') is None


def test_the_child_answers_with_names_and_first_rows_or_with_a_refusal():
    assert answer_to(b"a,b\n1,2\n") == {"names": ("a", "b"), "lines": [(2, ["1", "2"])]}
    assert answer_to(b'{"a": 1}') == {"names": None}
    assert answer_to(b"<html>")["code"] == "content_mismatch"
