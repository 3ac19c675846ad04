"""Pure results that many tests ask for in the same words, made once a run.

Nearly every test of a page sends or shows the same quote, and its estimates are most of
what that takes. Each is known by everything that it follows from, to the letter: 0.2 is
not 0.20, for they print differently. A card is known by being the same object: what is
read of the same rows is read once.
"""

from __future__ import annotations

import json
import pickle
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import date
from typing import Any

from scoping import convert
from scoping.calc.advice import advice
from scoping.calc.document import document
from scoping.calc.estimate import Estimate, estimate
from scoping.calc.memory import Memory
from scoping.calc.proposals import Advice
from scoping.calc.rates import RateCard
from scoping.calc.spec import Spec
from scoping.calc.suggest import Decision
from scoping.calc.workdays import Workdays
from scoping.models import RateCard as CardRow

MOST = 64
read_rows = convert.rate_card


class Remembered:
    """The latest results by their key, with what the key names by identity."""

    def __init__(self) -> None:
        self._found: OrderedDict[Hashable, tuple[Any, object]] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Any], *, alive: object) -> Any:
        """Return what was made under this key, or make it now; `alive` stays alive."""
        if key not in self._found:
            self._found[key] = make(), alive
            if len(self._found) > MOST:
                self._found.popitem(last=False)
        self._found.move_to_end(key)
        return self._found[key][0]


_cards, _estimates, _advice, _documents = (Remembered() for _ in range(4))


def remembered_card(row: CardRow) -> RateCard:
    """Return the card of these rows, as read the first time."""
    said = [row.version, row.valid_from, row.currency]
    key = json.dumps([*said, row.price_document, row.cost_document], default=repr)
    found: RateCard = _cards.get(key, lambda: read_rows(row), alive=None)
    return found


def remembered_estimate(  # noqa: PLR0913 - as `estimate`
    spec: Spec,
    card: RateCard,
    *,
    workdays: Workdays,
    decisions: Mapping[int, Decision] | None = None,
    draws: int = 256,
    promised: date | None = None,
    memory: Memory | None = None,
) -> Estimate:
    """Return the estimate, as made the first time; on few draws unless said."""
    found: Estimate = _estimates.get(
        (
            *(repr(spec), id(card), _days(workdays), draws, promised),
            repr(sorted((decisions or {}).items())),
        ),
        lambda: estimate(
            spec,
            card,
            workdays=workdays,
            decisions=decisions,
            draws=draws,
            promised=promised,
            memory=memory,
        ),
        alive=card,
    )
    return found


def remembered_advice(
    made: Estimate, *, workdays: Workdays, memory: Memory | None = None
) -> tuple[Advice, ...]:
    """Return the advice on this very estimate, as found the first time."""
    found: tuple[Advice, ...] = _advice.get(
        (id(made), _days(workdays)),
        lambda: advice(made, workdays=workdays, memory=memory),
        alive=made,
    )
    return found


def remembered_document(
    made: Estimate, *, advice: Sequence[Advice] = ()
) -> dict[str, Any]:
    """Return the document of this very estimate, as made the first time: a copy."""
    said: bytes = _documents.get(
        (id(made), repr(advice)),
        lambda: pickle.dumps(document(made, advice=advice)),
        alive=made,
    )
    copy: dict[str, Any] = pickle.loads(said)
    return copy


def _days(workdays: Workdays) -> Hashable:
    return tuple(sorted(workdays.calendars.items(), key=lambda each: each[0]))
