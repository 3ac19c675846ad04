"""Pages of recalls and of deliveries: which work went where, and what was delivered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_safe

from quotes.actions.manifests import load_manifest
from quotes.calc.recall import Recalled, Wanted
from quotes.ingest.manifests import check_size
from quotes.ingest.mappings import MappingError
from quotes.ingest.tables import TableError
from quotes.ingest.work import Refusal
from quotes.models import DeliveredItem
from quotes.queries.recall import delivered_counts, items_of, known_names, recalled
from scoping.access import Act
from scoping.calc.money import to_coins
from scoping.templatetags.plumbline import count, plural, share_percent
from scoping.web.components import Message
from scoping.web.desk import Desk, at_desk
from scoping.web.spreadsheets import CSV, as_csv

from .projects import project_or_404

LONGEST = 120
MOST_ROWS_SHOWN = 100
ASKED = ("actor", "pod", "guideline", "model", "since", "until")
NAMED = {
    "actor": "the person",
    "pod": "the team",
    "guideline": "the version of the guideline",
    "model": "the model of the pre-labels",
    "since": "the day",
    "until": "the day",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRow:
    """A batch as the page prints it."""

    batch: str
    line: str
    units: str
    share: str
    items: str
    cost: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallPage:
    """What was asked, and the batches that the work went into."""

    name: str
    slug: str
    said: Mapping[str, str]
    message: Message | None
    rows: tuple[BatchRow, ...]
    items: int = 0
    items_link: str = ""
    known: Mapping[str, Sequence[str]] = field(default_factory=dict)


@require_safe
@at_desk(Act.SEE_PEOPLE_LEVEL)
def recall(request: HttpRequest, desk: Desk, slug: str) -> HttpResponse:
    """Ask which batches certain work went into; nothing is shown before."""
    project = project_or_404(desk, slug)
    said = {name: request.GET.get(name, "").strip()[:LONGEST] for name in ASKED}
    message: Message | None = None
    rows: tuple[BatchRow, ...] = ()
    items, status = 0, 200
    try:
        wanted = Wanted(
            actor=said["actor"],
            pod=said["pod"],
            guideline=said["guideline"],
            model=said["model"],
            since=_day(said["since"]),
            until=_day(said["until"]),
        )
    except ValueError:
        message, status = Message(text="Write days as 2026-03-02.", kind="bad"), 400
    else:
        if not wanted.is_empty:
            found = recalled(project, wanted)
            delivered = items_of(project, found, wanted)
            if request.GET.get("items") == "csv":
                return _items(project.slug, delivered)
            items = delivered.count()
            message = _message(found, project.currency, asked=_asked(said))
            rows = tuple(_rows(found, project))
    page = RecallPage(
        name=project.name,
        slug=project.slug,
        said=said,
        message=message,
        rows=rows,
        items=items,
        items_link="?" + urlencode({**said, "items": "csv"}),
        known=known_names(project),
    )
    return render(request, "quotes/projects/recall.html", {"page": page}, status=status)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveriesPage:
    """What was delivered by its manifests, and what became of the one just dropped."""

    name: str
    slug: str
    batches: Sequence[Mapping[str, Any]]
    may_recall: bool
    message: Message | None = None
    refused: Sequence[Refusal] = ()
    more_refused: int = 0


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk(Act.INGEST_ACTUALS)
def deliveries(request: HttpRequest, desk: Desk, slug: str) -> HttpResponse:
    """Show what was delivered, item by item, and take the manifest of a delivery."""
    project = project_or_404(desk, slug)
    message: Message | None = None
    refused: Sequence[Refusal] = ()
    status = 200
    if request.method == "POST":
        message, refused = _loaded(request, desk, project)
        status = 200 if message.kind == "good" else 400
    page = DeliveriesPage(
        name=project.name,
        slug=project.slug,
        batches=delivered_counts(project),
        may_recall=desk.may(Act.SEE_PEOPLE_LEVEL),
        message=message,
        refused=refused[:MOST_ROWS_SHOWN],
        more_refused=max(0, len(refused) - MOST_ROWS_SHOWN),
    )
    context = {"page": page}
    return render(request, "quotes/projects/deliveries.html", context, status=status)


def _loaded(
    request: HttpRequest, desk: Desk, project: Any
) -> tuple[Message, Sequence[Refusal]]:
    """Keep the manifest of a form, or say why not."""
    posted = request.FILES.get("file")
    if posted is None:
        return Message(text="Choose a file first.", kind="bad", role="alert"), ()
    try:
        check_size(posted.size or 0)
        found = load_manifest(project, posted.read(), by=desk.user, now=now())
    except (TableError, MappingError) as error:
        return Message(text=str(error), kind="bad", role="alert"), ()
    if found.refused:
        many = len(found.refused)
        strong = f"{many:,} {plural(many, 'row')} refused."
        text = "Nothing was kept. Correct them and drop the file again."
        return (
            Message(text=text, strong=strong, kind="bad", role="alert"),
            found.refused,
        )
    strong = f"{found.new:,} {plural(found.new, 'image')} kept."
    text = f"{found.repeated:,} were known before." if found.repeated else ""
    return Message(text=text, strong=strong, kind="good", role="status"), ()


def _items(slug: str, delivered: Iterable[DeliveredItem]) -> HttpResponse:
    """Answer with the items of the batches, as a table."""
    body = as_csv(
        ("item", "batch", "version", "hash", "prelabel_model"),
        (
            (one.item, one.batch, one.version, one.digest, one.prelabel_model or "")
            for one in delivered
        ),
    )
    headers = {
        "Content-Disposition": f'attachment; filename="recall-{slug}.csv"',
        "Cache-Control": "no-store, private",
    }
    return HttpResponse(body, content_type=CSV, headers=headers)


def _day(said: str) -> date | None:
    return date.fromisoformat(said) if said else None


def _asked(said: Mapping[str, str]) -> str:
    """Return what records would have to say, in words: the team, the day."""
    words = {NAMED[name] for name, value in said.items() if value}
    return words.pop() if len(words) == 1 else "all that was asked"


def _message(found: Sequence[Recalled], currency: str, *, asked: str) -> Message:
    sure = [one for one in found if one.units is not None or not one.unsure]
    if not found:
        return Message(text="No batch holds such work.", kind="good", role="status")
    if not sure:
        return Message(
            strong="Nobody can tell.",
            text=(
                f"The records of {len(found):,} {plural(len(found), 'batch')} do not "
                f"name {asked}."
            ),
            kind="warn",
            role="status",
        )
    out = sum(one.delivered for one in sure)
    text = (
        f"{_touched(sure)}, {f'{out:,}' if out else 'none'} of the batches "
        f"delivered. {_costs(sure, currency)}"
    )
    if len(sure) < len(found):
        text += (
            f" Of {len(found) - len(sure):,} more nobody can tell: their records do "
            f"not name {asked}."
        )
    holds = "batch holds" if len(sure) == 1 else f"{plural(len(sure), 'batch')} hold"
    strong = f"{len(sure):,} {holds} such work."
    return Message(text=text, strong=strong, kind="warn", role="status")


def _touched(sure: Sequence[Recalled]) -> str:
    """Say how many units are touched: of batches that do not say, none is added."""
    known = [one.units for one in sure if one.units is not None]
    if not known:
        return "How many units is not known"
    least = "" if len(known) == len(sure) else "At least "
    return f"{least}{count(sum(known))} {plural(sum(known), 'unit')}"


def _costs(sure: Sequence[Recalled], currency: str) -> str:
    """Say what it costs to label them again: what is not known is not nothing."""
    known = [one.cost for one in sure if one.cost is not None]
    if not known:
        return "What labelling them again costs is not known."
    about = "about" if len(known) == len(sure) else "at least"
    cost = to_coins(sum(known, Decimal(0)), currency)
    return f"Labelling them again costs {about} {cost:,} {currency}."


def _rows(found: Sequence[Recalled], project: Any) -> Iterator[BatchRow]:
    currency = project.currency
    lines = {
        line["index"]: str(line["name"]) for line in project.baseline.document["lines"]
    }
    for one in found:
        told = one.units is not None or not one.unsure
        state = "delivered" if one.delivered else "not delivered"
        yield BatchRow(
            batch=one.batch,
            line="" if one.line is None else lines[one.line],
            units="not known"
            if one.units is None or one.whole is None
            else f"{count(one.units)} of {count(one.whole)}",
            share="" if one.share is None else share_percent(one.share, 1),
            items="" if one.items is None else count(one.items),
            cost=""
            if one.cost is None
            else f"{to_coins(one.cost, currency):,} {currency}",
            state=state if told else "nobody can tell",
        )
