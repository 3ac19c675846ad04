"""The documents of a revision: all its scenarios, each with every choice, priced."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from quotes import models
from quotes.calc.choices import MOST, every_choice, inside, priced, ways
from quotes.calc.differences import differences
from quotes.queries import quotes as queries
from scoping import queries as scoping
from scoping.calc.estimate import Estimate, estimate
from scoping.calc.offer import Offer, client_view, make_offer
from scoping.calc.spec import Spec
from scoping.calc.suggest import Decision
from scoping.calc.workdays import Workdays


class TooManyChoicesError(ValueError):
    """Raised where a scenario holds more ways to choose than are priced."""


def estimates_of(revision: models.QuoteRevision, *, today: date) -> dict[str, Estimate]:
    """Return the estimate of every scenario by its letter, A first."""
    return {
        scenario.letter: queries.estimate_of(scenario, today=today)
        for scenario in revision.scenarios.order_by("letter")
    }


def client_document_of(
    revision: models.QuoteRevision,
    made: Mapping[str, Estimate],
    *,
    dated: date,
    valid_until: date,
) -> dict[str, Any]:
    """Return the client document of a draft: scenario A, and beside it the others.

    Raises TooManyChoicesError where a scenario has more choices than are priced.
    """
    scenarios = {one.letter: one for one in revision.scenarios.order_by("letter")}
    document = queries.draft_document(
        revision, scenarios["A"], made["A"], dated=dated, valid_until=valid_until
    )
    document["choices"] = list(choices_of(scenarios["A"], made["A"]))
    document["others"] = [
        {
            "scenario": letter,
            "starts": made[letter].spec.start_on.isoformat(),
            "offer": client_view(made[letter].offer),
            "choices": list(choices_of(scenario, made[letter])),
        }
        for letter, scenario in scenarios.items()
        if letter != "A"
    ]
    if document["others"]:
        document["differences"] = differences(
            {letter: made[letter].offer for letter in scenarios},
            workdays=scoping.workdays(revision.workspace),
        )
    return document


def choices_of(scenario: models.Scenario, made: Estimate) -> Iterator[dict[str, Any]]:
    """Yield every choice of a scenario as it is priced, but for the offer as it is."""
    view = client_view(made.offer)
    if ways(view) > MOST:
        raise TooManyChoicesError(
            f"Scenario {scenario.letter} can be chosen in {ways(view)} ways; at most "
            f"{MOST} are priced. Leave out some of its options or alternatives."
        )
    for taken in every_choice(view):
        chosen = _offer_of(scenario, made, lines=inside(view, taken))
        yield priced(client_view(chosen), offer=view, taken=taken)


def _offer_of(
    scenario: models.Scenario, made: Estimate, *, lines: Collection[int]
) -> Offer:
    """Return the offer of a choice, by the decided week or one of its own."""
    spec = selected(made.spec, lines)
    if scenario.promised_week is not None:
        return make_offer(
            spec,
            made.card.price,
            unit_prices=made.offer.unit_prices,
            week=made.schedule.promised,
            workdays=scoping.workdays(scenario.workspace),
        )
    days = scoping.workdays(scenario.workspace)
    return plan_of(made, lines=lines, workdays=days).offer


def plan_of(made: Estimate, *, lines: Collection[int], workdays: Workdays) -> Estimate:
    """Return the estimate of a choice at the prices that were decided."""
    return estimate(
        selected(made.spec, lines),
        made.card,
        workdays=workdays,
        decisions={
            index: Decision(
                value=one.decided.value,
                binding=one.binding,
                who="",
                why="as offered",
            )
            for index, one in made.suggested.items()
        },
        draws=made.draws,
    )


def selected(spec: Spec, lines: Collection[int]) -> Spec:
    """Return a spec of which exactly these lines are in the total."""
    return replace(
        spec,
        lines=tuple(
            replace(line, optional=line.index not in lines, alternative_to=None)
            for line in spec.lines
        ),
    )
