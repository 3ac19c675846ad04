"""The verdict on a file: what was seen, what it does to the hours, what was done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotes.calc import findings
from quotes.calc.findings import share
from quotes.calc.verdict import Left, Seen, Source, judge

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
ITEMS = Source(scope="from open to close")


def a_row(number, seconds=60, **changes):
    fields = {
        "row": number,
        "actor": "a",
        "batch": "b1",
        "seconds": None if seconds is None else Decimal(seconds),
        "units": 5,
        "start": NINE + timedelta(hours=number),
        "end": NINE + timedelta(hours=number, seconds=float(seconds or 0)),
    }
    return Seen(**(fields | changes))


def found(rows, left=(), source=ITEMS):
    return {one.code: one for one in judge(rows, left, source).findings}


def test_a_file_without_a_trap_can_be_trusted_and_states_its_clock():
    verdict = judge([a_row(1), a_row(2)], (), ITEMS)

    assert [one.code for one in verdict.findings] == ["clock"]
    assert verdict.sentence == "This file can be trusted."
    assert verdict.counted == verdict.written == 120


def test_a_file_that_states_no_scope_has_nothing_to_say():
    assert judge([], (), Source(scope="")).findings == ()


def test_the_time_of_a_page_is_counted_once():
    start, end = NINE, NINE + timedelta(minutes=1)
    rows = [a_row(number, start=start, end=end) for number in (1, 2, 3)]
    rows.append(a_row(4, start=start, end=end, actor="b"))

    verdict = judge(rows, (), ITEMS)

    # Four rows of 60 s; two repeat the first: 240 - 120.
    page = verdict.findings[0]
    assert (page.code, page.rows, page.effect) == ("page_rows", 2, Decimal("-0.5"))
    assert verdict.counted == 120
    assert verdict.sentence.startswith("This file can be used with care. 2 rows repeat")


def test_a_time_of_nothing_for_units_is_not_measured_and_not_zero():
    verdict = judge([a_row(1, 0), a_row(2)], (), ITEMS)

    assert verdict.seconds[1] is None
    assert found([a_row(1, 0), a_row(2)])["zero_time"].rows == 1


def test_one_item_of_hours_among_minutes_looks_idle_and_stays_until_it_is_capped():
    rows = [a_row(number) for number in range(10)] + [a_row(10, 65146)]

    verdict = judge(rows, (), ITEMS)
    capped = judge(rows, (), Source(scope="x", cap_seconds=Decimal(100)))

    # Cap at 20 x 60 = 1,200 s: (65,146 - 1,200) of 65,746 s go.
    idle = verdict.findings[0]
    assert (idle.code, idle.rows, idle.effect) == ("idle", 1, Decimal("-0.9726"))
    assert verdict.counted == 65746
    assert verdict.level == "bad"
    assert verdict.sentence.startswith(
        "Do not trust this file as it stands. 1 row took"
    )
    assert capped.counted == 700
    assert capped.level == "care"
    assert "100 s that you stated" in capped.findings[0].what


@pytest.mark.parametrize(
    ("rows", "source"),
    [
        ([a_row(n) for n in range(8)] + [a_row(9, 65146)], ITEMS),
        ([a_row(n) for n in range(10)] + [a_row(10, 1200)], ITEMS),
        (
            [a_row(n) for n in range(10)] + [a_row(10, 65146)],
            Source(scope="x", each_is="day"),
        ),
        ([a_row(1, None)], Source(scope="x", cap_seconds=Decimal(5))),
    ],
)
def test_few_items_ordinary_ones_and_sums_of_items_never_look_idle(rows, source):
    assert "idle" not in found(rows, source=source)


def test_ten_rows_of_one_second_are_an_import():
    rows = [a_row(number, start=None, end=NINE) for number in range(10)]
    rows.append(a_row(11, start=None))

    verdict = judge(rows, (), ITEMS)

    assert verdict.undated == frozenset(range(10))
    assert verdict.findings[0].code == "one_instant"
    assert verdict.level == "bad"
    assert judge(rows[:9], (), ITEMS).undated == frozenset()


@pytest.mark.parametrize("each_is", ["shift", "record"])
def test_rows_that_name_their_day_alone_are_no_import(each_is):
    rows = [a_row(number, start=None, end=NINE) for number in range(10)]

    verdict = judge(rows, (), Source(scope="", each_is=each_is))

    assert (verdict.undated, verdict.findings) == (frozenset(), ())


def test_more_time_than_passed_is_said_with_its_excess():
    late = NINE + timedelta(seconds=50)
    verdict = judge([a_row(1, 60, start=NINE, end=late), a_row(2, 140)], (), ITEMS)

    # 10 s too many of 200.
    above = verdict.findings[0]
    assert (above.code, above.rows, above.effect) == (
        "above_elapsed",
        1,
        Decimal("-0.05"),
    )
    assert verdict.counted == 200


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (partial(findings.above_elapsed, excess=Decimal(1), total=Decimal(9)), "claim"),
        (partial(findings.page_rows, twice=Decimal(1), written=Decimal(9)), "repeat"),
        (
            partial(
                findings.unallocated, lost=Decimal(1), total=Decimal(9), batch="none"
            ),
            "name",
        ),
    ],
)
def test_one_row_claims_and_two_rows_claim(said, words):
    assert said(1).what.startswith(f"1 row {words}s ")
    assert said(2).what.startswith(f"2 rows {words} ")


def test_one_row_has_no_time_and_two_rows_have_none():
    assert findings.no_time(1, batches=["b"]).what == "1 row has no time, of b."
    assert findings.no_time(2, batches=["b"]).what == "2 rows have no time, of b."


def test_a_day_has_twenty_four_hours_for_a_person():
    rows = [a_row(n, 50_000, start=None, end=NINE) for n in (1, 2)]

    # 100,000 s of one person on one day: 13,600 more than 86,400.
    above = found(rows)["above_elapsed"]
    assert (above.effect, above.level) == (Decimal("-0.136"), "bad")
    others = [rows[0], a_row(2, 50_000, start=None, end=NINE, actor="b")]
    assert "above_elapsed" not in found(others)


def test_a_second_of_rounding_is_no_more_time_than_passed():
    end = NINE + timedelta(seconds=59)
    assert "above_elapsed" not in found([a_row(1, 60, start=NINE, end=end)])
    assert "above_elapsed" not in found([a_row(1, 60, start=NINE, end=NINE)])


def test_time_of_no_job_belongs_to_no_batch():
    lost = found([a_row(1, 30, batch="unallocated"), a_row(2, 90)])["unallocated"]

    assert (lost.rows, lost.effect) == (1, Decimal("0.25"))


@pytest.mark.parametrize(
    ("days", "begins", "seen"),
    [
        (29.5, None, True),
        (29.5, NINE - timedelta(days=5), True),
        (29.5, NINE + timedelta(days=5), False),
        (12, None, False),
        (45, None, False),
    ],
)
def test_a_file_of_exactly_the_tools_own_window_may_lack_what_was_before(
    days, begins, seen
):
    rows = [
        a_row(1, start=None, end=NINE),
        a_row(2, start=None, end=NINE + timedelta(days=days)),
    ]
    source = Source(scope="x", window_days=30, begins=begins)

    assert ("window" in found(rows, source=source)) is seen
    assert "window" not in found(rows)
    assert "window" not in found([], source=source)


def test_what_is_left_out_is_said_by_reason_with_what_it_would_add():
    left = [
        Left(code="totals_row", reason="a total", seconds=Decimal(60)),
        Left(code="no_work", reason="an event"),
        Left(code="no_work", reason="an event"),
    ]

    seen = found([a_row(1)], left)

    assert (seen["totals_row"].effect, seen["totals_row"].level) == (1, "care")
    assert (seen["no_work"].rows, seen["no_work"].level) == (2, "good")
    assert seen["no_work"].effect is None


def test_units_without_a_time_are_named_where_others_have_one():
    rows = [a_row(1, None, batch="b7"), a_row(2)]

    assert "b7" in found(rows)["no_time"].what
    assert "no_time" not in found([a_row(1, None)])
    assert "no_time" not in found(rows, source=Source(scope="x", each_is="event"))


def test_a_score_says_how_many_decisions_it_rests_on():
    rows = [
        a_row(1, None, scored=300, correct=294),
        a_row(2, None, scored=20, correct=20),
    ]

    score = found(rows)["score"]

    # Exact interval of 314 in 320, from tables: 96.0 to 99.3 %.
    assert "314 of 320" in score.what
    assert "between 96.0% and 99.3%" in score.what
    assert "rests on 20" in score.what


def test_a_share_of_nothing_is_none():
    assert share(Decimal(1), Decimal(0)) is None
    left = [Left(code="x", reason="y", seconds=Decimal(5))]
    assert found([a_row(1, None)], left)["x"].effect is None


@given(
    seconds=st.lists(st.one_of(st.none(), st.integers(0, 10**6)), max_size=30),
    cap=st.one_of(st.none(), st.integers(1, 10**5)),
)
def test_no_finding_ever_adds_time_and_every_row_is_judged(seconds, cap):
    rows = [a_row(place, value) for place, value in enumerate(seconds)]
    source = Source(scope="x", cap_seconds=None if cap is None else Decimal(cap))

    verdict = judge(rows, (), source)

    slow = sum(0 if value is None else min(value, cap or value) for value in seconds)
    assert set(verdict.seconds) == set(range(len(rows)))
    assert verdict.counted == slow <= verdict.written
