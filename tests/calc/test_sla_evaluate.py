"""A clause held against deliveries: met, not met or not shown yet, and what is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.calc.sla import (
    BatchEvidence,
    Clause,
    ClauseError,
    Counts,
    CreditStep,
    Delay,
    Evidence,
    EvidenceError,
    Sample,
    clause_from_data,
    evaluate,
    pass_chance,
    released_at,
    released_of_work,
)
from scoping.calc.sla.bounds import effect_seen, wrong_in_batch, wrong_on_average

D = Decimal
TODAY = date(2026, 4, 1)

TAGS = Clause(
    key="image_tag_right",
    promise="Tags right",
    how_much="98 % of tags in every batch",
    metric="precision",
    unit="label",
    floor=D("0.98"),
    match_iou=None,
    sample=Sample(
        items=100,
        of_items=1000,
        units=100,
        max_defects=2,
        lot=1000,
        worth_lot=1000,
        worth_units=100,
        worth_defects=2,
    ),
    sample_text="100 of 1,000 images; at most 2 wrong",
    proves=D("0.059"),
    proves_text="at most 5.9 % wrong",
    remedy="redone free in 5 business days",
    remedy_days=5,
    line=0,
)
OBLIGATION = replace(
    TAGS, key="your_answers", metric="obligation", floor=None, sample=None, days=2
)


def a_batch(wrong=0, *, checked=100, units=1000, name="1", **said) -> BatchEvidence:
    counts = said.pop("counts", None) or Counts(checked=checked, wrong=wrong)
    fields = {"items": units, "sampled_items": checked, "attempt": 1} | said
    return BatchEvidence(batch=name, units=units, counts=counts, **fields)


def held(clause: Clause, *batches: BatchEvidence, **said):
    return evaluate(clause, Evidence(as_of=TODAY, batches=batches, **said))


@pytest.mark.parametrize(
    ("checked", "wrong", "state", "passed"),
    [
        (1000, 20, "met", True),  # all checked: exactly 98 %, as 2 of 100 are
        (1000, 21, "not_met", False),
        (100, 0, "not_shown_yet", True),  # none of 100 proves at most 2.8 % wrong
        (132, 0, "met", True),  # rules out 21 wrong: C(979, 132) ÷ C(1000, 132) < 5 %
        (131, 0, "not_shown_yet", True),
        (100, 2, "not_shown_yet", True),
        (100, 3, "not_shown_yet", False),
        (100, 6, "not_met", False),
    ],
)
def test_a_batch_is_met_only_where_shown_and_passes_by_its_count(
    checked, wrong, state, passed
):
    found = held(TAGS, a_batch(wrong, checked=checked))

    assert (found.state, found.batches[0].passed) == (state, passed)


def test_what_a_pass_proves_is_the_bound_of_its_worst_sample():
    # METHODS 3: 2 in 100 of 1,000 prove at most 5.9 % bad at 95 %.
    found = held(TAGS, a_batch(2))

    assert found.batches[0].low == D("0.941")
    assert found.batches[0].observed == D("0.98")


def _possible(lot: int, n: int, x: int) -> tuple[int, int]:
    """Return the fewest and the most wrong units that 95 % leave, by counting."""

    def chance(wrong: int, low: int, high: int) -> Fraction:
        ways = sum(
            comb(wrong, k) * comb(lot - wrong, n - k) for k in range(low, high + 1)
        )
        return Fraction(ways, comb(lot, n))

    fits = [
        wrong
        for wrong in range(lot + 1)
        if chance(wrong, 0, x) > Fraction(5, 100)
        and chance(wrong, x, n) > Fraction(5, 100)
    ]
    return fits[0], fits[-1]


@given(data=st.data(), lot=st.integers(1, 60))
def test_bounds_are_those_of_counting_every_batch_there_could_be(data, lot):
    n = data.draw(st.integers(1, lot))
    x = data.draw(st.integers(0, n))

    found = wrong_in_batch(lot, n, x)

    fewest, most = _possible(lot, n, x)
    assert abs(found.low - D(fewest) / lot) <= D("0.000001")
    assert abs(found.high - D(most) / lot) <= D("0.000001")


@given(
    data=st.data(),
    n=st.integers(1, 400),
    effect=st.fractions(1, 4, max_denominator=9),
)
def test_units_that_err_alike_never_show_more(data, n, effect):
    x = data.draw(st.integers(0, n))

    alone = wrong_in_batch(1000, n, x)
    alike = wrong_in_batch(1000, n, x, effect=effect)

    assert alike.low <= alone.seen <= alike.high
    assert alike.high >= alone.high - D("0.01")


@given(
    st.lists(st.tuples(st.integers(1, 300), st.integers(0, 9)), min_size=1, max_size=6)
)
def test_an_average_weighs_each_batch_by_its_units(rows):
    parts = [(10 * n, n, min(x, n)) for n, x in rows]

    found = wrong_on_average(parts)

    whole = sum(units for units, _, _ in parts)
    exact = sum(Fraction(units * x, n) for units, n, x in parts) / whole
    assert abs(found.seen - D(exact.numerator) / exact.denominator) <= D("0.000001")
    assert found.low <= found.seen <= found.high


def test_uneven_samples_are_worth_less_than_even_ones():
    even = wrong_on_average([(1000, 100, 2), (1000, 100, 2)])
    uneven = wrong_on_average([(1000, 190, 4), (1000, 10, 0)])

    assert even.high - even.low < uneven.high - uneven.low
    assert uneven.seen == D("0.010526")  # (1000 × 4 ÷ 190 + 0) ÷ 2000


def test_an_average_may_be_kept_although_a_batch_is_not():
    batches = [a_batch(20, checked=1000, name=str(n)) for n in range(9)]
    batches.append(a_batch(21, checked=1000, name="9"))
    batches[0] = a_batch(0, checked=1000, name="0")

    by_batch = held(TAGS, *batches)
    average = held(replace(TAGS, per="project"), *batches)

    assert (by_batch.state, average.state) == ("not_met", "met")
    assert "batch 9" in by_batch.why
    assert average.why.endswith("98 % is kept on average.")
    assert average.batches[0].passed is None


def test_one_unlucky_sample_among_many_shows_nothing():
    # 5 of 100: alone it shows a batch short (95 %), among 40 it may be luck.
    alone = held(TAGS, a_batch(5))
    among = held(TAGS, a_batch(5), *(a_batch(name=str(n)) for n in range(2, 41)))

    assert alone.state == "not_met"
    assert (among.state, among.batches[0].state) == ("not_shown_yet", "not_met")


def test_a_batch_without_a_sample_keeps_a_promise_from_being_shown():
    full = a_batch(0, checked=1000)

    assert held(TAGS, full).state == "met"
    found = held(TAGS, full, unchecked=2)
    assert found.state == "not_shown_yet"
    assert found.why.endswith("not looked at in 2 batches.")
    assert held(replace(TAGS, per="project"), full, unchecked=1).state != "met"


def test_nothing_checked_is_not_shown_and_not_zero():
    found = held(TAGS)

    assert (found.state, found.observed, found.passed) == ("not_shown_yet", None, None)
    assert (found.low, found.high) == (0, 1)


def test_credit_follows_the_first_check_and_the_state_the_last():
    clause = replace(TAGS, credit=D(100))
    first = a_batch(4)
    again = a_batch(0, checked=1000, attempt=2)

    found = held(clause, again, first)

    assert found.state == "met"
    assert (found.credit, found.passed) == (D("100.00"), False)
    assert len(found.batches) == 1


def test_the_greatest_step_that_is_reached_is_credited_once():
    ladder = (
        CreditStep(wrong_over=D("0.04"), amount=D("250")),
        CreditStep(wrong_over=D("0.08"), amount=D("600.5")),
    )
    clause = replace(TAGS, credit=D(100), ladder=ladder)

    due = [held(clause, a_batch(wrong)).credit for wrong in (2, 3, 4, 5, 8, 9)]

    # Over 2 wrong 100; over 4 % 250; over 8 % 600.50.
    assert due == [D(0), D(100), D(100), D(250), D(250), D("600.50")]


def test_a_ladder_on_an_average_is_credited_once_for_the_project():
    ladder = (CreditStep(wrong_over=D("0.03"), amount=D(900)),)
    clause = replace(TAGS, per="project", credit=D(400), ladder=ladder)
    batches = [a_batch(wrong, name=str(wrong)) for wrong in (1, 4)]

    assert held(clause, *batches).credit == D("400.00")
    assert held(clause, *batches, a_batch(6, name="6")).credit == D("900.00")
    assert held(clause, a_batch(1)).credit == 0


@given(st.lists(st.integers(0, 30), min_size=1, max_size=30))
def test_credits_of_batches_add_up_to_the_cent(wrong):
    ladder = (CreditStep(wrong_over=D("0.05"), amount=D("33.34")),)
    clause = replace(TAGS, credit=D("33.33"), ladder=ladder)

    found = held(clause, *(a_batch(x, name=str(n)) for n, x in enumerate(wrong)))

    assert found.credit == sum((one.credit for one in found.batches), D(0))
    assert found.credit == 33 * len([x for x in wrong if x > 2]) + sum(
        D("0.34") if x > 5 else D("0.33") for x in wrong if x > 2
    )


def test_a_smaller_batch_is_allowed_in_proportion():
    # 2 % of 40 checked is 0.8: none. Of a full batch 2 are.
    assert held(TAGS, a_batch(1, checked=40, units=400)).batches[0].passed is False
    assert held(TAGS, a_batch(0, checked=40, units=400)).batches[0].passed is True


def test_a_sample_that_was_not_read_in_full_does_not_pass_yet():
    assert held(TAGS, a_batch(0, checked=60)).batches[0].passed is None
    assert held(TAGS, a_batch(3, checked=60)).batches[0].passed is False


def test_a_part_of_an_image_cannot_be_drawn():
    # 501 of 5,003 boxes planned are 101 images, rounded up; 100 were drawn.
    assert TAGS.sample is not None
    boxes = replace(
        TAGS,
        sample=replace(TAGS.sample, items=101, units=501, lot=5003, max_defects=10),
    )
    full = a_batch(9, checked=480, units=5003, items=1000, sampled_items=100)
    short = a_batch(9, checked=480, units=5003, items=1000, sampled_items=99)

    assert held(boxes, full).batches[0].passed is True
    assert held(boxes, short).batches[0].passed is None


MISSED = replace(TAGS, key="missed", metric="recall")
BOTH = replace(TAGS, key="both", metric="defect_share")


def test_missed_objects_count_in_recall_and_in_both_and_not_in_precision():
    counts = Counts(checked=1000, wrong=30, extra=10, missed=40)
    batch = a_batch(checked=1000, counts=counts)

    right, recall, both = (
        held(clause, batch).batches[0] for clause in (TAGS, MISSED, BOTH)
    )

    # 1,000 labels, 10 without an object, 40 objects without a label: 1,030 objects.
    assert (right.wrong, right.checked) == (30, 1000)
    assert (recall.wrong, recall.checked) == (40, 1030)
    assert (both.wrong, both.checked) == (70, 1040)


def test_nobody_looked_is_not_none_missed():
    found = held(MISSED, a_batch(0, checked=1000))

    assert found.state == "not_shown_yet"
    assert found.why == "The errors that this promise counts were not looked for."
    assert found.batches[0].wrong is None
    assert held(replace(MISSED, per="project"), a_batch(0)).state == "not_shown_yet"


def test_labels_without_an_object_are_taken_as_many_where_nobody_counted_them():
    batch = a_batch(checked=100, counts=Counts(checked=100, wrong=10, missed=5))

    assert held(MISSED, batch).batches[0].checked == 95


def test_severities_that_do_not_count_are_left_out_where_they_are_known():
    serious = replace(TAGS, counts=("critical", "major"))
    critical = replace(TAGS, counts=("critical",))
    known = a_batch(counts=Counts(checked=100, wrong=9, critical=1, minor=6))
    unknown = a_batch(counts=Counts(checked=100, wrong=9))

    def wrong(clause, batch):
        return held(clause, batch).batches[0].wrong

    assert [wrong(one, known) for one in (TAGS, serious, critical)] == [9, 3, 1]
    assert [wrong(one, unknown) for one in (TAGS, serious, critical)] == [9, 9, 9]
    # Of one that counts, or of all that do not, the number is enough.
    half = a_batch(counts=Counts(checked=100, wrong=9, critical=1))
    assert [wrong(one, half) for one in (TAGS, serious, critical)] == [9, 9, 1]
    half = a_batch(counts=Counts(checked=100, wrong=9, minor=6))
    assert [wrong(one, half) for one in (TAGS, serious, critical)] == [9, 3, 9]


def test_a_number_in_proportion_is_not_lost_to_the_division():
    # 1 of 300, and 300 checked: 1 ÷ 300 × 300 is 0.999… in decimals.
    assert TAGS.sample is not None
    sample = replace(TAGS.sample, units=300, max_defects=1)
    small = a_batch(items=900, counts=Counts(checked=300, wrong=1))

    assert held(replace(TAGS, sample=sample), small).batches[0].passed is not False


def test_what_is_no_labelling_error_is_taken_off():
    counts = Counts(checked=100, wrong=5, missed=4, excluded_wrong=2, excluded_missed=1)
    batch = a_batch(counts=counts)

    found = [held(clause, batch).batches[0].wrong for clause in (TAGS, MISSED, BOTH)]

    assert found == [3, 3, 6]


def test_a_class_group_is_held_by_its_own_counts():
    walkers = replace(
        TAGS, key="walkers", group="Walkers", classes=("pedestrian", "cyclist")
    )
    batch = a_batch(
        0,
        classes={
            "pedestrian": (40, Counts(checked=40, wrong=3, missed=1)),
            "cyclist": (10, Counts(checked=10, wrong=0)),
            "car": (900, Counts(checked=50, wrong=0)),
        },
    )

    found = held(walkers, batch).batches[0]

    assert (found.checked, found.wrong, found.state) == (50, 3, "not_met")
    assert held(TAGS, batch).batches[0].wrong == 0
    # What one class does not know, the group does not.
    assert held(replace(walkers, metric="recall"), batch).batches[0].wrong is None


def test_a_class_group_that_was_not_drawn_is_not_shown():
    walkers = replace(TAGS, classes=("pedestrian",))

    found = held(walkers, a_batch(0))
    assert found.why == "Nothing of pedestrian has been checked yet."
    none = a_batch(0, classes={"pedestrian": (3, Counts(checked=0, wrong=0))})
    assert held(walkers, none).state == "not_shown_yet"


BUSES = replace(TAGS, group="Buses", classes=("bus", "tram"))
NONE_THERE = (0, Counts(checked=0, wrong=0))
ALL_READ = (90, Counts(checked=90, wrong=0, missed=0))


@pytest.mark.parametrize("per", ["batch", "project"])
@pytest.mark.parametrize("metric", ["precision", "defect_share"])
def test_a_batch_whose_classes_nobody_counted_keeps_a_group_unshown(per, metric):
    group = replace(BUSES, per=per, metric=metric)
    both = a_batch(0, name="1", classes={"bus": ALL_READ, "tram": ALL_READ})
    plain = [a_batch(0, name=str(n)) for n in range(2, 11)]
    tramless = a_batch(0, name="2", classes={"bus": ALL_READ, "tram": NONE_THERE})
    neither = a_batch(0, name="2", classes={"bus": NONE_THERE, "tram": NONE_THERE})
    half = a_batch(0, name="2", classes={"bus": ALL_READ})

    found = held(group, both, *plain)

    assert found.state == "not_shown_yet"
    assert found.why.endswith("was not looked at in 9 batches.")
    assert held(group, both).state == "met"
    # Known to hold no tram, or none of either: there was nothing to count.
    assert held(group, both, tramless).state == "met"
    assert held(group, both, neither).state == "met"
    # Only buses were counted: of trams nothing is known.
    assert held(group, half).state == "not_shown_yet"
    assert held(group, both, half, unchecked=3).why.endswith("at in 4 batches.")


def test_an_average_is_not_shown_by_the_one_batch_in_which_somebody_looked():
    looked = a_batch(name="1", counts=Counts(checked=1000, wrong=0, missed=0))
    others = [a_batch(0, checked=1000, name=str(n)) for n in range(2, 11)]
    recall = replace(MISSED, per="project")

    found = held(recall, looked, *others)

    assert (held(recall, looked).state, found.state) == ("met", "not_shown_yet")
    assert found.why.endswith("not looked at in 9 batches.")
    # What counts is the last check: looked first, and not again after the fix.
    again = a_batch(0, checked=1000, name="1", attempt=2)
    assert held(recall, again, looked).state == "not_shown_yet"


def test_credit_of_the_first_check_stays_where_the_last_one_says_nothing():
    recall = replace(MISSED, credit=D(100))
    first = a_batch(counts=Counts(checked=1000, wrong=0, missed=60))
    again = a_batch(0, checked=1000, attempt=2)

    found = held(recall, first, again)

    assert (found.state, found.credit) == ("not_shown_yet", D("100.00"))
    assert (found.batches[0].first_passed, found.batches[0].passed) == (False, None)
    assert held(recall, again).credit == 0
    assert held(replace(recall, per="project"), first, again).credit == 0


def test_clusters_that_err_alike_widen_what_a_sample_shows():
    counts = Counts(checked=1000, wrong=10)
    even = tuple(Counts(checked=25, wrong=n % 4 == 0) for n in range(40))
    bunched = tuple(Counts(checked=25, wrong=10 if n == 7 else 0) for n in range(40))
    assert sum(one.wrong for one in even) == sum(one.wrong for one in bunched) == 10

    found = [
        held(TAGS, a_batch(units=20_000, checked=1000, counts=counts, clusters=parts))
        for parts in (even, bunched)
    ]

    assert [one.state for one in found] == ["met", "not_shown_yet"]


def test_the_effect_seen_is_that_of_a_ratio_of_clusters():
    # 20 images of 5, one of them all wrong: share 5 ÷ 100, spread 4.75² + 19 × 0.25².
    found = effect_seen([(5, 5), *[(5, 0)] * 19])

    between = (Fraction(475, 100) ** 2 + 19 * Fraction(25, 100) ** 2) * Fraction(20, 19)
    assert found == between / (100 * Fraction(5, 100) * Fraction(95, 100))
    assert effect_seen([(5, 5), *[(5, 0)] * 18]) == 1
    assert effect_seen([(5, 0)] * 30) == 1


def test_the_reference_set_shows_agreement():
    clause = replace(TAGS, metric="agreement", floor=D("0.95"))

    def gold(wrong):
        found = Evidence(as_of=TODAY, gold=Counts(checked=500, wrong=wrong))
        return evaluate(clause, found)

    # METHODS 4: 475 of 500 prove 93.1 %.
    assert gold(25).low.quantize(D("0.001")) == D("0.931")
    states = [gold(wrong).state for wrong in (10, 25, 60)]
    assert states == ["met", "not_shown_yet", "not_met"]
    assert [gold(wrong).passed for wrong in (25, 26)] == [True, False]
    assert evaluate(clause, Evidence(as_of=TODAY)).state == "not_shown_yet"


ON_TIME = replace(
    TAGS,
    key="delivery",
    metric="on_time",
    floor=None,
    sample=None,
    due=date(2026, 3, 16),
)


@pytest.mark.parametrize(
    ("delivered", "as_of", "state"),
    [
        (date(2026, 3, 22), TODAY, "met"),  # the Sunday of the promised week
        (date(2026, 3, 23), TODAY, "not_met"),
        (None, date(2026, 3, 22), "not_shown_yet"),
        (None, date(2026, 3, 23), "not_met"),
    ],
)
def test_a_week_is_kept_until_its_sunday(delivered, as_of, state):
    found = evaluate(ON_TIME, Evidence(as_of=as_of, delivered_on=delivered))

    assert found.state == state


def test_days_on_which_the_client_kept_us_waiting_move_the_day_once_each():
    delays = (
        Delay(owner="client", first=date(2026, 3, 2), last=date(2026, 3, 4)),
        Delay(owner="client", first=date(2026, 3, 4), last=date(2026, 3, 5)),
        Delay(owner="vendor", first=date(2026, 3, 9), last=date(2026, 3, 13)),
        Delay(owner="client", first=date(2026, 3, 31), last=date(2026, 5, 1)),
    )

    def found(delivered):
        said = Evidence(as_of=TODAY, delivered_on=delivered, delays=delays)
        return evaluate(ON_TIME, said)

    # 2 to 5 March, 31 March and 1 April so far: six days after 22 March.
    assert (found(None).due, found(None).state) == (date(2026, 3, 28), "not_met")
    # Once everything was there, nothing waited any more: four days, until the 26th.
    for day, state in ((26, "met"), (27, "not_met")):
        delivered = found(date(2026, 3, day))
        assert (delivered.due, delivered.state) == (date(2026, 3, 26), state)


def test_what_the_client_owes_is_held_by_days_by_date_and_by_week():
    def took(*days):
        return evaluate(OBLIGATION, Evidence(as_of=TODAY, took={"your_answers": days}))

    assert [took().state, took(1, 2).state, took(2, 3).state] == [
        "not_shown_yet",
        "met",
        "not_met",
    ]
    assert took(2, 3).why == ("1 of 2 took more than 2 business days, the longest 3.")
    data = replace(OBLIGATION, key="data", days=None, due=date(2026, 3, 2))
    late = Evidence(as_of=TODAY, done_on={"data": date(2026, 3, 3)})
    assert evaluate(data, late).why == "Done on 3 March 2026, after 2 March 2026."
    assert evaluate(data, Evidence(as_of=date(2026, 3, 1))).state == "not_shown_yet"
    weekly = replace(OBLIGATION, key="weekly", days=None, per_week=500)

    def weeks(*items):
        return evaluate(weekly, Evidence(as_of=TODAY, weekly=items))

    assert [weeks().state, weeks(500).state, weeks(500, 400).state] == [
        "not_shown_yet",
        "met",
        "not_met",
    ]


def test_a_clause_comes_back_from_its_document_as_it_was():
    ladder = (CreditStep(wrong_over=D("0.05"), amount=D("33.34")),)
    for clause in (
        replace(TAGS, ladder=ladder, classes=("car",), counts=("critical",)),
        replace(ON_TIME, effect=D("1.2"), holds_at=D("0.992")),
        OBLIGATION,
    ):
        assert clause_from_data(clause.to_data()) == clause


def test_a_document_of_an_earlier_release_is_read_too():
    data = TAGS.to_data() | {"effect": "1.20"}
    for key in (
        *("counts", "group", "classes", "holds_at", "consequence", "ladder"),
        *("acceptance_days", "currency", "does_not_count", "due", "days", "per_week"),
    ):
        del data[key]
    data["sample"] = {"items": 100, "of_items": 1000, "units": 500, "max_defects": 10}

    clause = clause_from_data(data)

    assert clause.sample is not None
    assert clause.sample.lot == 5000
    # 500 ÷ 1.2, 5,000 ÷ 1.2, and 10 ÷ 1.2 rounded up.
    assert clause.sample.worth_units == 416
    assert clause.sample.worth_lot == 4166
    assert clause.sample.worth_defects == 9
    assert evaluate(clause, Evidence(as_of=TODAY)).state == "not_shown_yet"


def test_a_verdict_is_plain_data():
    found = held(replace(TAGS, credit=D(100)), a_batch(4)).to_data()

    assert found["credit"] == "100.00"
    assert found["batches"][0] | {"low": "", "high": ""} == {
        "batch": "1",
        "state": "not_shown_yet",
        "passed": False,
        "first_passed": False,
        "checked": 100,
        "wrong": 4,
        "observed": "0.960000",
        "low": "",
        "high": "",
        "credit": "100.00",
    }
    nothing = held(TAGS).to_data()
    assert (nothing["observed"], nothing["due"]) == (None, None)


def test_a_clause_that_cannot_be_counted_refuses_to_exist():
    with pytest.raises(ClauseError, match="leaves out missed objects"):
        replace(TAGS, metric="accuracy")  # type: ignore[arg-type]
    with pytest.raises(ClauseError, match="counts no errors"):
        replace(TAGS, counts=())
    falling = (CreditStep(wrong_over=D("0.05"), amount=D(10)),)
    with pytest.raises(ClauseError, match="rise step by step"):
        replace(TAGS, credit=D(10), ladder=falling)


def test_impossible_counts_are_refused():
    with pytest.raises(EvidenceError, match="is no result"):
        Counts(checked=1, wrong=2)
    with pytest.raises(EvidenceError, match="is no result"):
        Counts(checked=9, wrong=2, critical=2, minor=1)
    with pytest.raises(EvidenceError, match="cannot have been checked"):
        a_batch(checked=100, units=90)


def test_ten_batches_at_exactly_the_floor_hardly_ever_all_pass():
    # METHODS 3: 2.0 % at 98 %, 48.8 % at 99 %, 91.9 % at 99.5 %.
    found = [
        pass_chance(TAGS, wrong=D(wrong), batches=10)
        for wrong in ("0.02", "0.01", "0.005")
    ]

    assert [round(chance, 3) for chance in found] == [
        D("0.020"),
        D("0.488"),
        D("0.919"),
    ]
    average = replace(TAGS, per="project")
    assert pass_chance(average, wrong=D("0.02"), batches=10) == released_at(
        average, wrong=D("0.02")
    )
    # (0.98^100 + 100 × 0.98^99 × 0.02 + 4,950 × 0.98^98 × 0.02²) = 0.6767.
    assert round(released_of_work(TAGS, wrong=D("0.02")), 4) == D("0.6767")
    for chance in (released_at, released_of_work):
        with pytest.raises(ClauseError, match="draws no sample"):
            chance(OBLIGATION, wrong=D("0.02"))
