"""What may be done to a revision: from where, by whom, and whereto. Data, no code.

Every door and every action asks this one table. The database knows the same moves
(migration 0005), so that raw SQL cannot make another. What follows from the clock or
from another act (expire, supersede, restore) names no act: nobody does it by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import models

from scoping.access import Act, may


class State(models.TextChoices):
    """Where a revision is."""

    DRAFT = "draft", "Draft"
    IN_APPROVAL = "in_approval", "In approval"
    SENT = "sent", "Sent"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    EXPIRED = "expired", "Expired"
    WITHDRAWN = "withdrawn", "Withdrawn"
    SUPERSEDED = "superseded", "Superseded"


OPEN_STATES = [State.DRAFT, State.IN_APPROVAL]
"""States in which nothing was sent yet, and everything may still change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One thing that may be done: the act that it takes, and the state it leads to."""

    act: Act | None
    moves: Mapping[State, State]

    def open_to(self, role: str) -> bool:
        """Return whether somebody of this role may do it, whatever the state."""
        return self.act is not None and may(role, self.act)


def _stays(*states: State) -> dict[State, State]:
    return {state: state for state in states}


MOVES: dict[str, Move] = {
    # An edit of what waits for approval takes it back, and the approval with it.
    "edit": Move(
        act=Act.EDIT_QUOTE,
        moves={State.DRAFT: State.DRAFT, State.IN_APPROVAL: State.DRAFT},
    ),
    "request_approval": Move(
        act=Act.EDIT_QUOTE, moves={State.DRAFT: State.IN_APPROVAL}
    ),
    # Approved, it is a draft that may be sent as it stands, and no other.
    "approve": Move(act=Act.APPROVE_QUOTE, moves={State.IN_APPROVAL: State.DRAFT}),
    "refuse_approval": Move(
        act=Act.APPROVE_QUOTE, moves={State.IN_APPROVAL: State.DRAFT}
    ),
    "send": Move(act=Act.SEND_QUOTE, moves={State.DRAFT: State.SENT}),
    "withdraw": Move(
        act=Act.SEND_QUOTE,
        moves=dict.fromkeys([*OPEN_STATES, State.SENT], State.WITHDRAWN),
    ),
    "revise": Move(
        act=Act.EDIT_QUOTE,
        moves=_stays(State.SENT, State.DECLINED, State.EXPIRED, State.WITHDRAWN),
    ),
    "ask": Move(
        act=Act.ANSWER_QUOTE,
        moves=_stays(State.SENT, State.ACCEPTED, State.DECLINED, State.EXPIRED),
    ),
    "accept": Move(act=Act.ANSWER_QUOTE, moves={State.SENT: State.ACCEPTED}),
    "record_order": Move(act=Act.SEND_QUOTE, moves={State.SENT: State.ACCEPTED}),
    "decline": Move(act=Act.ANSWER_QUOTE, moves={State.SENT: State.DECLINED}),
    # Lost stays lost: it is written down before or after the answer, never instead.
    "mark_lost": Move(
        act=Act.EDIT_QUOTE,
        moves={
            State.SENT: State.DECLINED,
            State.DECLINED: State.DECLINED,
            State.EXPIRED: State.EXPIRED,
        },
    ),
    "renew_link": Move(act=Act.SEND_QUOTE, moves=_stays(State.SENT)),
    "close_links": Move(
        act=Act.SEND_QUOTE,
        moves=_stays(State.SENT, State.ACCEPTED, State.DECLINED, State.EXPIRED),
    ),
    "expire": Move(act=None, moves={State.SENT: State.EXPIRED}),
    "supersede": Move(act=None, moves={State.SENT: State.SUPERSEDED}),
    "restore": Move(act=None, moves={State.SUPERSEDED: State.SENT}),
}

TRANSITIONS = frozenset(
    (before, after)
    for move in MOVES.values()
    for before, after in move.moves.items()
    if before != after
)
"""Every change of state that any move makes; the database refuses all others."""


def open_moves(state: str, role: str) -> frozenset[str]:
    """Return what somebody of this role may do to a revision in this state."""
    return frozenset(
        name
        for name, move in MOVES.items()
        if state in move.moves and move.open_to(role)
    )
