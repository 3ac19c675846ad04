"""The disputes of a project: labels read in two ways, what each was, who was right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_POST, require_safe

from quotes.actions import RefusedError
from quotes.actions.disputes import Decision, Reading, decide_dispute, raise_dispute
from quotes.calc.disputes import ERROR, VERDICTS, overturned
from quotes.queries.disputes import (
    again_after,
    again_of,
    dispute_of,
    disputes_of,
    value_of,
    verdict_of,
)
from quotes.queries.gates import rows_of
from scoping.access import Act
from scoping.templatetags.plumbline import day
from scoping.web.components import Badge, ErrorSummary, FoundProblem
from scoping.web.desk import Desk, at_desk
from scoping.web.said import whole_said

from .overturned import RateRow, rate_rows
from .projects import project_or_404

BY_CHECK = {
    "client": "the client's check calls it wrong, ours passed it",
    "us": "our check calls it wrong, the client says it is right",
}
WAITS = Badge(words="waits for a verdict", kind="warn", icon="question")


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeRow:
    """A dispute as it is printed; `said` is a verdict that was typed and refused."""

    number: int
    batch: str
    image: str
    label: str
    again: str
    by_check: str
    client_reading: str
    our_reading: str
    rule: str
    raised: str
    is_open: bool
    badge: Badge
    why: str
    decided: str
    said: Mapping[str, str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputesPage:
    """The disputes of a project."""

    name: str
    slug: str
    rates: tuple[RateRow, ...]
    rows: tuple[DisputeRow, ...]
    batches: tuple[tuple[int, str], ...]
    checks: tuple[tuple[str, str], ...]
    verdicts: tuple[tuple[str, str], ...]
    said: Mapping[str, str]
    may_decide: bool
    problem: ErrorSummary | None


@require_safe
@at_desk(Act.SEE_ACTUALS)
def shown(request: HttpRequest, desk: Desk, slug: str) -> HttpResponse:
    """Show the disputes, those that wait for a verdict with its form."""
    return _page(request, desk, slug)


@require_POST
@at_desk(Act.MOVE_BATCH)
def dispute(request: HttpRequest, desk: Desk, slug: str) -> HttpResponse:
    """Write down that we, or the client by other ways, dispute a label."""
    project, said = project_or_404(desk, slug), request.POST
    number = whole_said(said.get("batch", ""))
    row = None if number is None else rows_of(project).filter(pk=number).first()
    if row is None:
        missing = RefusedError(
            "no_such_choice", "Choose the batch that the label is in.", field="batch"
        )
        return _page(request, desk, slug, problem=missing)
    try:
        raise_dispute(
            row,
            reading_said(said),
            by=desk.user,
            role=desk.role,
            now=now(),
        )
    except RefusedError as error:
        return _page(request, desk, slug, problem=error)
    messages.success(request, "The dispute is written down. It waits for a verdict.")
    return redirect("project_disputes", slug=slug)


@require_POST
@at_desk(Act.MOVE_BATCH)
def decide(request: HttpRequest, desk: Desk, slug: str, number: int) -> HttpResponse:
    """Write down what a disputed label was found to be."""
    row = dispute_of(project_or_404(desk, slug), number)
    if row is None:
        raise Http404(f"There is no dispute {number} in this project.")
    said = request.POST
    decision = Decision(
        verdict=said.get("verdict", ""),
        why=said.get("why", ""),
        reading=said.get("other_reading", ""),
        rule=said.get("rule", ""),
        guideline=said.get("guideline", ""),
    )
    try:
        made = decide_dispute(row, decision, by=desk.user, role=desk.role, now=now())
    except RefusedError as error:
        return _page(request, desk, slug, problem=error, deciding=number)
    free = " It is redone free." if made.verdict == ERROR else ""
    messages.success(request, f"Dispute {number} is decided.{free}")
    return redirect("project_disputes", slug=slug)


def reading_said(said: Mapping[str, str]) -> Reading:
    """Return a label as a form says that it is read."""
    return Reading(
        called_wrong_by=said.get("called_wrong_by", ""),
        image=said.get("image", ""),
        text=said.get("reading", ""),
        rule=said.get("rule", ""),
        guideline=said.get("guideline", ""),
        label=said.get("label", ""),
        again_why=said.get("again_why", ""),
        in_sample=said.get("in_sample") == "yes",
    )


def _page(
    request: HttpRequest,
    desk: Desk,
    slug: str,
    *,
    problem: RefusedError | None = None,
    deciding: int | None = None,
) -> HttpResponse:
    project = project_or_404(desk, slug)
    rows = list(disputes_of(project))
    page = DisputesPage(
        name=project.name,
        slug=project.slug,
        rates=tuple(rate_rows(overturned(value_of(row) for row in rows))),
        rows=tuple(
            _row(row, said=request.POST if row.number == deciding else None)
            for row in _open_first(rows)
        ),
        batches=tuple(
            (row.pk, f"{row.line}, {row.key}")
            for row in rows_of(project).filter(moves__state="delivered").distinct()
        ),
        checks=tuple(BY_CHECK.items()),
        verdicts=tuple(VERDICTS.items()),
        said=request.POST if deciding is None else {},
        may_decide=desk.may(Act.MOVE_BATCH),
        problem=None
        if problem is None
        else ErrorSummary(
            problems=(
                FoundProblem(
                    text=str(problem), code=problem.code, field_id=problem.field
                ),
            )
        ),
    )
    status = 200 if problem is None else problem.status
    return render(
        request, "quotes/projects/disputes.html", {"page": page}, status=status
    )


def _open_first(rows: Sequence[Any]) -> list[Any]:
    return sorted(rows, key=lambda row: verdict_of(row) is not None)


def _row(row: Any, *, said: Mapping[str, str] | None) -> DisputeRow:
    verdict = verdict_of(row)
    ours, hers = row.our_reading, row.client_reading
    if verdict is not None and verdict.reading:
        ours, hers = ours or verdict.reading, hers or verdict.reading
    rule = (verdict and verdict.rule) or row.rule
    guideline = (verdict and verdict.guideline) or row.guideline
    return DisputeRow(
        number=row.number,
        batch=f"{row.batch.line}, {row.batch.key}",
        image=row.image,
        label=row.label or "",
        again=_again(row),
        by_check=BY_CHECK[row.called_wrong_by]
        + (", a label of our sample" if row.sample else ""),
        client_reading=hers,
        our_reading=ours,
        rule=", ".join(
            [rule] * bool(rule) + [f"guideline {guideline}"] * bool(guideline)
        ),
        raised=f"{row.by}, {day(row.on)}",
        is_open=verdict is None,
        badge=WAITS if verdict is None else verdict_badge(verdict.verdict),
        why="" if verdict is None else verdict.why,
        decided="" if verdict is None else f"{verdict.by}, {day(verdict.on)}",
        said=said,
    )


def _again(row: Any) -> str:
    """Return which verdict is disputed once more and why, or what took its place."""
    first, later = again_of(row), again_after(row)
    if first is not None:
        return f"after the verdict on dispute {first.earlier.number}: {first.why}"
    if later is None:
        return ""
    return f"disputed once more: dispute {later.dispute.number} has the last word"


def verdict_badge(verdict: str) -> Badge:
    """Return a verdict as a badge: only a labelling error is a fault of ours."""
    if verdict == ERROR:
        return Badge(words=VERDICTS[verdict], kind="bad", icon="cross")
    return Badge(words=VERDICTS[verdict], kind="", icon="")
