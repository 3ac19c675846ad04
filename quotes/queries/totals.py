"""What each quote of a list comes to, read from what was frozen: two queries in all."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from quotes import models
from quotes.calc.choices import Choice, scenario_in, scenarios


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """What a sent or accepted quote comes to, in its currency.

    `scenario` is the letter of the one that it is the total of, None where there is
    one; `accepted` says that the client chose it.
    """

    amount: str
    currency: str
    scenario: str | None
    accepted: bool


def totals(revisions: Sequence[models.QuoteRevision]) -> Mapping[int, Total]:
    """Return the totals of revisions by primary key; a draft that is not sent has none.

    An accepted one is what was accepted of it; another its first scenario as sent.
    """
    chosen = {
        row.revision_id: Choice(
            scenario=row.scenario.letter,
            taken=frozenset(int(line) for line, taken in row.toggles.items() if taken),
        )
        for row in models.Acceptance.objects.filter(
            revision__in=revisions
        ).select_related("scenario")
    }
    frozen = models.FrozenDocument.objects.filter(
        revision__in=revisions, kind=models.FrozenDocument.CLIENT
    )
    return {
        row.revision_id: _total(row.body, chosen.get(row.revision_id)) for row in frozen
    }


def _total(body: str, choice: Choice | None) -> Total:
    document = json.loads(body)
    offered = scenario_in(document, choice.scenario if choice else "A")
    view = offered.chosen(choice.taken if choice else ())
    return Total(
        amount=view["price"]["total"],
        currency=view["currency"],
        scenario=offered.letter if len(scenarios(document)) > 1 else None,
        accepted=choice is not None,
    )
