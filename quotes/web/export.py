"""A project's comparison to take away: its page as XLSX, as one CSV, or as a PDF."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from quotes import pdf
from quotes.calc.disputes import RATES
from quotes.calc.gap import GROUPS
from quotes.calc.words import FORECAST_WORDS, LEARNED_WORDS
from quotes.jobs.documents import PROJECT, Document
from quotes.queries.actuals import comparison
from quotes.queries.gates import work_day
from scoping.access import Act
from scoping.audit import digest
from scoping.web.desk import Desk, at_desk
from scoping.web.spreadsheets import CSV, XLSX, Cell, Sheet, as_csv, as_xlsx

from .documents import LongDocument, answered
from .project_page import KnownOn, project_page
from .projects import known_on, project_or_404

Row = tuple[Cell, ...]
KINDS = ("xlsx", "csv", "pdf")


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk(Act.SEE_ACTUALS)
def export(request: HttpRequest, desk: Desk, slug: str, kind: str) -> HttpResponse:
    """Return the comparison of a project as a workbook, one table, or a document.

    `known_on` asks for it as its page shows it for an earlier day. A long document is
    printed as a job, which a post asks for.
    """
    if request.method == "POST" and kind != "pdf":
        return HttpResponseNotAllowed(["GET", "HEAD"])
    if kind not in KINDS:
        raise Http404(f"A project is exported as {' or '.join(KINDS)}, not as {kind}.")
    project = project_or_404(desk, slug)
    moment = now()
    known, problem = known_on(project, request.GET.get("known_on", ""), moment=moment)
    if problem is not None:
        text = problem.problems[0].text
        return HttpResponse(text, status=400, content_type="text/plain; charset=utf-8")
    found = comparison(project, as_of=known.until, today=work_day(project, moment))
    sheets = sheets_of(found)
    name = f"{project.slug}{'' if known.until is None else f'-{known.day}'}.{kind}"
    if kind == "xlsx":
        body, content_type = as_xlsx(sheets), XLSX
    elif kind == "pdf":
        return _paper(request, desk, project, found, known=known, file=name)
    else:
        longest = max(len(header) for _, header, _ in sheets)
        header = ("Sheet", *(f"Column {at}" for at in range(1, longest + 1)))
        body, content_type = as_csv(header, _as_one(sheets)), CSV
    answer = HttpResponse(body, content_type=content_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _paper(
    request: HttpRequest,
    desk: Desk,
    project: Any,
    found: Mapping[str, Any],
    *,
    known: KnownOn,
    file: str,
) -> HttpResponse:
    """Return the page of a project as a PDF, for who may see its cost, or its job."""
    html = render_to_string(
        "quotes/pdf/project_report.html",
        {
            "page": project_page(project, found, known=known),
            "company": desk.workspace.name,
            "on": known.words,
            "faces": pdf.faces(),
        },
    )
    return answered(
        request,
        desk,
        Document(
            html=html,
            identifier=digest({"project": project.slug, **found}),
            file=file,
        ),
        kind=PROJECT,
        of=LongDocument(
            file=file, name=project.name, url=reverse("project", args=[project.slug])
        ),
    )


def _as_one(sheets: list[Sheet]) -> Iterator[Row]:
    """Yield all sheets below one another, each with its own header."""
    for name, header, rows in sheets:
        yield (name, *header)
        yield from ((name, *row) for row in rows)


def sheets_of(found: Mapping[str, Any]) -> list[Sheet]:
    """Return the sheets of a comparison: name, header and rows."""
    return [
        ("Lines", LINE_HEADER, list(_lines(found))),
        ("Where it stands", ("Figure", "Value", "Not known, because"), _stands(found)),
        ("Learned", LEARNED_HEADER, list(_learned(found))),
        ("Difference", ("By", "Name", "Part", "Amount"), list(_gaps(found))),
        ("Week by week", WEEK_HEADER, list(_weeks(found))),
        ("Bill", BILL_HEADER, list(_bill(found))),
        ("Margin", ("Part", "Amount"), list(_margin(found))),
        ("Promises", ("Line", "Promise", "How much", "State", "Why"), _kept(found)),
        ("Batches", BATCH_HEADER, list(_batches(found))),
        ("Disputes", DISPUTE_HEADER, list(_disputes(found))),
    ]


FIGURES = ("units", "passed", "accepted", "seconds_per_unit", "rework_share", "cost")
LINE_HEADER = ("Line", "Figure", "Planned", "Actual", "Not known, because")
WEEK_HEADER = ("Until", "Planned", "Accepted", "Passed", "Spent")
LEARNED_HEADER = (
    *("Line", "Of the rest", "Quoted", "So far", "Batches"),
    *("Low", "Typical", "High", "Not known, because"),
)
BILL_HEADER = ("Line", "Unit", "Quoted", "Delivered", "Passed", "Accepted", "Billable")
DISPUTE_HEADER = ("Disputed", "Decided", "Overturned", "Share", "At least", "At most")
BATCH_HEADER = ("Line", "Batch", "State", "Images", "Units", "Checked", "Wrong")


def _value(figure: Mapping[str, Any]) -> Cell:
    """Return a figure as a number, as the text that it is, or nothing."""
    if not figure["known"]:
        return None
    return _cell(figure["value"])


def _cell(value: Any) -> Cell:
    if value is None or isinstance(value, int):
        return value
    try:
        return Decimal(str(value))
    except ArithmeticError:
        return str(value)


def _why(figure: Mapping[str, Any]) -> Cell:
    return None if figure["known"] else str(figure["because"])


def _lines(found: Mapping[str, Any]) -> Iterator[Row]:
    for line in found["lines"]:
        for name in ("items", *FIGURES):
            figure = line["actual"][name]
            planned = _cell(line["planned"].get(name))
            words = name.replace("_", " ")
            yield (line["name"], words, planned, _value(figure), _why(figure))


def _stands(found: Mapping[str, Any]) -> list[Row]:
    standing = found["standing"]
    if not standing["known"]:
        return [("Where it stands", None, standing["because"])]
    rows: list[Row] = [
        ("Until", standing["on"], None),
        ("Currency", standing["currency"], None),
        ("Budget", _cell(standing["budget"]["whole"]), None),
        ("Reserve", _cell(standing["budget"]["reserve"]), None),
    ]
    for of in ("accepted", "passed"):
        for name in ("planned", "earned", "actual", "cost_variance", "cost_index"):
            figure = standing[of][name]
            words = f"{of}: {name.replace('_', ' ')}"
            rows.append((words, _value(figure), _why(figure)))
    for key, words in FORECAST_WORDS.items():
        figure = standing["accepted"]["forecasts"][key]["whole"]
        rows.append((words, _value(figure), _why(figure)))
    return [*rows, *_ending(standing["ending"])]


def _ending(ending: Mapping[str, Any]) -> Iterator[Row]:
    if not ending["known"]:
        yield ("Forecast", None, ending["because"])
        return
    for name, words in (("p10", "low"), ("p50", "typical"), ("p90", "high")):
        yield (f"Forecast cost, {words}", _cell(ending["cost"][name]), None)
    yield ("Chance to stay in budget", _cell(ending["within_reserve"]), None)
    finish = ending["finish"]
    if finish["known"]:
        yield ("Forecast finish, typical", finish["p50"], None)
        yield ("Chance to keep the promised day", _cell(finish["by_promised"]), None)


def _learned(found: Mapping[str, Any]) -> Iterator[Row]:
    for line in found["learned"]:
        for one in line["figures"]:
            name = LEARNED_WORDS[one["key"]].format(unit=line["unit"])
            figures = (
                _cell(one.get(key))
                for key in ("planned", "so_far", "batches", "p10", "p50", "p90")
            )
            yield (line["name"], name, *figures, _why(one))


def _gaps(found: Mapping[str, Any]) -> Iterator[Row]:
    standing = found["standing"]
    if not standing["known"]:
        return
    yield from _parts("whole", "", standing["gap"])
    for by in GROUPS:
        for row in standing["gap_by"][by]:
            yield from _parts(by, str(row[by]), row)


def _parts(by: str, name: str, gap: Mapping[str, Any]) -> Iterator[Row]:
    for key in ("planned", "actual", "total"):
        yield (by, name, key, _cell(gap[key]))
    for part in gap["parts"]:
        yield (by, name, part["name"], _cell(part["amount"]))


def _weeks(found: Mapping[str, Any]) -> Iterator[Row]:
    standing = found["standing"]
    for row in standing["trend"] if standing["known"] else ():
        names = ("planned", "earned", "passed", "actual")
        yield (row["on"], *(_value(row[name]) for name in names))


def _bill(found: Mapping[str, Any]) -> Iterator[Row]:
    for row in found["billing"]:
        names = ("delivered", "passed", "accepted", "billable")
        quoted = _cell(row["quoted"])
        yield (row["name"], row["unit"], quoted, *(_value(row[name]) for name in names))


def _margin(found: Mapping[str, Any]) -> Iterator[Row]:
    margin = found["margin"]
    if not margin["known"]:
        yield (margin["text"], None)
        return
    yield ("Quoted margin, same images", _cell(margin["planned"]))
    for part in margin["parts"]:
        yield (part["name"], _cell(part["amount"]))
    yield ("Realised margin", _cell(margin["actual"]))


def _kept(found: Mapping[str, Any]) -> list[Row]:
    return [
        (one["line"], one["promise"], one["how_much"], one["state"], one["why"])
        for one in found["promises"]
    ]


def _batches(found: Mapping[str, Any]) -> Iterator[Row]:
    for line in found["lines"]:
        for one in line["batches"]:
            names = ("items", "units", "audit_n", "audit_defects")
            figures = (_cell(one[name]) for name in names)
            yield (line["name"], one["batch"], one["state"], *figures)


def _disputes(found: Mapping[str, Any]) -> Iterator[Row]:
    """Yield how often each check was overturned by verdicts on disputed labels."""
    for key, one in found["disputes"]["overturned"].items():
        shares = (_cell(one[name]) for name in ("share", "low", "high"))
        yield (RATES[key], one["decided"], one["overturned"], *shares)
