"""A quote as programs are shown it: the schema of every answer, and what fills it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from quotes.models import State, open_moves
from quotes.queries import quotes as queries
from quotes.queries.totals import Total
from scoping.api.schema import (
    DAY,
    MOMENT,
    MONEY,
    TEXT,
    component,
    exactly,
    many,
    or_null,
)

WHOLE = {"type": "integer"}
STATE = {"type": "string", "enum": list(State)}
LETTER = {"type": "string", "enum": ["A", "B", "C"]}
BINDINGS = ("list", "target", "floor", "typed")
TOTAL = component(
    "QuoteTotal",
    exactly(
        amount=MONEY,
        currency=TEXT,
        scenario=or_null(TEXT),
        accepted={"type": "boolean"},
    ),
)
ROW: dict[str, Mapping[str, Any]] = {
    "name": TEXT,
    "number": TEXT,
    "revision": WHOLE,
    "title": TEXT,
    "client": TEXT,
    "state": STATE,
    "created_at": MOMENT,
    "created_by": TEXT,
    "sent_at": or_null(MOMENT),
    "valid_until": or_null(DAY),
    "total": or_null(TOTAL),
}
QUOTE_ROW = component("QuoteInList", exactly(**ROW))
DECISION = exactly(
    line=WHOLE,
    value=MONEY,
    binding={"type": "string", "enum": list(BINDINGS)},
    why=TEXT,
    who=TEXT,
    at=MOMENT,
)
SCENARIO = exactly(
    letter=LETTER,
    spec={"type": "object"},
    promised_week=or_null(DAY),
    decisions=many(DECISION),
    options=many(WHOLE),
)
LOSS = exactly(
    reason=TEXT,
    competitor=TEXT,
    line=or_null(WHOLE),
    unit_price=or_null(MONEY),
    at=MOMENT,
)
ACCEPTANCE = exactly(
    at=MOMENT,
    scenario=LETTER,
    take=many(WHOLE),
    client_digest=TEXT,
    consent=TEXT,
    name=or_null(TEXT),
    po_number=or_null(TEXT),
    project=TEXT,
)
QUOTE_FIELDS: dict[str, Mapping[str, Any]] = {
    **ROW,
    "edition": WHOLE,
    "card": TEXT,
    "time_zone": TEXT,
    "source": or_null(TEXT),
    "client_digest": or_null(TEXT),
    "scenarios": many(SCENARIO),
    "acceptance": or_null(ACCEPTANCE),
    "loss": or_null(LOSS),
    "moves": many(TEXT),
}
QUOTE = component("Quote", exactly(**QUOTE_FIELDS))
EVENT = component(
    "QuoteEvent",
    exactly(kind=TEXT, at=MOMENT, actor=TEXT, note=TEXT),
)
APPROVAL = component(
    "Approval",
    exactly(
        edition=WHOLE,
        findings=many({"type": "object"}),
        note=TEXT,
        requested_by=TEXT,
        requested_at=MOMENT,
        verdict=or_null(TEXT),
        decided_by=or_null(TEXT),
        decided_at=or_null(MOMENT),
        answer=TEXT,
    ),
)
PROJECT = component(
    "Project",
    exactly(
        slug=TEXT,
        name=TEXT,
        client=or_null(TEXT),
        currency=TEXT,
        site=TEXT,
        time_zone=TEXT,
        start_on=DAY,
        paid_clock=TEXT,
        quote=or_null(TEXT),
    ),
)


def row_data(
    revision: Any, *, totals: Mapping[int, Total], at: datetime
) -> dict[str, Any]:
    """Return a revision as a list shows it."""
    total = totals.get(revision.pk)
    return {
        "name": str(revision),
        "number": revision.quote.number,
        "revision": revision.revision,
        "title": revision.name,
        "client": revision.quote.client.name,
        "state": queries.state_at(revision, at=at),
        "created_at": revision.created_at.isoformat(),
        "created_by": str(revision.created_by),
        "sent_at": when(revision.sent_at),
        "valid_until": when(revision.valid_until),
        "total": None
        if total is None
        else {
            "amount": total.amount,
            "currency": total.currency,
            "scenario": total.scenario,
            "accepted": total.accepted,
        },
    }


def quote_data(
    revision: Any, *, totals: Mapping[int, Total], role: str, at: datetime
) -> dict[str, Any]:
    """Return a revision with its scenarios, and what this role may do to it now."""
    lost = getattr(revision, "lost", None)
    return {
        **row_data(revision, totals=totals, at=at),
        "edition": revision.edition,
        "card": revision.card_version,
        "time_zone": revision.time_zone,
        "source": None if revision.source is None else str(revision.source),
        "client_digest": revision.client_digest or None,
        "scenarios": [
            _scenario(one)
            for one in revision.scenarios.prefetch_related(
                "choices", "decisions__who"
            ).order_by("letter")
        ],
        "acceptance": _acceptance(revision),
        "loss": None
        if lost is None
        else {
            "reason": lost.reason,
            "competitor": lost.competitor,
            "line": lost.line,
            "unit_price": None if lost.unit_price is None else str(lost.unit_price),
            "at": lost.at.isoformat(),
        },
        "moves": sorted(open_moves(queries.state_at(revision, at=at), role)),
    }


def _scenario(row: Any) -> dict[str, Any]:
    return {
        "letter": row.letter,
        "spec": row.spec,
        "promised_week": when(row.promised_week),
        "decisions": [
            {
                "line": one.line,
                "value": str(one.value),
                "binding": one.binding,
                "why": one.why,
                "who": str(one.who),
                "at": one.at.isoformat(),
            }
            for one in row.decisions.all()
        ],
        "options": sorted(one.line for one in row.choices.all()),
    }


def _acceptance(revision: Any) -> dict[str, Any] | None:
    """Return who accepted what; the name is null once the person was erased."""
    row = queries.acceptance_of(revision)
    if row is None:
        return None
    order = getattr(row, "order", None)
    return {
        "at": row.at.isoformat(),
        "scenario": row.scenario.letter,
        "take": sorted(int(line) for line, taken in row.toggles.items() if taken),
        "client_digest": row.client_digest,
        "consent": row.consent,
        "name": None if row.person is None else row.person.name,
        "po_number": None if order is None else order.po_number,
        "project": row.project.slug,
    }


def event_data(row: Any) -> dict[str, Any]:
    """Return something that happened to a quote."""
    return {
        "kind": row.kind,
        "at": row.at.isoformat(),
        "actor": row.actor,
        "note": row.note,
    }


def approval_data(row: Any) -> dict[str, Any]:
    """Return a request for approval, with its verdict if it has one."""
    return {
        "edition": row.edition,
        "findings": row.findings,
        "note": row.note,
        "requested_by": str(row.requested_by),
        "requested_at": row.requested_at.isoformat(),
        "verdict": row.verdict or None,
        "decided_by": None if row.decided_by is None else str(row.decided_by),
        "decided_at": when(row.decided_at),
        "answer": row.answer,
    }


def project_data(row: Any) -> dict[str, Any]:
    """Return a project as a list shows it."""
    accepted = row.acceptance
    return {
        "slug": row.slug,
        "name": row.name,
        "client": None if row.client is None else row.client.name,
        "currency": row.currency,
        "site": row.site,
        "time_zone": row.time_zone,
        "start_on": row.start_on.isoformat(),
        "paid_clock": row.paid_clock,
        "quote": None if accepted is None else str(accepted.revision),
    }


def when(value: Any) -> str | None:
    """Return a day or a moment as text, None where there is none."""
    return None if value is None else value.isoformat()
