"""What happens when, as a client reads it: her own days, and a promised week."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from quotes.calc.client_dates import client_dates
from scoping.calc.document import document
from scoping.calc.offer import client_view
from scoping.calc.spec.service import Sla
from scoping.calc.spec.values import Quality
from tests.calc.an_estimate import a_spec, an_estimate


def dates_of(**quality):
    spec = a_spec(quality=Quality(**quality))
    made = an_estimate(spec, draws=64, promised=date(2026, 6, 1))
    return made, client_dates(client_view(made.offer), starts="2026-03-02")


def test_everything_that_is_due_comes_in_its_order():
    _, found = dates_of(
        sla=Sla(data_by=date(2026, 2, 23), tool_access_by=date(2026, 2, 25))
    )

    assert [(one.what, one.yours, one.when or one.words) for one in found] == [
        ("Your images", True, date(2026, 2, 23)),
        ("Access to your tool", True, date(2026, 2, 25)),
        ("The work begins", False, date(2026, 3, 2)),
        (
            "Pilot: your answers between its rounds",
            True,
            "2 business days to a question",
        ),
        ("Everything is delivered", False, date(2026, 6, 1)),
        (
            "Your word on the last batch",
            True,
            "within 10 business days of its delivery",
        ),
    ]
    assert [one.kind for one in found][-2:] == ["week", "words"]


def test_without_a_pilot_nothing_is_said_of_it():
    _, found = dates_of(gold_items=0)

    assert "Pilot" not in " ".join(one.what for one in found)


def test_a_document_of_before_has_the_week_alone():
    _, whole = dates_of()
    made, _ = dates_of(gold_items=0)
    old = {**client_view(made.offer), "clauses": []}

    found = client_dates(old, starts=None)

    assert [one.what for one in found] == ["Everything is delivered"]
    assert len(whole) == 5


def test_no_day_of_ours_but_the_promised_week_is_told():
    made, found = dates_of()
    told = {one.when for one in found}

    ours = {row["day"] for row in document(made)["schedule"]["milestones"]}
    ours |= {day.isoformat() for day in made.schedule.finish.values()}
    assert ours.isdisjoint({str(day) for day in told})
    # Negative control: with other people the days of ours move, and hers do not.
    work = made.card.cost.work
    slower = replace(
        made.card,
        cost=replace(
            made.card.cost,
            work=replace(
                work, pilot_round_days=replace(work.pilot_round_days, value=Decimal(9))
            ),
        ),
    )
    again = an_estimate(made.spec, card=slower, draws=64, promised=date(2026, 6, 1))
    assert again.schedule.finish != made.schedule.finish
    assert client_dates(client_view(again.offer), starts="2026-03-02") == found
