"""The page on which a file is dropped: can it be trusted, and what would it change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from quotes.actions.actuals import Plan, findings, ingest_file, plan_ingest
from quotes.ingest.reading import MappingError, read_mapping
from quotes.ingest.tables import TableError
from scoping.access import Act
from scoping.templatetags.plumbline import count
from scoping.web.components import Message
from scoping.web.desk import Desk, at_desk

from .projects import project_or_404


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePage:
    """A file that was dropped: can it be trusted, and what would it change."""

    name: str
    slug: str
    verdict: Message | None
    findings: tuple[str, ...]
    counts: tuple[tuple[str, str], ...]
    refused: tuple[Any, ...]
    more_refused: int
    problem: Message | None
    mapping: str
    done: bool = False


MOST_ROWS_SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk(Act.INGEST_ACTUALS)
def files(request: HttpRequest, desk: Desk, slug: str) -> HttpResponse:
    """Take a file: first the verdict, then, on a second click, the rows."""
    row = project_or_404(desk, slug)
    mapping_text = request.POST.get("mapping", "")
    page = FilePage(
        name=row.name,
        slug=row.slug,
        verdict=None,
        findings=(),
        counts=(),
        refused=(),
        more_refused=0,
        problem=None,
        mapping=mapping_text,
    )
    if request.method != "POST":
        return _files(request, page)
    dropped = request.FILES.get("file")
    if dropped is None:
        return _files(request, _with_problem(page, "Choose a file first."), status=400)
    if (dropped.size or 0) > settings.STAFF_UPLOAD_BYTES:
        return _files(
            request, _with_problem(page, "This file is too large."), status=413
        )
    body = dropped.read()
    try:
        mapping = (
            read_mapping(yaml.safe_load(mapping_text)) if mapping_text.strip() else None
        )
        plan = plan_ingest(row, body, mapping=mapping)
        if request.POST.get("act") == "count":
            outcome = ingest_file(
                row,
                body,
                name=dropped.name or "file",
                mapping=mapping,
                by=desk.user,
                now=now(),
                publish_good="publish_good" in request.POST,
            )
            if outcome.state != "held":
                return redirect("project", slug=row.slug)
    except (TableError, MappingError, yaml.YAMLError) as error:
        return _files(request, _with_problem(page, str(error)), status=400)
    return _files(request, _verdict(page, plan))


def _files(request: HttpRequest, page: FilePage, *, status: int = 200) -> HttpResponse:
    return render(request, "quotes/projects/files.html", {"page": page}, status=status)


def _with_problem(page: FilePage, text: str) -> FilePage:
    return FilePage(
        name=page.name,
        slug=page.slug,
        verdict=None,
        findings=(),
        counts=(),
        refused=(),
        more_refused=0,
        problem=Message(text=text, kind="bad", role="alert"),
        mapping=page.mapping,
    )


def _verdict(page: FilePage, plan: Plan) -> FilePage:
    reading = plan.reading
    return FilePage(
        name=page.name,
        slug=page.slug,
        verdict=Message(
            text="Nothing has been counted yet.",
            strong=plan.verdict,
            kind="warn" if plan.refused else "good",
            role="status",
        ),
        findings=tuple(findings(plan)),
        counts=(
            ("Rows read", count(reading.read)),
            ("New", count(plan.new_rows)),
            ("Counted before", count(plan.repeated)),
            ("Refused", count(len(plan.refused))),
            ("Left out by the mapping", count(reading.left_out)),
            ("Blank", count(reading.blank)),
        ),
        refused=plan.refused[:MOST_ROWS_SHOWN],
        more_refused=max(0, len(plan.refused) - MOST_ROWS_SHOWN),
        problem=None,
        mapping=page.mapping,
    )
