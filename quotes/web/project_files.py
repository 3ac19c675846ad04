"""The page of a dropped file: can it be trusted, what would it change, what is what.

Three acts, each a form that works without scripts: check, map the columns of a file
that nobody knows, count. The bytes are kept from the first on: a file is chosen once.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

import yaml
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from quotes.actions import RefusedError
from quotes.actions.actuals import ingest_file, plan_ingest, stated_for
from quotes.actions.dropping import remember_mapping
from quotes.actions.paid import HELD, ingest_paid, plan_paid
from quotes.actions.receiving import known_mapping
from quotes.ingest.apart import BusyError, survive
from quotes.ingest.fields import TYPES
from quotes.ingest.head_apart import head_of
from quotes.ingest.mappings import MappingError, read_mapping
from quotes.ingest.readers import is_paid
from quotes.ingest.tables import TableError
from quotes.ingest.work import Stated
from quotes.jobs.files import COUNT
from quotes.models import Upload
from scoping.access import Act
from scoping.web.components import Message
from scoping.web.desk import Desk, at_desk

from .column_form import can_be_mapped, mapping_said, preview_of, table_to_map
from .file_checks import READING, steps_at
from .judged_file import (
    MOST_ROWS_SHOWN,
    FilePage,
    judged_pay,
    judged_work,
    with_checks,
    with_problem,
)
from .long_files import keep_chosen, kept_before, leave_long, said_before, shown
from .naming import remember_said
from .projects import project_or_404

BUSY = 503
TOO_LARGE = 413
KEPT = (
    "Kept on hold: nothing of it was counted. It stands among the files of the project."
)
NO_REASON = "Say why earlier figures change: nothing was counted yet."
COUNTED = "Counted: {}. Every figure here follows it."
NO_TABLE = (
    "This is no table of work: it has a single column, or no rows. Drop the log or the "
    "times that your tool exports."
)
NEW_HERE = "This kind of file is new here. Say which of its columns is which."


class Asked(Exception):  # noqa: N818 - no fault: the page asks something back
    """Raised where the page has to ask or refuse; `status` is the answer's."""

    def __init__(self, message: str, *, status: int = 400) -> None:
        """Keep the status beside the sentence."""
        self.status = status
        super().__init__(message)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk(Act.INGEST_ACTUALS)
def files(request: HttpRequest, desk: Desk, slug: str) -> HttpResponse:
    """Take a file: first the verdict, then, on a second click, the rows."""
    row = project_or_404(desk, slug)
    page = FilePage(
        name=row.name,
        slug=row.slug,
        mapping=request.POST.get("mapping", ""),
        said={name: request.POST.get(name, "") for name in ("type", "batch", "cap")}
        | {"minutes": "on" if "minutes" in request.POST else ""},
    )
    if request.method != "POST":
        key = request.GET.get("job", "")
        return _of_job(request, desk, row, page, key) if key else _answer(request, page)
    try:
        dropped = _dropped(request, desk, row)
    except (Asked, RefusedError) as asked:
        return _answer(request, with_problem(page, str(asked)), status=asked.status)
    page = replace(page, dropped=dropped.sha256, dropped_name=dropped.name)
    body = b"" if isinstance(dropped, Upload) else bytes(dropped.body)
    try:
        return (
            _act_long(request, desk, row, page, dropped)
            if isinstance(dropped, Upload)
            else _act(request, desk, row, page, body)
        )
    except (Asked, RefusedError) as asked:
        return _answer(request, with_problem(page, str(asked)), status=asked.status)
    except BusyError as busy:
        answer = _answer(request, with_problem(page, str(busy)), status=BUSY)
        answer["Retry-After"] = "60"
        return answer
    except (TableError, MappingError, yaml.YAMLError) as error:
        return _answer(request, _unread(request, page, body, error), status=400)


def _unread(
    request: HttpRequest, page: FilePage, body: bytes, error: Exception
) -> FilePage:
    """Return the page of a file that was not read: why, or which column is which."""
    table = table_to_map(body, error)
    if table is not None and not can_be_mapped(table):
        error, table = MappingError(NO_TABLE), None
    preview = None if table is None else preview_of(table, request.POST)
    wrong = replace(
        with_problem(page, str(error)), preview=preview, steps=steps_at(READING)
    )
    typed = page.mapping.strip() or request.POST.get("act") == "map"
    if preview is not None and not typed:
        asks = Message(text=NEW_HERE, kind="info", role="status")
        wrong = replace(wrong, problem=asks)
    return wrong


