"""The promises of a draft: what sales may add to the standard, and what it comes to.

Whatever is out of policy is said on the workbench and needs somebody else's approval,
like a price does; within policy it simply holds.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now

from quotes.actions import RefusedError
from quotes.actions.drafts import change_spec
from quotes.web.bench import (
    bench_address,
    edition_of,
    revision_here,
    scenario_here,
    show_refusal,
)
from quotes.web.promise_form import PromiseForm, form_of
from scoping.access import Act
from scoping.calc.spec import SpecError
from scoping.web.desk import Desk, at_desk

PAGE = "quotes/staff/promises.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class PromisesPage:
    """The form of a draft's promises."""

    name: str
    letter: str
    edition: int
    currency: str
    form: PromiseForm
    back: str
    can_edit: bool


@at_desk(Act.EDIT_QUOTE)
def promises(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """Show the promises of a draft, or take new ones and price the draft again."""
    revision = revision_here(name, desk)
    scenario = scenario_here(request, revision)
    if request.method != "POST":
        form = form_of(scenario.spec)
        return _page(request, desk, name, form)
    moment = now()
    form = PromiseForm(request.POST.dict(), scenario.spec)
    try:
        change_spec(
            revision,
            form.changed(today=moment.date()),
            edition=edition_of(request) or revision.edition,
            by=desk.user,
            role=desk.role,
            now=moment,
            letter=scenario.letter,
        )
    except SpecError as error:
        form.complain(error.problems)
        return _page(request, desk, name, form, status=400)
    except RefusedError as error:
        return show_refusal(request, desk, name, error)
    messages.success(request, "The promises are changed; cost and price follow them.")
    return redirect(f"{bench_address(name, scenario.letter)}#clauses")


def _page(
    request: HttpRequest,
    desk: Desk,
    name: str,
    form: PromiseForm,
    *,
    status: int = 200,
) -> HttpResponse:
    revision = revision_here(name, desk)
    scenario = scenario_here(request, revision)
    page = PromisesPage(
        name=str(revision),
        letter=scenario.letter,
        edition=edition_of(request) or revision.edition,
        currency=scenario.spec["currency"],
        form=form,
        back=bench_address(name, scenario.letter),
        can_edit=revision.frozen_at is None,
    )
    return render(request, PAGE, {"page": page}, status=status)
