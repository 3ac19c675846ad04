"""What a right unit costs where: a US team of one's own, a vendor in Vietnam, a crowd.

A market check on our price, made of published figures alone. Vietnam's client rate is a
share of the US cost; Vietnam's *cost*, which is ours, stands on the rate card and never
comes in here. See docs/model.md#sites.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .comparison import Compared, client_ends, compare_ends
from .facts import Fact, all_there, read_facts
from .rivals import Bounds, ClientSide, Job

WEEKS_A_YEAR = 52
NONE = (Decimal(0), Decimal(0))
ALL = (Decimal(1), Decimal(1))
OPEN = (Decimal(0), Decimal(1))

TEAM = ("team_cost_year", "team_people", "paid_hours_year", "seconds_a_unit")
IN_HOUSE = (*TEAM, "ramp_up_weeks", "in_house_wrong")
VENDOR = ("below_in_house", *TEAM, "vendor_wrong")
CROWD = ("crowd_price", "crowd_minimum", "crowd_wrong")
SITE_FACTS = frozenset((*IN_HOUSE, *VENDOR, *CROWD))
"""What the comparison must know of a type."""

_Ends = dict[str, tuple[Decimal, Decimal]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteCompared:
    """What a right unit costs at a site, and the facts that it rests on."""

    compared: Compared
    facts: tuple[Fact, ...]


def read_site_facts(document: Mapping[str, Any]) -> dict[str, dict[str, Fact]]:
    """Return the facts by type and key. Raises FactError, naming the row."""
    for type_, rows in document["lines"].items():
        all_there(rows, SITE_FACTS, where=f"lines/{type_}")
    return {
        type_: read_facts(rows, where=f"lines/{type_}")
        for type_, rows in document["lines"].items()
    }


def compare_sites(
    facts: Mapping[str, Fact], *, job: Job, client: ClientSide, bounds: Bounds
) -> tuple[SiteCompared, ...]:
    """Return the three sites; what no fact says stays open between the bounds."""
    side = client_ends(client, job=job, bounds=bounds)
    return tuple(
        SiteCompared(
            compared=compare_ends(name, ends | side, units=job.units),
            facts=tuple(facts[key] for key in keys),
        )
        for name, ends, keys in _sites(facts, bounds=bounds)
    )


def in_house_price(facts: Mapping[str, Fact]) -> tuple[Decimal, Decimal]:
    """Return team ÷ people ÷ paid hours × seconds of a unit, at both ends."""
    team, people, hours, seconds = (facts[key] for key in TEAM)
    return (
        team.low / people.high / hours.high * seconds.low / 3600,
        team.high / people.low / hours.low * seconds.high / 3600,
    )


def _sites(
    facts: Mapping[str, Fact], *, bounds: Bounds
) -> Iterator[tuple[str, _Ends, tuple[str, ...]]]:
    set_up = (bounds["set_up"].low, bounds["set_up"].high)
    yield "US in-house team", _in_house(facts), IN_HOUSE
    low, high = in_house_price(facts)
    below = facts["below_in_house"]
    vendor: _Ends = {
        # A promise is of what is delivered, so nothing is said of a review.
        "price": (low * (1 - below.high), high * (1 - below.low)),
        "wrong": facts["vendor_wrong"].ends,
        "reviewed": NONE,
        "review_catches": NONE,
        "rework_paid": OPEN,
        "minimum": (bounds["minimum"].low, bounds["minimum"].high),
        "set_up": set_up,
    }
    yield "Vendor in Vietnam", vendor, VENDOR
    crowd: _Ends = {
        "price": facts["crowd_price"].ends,
        "wrong": facts["crowd_wrong"].ends,
        "reviewed": NONE,
        "review_catches": NONE,
        "rework_paid": OPEN,
        "minimum": facts["crowd_minimum"].ends,
        "set_up": set_up,
    }
    yield "Crowd", crowd, CROWD


def _in_house(facts: Mapping[str, Fact]) -> _Ends:
    """Return a team of one's own: it pays for its rework, and once for its training."""
    team, weeks = facts["team_cost_year"], facts["ramp_up_weeks"]
    return {
        "price": in_house_price(facts),
        "wrong": facts["in_house_wrong"].ends,
        "reviewed": NONE,
        "review_catches": NONE,
        "rework_paid": ALL,
        "minimum": NONE,
        "set_up": (
            team.low * weeks.low / WEEKS_A_YEAR,
            team.high * weeks.high / WEEKS_A_YEAR,
        ),
    }
