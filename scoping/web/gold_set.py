"""How big a gold set must be, what a pass shows, how many rounds until one."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from scoping.access import Act
from scoping.calc.gold_sets.design import design
from scoping.calc.spec.problems import SpecError
from scoping.web.desk import Desk, at_desk
from scoping.web.gold_set_form import GoldForm
from scoping.web.gold_set_rows import GoldBlock, gold_block


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldSetPage:
    """The page: the form and the answer; no answer while something is wrong."""

    form: GoldForm
    found: GoldBlock | None


@require_safe
@at_desk(Act.EDIT_SCOPE)
def gold_set(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the answer to what was typed, or to the standard question."""
    form = GoldForm.read(request.GET.dict())
    found = None
    if form.question is not None:
        try:
            found = gold_block(design(form.question))
        except SpecError as error:
            form.complain_all(error)
    return render(
        request,
        "scoping/gold_set.html",
        {"page": GoldSetPage(form=form, found=found)},
        status=200 if found else 400,
    )
