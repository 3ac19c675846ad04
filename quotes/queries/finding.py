"""What a person looks for by a few letters: scopes, quotes, projects, batches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast, Concat

from quotes import models
from quotes.queries.actuals import projects
from quotes.queries.quotes import revisions
from scoping import queries as scoping

MOST = 10
"""Hits of a kind that are shown; whoever has more writes more letters."""

FULL_NUMBER = Concat(
    "quote__number", Value("-"), Cast("revision", CharField()), output_field=CharField()
)
"""A quote's number as every page writes it, with its revision: PL-2026-0042-1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Rows of each kind, newest first, each one more than is shown where there are."""

    scopes: list[Any]
    quotes: list[Any]
    projects: list[Any]
    batches: list[Any]


def found(workspace: Any, words: str, *, with_actuals: bool) -> Found:
    """Return what bears every word in its name, its number or its client's name.

    Projects and batches only for whoever may see actuals.
    """
    return Found(
        scopes=_few(scoping.scopes(workspace), words, ("name", "client__name")),
        quotes=_few(
            revisions(workspace).annotate(full_number=FULL_NUMBER).order_by("-pk"),
            words,
            ("name", "full_number", "quote__client__name"),
        ),
        projects=_few(projects(workspace), words, ("name", "slug", "client__name"))
        if with_actuals
        else [],
        batches=_few(
            models.GateBatch.objects.filter(workspace=workspace)
            .select_related("project")
            .order_by("-project", "pk"),
            words,
            ("key", "line", "project__name", "project__slug"),
        )
        if with_actuals
        else [],
    )


def _few(rows: Any, words: str, fields: tuple[str, ...]) -> list[Any]:
    for word in words.split():
        either = Q()
        for field in fields:
            either |= Q(**{f"{field}__icontains": word})
        rows = rows.filter(either)
    return list(rows[: MOST + 1])
