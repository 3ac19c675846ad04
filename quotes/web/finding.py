"""The page behind the field in the head: scopes, quotes, projects and batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from quotes.queries.finding import MOST, found
from scoping.access import Act
from scoping.web.components import Empty
from scoping.web.desk import Desk, at_desk

LONGEST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Something that was found: its name, what it belongs to, where it lies."""

    name: str
    note: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """The hits of a kind, and whether there are more than are shown."""

    name: str
    hits: tuple[Hit, ...]
    has_more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FindPage:
    """What was looked for and what was found."""

    words: str
    kinds: tuple[Kind, ...]
    empty: Empty | None


@require_safe
@at_desk(Act.EDIT_QUOTE)
def find(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what bears the words in its name, its number or its client's name."""
    words = " ".join(request.GET.get("q", "").split())[:LONGEST]
    return render(
        request, "quotes/staff/find.html", {"page": _page(desk, words), "words": words}
    )


def _page(desk: Desk, words: str) -> FindPage:
    if not words:
        return FindPage(words="", kinds=(), empty=None)
    rows = found(desk.workspace, words, with_actuals=desk.may(Act.SEE_ACTUALS))
    kinds = [
        _kind("Quotes", rows.quotes, _quote),
        _kind("Projects", rows.projects, _project),
        _kind("Batches", rows.batches, _batch),
        _kind("Scopes", rows.scopes, _scope),
    ]
    some = tuple(kind for kind in kinds if kind.hits)
    nothing = Empty(
        heading="Nothing bears these words",
        text="Each word is looked for in names, numbers and clients. Write fewer, or "
        "a part of one: 0042 finds PL-2026-0042.",
    )
    return FindPage(words=words, kinds=some, empty=None if some else nothing)


def _kind(name: str, rows: Sequence[Any], shown: Any) -> Kind:
    return Kind(
        name=name,
        hits=tuple(shown(row) for row in rows[:MOST]),
        has_more=len(rows) > MOST,
    )


def _client(client: Any) -> str:
    return "" if client is None else f", {client.name}"


def _quote(row: Any) -> Hit:
    return Hit(
        name=row.name,
        note=f"{row}{_client(row.quote.client)}",
        url=reverse("workbench", args=[str(row)]),
    )


def _project(row: Any) -> Hit:
    return Hit(
        name=row.name,
        note=f"{row.slug}{_client(row.client)}",
        url=reverse("project", args=[row.slug]),
    )


def _batch(row: Any) -> Hit:
    return Hit(
        name=f"{row.line}, {row.key}",
        note=row.project.name,
        url=reverse("batch", args=[row.project.slug, row.pk]),
    )


def _scope(row: Any) -> Hit:
    return Hit(
        name=row.name,
        note=f"scope {row.pk}{_client(row.client)}",
        url=reverse("scope", args=[row.pk]),
    )
