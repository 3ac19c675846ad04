"""What a workspace keeps: who asks, saved scopes, rate cards, the record."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.timezone import now
from rest_framework.request import Request
from rest_framework.response import Response

from scoping import queries
from scoping.access import TABLE
from scoping.actions import save_scope
from scoping.actions.repeating import Answer
from scoping.api.doors import Door, etag_of, shown
from scoping.api.listing import list_query, page, place
from scoping.api.reading import day, text
from scoping.api.schema import (
    DAY,
    MOMENT,
    TEXT,
    component,
    exactly,
    many,
    or_null,
    page_of,
)
from scoping.calc.spec import json_schema

CALLER = component(
    "Caller",
    exactly(
        workspace=TEXT,
        currency=TEXT,
        time_zone=TEXT,
        person=TEXT,
        role=TEXT,
        may=many(TEXT),
        key=or_null(exactly(prefix=TEXT, name=TEXT, grants=many(TEXT))),
    ),
)
SCOPE = component(
    "Scope",
    exactly(
        number={"type": "integer"},
        name=TEXT,
        client=or_null(TEXT),
        spec={"type": "object"},
        changed_at=MOMENT,
    ),
)
CARD = component(
    "RateCard",
    exactly(
        version=TEXT,
        valid_from=DAY,
        currency=TEXT,
        published_at=MOMENT,
        digest=TEXT,
    ),
)
WHOLE_CARD = component(
    "WholeRateCard",
    exactly(
        version=TEXT,
        valid_from=DAY,
        currency=TEXT,
        published_at=MOMENT,
        digest=TEXT,
        price={"type": "object"},
        cost={"type": "object"},
    ),
)
ENTRY = component(
    "AuditEvent",
    exactly(
        number={"type": "integer"},
        at=MOMENT,
        actor=TEXT,
        action=TEXT,
        subject=TEXT,
        before_digest=TEXT,
        after_digest=TEXT,
        previous_hash=TEXT,
        hash=TEXT,
    ),
)


class Me(Door):
    """Who asks."""

    operations = {"GET": "read_caller"}
    answers = {"GET": (200, CALLER)}

    def get(self, request: Request) -> Response:
        """Return who you are here, and what you may do."""
        one = self.member
        return shown(
            request,
            {
                "workspace": one.workspace.name,
                "currency": one.workspace.currency,
                "time_zone": one.workspace.timezone,
                "person": one.user.full_name or one.user.email,
                "role": one.role,
                "may": sorted(TABLE[one.role]),
                "key": None
                if one.key is None
                else {
                    "prefix": one.key.prefix,
                    "name": one.key.name,
                    "grants": one.key.grants,
                },
            },
        )


class Scopes(Door):
    """Saved scopes: what clients said their projects are."""

    operations = {"GET": "list_scopes", "POST": "create_scope"}
    query = {"GET": list_query(name=text(most=200))}
    bodies = {"POST": json_schema("staff")}
    answers = {"GET": (200, page_of(SCOPE)), "POST": (201, SCOPE)}

    def get(self, request: Request) -> Response:
        """List the saved scopes, newest first; `name` finds a part of a name."""
        rows = queries.scopes(self.member.workspace).order_by("-pk")
        if self.asked["name"]:
            rows = rows.filter(name__icontains=self.asked["name"])
        after = self.asked["after"]
        if after:
            last = rows.filter(pk=after).first() if _whole(after) else None
            rows = rows.filter(pk__lt=place(last, after).pk)
        found = page(
            rows,
            limit=self.asked["limit"],
            show=scope_data,
            name=lambda row: str(row.pk),
        )
        return shown(request, found)

    def post(self, request: Request) -> Response:
        """Save a scope: a posted spec, read as the form's answers are."""

        def save(_: object) -> Answer:
            row = save_scope(
                request.data,
                workspace=self.member.workspace,
                client=None,
                by=self.member.user,
                now=now(),
            )
            body = scope_data(row)
            place = {"Location": f"/api/v1/scopes/{row.pk}"}
            return Answer(
                status=201, body=body, headers=place | {"ETag": f'"{etag_of(body)}"'}
            )

        return self.once(request, save)


