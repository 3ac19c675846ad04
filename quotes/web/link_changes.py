"""What a client agreed to after she accepted, as her pages and her report print it.

Everything comes from the allow-list of `calc.change_client`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from quotes import models
from quotes.calc.change_client import ClientChange
from quotes.queries.gates import project_of_acceptance
from quotes.queries.plans import changes_to_client
from scoping.templatetags.plumbline import change, count, day, week


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenChange:
    """A change order as printed for its client."""

    agreed: str
    lines: tuple[tuple[str, str], ...]
    week: str
    price: str
    clause: str
    word: str
    by: str


def seen_changes(changes: Sequence[ClientChange]) -> tuple[SeenChange, ...]:
    """Return the changes in words, the last one first."""
    return tuple(_seen(one) for one in reversed(changes))


def agreed_since(revision: models.QuoteRevision) -> str:
    """Return what was agreed after acceptance by its price, empty where nothing was."""
    project = project_of_acceptance(revision)
    found = [] if project is None else changes_to_client(project)
    if not found:
        return ""
    moved = sum((one.price for one in found), Decimal(0))
    many = "1 change" if len(found) == 1 else f"{count(len(found))} changes"
    if not moved:
        return f"You agreed to {many} since; the price stays."
    currency = found[0].currency
    return (
        f"You agreed to {many} since: {change(moved, currency)} {currency} before tax."
    )


def _seen(one: ClientChange) -> SeenChange:
    return SeenChange(
        agreed=f"Written down on {day(one.on)}, in force from {day(one.effective)}.",
        lines=tuple(
            (line.name, f"{count(line.was)}, now {count(line.units)}")
            for line in one.lines
        ),
        week="" if one.week is None else f"Delivered by the {week(one.week)}.",
        price=f"{change(one.price, one.currency)} {one.currency}"
        if one.price
        else "The price stays",
        clause=one.clause,
        word=one.word,
        by=one.by,
    )
