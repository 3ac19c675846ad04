"""Names in files: ours, confirmed, likely with a reason, or not known."""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from difflib import SequenceMatcher

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotes.calc.names import (
    AHEAD,
    KNOWN,
    MOST_ASKED,
    NEAR,
    REMEMBERED,
    SUGGESTED,
    UNKNOWN,
    Names,
    Ours,
    Written,
    likeness,
    numbers,
    plain,
    same,
)

BATCHES = [Ours(name=f"street-scenes/{number:03}") for number in range(1, 13)]


def one(name, ours=BATCHES, remembered=None, types=()):
    names = Names(ours, remembered=remembered or {})
    (found,) = names.matched([Written(name=name, types=frozenset(types))])
    return found


@pytest.mark.parametrize(
    ("name", "means", "why"),
    [
        ("Street scenes 3", "street-scenes/003", "the same letters and numbers"),
        ("STREET_SCENES_0003", "street-scenes/003", "the same letters and numbers"),
        ("street-scenes batch 3 FINAL", "street-scenes/003", "the same number, 3"),
        ("lot 012", "street-scenes/012", "the same number, 12"),
        ("12", "street-scenes/012", "the same number, 12"),
    ],
)
def test_a_likely_meaning_is_suggested_with_its_reason(name, means, why):
    found = one(name)

    assert (found.state, found.means, found.why) == (SUGGESTED, means, why)
    assert found.candidates[0] == means


@pytest.mark.parametrize(
    "name",
    [
        "job 12",  # a tool counts on through all projects
        "street-scenes/013",  # nearly 012, and another one
        "street 3 of 12",  # two numbers
        "birds",
        "///",
    ],
)
def test_what_is_not_likely_is_not_suggested(name):
    found = one(name)

    assert (found.state, found.means, found.why) == (UNKNOWN, None, "")


def test_the_nearest_is_suggested_where_it_is_clearly_nearer():
    ours = [Ours(name="Vehicle boxes"), Ours(name="Lane lines")]

    # "vehiclesboxes" against "vehicleboxes": 2 * 12 / (13 + 12) = 0.96
    assert one("Vehicles / boxes", ours).means == "Vehicle boxes"
    assert one("Vehicles / boxes", ours).why == "the nearest name"
    two = [Ours(name="Vehicle boxes A"), Ours(name="Vehicle boxes B")]
    assert one("Vehicle box", two).means is None
    assert one("Vehicle box", two).candidates == ("Vehicle boxes A", "Vehicle boxes B")


def test_the_only_line_of_a_type_is_suggested():
    ours = [
        Ours(name="Vehicle boxes", also=("0",), type="bounding_box"),
        Ours(name="Lanes", also=("1",), type="polyline"),
    ]

    found = one("Cars & trucks", ours, types=["bounding_box"])

    assert found.means == "Vehicle boxes"
    assert found.why == "the only line of its annotation type"
    assert one("Cars & trucks", ours, types=["bounding_box", "polyline"]).means is None
    assert one("0", ours).state == KNOWN


def test_what_was_confirmed_holds_while_it_is_ours():
    known = {"final": "street-scenes/003", "gone": "street-scenes/099", "odd": "odd"}
    names = Names(BATCHES, remembered=known)

    assert names.meaning(" FINAL ") == "street-scenes/003"
    assert names.meaning("gone") is None
    assert names.meaning("Odd") == "Odd"  # confirmed to stay as it is written
    assert one("final", remembered=known).state == REMEMBERED
    assert one("odd", remembered=known).is_open is False
    assert names.own("STREET-scenes/003") == "street-scenes/003"
    assert names.own("3") is None


def test_rows_and_hours_of_a_name_are_added_up_and_most_rows_come_first():
    written = [
        Written(name="b", rows=2, seconds=Decimal(30)),
        Written(name="B ", rows=3, seconds=Decimal(30)),
        Written(name="a", rows=5),
        Written(name="c", rows=9, seconds=Decimal(60)),
    ]
    names = Names(BATCHES, remembered={})

    found = names.matched(written)

    # 60 of 120 seconds each; a has no time, so that its share is not known
    assert [(it.name, it.rows, it.share) for it in found] == [
        ("c", 9, Decimal("0.5")),
        ("B", 5, Decimal("0.5")),
        ("a", 5, None),
    ]
    assert names.matched([Written(name="c")])[0].share is None


def test_beyond_so_many_names_nothing_is_looked_for():
    written = [Written(name=f"lot {it} of it", rows=2) for it in range(MOST_ASKED)]

    found = Names(BATCHES, remembered={}).matched([*written, Written(name="lot 3")])

    assert found[-1].name == "lot 3"
    assert (found[-1].state, found[-1].candidates) == (UNKNOWN, ())


