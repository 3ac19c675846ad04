"""Names in files that we do not know: asked once, remembered, listed and forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from quotes.actions import RefusedError
from quotes.actions.meant import OpenName
from quotes.actions.naming import Saying, forget_name, remember_names
from quotes.calc.names import Names, same
from quotes.models import Project
from quotes.queries.names import BATCH, LINE, names_of, remembered
from scoping.access import Act
from scoping.templatetags.plumbline import count, day, share_percent
from scoping.web.components import Message
from scoping.web.desk import Desk, at_desk

from .file_checks import Check
from .projects import project_or_404

MOST_ASKED = 30
MOST_CHOICES = 300
MOST_FIELDS = 100
KEEP, LATER = "keep", ""
KIND_WORDS = {LINE: "Line of the plan", BATCH: "Batch"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a name may be said to mean."""

    value: str
    words: str
    is_likely: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedName:
    """A name that a page asks about: how much bears it, and what it may mean."""

    kind: str
    kind_words: str
    written: str
    rows: str
    share: str
    choices: tuple[Choice, ...]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesAsked:
    """The names that a page asks about, in one form."""

    names: tuple[AskedName, ...] = ()
    more: int = 0

    @property
    def words(self) -> str:
        """Return the heading."""
        many = len(self.names) + self.more
        return "A name we do not know" if many == 1 else "Names we do not know"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesPage:
    """The names that are remembered for a project."""

    name: str
    slug: str
    rows: tuple[Mapping[str, str], ...]
    problem: Message | None = None


def asked_of(project: Project, names: Sequence[OpenName]) -> NamesAsked:
    """Return what a page asks about the names of a file."""
    known = {kind: names_of(project, kind) for kind in {one.kind for one in names}}
    return NamesAsked(
        names=tuple(
            AskedName(
                kind=one.kind,
                kind_words=KIND_WORDS[one.kind],
                written=one.name.name,
                rows=count(one.name.rows),
                share=""
                if one.name.share is None
                else share_percent(one.name.share, 1),
                choices=tuple(_choices(one, known[one.kind])),
                why=one.name.why,
            )
            for one in names[:MOST_ASKED]
        ),
        more=max(0, len(names) - MOST_ASKED),
    )


def _choices(one: OpenName, known: Names | None) -> Iterator[Choice]:
    """Yield the names of ours, the likely ones first."""
    every = [] if known is None else [ours.name for ours in known.ours]
    first = [*dict.fromkeys([*one.name.candidates, *every])][:MOST_CHOICES]
    for name in first:
        yield Choice(
            value=f"={name}",
            words=name,
            is_likely=name == one.name.means,
        )


def names_check(asked: NamesAsked) -> Iterator[Check]:
    """Yield what a page says beside its verdict of names that it asks about."""
    many = len(asked.names) + asked.more
    if many:
        yield Check(
            what="1 name is not ours"
            if many == 1
            else f"{count(many)} names are not ours",
            found="say once what each one means, and it is remembered",
            kind="warn",
            href="#names",
            see="Say it",
        )


def sayings_of(posted: Any) -> list[Saying]:
    """Return what a form says that names mean; nothing of those left for later."""
    found = []
    for place in range(MOST_FIELDS):
        written = posted.get(f"written_{place}", "")
        said = posted.get(f"means_{place}", LATER)
        if written and said != LATER:
            means = written if said == KEEP else said.removeprefix("=")
            kind = posted.get(f"kind_{place}", "")
            found.append(Saying(kind=kind, written=written, means=means))
    return found


def remember_said(request: HttpRequest, desk: Desk, project: Project) -> Message:
    """Remember what the form of a page says; return what was done. RefusedError."""
    sayings = sayings_of(request.POST)
    if not sayings:
        return Message(
            text="No name was said to mean anything: nothing is remembered.",
            kind="info",
            role="status",
        )
    found = remember_names(project, sayings, by=desk.user, now=now())
    return Message(text=found.sentence, kind="good", role="status")


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk(Act.INGEST_ACTUALS)
def names(request: HttpRequest, desk: Desk, slug: str) -> HttpResponse:
    """Show the names that are remembered for files of a project; forget one."""
    project = project_or_404(desk, slug)
    if request.method != "POST":
        return _page(request, project)
    try:
        found = forget_name(
            project,
            request.POST.get("kind", ""),
            request.POST.get("written", ""),
            by=desk.user,
            now=now(),
        )
    except RefusedError as error:
        return _page(request, project, problem=str(error), status=error.status)
    messages.success(request, f"{found.written} is forgotten.")
    return redirect("project_names", slug=slug)


def _page(
    request: HttpRequest, project: Project, *, problem: str = "", status: int = 200
) -> HttpResponse:
    page = NamesPage(
        name=project.name,
        slug=project.slug,
        rows=tuple(_remembered(project)),
        problem=Message(text=problem, kind="bad", role="alert") if problem else None,
    )
    return render(request, "quotes/projects/names.html", {"page": page}, status=status)


def _remembered(project: Project) -> Iterator[Mapping[str, str]]:
    for kind in (LINE, BATCH):
        rows = remembered(project, kind).values()
        for row in sorted(rows, key=lambda one: one.name):
            yield {
                "kind": kind,
                "kind_words": KIND_WORDS[kind],
                "written": row.written,
                "means": "" if same(row.means) == row.name else row.means,
                "by": str(row.by or "command line"),
                "at": day(row.at, project.time_zone),
            }
