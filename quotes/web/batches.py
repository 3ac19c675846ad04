"""The pages of batches at the gates: a project's, and one with its record and acts.

Each view reads one query or calls one action. A refusal is shown on the batch's page
with its sentence; nothing was changed then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_POST, require_safe

from quotes import convert
from quotes.actions import RefusedError
from quotes.actions.gate_evidence import Said
from quotes.actions.gates import draw_sample, move_batch, plan_batches
from quotes.calc.gates import GateError, words
from quotes.calc.gates.drawing import reading_order
from quotes.calc.gates.sample import MOST_CLASSES, ClassFound
from quotes.calc.gates.strata import draw_words, labels_to_read
from quotes.queries import actuals, gates
from quotes.queries.plans import gate_plan_of
from quotes.web.batch_page import batch_page
from quotes.web.batches_page import batches_page
from quotes.web.sample_form import Typing
from scoping.access import Act
from scoping.web.components import Empty, Message
from scoping.web.desk import Desk, at_desk
from scoping.web.said import UnclearNumberError, number_said, whole_said


@require_safe
@at_desk(Act.SEE_ACTUALS)
def shown(request: HttpRequest, desk: Desk, slug: str) -> HttpResponse:
    """Show the batches of a project: where each stands, and which wait for somebody."""
    return _list(request, desk, _project(desk, slug))


@require_POST
@at_desk(Act.MOVE_BATCH)
def plan(request: HttpRequest, desk: Desk, slug: str) -> HttpResponse:
    """Lay the batches of a project out."""
    project = _project(desk, slug)
    try:
        made = plan_batches(project, by=desk.user, role=desk.role, now=now())
    except RefusedError as error:
        return _list(request, desk, project, error=error)
    word = "batch is" if len(made) == 1 else "batches are"
    messages.success(request, f"{len(made):,} {word} laid out.")
    return redirect("batches", slug=slug)


@require_safe
@at_desk(Act.SEE_ACTUALS)
def batch(request: HttpRequest, desk: Desk, slug: str, number: int) -> HttpResponse:
    """Show a batch: its sample, seed, auditor, decision, what must happen next."""
    return _one(request, desk, slug, number)


@require_POST
@at_desk(Act.MOVE_BATCH)
def draw(request: HttpRequest, desk: Desk, slug: str, number: int) -> HttpResponse:
    """Draw a fresh sample of a batch."""
    found = _batch(_project(desk, slug), number)
    try:
        made = draw_sample(
            found.row,
            auditor=request.POST.get("auditor", ""),
            class_units=_class_units(request),
            by=desk.user,
            role=desk.role,
            now=now(),
        )
    except (RefusedError, UnclearNumberError) as error:
        return _one(request, desk, slug, number, error=error)
    messages.success(request, f"A sample is drawn by seed {made.seed}.")
    return redirect("batch", slug=slug, number=number)


@require_POST
@at_desk(Act.MOVE_BATCH)
def move(request: HttpRequest, desk: Desk, slug: str, number: int) -> HttpResponse:
    """Make a move of the table, on the evidence that was typed."""
    found = _batch(_project(desk, slug), number)
    try:
        made = move_batch(
            found.row,
            request.POST.get("move", ""),
            _said(request),
            by=desk.user,
            role=desk.role,
            now=now(),
            seen=whole_said(request.POST.get("seen", "")),
        )
    except (RefusedError, UnclearNumberError, GateError) as error:
        return _one(request, desk, slug, number, error=error)
    messages.success(request, f"The batch is {words(made.state)}.")
    return redirect("batch", slug=slug, number=number)


@require_safe
@at_desk(Act.SEE_ACTUALS)
def reading_list(
    request: HttpRequest, desk: Desk, slug: str, number: int, seed: str
) -> HttpResponse:
    """Return the images of a batch in the order in which a sample is read."""
    found = _batch(_project(desk, slug), number)
    row = found.row.draws.filter(seed=seed).first()
    if row is None:
        raise Http404
    order = reading_order(row.seed, found.row.items)
    text = (
        f"# {found.row.line}, {found.row.key}: seed {row.seed}, read by {row.auditor}\n"
        f"# Read in this order until {row.size} units are checked; at most "
        f"{row.max_wrong} may be wrong.\n" + "".join(f"{one}\n" for one in order)
    )
    for drawn in convert.class_draws_of(row):
        text += f"# {draw_words(drawn)}\n"
        labels = labels_to_read(row.seed, drawn)
        text += "".join(f"{name}, label {place}\n" for name, place in labels)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


MOST_TYPED = 10**9


def _number(request: HttpRequest, name: str) -> int | None:
    """Return a whole number of a form, None where nothing was typed."""
    text = request.POST.get(name, "").strip()
    if not text:
        return None
    found = number_said(text, whole=True)
    if not 0 <= found <= MOST_TYPED:
        raise UnclearNumberError("Write a whole number, 0 or more.")
    return int(found)


def _class_names(request: HttpRequest) -> Iterator[tuple[int, str]]:
    """Yield the classes that a form asks about, with their places in it, from 1."""
    for place in range(1, MOST_CLASSES + 1):
        name = request.POST.get(f"class-{place}-name")
        if name is None:
            return
        yield place, name


def _class_units(request: HttpRequest) -> dict[str, int]:
    """Return how many labels of each class the batch holds, of those counted."""
    found = {
        name: _number(request, f"class-{place}-units")
        for place, name in _class_names(request)
    }
    return {name: units for name, units in found.items() if units is not None}


def _said(request: HttpRequest) -> Said:
    def number(name: str) -> int | None:
        return _number(request, name)

    return Said(
        done=number("done"),
        right=number("right"),
        checked=number("checked"),
        wrong=number("wrong"),
        whole=request.POST.get("whole") == "yes",
        missed=number("missed"),
        extra=number("extra"),
        critical=number("critical"),
        minor=number("minor"),
        classes=tuple(_classes(request)),
        units=number("units"),
        text=request.POST.get("text", ""),
    )


def _classes(request: HttpRequest) -> Iterator[ClassFound]:
    """Yield the classes that were counted: `class-1-name` and its counts, from 1."""
    for place, name in _class_names(request):
        counts = {
            what: _number(request, f"class-{place}-{what}")
            for what in ("checked", "wrong", "missed", "units")
        }
        checked, wrong = counts["checked"], counts["wrong"]
        if checked is None and wrong is None and counts["missed"] is None:
            continue
        if checked is None or wrong is None:
            raise UnclearNumberError(
                f"Of {name}, write how many were checked and how many of them are "
                f"wrong; leave the row empty if nobody counted it."
            )
        yield ClassFound(
            name=name,
            checked=checked,
            wrong=wrong,
            missed=counts["missed"],
            units=counts["units"],
        )


def _project(desk: Desk, slug: str) -> Any:
    try:
        return actuals.project_named(slug, workspace=desk.workspace)
    except actuals.NoProjectError as error:
        raise Http404(str(error)) from error


def _batch(project: Any, number: int) -> gates.AtGate:
    try:
        return gates.batch_of(project, number)
    except gates.NoBatchError as error:
        raise Http404(str(error)) from error


def _list(
    request: HttpRequest, desk: Desk, project: Any, *, error: RefusedError | None = None
) -> HttpResponse:
    try:
        found = gate_plan_of(project)
        empty = Empty(
            heading="The batches are not laid out yet",
            text=(
                f"By the quote the images go through the gates in batches of "
                f"{found.batch_items:,}, each line with a sample of its own."
            ),
        )
    except GateError as problem:
        found, empty = None, Empty(heading="No gates here", text=str(problem))
    page = batches_page(
        (project.name, project.slug),
        gates.batches(project),
        found,
        today=gates.work_day(project, now()),
        empty=empty,
        may_plan=desk.may(Act.MOVE_BATCH),
    )
    return render(
        request,
        "quotes/projects/batches.html",
        {"page": page, "problem": _problem(error)},
        status=200 if error is None else error.status,
    )


def _one(
    request: HttpRequest,
    desk: Desk,
    slug: str,
    number: int,
    *,
    error: RefusedError | UnclearNumberError | GateError | None = None,
) -> HttpResponse:
    status = 200 if error is None else getattr(error, "status", 400)
    return show_batch(
        request, desk, slug, number, message=_problem(error), status=status
    )


def show_batch(  # noqa: PLR0913 - the request, whose desk, which batch, what is said
    request: HttpRequest,
    desk: Desk,
    slug: str,
    number: int,
    *,
    message: Message | None = None,
    typed: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show a batch's page, with what is said of what was asked, and what was typed."""
    project = _project(desk, slug)
    found = _batch(project, number)
    said = request.POST if typed is None else typed
    typing = None
    if desk.may(Act.MOVE_BATCH):
        typing = Typing(asked=gates.asked_of(found.row), typed=said)
    page = batch_page(
        (project.name, project.slug),
        found,
        gate_plan_of(project),
        today=gates.work_day(project, now()),
        typing=typing,
    )
    return render(
        request,
        "quotes/projects/batch.html",
        {
            "page": page,
            "problem": message,
            "typed": said,
            "counts_labels": page.can_draw and gates.counts_labels(found.row),
        },
        status=status,
    )


def project_batch(desk: Desk, slug: str, number: int) -> gates.AtGate:
    """Return a batch of a project of the desk's workspace, or answer 404."""
    return _batch(_project(desk, slug), number)


def _problem(error: Exception | None) -> Message | None:
    if error is None:
        return None
    return Message(text=str(error), kind="bad", role="alert", strong="Nothing changed.")
