"""Tables: a cell is what stands in the file."""

from __future__ import annotations

import pytest

from quotes.ingest.tables import TableError, decode, read_csv


def test_a_cell_is_text_as_written():
    rows = read_csv("batch,seconds\n007,\n7,NA\n").to_dict("records")

    assert rows == [
        {"batch": "007", "seconds": ""},
        {"batch": "7", "seconds": "NA"},
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_text_is_read_in_the_encodings_that_say_so(encoding):
    assert decode("Hà Nội\n".encode(encoding)) == "Hà Nội\n"


def test_another_encoding_is_refused_and_not_guessed():
    with pytest.raises(TableError, match="Save it as CSV UTF-8"):
        decode("Hà Nội".encode("cp1258", "ignore") + b"\xff")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("a,a\n1,2\n", "stands twice"),
        ("a\n1\x00\n", "NUL"),
        ("a,b\n1,2,3\n", "no CSV table"),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_do(text, says):
    with pytest.raises(TableError, match=says):
        read_csv(text)
