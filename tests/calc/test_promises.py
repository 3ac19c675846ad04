"""Promises: whether the inputs of an estimate imply what is promised."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from scoping.calc.promises import Outcome, percent, promises
from scoping.calc.spec.values import AuditRule, Quality
from tests.calc.an_estimate import a_figure, the_card

D = Decimal
OUTCOME = Outcome(
    first_pass_defect=D("0.06"),
    rejected=D("0.0586"),
    outgoing_defect=D("0.0115"),
    wrongly_rejected=D("0.01"),
    allowed_unit_defect=D("0.02"),
    prelabel_saving=None,
)


def answers(
    outcome: Outcome = OUTCOME, quality: Quality | None = None, **promised: str
):
    rows = {key: a_figure(value) for key, value in promised.items()}
    found = promises(rows or the_card().price.promises, quality or Quality(), outcome)
    return {row["key"]: (row["holds"], row["text"]) for row in found}


def test_98_per_cent_with_little_rework_is_a_statement_about_first_attempts():
    # 0.98 × 0.95 ÷ 0.99 = 0.9404 right at first attempt; 0.94 is expected.
    holds, text = answers()["rework"]

    assert holds is False
    assert text == (
        "5.9 % sent back, under 5.0 % promised. 98.0 % with that little rework needs "
        "94.0 % right at first attempt; 94.0 % is expected."
    )


def test_each_promise_of_the_launch_preset_is_answered():
    assert {key: holds for key, (holds, _) in answers().items()} == {
        "accuracy": True,
        "agreement": None,
        "rework": False,
        "audit_share": True,
        "edge_case_rules": True,
        "prelabel_saving": None,
        "error": False,
    }


def test_what_comes_out_is_held_against_what_is_promised():
    assert answers(quality=Quality(accuracy=D("0.99")))["accuracy"] == (
        False,
        "98.9 % right after review, 99.0 % promised.",
    )
    in_images = answers(quality=Quality(accuracy=D("0.98"), unit="image"))["accuracy"]
    assert in_images == (True, "98.9 % images right after review, 98.0 % promised.")
    assert answers(error="0.02")["error"][0] is True


def test_agreement_is_shown_by_the_gold_set_alone():
    # 475 right of 500 prove 93.1 % at 95 %, one-sided (Clopper–Pearson).
    holds, text = answers(agreement="0.95")["agreement"]

    assert holds is None
    assert (
        text == "Shown on the gold set only: 475 right of 500 proves at least 93.1 %."
    )


def test_without_a_gold_set_no_agreement_is_shown():
    assert answers(quality=Quality(gold_items=0))["agreement"] == (
        None,
        "No gold set is planned, so no agreement can be shown.",
    )


def test_fewer_rules_and_smaller_samples_break_their_promises():
    audit = AuditRule(share=D("0.05"), max_defect_share=D("0.02"))

    found = answers(quality=Quality(edge_case_rules=19, audit=audit))

    assert found["edge_case_rules"] == (False, "19 edge-case rules are planned.")
    assert found["audit_share"] == (False, "5.0 % of each batch is sampled.")


def test_another_sampling_rule_says_nothing_about_a_share():
    audit = AuditRule(rule="zero_defect", bad=D("0.05"), confidence=D("0.95"))

    assert answers(quality=Quality(audit=audit))["audit_share"][0] is None


@pytest.mark.parametrize(("saving", "holds"), [("0.40", True), ("0.41", False)])
def test_pre_labels_save_no_more_than_may_be_said(saving, holds):
    found = answers(replace(OUTCOME, prelabel_saving=D(saving)))

    assert found["prelabel_saving"][0] is holds


def test_a_key_that_is_no_promise_of_these_is_passed_over():
    assert answers(smiles="0.9") == {}


def test_shares_are_printed_with_one_decimal():
    assert (percent(D("0.0585")), percent(D("0.05849"))) == ("5.9 %", "5.8 %")
