"""Tables: a cell is what stands in the file."""

from __future__ import annotations

from quotes.ingest.tables import read_csv


def test_a_cell_is_text_as_written(tmp_path):
    path = tmp_path / "batches.csv"
    path.write_text("batch,seconds\n007,\n7,NA\n")

    rows = read_csv(path).to_dict("records")

    assert rows == [
        {"batch": "007", "seconds": ""},
        {"batch": "7", "seconds": "NA"},
    ]
