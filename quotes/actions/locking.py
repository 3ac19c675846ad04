"""How every action begins and ends: locked and allowed, then written down and told.

Quote first, revision second: with one order no two actions wait for each other. Under
the lock the table of moves is asked (`models.lifecycle`), so that of two people who
would do what excludes the other, one is refused and nothing of theirs has happened.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from quotes import models
from quotes.actions import RefusedError
from quotes.actions.inbox import put
from quotes.models.lifecycle import MOVES, State
from quotes.queries import quotes as queries
from scoping import audit
from scoping.actions import enqueue

CLOSED = {
    State.DRAFT: "is a draft that was not sent yet",
    State.IN_APPROVAL: "waits for approval. Edit it to take it back",
    State.SENT: "is sent and no longer changes. Make a revision",
    State.ACCEPTED: "was accepted already",
    State.DECLINED: "was declined",
    State.EXPIRED: "was valid through {until}. Ask for a new one",
    State.WITHDRAWN: "was withdrawn",
    State.SUPERSEDED: "was replaced by a later revision",
}


def lock(revision: models.QuoteRevision) -> models.QuoteRevision:
    """Return a revision as it stands now, locked with its quote to the end."""
    models.Quote.objects.select_for_update().get(pk=revision.quote_id)
    return models.QuoteRevision.objects.select_for_update().get(pk=revision.pk)


def begin(
    revision: models.QuoteRevision,
    action: str,
    *,
    role: str,
    now: datetime,
    edition: int | None = None,
) -> models.QuoteRevision:
    """Lock a revision for an action of the table, or refuse it.

    `edition` is what the person saw; another one means that it was changed meanwhile.
    Raises RefusedError: `not_allowed` for the role, `stale_version` for what was not
    seen, `quote_<state>` for a state that the action does not start from.
    """
    move = MOVES[action]
    if not move.open_to(role):
        raise RefusedError(
            "not_allowed", f"The role {role} may not {action.replace('_', ' ')} here."
        )
    locked = lock(revision)
    state = State(queries.state_at(locked, at=now))
    if edition is not None and (
        edition != locked.edition or state not in models.OPEN_STATES
    ):
        raise RefusedError("stale_version", _what_changed(locked, state))
    if state not in move.moves:
        raise RefusedError(f"quote_{state}", f"{locked} {_words(locked, state)}.")
    return locked


def finish(  # noqa: PLR0913 - what was done, by whom, when, to what, all named
    locked: models.QuoteRevision,
    action: str,
    *,
    by: Any,
    now: datetime,
    before: object = None,
    after: object = None,
    recorded: str = "",
    topic: str = "",
    payload: dict[str, Any] | None = None,
    said: str = "",
) -> models.QuoteRevision:
    """Move a locked revision to where the action leads and write down what was done.

    What is still open counts one edition more. `recorded` is what the record calls it,
    unless it is the move and the word quote. `topic` tells the outbox, once per entry.
    """
    state = State(queries.state_at(locked, at=now))
    after_it = MOVES[action].moves[state]
    if state in models.OPEN_STATES:
        locked.edition += locked.frozen_at is None
        locked.state = after_it
        locked.save()
    elif after_it != state:
        locked.state = after_it
        locked.save()
    write_down(
        locked,
        recorded or f"{action}_quote",
        by=by,
        now=now,
        before=before,
        after=after,
        topic=topic,
        payload=payload,
        said=said,
    )
    return locked


def write_down(  # noqa: PLR0913 - what was done, by whom, when, to what, all named
    locked: models.QuoteRevision,
    recorded: str,
    *,
    by: Any,
    now: datetime,
    before: object = None,
    after: object = None,
    topic: str = "",
    payload: dict[str, Any] | None = None,
    said: str = "",
) -> None:
    """Add an entry to the record and, with a topic, a message to outbox and inbox.

    `said` is what a person reads in the inbox: a question, a reason.
    """
    entry = audit.record(
        workspace=locked.workspace,
        actor=str(by),
        action=recorded,
        subject=f"quote {locked}",
        before=before,
        after=after or {"state": locked.state, "client_digest": locked.client_digest},
        at=now,
    )
    if topic:
        key = f"{topic} {locked} {entry.seq}"
        put(locked, topic, key=key, now=now, text=said)
        enqueue(
            topic,
            # Who did it is not told of it by mail.
            {"quote": str(locked), "by": getattr(by, "pk", None), **(payload or {})},
            workspace=locked.workspace,
            dedupe_id=key,
            now=now,
        )


def _words(locked: models.QuoteRevision, state: State) -> str:
    return CLOSED[state].format(until=locked.valid_until)


def _what_changed(locked: models.QuoteRevision, state: State) -> str:
    """Say what happened since the page was opened, and by whom."""
    if state not in models.OPEN_STATES:
        return (
            f"{locked} {_words(locked, state)} since you opened this page. Nothing of "
            f"yours was saved."
        )
    last = audit.last_entry(locked.workspace, subject=f"quote {locked}")
    who = (
        "" if last is None else f": {last.actor} did “{last.action.replace('_', ' ')}”"
    )
    return (
        f"{locked} was changed meanwhile{who}. Load it again; nothing of yours was "
        f"saved."
    )
