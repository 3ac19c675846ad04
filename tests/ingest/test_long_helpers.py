"""Helpers of a reader: each part once and in order, and none that outlives it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from quotes.ingest import long_apart
from quotes.ingest.long_apart import read_apart
from quotes.ingest.long_helpers import helped
from quotes.ingest.tables import TableError
from quotes.ingest.work import Stated
from tests.factories import ROOT

ALONE = """
import time
from quotes.ingest.long_helpers import helped
import os
with helped(lambda _: os.getpid(), helpers=2) as made:
    print(*made(range(2)), flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("helpers", [0, 1, 2, 3])
@pytest.mark.parametrize("parts", [0, 1, 2, 3, 20])
def test_each_part_is_worked_on_once_and_handed_back_in_its_turn(helpers, parts):
    large = "x" * 300_000  # more than a pipe takes in before somebody reads

    with helped(lambda part: (part[0] ** 2, part[1]), helpers=helpers) as made:
        found = list(made((number, large) for number in range(parts)))

    assert [number for number, _ in found] == [one * one for one in range(parts)]
    assert all(text == large for _, text in found)


def test_parts_are_asked_for_no_sooner_than_somebody_is_free():
    asked = []

    def parts():
        for number in range(9):
            asked.append(number)
            yield number

    with helped(str, helpers=2) as made:
        found = made(parts())
        assert next(found) == "0"
        assert asked == [0, 1, 2]
        assert list(found) == [str(number) for number in range(1, 9)]


def test_a_helper_that_dies_of_its_part_is_missed():
    with helped(os._exit, helpers=2) as made, pytest.raises(EOFError):
        list(made([1, 1, 1]))


def test_what_the_reader_finds_wrong_ends_its_helpers_as_well():
    def parts():
        yield "x" * 300_000
        raise ValueError("no more")

    with (
        pytest.raises(ValueError, match="no more"),
        helped(str, helpers=2) as made,
    ):
        list(made(parts()))


def test_helpers_are_gone_with_a_reader_that_was_killed():
    reader = subprocess.Popen(
        [sys.executable, "-c", ALONE], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert reader.stdout is not None
    helpers = reader.stdout.readline().split()
    assert len(set(helpers)) == 2
    assert all(is_alive(one) for one in helpers)

    reader.send_signal(signal.SIGKILL)
    reader.wait()
    reader.stdout.close()

    await_end_of(helpers)


def test_who_works_on_a_part_without_end_is_stopped_with_its_child():
    child = subprocess.Popen(
        ["sh", "-c", "sleep 60 & echo $!; wait"],
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert child.stdout is not None
    busy = child.stdout.readline().split()
    assert is_alive(int(busy[0]))

    long_apart._stop(child)
    child.wait()
    child.stdout.close()

    await_end_of([int(one) for one in busy])


def await_end_of(processes):
    for _ in range(200):
        if not any(is_alive(one) for one in processes):
            return
        time.sleep(0.05)
    raise AssertionError("They are still there.")


def is_alive(pid):
    """Return whether a process runs: one that nobody has buried yet does not."""
    try:
        return (
            Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        )
    except OSError:
        return False


def read(path):
    with (
        path.open("rb") as opened,
        read_apart(opened, stated=Stated(zone="UTC")) as one,
    ):
        rows = b"".join(one.blocks())
    return rows, one.said


def test_a_child_with_helpers_says_what_one_without_them_says(tmp_path, monkeypatch):
    path = tmp_path / "rows.csv"
    rows = [f"b{n % 7},label,bounding_box,label,{n},{n % 3 or ''}" for n in range(200)]
    rows[70:72] = ["b1,paint,bounding_box,label,1,", '"b\n1",label,bounding_box']
    names = "batch,stage,annotation_type,clock,items,units_produced"
    path.write_text("\n".join([names, *rows]))

    monkeypatch.setattr(long_apart, "HELPED_BYTES", 0)
    helped_by_two = read(path)
    monkeypatch.setattr(long_apart, "HELPERS", 0)

    assert helped_by_two == read(path)
    assert helped_by_two[0].count(b"\n") == 198
    assert sorted((one.row, one.column) for one in helped_by_two[1].refused) == [
        (72, "stage"),
        (73, ""),
    ]


def test_what_a_child_with_helpers_cannot_read_is_refused_in_words(
    tmp_path, monkeypatch
):
    path = tmp_path / "rows.csv"
    path.write_bytes(b"batch,stage,annotation_type,clock\nb1,label,bounding_box,\xff\n")
    monkeypatch.setattr(long_apart, "HELPED_BYTES", 0)

    with pytest.raises(TableError, match="not UTF-8"):
        read(path)
