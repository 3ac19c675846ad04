"""Disputed labels: both overturn rates, and samples that count what was found."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from quotes.calc.disputes import (
    CHECKS,
    CLIENT,
    ERROR,
    RATES,
    RATES_TO_CLIENT,
    TO_CLIENT,
    US,
    VERDICTS,
    Disputed,
    overturned,
    same_label,
    settled,
)
from quotes.calc.gates.batch import Batch, Counted, Made
from quotes.calc.gates.sample import Sample

DAY = date(2026, 3, 2)
disputes = st.lists(
    st.builds(
        Disputed,
        line=st.just("Boxes"),
        batch=st.sampled_from(["1", "2"]),
        called_wrong_by=st.sampled_from(CHECKS),
        sample=st.sampled_from(["", "s1", "s2"]),
        verdict=st.sampled_from([None, *VERDICTS]),
        decided=st.just(DAY),
    ),
    max_size=20,
)


def a_dispute(called_wrong_by=CLIENT, verdict=ERROR, **changes):
    return replace(
        Disputed(
            line="Boxes",
            batch="1",
            called_wrong_by=called_wrong_by,
            sample="s1",
            verdict=verdict,
            decided=DAY,
        ),
        **changes,
    )


def a_sample(wrong=2, **changes):
    return Sample(
        seed="s1",
        auditor="Hoa",
        size=100,
        max_wrong=2,
        checked=100,
        wrong=wrong,
        on=DAY,
        **changes,
    )


def batch_with(*samples):
    made = [Made(move="decide", state="released", evidence=one) for one in samples]
    counted = Counted(done=9, of=9, on=DAY, by="Hoa")
    start = Made(move="review", state="in_review", evidence=counted)
    return Batch(key="1", line="Boxes", items=9, history=(start, *made))


def wrong_after(sample, *said, until=DAY):
    (batch,) = settled([batch_with(sample)], said, until=until)
    return batch.samples[0]


def test_each_verdict_upholds_one_check_and_overturns_the_other():
    said = [
        *[a_dispute(CLIENT, ERROR)] * 3,
        *[a_dispute(CLIENT, one) for one in VERDICTS if one != ERROR],
        a_dispute(CLIENT, None),
        a_dispute(US, "guideline_changed"),
        *[a_dispute(US, ERROR)] * 4,
    ]

    found = overturned(said)

    # Of seven of hers four were no errors, so three of the same seven passed wrongly;
    # of five of ours one was none. The open one counts nowhere.
    counts = {key: (one["decided"], one["overturned"]) for key, one in found.items()}
    assert counts == {
        "client_rejections": (7, 4),
        "our_acceptances": (7, 3),
        "our_rejections": (5, 1),
    }
    assert found["our_rejections"]["share"] == "0.2000"
    # Exact bounds by the other way round: what just leaves 5 % for as many or more.
    low, high = (float(found["our_rejections"][end]) for end in ("low", "high"))
    assert binom.sf(0, 5, low) == pytest.approx(0.05, abs=2e-4)
    assert binom.cdf(1, 5, high) == pytest.approx(0.05, abs=2e-4)


def test_nothing_decided_is_no_share():
    rates = overturned([a_dispute(US, None)])

    assert {one["share"] for one in rates.values()} == {None}


def test_words_are_there_for_everything_in_both_views():
    assert VERDICTS.keys() == TO_CLIENT.keys()
    assert RATES.keys() == RATES_TO_CLIENT.keys() == overturned([]).keys()


@given(said=disputes)
def test_what_one_check_loses_the_other_wins(said):
    found = overturned(said)
    hers, ours = found["client_rejections"], found["our_acceptances"]

    assert hers["decided"] == ours["decided"] == hers["overturned"] + ours["overturned"]
    for one in found.values():
        if one["share"] is not None:
            assert Decimal(one["low"]) <= Decimal(one["share"]) <= Decimal(one["high"])


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ([], 2),
        ([a_dispute(US, "guideline_silent")], 1),
        ([a_dispute(US, ERROR)], 2),
        ([a_dispute(CLIENT, ERROR)], 3),
        ([a_dispute(CLIENT, "reference_wrong")], 2),
        ([a_dispute(US, "data_unusable")] * 5, 0),
        # Outside of the sample, of another one, of another batch or line, undecided.
        ([a_dispute(sample="")], 2),
        ([a_dispute(sample="s2")], 2),
        ([a_dispute(batch="2")], 2),
        ([a_dispute(line="Masks")], 2),
        ([a_dispute(verdict=None, decided=None)], 2),
        ([a_dispute(decided=date(2026, 3, 3))], 2),
    ],
)
def test_a_sample_counts_what_its_labels_were_found_to_be(said, wrong):
    assert wrong_after(a_sample(), *said).wrong == wrong


def test_parts_of_a_count_are_cut_to_what_can_be():
    sample = a_sample(missed=0, extra=2, critical=1, minor=1)

    cut = wrong_after(sample, *[a_dispute(US, "guideline_silent")] * 2)

    assert (cut.wrong, cut.extra, cut.critical, cut.minor) == (0, 0, 0, 0)
    kept = wrong_after(a_sample(missed=3, critical=4), a_dispute(US, "data_unusable"))
    assert (kept.wrong, kept.critical, kept.minor, kept.extra) == (1, 4, None, None)


@given(
    said=disputes,
    wrong=st.integers(0, 100),
    missed=st.none() | st.integers(0, 5),
)
def test_any_verdicts_leave_a_sample_that_can_be(said, wrong, missed):
    sample = a_sample(wrong, missed=missed, extra=wrong // 2, critical=wrong)
    found = wrong_after(sample, *said)

    by_hand = wrong
    for one in said:
        mine = one.batch == "1" and one.sample == "s1" and one.verdict is not None
        if mine and one.called_wrong_by == "us" and one.verdict != "labelling_error":
            by_hand -= 1
        if (
            mine
            and one.called_wrong_by == "client"
            and one.verdict == "labelling_error"
        ):
            by_hand += 1
    assert found.wrong == min(100, max(0, by_hand))
    assert replace(found, wrong=wrong, extra=wrong // 2, critical=wrong) == sample


def test_a_later_verdict_on_the_same_label_takes_the_place_of_the_earlier_one():
    # 2 wrong of the sample; the first verdict makes it 3, the second 2 again.
    later = DAY + timedelta(days=5)
    first = a_dispute(replaced=later)
    second = a_dispute(verdict="guideline_silent", decided=later)
    batch = batch_with(a_sample())

    def wrong(until):
        (found,) = settled([batch], [first, second], until=until)
        sample = found.history[-1].evidence
        assert isinstance(sample, Sample)
        return sample.wrong

    assert [wrong(DAY), wrong(later - timedelta(days=1)), wrong(later)] == [3, 3, 2]
    found = overturned([first, second])["our_acceptances"]
    assert (found["decided"], found["overturned"]) == (1, 0)


def test_the_same_label_is_known_by_its_words_alone():
    assert same_label(("Cafe\u0301.jpg", ""), ("CAF\xc9.jpg ", " "))
    assert not same_label(("a.jpg", "box 1"), ("a.jpg", "box 2"))
    assert not same_label(("a.jpg", ""), ("a.jpg", "box 1"))
