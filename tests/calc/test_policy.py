"""Policy: what has to be approved, no more and no less."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotes.calc.policy import (
    Facts,
    Limits,
    PricedLine,
    PromisedDays,
    PromisedFloor,
    findings,
    findings_of_choices,
)

D = Decimal
LIMITS = Limits(discount=Decimal("0.10"), loss=Decimal("0.05"))


def a_line(**changes: Any) -> PricedLine:
    fields: dict[str, Any] = {
        "index": 0,
        "name": "boxes",
        "net": Decimal("0.0840"),
        "discounted": Decimal("0.0840"),
        "floor": Decimal("0.0688"),
        "list": Decimal("0.0840"),
        "target": Decimal("0.0677"),
    }
    return PricedLine(**(fields | changes))


def codes(*lines: PricedLine, **changes: Any) -> list[str]:
    fields: dict[str, Any] = {
        "scenario": "A",
        "lines": lines or (a_line(),),
        "discount": Decimal(0),
        "loss_probability": Decimal("0.05"),
    }
    return [one.code for one in findings(Facts(**(fields | changes)), LIMITS)]


def test_at_its_limits_a_quote_is_within_policy():
    at_limit = a_line(
        net=Decimal("0.0688"), discounted=Decimal("0.0677") * Decimal("0.9")
    )

    assert (
        codes(at_limit, discount=Decimal("0.10"), people_needed=20, people_free=20)
        == []
    )


@pytest.mark.parametrize(
    ("line", "facts", "expected"),
    [
        ({"net": Decimal("0.0687")}, {}, ["below_floor"]),
        ({}, {"loss_probability": Decimal("0.0501")}, ["loss_probability"]),
        ({}, {"discount": Decimal("0.1001")}, ["discount"]),
        # 0.0660 less 8 % = 0.06072; 1 - 0.06072 / 0.0677 = 10.3 %.
        (
            {"discounted": Decimal("0.06072")},
            {"discount": Decimal("0.08")},
            ["discount"],
        ),
        ({}, {"other_terms": ("Acceptance, short",)}, ["terms"]),
        ({}, {"outside": "Vietnam"}, ["residency"]),
        ({}, {"people_needed": 21, "people_free": 20}, ["capacity"]),
        ({}, {"people_needed": 21, "people_free": None}, []),
        ({"target": Decimal(0)}, {}, []),
    ],
)
def test_each_thing_out_of_policy_is_found_alone(line, facts, expected):
    assert codes(a_line(**line), **facts) == expected


def test_a_finding_says_figure_and_limit_in_a_sentence():
    (found,) = findings(
        Facts(
            scenario="B",
            lines=(a_line(),),
            discount=Decimal(0),
            loss_probability=Decimal("0.0631"),
        ),
        LIMITS,
    )

    assert found.to_data() == {
        "code": "loss_probability",
        "scenario": "B",
        "text": "The chance of a loss is 6.3 %; policy allows 5.0 %.",
        "figure": "0.0631",
        "limit": "0.05",
    }


prices = st.decimals("0.01", "10", places=4)


@given(unit=prices, usual=prices, share=st.decimals(0, "0.5", places=3))
def test_a_discount_is_found_however_it_is_split(unit, usual, share):
    whole = 1 - unit * (1 - share) / usual
    line = a_line(
        net=Decimal(100),
        floor=Decimal("0.01"),
        discounted=unit * (1 - share),
        list=usual,
        target=usual + 1,
    )

    found = codes(line, discount=share)

    assert ("discount" in found) == (whole > LIMITS.discount or share > LIMITS.discount)


@given(lower=prices, higher=prices)
def test_a_lower_price_is_never_less_out_of_policy(lower, higher):
    lower, higher = sorted([lower, higher])

    def found(price: Decimal) -> set[str]:
        return set(codes(a_line(net=price, discounted=price)))

    assert found(higher) <= found(lower)


def test_promises_beyond_the_standard_are_out_of_policy():
    fewer = PromisedDays(name="Redone", promised=2, standard=5, fewest=True)
    longer = PromisedDays(name="Window", promised=11, standard=10, fewest=False)
    kept = (
        PromisedDays(name="Redone", promised=5, standard=5, fewest=True),
        PromisedDays(name="Window", promised=10, standard=10, fewest=False),
    )
    hard = PromisedFloor(name="Walkers", allowed=D("0.01"), expected=D("0.014"))
    easy = PromisedFloor(name="Walkers", allowed=D("0.01"), expected=D("0.01"))

    assert codes(days=(fewer, longer), floors=(hard,), credit_share=D("0.11")) == [
        "credits",
        "promise_not_held",
        "days",
        "days",
    ]
    assert codes(days=kept, floors=(easy,), credit_share=D("0.10")) == []
    (found,) = findings(
        Facts(
            scenario="A",
            lines=(),
            discount=D(0),
            loss_probability=D(0),
            floors=(hard,),
        ),
        LIMITS,
    )
    assert found.text == "Walkers: 1.4 % wrong is expected; the promise allows 1.0 %."


def facts(loss: str = "0.01", needed: int = 5, free: int | None = 9) -> Facts:
    return Facts(
        scenario="A",
        lines=(),
        discount=Decimal(0),
        loss_probability=Decimal(loss),
        people_needed=needed,
        people_free=free,
    )


def test_the_worst_choice_is_named_where_it_is_worse_than_the_offer():
    found = findings_of_choices(
        facts(),
        {
            "line 3 (masks)": facts("0.08", needed=10),
            "line 4 (cuboids)": facts("0.06", needed=12, free=10),
        },
        LIMITS,
    )

    assert [one.text for one in found] == [
        (
            "Where the client takes line 3 (masks), the chance of a loss is 8.0 %; "
            "policy allows 5.0 %."
        ),
        (
            "Where the client takes line 4 (cuboids), 12 people are needed and 10 are "
            "free at that time."
        ),
    ]
    assert [(one.figure, one.limit) for one in found] == [
        ("0.08", "0.05"),
        ("12", "10"),
    ]


chances = st.sampled_from(["0.01", "0.05", "0.0501", "0.08"])
ways_to_choose = st.builds(
    facts, chances, st.integers(1, 12), st.none() | st.integers(1, 12)
)


@given(standing=ways_to_choose, choices=st.lists(ways_to_choose, max_size=4))
def test_a_choice_is_found_exactly_where_one_is_out_of_policy_and_worse(
    standing, choices
):
    found = {
        one.code
        for one in findings_of_choices(
            standing, {str(number): one for number, one in enumerate(choices)}, LIMITS
        )
    }

    # The slow way: each choice is judged like an offer, and compared with the standing.
    def wanting(one):
        return 0 if one.people_free is None else one.people_needed - one.people_free

    expected = set()
    for one in choices:
        alone = {found.code for found in findings(one, LIMITS)}
        if one.loss_probability > standing.loss_probability:
            expected |= alone & {"loss_probability"}
        if wanting(one) > max(0, wanting(standing)):
            expected |= alone & {"capacity"}
    assert found == expected
