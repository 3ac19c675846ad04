"""What answers come to before anybody saves them: an estimate on few draws.

Nothing is stored. A draft that is changed keeps its card, its decided prices as far as
the kinds of label stay, and its promised week, as saving it would.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from quotes import convert, models
from scoping import queries as scoping
from scoping.calc.estimate import estimate
from scoping.calc.fit import check_fits
from scoping.calc.memory import Memory
from scoping.calc.outlook import DRAWS, outlook
from scoping.calc.rates.values import RateCard
from scoping.calc.spec import Spec, read_spec
from scoping.calc.suggest import Decision

SEED = 271
"""Of every preview of a new scope: with one seed an answer moves what it changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What answers come to, and what the draft came to as it was saved."""

    said: Mapping[str, Any]
    saved: Mapping[str, Any] | None
    loss_limit: Decimal


def outlook_of(
    document: object,
    *,
    workspace: Any,
    today: date,
    scenario: models.Scenario | None = None,
) -> Outlook:
    """Return what a spec document comes to; `scenario` is the draft that it changes.

    Raises SpecError for what is wrong with it, NoCardError where no card is in force.
    """
    spec = read_spec(document, door="staff", today=today)
    days = scoping.workdays(workspace)
    saved = None if scenario is None else convert.spec_of(scenario, today=today)
    spec = replace(spec, seed=SEED if saved is None else saved.seed)
    version = (
        scoping.card_row_on(today, workspace=workspace).version
        if scenario is None
        else scenario.revision.card_version
    )
    card = scoping.card_version(version, workspace=workspace)
    check_fits(spec, card.price, workdays=days)
    memory = Memory()

    def made(
        one: Spec, decisions: Mapping[int, Decision], *, card: RateCard = card
    ) -> dict[str, Any]:
        found = estimate(
            one,
            card,
            workdays=days,
            decisions=decisions,
            draws=DRAWS,
            promised=None if scenario is None else scenario.promised_week,
            memory=memory,
        )
        return outlook(found)

    decided = {} if scenario is None else convert.decisions_of(scenario)
    same = saved is not None and _types(saved) == _types(spec)
    return Outlook(
        said=made(spec, decided if same else {}),
        saved=None if saved is None else made(saved, decided),
        loss_limit=card.cost.policy.loss_limit.value,
    )


def _types(spec: Spec) -> list[str]:
    return [line.type for line in spec.lines]