def _act(
    request: HttpRequest, desk: Desk, row: Any, page: FilePage, body: bytes
) -> HttpResponse:
    """Do what was asked with a file: check it, map it, or count its rows."""
    if request.POST.get("act") == "map":
        _remember(request, desk, body)
    if request.POST.get("act") == "names":
        page = replace(page, problem=remember_said(request, desk, row))
    document = yaml.safe_load(page.mapping) if page.mapping.strip() else None
    stated = _stated(row, page)
    document = document or known_mapping(desk.workspace, body)
    if request.FILES or request.POST.get("act") != "count":
        survive(body, stated=stated, mapping=document)
    mapping = None if document is None else read_mapping(document)
    reason = request.POST.get("restate", "").strip()
    if mapping is None and is_paid(body):
        return _pay(request, desk, page, body, stated)
    if request.POST.get("publish_good") == "restate" and not reason:
        plan = plan_ingest(row, body, mapping=mapping, stated=stated)
        asked = with_problem(judged_work(page, plan, mapping, row=row), NO_REASON)
        return _answer(request, asked, status=400)
    if request.POST.get("act") == "count":
        outcome = ingest_file(
            row,
            body,
            name=page.dropped_name,
            mapping=mapping,
            by=desk.user,
            now=now(),
            publish_good="publish_good" in request.POST,
            restate_reason=reason,
            stated=stated,
        )
        if outcome.state != "held":
            messages.success(request, COUNTED.format(page.dropped_name))
            return redirect("project", slug=row.slug)
        judged = judged_work(page, outcome.plan, mapping, row=row)
        kept = Message(text=KEPT, kind="info", role="status")
        return _answer(request, replace(judged, problem=kept))
    plan = plan_ingest(row, body, mapping=mapping, stated=stated)
    return _answer(request, judged_work(page, plan, mapping, row=row))


def _act_long(
    request: HttpRequest, desk: Desk, row: Any, page: FilePage, upload: Upload
) -> HttpResponse:
    """Leave a long file to a worker: nobody holds it in memory, or waits for it."""
    if page.mapping.strip() or request.POST.get("act") == "map":
        raise Asked("A file this long is read by its own columns, without a mapping.")
    _stated(row, page)  # what was typed is refused here, and not by the worker
    return redirect("job", leave_long(request, desk, row, upload, page.said).pk)


def _of_job(
    request: HttpRequest, desk: Desk, row: Any, page: FilePage, key: str
) -> HttpResponse:
    """Show what a worker said of a long file; what it counted is on the project."""
    job, report = said_before(desk, row, key)
    if job.kind == COUNT and report.state != HELD:
        return redirect("project", slug=row.slug)
    found = shown(report, most=MOST_ROWS_SHOWN)
    return _answer(
        request,
        with_checks(
            replace(
                page,
                dropped=report.sha256,
                dropped_name=job.asked["name"],
                said=job.asked["said"],
                changes=None,
                **found,
            ),
            good=report.new,
        ),
    )


def _pay(
    request: HttpRequest, desk: Desk, page: FilePage, body: bytes, stated: Stated
) -> HttpResponse:
    """Judge or count a file of paid time, which belongs to all projects together."""
    reason = request.POST.get("restate", "").strip()
    if request.POST.get("act") == "count":
        plan, state = ingest_paid(
            desk.workspace,
            body,
            name=page.dropped_name,
            stated=stated,
            by=desk.user,
            now=now(),
            publish_good="publish_good" in request.POST,
            restate_reason=reason,
        )
        if state != HELD:
            return redirect("paid_time")
    else:
        plan = plan_paid(desk.workspace, body, stated=stated, restate=bool(reason))
    return _answer(request, judged_pay(page, plan, workspace=desk.workspace))


def _dropped(request: HttpRequest, desk: Desk, row: Any) -> Any:
    """Return the file that is meant: the one just chosen, else the one before."""
    chosen = request.FILES.get("file")
    if chosen is None:
        found = kept_before(row, request.POST.get("dropped", ""))
        if found is None:
            raise Asked("Choose a file first.")
        return found
    if (chosen.size or 0) > settings.STAFF_UPLOAD_BYTES:
        raise Asked(
            f"This file is larger than {settings.STAFF_UPLOAD_BYTES / 1e6:,.0f} MB. "
            f"Count it on the command line.",
            status=TOO_LARGE,
        )
    return keep_chosen(row, chosen, by=desk.user)


def _stated(row: Any, page: FilePage) -> Stated:
    said = page.said
    cap = None
    if said["cap"]:
        try:
            cap = Decimal(said["cap"])
        except InvalidOperation:
            raise Asked("The most seconds of an item is no number.") from None
        if not cap.is_finite() or cap <= 0:
            raise Asked("The most seconds of an item is a number above 0.")
    if said["type"] not in ("", *TYPES):
        raise Asked("Choose what was labelled from the list.")
    return stated_for(
        row,
        now=now(),
        annotation_type=said["type"],
        batch=said["batch"].strip()[:120],
        cap_seconds=cap,
        minutes=bool(said["minutes"]),
    )


def _remember(request: HttpRequest, desk: Desk, body: bytes) -> None:
    """Remember the mapping that was just made for the columns of this file."""
    table = head_of(body)
    if table is None:
        raise Asked("This file has no columns to map.")
    said = mapping_said(request.POST, table)
    remember_mapping(desk.workspace, table.names, said, by=desk.user, now=now())


def _answer(request: HttpRequest, page: FilePage, *, status: int = 200) -> HttpResponse:
    return render(request, "quotes/projects/files.html", {"page": page}, status=status)
