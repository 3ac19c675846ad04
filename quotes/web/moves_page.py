"""What may be done to a revision now, as the workbench shows it.

Read from the table of moves and from what policy finds; the same table refuses what is
posted in spite of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from quotes.actions import RefusedError
from quotes.calc.choices import Choice, Offered, scenario_in, scenarios
from quotes.models import Approval, Lost, State, open_moves
from quotes.queries import policy
from quotes.queries import quotes as queries
from scoping.calc.estimate import Estimate
from scoping.templatetags.plumbline import day, money, unit_price
from scoping.web.components import Message
from scoping.web.desk import Desk
from scoping.web.said import whole_said


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioTab:
    """A scenario of the revision, to be looked at."""

    letter: str
    name: str
    here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyCard:
    """What is out of policy, and how far its approval is."""

    findings: tuple[str, ...]
    messages: tuple[Message, ...]
    can_ask: bool
    can_answer: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRow:
    """Something that happened to the quote: when, what, who."""

    at: str
    what: str
    who: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderWay:
    """One thing that a signed order may be for, as a form says it and in words."""

    value: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedCard:
    """Who accepted, when, and what of all that was offered."""

    who: str
    at: str
    what: str
    order_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """What may be done to a revision now, by this person."""

    can_edit: bool = False
    can_send: bool = False
    can_withdraw: bool = False
    can_revise: bool = False
    can_record_order: bool = False
    orders: tuple[OrderWay, ...] = ()
    accepted: AcceptedCard | None = None
    can_lose: bool = False
    can_renew_link: bool = False
    can_close_links: bool = False
    was_sent: bool = False
    policy: PolicyCard | None = None
    lost: str = ""
    history: tuple[HistoryRow, ...] = ()


def moves_of(
    revision: Any,
    *,
    desk: Desk,
    state: str,
    at: datetime,
    made: dict[str, Estimate] | None = None,
) -> Moves:
    """Return what this person may do to a revision in the state that it is in.

    `made` are estimates of its scenarios that were made before, by letter.
    """
    may = open_moves(state, desk.role)
    card = _policy_card(revision, desk=desk, state=state, at=at, made=made)
    lost = Lost.objects.filter(revision=revision).first()
    return Moves(
        can_edit="edit" in may,
        can_send="send" in may and (card is None or not card.can_ask),
        can_withdraw="withdraw" in may,
        can_revise="revise" in may,
        can_record_order="record_order" in may,
        orders=tuple(_orders(revision, at=at)) if "record_order" in may else (),
        accepted=_accepted_card(revision, at=at),
        can_lose="mark_lost" in may and lost is None,
        can_renew_link="renew_link" in may,
        can_close_links="close_links" in may and queries.has_live_link(revision),
        was_sent=revision.frozen_at is not None,
        policy=card,
        lost="" if lost is None else _lost_words(lost),
        history=tuple(_history(revision)),
    )


def choice_of_order(said: str) -> Choice:
    """Return what a form says that an order is for. Raises RefusedError for nothing."""
    letter, *lines = said.split() or [""]
    if not letter:
        raise RefusedError("no_such_choice", "Say what the order is for.")
    taken = (whole_said(word) for word in lines)
    return Choice(
        scenario=letter, taken=frozenset(one for one in taken if one is not None)
    )


def _orders(revision: Any, *, at: datetime) -> Iterator[OrderWay]:
    """Yield every scenario as it was offered, and with every choice that was priced."""
    for offered in scenarios(queries.sent_document(revision, at=at).document):
        for taken in ([], *(one["taken"] for one in offered.choices)):
            yield OrderWay(
                value=" ".join([offered.letter, *map(str, taken)]),
                words=_chosen_words(offered, taken, revision),
            )


def _chosen_words(offered: Offered, taken: Sequence[int], revision: Any) -> str:
    """Return a choice in words: its scenario, what is taken of it, what it comes to."""
    view = offered.chosen(taken)
    names = [view["lines"][index]["name"].lower() for index in taken]
    said = [
        f"{offered.letter}, {view['name'] or revision.name}",
        *([f"with {', '.join(names)}"] if names else []),
        f"{money(view['price']['total'], view['currency'])} {view['currency']}",
    ]
    return ", ".join(said)


def _accepted_card(revision: Any, *, at: datetime) -> AcceptedCard | None:
    row = queries.acceptance_of(revision)
    if row is None:
        return None
    choice = queries.accepted_choice(revision)
    document = queries.sent_document(revision, at=at).document
    order = getattr(row, "order", None)
    return AcceptedCard(
        who="somebody whose name was erased" if row.person is None else row.person.name,
        at=day(row.at, revision.time_zone),
        what=_chosen_words(
            scenario_in(document, choice.scenario), sorted(choice.taken), revision
        ),
        order_number="" if order is None else order.po_number,
    )


def scenario_tabs(revision: Any, here: str) -> tuple[ScenarioTab, ...]:
    """Return the scenarios of a revision, the one that is looked at marked."""
    return tuple(
        ScenarioTab(
            letter=row.letter,
            name=row.spec.get("name") or revision.name,
            here=row.letter == here,
        )
        for row in revision.scenarios.order_by("letter")
    )


def _policy_card(
    revision: Any,
    *,
    desk: Desk,
    state: str,
    at: datetime,
    made: dict[str, Estimate] | None,
) -> PolicyCard | None:
    """Return what is out of policy in a draft; nothing where all is within it."""
    if state == State.IN_APPROVAL:
        asked = policy.request_of(revision)
        return None if asked is None else _waiting(asked, revision, desk)
    if state != State.DRAFT:
        return None
    found = policy.out_of_policy(revision, today=at.date(), made=made)
    if not found:
        return None
    given = policy.approval_of(revision)
    known = set() if given is None else {one["text"] for one in given.findings}
    new = [one for one in found if one.text not in known]
    last = revision.approvals.order_by("pk").last()
    return PolicyCard(
        findings=tuple(one.text for one in found),
        messages=() if last is None else (_verdict(last, revision, holds=not new),),
        can_ask=given is None or bool(new),
        can_answer=False,
    )


def _waiting(asked: Approval, revision: Any, desk: Desk) -> PolicyCard:
    own = asked.requested_by_id == desk.user.pk
    who = f"{asked.requested_by} asked on {day(asked.requested_at, revision.time_zone)}"
    note = f" “{asked.note}”" if asked.note else ""
    wait = " Somebody else has to answer." if own else ""
    return PolicyCard(
        findings=tuple(one["text"] for one in asked.findings),
        messages=(
            Message(
                kind="warn", strong="It waits for approval.", text=f"{who}.{note}{wait}"
            ),
        ),
        can_ask=False,
        can_answer=not own and "approve" in open_moves(State.IN_APPROVAL, desk.role),
    )


def _verdict(row: Approval, revision: Any, *, holds: bool) -> Message:
    when = "" if row.decided_at is None else day(row.decided_at, revision.time_zone)
    said = f" “{row.answer}”" if row.answer else ""
    if row.verdict == Approval.REFUSED:
        return Message(
            kind="bad",
            strong="It was not approved.",
            text=f"{row.decided_by} on {when}.{said}",
        )
    if row.verdict == Approval.APPROVED and holds:
        return Message(
            kind="good",
            strong="Approved as it stands.",
            text=f"{row.decided_by} on {when}.{said} Any change asks for it again.",
        )
    return Message(
        kind="info",
        strong="It was changed since.",
        text="What was asked for or approved before holds no longer.",
    )


def _lost_words(lost: Lost) -> str:
    to = f" to {lost.competitor}" if lost.competitor else ""
    price = (
        ""
        if lost.unit_price is None or lost.line is None
        else f", line {lost.line + 1} at {unit_price(lost.unit_price)}"
    )
    return f"Lost{to}{price}. {lost.reason}"


WHAT = {
    "opened": "The client opened it",
    "reopened": "The client opened it again",
    "declined": "The client declined",
    "question": "The client asks",
}


def _history(revision: Any) -> list[HistoryRow]:
    """Return what the client did, the last first."""
    return [
        HistoryRow(
            at=day(event.at, revision.time_zone),
            what=WHAT.get(event.kind, event.kind),
            who=event.actor,
            note=event.note,
        )
        for event in revision.events.order_by("-at", "-pk")[:50]
    ]
