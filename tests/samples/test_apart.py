"""Files of strangers are read in a child, which may die without anybody noticing."""

from __future__ import annotations

import os
import re
import resource
from random import Random
from time import monotonic

import pytest

from scoping.samples import apart
from scoping.samples import cvat as cvat_reader
from scoping.samples.apart import Bounds, BusyError, answer_to, compare_apart
from scoping.samples.limits import UPLOAD
from scoping.samples.values import ComparisonError, SampleError
from tests.samples.files import coco, cvat

GOOD = coco([{"bbox": [0, 0, 10, 10]}])


@pytest.fixture
def write(tmp_path):
    def made(name, text):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return path

    return made


def compared(first, second, **options):
    return compare_apart(
        first, second, names=("one.json", "two.json"), least=0.5, **options
    )


def test_a_child_answers_as_the_same_process_would(write):
    first, second = write("a", GOOD), write("b", GOOD)

    found = compared(first, second)

    assert found["families"][0]["named"]["matched"] == 1
    assert found["first"]["name"] == "one.json"
    here = answer_to(
        {
            "first": str(first),
            "second": str(second),
            "names": ["one.json", "two.json"],
            "least": 0.5,
            "limits": {},
            "bounds": {"work": 1e9},
        }
    )
    assert here == {"found": found}


def test_a_broken_file_comes_back_as_a_sentence_about_it(write):
    with pytest.raises(ComparisonError, match=r"two\.json is no complete") as refused:
        compared(write("a", GOOD), write("b", "{"))

    assert refused.value.field == "second"


BOMBS = {
    "entities that multiply": '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">'
        for a, b in zip("abcdefg", "bcdefgh", strict=True)
    )
    + "]><annotations>&h;</annotations>",
    "an external entity": '<!DOCTYPE a SYSTEM "file:///etc/hostname"><annotations/>',
    "elements inside each other": "<annotations>" + "<a>" * 200_000,
    "very many elements": cvat("<a/>" * 1_000_000),
    "lists inside each other": "[" * 5_000_000,
    "a number of a million digits": '{"images": ' + "9" * 1_000_000 + "}",
    "a mask of a continent": coco(
        [{"segmentation": {"size": [9**9, 9**9], "counts": [1]}}]
    ),
    "a mask that repeats": cvat(
        '<image name="a" width="9000000" height="9000000"><mask left="0" top="0" '
        'width="9000000" height="9000000" rle="81000000000000"/></image>'
    ),
    "a video of a million years": cvat(
        '<track label="a"/>',
        meta="<task><start_frame>0</start_frame><stop_frame>999999999</stop_frame>"
        "</task>",
    ),
    "an outline of very many corners": coco(
        [{"segmentation": [[0, 1, 2, 3] * 100_000]}]
    ),
    "a crowd in one image": coco([{"bbox": [0, 0, 1, 1]}] * 50_000),
    "numbers without end": '{"images": [{"id": 1e999999}]}',
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_refused_soon_and_hurts_nobody(write, bomb):
    first = write("bomb", bomb)
    pid, before = os.getpid(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = monotonic()

    with pytest.raises(ComparisonError):
        compared(first, write("good", GOOD))

    # Kilobytes on Linux. Other work on the machine may slow a child down.
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 200_000
    assert monotonic() - begun < 20
    assert os.getpid() == pid


def test_a_child_that_needs_too_much_memory_is_stopped(write):
    big = write("a", "[" + "[]," * 3_000_000 + "[]]")

    with pytest.raises(ComparisonError, match="was stopped"):
        compared(big, big, bounds=Bounds(memory_bytes=300_000_000))
    # The same file within its bounds is read, and refused for what it is.
    with pytest.raises(ComparisonError, match="neither COCO"):
        compared(big, big)


def test_a_child_that_takes_too_long_is_stopped(write, monkeypatch):
    monkeypatch.setattr(apart, "GRACE_SECONDS", 0)
    good = write("a", GOOD)

    with pytest.raises(ComparisonError, match="took more than 0 s"):
        compared(good, good, bounds=Bounds(seconds=0))


def test_only_so_many_are_read_at_once(write):
    good = write("a", GOOD)
    for _ in range(apart.AT_ONCE):
        apart._free.acquire()

    try:
        with pytest.raises(BusyError, match="Try again"):
            compared(good, good)
    finally:
        for _ in range(apart.AT_ONCE):
            apart._free.release()
    assert compared(good, good)["images"] == 1


def test_too_many_elements_are_refused_before_they_are_read(write, monkeypatch):
    def read(*_args, **_kwargs):
        raise AssertionError("It is read.")

    bomb = write("a", cvat("<a/>" * 600_001))
    monkeypatch.setattr(cvat_reader, "iterparse", read)

    with pytest.raises(SampleError, match="more than 600,000 XML elements"):
        cvat_reader.read(bomb, name="a", limits=UPLOAD)
    # Negative control: one that is not too large meets the reader.
    with pytest.raises(AssertionError):
        cvat_reader.read(write("c", cvat("<a/>")), name="c", limits=UPLOAD)


@pytest.mark.parametrize("chunk", [1, 2, 3, 64])
def test_elements_are_counted_across_the_ends_of_what_is_read(
    write, monkeypatch, chunk
):
    monkeypatch.setattr(cvat_reader, "CHUNK", chunk)
    pick = Random(chunk)
    parts = ("<a>", "</a>", "<b/>", "text", "<!-- c -->", "<?pi?>", "<")
    for _ in range(25):
        text = "".join(pick.choice(parts) for _ in range(40))
        # A second opinion: tags that neither end one nor say something to the reader.
        wanted = len(re.findall(r"<(?![/!?])", text))

        assert cvat_reader.elements_in(write("x", text), most=999) == wanted


def test_elements_of_two_bytes_a_letter_are_left_to_the_reader(tmp_path):
    path = tmp_path / "wide.xml"
    path.write_bytes("<a/>".encode("utf-16"))

    assert cvat_reader.elements_in(path, most=0) == 0
