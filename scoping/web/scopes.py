"""The pages of scopes: the list, the form, and a saved scope opened again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from scoping import actions, queries
from scoping.access import Act
from scoping.calc.spec import SpecError, read_text
from scoping.templatetags.plumbline import count, day
from scoping.web.components import Badge, Empty, Message
from scoping.web.desk import Desk, at_desk
from scoping.web.scope_pages import (
    Posted,
    ScopeFormPage,
    ScopeRow,
    ScopesPage,
    Target,
    choices_of,
    form_page,
    new_page,
    new_token,
    page_of_document,
    with_line_added,
    with_line_removed,
    yaml_of,
    yaml_page,
)
from scoping.web.spec_form import SpecForm

FORM = "scoping/scope_form.html"
EMPTY = Empty(
    heading="No scope saved yet",
    text=(
        "A scope is what a client said about a project: how many images, what is "
        "labelled, how well. From it comes the price."
    ),
    act="New scope",
    url="/scopes/new",
    is_main=True,
)


@require_safe
@at_desk(Act.EDIT_SCOPE)
def scopes(request: HttpRequest, desk: Desk) -> HttpResponse:
    """List the saved scopes, last changed first."""
    rows = [
        ScopeRow(
            name=str(scope),
            url=f"/scopes/{scope.pk}/",
            client=_named(scope),
            items=count(scope.document["items"]),
            lines=count(len(scope.document["lines"])),
            changed=day(scope.changed_at, desk.workspace.timezone),
            badge=_requested(scope, desk),
        )
        for scope in queries.scopes(desk.workspace)[:200]
    ]
    page = ScopesPage(rows=rows, empty=EMPTY)
    return render(request, "scoping/scopes.html", {"page": page})


def _requested(scope: Any, desk: Desk) -> Badge | None:
    """Return that a client asked for a quote on the public form, and when."""
    asked = queries.asked_for(scope)
    if asked is None:
        return None
    when = day(asked.asked_at, desk.workspace.timezone)
    return Badge(words=f"Requested {when}", kind="info", icon="question")


@at_desk(Act.EDIT_SCOPE)
def new_scope(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the form; every button but the main one comes back here."""
    if request.method == "POST":
        return _pressed(request, desk)
    return render(request, FORM, {"page": new_page(_choices(desk, now()))})


