"""The published rule beside a sized plan, in every quote."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from scoping.calc.plans.beside import Candidate, candidates, published_rule, to_data
from scoping.calc.spec.values import AuditRule, Quality
from scoping.calc.volume import line_volume
from tests.calc.an_estimate import a_line, a_spec, the_card

D = Decimal
PRICE = the_card().price
TWO_POINT = AuditRule(
    rule="two_point",
    good=D("0.01"),
    bad=D("0.04"),
    producer_risk=D("0.05"),
    consumer_risk=D("0.10"),
)
ZERO = AuditRule(rule="zero_defect", bad=D("0.02"), confidence=D("0.95"))


def plans(*, price: Any = PRICE, **quality: Any) -> dict[str, Candidate]:
    line = a_line()
    spec = a_spec(line, items=100_000, quality=Quality(unit="image", **quality))
    volume = line_volume(spec, line, key="a", price=price)
    return {one.key: one for one in candidates(spec, line, volume, price=price)}


def data_of(found: Candidate) -> dict[str, Any]:
    return to_data(found, kind="image", line=a_line())


def test_the_published_rule_stands_beside_a_sized_plan():
    found = plans()

    # METHODS 3, batches of 1,000: 100 / 2 proves 5.9 %, and 189 / 4 tells 1 from 4 %.
    assert list(found) == ["published", "sized"]
    assert [one.chosen for one in found.values()] == [True, False]
    written, sized = found["published"].score, found["sized"].score
    assert (written.n, written.c, written.proves) == (100, 2, D("0.059"))
    assert (sized.n, sized.c, sized.proves) == (189, 4, D("0.045"))
    assert sized.good_blocked <= D("0.05") < written.good_blocked
    assert sized.bad_released <= D("0.10") < written.bad_released


def test_a_quote_with_a_rule_of_its_own_is_scored_between_them():
    found = plans(audit=ZERO)

    assert list(found) == ["published", "quoted", "sized"]
    assert [key for key, one in found.items() if one.chosen] == ["quoted"]
    assert (found["quoted"].score.n, found["quoted"].score.c) == (138, 0)


def test_a_quote_with_the_sized_plan_says_so_once():
    found = plans(audit=TWO_POINT)

    assert list(found) == ["published", "quoted"]
    assert found["quoted"].chosen


def test_the_sized_plan_is_sized_for_the_promise():
    rule = plans(accuracy=D("0.99"))["sized"].rule

    assert (rule.good, rule.bad) == (D("0.005"), D("0.02"))


def test_a_promise_of_half_of_all_has_no_more_than_all_to_stop():
    assert plans(accuracy=D("0.5"))["sized"].rule.bad == 1


def test_a_card_without_published_promises_scores_none():
    bare = replace(PRICE, promises={})

    assert published_rule(bare) is None
    assert list(plans(price=bare)) == ["quoted", "sized"]


@pytest.mark.parametrize(
    ("key", "audit", "name"),
    [
        ("published", ZERO, "As written: 10 % of each batch, at most 2 % wrong"),
        ("quoted", ZERO, "Sized to rule out 2 % wrong, none may be wrong"),
        ("sized", ZERO, "Sized to pass 1 % wrong and stop 4 % wrong"),
    ],
)
def test_each_plan_is_called_by_what_it_does(key, audit, name):
    assert data_of(plans(audit=audit)[key])["name"] == name


def test_a_document_holds_what_the_plan_is_good_for():
    data = data_of(plans()["published"])

    assert (data["n"], data["c"], data["items"], data["of_items"]) == (
        100,
        2,
        100,
        1000,
    )
    assert (data["proves"], data["holds_at"], data["seldom_at"]) == (
        "0.059",
        "0.008",
        "0.051",
    )
    # METHODS 3: 6.9 % of good batches blocked.
    assert data["good_blocked"] == "0.069237149"
    assert data["release_probability"][2] == {
        "defect_share": "0.02",
        "probability": "0.677223988",
    }
