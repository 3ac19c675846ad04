"""Tables: a cell is what stands in the file, and a row has its number in an editor."""

from __future__ import annotations

import csv

import pytest

from quotes.ingest.tables import TableError, decode, read_csv


def cells(text):
    return [list(line.cells) for line in read_csv(text).lines]


def test_a_cell_is_text_as_written():
    table = read_csv("batch,seconds\n007,\n7,NA\n1E5,None\n")

    assert table.names == ("batch", "seconds")
    assert [line.cells for line in table.lines] == [
        ["007", ""],
        ["7", "NA"],
        ["1E5", "None"],
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_text_is_read_in_the_encodings_that_say_so(encoding):
    assert decode("Hà Nội\n".encode(encoding)) == "Hà Nội\n"


def test_another_encoding_is_refused_and_not_guessed():
    with pytest.raises(TableError, match=r"byte 2.*Save it as CSV UTF-8") as refused:
        decode(b"N\xea")

    assert refused.value.code == "bad_encoding"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty_file"),
        (" \n", "empty_file"),
        ("a,a\n1,2\n", "duplicate_column"),
        ("a\n1\x00\n", "nul"),
        ('a,b\n1,"2\n', "bad_csv"),
        ("a,b\n1," + "x" * 140_000 + "\n", "cell_too_large"),
        ("a,b\n1," + "," * 2_000_000 + "\n2,3\n", "line_too_long"),
        (",".join(f"c{n}" for n in range(401)) + "\n", "too_many_columns"),
    ],
)
def test_what_is_no_table_is_refused_under_its_code(text, code):
    with pytest.raises(TableError) as refused:
        read_csv(text)

    assert refused.value.code == code


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_file_may_be_long_where_its_lines_are_not(end):
    rows = 200_000

    found = read_csv("name,units" + end + f"a long name,1{end}" * rows)

    assert len(found.lines) == rows


@pytest.mark.parametrize("limit", [131_072, 1_000_000_000])
@pytest.mark.parametrize("text", ["a,b\n1,{}\n", "a,{}\n1,2\n"])
def test_a_cell_is_too_large_whatever_another_reader_allows(text, limit):
    before = csv.field_size_limit(limit)
    try:
        with pytest.raises(TableError, match="longer than 131,072") as refused:
            read_csv(text.format("x" * 140_000))
    finally:
        csv.field_size_limit(before)

    assert refused.value.code == "cell_too_large"


def test_a_column_that_stands_twice_is_named_with_its_places():
    with pytest.raises(TableError, match="units stands twice, as columns 2 and 3"):
        read_csv("batch,units,units\n1,2,3\n")


def test_every_row_one_cell_too_long_shifts_nothing():
    table = read_csv("batch,units\nB1,3,500\nB2,3,600\n")

    assert table.lines == []
    assert [line.number for line in table.ragged] == [2, 3]


def test_empty_cells_beyond_the_header_are_no_cells():
    assert cells("a,b\n1,2,,,\n") == [["1", "2"]]


def test_numbers_of_rows_are_those_of_an_editor_whatever_ends_a_line():
    table = read_csv('a,b\r\n1,"x\ny"\r2,3\n\n , \n4,5')

    assert [line.number for line in table.lines] == [2, 4, 7]
    assert table.blank == 2
    assert table.read == 5


@pytest.mark.parametrize(
    ("mark", "name"), [(";", "semicolon"), ("\t", "tab"), ("|", "bar")]
)
def test_another_mark_between_cells_is_found_in_the_header_and_said(mark, name):
    table = read_csv(f"batch{mark}cost\nB1{mark}1,5\n")

    assert [line.cells for line in table.lines] == [["B1", "1,5"]]
    assert table.remarks == (f"Cells are separated by a {name}.",)


def test_a_header_over_two_lines_is_one_name():
    assert read_csv('"units\ndelivered",b\n1,2\n').names[0] == "units delivered"


def test_quotes_within_quotes_are_kept():
    assert cells('a,b\n"said ""ok""\nnext",2\n') == [['said "ok"\nnext', "2"]]


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"%PDF-1.4 x", "a PDF"),
        (b"\x89PNG\r\n", "an image"),
        (b"PK\x05\x06" + bytes(18), "an empty archive"),
    ],
)
def test_what_is_no_table_is_told_what_it_is(body, what):
    with pytest.raises(TableError, match=f"This is {what}, no table"):
        decode(body)
