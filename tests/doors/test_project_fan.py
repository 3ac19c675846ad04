"""The fan of a project: where its cost will end, on one scale with what is spent."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotes.web.fan import APART, BASE, LEFT, RIGHT, TOP, fan


def a_standing(**changes: Any) -> dict[str, Any]:
    cost = {"p10": "47300", "p50": "50250", "p90": "53900"}
    days = {
        "known": True,
        "p10": "2026-05-08",
        "p50": "2026-05-15",
        "p90": "2026-05-22",
    }
    return {
        "budget": {"whole": "48000", "reserve": "4349"},
        "ending": {"known": True, "cost": cost, "finish": days},
        "trend": [
            {"on": "2026-03-06", "actual": {"known": True, "value": "0"}},
            {"on": "2026-03-27", "actual": {"known": False, "text": "not known"}},
            {"on": "2026-04-10", "actual": {"known": True, "value": "23480"}},
        ],
    } | changes


def test_the_fan_stands_on_one_scale_with_what_is_spent():
    found = fan(a_standing())

    # 53,900 x 1.08 = 58,212 at 16 px, 0 at 236; from 6 March to 15 May are 70 days.
    # 23,480 / 58,212 x 220 = 88.7; 35 of 70 days are half of 360 px.
    assert found is not None
    assert found.spent == "M48 236L228 147"
    assert found.band == "M228 147L408 32V57Z"
    assert found.typical == "M228 147L408 46"
    # 52,349 / 58,212 x 220 = 197.8
    assert (found.limit.y, found.limit.words) == (38, "budget with reserve 52,349")
    assert [rule.words for rule in found.rules] == ["20,000", "40,000"]
    assert [day.words for day in found.days] == ["6 Mar", "10 Apr", "15 May"]
    assert found.sentence == (
        "23,480 is spent by 10 Apr. It ends at 47,300 to 53,900, typically 50,250, "
        "around 15 May; budget and reserve are 52,349."
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"ending": {"known": False, "text": "not known"}},
        {"trend": []},
        {"trend": [{"on": "2026-05-15", "actual": {"known": True, "value": "1"}}]},
    ],
)
def test_there_is_no_fan_where_the_end_or_the_way_is_not_known(changes):
    assert fan(a_standing(**changes)) is None


@given(
    spent=st.integers(0, 10**9),
    ends=st.lists(st.integers(1, 10**9), min_size=3, max_size=3).map(sorted),
    budget=st.integers(1, 10**9),
)
def test_everything_stands_inside_and_no_label_on_another(spent, ends, budget):
    standing = a_standing(budget={"whole": str(budget), "reserve": "0"})
    cost = dict(zip(("p10", "p50", "p90"), map(str, ends), strict=True))
    standing["ending"] |= {"cost": cost}
    standing["trend"][-1]["actual"]["value"] = str(spent)

    found = fan(standing)

    assert found is not None
    drawn = f"{found.spent} {found.typical}"
    for x, y in re.findall(r"(\d+) (\d+)", drawn):
        assert LEFT <= int(x) <= RIGHT
        assert TOP <= int(y) <= BASE
    places = [one.y for one in found.ends]
    assert all(b - a >= APART for a, b in itertools.pairwise(places))