@require_safe
@at_desk(Act.EDIT_SCOPE)
def scope(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Open a saved scope in the form; what is made of it is a new one."""
    found = queries.scopes(desk.workspace).filter(pk=number).first()
    if found is None:
        raise Http404
    moment, asked = now(), queries.asked_for(found)
    page = page_of_document(
        found.document | {"seed": None} | _client_of(found, asked),
        choices=_choices(desk, moment),
        today=moment.date(),
        target=Target(token=new_token(), like=str(found.document.get("name") or "")),
    )
    if asked is not None:
        page = replace(page, message=_asked(asked, desk))
    return render(request, FORM, {"page": page})


def _named(scope: Any) -> str:
    """Return whom a scope is for: its client, or who asked for a quote of it."""
    asked = queries.asked_for(scope)
    known = scope.document.get("client") or scope.client
    who = "" if asked is None else asked.company or asked.person
    return str(known or who or "no client yet")


def _client_of(found: Any, asked: Any) -> dict[str, str]:
    """Return who is quoted where the scope does not say: her company, or herself."""
    if asked is None or found.document.get("client") or found.client is not None:
        return {}
    name = asked.company or asked.person
    return {"client": name} if name else {}


def _asked(asked: Any, desk: Desk) -> Message:
    """Return who asked for a quote, when, and in which words."""
    who = ", ".join(one for one in (asked.person, asked.company) if one)
    when = day(asked.asked_at, desk.workspace.timezone)
    said = f" They wrote: “{asked.message}”" if asked.message else ""
    return Message(
        kind="info",
        strong=f"A quote was asked for on {when}",
        text=f"by {who or 'somebody'}, {asked.email}.{said}",
    )


def draft_page(
    document: dict[str, Any], desk: Desk, *, quote: str, edition: int, scenario: str
) -> ScopeFormPage:
    """Return the form that says the spec of a draft quote, to be saved into it."""
    moment = now()
    return page_of_document(
        document,
        choices=_choices(desk, moment),
        today=moment.date(),
        target=Target(
            token=new_token(), quote=quote, edition=edition, scenario=scenario
        ),
    )


def show_form(
    request: HttpRequest, page: ScopeFormPage, *, status: int = 200
) -> HttpResponse:
    """Show the scope form on a page of its own."""
    return render(request, FORM, {"page": page}, status=status)


def _pressed(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Do what a button of the form says."""
    posted = Posted.read(request.POST, request.FILES)
    act, _, index = posted.act.partition(":")
    if act == "add_line":
        with_line_added(posted)
    elif act == "remove_line" and index.isdecimal():
        with_line_removed(posted, int(index))
    elif act == "save":
        return _save(request, desk, posted)
    moment = now()
    form = _form(posted, desk, moment)
    if act == "show_yaml":
        said = form.answers()
        if said.problems:
            form.complain(said.problems)
            return render(
                request,
                FORM,
                {"page": form_page(form, target=posted.target)},
                status=400,
            )
        page = yaml_page(yaml_of(said.document), target=posted.target)
    elif act == "show_form" and posted.is_yaml:
        return _yaml_as_form(request, desk, posted, moment)
    elif posted.is_yaml:
        page = yaml_page(posted.text, target=posted.target)
    else:
        page = form_page(form, target=posted.target)
    return render(request, FORM, {"page": page})


def _yaml_as_form(
    request: HttpRequest, desk: Desk, posted: Posted, moment: datetime
) -> HttpResponse:
    try:
        document: Any = read_text(posted.text)
        page = page_of_document(
            document,
            choices=_choices(desk, moment),
            today=moment.date(),
            target=posted.target,
        )
    except SpecError as error:
        return refused(request, desk, posted, error)
    return render(request, FORM, {"page": page})


def _save(request: HttpRequest, desk: Desk, posted: Posted) -> HttpResponse:
    moment = now()
    try:
        document = posted.document(
            today=moment.date(), form=_form(posted, desk, moment)
        )
        saved = actions.save_scope(
            document,
            workspace=desk.workspace,
            client=None,
            by=desk.user,
            now=moment,
            form_token=posted.target.token,
        )
    except SpecError as error:
        return refused(request, desk, posted, error)
    messages.success(request, f"{saved} is saved. It has no price until it is a quote.")
    return HttpResponseRedirect(f"/scopes/{saved.pk}/")


def refused(
    request: HttpRequest,
    desk: Desk,
    posted: Posted,
    error: SpecError,
    *,
    message: Message | None = None,
) -> HttpResponse:
    """Show the form again, with what was typed and every problem at its field."""
    page: ScopeFormPage
    if posted.is_yaml:
        page = yaml_page(
            posted.text, target=posted.target, problems=error.problems, message=message
        )
    else:
        form = _form(posted, desk, now())
        form.complain(error.problems)
        page = form_page(form, target=posted.target, message=message)
    return render(request, FORM, {"page": page}, status=400)


def _form(posted: Posted, desk: Desk, moment: datetime) -> SpecForm:
    return SpecForm(posted.data, count=posted.count, choices=_choices(desk, moment))


def form_of(posted: Posted, desk: Desk) -> SpecForm:
    """Return the form that was posted, with the words of the card in force."""
    return _form(posted, desk, now())


def _choices(desk: Desk, moment: datetime) -> dict[str, Any]:
    """Return the words of the card in force; without a card the form still opens."""
    day_here = moment.astimezone(ZoneInfo(desk.workspace.timezone)).date()
    try:
        return choices_of(queries.price_side_on(day_here, workspace=desk.workspace))
    except queries.NoCardError:
        return {}
