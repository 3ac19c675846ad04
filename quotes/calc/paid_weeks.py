"""Paid time of one project by team and week, where all of it is known.

A person's part of a paid day belongs to the team that the tools saw the person in. A
team's week counts only where everybody whose work was seen in it on a day was paid for
that day: half a timesheet would make half of the work look free.
See docs/model.md#paid_weeks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from .actual_rates import PaidTime
from .paid import Part
from .timephase import monday

AN_HOUR = 3600
PersonDay = tuple[str, date]


def paid_weeks(
    parts: Iterable[Part],
    *,
    teams: Mapping[PersonDay, str],
    waiting: Mapping[PersonDay, Decimal],
) -> tuple[PaidTime, ...]:
    """Return what each team was paid for in each week, in hours.

    `parts` are those of the project; `teams`, in which team a person worked on a day;
    `waiting`, the share of a paid day that was spent waiting for the client.
    """
    found: dict[tuple[str, date], list[Decimal]] = {}
    paid: set[PersonDay] = set()
    for part in parts:
        who = (part.person, part.day)
        if who not in teams:
            continue
        paid.add(who)
        sums = found.setdefault(_key(who, teams), [Decimal(0), Decimal(0)])
        sums[0] += part.seconds
        sums[1] += part.seconds * waiting.get(who, Decimal(0))
    lacking = {_key(who, teams) for who in teams if who not in paid}
    return tuple(
        PaidTime(
            team=team,
            week=week,
            paid=seconds / AN_HOUR,
            client_waiting=waited / AN_HOUR,
        )
        for (team, week), (seconds, waited) in sorted(found.items())
        if (team, week) not in lacking and 0 <= waited < seconds
    )


def _key(who: PersonDay, teams: Mapping[PersonDay, str]) -> tuple[str, date]:
    return teams[who], monday(who[1])
