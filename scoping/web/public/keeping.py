"""Scopes kept under a private link: opened again, changed, asked to be quoted.

The link is the only key: no account, no cookie. It stands in no other site's log,
because of the service's referrer policy, and in no search engine.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from scoping import queries
from scoping.actions.public import Asker, ask_for_quote, change_kept, keep_scope
from scoping.calc.self_scope.answers import SelfScope
from scoping.templatetags.plumbline import count, day
from scoping.web.components import ErrorSummary, FoundProblem, Message
from scoping.web.public.answer import Answer, Shop
from scoping.web.public.door import counted, shop_of, too_often, unlisted
from scoping.web.public.form import EARLIER, PublicForm
from scoping.web.public.page import Kept, answered, form_of, shown, texts_of
from scoping.web.public.wording import METHODS

SAVES = frozenset({"keep", "ask"})
ASK = "scoping/public/ask.html"
SAVED = {"scope": "public_saves", "setting": "PUBLIC_SAVES_PER_HOUR"}
FIRST = "Choose one: it decides what is counted."
LABELS = {
    "company": "Company",
    "person": "Your name",
    "email": "E-mail",
    "message": "Anything we should know",
}
MOST = {"company": 200, "person": 200, "email": 254, "message": 2000}
limited = counted(
    scope="public_form", setting="PUBLIC_FORM_PER_HOUR", methods=("GET", "POST")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskPage:
    """The page that asks for a quote: who asks, and for what."""

    vendor: str
    back: str
    name: str
    answer: Answer
    said: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def fields(self) -> list[dict[str, str]]:
        """Return the fields as the template prints them."""
        return [
            {
                "name": name,
                "label": label,
                "value": self.said.get(name, ""),
                "error": self.errors.get(name, ""),
            }
            for name, label in LABELS.items()
        ]

    @property
    def summary(self) -> ErrorSummary | None:
        """Return what needs another look, if anything does."""
        if not self.errors:
            return None
        return ErrorSummary(
            problems=tuple(
                FoundProblem(text=f"{LABELS[name]}: {text}", field_id=f"id_{name}")
                for name, text in self.errors.items()
            )
        )


def keep(request: HttpRequest, workspace: Any, *, before: Any = None) -> HttpResponse:
    """Keep what was posted under a private link, new or the one `before` has."""
    refused = too_often(request, **SAVED)
    if refused is not None:
        return refused
    shop = shop_of(workspace)
    sample = None if before is None else before.sample
    said = form_of(texts_of(request.POST.dict()), shop, sample=sample)
    if said.scope is None and not said.errors:
        said.errors["need"] = FIRST
    if answered(said, shop) is None or said.scope is None:
        return shown(request, workspace, said, shop)
    token = saved(said, said.scope, shop, workspace, before=before, sample=sample)
    if token is None:
        return redirect(_next(request, request.path))
    return redirect(_next(request, reverse("kept_scope", args=[token])))


def saved(
    said: PublicForm,
    scope: SelfScope,
    shop: Shop,
    workspace: Any,
    *,
    before: Any = None,
    sample: dict[str, Any] | None = None,
) -> str | None:
    """Save answers that hold; return the token of a new link, None if it has one.

    What a quote was asked for stays as it was: changed, it is a scope of its own.
    """
    spec = shop.spec_of(scope)
    if not spec.name:
        method, items = METHODS[scope.type][0], count(spec.items)
        spec = dataclasses.replace(spec, name=f"{method}, {items} {spec.item_kind}s")
    answers = {key: text for key, text in said.said.items() if key not in EARLIER}
    moment = now()
    if before is not None and before.asked_at is None:
        change_kept(before, spec, answers=answers, sample=sample, now=moment)
        return None
    _, token = keep_scope(
        spec, answers=answers, sample=sample, workspace=workspace, now=moment
    )
    return token


def _next(request: HttpRequest, place: str) -> str:
    return f"{place}ask" if request.POST.get("act") == "ask" else place


@unlisted
@limited
@require_http_methods(["GET", "HEAD", "POST"])
def kept(request: HttpRequest, token: str) -> HttpResponse:
    """Open a kept scope; every press of a button keeps what was changed."""
    row = _row(token)
    if request.method == "POST":
        return keep(request, row.workspace, before=row)
    shop = shop_of(row.workspace)
    said = request.GET.dict()
    if request.headers.get("X-Part") != "answer":
        said = row.answers | {name: said.get(name, "") for name in EARLIER}
    return shown(
        request,
        row.workspace,
        form_of(said, shop, sample=row.sample),
        shop,
        kept=_kept(row, token),
    )


def _row(token: str) -> Any:
    row = queries.kept_scope(token)
    if row is None:
        raise Http404
    return row


def _kept(row: Any, token: str) -> Kept:
    link = f"{settings.BASE_URL}{reverse('kept_scope', args=[token])}"
    if row.asked_at is None:
        message = Message(
            kind="good",
            strong="Kept under this private link.",
            text="Whoever has it can open and change this scope. Nobody else can.",
        )
        return Kept(link=link, message=message, can_ask=True)
    when = day(row.asked_at, row.workspace.timezone)
    message = Message(
        kind="good",
        strong=f"You asked {row.workspace.name} for a quote on {when}.",
        text="It comes to the address you gave. What you change now is kept apart.",
    )
    return Kept(link=link, message=message, can_ask=False)


@unlisted
@limited
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for a formal quote of a kept scope."""
    row = _row(token)
    back = reverse("kept_scope", args=[token])
    if row.asked_at is not None:
        return redirect(back)
    shop = shop_of(row.workspace)
    answer = answered(form_of(row.answers, shop, sample=row.sample), shop)
    if answer is None:
        # The card has changed since: what was kept has to be looked at again first.
        return redirect(back)
    said = {name: request.POST.get(name, "").strip()[: MOST[name]] for name in LABELS}
    errors = {}
    if request.method == "POST":
        errors = _wrong(said)
        if not errors:
            return too_often(request, **SAVED) or _asked(row, said, back)
    page = AskPage(
        vendor=row.workspace.name,
        back=back,
        name=row.scope.name,
        answer=answer,
        said=said,
        errors=errors,
    )
    return render(request, ASK, {"page": page}, status=400 if errors else 200)


def _wrong(said: dict[str, str]) -> dict[str, str]:
    try:
        validate_email(said["email"])
    except ValidationError:
        return {"email": "Write an address that the quote can be sent to."}
    return {}


def _asked(row: Any, said: dict[str, str], back: str) -> HttpResponseRedirect:
    ask_for_quote(row, asker=Asker(**said), now=now())
    return redirect(back)
