"""The workbench as a page: found for a desk, made of rows, with what went wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now

from quotes.actions import RefusedError
from quotes.queries import quotes as queries
from quotes.queries.advice import advised_document
from quotes.queries.client_side import client_side_of
from quotes.queries.quotes import NoQuoteError, Sent
from quotes.web.bench_scope import bench_scope
from quotes.web.moves_page import moves_of, scenario_tabs
from quotes.web.pages import PriceTrial, Revision, SentLink, WorkbenchPage
from quotes.web.workbench import workbench_page
from scoping.calc.document import document
from scoping.calc.estimate import Estimate
from scoping.calc.memory import Memory
from scoping.templatetags.plumbline import day
from scoping.web.components import ErrorSummary, FoundProblem
from scoping.web.desk import Desk
from scoping.web.said import whole_said


def revision_here(name: str, desk: Desk) -> Any:
    """Return a revision of the desk's workspace, 404 if it has none of this name."""
    try:
        return queries.revision_named(name, workspace=desk.workspace)
    except NoQuoteError as error:
        raise Http404(str(error)) from error


def letter_of(request: HttpRequest) -> str:
    """Return which scenario is looked at: the letter in the address, or A."""
    return request.GET.get("scenario", "A")


def scenario_here(request: HttpRequest, revision: Any) -> Any:
    """Return the scenario that is looked at, 404 if there is none."""
    try:
        return queries.scenario_of(revision, letter_of(request))
    except NoQuoteError as error:
        raise Http404(str(error)) from error


def bench_address(name: str, letter: str) -> str:
    """Return the address of a scenario's workbench."""
    address = reverse("workbench", args=[name])
    return address if letter == "A" else f"{address}?scenario={letter}"


def compare_address(name: str, pair: tuple[str, str] | None, **said: str) -> str:
    """Return the address at which two scenarios are compared."""
    between = {} if pair is None else {"from": pair[0], "to": pair[1]}
    address = reverse("compare_scenarios", args=[name])
    asked = urlencode(between | said)
    return f"{address}?{asked}" if asked else address


def edition_of(request: HttpRequest) -> int | None:
    """Return the edition that a posted form was made from, None if it names none."""
    return whole_said(request.POST.get("edition", ""))


def client_side(name: str, desk: Desk) -> Sent:
    """Return what the client sees: what was frozen, or what sending would freeze."""
    return client_side_of(revision_here(name, desk), at=now())


def show_bench(  # noqa: PLR0913 - what a page may be shown with
    request: HttpRequest,
    desk: Desk,
    name: str,
    *,
    problem: ErrorSummary | None = None,
    link: SentLink | None = None,
    trial: PriceTrial | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the workbench of a revision, with a complaint, a link or a tried price."""
    page = replace(_page(request, desk, name, problem=problem, link=link), trial=trial)
    return render(request, "quotes/staff/workbench.html", {"page": page}, status=status)


def show_refusal(
    request: HttpRequest,
    desk: Desk,
    name: str,
    error: RefusedError,
    *,
    field_id: str = "",
) -> HttpResponse:
    """Show the workbench as it stands now, with the sentence of a refusal first."""
    problem = summary(error, field_id=field_id)
    return show_bench(request, desk, name, problem=problem, status=error.status)


def summary(error: Exception, *, field_id: str = "") -> ErrorSummary:
    """Return one complaint, at its field if it has one."""
    return ErrorSummary(problems=(FoundProblem(text=str(error), field_id=field_id),))


def _page(
    request: HttpRequest,
    desk: Desk,
    name: str,
    *,
    problem: ErrorSummary | None,
    link: SentLink | None,
) -> WorkbenchPage:
    revision, moment = revision_here(name, desk), now()
    scenario = scenario_here(request, revision)
    state = queries.state_at(revision, at=moment)
    estimate, made = _estimate(revision, scenario, moment=moment)
    page = workbench_page(
        Revision(
            name=str(revision),
            title=revision.name,
            client=str(revision.quote.client),
            state=state,
            edition=revision.edition,
            saved=day(revision.sent_at or revision.created_at, revision.time_zone),
            letter=scenario.letter,
            tabs=scenario_tabs(revision, scenario.letter),
            moves=moves_of(
                revision,
                desk=desk,
                state=state,
                at=moment,
                made={} if made is None else {scenario.letter: made},
            ),
            decisions={one.line: one.why for one in scenario.decisions.all()},
            loss_limit=None if made is None else made.card.cost.policy.loss_limit.value,
            rate_now=queries.rate_today(
                estimate, workspace=desk.workspace, today=moment.date()
            ),
        ),
        estimate=estimate,
        spec=scenario.spec,
        problem=problem,
        link=link,
    )
    if not page.moves.can_edit:
        return page
    form = bench_scope(revision, scenario, estimate=estimate, desk=desk)
    return replace(page, scope_form=form)


def _estimate(
    revision: Any, scenario: Any, *, moment: datetime
) -> tuple[Mapping[str, Any], Estimate | None]:
    """Return the document of a scenario: of the estimate made now, or as frozen."""
    if revision.frozen_at is None:
        memory = Memory()
        made = queries.estimate_of(scenario, today=moment.date(), memory=memory)
        found = advised_document(made, workspace=revision.workspace, memory=memory)
        return found, made
    return _frozen_estimate(revision, scenario), None


def plain_estimate(
    revision: Any, scenario: Any, *, moment: datetime
) -> Mapping[str, Any]:
    """Return the estimate document of a scenario without advice on it."""
    if revision.frozen_at is None:
        return document(queries.estimate_of(scenario, today=moment.date()))
    return _frozen_estimate(revision, scenario)


def _frozen_estimate(revision: Any, scenario: Any) -> Mapping[str, Any]:
    frozen = json.loads(revision.documents.get(kind="internal").body)
    found: Mapping[str, Any] = queries.frozen_plan(frozen, scenario.letter)["estimate"]
    return found
