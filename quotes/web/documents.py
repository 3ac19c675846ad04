"""Documents to take away: at once where they are short, else as a job.

A long document is asked for twice: its address says that it takes a while and offers to
make it, because reading an address changes nothing; the button leaves the job, whose
page says how far it is and hands out the file.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from quotes.actions import RefusedError
from quotes.jobs.documents import Document, kept_file, start_printing
from quotes.jobs.kinds import ACTS
from quotes.pdf import PdfLibraryMissingError
from quotes.queries.jobs import job_here
from scoping.access import Act
from scoping.web.components import ErrorSummary, FoundProblem
from scoping.web.desk import Desk, at_desk

PDF = "application/pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class LongDocument:
    """A document that is to be made as a job: its name, and where it belongs."""

    file: str
    name: str
    url: str
    problem: ErrorSummary | None = None


def answered(
    request: HttpRequest, desk: Desk, document: Document, *, kind: str, of: LongDocument
) -> HttpResponse:
    """Answer with a document, or where it is long with the way to have it made."""
    if request.method == "POST":
        try:
            job = start_printing(
                kind, document, workspace=desk.workspace, by=desk.user, now=now()
            )
        except RefusedError as error:
            problem = ErrorSummary(problems=(FoundProblem(text=str(error)),))
            return _offered(request, of, problem=problem, status=error.status)
        return redirect("job", job.pk)
    if document.is_long:
        return _offered(request, of)
    try:
        body = document.printed()
    except PdfLibraryMissingError as problem:
        return HttpResponse(str(problem), status=503, content_type="text/plain")
    return as_file(body, name=document.file)


def as_file(body: bytes, *, name: str) -> HttpResponse:
    """Return a PDF as an answer that is saved under a name."""
    answer = HttpResponse(body, content_type=PDF)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _offered(
    request: HttpRequest,
    of: LongDocument,
    *,
    problem: ErrorSummary | None = None,
    status: int = 200,
) -> HttpResponse:
    page = LongDocument(file=of.file, name=of.name, url=of.url, problem=problem)
    return render(
        request, "quotes/staff/long_document.html", {"page": page}, status=status
    )


@require_safe
@at_desk(Act.EDIT_QUOTE)
def job_file(request: HttpRequest, desk: Desk, key: int) -> HttpResponse:
    """Return the file that a job made, to who may still ask for such a one."""
    job = job_here(key, workspace=desk.workspace)
    if job is None or not desk.may(ACTS.get(job.kind, Act.EDIT_QUOTE)):
        raise Http404("There is no such job here.")
    found = kept_file(job)
    if found is None:
        raise Http404("This job made no file.")
    answer = as_file(found.body, name=found.name)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
