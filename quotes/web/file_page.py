"""The page of a file of work that was dropped: what became of it, and what is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from quotes.models import RefusedRow, SourceFile
from scoping.access import Act
from scoping.templatetags.plumbline import count, day
from scoping.web.components import Message
from scoping.web.desk import Desk, at_desk

from .long_files import kept_before
from .projects import project_or_404

MOST_ROWS_SHOWN = 200
HELD = Message(
    strong="On hold.",
    text="Nothing of it was counted.",
    kind="warn",
    role="status",
)
COUNTED = Message(
    strong="Counted.",
    text="Its rows stand in the ledger.",
    kind="good",
    role="status",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileKeptPage:
    """A file: when and by whom it was dropped, what was said, the refused rows."""

    name: str
    project: str
    slug: str
    key: str
    fingerprint: str
    message: Message
    by: str
    at: str
    counts: Sequence[tuple[str, str]]
    said: Sequence[str]
    reason: str
    refused: Sequence[RefusedRow]
    more_refused: int
    is_held: bool
    is_kept: bool


@require_safe
@at_desk(Act.INGEST_ACTUALS)
def one(request: HttpRequest, desk: Desk, slug: str, key: str) -> HttpResponse:
    """Show what became of a file, by its hash; one that was counted before all else."""
    project = project_or_404(desk, slug)
    rows = project.files.filter(sha256=key)
    file = rows.filter(state=SourceFile.PUBLISHED).first() or rows.first()
    if file is None:
        raise Http404("No such file was dropped on this project.")
    held = file.state == SourceFile.HELD
    refused = file.refused.all()
    page = FileKeptPage(
        name=file.name,
        project=project.name,
        slug=project.slug,
        key=key,
        fingerprint=" ".join(key[at : at + 4] for at in (0, 4, 8)),
        message=HELD if held else COUNTED,
        by=str(file.by or "command line"),
        at=day(file.at, project.time_zone),
        counts=(
            ("Rows read", count(file.rows_read)),
            ("Counted", count(file.rows_published)),
            ("Counted before", count(file.rows_repeated)),
            ("Refused", count(file.rows_refused)),
            ("Left out", count(file.rows_left_out)),
            ("Blank", count(file.rows_blank)),
        ),
        said=file.findings,
        reason=file.reason,
        refused=refused[:MOST_ROWS_SHOWN],
        more_refused=max(0, file.rows_refused - MOST_ROWS_SHOWN),
        is_held=held,
        is_kept=kept_before(project, key) is not None,
    )
    return render(request, "quotes/projects/file.html", {"page": page})
