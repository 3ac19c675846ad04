"""The samples of a line on one chart, in the order of their days."""

from __future__ import annotations

from datetime import timedelta

from quotes.calc.report import report
from quotes.calc.sample_checks import sample_checks
from tests.calc.a_project import START, a_check, a_plan, a_row


def sampled(*wrong):
    return [
        a_check(
            "audit",
            60,
            batch=f"b{len(wrong) - at}",
            day=START + timedelta(days=at),
            audit_n=100,
            audit_defects=one,
            units_passed=500 if one < 5 else None,
        )
        for at, one in enumerate(wrong)
    ]


def test_samples_stand_in_the_order_of_their_days_with_those_that_passed():
    rows = [*reversed(sampled(1, 2, 1, 0, 2, 30)), a_row(batch="unsampled")]

    (found,) = sample_checks(a_plan(), rows)

    assert [point["wrong"] for point in found["points"]] == [1, 2, 1, 0, 2, 30]
    assert (found["checked"], found["passed"]) == (6, 5)
    assert found["alarm"] is True
    assert found["points"][0]["centre"] is None
    # Six of five hundred were wrong before.
    assert found["points"][-1]["centre"] == "0.0120"


def test_a_line_without_a_sample_has_no_chart():
    assert sample_checks(a_plan(), [a_row()]) == []


def test_the_report_says_how_the_samples_are():
    found = {
        "whole": {"gap": None, "cost": {"known": False, "text": "not known"}},
        "lines": [],
        "scopes": [],
        "outside": None,
        "sample_checks": sample_checks(a_plan(), sampled(1, 2)),
    }

    assert "Samples of Boxes: Not known, because 2 of the 6 samples" in report(
        "Streets", found
    )
