"""The public form: questions on the left, what they come to on the right.

The answers stand in the address, so that a scope can be kept as a bookmark and nothing
is stored before somebody asks for it. Without scripts a button shows the range; with
them it moves as answers change, from the same address.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from scoping.calc.spec import SpecError
from scoping.web.components import Empty, Message
from scoping.web.public.answer import Answer, Shop, answer_of
from scoping.web.public.door import counted, open_workspace, shop_of, unlisted
from scoping.web.public.form import EARLIER, NAMES, PublicForm

FORM = "scoping/public/form.html"
PART = "scoping/public/parts.html"
CHOSEN = {"need", "method"}
"""Answers that a button gives by itself: `act` is then `need:pose`."""
EMPTY = Empty(
    heading="No range yet",
    text="Say what your model should do. What you do not know widens the range.",
)
LOOK = Message(
    kind="warn",
    strong="No range yet.",
    text="An answer needs another look. Show the range, and we say which.",
)
limited = counted(
    scope="public_form", setting="PUBLIC_FORM_PER_HOUR", methods=("GET", "POST")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicPage:
    """The form with what it comes to, as the templates take it."""

    vendor: str
    url: str
    form: PublicForm
    answer: Answer | None
    empty: Empty = EMPTY
    look: Message = LOOK


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Go to the form of the one workspace whose prices are public."""
    return redirect("public_scope", slug=open_workspace().slug)


@unlisted
@limited
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the questions and, once there is an answer, the range."""
    workspace = open_workspace(slug)
    if request.method == "POST":
        return HttpResponseRedirect(f"{request.path}{address_of(request.POST)}#answer")
    said = PublicForm(
        request.GET.dict(),
        price=(shop := shop_of(workspace)).price,
        calendars=sorted(shop.workdays.calendars),
    )
    return shown(request, workspace, said, shop)


def shown(
    request: HttpRequest, workspace: Any, said: PublicForm, shop: Shop
) -> HttpResponse:
    """Return the page of a form, or the parts of it that answers move."""
    answer = None
    if said.scope is not None:
        try:
            answer = answer_of(said.scope, shop, before=said.earlier)
        except SpecError as error:
            said.complain(error.problems)
    page = PublicPage(vendor=workspace.name, url=request.path, form=said, answer=answer)
    if request.headers.get("X-Part") == "answer":
        # Half a number is no mistake yet, so a part is never an error of the request.
        return render(request, PART, {"page": page})
    return render(request, FORM, {"page": page}, status=400 if said.errors else 200)


def address_of(said: QueryDict) -> str:
    """Return answers as the query of an address, without what is empty."""
    found = QueryDict(mutable=True)
    answers = {name: said.get(name, "").strip() for name in NAMES}
    kind, _, value = said.get("act", "").partition(":")
    if kind in CHOSEN:
        answers[kind] = value
    for name, text in answers.items():
        if text:
            found[name] = text
    return f"?{found.urlencode()}" if found.keys() - {*EARLIER} else ""
