"""A pilot's results, weighed against the figures of the card and of the spec."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from scoping.calc.pilot import (
    measured,
    read_pilot,
)
from scoping.calc.posterior import updated_amount, updated_share
from scoping.calc.spec import read_spec
from scoping.calc.spec import to_document as spec_document
from scoping.calc.spec.values import (
    Density,
    LowModeHigh,
    Prelabel,
    Quantiles,
    UnitsPerItem,
)
from tests.calc.a_pilot import (
    ACCEPT,
    DEFECTS,
    MODEL,
    PER_ITEM,
    PROPOSALS,
    SECONDS,
    TODAY,
    compared,
    line_of,
    results,
    row_of,
    seconds_of,
)
from tests.calc.an_estimate import (
    D,
    a_line,
    a_spec,
    figures_of,
    random_spec,
    the_card,
    the_card_with,
)
from tests.calc.test_explanations import explained, wrong_leaves, wrong_nodes

# --- What is measured becomes the card's ----------------------------------------------


def test_measured_seconds_move_the_cell_and_name_their_source():
    _, card = measured(a_spec(), the_card(), results({"seconds": SECONDS}))

    old, new = seconds_of(the_card()), seconds_of(card)
    assert old.p50.value < new.p50.value < 18
    assert new.p50.source == (
        "pilot of 2026-05-04: 400 units, 6 people, updating " + old.p50.source
    )
    assert new.p50.as_of == "2026-05-04"
    assert new.p50.key == old.p50.key
    assert new.p90.value / new.p10.value < old.p90.value / old.p10.value
    assert (card.version, card.cost.version) == ("2026-01 + pilot",) * 2
    assert card.price is the_card().price


def test_seconds_are_weighed_by_hand_as_the_formula_says():
    _, card = measured(a_spec(), the_card(), results({"seconds": SECONDS}))

    # ln τ² from P10 and P90 of the card; error 0.42²/6 + 0.2²/2 + 0.36²/400.
    error = D("0.0294") + D("0.02") + D("0.000324")
    tau = (D("26.25") / D("12.97")).ln() / D("1.2815515655446004")
    weight = tau**2 / (tau**2 + error)
    expected = D("12.97") * ((D(18) / D("12.97")).ln() * weight).exp()
    assert seconds_of(card).p50.value == pytest.approx(expected, abs=D("0.000001"))


def test_only_what_was_measured_moves():
    found = results({"seconds": SECONDS, "defects": DEFECTS})

    _, card = measured(a_spec(), the_card(), found)

    before, after = figures_of(the_card()), figures_of(card)
    moved = {key for key in after if after[key] != before.get(key)}
    assert {key.rsplit("/", 1)[0] for key in moved} == {
        "cost/effort/bounding_box/standard",
        "cost/review/bounding_box/first_pass_defect",
    }


def test_drivers_of_the_line_are_taken_off_measured_seconds():
    plain = results({"seconds": SECONDS})
    # 12 classes are 1.10 on the card, objects hidden now and then 1.05.
    driven = results({"seconds": SECONDS | {"per_unit": 18 * D("1.155")}})

    _, one = measured(a_spec(), the_card(), plain)
    _, other = measured(
        a_spec(a_line(classes=12, occlusion="now_and_then")), the_card(), driven
    )

    assert seconds_of(one).p50.value == seconds_of(other).p50.value


def test_a_stated_factor_brings_seconds_to_the_clock_of_the_card():
    factor = {"value": D("0.75"), "source": "both clocks side by side"}
    session = SECONDS | {"clock": "session", "per_unit": D(24), "clock_factor": factor}

    _, one = measured(a_spec(), the_card(), results({"seconds": SECONDS}))
    _, other = measured(a_spec(), the_card(), results({"seconds": session}))

    assert seconds_of(one) == seconds_of(other)


def test_opening_is_shared_out_over_the_units_that_the_pilot_counted():
    # 2.4 s an image on the card, six boxes in it: 0.4 s of a box.
    included = SECONDS | {"opening": "included", "per_unit": D("18.4")}

    _, one = measured(
        a_spec(), the_card(), results({"seconds": SECONDS, "units_per_item": PER_ITEM})
    )
    _, other = measured(
        a_spec(),
        the_card(),
        results({"seconds": included, "units_per_item": PER_ITEM}),
    )

    assert seconds_of(one) == seconds_of(other)


@pytest.mark.parametrize(
    ("line", "left"),
    [
        (a_line(), "1"),
        # 1 − share + share × (0.2 + (1 − 0.6) × 0.6 + 0.1 + 0.1 × 0.15) = 0.555
        (a_line(prelabel=Prelabel(accept_rate=D("0.6"))), "0.555"),
        (a_line(prelabel=Prelabel(saving=D("0.25"))), "0.75"),
        # 0.9 × (0.2 + 0.3 × 0.6) + 0.1 + 0.9 × 0.25 × 0.15.
        (a_line(prelabel=MODEL), "0.47575"),
        # The card's own rate of 0.65: 0.2 + 0.35 × 0.6 + 0.115.
        (a_line(work="correct"), "0.525"),
        (a_line(work="audit"), "0.60"),
    ],
)
def test_seconds_as_worked_are_brought_back_to_work_by_hand(line, left):
    by_hand = SECONDS | {"basis": "by_hand"}
    worked = SECONDS | {"basis": "as_worked", "per_unit": 18 * D(left)}

    _, one = measured(a_spec(line), the_card(), results({"seconds": by_hand}))
    _, other = measured(a_spec(line), the_card(), results({"seconds": worked}))

    assert seconds_of(one) == seconds_of(other)


def test_lines_of_one_cell_are_weighed_together():
    lines = a_line(), a_line(per_item=D(2))
    both = results({"seconds": SECONDS}, {"seconds": SECONDS})

    _, one = measured(a_spec(*lines), the_card(), results({"seconds": SECONDS}))
    _, two = measured(a_spec(*lines), the_card(), both)

    assert seconds_of(one).p50.value < seconds_of(two).p50.value < 18
    assert "800 units, 6 people" in seconds_of(two).p50.source


def test_weak_evidence_stays_weak_where_the_pilot_counts_for_little():
    cell = ("semantic_mask", "standard")
    line = a_line(type="semantic_mask", per_item=D(1))
    timed = {"type": "semantic_mask", "seconds": SECONDS | {"per_unit": D(300)}}
    little = {"per_unit": D(300), "units": 2, "people": 1, "batches": 1}
    few = {"type": "semantic_mask", "seconds": SECONDS | little}
    wide = the_card().cost.layers
    noisy = the_card_with(
        cost={"layers": replace(wide, worker=replace(wide.worker, value=D(2)))}
    )

    _, strong = measured(a_spec(line), the_card(), results(timed))
    _, slight = measured(a_spec(line), noisy, results(few))

    assert seconds_of(the_card(), cell).p50.weak
    assert not seconds_of(strong, cell).p50.weak
    assert seconds_of(slight, cell).p50.weak


def test_first_pass_errors_become_those_of_their_type_alone():
    _, card = measured(a_spec(), the_card(), results({"defects": DEFECTS}))

    row, default = card.cost.review["bounding_box"], card.cost.review["default"]
    assert default == the_card().cost.review["default"]
    assert D("0.06") < row.first_pass_defect.p50.value < D("0.075")
    assert row.first_pass_defect.p50.key == (
        "cost/review/bounding_box/first_pass_defect/p50"
    )
    assert "45 wrong of 600, updating" in row.first_pass_defect.p50.source
    assert row.detection == default.detection


def test_errors_of_fewer_people_count_for_less():
    many = DEFECTS | {"people": 60}

    _, one = measured(a_spec(), the_card(), results({"defects": DEFECTS}))
    _, other = measured(a_spec(), the_card(), results({"defects": many}))

    few_p50, many_p50 = (
        card.cost.review["bounding_box"].first_pass_defect.p50.value
        for card in (one, other)
    )
    assert D("0.06") < few_p50 < many_p50


# --- What is measured becomes the spec's ----------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        UnitsPerItem(mean=Quantiles(p10=D(4), p50=D(5), p90=D("6.5"))),
        UnitsPerItem(mean=LowModeHigh(low=D(4), mode=D(5), high=D("6.5"))),
        UnitsPerItem(sample=(3, 7, 5, 4, 6, 5)),
    ],
)
def test_a_range_of_units_moves_towards_what_was_counted(said):
    spec, _ = measured(
        a_spec(a_line(per_item=said)), the_card(), results({"units_per_item": PER_ITEM})
    )

    found = line_of(spec).units_per_item
    assert 5 < found.mean.p50 < 6
    assert found.mean.p10 < found.mean.p50 < found.mean.p90
    assert found.spread == Density(var_to_mean=D(3))
    assert found.sample is None


@pytest.mark.parametrize(
    "said",
    [
        UnitsPerItem(mean=D(5)),
        UnitsPerItem(mean=Quantiles(p10=D(5), p50=D(5), p90=D(5))),
        UnitsPerItem(mean=LowModeHigh(low=D(5), mode=D(5), high=D(5))),
        UnitsPerItem(mean=Quantiles(p10=D(0), p50=D(0), p90=D("0.1"))),
        UnitsPerItem(sample=(0, 0)),
    ],
)
def test_a_number_without_doubt_is_no_evidence_against_a_count(said):
    spec, _ = measured(
        a_spec(a_line(per_item=said)), the_card(), results({"units_per_item": PER_ITEM})
    )

    assert line_of(spec).units_per_item.mean.p50 == 6


@pytest.mark.parametrize(("most", "kept"), [(40, 40), (5, None)])
def test_the_most_of_one_item_stays_where_it_can(most, kept):
    said = UnitsPerItem(mean=D(5), spread=Density(var_to_mean=D(2), max=most))

    spec, _ = measured(
        a_spec(a_line(per_item=said)), the_card(), results({"units_per_item": PER_ITEM})
    )

    assert line_of(spec).units_per_item.spread.max == kept


def test_the_spec_of_the_revision_can_be_written_and_read_again():
    line = a_line(prelabel=Prelabel(share=D("0.5"), accept_rate=ACCEPT))
    found = results({"units_per_item": PER_ITEM, "prelabel": PROPOSALS})

    spec, _ = measured(a_spec(line), the_card(), found)

    again = read_spec(spec_document(spec), door="staff", today=TODAY)
    assert again.lines == spec.lines


@pytest.mark.parametrize(
    ("said", "prior"),
    [
        (Prelabel(share=D("0.5"), accept_rate=ACCEPT), ACCEPT),
        # Without a range of its own, the card's range of the type.
        (Prelabel(accept_rate=D("0.9")), None),
        (Prelabel(saving=D("0.3")), None),
    ],
)
def test_accepted_proposals_move_the_rate_of_the_line(said, prior):
    spec, card = measured(
        a_spec(a_line(prelabel=said)), the_card(), results({"prelabel": PROPOSALS})
    )

    row = the_card().cost.prelabel["default"].accept_rate
    typical = row.p50.value if prior is None else prior.p50
    found = line_of(spec).prelabel
    assert D("0.4") < found.accept_rate.p50 < typical
    assert found.saving is None
    assert found.share == said.share
    assert card.cost.prelabel == the_card().cost.prelabel


def test_accepted_proposals_of_a_model_move_what_needs_no_fixing():
    spec, _ = measured(
        a_spec(a_line(prelabel=MODEL)), the_card(), results({"prelabel": PROPOSALS})
    )

    found = line_of(spec).prelabel
    assert found.accept_rate is None
    assert D("0.4") < found.no_fix_share.p50 < D("0.7")
    assert (found.recall, found.precision) == (MODEL.recall, MODEL.precision)


def test_corrections_without_a_rate_of_their_own_move_the_card_together():
    lines = a_line(work="correct"), a_line(work="correct", per_item=D(2))
    both = results({"prelabel": PROPOSALS}, {"prelabel": PROPOSALS})

    spec, card = measured(a_spec(*lines), the_card(), both)

    row = card.cost.prelabel["bounding_box"].accept_rate
    assert "720 accepted of 1,800" in row.p50.source
    assert row.p50.key == "cost/prelabel/bounding_box/accept_rate/p50"
    assert spec.lines == a_spec(*lines).lines
    assert row.p50.value < D("0.65")


def test_without_results_for_it_a_line_is_as_it_was():
    spec, _ = measured(a_spec(), the_card(), results({"seconds": SECONDS}))

    assert spec == a_spec()


# --- A second, slow reading of the whole ----------------------------------------------


def test_a_re_estimate_is_the_estimate_of_the_posterior_figures():
    """The comparison's new figures come from nowhere but the posterior's formulas."""
    from scoping.calc.posterior import counted, measured_seconds

    found = results({"seconds": SECONDS, "defects": DEFECTS})
    card = the_card()
    old = seconds_of(card)
    seconds = updated_amount(
        Quantiles(p10=old.p10.value, p50=old.p50.value, p90=old.p90.value),
        [
            measured_seconds(
                D(18), units=400, people=6, batches=2, layers=card.cost.layers
            )
        ],
    )
    errors = updated_share(
        Quantiles(p10=D("0.03"), p50=D("0.06"), p90=D("0.11")),
        [counted(45, 600, groups=6, icc=D("0.05"))],
    )

    rows = compared(a_spec(), found)

    assert row_of(rows, "seconds_per_unit").new == seconds.p50
    assert row_of(rows, "first_pass_defect").new == errors.p50
    assert row_of(rows, "seconds_per_unit").weight == seconds.weight


def test_every_figure_of_the_new_card_has_a_source_and_a_day():
    found = results({"seconds": SECONDS, "defects": DEFECTS})

    _, card = measured(a_spec(), the_card(), found)

    assert all(one.source and one.as_of for one in figures_of(card).values())


@pytest.mark.parametrize(
    "line", [a_line(work="correct"), a_line(prelabel=Prelabel(accept_rate=ACCEPT))]
)
def test_seconds_as_worked_rest_on_what_the_pilot_itself_accepted(line):
    worked = {"seconds": SECONDS | {"basis": "as_worked"}, "prelabel": PROPOSALS}

    spec, card = measured(a_spec(line), the_card(), results(worked))

    accepted = card.cost.prelabel.get("bounding_box")
    rate = accepted.accept_rate.p50.value if accepted else None
    rate = rate or line_of(spec).prelabel.accept_rate.p50
    left = D("0.2") + (1 - rate) * D("0.6") + D("0.1") + D("0.1") * D("0.15")
    by_hand = results(
        {"seconds": SECONDS | {"basis": "by_hand", "per_unit": round(18 / left, 6)}}
    )
    _, expected = measured(a_spec(line), the_card(), by_hand)
    assert seconds_of(card).p50.value == pytest.approx(
        seconds_of(expected).p50.value, abs=D("0.00001")
    )


def results_for(spec):
    """Return results of every line of a spec: all that can be measured of it."""
    lines = []
    for line in spec.lines:
        found = {
            "line": line.index,
            "type": line.type,
            "seconds": SECONDS | {"basis": "as_worked", "per_unit": D(9)},
            "units_per_item": PER_ITEM,
        }
        if line.work != "audit":
            found["defects"] = DEFECTS
        if line.work == "correct" or (line.prelabel and line.work == "label"):
            found["prelabel"] = PROPOSALS
        lines.append(found)
    return read_pilot(
        {"pilot": 1, "measured_on": date(2026, 5, 4), "lines": lines}, today=TODAY
    )


@pytest.mark.parametrize("number", range(10))
def test_every_number_of_a_re_estimate_is_recomputed_from_its_leaves(number):
    spec = random_spec(number)

    new_spec, new_card = measured(spec, the_card(), results_for(spec))

    again = explained(new_spec, new_card)
    assert wrong_nodes(again, new_card) == []
    assert wrong_leaves(again, new_spec, new_card) == []
    assert again["card"] == "2026-01 + pilot"


def test_a_pilot_that_finds_what_was_quoted_leaves_less_doubt_and_moves_nothing():
    as_quoted = results({"seconds": SECONDS | {"per_unit": D("12.97")}})

    _, card = measured(a_spec(), the_card(), as_quoted)

    before, after = seconds_of(the_card()), seconds_of(card)
    assert after.p50.value == before.p50.value
    assert before.p10.value < after.p10.value < after.p90.value < before.p90.value
