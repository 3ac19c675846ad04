"""The answer about a gold set: its size, what a pass shows, and the way to a pass.

Two gates are set side by side, because they are taken for each other: to *reach* the
target is to have that share right on the set, and luck helps; to *prove* it is to have
so many right that luck is ruled out. A team truly at the target reaches it every other
time and proves it one time in twenty.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from scoping.calc.agreement import (
    GoldSetError,
    gold_lower_bound,
    gold_max_errors,
    gold_repeated_attempts,
)
from scoping.calc.audit import effective_sample_size
from scoping.calc.gold import (
    GoldSize,
    PassPoint,
    errors_allowed,
    gold_noise_ceiling,
    gold_size_for_power,
    pass_curve,
    passing_chance,
    per_class,
)
from scoping.calc.rounds import (
    PilotWork,
    Rounds,
    pilot_rounds,
    share_removed,
    work_of,
)
from scoping.calc.spec.problems import Problem

from .question import GoldQuestion, GoldQuestionError

BELOW = Decimal("0.2")
"""A team errs a fifth more often than the target allows: not good enough. Where that
would be more than always, it is always wrong."""
SHOWN_BELOW = 3
"""The picture begins where errors are this many times those of the target."""
CARD_ROUNDS = 2
"""The card's planning figure: the target is worked at by the second round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """At most `errors` on the set; None: even no error is not enough."""

    errors: int | None
    passes: float
    weak_passes: float
    curve: tuple[PassPoint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldDesign:
    """What is to be said about a gold set.

    `reached` and `proven` are the two gates; `shown` is what a bare pass of the first
    proves. `attempts`: how often a team that is not good enough (`weak`) reaches the
    target within so many tries on fresh items. `effective_units`: how many independent
    ones the set's objects are worth. `ceiling`: the agreement a perfect team reaches.
    """

    question: GoldQuestion
    size: GoldSize
    items: int
    reached: Gate
    proven: Gate
    shown: float
    weak: Decimal
    attempts: tuple[float, ...]
    effective_units: Decimal
    items_per_class: int
    errors_per_class: int | None
    ceiling: float | None
    measured: float | None
    removed: float
    rounds: Rounds
    expected: PilotWork | None
    promised: PilotWork | None


def design(asked: GoldQuestion) -> GoldDesign:
    """Return the answer to a question.

    Raises GoldQuestionError at `truth`, where the two accuracies are too close to be
    told apart.
    """
    target, confidence = asked.target, float(asked.confidence)
    size = _size(asked)
    items = asked.items if asked.items is not None else size.items
    reached = errors_allowed(items, target)
    weak = max(target - (1 - target) * BELOW, Decimal(0))
    once = passing_chance(items, reached, truth=float(weak))
    each = per_class(items, asked.classes)
    removed = _removed(asked)
    rounds = pilot_rounds(
        items=items,
        errors=reached,
        start=float(asked.start),
        removed=removed,
        most=asked.most_rounds,
    )
    return GoldDesign(
        question=asked,
        size=size,
        items=items,
        reached=_gate(asked, items, reached, weak),
        proven=_gate(asked, items, gold_max_errors(items, target, confidence), weak),
        shown=gold_lower_bound(items - reached, items, confidence),
        weak=weak,
        attempts=tuple(
            gold_repeated_attempts(once, tries + 1) for tries in range(asked.attempts)
        ),
        effective_units=effective_sample_size(
            items * asked.units_per_item, asked.units_per_item, asked.likeness
        ),
        items_per_class=each,
        errors_per_class=gold_max_errors(each, target, confidence) if each else None,
        ceiling=_agrees(asked, 1.0),
        measured=_agrees(asked, float(asked.truth)),
        removed=removed,
        rounds=rounds,
        expected=_work(asked, items, rounds.expected),
        promised=(
            None if rounds.promised is None else _work(asked, items, rounds.promised)
        ),
    )


def _size(asked: GoldQuestion) -> GoldSize:
    try:
        return gold_size_for_power(
            float(asked.target),
            truth=float(asked.truth),
            power=float(asked.power),
            confidence=float(asked.confidence),
        )
    except GoldSetError as error:
        problem = Problem(code="too_close", path="/truth", message=str(error))
        raise GoldQuestionError((problem,)) from error


def _removed(asked: GoldQuestion) -> float:
    if asked.removed is not None:
        return float(asked.removed)
    return share_removed(
        start=float(asked.start), target=float(asked.target), rounds=CARD_ROUNDS
    )


def _gate(asked: GoldQuestion, items: int, errors: int | None, weak: Decimal) -> Gate:
    """Return a gate with how often a good team and a weak one pass it."""
    low = max(1 - SHOWN_BELOW * (1 - float(asked.target)), 0.0)
    if errors is None:
        return Gate(errors=None, passes=0.0, weak_passes=0.0, curve=())
    return Gate(
        errors=errors,
        passes=passing_chance(items, errors, truth=float(asked.truth)),
        weak_passes=passing_chance(items, errors, truth=float(weak)),
        curve=pass_curve(items, errors, low=low),
    )


def _agrees(asked: GoldQuestion, accuracy: float) -> float | None:
    if asked.gold_accuracy is None:
        return None
    return gold_noise_ceiling(
        accuracy,
        gold_accuracy=float(asked.gold_accuracy),
        classes=max(asked.classes, 2),
    )


def _work(asked: GoldQuestion, items: int, rounds: float) -> PilotWork | None:
    if asked.seconds_per_item is None:
        return None
    return work_of(
        rounds,
        items=items,
        seconds_per_item=float(asked.seconds_per_item),
        days_per_round=float(asked.days_per_round),
        answer_days=float(asked.answer_days),
        session_hours=float(asked.session_hours),
    )
