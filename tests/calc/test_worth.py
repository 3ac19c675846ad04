"""What pre-labels are worth: signed, against their model, and what the price gives."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from scoping.calc.document import document
from scoping.calc.layout import percent
from scoping.calc.note import note
from scoping.calc.remarks import remarks
from scoping.calc.spec.values import LowModeHigh, Prelabel, Quantiles
from scoping.calc.worth import in_words, worth_of
from tests.calc.an_estimate import (
    a_figure,
    a_line,
    a_spec,
    an_estimate,
    the_card,
    the_card_with,
)

D = Decimal
TYPICAL = Prelabel(accept_rate=D("0.65"))
MODEL = Prelabel(recall=D("0.9"), precision=D("0.8"), no_fix_share=D("0.7"))


def worth(said=TYPICAL, *, card=None, **changes):
    line = a_line(prelabel=said)
    made = an_estimate(a_spec(line, **changes), card=card or the_card())
    found = worth_of(made, line)
    assert found is not None
    return found, made


def giving(off):
    factor = a_figure(off, key="price/prelabel_price_factor/bounding_box")
    return the_card_with(price={"prelabel_price_factor": {"bounding_box": factor}})


def test_what_is_saved_is_labelling_by_hand_less_labelling_with_a_model():
    found, made = worth()
    by_hand = an_estimate(a_spec())

    # 1 − 0.525 of a unit; on all units, opening the items apart.
    assert found.saved_share == D("0.475")
    difference = by_hand.mean_costs()[0] - made.mean_costs()[0]
    assert float(found.saved) == pytest.approx(difference, rel=1e-4)
    assert found.net == found.saved - found.set_up
    assert found.pays


def test_people_an_item_multiply_what_is_saved():
    line = a_line(prelabel=TYPICAL, redundancy=3)
    three = worth_of(an_estimate(a_spec(line)), line)

    assert three is not None
    assert float(three.saved) == pytest.approx(3 * float(worth()[0].saved), rel=1e-6)


def test_a_model_takes_its_hours_of_a_lead():
    found, made = worth()

    # 24 h of setting up at a lead's hour.
    assert found.set_up == round(24 * made.rates.led["lead"].value, 2)
    assert sum(
        task.cost.value for task in made.tasks if task.stage == 4
    ) == pytest.approx(found.set_up, abs=D("0.01"))


def test_units_that_pay_for_the_model_pay_for_it():
    found, _ = worth()
    assert found.pays_from is not None
    just = int(found.pays_from / 5) + 1

    assert worth(items=just, team=a_spec().team)[0].net == pytest.approx(0, abs=3)
    assert worth(items=just * 2)[0].pays
    assert not worth(items=just // 2)[0].pays


def test_the_accept_rate_that_breaks_even_breaks_even():
    found, _ = worth()
    # 1 − (1 − 0.2 − 0.1 − 0.1 × 0.15) ÷ 0.6 = −0.14: with these times any model pays.
    assert found.accept_needed == pytest.approx(D("-0.141667"), abs=D("0.000001"))
    slow = replace(the_card().cost.prelabel["default"], check_share=a_figure("0.5"))
    card = the_card_with(cost={"prelabel": {"default": slow}})

    needed = worth(card=card)[0].accept_needed

    # 1 − (1 − 0.5 − 0.115) ÷ 0.6 = 0.358333.
    assert needed == pytest.approx(D("0.358333"), abs=D("0.000001"))
    even = worth(Prelabel(accept_rate=round(needed, 6)), card=card)[0]
    assert even.saved_share == pytest.approx(0, abs=D("0.000001"))


def test_a_model_has_a_break_even_of_its_own():
    slow = replace(the_card().cost.prelabel["default"], check_share=a_figure("0.5"))
    card = the_card_with(cost={"prelabel": {"default": slow}})
    found, _ = worth(MODEL, card=card)
    assert found.accept_needed is not None
    assert found.quality_needed is not None

    # 1 − (1 − 0.5 − 0.25 × 0.15) ÷ 0.6 = 0.229167, whatever the recall.
    assert found.accept_needed == pytest.approx(D("0.229167"), abs=D("0.000001"))
    even = replace(MODEL, no_fix_share=round(found.accept_needed, 6))
    assert worth(even, card=card)[0].saved_share == pytest.approx(0, abs=D("0.000001"))
    alike = round(found.quality_needed, 6)
    all_alike = Prelabel(recall=alike, precision=alike, no_fix_share=alike)
    assert worth(all_alike, card=card)[0].saved_share == pytest.approx(
        0, abs=D("0.00001")
    )


def test_pre_labels_that_lose_time_have_a_worth_below_nothing():
    slow = replace(the_card().cost.prelabel["default"], check_share=a_figure("1"))
    found, made = worth(card=the_card_with(cost={"prelabel": {"default": slow}}))

    assert not found.used
    assert found.saved < 0
    assert found.pays_from is None
    assert found.to_data()["recommended"] is False
    assert found.to_data()["pays_from_units"] is None
    assert made.efforts[0].per_unit is made.efforts[0].by_hand


@pytest.mark.parametrize(
    "said",
    [
        Prelabel(accept_rate=Quantiles(p10=D("0.01"), p50=D("0.05"), p90=D("0.1"))),
        Prelabel(accept_rate=LowModeHigh(low=D(0), mode=D(0), high=D("0.1"))),
        replace(
            MODEL, recall=D(0), no_fix_share=LowModeHigh(low=D(0), mode=D(0), high=D(1))
        ),
    ],
)
def test_pre_labels_that_are_not_used_have_a_worth_though_their_quality_is_a_range(
    said,
):
    slow = replace(the_card().cost.prelabel["default"], missed_share=a_figure("0.4"))
    found, made = worth(said, card=the_card_with(cost={"prelabel": {"default": slow}}))
    by_hand = an_estimate(replace(made.spec, lines=(a_line(),)), card=made.card)

    assert not found.used
    assert found.saved <= 0
    # They are asked about, not worked with: the project costs what it costs by hand.
    assert made.cost == by_hand.cost


def test_a_bare_saving_says_nothing_of_proposals():
    found, _ = worth(Prelabel(saving=D("0.25")))

    assert found.accept_needed is None
    assert found.saved_share == D("0.25")


def test_where_fixing_takes_no_time_no_rate_is_needed():
    free = replace(the_card().cost.prelabel["default"], fix_share=a_figure("0"))
    found, _ = worth(card=the_card_with(cost={"prelabel": {"default": free}}))

    assert found.accept_needed is None


@pytest.mark.parametrize("line", [a_line(), a_line(work="correct")])
def test_what_is_no_choice_has_no_worth(line):
    made = an_estimate(a_spec(line))

    assert worth_of(made, made.spec.lines[0]) is None


def test_what_the_price_gives_away_is_a_share_of_what_is_saved():
    found, made = worth(card=giving("0.10"))

    # The list price of standard boxes is 0.084 at position 0.34: a tenth of it.
    by_hand = an_estimate(a_spec()).suggested[0].list.value
    asked = made.suggested[0].list.value
    assert asked == round(by_hand * D("0.9"), 4)
    assert found.off_list == (by_hand - asked) * 500_000
    assert found.given_share == found.off_list / found.net
    (remark,) = [one for one in remarks(made) if one["code"] == "prelabel_price_factor"]
    assert f"{found.off_list:,.2f} USD" in remark["text"]
    assert f"{found.net:,.2f} USD" in remark["text"]


def test_a_price_that_gives_what_nobody_saves_is_said():
    found, made = worth(items=100, card=giving("0.10"))

    assert found.given_share is None
    (remark,) = [one for one in remarks(made) if one["code"] == "prelabel_price_factor"]
    assert "not planned to save anything" in remark["text"]


def test_a_price_without_the_factor_gives_nothing_and_says_nothing():
    found, made = worth()

    assert found.off_list == 0
    assert "prelabel_price_factor" not in {one["code"] for one in remarks(made)}


@pytest.mark.parametrize(
    ("said", "check", "words"),
    [
        (TYPICAL, "0.2", "even where every proposal needs fixing"),
        (TYPICAL, "0.5", "They break even where 35.8 % need no fixing."),
        (TYPICAL, "1", "cost 32.5 % of the time of a unit, and do not earn"),
        (TYPICAL, "1", "lose time even where no proposal needs fixing"),
        (Prelabel(saving=D("0.25")), "0.2", "Pre-labels save 25 % of the time"),
    ],
)
def test_the_worth_in_words(said, check, words):
    figures = replace(the_card().cost.prelabel["default"], check_share=a_figure(check))
    found, _ = worth(said, card=the_card_with(cost={"prelabel": {"default": figures}}))

    assert words in in_words(found.to_data(), currency="USD")


def test_a_small_project_is_told_no_and_from_where_on_it_pays():
    found, made = worth(items=100)

    text = in_words(found.to_data(), currency="USD")

    assert "do not earn their model back: leave them out" in text
    assert f"they pay from {found.pays_from:,} units on" in text
    assert text in " ".join(note(document(made), explain=False).split())


def test_what_the_price_gives_is_said_in_words():
    found, _ = worth(card=giving("0.10"))
    assert found.given_share is not None

    text = in_words(found.to_data(), currency="USD")

    assert f"gives {percent(str(round(found.given_share, 4)))} of that" in text


def test_the_document_has_it_for_staff():
    found, made = worth()

    line = document(made)["lines"][0]

    assert line["prelabels"] == found.to_data()
    assert line["prelabels"]["saved_share"] == "0.4750"
    assert document(an_estimate())["lines"][0]["prelabels"] is None