class OneScope(Door):
    """A saved scope."""

    operations = {"GET": "read_scope"}
    answers = {"GET": (200, SCOPE)}

    def get(self, request: Request, number: int) -> Response:
        """Return a saved scope; it never changes: a corrected one is a new scope."""
        row = queries.scopes(self.member.workspace).filter(pk=number).first()
        if row is None:
            raise Http404
        return shown(request, scope_data(row))


def scope_data(row: Any) -> dict[str, Any]:
    """Return a scope as it is shown."""
    client = row.document.get("client") or (row.client and row.client.name)
    return {
        "number": row.pk,
        "name": row.name,
        "client": client or None,
        "spec": row.document,
        "changed_at": row.changed_at.isoformat(),
    }


class RateCards(Door):
    """Published rate cards."""

    operations = {"GET": "list_rate_cards"}
    query = {"GET": list_query()}
    answers = {"GET": (200, page_of(CARD))}

    def get(self, request: Request) -> Response:
        """List the published cards, newest first."""
        rows = queries.published_cards(self.member.workspace).order_by("-pk")
        after = self.asked["after"]
        if after:
            last = rows.filter(version=after).first()
            rows = rows.filter(pk__lt=place(last, after).pk)
        found = page(
            rows.defer("price_document", "cost_document"),
            limit=self.asked["limit"],
            show=card_data,
            name=lambda row: str(row.version),
        )
        return shown(request, found)


class OneRateCard(Door):
    """A published rate card with its rates."""

    operations = {"GET": "read_rate_card"}
    answers = {"GET": (200, WHOLE_CARD)}

    def get(self, request: Request, version: str) -> Response:
        """Return a published card: its price side and its cost side."""
        row = (
            queries.published_cards(self.member.workspace)
            .filter(version=version)
            .first()
        )
        if row is None:
            raise Http404
        sides = {"price": row.price_document, "cost": row.cost_document}
        return shown(request, card_data(row) | sides)


def card_data(row: Any) -> dict[str, Any]:
    """Return what a card is, without its rates."""
    return {
        "version": row.version,
        "valid_from": row.valid_from.isoformat(),
        "currency": row.currency,
        "published_at": row.published_at.isoformat(),
        "digest": row.digest,
    }


class AuditEvents(Door):
    """The record of a workspace: who did what, when."""

    operations = {"GET": "list_audit_events"}
    query = {
        "GET": list_query(
            actor=text(most=200),
            action=text(most=80),
            subject=text(most=200),
            since=day(),
        )
    }
    answers = {"GET": (200, page_of(ENTRY))}

    def get(self, request: Request) -> Response:
        """List what was done, the last first; filters are exact.

        Each event holds the hash of the one before it, so that a copy can be checked.
        """
        every = queries.audit_entries(self.member.workspace)
        rows = every
        for name in ("actor", "action", "subject"):
            if self.asked[name]:
                rows = rows.filter(**{name: self.asked[name]})
        if self.asked["since"]:
            rows = rows.filter(at__date__gte=self.asked["since"])
        after = self.asked["after"]
        if after:
            last = every.filter(seq=after).first() if _whole(after) else None
            rows = rows.filter(seq__lt=place(last, after).seq)
        found = page(
            rows,
            limit=self.asked["limit"],
            show=entry_data,
            name=lambda row: str(row.seq),
        )
        return shown(request, found)


def entry_data(row: Any) -> dict[str, Any]:
    """Return an entry of the record as it is shown."""
    return {
        "number": row.seq,
        "at": row.at.isoformat(),
        "actor": row.actor,
        "action": row.action,
        "subject": row.subject,
        "before_digest": row.before_digest,
        "after_digest": row.after_digest,
        "previous_hash": row.previous_hash,
        "hash": row.hash,
    }


MOST_DIGITS = 18


def _whole(said: str) -> bool:
    return said.isascii() and said.isdecimal() and len(said) <= MOST_DIGITS
