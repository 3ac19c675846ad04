"""What else could be done with a draft: advice on a scenario, found when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from quotes import models
from quotes.calc.snapshot import digest
from quotes.queries.quotes import estimate_of
from scoping import queries as scoping
from scoping.calc.advice import advice
from scoping.calc.document import advised, document
from scoping.calc.estimate import Estimate
from scoping.calc.memory import Memory
from scoping.calc.proposals import Advice

KEY_LENGTH = 16


def key_of(row: Mapping[str, Any]) -> str:
    """Return what names a piece of advice in a form: the digest of its patch."""
    return digest(row["patch"])[:KEY_LENGTH]


def advised_document(
    made: Estimate, *, workspace: Any, memory: Memory | None = None
) -> Mapping[str, Any]:
    """Return the estimate document of a draft with what else could be done.

    `memory` is the one that the estimate was made with.
    """
    return document(made, advice=_found(made, workspace=workspace, memory=memory))


def advice_on(scenario: models.Scenario, *, today: date) -> list[dict[str, Any]]:
    """Return the advice on a scenario as rows of its document, by money."""
    memory = Memory()
    made = estimate_of(scenario, today=today, memory=memory)
    return advised(made, _found(made, workspace=scenario.workspace, memory=memory))


def _found(
    made: Estimate, *, workspace: Any, memory: Memory | None
) -> tuple[Advice, ...]:
    return advice(made, workdays=scoping.workdays(workspace), memory=memory)
