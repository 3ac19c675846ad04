"""Advice on the workbench, followed with one click."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from quotes.actions import RefusedError
from quotes.actions.advised import follow_advice
from quotes.actions.duplicating import advice_as_scenario
from quotes.web.bench import (
    bench_address,
    compare_address,
    edition_of,
    revision_here,
    scenario_here,
    show_refusal,
)
from scoping.access import Act
from scoping.web.desk import Desk, at_desk


@require_POST
@at_desk(Act.EDIT_QUOTE)
def follow(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """Change the scenario that is looked at as a piece of its advice says."""
    revision = revision_here(name, desk)
    letter = scenario_here(request, revision).letter
    if request.GET.get("into") == "scenario":
        return _as_scenario(request, desk, name, letter)
    try:
        done = follow_advice(
            revision,
            request.POST.get("advice", ""),
            edition=edition_of(request) or revision.edition,
            by=desk.user,
            role=desk.role,
            now=now(),
            letter=letter,
        )
    except RefusedError as error:
        return show_refusal(request, desk, name, error)
    messages.success(request, f"{done} Every number follows it.")
    return HttpResponseRedirect(f"{bench_address(name, letter)}#what-else")


def _as_scenario(
    request: HttpRequest, desk: Desk, name: str, letter: str
) -> HttpResponse:
    """Follow the advice in a scenario of its own, and compare the two."""
    revision = revision_here(name, desk)
    try:
        made = advice_as_scenario(
            revision,
            request.POST.get("advice", ""),
            like=letter,
            edition=edition_of(request) or revision.edition,
            by=desk.user,
            role=desk.role,
            now=now(),
        )
    except RefusedError as error:
        return show_refusal(request, desk, name, error)
    messages.success(request, f"This is scenario {made.letter} beside {letter}.")
    return HttpResponseRedirect(compare_address(name, (letter, made.letter)))
