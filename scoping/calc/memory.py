"""What one estimate leaves for the next: a session of "what if" about one project.

A question changes a line or a condition and asks again. Steps of what was not changed
are the same objects as before, and their draws are still known. The result is the same
with a memory and without one, to the last digit; only the time differs. See
docs/model.md#memory.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar, cast

from .spec.values import Commercial, Spec
from .trace import Draws, Step

MOST_KNOWN = 1200
"""Steps whose draws are kept at once; 16,384 draws of each take 128 kB."""

Made = TypeVar("Made")


def _no_work(spec: Spec) -> dict[str, Any]:
    """Return the fields of a spec that no work rests on, each at one fixed value."""
    kept = spec.commercial
    # Credits for an average are the one work that rests on the accuracy itself.
    by_average = spec.quality.sla.per == "project"
    accuracy = spec.quality.accuracy if by_average else Decimal(0)
    return {
        "lines": (),
        "stated": frozenset(),
        "seed": 0,
        **dict.fromkeys(("name", "client", "language", "client_calendar"), ""),
        **dict.fromkeys(("need", "deadline", "budget")),
        "start_on": date.min,
        "client_turnaround_days": 0,
        "quality": replace(
            spec.quality,
            accuracy=accuracy,
            agreement=Decimal(0),
            sla=replace(spec.quality.sla, late=None),
        ),
        "commercial": Commercial(
            basis=kept.basis, rush=kept.rush, credits=kept.credits
        ),
    }


class Memory:
    """Steps by what they were made of, and draws by step. For one card and one thread.

    Cards and calendars are compared by identity, and therefore kept alive here.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self._made: dict[Hashable, object] = {}
        self._known: dict[Hashable, dict[Step, Draws | float]] = {}
        self._alive: list[object] = []

    def keep(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what was made under this key before, or make it now."""
        if key not in self._made:
            self._made[key] = make()
        return cast("Made", self._made[key])

    def frame(self, spec: Spec, card: object) -> Hashable:
        """Return a key for what the work of every line rests on, under one card.

        That is a spec without its lines and without what moves no unit and no second of
        work: names, dates, terms, and the promises that work is only held against.
        """
        return self._small(replace(spec, **_no_work(spec)), card)

    def besides(self, spec: Spec, card: object) -> Hashable:
        """Return a key for all that a spec says besides its lines, under one card."""
        return self._small(replace(spec, lines=(), stated=frozenset()), card)

    def _small(self, said: Spec, card: object) -> Hashable:
        """Return one small key instead of a whole spec: it is hashed for every line."""
        if not any(card is other for other in self._alive):
            self._alive.append(card)
        return self.keep(("frame", said, id(card)), object)

    def known(self, draws_of: Hashable) -> dict[Step, Draws | float]:
        """Return the draws known for these chances: the work's, or the volumes' alone.

        All are let go where there are too many.
        """
        if self.draws_kept > MOST_KNOWN:
            self._known = {}
        return self._known.setdefault(draws_of, {})

    @property
    def draws_kept(self) -> int:
        """Return of how many steps the draws are kept."""
        return sum(map(len, self._known.values()))
