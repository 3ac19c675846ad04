"""The report of deliveries and promises that a client takes away, as PDF and CSV.

Made of what the page of batches shows and of nothing else: results of checks, days and
promises, and changes that were agreed, from the allow-lists of `calc.gates.client`,
`calc.kept_client` and `calc.change_client`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from quotes import pdf
from quotes.calc.change_client import ClientChange
from quotes.calc.gates.batch import FINAL
from quotes.calc.gates.client import ClientBatch
from quotes.calc.kept_client import ClientPromise
from quotes.queries import gates
from quotes.queries.actuals import promises_to_client
from quotes.queries.disputes import disputes_with_client, value_of
from quotes.queries.plans import changes_to_client
from quotes.queries.quotes import Sent
from quotes.web.link import private, with_quote
from quotes.web.link_batches import rates_to_client
from quotes.web.link_changes import seen_changes
from scoping.audit import digest
from scoping.calc.money import to_coins
from scoping.language import Language, language_of, page_in, sentence_in
from scoping.templatetags.plumbline import count, day, money, share_percent, week
from scoping.web.language import spoken
from scoping.web.spreadsheets import CSV, Cell, as_csv

HEADER = (
    *("Part", "Name", "State", "Images", "Version", "Delivered on", "Answer by"),
    *("Checked in our sample", "Wrong in it", "Right, share", "What shows it"),
    *("Due back to you", "Change of price before tax", "Currency"),
)


NOT_BEGUN, BATCH, AGREED = "planned", "Batch", "Agreed since"
TYPED = {BATCH: (1,), AGREED: (1, 10)}
"""Columns that hold what a person typed, by part: never put into another language."""
ISO = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a client is told of a project: figures first, batches, promises."""

    name: str
    vendor: str
    client: str
    reference: str
    on: date
    facts: tuple[tuple[str, str], ...]
    batches: Sequence[ClientBatch]
    promises: Sequence[ClientPromise]
    rates: Sequence[tuple[str, str]]
    changes: Sequence[ClientChange]

    @property
    def rows(self) -> list[tuple[Cell, ...]]:
        """Return all that is told, a row each."""
        return [
            *_changes(self),
            *_batches(self),
            *_promises(self),
            *_disputes(self),
        ]


@private
@require_safe
@with_quote
def report_csv(request: HttpRequest, sent: Sent) -> HttpResponse:
    """Return batches and promises as a table."""
    report = _report(sent)
    if report is None:
        return redirect("offer")
    language = language_of(spoken(request))
    header, *told = (_in(language, row) for row in (HEADER, *report.rows))
    return _attached(
        as_csv([str(cell) for cell in header], told),
        content_type=CSV,
        name=f"report-{report.reference}.csv",
    )


@private
@require_safe
@with_quote
def report_pdf(request: HttpRequest, sent: Sent) -> HttpResponse:
    """Return the report as a PDF, made as it stands today."""
    report = _report(sent)
    if report is None:
        return redirect("offer")
    language = language_of(spoken(request))
    html = render_to_string(
        "quotes/pdf/client_report.html",
        {
            "report": report,
            "batches": [
                _printed(one) for one in report.batches if one.state != NOT_BEGUN
            ],
            "not_begun": _not_begun(report),
            "promises": [
                (
                    one,
                    "" if one.right is None else share_percent(one.right, 1),
                    f"{money(one.credit)} {one.currency}" if one.credit else "",
                )
                for one in report.promises
            ],
            "disputes": report.rates,
            "changes": seen_changes(report.changes),
            "faces": pdf.faces(),
        },
    )
    key = digest([spoken(request), *(str(row) for row in report.rows)])
    try:
        body = pdf.render(page_in(language, html), identifier=key)
    except pdf.PdfLibraryMissingError as problem:
        return HttpResponse(str(problem), status=503, content_type="text/plain")
    return _attached(
        body, content_type="application/pdf", name=f"report-{report.reference}.pdf"
    )


