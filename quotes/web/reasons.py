"""Why a number of a quote is what it is: each answer a page, and a part of one.

The workbench fetches the part when its fold is opened. Without scripts the link in the
fold leads to the page.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from quotes.web.bench import plain_estimate, revision_here, scenario_here
from quotes.web.questions import questions
from scoping.access import Act
from scoping.web.components import Tree
from scoping.web.desk import Desk, at_desk
from scoping.web.reasons import tree_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonsPage:
    """The reasons of one number of a quote, folded."""

    name: str
    title: str
    letter: str
    question: str
    tree: Tree


@require_safe
@at_desk(Act.SEE_COST)
@vary_on_headers("X-Part")
def reasons(request: HttpRequest, desk: Desk, name: str, key: str) -> HttpResponse:
    """Show the reasons of one number; alone, where a page asks for that part."""
    revision = revision_here(name, desk)
    scenario = scenario_here(request, revision)
    estimate = plain_estimate(revision, scenario, moment=now())
    asked = next((one for one in questions(estimate) if one.key == key), None)
    tree = tree_of(estimate["trace"], asked.root, key=key) if asked else None
    if asked is None or tree is None:
        raise Http404(f"{name} has no number of this name: {key}.")
    page = ReasonsPage(
        name=str(revision),
        title=revision.name,
        letter=scenario.letter,
        question=asked.words,
        tree=tree,
    )
    part = request.headers.get("X-Part") == "reasons"
    template = "reasons_part.html" if part else "reasons.html"
    return render(request, f"quotes/staff/{template}", {"page": page})
