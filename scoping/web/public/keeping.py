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
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from scoping import queries
from scoping.actions.public import Asker, ask_for_quote, change_kept, keep_scope
from scoping.calc.self_scope.answers import SelfScope
from scoping.samples.apart import BusyError
from scoping.samples.pictures import Pictures
from scoping.samples.uploads import (
    MISSING,
    Quota,
    measure_upload,
    too_large,
    with_quota,
)
from scoping.samples.values import SampleError
from scoping.templatetags.plumbline import count, day, plural
from scoping.web.components import ErrorSummary, FoundProblem, Message
from scoping.web.language import spoken
from scoping.web.public.answer import Answer, Shop
from scoping.web.public.door import counted, shop_of, too_often, unlisted
from scoping.web.public.form import EARLIER, PublicForm
from scoping.web.public.page import Kept, answered, form_of, shown, texts_of
from scoping.web.public.sample import answers_of, card_of, kept_of
from scoping.web.public.wording import METHODS

SAVES = frozenset({"keep", "ask", "upload", "forget_sample"})
NEXT = {"ask": "ask", "upload": "#sample"}
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


class UnreadError(ValueError):
    """Raised for a sample that could not be read; `status` is what is answered."""

    def __init__(self, why: str, *, status: int = 400) -> None:
        super().__init__(why)
        self.status = status


def keep(
    request: HttpRequest, workspace: Any, quota: Quota, *, before: Any = None
) -> HttpResponse:
    """Keep what was posted under a private link, new or the one `before` has."""
    refused = too_often(request, **SAVED)
    if refused is not None:
        return refused
    shop = shop_of(workspace)
    texts = texts_of(request.POST.dict())
    try:
        texts, sample, images = _posted(request, texts, quota, before=before)
    except UnreadError as error:
        said = form_of(texts, shop)
        said.errors["sample"] = str(error)
        response = shown(request, workspace, said, shop)
        response.status_code = error.status
        return response
    said = form_of(texts, shop, sample=sample)
    if said.scope is None and not said.errors:
        said.errors["need"] = FIRST
    if answered(said, shop) is None or said.scope is None:
        return shown(request, workspace, said, shop)
    token = saved(
        said,
        said.scope,
        shop,
        workspace,
        before=before,
        sample=sample,
        language=spoken(request),
    )
    place = request.path if token is None else reverse("kept_scope", args=[token])
    if images:
        return redirect(f"{place}?images_read={images}")
    return redirect(f"{place}{NEXT.get(request.POST.get('act', ''), '')}")


def _posted(
    request: HttpRequest, texts: dict[str, str], quota: Quota, *, before: Any
) -> tuple[dict[str, str], dict[str, Any] | None, int]:
    """Return the answers and the sample that hold now. Raises UnreadError.

    Of images alone, which are no sample of labels, how many there were stands last.
    """
    act, file = request.POST.get("act"), request.FILES.get("sample")
    sample = None if before is None or act == "forget_sample" else before.sample
    if file is None and act != "upload":
        return texts, sample, 0
    if file is None:
        raise UnreadError(too_large(quota) or MISSING)
    try:
        found, name = measure_upload(file)
    except SampleError as error:
        raise UnreadError(str(error)) from error
    except BusyError as error:
        raise UnreadError(str(error), status=503) from error
    if isinstance(found, Pictures):
        # Images alone say nothing of objects: a sample before them stays.
        return answers_of(found, texts), sample, found.images
    if not found.objects:
        raise UnreadError(
            f"{name} holds {found.images:,} images and no object, so no average can be "
            f"taken from it. Upload a sample that was labelled."
        )
    return answers_of(found, texts), kept_of(found, name), 0


def saved(  # noqa: PLR0913 - an answer's particulars, named
    said: PublicForm,
    scope: SelfScope,
    shop: Shop,
    workspace: Any,
    *,
    before: Any = None,
    sample: dict[str, Any] | None = None,
    language: str = "en",
) -> str | None:
    """Save answers that hold; return the token of a new link, None if it has one.

    `language` is the one she reads, which the quote is then written in.
    What a quote was asked for stays as it was: changed, it is a scope of its own.
    """
    spec = dataclasses.replace(shop.spec_of(scope), language=language)
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


@csrf_exempt
def kept(request: HttpRequest, token: str) -> HttpResponse:
    """Open a kept scope; every press of a button keeps what was changed.

    The quota has to stand before anything reads the body, and the check of the form's
    token does: so it follows here, and is not left out.
    """
    return _kept_guarded(request, with_quota(request), token)


@unlisted
@limited
@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def _kept_guarded(request: HttpRequest, quota: Quota, token: str) -> HttpResponse:
    row = _row(token)
    if request.method == "POST":
        return keep(request, row.workspace, quota, before=row)
    shop = shop_of(row.workspace)
    said = request.GET.dict()
    if request.headers.get("X-Part") != "answer":
        said = row.answers | {name: said.get(name, "") for name in EARLIER}
    return shown(
        request,
        row.workspace,
        form_of(said, shop, sample=row.sample),
        shop,
        kept=_kept(row, token, images=said_images(request)),
        sample=None if row.sample is None else card_of(row.sample, price=shop.price),
    )


def _row(token: str) -> Any:
    row = queries.kept_scope(token)
    if row is None:
        raise Http404
    return row


def said_images(request: HttpRequest) -> int:
    """Return how many images alone were just read, as the address tells."""
    said = request.GET.get("images_read", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 8 else 0  # noqa: PLR2004


def _kept(row: Any, token: str, *, images: int = 0) -> Kept:
    link = f"{settings.BASE_URL}{reverse('kept_scope', args=[token])}"
    subject = row.answers.get("name") or row.workspace.name
    if images and row.asked_at is None:
        message = Message(
            kind="info",
            strong=f"{count(images)} {plural(images, 'image')} read.",
            text=(
                "Images alone tell their size, not how many objects are in them. Count "
                "the objects in some of them, or upload labels. This is kept under the "
                "private link below."
            ),
        )
        return Kept(link=link, message=message, can_ask=True, subject=subject)
    if row.asked_at is None:
        message = Message(
            kind="good",
            strong="Kept under this private link.",
            text="Whoever has it can open and change this scope. Nobody else can.",
        )
        return Kept(link=link, message=message, can_ask=True, subject=subject)
    when = day(row.asked_at, row.workspace.timezone)
    message = Message(
        kind="good",
        strong=f"You asked {row.workspace.name} for a quote on {when}.",
        text="It comes to the address you gave. What you change now is kept apart.",
    )
    return Kept(link=link, message=message, can_ask=False, subject=subject)


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
