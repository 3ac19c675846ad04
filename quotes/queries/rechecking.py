"""Every sent quote, recomputed: its hashes, its sums, and what was simulated for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from quotes import models
from quotes.calc.recheck import complaints
from quotes.calc.snapshot import digest_of_text
from quotes.queries import quotes as queries
from scoping.calc.document import document as estimate_document
from scoping.calc.estimate import ENGINE

SIMULATED = ("cost", "margin", "hours", "schedule")
"""What an estimate draws; comparable only under the engine that drew it."""


def recheck(revision: models.QuoteRevision) -> Iterator[str]:
    """Yield a sentence for everything in a sent quote that no longer comes out."""
    texts = {row.kind: row for row in revision.documents.all()}
    for row in texts.values():
        if digest_of_text(row.body) != row.digest:
            yield f"The {row.kind} document has another hash than was written down."
    client = json.loads(texts[models.FrozenDocument.CLIENT].body)
    internal = json.loads(texts[models.FrozenDocument.INTERNAL].body)
    if texts[models.FrozenDocument.CLIENT].digest != revision.client_digest:
        yield "The client document is not the one that was sent."
    plans = {"A": internal, **internal.get("others", {})}
    yield from complaints(
        client, {letter: plan["spec"]["commercial"] for letter, plan in plans.items()}
    )
    if internal["engine"] == ENGINE:
        for letter, plan in plans.items():
            yield from _simulated(revision, letter, plan)


def sent_revisions() -> Iterator[models.QuoteRevision]:
    """Yield every revision that was ever sent, oldest first."""
    rows = models.QuoteRevision.objects.filter(frozen_at__isnull=False)
    yield from rows.select_related("quote", "workspace").order_by("pk").iterator()


def _simulated(
    revision: models.QuoteRevision, letter: str, plan: dict[str, Any]
) -> Iterator[str]:
    """Yield what the running engine draws differently, to the printed digits."""
    start = date.fromisoformat(plan["spec"]["start_on"])
    scenario = queries.scenario_of(revision, letter)
    again = estimate_document(queries.estimate_of(scenario, today=start))
    for key in SIMULATED:
        if plan["estimate"]["draws"] == again["draws"] and (
            plan["estimate"][key] != again[key]
        ):
            yield f"Scenario {letter}: {key} is drawn differently by the same engine."