def test_against_many_names_of_ours_few_are_held_for_likeness(monkeypatch):
    monkeypatch.setattr("quotes.calc.names.MOST_COMPARED", 1)
    ours = Names([Ours(name="vehicle boxes"), Ours(name="trees")], remembered={})
    near = [Written(name=f"vehicle boxe{one}", rows=9) for one in "abcdef"]

    found = ours.matched([*near, Written(name="Vehicle-Boxes")])

    likely = ["vehicle boxes"] * 5
    assert [one.means for one in found] == [*likely, None, "vehicle boxes"]
    assert found[5].candidates == ()
    assert found[6].why == "the same letters and numbers"


def test_numbers_are_read_in_any_script_and_of_any_length():
    assert numbers("batch ٠٠٣") == ("3",)
    assert numbers("0" * 5000 + "7") == ("7",)
    assert numbers("0") == ("0",)
    assert plain("Đường 03") == "duong3"
    assert plain("12-3") != plain("1-23")


NAMES = st.text("aA1 02-/đÉ", max_size=8)


def slow(name, ours, remembered):  # noqa: C901, PLR0911 - the rules, one by one
    """Say the same from the definition, a letter at a time."""

    def key(text):
        return unicodedata.normalize("NFC", text).strip().casefold()

    def runs(text):
        bare = unicodedata.normalize("NFKD", text.casefold().replace("đ", "d"))
        found = [""]
        for letter in bare:
            if unicodedata.combining(letter):
                continue
            if not letter.isalnum():
                found.append("")
            elif found[-1] and found[-1][-1].isdigit() != letter.isdigit():
                found.append(letter)
            else:
                found[-1] += letter
        return [it.lstrip("0") or "0" if it[0].isdigit() else it for it in found if it]

    def bare(text):
        found = ""
        for run in runs(text):
            found += (" " if found[-1:].isdigit() and run[0].isdigit() else "") + run
        return found

    def digits(text):
        return [run for run in runs(text) if run[0].isdigit()]

    if any(key(it) == key(name) for it in ours):
        return KNOWN, name
    means = remembered.get(key(name))
    if means is not None and key(means) == key(name):
        return REMEMBERED, name
    if means is not None and any(key(it) == key(means) for it in ours):
        return REMEMBERED, means
    letters = [it for it in ours if bare(name) and bare(it) == bare(name)]
    if len(letters) == 1:
        return SUGGESTED, letters[0]
    last = [it for it in ours if digits(it)[-1:] == digits(name)]
    if len(digits(name)) == 1 and len(last) == 1:
        return SUGGESTED, last[0]
    near = sorted(
        (-SequenceMatcher(None, bare(it), bare(name), autojunk=False).ratio(), it)
        for it in ours
    )
    if near and -near[0][0] >= NEAR:
        second = -near[1][0] if len(near) > 1 else 0
        other = digits(near[0][1])
        if -near[0][0] - second >= AHEAD and (
            not other or not digits(name) or other == digits(name)
        ):
            return SUGGESTED, near[0][1]
    return UNKNOWN, None


@given(
    name=NAMES,
    ours=st.lists(NAMES, max_size=5, unique_by=same),
    remembered=st.dictionaries(NAMES.map(same), NAMES, max_size=3),
    shuffled=st.randoms(),
)
def test_it_is_what_the_definition_says_in_any_order(name, ours, remembered, shuffled):
    found = one(name, [Ours(name=it) for it in ours], remembered)

    assert (found.state, found.means) == slow(name.strip(), ours, remembered)
    other = [Ours(name=it) for it in ours]
    shuffled.shuffle(other)
    assert one(name, other, remembered) == found
    # What is only likely is never taken for certain.
    sure = Names(other, remembered=remembered).meaning(name.strip())
    assert sure == (None if found.is_open else found.means)
    if any(same(it) == same(name) for it in ours):
        assert (found.state, sure) == (KNOWN, name.strip())


@given(names=st.lists(NAMES, max_size=6), shuffled=st.randoms())
def test_the_order_of_a_file_changes_nothing(names, shuffled):
    known = Names(BATCHES, remembered={})
    found = known.matched(Written(name=it) for it in names)
    other = list(names)
    shuffled.shuffle(other)

    assert known.matched(Written(name=it) for it in other) == found
    assert sum(it.rows for it in found) == len(names)


def test_likeness_is_that_of_plain_names():
    # "abc" and "abd": two letters of three match, 2 * 2 / 6
    assert likeness("A-B-C", "abd") == pytest.approx(2 / 3)
