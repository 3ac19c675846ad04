"""The texts of a draft: which template it prints by, and words of its own."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now

from quotes.actions import RefusedError
from quotes.actions.sections import choose_template, same, write_texts
from quotes.calc.markup import PLACEHOLDERS
from quotes.calc.texts import KINDS, PARTS, Section, TextError
from quotes.queries.texts import Chosen, chosen_texts
from quotes.web.bench import bench_address, edition_of, revision_here, show_refusal
from scoping.access import Act
from scoping.web.components import Badge, ErrorSummary, FoundProblem
from scoping.web.desk import Desk, at_desk

PAGE = "quotes/staff/texts.html"
OWN = Badge(words="Written for this quote", kind="warn", icon="warning")


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateChoice:
    """A template that may be chosen; an empty key stands for that of the kind."""

    key: str
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionRow:
    """A section in its place: a part by its name, or a text with its fields."""

    key: str
    part: str = ""
    heading: str = ""
    text: str = ""
    standard: str = ""
    badge: Badge | None = None
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextsPage:
    """The form of a draft's texts."""

    name: str
    edition: int
    choices: tuple[TemplateChoice, ...]
    template: str
    rows: tuple[SectionRow, ...]
    names: tuple[tuple[str, str], ...]
    back: str
    can_edit: bool
    problem: ErrorSummary | None = None


@at_desk(Act.EDIT_QUOTE)
def texts(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """Show the texts of a draft, or take a template or words of its own."""
    revision = revision_here(name, desk)
    if request.method != "POST":
        return _page(request, desk, name)
    edition = edition_of(request) or revision.edition
    particulars = {"by": desk.user, "role": desk.role, "now": now()}
    try:
        if "template" in request.POST:
            choose_template(
                revision, request.POST["template"], edition=edition, **particulars
            )
            messages.success(request, "The quote is printed by this template now.")
            return redirect("quote_texts", name)
        typed = _typed(request, chosen_texts(revision))
        errors = _errors(typed)
        if errors:
            return _page(request, desk, name, typed=typed, errors=errors)
        write_texts(revision, typed, edition=edition, **particulars)
    except RefusedError as error:
        return show_refusal(request, desk, name, error)
    messages.success(request, "The texts are saved.")
    return redirect("quote_texts", name)


def _typed(request: HttpRequest, chosen: Chosen) -> dict[str, dict[str, str]]:
    """Return what was typed; a text whose box says so is the standard one again."""
    found = {}
    for key in chosen.template.texts:
        if request.POST.get(f"{key}-standard") == "yes":
            one = chosen.library.sections[key]
            found[key] = {"heading": one.heading, "text": one.text}
        elif f"{key}-text" in request.POST:
            found[key] = {
                "heading": request.POST.get(f"{key}-heading", ""),
                "text": request.POST[f"{key}-text"],
            }
    return found


def _errors(typed: dict[str, dict[str, str]]) -> dict[str, str]:
    """Return what cannot be printed, by text."""
    found = {}
    for key, said in typed.items():
        try:
            Section(key=key, version="", heading=said["heading"], text=said["text"])
        except TextError as error:
            found[key] = str(error)
    return found


def _page(
    request: HttpRequest,
    desk: Desk,
    name: str,
    *,
    typed: dict[str, dict[str, str]] | None = None,
    errors: dict[str, str] | None = None,
) -> HttpResponse:
    revision = revision_here(name, desk)
    chosen = chosen_texts(revision)
    found = errors or {}
    problems = tuple(
        FoundProblem(text=text, field_id=f"{key}-text") for key, text in found.items()
    )
    page = TextsPage(
        name=str(revision),
        edition=edition_of(request) or revision.edition,
        choices=_choices(chosen),
        template=f"{chosen.template.name}, version {chosen.template.version}",
        rows=tuple(
            _row(key, chosen, typed=typed or {}, errors=found)
            for key in chosen.template.sections
        ),
        names=tuple((f"{{{name}}}", words) for name, words in PLACEHOLDERS.items()),
        back=bench_address(name, "A"),
        can_edit=revision.frozen_at is None,
        problem=ErrorSummary(problems=problems) if problems else None,
    )
    return render(request, PAGE, {"page": page}, status=400 if problems else 200)


def _choices(chosen: Chosen) -> tuple[TemplateChoice, ...]:
    every = tuple(
        TemplateChoice(
            key=one.key,
            words=f"{one.name}: {', '.join(KINDS[kind] for kind in one.kinds)}",
            chosen=not chosen.by_kind and one.key == chosen.template.key,
        )
        for one in chosen.library.templates.values()
    )
    kind = TemplateChoice(
        key="", words="The one for this kind of quote", chosen=chosen.by_kind
    )
    return (kind, *every)


def _row(
    key: str,
    chosen: Chosen,
    *,
    typed: dict[str, dict[str, str]],
    errors: dict[str, str],
) -> SectionRow:
    if key in PARTS:
        return SectionRow(key=key, part=PARTS[key])
    standard, now_said = chosen.library.sections[key], chosen.sections[key]
    said = typed.get(key, {"heading": now_said.heading, "text": now_said.text})
    return SectionRow(
        key=key,
        heading=said["heading"],
        text=said["text"].strip(),
        standard=f"version {standard.version}",
        badge=None if same(now_said, standard) else OWN,
        error=errors.get(key, ""),
    )
