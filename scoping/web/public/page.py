"""The page of the form, or the parts of it that answers move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from scoping.calc.spec import SpecError
from scoping.samples.uploads import most_said
from scoping.web.components import Empty, Message
from scoping.web.public.answer import Answer, Shop, answer_of, without_sample
from scoping.web.public.form import EARLIER, NAMES, PublicForm
from scoping.web.public.sample import SampleCard

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a page says of the private link that it is kept under."""

    link: str
    message: Message
    can_ask: bool
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicPage:
    """The form with what it comes to, as the templates take it."""

    vendor: str
    url: str
    form: PublicForm
    answer: Answer | None
    kept: Kept | None = None
    sample: SampleCard | None = None
    limit: str = ""
    empty: Empty = EMPTY
    look: Message = LOOK


def form_of(
    said: Mapping[str, str], shop: Shop, *, sample: Mapping[str, Any] | None = None
) -> PublicForm:
    """Return the form with what was said; `sample` is a measured file."""
    return PublicForm(
        said,
        price=shop.price,
        calendars=sorted(shop.workdays.calendars),
        sample=tuple(sample["counts"]) if sample else (),
    )


def answered(said: PublicForm, shop: Shop) -> Answer | None:
    """Return what the answers come to, None where they err or are none yet."""
    if said.scope is None:
        return None
    try:
        before = said.earlier
        if before is None and said.sample:
            # Where a sample was just read, what it did to the range is the news.
            before = without_sample(said.scope, shop)
        return answer_of(said.scope, shop, before=before)
    except SpecError as error:
        said.complain(error.problems)
        return None


def shown(
    request: HttpRequest,
    workspace: Any,
    said: PublicForm,
    shop: Shop,
    *,
    kept: Kept | None = None,
    sample: SampleCard | None = None,
) -> HttpResponse:
    """Return the page of a form, or the parts of it that answers move."""
    page = PublicPage(
        vendor=workspace.name,
        url=request.path,
        answer=answered(said, shop),
        form=said,
        kept=kept,
        sample=sample,
        limit=most_said(),
    )
    if request.headers.get("X-Part") == "answer":
        # Half a number is no mistake yet, so a part is never an error of the request.
        return render(request, PART, {"page": page})
    return render(request, FORM, {"page": page}, status=400 if said.errors else 200)


def texts_of(said: Mapping[str, str]) -> dict[str, str]:
    """Return the answers that were posted, with what a button answers by itself."""
    # PostgreSQL stores no NUL in a text, and no keyboard types one.
    answers = {
        name: str(said.get(name, "")).replace("\0", "").strip() for name in NAMES
    }
    kind, _, value = str(said.get("act", "")).partition(":")
    if kind in CHOSEN:
        answers[kind] = value
    return {name: text for name, text in answers.items() if text}


def address_of(said: Mapping[str, str]) -> str:
    """Return answers as the query of an address, without what is empty."""
    found = QueryDict(mutable=True)
    found.update(texts_of(said))
    return f"?{found.urlencode()}" if found.keys() - {*EARLIER} else ""
