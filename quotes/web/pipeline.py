"""The pipeline above the list of quotes: from what was asked for to what was won."""

from __future__ import annotations

from datetime import datetime

from quotes.models import InboxKind, State
from quotes.queries.pipeline import pipeline
from quotes.web.pages import LAST_DAYS, Step
from scoping.templatetags.plumbline import count, day
from scoping.web.desk import Desk


def steps(desk: Desk, *, at: datetime, only: str) -> tuple[Step, ...]:
    """Return the steps with what needs attention at each; `only` is shown alone."""
    found = pipeline(desk.workspace, at=at, days=LAST_DAYS)
    since = "" if found.since is None else day(found.since, desk.workspace.timezone)
    ending = f"{count(found.ending)} in the last {LAST_DAYS} days"
    return (
        Step(
            name="Asked for",
            count=count(found.asked),
            note=f"oldest {since}" if since else "none open",
            url=f"/inbox/?kind={InboxKind.SCOPE_REQUESTED}",
            urgent=found.asked > 0,
        ),
        _step("Drafts", found.drafts, State.DRAFT, only=only, note="not sent yet"),
        _step(
            "In approval",
            found.in_approval,
            State.IN_APPROVAL,
            only=only,
            note="wait for a second person",
            urgent=found.in_approval > 0,
        ),
        _step(
            "Open",
            found.open,
            State.SENT,
            only=only,
            note=ending if found.ending else "none ends soon",
            urgent=found.ending > 0,
        ),
        _step("Won", found.won, State.ACCEPTED, only=only, note="in the last 30 days"),
    )


def _step(
    name: str, many: int, state: str, *, only: str, note: str, urgent: bool = False
) -> Step:
    return Step(
        name=name,
        count=count(many),
        note=note,
        url=f"/quotes/?state={state}",
        here=only == state,
        urgent=urgent,
    )
