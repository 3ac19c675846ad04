"""The scope of a draft, changed: its form opened, its answers taken or given back.

An edit of what was changed meanwhile is refused. What was typed is not lost: it stands
in the form again, beside what it would change of what is saved by now.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now

from quotes.actions import RefusedError
from quotes.actions.drafts import change_spec
from quotes.queries import quotes as queries
from quotes.web.bench import bench_address, revision_here, scenario_here, show_refusal
from quotes.web.preview import answered_page, preview_of_draft
from quotes.web.promise_form import with_promises, without_promises
from scoping.access import Act
from scoping.calc.spec import SpecError
from scoping.web.components import Message
from scoping.web.desk import Desk, at_desk
from scoping.web.scope_pages import Posted
from scoping.web.scopes import draft_page, form_of, refused, show_form

STALE = "stale_version"


@at_desk(Act.EDIT_QUOTE)
def change_scope(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """Open the scope of a draft in the form, or take its new answers."""
    revision = revision_here(name, desk)
    scenario = scenario_here(request, revision)
    if request.method == "POST":
        return _changed(request, desk, name, scenario.letter)
    if revision.frozen_at is not None:
        return redirect(bench_address(name, scenario.letter))
    page = draft_page(
        without_promises(scenario.spec),
        desk,
        quote=name,
        edition=revision.edition,
        scenario=scenario.letter,
    )
    return show_form(request, replace(page, preview=preview_of_draft(scenario, desk)))


def _changed(request: HttpRequest, desk: Desk, name: str, letter: str) -> HttpResponse:
    moment = now()
    revision = revision_here(name, desk)
    posted = Posted.read(request.POST, request.FILES)
    try:
        _save(revision, posted, desk, letter=letter, moment=moment)
    except SpecError as error:
        return refused(request, desk, posted, error)
    except RefusedError as error:
        if error.code != STALE or revision.frozen_at is not None:
            return show_refusal(request, desk, name, error)
        posted.target = replace(posted.target, edition=revision.edition)
        return _given_back(request, desk, posted, error)
    messages.success(request, "The scope is changed; every number follows it.")
    return redirect(bench_address(name, letter))


def _save(
    revision: Any, posted: Posted, desk: Desk, *, letter: str, moment: datetime
) -> None:
    said = posted.document(today=moment.date(), form=form_of(posted, desk))
    if not posted.is_yaml:
        said = with_promises(said, of=queries.scenario_of(revision, letter).spec)
    change_spec(
        revision,
        said,
        edition=posted.target.edition,
        by=desk.user,
        role=desk.role,
        now=moment,
        letter=letter,
    )


def _given_back(
    request: HttpRequest, desk: Desk, posted: Posted, error: RefusedError
) -> HttpResponse:
    """Show what was typed again, to be saved over what is saved by now, or not."""
    text = (
        f"{error} Or save what you typed, which stands here: it then replaces what is "
        f"saved by now, and the preview says what that changes."
    )
    page = replace(
        answered_page(posted, desk),
        message=Message(kind="warn", strong="Not saved.", text=text),
    )
    return show_form(request, page, status=error.status)
