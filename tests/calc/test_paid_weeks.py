"""Paid time by team and week: whole, or not at all."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from quotes.calc.paid import Part
from quotes.calc.paid_weeks import paid_weeks

D = Decimal
MONDAY, TUESDAY, NEXT = date(2026, 3, 16), date(2026, 3, 17), date(2026, 3, 23)
TEAMS = {("lan", MONDAY): "A", ("lan", TUESDAY): "A", ("minh", MONDAY): "B"}


def a_part(person, day, hours):
    return Part(
        person=person,
        day=day,
        project="streets",
        seconds=D(hours) * 3600,
        basis="tool hours",
    )


PAID = [
    a_part("lan", MONDAY, 8),
    a_part("lan", TUESDAY, 6),
    a_part("minh", MONDAY, 4),
    a_part("nobody", MONDAY, 9),
]


def test_a_teams_week_is_what_its_people_were_paid():
    waiting = {("lan", MONDAY): D("0.25")}

    team_a, team_b = paid_weeks(PAID, teams=TEAMS, waiting=waiting)

    assert (team_a.team, team_a.week, team_a.paid) == ("A", MONDAY, D(14))
    assert team_a.client_waiting == 2
    assert (team_b.team, team_b.paid, team_b.client_waiting) == ("B", D(4), D(0))


def test_a_week_in_which_somebody_was_seen_and_not_paid_is_left_out():
    teams = TEAMS | {("hoa", MONDAY): "B", ("lan", NEXT): "A"}

    found = paid_weeks(PAID, teams=teams, waiting={})

    assert [(one.team, one.week) for one in found] == [("A", MONDAY)]


def test_a_week_of_waiting_alone_prices_no_work():
    found = paid_weeks(PAID[2:3], teams=TEAMS, waiting={("minh", MONDAY): D(1)})

    assert found == ()