def _report(sent: Sent) -> Report | None:
    """Return what the client is told today; None before there is a project."""
    project = gates.project_of_acceptance(sent.revision)
    if project is None:
        return None
    moment = datetime.now(UTC)
    batches = [one for _, one in gates.seen_by_client(project, moment=moment)]
    return Report(
        name=project.name,
        vendor=str(sent.document["vendor"]["name"]),
        client=str(sent.document["client"]),
        reference=str(sent.revision),
        on=gates.work_day(project, moment),
        facts=tuple(_facts(batches)),
        batches=batches,
        promises=promises_to_client(project, moment=moment),
        rates=[
            *rates_to_client(map(value_of, disputes_with_client(project))),
        ],
        changes=changes_to_client(project),
    )


def _facts(batches: Sequence[ClientBatch]) -> list[tuple[str, str]]:
    delivered = [one for one in batches if one.delivered is not None]
    accepted = [one for one in batches if one.state in FINAL]
    first = [one for one in delivered if one.version == 1]
    found = [
        ("Batches delivered", f"{count(len(delivered))} of {count(len(batches))}"),
        ("Batches accepted", count(len(accepted))),
        ("Images delivered", count(sum(one.images for one in delivered))),
        ("Images accepted", count(sum(one.images for one in accepted))),
    ]
    if delivered:
        share = share_percent(Decimal(len(first)) / len(delivered), 1)
        found.append(("Delivered once and not again", share))
    days = sorted(one.delivered for one in delivered if one.delivered is not None)
    if days:
        found.append(("Last delivery", day(days[-1])))
    return found


def _changes(report: Report) -> list[tuple[Cell, ...]]:
    """Return the change orders, the first one first: each adds to those before."""
    return [
        (
            *(AGREED, _units(one), _when(one), None, None, None),
            *(None, None, None, None, f"{one.by}: “{one.word}”"),
            *(None, _coins(one), one.currency if one.price else None),
        )
        for one in report.changes
    ]


def _when(one: ClientChange) -> str:
    """Say from when a change holds, and which week is agreed: no delivery yet."""
    said = f"In force from {day(one.effective)}."
    return said if one.week is None else f"{said} Delivered by the {week(one.week)}."


def _coins(one: ClientChange) -> Decimal | None:
    return to_coins(one.price, one.currency) if one.price else None


def _units(one: ClientChange) -> str:
    # In no language: what a person typed stands in the same cell.
    return "; ".join(f"{line.name}: {line.was} → {line.units}" for line in one.lines)


def _batches(report: Report) -> list[tuple[Cell, ...]]:
    return [
        (
            *(BATCH, f"{one.line}, {one.key}", one.says, one.images, one.version),
            *(_iso(one.delivered), _iso(one.answer_by), one.checked, one.wrong),
            *(None, None, None, None, None),
        )
        for one in report.batches
    ]


def _promises(report: Report) -> list[tuple[Cell, ...]]:
    return [
        (
            *("Promise", f"{one.promise}: {one.how_much}", one.says, None, None),
            *(None, None, None, None, one.right, one.why),
            *(one.credit or None, None, one.currency if one.credit else None),
        )
        for one in report.promises
    ]


def _disputes(report: Report) -> list[tuple[Cell, ...]]:
    nothing = (None,) * (len(HEADER) - 3)
    return [("Disputed labels", name, share, *nothing) for name, share in report.rates]


def _in(language: Language | None, row: Sequence[Cell]) -> tuple[Cell, ...]:
    """Return a row in a language: its texts, but for what a person typed.

    Amounts and days are for spreadsheets, which know no language.
    """
    return tuple(
        sentence_in(language, cell)
        if isinstance(cell, str)
        and not ISO.fullmatch(cell)
        and at not in TYPED.get(str(row[0]), ())
        else cell
        for at, cell in enumerate(row)
    )


def _not_begun(report: Report) -> str:
    many = sum(one.state == NOT_BEGUN for one in report.batches)
    if not many:
        return ""
    return f"{count(many)} {'batch is' if many == 1 else 'batches are'} not begun."


def _iso(found: date | None) -> str | None:
    return None if found is None else found.isoformat()


def _printed(one: ClientBatch) -> dict[str, str]:
    return {
        "name": f"{one.line}, {one.key}",
        "says": one.says,
        "images": count(one.images),
        "delivered": ""
        if one.delivered is None
        else f"version {one.version}, {day(one.delivered)}",
        "check": ""
        if one.checked is None or one.wrong is None
        else f"{one.wrong:,} of {one.checked:,}",
    }


def _attached(body: bytes, *, content_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(body, content_type=content_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
