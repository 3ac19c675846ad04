"""How long images take, where a file timed them one by one: by work, person, batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from quotes.queries.item_times import (
    BY_BATCH,
    BY_PERSON,
    BY_WORK,
    Timed,
    item_times,
)
from scoping.access import Act
from scoping.templatetags.plumbline import count
from scoping.web.desk import Desk, at_desk
from scoping.web.spreadsheets import CSV, as_csv

from .column_form import KINDS, STAGE_WORDS
from .projects import project_or_404

MOST_ROWS_SHOWN = 200
COLUMNS = ("images", "seconds", "typical_seconds", "spread_of_logs", "longest_seconds")


@dataclass(frozen=True, slots=True, kw_only=True)
class TimesRow:
    """What images took: typically, two of three between, the longest, in all."""

    name: str
    work: str
    stage: str
    images: str
    typical: str
    between: str
    longest: str
    hours: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimesPage:
    """The times of a project's images."""

    name: str
    slug: str
    works: Sequence[TimesRow]
    people: Sequence[TimesRow]
    batches: Sequence[TimesRow]
    more: int


@require_safe
@at_desk(Act.SEE_PEOPLE_LEVEL)
def shown(request: HttpRequest, desk: Desk, slug: str) -> HttpResponse:
    """Show how long images take, or give all of it by batch as a table."""
    project = project_or_404(desk, slug)
    batches = item_times(project, BY_BATCH)
    if request.GET.get("as") == "csv":
        return _table(project.slug, batches)
    page = TimesPage(
        name=project.name,
        slug=slug,
        works=[_row(one) for one in item_times(project, BY_WORK)],
        people=[_row(one) for one in item_times(project, BY_PERSON)],
        batches=[_row(one) for one in batches[:MOST_ROWS_SHOWN]],
        more=max(0, len(batches) - MOST_ROWS_SHOWN),
    )
    return render(request, "quotes/projects/item_times.html", {"page": page})


def _row(timed: Timed) -> TimesRow:
    *names, kind, stage = timed.of
    times = timed.times
    typical, spread = times.typical_seconds or 0, times.spread
    return TimesRow(
        name=names[0] if names else "",
        work=KINDS.get(kind, kind),
        stage=STAGE_WORDS[stage],
        images=count(times.n),
        typical=_seconds(typical),
        between=""
        if spread is None
        else f"{exp(log(typical) - spread):,.1f} to "
        f"{exp(log(typical) + spread):,.1f} s",
        longest=_seconds(times.longest / 1000),
        hours=f"{times.milliseconds / 3_600_000:,.1f} h",
    )


def _seconds(amount: float) -> str:
    return f"{amount:,.1f} s"


def _table(slug: str, batches: Sequence[Timed]) -> HttpResponse:
    """Answer with the times of every batch."""
    body = as_csv(
        (*BY_BATCH, *COLUMNS),
        (
            (
                *one.of,
                one.times.n,
                f"{one.times.milliseconds / 1000:.3f}",
                f"{one.times.typical_seconds or 0:.3f}",
                "" if one.times.spread is None else f"{one.times.spread:.6f}",
                f"{one.times.longest / 1000:.3f}",
            )
            for one in batches
        ),
    )
    headers = {
        "Content-Disposition": f'attachment; filename="times-{slug}.csv"',
        "Cache-Control": "no-store, private",
    }
    return HttpResponse(body, content_type=CSV, headers=headers)
