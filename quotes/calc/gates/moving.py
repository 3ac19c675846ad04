"""Moving a batch: only by a move of the table, only with its evidence.

See docs/model.md#gates.
"""

from __future__ import annotations

from dataclasses import replace

from scoping.calc.layout import batch_at_start

from .batch import (
    EVIDENCE,
    Batch,
    Evidence,
    Handover,
    Made,
    State,
    day_in_words,
    words,
)
from .error import GateError
from .sample import Sample
from .table import BY_NAME, MOVES, Move


def possible(batch: Batch, *, reviewed: bool) -> tuple[Move, ...]:
    """Return the moves that a batch may make next, given their evidence.

    `reviewed`: whether the project has a second review; the way to the sample check
    goes through it or past it, never both.
    """
    other = "check_unreviewed" if reviewed else "review"
    return tuple(
        move for move in MOVES if batch.state in move.starts and move.name != other
    )


def allowed(batch: Batch, name: str, *, reviewed: bool) -> Move:
    """Return the move of this name; GateError `unknown_move` or `not_from_here`."""
    move = BY_NAME.get(name)
    if move is None:
        known = ", ".join(BY_NAME)
        raise GateError(
            "unknown_move", f"There is no move “{name}”. There are: {known}."
        )
    if move not in possible(batch, reviewed=reviewed):
        raise GateError("not_from_here", _not_from_here(batch, move, reviewed=reviewed))
    return move


def advance(batch: Batch, name: str, evidence: Evidence, *, reviewed: bool) -> Batch:
    """Return the batch after a move, with the move on its record.

    Raises GateError: `unknown_move`, `not_from_here`, `wrong_evidence`, `out_of_order`
    for a day before the last one on record, or the code of the criterion that fails.
    """
    move = allowed(batch, name, reviewed=reviewed)
    if not isinstance(evidence, move.evidence):
        raise GateError(
            "wrong_evidence",
            f"“{name}” is made on {EVIDENCE[move.evidence]}, "
            f"not on {EVIDENCE[type(evidence)]}.",
        )
    if batch.history and evidence.on < batch.history[-1].evidence.on:
        raise GateError(
            "out_of_order",
            f"{day_in_words(evidence.on)} lies before the last move of batch "
            f"{batch.key}, made on {day_in_words(batch.history[-1].evidence.on)}.",
        )
    for code, missing in move.criteria:
        said = missing(batch, evidence)
        if said is not None:
            raise GateError(code, said)
    made = Made(move=name, state=_reached(move, evidence), evidence=evidence)
    return replace(batch, history=(*batch.history, made))


def _reached(move: Move, evidence: Evidence) -> State:
    match evidence:
        case Sample(passes=False):
            return "blocked"
        case Handover(version=version) if version > 1:
            return "redelivered"
    return move.to


def _not_from_here(batch: Batch, move: Move, *, reviewed: bool) -> str:
    called = batch_at_start(batch.key)
    said = f"{called} is {words(batch.state)}: “{move.name}” is not possible."
    names = [one.name for one in possible(batch, reviewed=reviewed)]
    if not names:
        return f"{said} Nothing is left to do."
    return f"{said} What is possible: {', '.join(names)}."
