"""Reads of names: those of ours, and what others were confirmed to mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from quotes import models
from quotes.calc.names import Names, Ours
from quotes.queries.plans import plan_of

LINE, BATCH = models.RememberedName.KINDS


def remembered(project: models.Project, kind: str) -> dict[str, models.RememberedName]:
    """Return what names of a kind were confirmed to mean, by `calc.names.same`.

    Without those that were forgotten.
    """
    rows = models.RememberedName.objects.filter(project=project, kind=kind)
    last = {row.name: row for row in rows.select_related("by").order_by("pk")}
    return {name: row for name, row in last.items() if row.means}


def names_of(project: models.Project, kind: str) -> Names | None:
    """Return the names that lines or batches of a project have, and others' meanings.

    None for batches of a project without laid-out ones: any name is a batch there.
    """
    ours = _lines(project) if kind == LINE else _batches(project)
    if not ours:
        return None
    known = remembered(project, kind)
    return Names(ours, remembered={name: row.means for name, row in known.items()})


def _lines(project: models.Project) -> list[Ours]:
    """Return the lines of the plan; one of several of a name is called by its index."""
    lines: Sequence[Any] = plan_of(project)["lines"]
    many = Counter(str(line["name"]).casefold() for line in lines)
    return [
        Ours(name=str(line["name"]), also=(str(line["index"]),), type=line["type"])
        if many[str(line["name"]).casefold()] == 1
        else Ours(name=str(line["index"]), type=line["type"])
        for line in lines
    ]


def _batches(project: models.Project) -> list[Ours]:
    rows = models.GateBatch.objects.filter(project=project)
    keys = rows.order_by().values_list("key", flat=True).distinct()
    return [Ours(name=key) for key in keys]
