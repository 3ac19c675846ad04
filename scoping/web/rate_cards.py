"""The page of published rate cards."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from scoping import queries
from scoping.access import Act
from scoping.templatetags.plumbline import day, hash_groups
from scoping.web.components import Empty
from scoping.web.desk import Desk, at_desk


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRow:
    """A published card in the list."""

    version: str
    valid_from: str
    currency: str
    published: str
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RateCardsPage:
    """The published cards of a workspace, newest first."""

    rows: list[CardRow]
    empty: Empty


@require_safe
@at_desk(Act.SEE_RATE_CARD)
def rate_cards(request: HttpRequest, desk: Desk) -> HttpResponse:
    """List the published cards."""
    page = RateCardsPage(
        rows=[
            CardRow(
                version=card.version,
                valid_from=day(card.valid_from),
                currency=card.currency,
                published=day(card.published_at, desk.workspace.timezone),
                fingerprint=hash_groups(card.digest, 4),
            )
            for card in queries.published_cards(desk.workspace)
        ],
        empty=Empty(
            heading="No rate card yet",
            text=(
                "Prices and costs come from a dated card. Load one with "
                f"manage.py load_rate_card FILE --workspace {desk.workspace.slug}."
            ),
        ),
    )
    return render(request, "scoping/rate_cards.html", {"page": page})
