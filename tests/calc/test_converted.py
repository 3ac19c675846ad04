"""A gap in the site's currency: at the pinned rate, in its coins, adding up."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quotes.calc.converted import Pinned, gap_in, pinned_rate
from tests.scale import count

D = Decimal
cents = st.integers(-9_000_000, 9_000_000).map(lambda n: D(n) / 100)
DONG = Pinned(base="USD", quote="VND", rate=D(25_450), as_of="2026-01", source="a page")


def a_gap(planned, *amounts):
    total = sum(amounts, D(0))
    return {
        "planned": str(planned),
        "actual": str(planned + total),
        "total": str(total),
        "parts": [
            {"name": f"part {place}", "amount": str(one)}
            for place, one in enumerate(amounts)
        ],
        "known": True,
    }


def test_both_ends_are_rounded_once_and_the_parts_lie_between_them():
    found = gap_in(a_gap(D("100.01"), D("0.03"), D("-0.01")), DONG)

    # 100.01 × 25,450 = 2,545,254.5, half up 2,545,255; 100.03 × 25,450 = 2,545,763.5,
    # half up 2,545,764: 509 apart, as 0.02 × 25,450. The parts are 763.5 and −254.5.
    assert (found["planned"], found["actual"]) == ("2545255", "2545764")
    assert found["total"] == "509"
    assert [part["amount"] for part in found["parts"]] == ["763", "-254"]
    assert found["known"] is True


@settings(max_examples=count(200), deadline=None)
@given(
    planned=cents.filter(lambda n: n > 0),
    amounts=st.lists(cents, max_size=8),
    rate=st.decimals("0.5", "30000", places=2),
    quote=st.sampled_from(["VND", "EUR"]),
)
def test_every_gap_adds_up_in_the_other_currency(planned, amounts, rate, quote):
    pinned = Pinned(base="USD", quote=quote, rate=rate, as_of="", source="")
    gap = a_gap(planned, *amounts)

    found = gap_in(gap, pinned)

    # The slow way: each amount turned by itself, with the remainder at most a coin off.
    unit = D(1) if quote == "VND" else D("0.01")
    for key in ("planned", "actual"):
        turned = (D(gap[key]) * rate).quantize(unit, rounding=ROUND_HALF_UP)
        assert D(found[key]) == turned
    parts = [D(part["amount"]) for part in found["parts"]]
    total = D(found["actual"]) - D(found["planned"])
    assert D(found["total"]) == total
    assert not parts or sum(parts) == total
    for one, was in zip(parts, amounts, strict=True):
        assert abs(one - was * rate) <= 2 * unit
        assert one % unit == 0


@pytest.mark.parametrize(
    "fx",
    [
        None,
        {"base": "USD", "quote": "USD", "rate": "1"},
        {"base": "EUR", "quote": "VND", "rate": "27500"},
    ],
)
def test_without_a_rate_for_its_currency_there_is_nothing_to_show(fx):
    assert pinned_rate({"fx": fx}, currency="USD") is None


def test_a_rate_comes_with_its_day_and_source():
    fx = {"base": "USD", "quote": "VND", "rate": "25450"}

    bare = pinned_rate({"fx": fx}, currency="USD")
    said = pinned_rate(
        {"fx": fx | {"as_of": "2026-01", "source": "a page"}}, currency="USD"
    )

    assert said == DONG
    assert bare is not None
    assert (bare.as_of, bare.source) == ("", "")
