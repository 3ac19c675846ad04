"""The scenarios of a revision beside one another, and why two of them differ.

Those of a draft are estimated now. Of what was sent the frozen documents are shown, and
the difference is made again under the card and the calendars that it names, as long as
it then comes to what was frozen.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from quotes import models
from quotes.queries import quotes as queries
from scoping.calc.diff import changes_between, diff
from scoping.calc.difference import Diff, DiffError
from scoping.calc.document import document
from scoping.calc.estimate import ENGINE, Estimate
from scoping.calc.workdays import Workdays

EXACT_UP_TO = 6
"""Changes for which every order counts on a page, at most: 64 estimates."""
MOST_LINES_MADE = 1_000
"""Lines that are estimated for one difference, at most: about three seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A scenario with its spec and its estimate document."""

    letter: str
    name: str
    spec: Mapping[str, Any]
    estimate: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """The scenarios of a revision, and why two of them differ; else why not known."""

    sides: tuple[Side, ...]
    found: Diff | None = None
    unknown: str = ""


def beside(
    revision: models.QuoteRevision, *, pair: tuple[str, str] | None, today: date
) -> Beside:
    """Return the scenarios of a revision side by side, and a pair of them compared."""
    scenarios = {one.letter: one for one in revision.scenarios.order_by("letter")}
    days = queries.workdays_of(revision)
    if revision.frozen_at is not None:
        return _sent(revision, scenarios, pair=pair, today=today, days=days)
    made = {
        letter: queries.estimate_of(one, today=today, workdays=days)
        for letter, one in scenarios.items()
    }
    sides = tuple(
        _side(revision, one, document(made[letter]))
        for letter, one in scenarios.items()
    )
    if pair is None:
        return Beside(sides=sides)
    return _compared(sides, made[pair[0]], made[pair[1]], days=days)


def _sent(
    revision: models.QuoteRevision,
    scenarios: Mapping[str, models.Scenario],
    *,
    pair: tuple[str, str] | None,
    today: date,
    days: Workdays,
) -> Beside:
    frozen = json.loads(revision.documents.get(kind="internal").body)
    plans = {
        letter: queries.frozen_plan(frozen, letter)["estimate"] for letter in scenarios
    }
    sides = tuple(
        _side(revision, one, plans[letter]) for letter, one in scenarios.items()
    )
    if pair is None:
        return Beside(sides=sides)
    older = "It was sent by an earlier release, whose estimates are not made again."
    if any(plans[letter]["engine"] != ENGINE for letter in pair):
        return Beside(sides=sides, unknown=older)
    first, second = (
        queries.estimate_of(scenarios[letter], today=today, workdays=days)
        for letter in pair
    )
    totals = [str(one.bill.total.value) for one in (first, second)]
    if totals != [plans[letter]["price"]["total"] for letter in pair]:
        return Beside(sides=sides, unknown=older)
    return _compared(sides, first, second, days=days)


def _side(
    revision: models.QuoteRevision,
    scenario: models.Scenario,
    estimate: Mapping[str, Any],
) -> Side:
    return Side(
        letter=scenario.letter,
        name=scenario.spec.get("name") or revision.name,
        spec=scenario.spec,
        estimate=estimate,
    )


def _compared(
    sides: tuple[Side, ...], first: Estimate, second: Estimate, *, days: Workdays
) -> Beside:
    lines = max(len(one.spec.lines) for one in (first, second))
    exact = _exact_up_to(lines)
    many = changes_between(first, second)
    if many > exact and 2 * many * lines > MOST_LINES_MADE:
        text = (
            f"They differ in {many:,} things. With so many lines it takes too long to "
            f"say what each is worth."
        )
        return Beside(sides=sides, unknown=text)
    try:
        found = diff(first, second, workdays=days, exact_up_to=exact)
    except DiffError as error:
        return Beside(sides=sides, unknown=str(error))
    return Beside(sides=sides, found=found)


def _exact_up_to(lines: int) -> int:
    """Return for how many changes every order can be tried while a page waits."""
    fits = (
        many for many in range(EXACT_UP_TO, 0, -1) if lines << many <= MOST_LINES_MADE
    )
    return next(fits, 0)
