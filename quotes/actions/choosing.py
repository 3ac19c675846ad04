"""What was chosen in a quote: which scenario, which options, and the plan that follows.

The total is that of the frozen document. The plan is the frozen one of the scenario as
it was offered; where something was chosen, it is worked out anew at the prices that
were decided, because it says what work is to be done.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from quotes import models
from quotes.actions import RefusedError
from quotes.calc.choices import Choice, ChoiceError, inside, scenario_in
from quotes.queries import offers
from quotes.queries import quotes as queries
from scoping.calc.document import document as estimate_document
from scoping.calc.spec import to_document


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """A choice as it is kept: its scenario, what was taken, spec and plan."""

    scenario: models.Scenario
    toggles: dict[str, bool]
    plan: dict[str, Any]


def picked_of(revision: models.QuoteRevision, choice: Choice) -> Picked:
    """Return what a choice in a sent revision means. Raises RefusedError."""
    client = _frozen(revision, models.FrozenDocument.CLIENT)
    try:
        offered = scenario_in(client, choice.scenario)
        view = offered.chosen(choice.taken)
    except ChoiceError as error:
        raise RefusedError("no_such_choice", str(error)) from error
    total = view["price"]["total"]
    if choice.total is not None and choice.total != total:
        raise RefusedError(
            "stale_version",
            f"What you chose comes to {total} {view['currency']}. Load the page again.",
        )
    scenario = queries.scenario_of(revision, choice.scenario)
    internal = _frozen(revision, models.FrozenDocument.INTERNAL)
    plan = queries.frozen_plan(internal, choice.scenario)
    lines = inside(offered.view, choice.taken)
    if choice.taken:
        plan = _plan_anew(scenario, lines, start=plan["estimate"]["schedule"]["start"])
        plan["estimate"]["price"]["total"] = total
    return Picked(
        scenario=scenario,
        toggles={str(row.line): row.line in lines for row in scenario.choices.all()},
        plan=plan,
    )


def _frozen(revision: models.QuoteRevision, kind: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(revision.documents.get(kind=kind).body)
    return found


def _plan_anew(
    scenario: models.Scenario, lines: Collection[int], *, start: str
) -> dict[str, Any]:
    whole, days = queries.planned_as(scenario, today=date.fromisoformat(start))
    made = offers.plan_of(whole, lines=lines, workdays=days)
    return {"spec": to_document(made.spec), "estimate": estimate_document(made)}
