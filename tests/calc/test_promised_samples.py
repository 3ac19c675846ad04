"""A sample at a gate decides by the promises on its line, as evaluated later."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quotes.calc.gates import Batch, GateError
from quotes.calc.gates.batch import Handover, Made, Word
from quotes.calc.gates.client import client_batches
from quotes.calc.gates.promised import (
    asked,
    clauses_on,
    evidence_of,
    held_again,
    limits,
    read_whole,
)
from quotes.calc.gates.record import from_data, to_data
from quotes.calc.gates.sample import ClassFound, Limit, Sample
from quotes.calc.gates.wording import found_words, next_step
from quotes.calc.kept import kept
from quotes.calc.kept_client import client_promises
from scoping.calc.document import document
from scoping.calc.sla import ClauseError, Evidence, allowed_in, check_of, evaluate
from scoping.calc.spec.service import ClassFloor, Sla
from scoping.calc.spec.values import Quality
from tests.calc.an_estimate import a_line, a_spec, an_estimate, the_workdays
from tests.calc.test_gates import the_plan

D = Decimal
DAY = date(2026, 3, 20)
RIDERS = ClassFloor(
    line=0,
    name="Riders",
    classes=("cyclist", "horse"),
    share=D("0.02"),
    accuracy=D("0.9"),
)


def a_baseline(*lines, **sla) -> dict[str, Any]:
    """Return the plan of 2,000 images of five boxes in two batches."""
    spec = a_spec(
        *(lines or (a_line(per_item=D(5)),)),
        items=2000,
        quality=Quality(sla=Sla(**sla)),
    )
    said = document(an_estimate(spec, draws=64))
    return {
        "clauses": said["clauses"],
        "lines": [
            {
                "index": line["index"],
                "name": line["name"],
                "unit": line["counted_unit"],
                "items": 2000,
            }
            for line in said["lines"]
        ],
    }


@pytest.fixture(scope="module")
def apart() -> dict[str, Any]:
    return a_baseline(floors=(RIDERS,), critical=D("0.995"), minor_counts=False)


@pytest.fixture(scope="module")
def together() -> dict[str, Any]:
    return a_baseline(measure="both")


def a_sample(**changes) -> Sample:
    fields: dict[str, Any] = {
        "seed": "271",
        "auditor": "Hoa",
        "size": 500,
        "max_wrong": 10,
        "checked": 500,
        "wrong": 4,
        "on": DAY,
    }
    return Sample(**(fields | changes))


def held(baseline, sample, *, items=1000, line="Boxes"):
    """Return the sample as it was held against the promises of its line."""
    found = limits(clauses_on(baseline, line), sample, items=items)
    return replace(sample, limits=tuple(found))


def broken(baseline, **found) -> list[str]:
    return [limit.promise for limit in held(baseline, a_sample(**found)).broken]


def test_a_sample_is_held_against_every_promise_that_somebody_looked_for(apart):
    clauses = clauses_on(apart, "Boxes")

    assert [one.promise for one in clauses] == [
        "Boxes right",
        "Nothing missed",
        "Boxes: critical errors",
        "Riders right",
    ]
    assert asked(clauses).classes == ("cyclist", "horse")
    assert (asked(clauses).missed, asked(clauses).critical, asked(clauses).minor) == (
        True,
        True,
        True,
    )
    # 500 boxes of 5,000, 2 % of them: ten. Critical 0.5 %: two. Of 100 riders all.
    assert broken(apart, wrong=10) == []
    assert broken(apart, wrong=11) == ["Boxes right"]
    assert broken(apart, missed=10, critical=0) == []
    assert broken(apart, missed=11, critical=0) == ["Nothing missed"]
    # Eleven wrong, of which one is minor and does not count.
    assert broken(apart, wrong=11, missed=0, critical=0, minor=1) == []
    assert broken(apart, missed=0, critical=2) == []
    # How bad errors are was not written down: all may be critical.
    assert broken(apart, wrong=3, missed=0) == ["Boxes: critical errors"]
    assert broken(apart, missed=0, critical=3) == ["Boxes: critical errors"]


def test_classes_are_held_against_the_number_of_their_own_sample(apart):
    def of(checked, wrong, missed):
        cyclist = ClassFound(
            name="cyclist", checked=checked, wrong=wrong, missed=missed, units=60
        )
        return broken(apart, classes=(cyclist,))

    # All 60 there are, which is fewer than the 100 that are planned: 10 % are six.
    assert of(60, 6, 0) == []
    assert of(60, 7, 0) == ["Riders right"]
    # One missed belongs to those that there are: 10 % of 61, rounded down.
    assert of(60, 5, 1) == []
    assert of(60, 6, 1) == ["Riders right"]
    # Nobody looked for missed ones: nothing is decided on these.
    assert of(60, 60, None) == []


def test_a_class_of_which_nothing_was_read_or_counted_is_not_known(apart):
    (riders,) = (one for one in clauses_on(apart, "Boxes") if one.classes)

    def known(**found):
        sample = a_sample(classes=(ClassFound(name="horse", **found),))
        return set(evidence_of(riders, sample, batch="1", items=1000).classes)

    assert known(checked=0, wrong=0) == set()
    assert known(checked=0, wrong=0, missed=1) == {"horse"}
    assert known(checked=0, wrong=0, units=0) == {"horse"}


def again(baseline, *earlier: Sample, **found) -> GateError | None:
    """Return why a sample after these is refused, None where it is taken."""
    clauses = clauses_on(baseline, "Boxes")
    sample = held(baseline, a_sample(critical=0, **found))
    try:
        held_again(clauses, sample, earlier, items=1000)
    except GateError as error:
        return error
    return None


def test_what_an_earlier_sample_broke_is_looked_for_again(apart, together):
    missed = held(apart, a_sample(missed=11, critical=0))
    looked = held(apart, a_sample(missed=10, critical=0))

    found = again(apart, missed)

    assert found is not None
    assert (found.code, found.field) == ("number_missing", "missed")
    assert "broke “Nothing missed”: count missed objects" in str(found)
    assert again(apart, missed, missed=0) is None
    # It was kept since, or never broken: nobody has to look.
    assert again(apart, missed, looked) is None
    assert again(apart, looked) is None
    assert again(apart, looked, missed) is not None
    # One promise on both: the plan's own number would decide in its place.
    both = held(together, a_sample(missed=11))
    assert again(together, both) is not None
    assert again(together, both, missed=11) is None


def test_classes_that_broke_a_promise_are_counted_again(apart):
    def of(name, **counts):
        return ClassFound(name=name, **({"wrong": 0, "missed": 0} | counts))

    broke = held(apart, a_sample(classes=(of("cyclist", checked=60, wrong=20),)))

    found = again(apart, broke)

    assert found is not None
    assert (found.code, found.field) == ("number_missing", "classes")
    assert "“Riders right”: count cyclist, horse" in str(found)
    assert again(apart, broke, classes=(of("cyclist", checked=60),)) is None
    # After the fix the batch holds none of either: there is nothing to count.
    none = tuple(of(name, checked=0, units=0) for name in ("cyclist", "horse"))
    assert again(apart, broke, classes=none) is None
    # A promise that became one on the average since then decides nothing here.
    clauses = [replace(one, per="project") for one in clauses_on(apart, "Boxes")]
    held_again(clauses, held(apart, a_sample()), [broke], items=1000)


@pytest.mark.parametrize("unit", ["image", "frame"])
def test_a_batch_is_not_read_whole_while_images_are_left(unit):
    with pytest.raises(GateError, match="holds 1,000 images; 999 were") as no:
        read_whole(a_sample(checked=999, whole=True), unit=unit, items=1000)

    assert (no.value.code, no.value.field) == ("sample_not_read", "checked")
    read_whole(a_sample(checked=1000, whole=True), unit=unit, items=1000)
    read_whole(a_sample(checked=500), unit=unit, items=1000)
    # How many labels there are is not known: some images have none.
    read_whole(a_sample(checked=999, whole=True), unit="object", items=1000)


def test_wrong_and_missed_count_together_where_the_promise_says_so(together):
    assert broken(together, wrong=5, missed=5) == []
    assert broken(together, wrong=6, missed=5) == ["Boxes right, nothing missed"]
    # Unless somebody looked, the plan's own number decides on what is wrong.
    assert broken(together, wrong=10) == []
    assert broken(together, wrong=11) == ["Labels right"]


def test_a_line_without_promises_has_the_number_of_its_plan():
    nothing: dict[str, Any] = {"clauses": [], "lines": []}

    assert held(nothing, a_sample(wrong=10)).passes
    assert not held(nothing, a_sample(wrong=11)).passes
    assert asked(clauses_on(nothing, "Boxes")).classes == ()
    average = a_baseline(per="project")
    assert broken(average, wrong=11, missed=400) == ["Labels right"]


@settings(max_examples=60, deadline=None)
@given(
    wrong=st.integers(0, 40),
    missed=st.none() | st.integers(0, 40),
    items=st.sampled_from([200, 1000]),
)
def test_a_gate_blocks_exactly_what_the_evaluation_fails(apart, wrong, missed, items):
    sample = a_sample(wrong=wrong, missed=missed)
    passed = [
        evaluate(
            clause,
            Evidence(
                as_of=DAY,
                batches=(evidence_of(clause, sample, batch="1", items=items),),
            ),
        ).passed
        for clause in clauses_on(apart, "Boxes")
    ]

    assert held(apart, sample, items=items).passes is (False not in passed)


def test_two_lines_of_one_type_have_promises_of_their_own():
    two = a_baseline(a_line(per_item=D(5)), a_line(per_item=D(2)))

    first, second = (
        clauses_on(two, name) for name in ("Boxes, line 1", "Boxes, line 2")
    )

    assert {one.line for one in first} == {0}
    assert {one.line for one in second} == {1}
    assert clauses_on(two, "Boxes") == ()
    assert clauses_on({**two, "gates": {"lines": [{"index": 1, "line": "B"}]}}, "B")


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({"wrong": 501}, "501 wrong of 500 checked is no result."),
        ({"extra": 5}, "5 labels without an object is no result."),
        ({"critical": 3, "minor": 2}, "3 critical, 2 minor is no result."),
        ({"missed": -1}, "-1 missed is no result."),
        ({"size": 0}, "A sample of 0"),
        ({"max_wrong": -1}, "at most -1 wrong is none"),
        ({"classes": (ClassFound(name="a", checked=1, wrong=0),) * 2}, "counted once"),
    ],
)
def test_counts_that_nothing_can_have_are_refused(found, words):
    with pytest.raises(GateError, match=words):
        a_sample(**found)


def test_a_class_that_nothing_can_have_is_refused():
    for said, words in (
        ({"name": " "}, "has a name"),
        ({"units": 4}, "5 of cyclist were checked; the batch holds 4."),
        ({"wrong": 6}, "cyclist: 6 wrong of 5 checked is no result."),
    ):
        fields: dict[str, Any] = {"name": "cyclist", "checked": 5, "wrong": 0}
        with pytest.raises(GateError, match=words):
            ClassFound(**(fields | said))


def test_a_sample_with_its_classes_and_limits_is_kept_as_data_and_read_back():
    sample = a_sample(
        missed=3,
        critical=1,
        classes=(ClassFound(name="cyclist", checked=5, wrong=1, units=9),),
        limits=(Limit(promise="Boxes right", found=4, allowed=10),),
    )

    data = json.loads(json.dumps(to_data(sample)))

    assert from_data(data) == sample
    # Written before anything but what is wrong was counted.
    old = {
        key: data[key]
        for key in (
            *("kind", "seed", "auditor", "size", "max_wrong"),
            *("checked", "wrong", "on", "whole"),
        )
    }
    assert from_data(old) == a_sample()


def test_what_was_found_is_said_as_far_as_somebody_looked():
    assert found_words(a_sample()) == "4 wrong of 500"
    assert found_words(a_sample(missed=3, critical=1)) == (
        "4 wrong of 500, 3 missed, 1 critical"
    )


def test_a_blocked_batch_says_which_promise_its_sample_breaks(apart):
    sample = held(apart, a_sample(wrong=4, missed=12, critical=0))
    batch = Batch(
        key="b1",
        items=1000,
        line="Boxes",
        history=(Made(move="decide", state="blocked", evidence=sample),),
    )

    assert next_step(batch, the_plan(), today=DAY).startswith(
        "The sample drawn by seed 271 and read by Hoa on 20 March 2026 found 4 wrong "
        "of 500, 12 missed, 0 critical. “Nothing missed” allows 10, there are 12."
    )


def test_what_draws_no_sample_allows_nothing(apart):
    (clause, *_) = clauses_on(apart, "Boxes")
    check = check_of(clause, evidence_of(clause, a_sample(), batch="1", items=1000))
    assert check is not None

    with pytest.raises(ClauseError, match="draws no sample"):
        allowed_in(replace(clause, sample=None), check)


def read(sample: Sample, *, key="batch 001", delivered=True, items=1000) -> Batch:
    made = [Made(move="decide", state="released", evidence=sample)]
    if delivered:
        until = date(2026, 4, 10)
        handed = Handover(version=1, on=DAY, answer_by=until, by="Mai")
        made.append(Made(move="deliver", state="delivered", evidence=handed))
    return Batch(key=key, items=items, line="Boxes", history=tuple(made))


def states(baseline, *batches) -> dict[str, str]:
    found = kept(baseline, (), as_of=DAY, batches=batches)
    return {one["promise"]: one["state"] for one in found}


def test_a_promise_on_missed_objects_is_met_not_met_or_not_shown_yet(apart):
    whole = a_sample(checked=5000, wrong=50, minor=0, whole=True)

    def missed(**found):
        return states(apart, read(replace(whole, **found)))["Nothing missed"]

    assert missed() == "not_shown_yet"
    # Read in whole, so that the share is known: 98 % of all objects have a box.
    assert missed(missed=80) == "met"
    assert missed(missed=200) == "not_met"
    # A tenth of a batch shows neither at ten, and a great lack at 60.
    tenth = a_sample(missed=10, minor=0)
    assert states(apart, read(tenth))["Nothing missed"] == "not_shown_yet"
    assert states(apart, read(replace(tenth, missed=60)))["Nothing missed"] == "not_met"


def test_promises_on_classes_and_severities_are_evaluated(apart):
    riders = tuple(
        ClassFound(name=name, checked=50, wrong=wrong, missed=0, units=50)
        for name, wrong in (("cyclist", 1), ("horse", 4))
    )
    whole = a_sample(checked=5000, wrong=20, missed=0, critical=3, minor=4, whole=True)

    found = states(apart, read(replace(whole, classes=riders)))

    # 5 of 100 riders, of which 10 % may be; 3 critical of 5,000, 0.5 % may be.
    assert found["Riders right"] == "met"
    assert found["Boxes: critical errors"] == "met"
    worse = replace(riders[0], wrong=40)
    found = states(apart, read(replace(whole, classes=(worse, riders[1]))))
    assert found["Riders right"] == "not_met"
    assert states(apart, read(whole))["Riders right"] == "not_shown_yet"
    too_many = states(apart, read(replace(whole, missed=40, critical=30)))
    assert too_many["Boxes: critical errors"] == "not_met"


def test_a_class_whose_number_nobody_counted_is_as_many_as_planned(apart):
    (clause,) = [one for one in clauses_on(apart, "Boxes") if one.classes]
    rider = ClassFound(name="cyclist", checked=30, wrong=1, missed=0)

    def units(sample):
        found = evidence_of(clause, sample, batch="1", items=1000)
        return found.classes["cyclist"][0]

    # 2 % of 5,000 are 100, of two classes.
    assert units(a_sample(classes=(rider,))) == 50
    assert units(a_sample(classes=(replace(rider, checked=70),))) == 70
    assert units(a_sample(classes=(rider,), whole=True)) == 30
    # A promise on all classes has no plan of any of them: as many as were checked.
    main = evidence_of(
        clauses_on(apart, "Boxes")[0], a_sample(classes=(rider,)), batch="", items=1000
    )
    assert main.classes["cyclist"][0] == 30


def test_a_client_sees_promises_of_what_was_delivered_alone(apart):
    bad = a_sample(checked=5000, wrong=4000, missed=900, minor=0, whole=True)
    good = a_sample(checked=5000, wrong=10, missed=10, minor=0, whole=True)

    def shown(*batches):
        return client_promises(
            apart,
            (),
            batches=batches,
            as_of=DAY,
            calendar=the_workdays().calendar("us"),
        )

    assert shown(read(bad, delivered=False)) == []
    found = {
        one.promise: one
        for one in shown(read(good), read(bad, key="b2", delivered=False))
    }
    assert found["Boxes right"].says == "kept"
    assert found["Boxes right"].right == D("0.998000")
    assert found["Nothing missed"].says == "kept"
    assert found["Riders right"].says == "not shown yet"
    assert found["Riders right"].right is None
    # A batch that is still here keeps the delivery open.
    assert found["Delivery"].says == "not shown yet"
    alone = {one.promise: one for one in shown(read(good))}
    assert alone["Delivery"].says == "kept"


def test_a_sample_of_work_that_is_still_here_stays_here(apart):
    first = a_sample(checked=5000, wrong=10, missed=10, minor=0, whole=True)
    delivered = read(first)
    word = Word(on=DAY, by="Dana", why="too loose")
    worse = a_sample(checked=5000, wrong=4000, missed=900, seed="272", minor=0)
    again = replace(
        delivered,
        history=(
            *delivered.history,
            Made(move="reject", state="rejected", evidence=word),
            Made(move="decide", state="blocked", evidence=worse),
        ),
    )

    (batch,) = client_batches([again], today=DAY)
    found = client_promises(
        apart, (), batches=[again], as_of=DAY, calendar=the_workdays().calendar("us")
    )

    assert (batch.checked, batch.wrong, batch.missed) == (5000, 10, 10)
    assert {one.promise: one.says for one in found}["Boxes right"] == "kept"


def test_a_client_is_told_the_line_where_several_have_promises():
    two = a_baseline(a_line(per_item=D(5)), a_line(per_item=D(2)))
    batch = replace(read(a_sample()), line="Boxes, line 1")

    found = client_promises(
        two, (), batches=[batch], as_of=DAY, calendar=the_workdays().calendar("us")
    )

    names = [one.promise for one in found]
    assert "Boxes, line 1: Boxes right" in names
    assert "Boxes, line 2: Nothing missed" in names
