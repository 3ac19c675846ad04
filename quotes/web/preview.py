"""The preview of a scope form: a part of its page with scripts, the page without.

With scripts the form asks again while somebody types. Each question has a number, and
its answer carries it, so that one that was overtaken is dropped.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now

from quotes.queries import quotes as queries
from quotes.queries.preview import Outlook, outlook_of
from quotes.queries.quotes import NoQuoteError
from quotes.web.promise_form import with_promises
from scoping import queries as scoping
from scoping.access import Act
from scoping.calc.spec import SpecError
from scoping.web.components import ErrorSummary, FoundProblem
from scoping.web.desk import Desk, at_desk
from scoping.web.preview import Preview, no_preview, preview_of, refused_preview
from scoping.web.scope_pages import Posted, ScopeFormPage, form_page, yaml_page
from scoping.web.scopes import form_of, show_form

PART = "scoping/scope_preview.html"
NUMBER = "X-Number"


@at_desk(Act.SEE_COST)
def preview(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Answer what a posted scope form comes to; nothing is saved."""
    if request.method != "POST":
        return redirect("new_scope")
    posted = Posted.read(request.POST, request.FILES)
    form = form_of(posted, desk)
    found = _of(posted, form, desk)
    if request.headers.get("X-Part") == "preview":
        # Half a number is no mistake yet, so a part is never an error of the request.
        return numbered(request, render(request, PART, {"preview": found}))
    page = _page(posted, form, found)
    return show_form(request, page, status=200 if page.summary is None else 400)


def answered_page(posted: Posted, desk: Desk) -> ScopeFormPage:
    """Return the form with what was posted, and what that comes to beside it."""
    form = form_of(posted, desk)
    return _page(posted, form, _of(posted, form, desk))


def _page(posted: Posted, form: Any, found: Preview) -> ScopeFormPage:
    if posted.is_yaml:
        page = yaml_page(posted.text, target=posted.target)
    else:
        page = form_page(form, target=posted.target)
    wrong = found.summary is not None
    shown = replace(found, summary=None, empty=no_preview().empty) if wrong else found
    return replace(page, preview=shown, summary=found.summary)


def numbered(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return an answer that carries the number of its question."""
    number = request.headers.get(NUMBER, "")
    if number.isdecimal() and len(number) < 10:  # noqa: PLR2004 - nobody types that often
        response.headers[NUMBER] = number
    return response


def preview_of_draft(scenario: Any, desk: Desk) -> Preview:
    """Return the preview of a draft as it is saved, for the form that opens on it."""
    try:
        found = outlook_of(
            scenario.spec,
            workspace=desk.workspace,
            today=now().date(),
            scenario=scenario,
        )
    except SpecError:
        return no_preview()  # its card prices it no more: the form says so on saving
    return _panel(found)


def _of(posted: Posted, form: Any, desk: Desk) -> Preview:
    """Return the panel of what was posted: figures, or what needs another look."""
    scenario, today = _scenario(posted, desk), now().date()
    if not posted.is_yaml and not posted.data.get("items", "").strip():
        return no_preview()
    try:
        said = posted.document(today=today, form=form)
        if scenario is not None and not posted.is_yaml:
            said = with_promises(said, of=scenario.spec)
        found = outlook_of(
            said, workspace=desk.workspace, today=today, scenario=scenario
        )
    except SpecError as error:
        if posted.is_yaml:
            page = yaml_page("", target=posted.target, problems=error.problems)
            return refused_preview(page.summary)
        form.complain(error.problems)
        return refused_preview(form.summary)
    except scoping.NoCardError as error:
        missing = ErrorSummary(problems=(FoundProblem(text=str(error)),))
        return refused_preview(missing)
    return _panel(found)


def _panel(found: Outlook) -> Preview:
    return preview_of(found.said, saved=found.saved, loss_limit=found.loss_limit)


def _scenario(posted: Posted, desk: Desk) -> Any:
    """Return the scenario of the draft that is changed, None for a new scope."""
    if not posted.target.quote:
        return None
    try:
        revision = queries.revision_named(posted.target.quote, workspace=desk.workspace)
        return queries.scenario_of(revision, posted.target.scenario)
    except NoQuoteError as error:
        raise Http404(str(error)) from error
