"""Advice that is followed: a stored patch becomes the spec of a draft's scenario."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from quotes import models
from quotes.actions import RefusedError
from quotes.actions.drafts import change_spec
from quotes.queries.advice import advice_on, key_of
from quotes.queries.quotes import scenario_of
from scoping.calc.spec.patch import apply_patch


def follow_advice(  # noqa: PLR0913 - an edit's particulars, named
    revision: models.QuoteRevision,
    key: str,
    *,
    edition: int,
    by: Any,
    role: str,
    now: datetime,
    letter: str = "A",
) -> str:
    """Change a scenario as a piece of its advice says; return what is done.

    The advice is found anew: what was printed with it holds, or it is refused.
    """
    scenario = scenario_of(revision, letter)
    rows = advice_on(scenario, today=now.date())
    found = {key_of(row): row for row in rows if row["patch"]}
    if key not in found:
        raise RefusedError(
            "advice_gone",
            "This advice no longer fits the scope. What fits it now stands below.",
        )
    change_spec(
        revision,
        apply_patch(scenario.spec, found[key]["patch"]),
        edition=edition,
        by=by,
        role=role,
        now=now,
        letter=letter,
    )
    row = found[key]
    return f"{row['does']}." if "does" in row else str(row["text"])
