"""How many rounds a pilot takes until it passes its gold set, and what they cost.

A round labels fresh gold items, is scored, and either passes or goes to a session in
which the errors are looked at together and the client answers what the rules leave
open. Each session removes a share of the errors. So the chance to pass grows from round
to round, and the number of rounds is a distribution, not a number: a team that needs
two rounds *on average* still needs a third one often enough to be promised for.

What could be wrong: that a session removes the same share each time, and that items
are fresh. On the same items a team learns the answers, and passing shows nothing.
See docs/model.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import bdtr

from .agreement import GoldSetError

SAFE = 0.80
"""The confidence at which rounds are promised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One round: the team's true accuracy in it, and how often it is over by then."""

    number: int
    accuracy: float
    passes: float
    passed_by_now: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounds:
    """How a pilot goes: its rounds, their expected number, what is never reached.

    `expected` counts the rounds that are run, of which there are at most as many as
    were allowed; `promised` is the round by which 8 of 10 such pilots have passed, None
    where they have not.
    """

    rounds: tuple[Round, ...]
    expected: float
    promised: int | None

    @property
    def never(self) -> float:
        """Return how often the last round that is allowed fails, too."""
        return 1 - self.rounds[-1].passed_by_now


def pilot_rounds(
    *, items: int, errors: int, start: float, removed: float, most: int
) -> Rounds:
    """Return the rounds of a pilot whose gate is at most `errors` on `items`.

    `start`: true accuracy in the first round. `removed`: the share of its errors that
    a session takes away. `most`: rounds after which somebody else is asked.
    """
    _possible(items=items, errors=errors, start=start, removed=removed, most=most)
    # The accuracies are taken from the errors left, which are the smaller number.
    left = (1 - start) * (1 - removed) ** np.arange(most)
    passes = bdtr(errors, items, left)
    running = np.concatenate([[1.0], np.cumprod(1 - passes)])
    rounds = tuple(
        Round(
            number=place + 1,
            accuracy=float(1 - left[place]),
            passes=float(passes[place]),
            passed_by_now=float(1 - running[place + 1]),
        )
        for place in range(most)
    )
    safe = [one.number for one in rounds if one.passed_by_now >= SAFE]
    return Rounds(
        rounds=rounds,
        expected=float(running[:-1].sum()),
        promised=safe[0] if safe else None,
    )


def share_removed(*, start: float, target: float, rounds: float) -> float:
    """Return what a session must remove, so that round `rounds` works at the target.

    >>> round(share_removed(start=0.80, target=0.95, rounds=2), 2)
    0.75
    """
    if not 0 <= start < target < 1 or rounds <= 1:
        raise GoldSetError(
            "A team comes from below a target of under 100 % in more than one round."
        )
    return float(1 - ((1 - target) / (1 - start)) ** (1 / (rounds - 1)))


@dataclass(frozen=True, slots=True, kw_only=True)
class PilotWork:
    """What rounds cost: fresh items, paid hours, business days, answers to wait for."""

    items: float
    hours: float
    days: float
    answers: float


def work_of(
    rounds: float,
    *,
    items: int,
    seconds_per_item: float,
    days_per_round: float,
    answer_days: float,
    session_hours: float = 0.0,
) -> PilotWork:
    """Return the work of this many rounds.

    After each round but the last, the client answers what the errors have asked: one
    answer, and `answer_days` business days of waiting. `session_hours` are the paid
    hours of the session that goes with it.
    """
    if rounds < 1 or min(items, seconds_per_item, days_per_round, answer_days) < 0:
        raise GoldSetError("A pilot has a round at least, and no figure below 0.")
    sessions = rounds - 1
    return PilotWork(
        items=rounds * items,
        hours=rounds * items * seconds_per_item / 3600 + sessions * session_hours,
        days=rounds * days_per_round + sessions * answer_days,
        answers=sessions,
    )


def _possible(
    *, items: int, errors: int, start: float, removed: float, most: int
) -> None:
    if items < 1 or not 0 <= errors <= items:
        raise GoldSetError(f"{errors} errors on {items} items are no gate.")
    if not (0 <= start <= 1 and 0 <= removed <= 1):
        raise GoldSetError("A share lies between 0 % and 100 %.")
    if most < 1:
        raise GoldSetError("A pilot has at least one round.")
