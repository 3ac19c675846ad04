"""The page of a dropped file: can it be trusted, what would it change, what is what.

Three acts, each a form that works without scripts: check, map the columns of a file
that nobody knows, count. The bytes are kept from the first on: a file is chosen once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from quotes.actions import RefusedError
from quotes.actions.actuals import (
    Plan,
    findings,
    ingest_file,
    plan_ingest,
    plan_reading,
    stated_for,
)
from quotes.actions.dropping import remember_mapping
from quotes.actions.paid import HELD, PaidPlan, ingest_paid, plan_paid
from quotes.actions.receiving import known_mapping
from quotes.calc.findings import BAD, Finding
from quotes.calc.foreseen import Foreseen
from quotes.calc.reconcile import CLOCKS as CLOCK_NAMES
from quotes.ingest.apart import BusyError, survive
from quotes.ingest.fields import CLOCKS, REQUIRED, STAGES, TYPES
from quotes.ingest.head_apart import head_of
from quotes.ingest.mappings import (
    SUGGESTED,
    MappingError,
    MappingFile,
    read_mapping,
    suggest,
)
from quotes.ingest.readers import is_paid
from quotes.ingest.tables import Table, TableError
from quotes.ingest.work import Stated
from quotes.jobs.files import COUNT
from quotes.models import PaidFile, Upload
from quotes.queries.foreseen import fits_no_line, would_change
from scoping.access import Act
from scoping.templatetags.plumbline import count, day
from scoping.web import spec_entries
from scoping.web.components import Message
from scoping.web.desk import Desk, at_desk

from .file_checks import (
    DECIDING,
    LEVEL_KIND,
    READING,
    STEPS,
    ChangeRow,
    Check,
    FileStep,
    Idle,
    amount_of,
    change_rows,
    checks_of,
    steps_at,
)
from .long_files import keep_chosen, kept_before, leave_long, said_before, shown
from .naming import NamesAsked, asked_of, names_check, remember_said
from .projects import project_or_404

MOST_ROWS_SHOWN = 100
MOST_RECORDS_SHOWN = 10
PREVIEW = 5
MOST_PREVIEWED = 8
BUSY = 503
TOO_LARGE = 413
WORDS_OF = {
    "batch": "Batch",
    "stage": "Stage of work",
    "annotation_type": "What was labelled",
    "clock": "What the seconds time",
    "actor": "Person",
    "period_start": "From",
    "period_end": "To",
    "items": "Images",
    "units_produced": "Units made",
    "units_passed": "Units passed",
    "units_rejected": "Units sent back",
    "active_seconds": "Seconds of work",
    "review_seconds": "Seconds of review",
    "audit_n": "Units in the sample check",
    "audit_defects": "Wrong in the sample check",
    "audit_missed": "Missed in the sample check",
    "line": "Line of the plan",
    "pod": "Team",
    "guideline_version": "Version of the guideline",
    "prelabel_models": "Model of the pre-labels",
    "units_accepted": "Units accepted",
}
FEW_FILES_SAY = frozenset(
    ("line", "pod", "guideline_version", "prelabel_models", "units_accepted")
)
"""Fields that stand folded away: of few files, and none of them is needed."""
STAGE_WORDS = {
    "label": "labelling",
    "review": "review",
    "rework": "rework",
    "audit": "sample check",
}
KINDS = dict(spec_entries.TYPES)
TYPE_CHOICES = tuple((one, KINDS.get(one, one)) for one in TYPES)
CHOICES: Mapping[str, Sequence[tuple[str, str]]] = {
    "stage": tuple((one, STAGE_WORDS[one]) for one in STAGES),
    "annotation_type": TYPE_CHOICES,
    "clock": tuple((one, CLOCK_NAMES.get(one, one)) for one in CLOCKS),
}
KEPT = (
    "Kept on hold: nothing of it was counted. It stands among the files of the project."
)
IF_COUNTED, IF_RESTATED = "if counted now", "if counted and restated"
NO_REASON = "Say why earlier figures change: nothing was counted yet."
COUNTED = "Counted: {}. Every figure here follows it."
NO_TABLE = (
    "This is no table of work: it has a single column, or no rows. Drop the log or the "
    "times that your tool exports."
)
BEFORE = "This file was counted on {} and stands."
KNOWN = "Every row of it was counted before. Nothing would change."
NEW_HERE = "This kind of file is new here. Say which of its columns is which."


@dataclass(frozen=True, slots=True, kw_only=True)
class MapField:
    """A field of a work record, and which column of the file may hold it."""

    name: str
    words: str
    needed: bool
    column: str
    choices: Sequence[tuple[str, str]]
    constant: str
    folded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The first rows of a file, to map its columns by."""

    columns: tuple[str, ...]
    shown: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    fields: tuple[MapField, ...]
    further: tuple[MapField, ...]

    @property
    def says_more(self) -> bool:
        """Return whether the file is likely to hold any of the further fields."""
        return any(one.column for one in self.further)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePage:
    """A file that was dropped: can it be trusted, and what would it change."""

    name: str
    slug: str
    dropped: str = ""
    dropped_name: str = ""
    verdict: Message | None = None
    read_as: str = ""
    steps: tuple[FileStep, ...] = ()
    checks: tuple[Check, ...] = ()
    changes: tuple[ChangeRow, ...] | None = ()
    changes_if: str = IF_COUNTED
    amount: str = ""
    good_rows: str = ""
    remarks: tuple[str, ...] = ()
    counts: tuple[tuple[str, str], ...] = ()
    records: tuple[tuple[str, ...], ...] = ()
    more_records: int = 0
    refused: tuple[Any, ...] = ()
    more_refused: int = 0
    problem: Message | None = None
    preview: Preview | None = None
    mapping: str = ""
    said: Mapping[str, str] = field(default_factory=dict)
    types: Sequence[tuple[str, str]] = TYPE_CHOICES
    asked: NamesAsked = field(default_factory=NamesAsked)

    @property
    def rows_word(self) -> str:
        """Return the noun that goes with the number of good rows."""
        return "row" if self.good_rows == "1" else "rows"

    @property
    def fingerprint(self) -> str:
        """Return the beginning of the file's hash in groups, as people compare it."""
        return " ".join(self.dropped[at : at + 4] for at in (0, 4, 8))

    @property
    def restates(self) -> bool:
        """Return whether rows have other figures of work that was counted."""
        return any(one.code == "restatement" for one in self.refused)


class Asked(Exception):  # noqa: N818 - no fault: the page asks something back
    """Raised where the page has to ask or refuse; `status` is the answer's."""

    def __init__(self, message: str, *, status: int = 400) -> None:
        """Keep the status beside the sentence."""
        self.status = status
        super().__init__(message)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk(Act.INGEST_ACTUALS)
def files(request: HttpRequest, desk: Desk, slug: str) -> HttpResponse:
    """Take a file: first the verdict, then, on a second click, the rows."""
    row = project_or_404(desk, slug)
    page = FilePage(
        name=row.name,
        slug=row.slug,
        mapping=request.POST.get("mapping", ""),
        said={name: request.POST.get(name, "") for name in ("type", "batch", "cap")}
        | {"minutes": "on" if "minutes" in request.POST else ""},
    )
    if request.method != "POST":
        key = request.GET.get("job", "")
        return _of_job(request, desk, row, page, key) if key else _answer(request, page)
    try:
        dropped = _dropped(request, desk, row)
    except (Asked, RefusedError) as asked:
        return _answer(request, _wrong(page, str(asked)), status=asked.status)
    page = replace(page, dropped=dropped.sha256, dropped_name=dropped.name)
    body = b"" if isinstance(dropped, Upload) else bytes(dropped.body)
    try:
        return (
            _act_long(request, desk, row, page, dropped)
            if isinstance(dropped, Upload)
            else _act(request, desk, row, page, body)
        )
    except (Asked, RefusedError) as asked:
        return _answer(request, _wrong(page, str(asked)), status=asked.status)
    except BusyError as busy:
        answer = _answer(request, _wrong(page, str(busy)), status=BUSY)
        answer["Retry-After"] = "60"
        return answer
    except (TableError, MappingError, yaml.YAMLError) as error:
        return _answer(request, _unread(request, page, body, error), status=400)


def _unread(
    request: HttpRequest, page: FilePage, body: bytes, error: Exception
) -> FilePage:
    """Return the page of a file that was not read: why, or which column is which."""
    table = _table(body, error)
    if table is not None and not _can_be_mapped(table):
        error, table = MappingError(NO_TABLE), None
    preview = None if table is None else _preview(table, request.POST)
    wrong = replace(_wrong(page, str(error)), preview=preview, steps=steps_at(READING))
    typed = page.mapping.strip() or request.POST.get("act") == "map"
    if preview is not None and not typed:
        asks = Message(text=NEW_HERE, kind="info", role="status")
        wrong = replace(wrong, problem=asks)
    return wrong


def _act(
    request: HttpRequest, desk: Desk, row: Any, page: FilePage, body: bytes
) -> HttpResponse:
    """Do what was asked with a file: check it, map it, or count its rows."""
    if request.POST.get("act") == "map":
        _remember(request, desk, body)
    if request.POST.get("act") == "names":
        page = replace(page, problem=remember_said(request, desk, row))
    document = yaml.safe_load(page.mapping) if page.mapping.strip() else None
    stated = _stated(row, page)
    document = document or known_mapping(desk.workspace, body)
    if request.FILES or request.POST.get("act") != "count":
        survive(body, stated=stated, mapping=document)
    mapping = None if document is None else read_mapping(document)
    reason = request.POST.get("restate", "").strip()
    if mapping is None and is_paid(body):
        return _pay(request, desk, page, body, stated)
    if request.POST.get("publish_good") == "restate" and not reason:
        plan = plan_ingest(row, body, mapping=mapping, stated=stated)
        asked = _wrong(_judged(page, plan, mapping, row=row), NO_REASON)
        return _answer(request, asked, status=400)
    if request.POST.get("act") == "count":
        outcome = ingest_file(
            row,
            body,
            name=page.dropped_name,
            mapping=mapping,
            by=desk.user,
            now=now(),
            publish_good="publish_good" in request.POST,
            restate_reason=reason,
            stated=stated,
        )
        if outcome.state != "held":
            messages.success(request, COUNTED.format(page.dropped_name))
            return redirect("project", slug=row.slug)
        judged = _judged(page, outcome.plan, mapping, row=row)
        kept = Message(text=KEPT, kind="info", role="status")
        return _answer(request, replace(judged, problem=kept))
    plan = plan_ingest(row, body, mapping=mapping, stated=stated)
    return _answer(request, _judged(page, plan, mapping, row=row))


def _act_long(
    request: HttpRequest, desk: Desk, row: Any, page: FilePage, upload: Upload
) -> HttpResponse:
    """Leave a long file to a worker: nobody holds it in memory, or waits for it."""
    if page.mapping.strip() or request.POST.get("act") == "map":
        raise Asked("A file this long is read by its own columns, without a mapping.")
    _stated(row, page)  # what was typed is refused here, and not by the worker
    return redirect("job", leave_long(request, desk, row, upload, page.said).pk)


def _of_job(
    request: HttpRequest, desk: Desk, row: Any, page: FilePage, key: str
) -> HttpResponse:
    """Show what a worker said of a long file; what it counted is on the project."""
    job, report = said_before(desk, row, key)
    if job.kind == COUNT and report.state != HELD:
        return redirect("project", slug=row.slug)
    found = shown(report, most=MOST_ROWS_SHOWN)
    return _answer(
        request,
        _with_checks(
            replace(
                page,
                dropped=report.sha256,
                dropped_name=job.asked["name"],
                said=job.asked["said"],
                changes=None,
                **found,
            ),
            good=report.new,
        ),
    )


def _pay(
    request: HttpRequest, desk: Desk, page: FilePage, body: bytes, stated: Stated
) -> HttpResponse:
    """Judge or count a file of paid time, which belongs to all projects together."""
    reason = request.POST.get("restate", "").strip()
    if request.POST.get("act") == "count":
        plan, state = ingest_paid(
            desk.workspace,
            body,
            name=page.dropped_name,
            stated=stated,
            by=desk.user,
            now=now(),
            publish_good="publish_good" in request.POST,
            restate_reason=reason,
        )
        if state != HELD:
            return redirect("paid_time")
    else:
        plan = plan_paid(desk.workspace, body, stated=stated, restate=bool(reason))
    return _answer(request, _judged_pay(page, plan, workspace=desk.workspace))


def _judged_pay(page: FilePage, plan: PaidPlan, *, workspace: Any) -> FilePage:
    judged = replace(
        page,
        verdict=Message(
            text="Nothing has been counted yet.",
            strong=plan.verdict,
            kind="warn" if plan.refused else "good",
            role="status",
        ),
        read_as=plan.reading.reader,
        remarks=(
            "Paid time belongs to all projects together and is split over them.",
            *plan.reading.findings,
        ),
        counts=(
            ("Rows read", count(plan.reading.read)),
            ("New", count(len(plan.new))),
            ("Restated", count(len(plan.restated))),
            ("Counted before", count(plan.repeated)),
            ("Refused", count(len(plan.refused))),
            ("Left out", count(plan.reading.left_out)),
            ("Blank", count(plan.reading.blank)),
        ),
        refused=plan.refused[:MOST_ROWS_SHOWN],
        more_refused=max(0, len(plan.refused) - MOST_ROWS_SHOWN),
    )
    checked = _with_checks(judged, good=len(plan.new) + len(plan.restated))
    if not plan.seen_before:
        return checked
    files = PaidFile.objects.filter(workspace=workspace)
    return _counted_before(checked, files, zone="")


def _with_checks(
    page: FilePage,
    *,
    good: int,
    findings: Sequence[Finding] = (),
    idle: Idle | None = None,
) -> FilePage:
    """Add to a judged page its steps, what was checked, and how many rows are good."""
    return replace(
        page,
        steps=steps_at(DECIDING),
        checks=tuple(checks_of(findings, page.refused, counts=page.counts, idle=idle)),
        good_rows=count(good),
    )


def _dropped(request: HttpRequest, desk: Desk, row: Any) -> Any:
    """Return the file that is meant: the one just chosen, else the one before."""
    chosen = request.FILES.get("file")
    if chosen is None:
        found = kept_before(row, request.POST.get("dropped", ""))
        if found is None:
            raise Asked("Choose a file first.")
        return found
    if (chosen.size or 0) > settings.STAFF_UPLOAD_BYTES:
        raise Asked(
            f"This file is larger than {settings.STAFF_UPLOAD_BYTES / 1e6:,.0f} MB. "
            f"Count it on the command line.",
            status=TOO_LARGE,
        )
    return keep_chosen(row, chosen, by=desk.user)


def _stated(row: Any, page: FilePage) -> Stated:
    said = page.said
    cap = None
    if said["cap"]:
        try:
            cap = Decimal(said["cap"])
        except InvalidOperation:
            raise Asked("The most seconds of an item is no number.") from None
        if not cap.is_finite() or cap <= 0:
            raise Asked("The most seconds of an item is a number above 0.")
    if said["type"] not in ("", *TYPES):
        raise Asked("Choose what was labelled from the list.")
    return stated_for(
        row,
        now=now(),
        annotation_type=said["type"],
        batch=said["batch"].strip()[:120],
        cap_seconds=cap,
        minutes=bool(said["minutes"]),
    )


def _remember(request: HttpRequest, desk: Desk, body: bytes) -> None:
    """Remember the mapping that was just made for the columns of this file."""
    table = head_of(body)
    if table is None:
        raise Asked("This file has no columns to map.")
    columns, constants = {}, {}
    for name in SUGGESTED:
        column = request.POST.get(f"column_{name}", "")
        constant = request.POST.get(f"constant_{name}", "").strip()
        if column in table.names and column:
            columns[name] = column
        elif constant:
            constants[name] = constant
    document = {
        "mapping": 1,
        "name": request.POST.get("mapping_name", "").strip()[:120] or "columns",
        "columns": columns,
        "constants": constants,
        "scope": request.POST.get("scope", "").strip()[:200],
    }
    remember_mapping(desk.workspace, table.names, document, by=desk.user, now=now())


def _table(body: bytes, error: Exception) -> Table | None:
    """Return the table of a file whose columns are not known, to map them."""
    if not isinstance(error, MappingError):
        return None
    try:
        return head_of(body)
    except (TableError, BusyError):
        return None


def _can_be_mapped(table: Table) -> bool:
    """Return whether a table has rows, and more columns than one to tell apart."""
    return bool(table.lines) and sum(map(bool, table.names)) > 1


def _preview(table: Table, posted: Any) -> Preview:
    likely = suggest(table.names)
    names = tuple(name for name in table.names if name)
    fields = [
        MapField(
            name=name,
            words=WORDS_OF[name],
            needed=name in REQUIRED,
            column=posted.get(f"column_{name}", likely.get(name, "")),
            choices=CHOICES.get(name, ()),
            constant=posted.get(f"constant_{name}", ""),
            folded=name in FEW_FILES_SAY,
        )
        for name in SUGGESTED
    ]
    return Preview(
        columns=names,
        shown=names[:MOST_PREVIEWED],
        rows=tuple(
            tuple(
                cell[:40]
                for name, cell in zip(table.names, line.cells, strict=True)
                if name
            )[:MOST_PREVIEWED]
            for line in table.lines[:PREVIEW]
        ),
        fields=tuple(one for one in fields if not one.folded),
        further=tuple(one for one in fields if one.folded),
    )


def _answer(request: HttpRequest, page: FilePage, *, status: int = 200) -> HttpResponse:
    return render(request, "quotes/projects/files.html", {"page": page}, status=status)


def _wrong(page: FilePage, text: str) -> FilePage:
    return replace(page, problem=Message(text=text, kind="bad", role="alert"))


def _judged(
    page: FilePage, plan: Plan, mapping: MappingFile | None, *, row: Any
) -> FilePage:
    reading = plan.reading
    foreseen = would_change(row, plan.new)
    restating = _restating(row, plan)
    changing = foreseen
    if restating is not None:
        pairs = restating.restated
        changing = would_change(row, restating.new, restated=pairs)
    idle = None if foreseen is None else _idle(row, plan, foreseen)
    level = reading.verdict.level
    kind = LEVEL_KIND[level] if not plan.refused or level == BAD else "warn"
    judged = replace(
        page,
        verdict=Message(
            text="Nothing has been counted yet.",
            strong=plan.verdict,
            kind=kind,
            role="status",
        ),
        read_as=reading.reader if mapping is None else f"a file of {mapping.name}",
        changes=None
        if changing is None
        else tuple(change_rows(changing, currency=row.currency)),
        changes_if=IF_COUNTED if restating is None else IF_RESTATED,
        amount="" if foreseen is None else amount_of(foreseen, currency=row.currency),
        remarks=tuple(findings(plan, with_verdict=False)),
        counts=(
            ("Rows read", count(reading.read)),
            ("New", count(plan.new_rows)),
            ("Counted before", count(plan.repeated)),
            ("Refused", count(plan.refused_rows)),
            ("Left out", count(reading.left_out)),
            ("Blank", count(reading.blank)),
        ),
        records=tuple(_records(plan, zone=ZoneInfo(row.time_zone))),
        more_records=max(0, len(plan.new) - MOST_RECORDS_SHOWN),
        refused=plan.refused[:MOST_ROWS_SHOWN],
        more_refused=max(0, plan.refused_rows - MOST_ROWS_SHOWN),
        asked=asked_of(row, plan.open_names),
    )
    checked = _with_checks(
        judged,
        good=plan.new_rows + plan.restated_rows,
        findings=reading.verdict.findings,
        idle=idle,
    )
    checked = replace(checked, checks=(*checked.checks, *names_check(judged.asked)))
    if plan.seen_before:
        return _counted_before(checked, row.files, zone=row.time_zone)
    if plan.repeated and not (plan.new or plan.restated or plan.refused):
        known = replace(judged.verdict, text=KNOWN) if judged.verdict else None
        return replace(checked, verdict=known, changes=())
    return checked


def _restating(row: Any, plan: Plan) -> Plan | None:
    """Return what a file would do with a reason to restate, None where it asks none."""
    if not any(one.code == "restatement" for one in plan.refused):
        return None
    return plan_reading(row, plan.reading, restate=True)


def _counted_before(page: FilePage, files: Any, *, zone: str) -> FilePage:
    """Return the page of a file whose way is behind it: when it was counted."""
    one = files.filter(sha256=page.dropped, state="published").first()
    text = BEFORE.format(day(one.at, zone)) if one else ""
    verdict = replace(page.verdict, text=text) if page.verdict else None
    return replace(
        page, verdict=verdict, changes=(), amount="", steps=steps_at(len(STEPS))
    )


def _idle(row: Any, plan: Plan, foreseen: Sequence[Foreseen]) -> Idle:
    """Return which rows would change nothing, and why."""
    outside = fits_no_line(row, plan.new)
    clocks = {one.values["clock"] for one in plan.new}
    moves = any(one.now != one.after for one in foreseen)
    if outside or moves or not clocks or row.paid_clock in clocks:
        return Idle(outside=outside)
    return Idle(
        outside=0,
        of_other_clock=", ".join(sorted(CLOCK_NAMES.get(one, one) for one in clocks)),
        counted_clock=CLOCK_NAMES.get(row.paid_clock, row.paid_clock),
    )


def _records(plan: Plan, *, zone: ZoneInfo) -> Iterator[tuple[str, ...]]:
    """Yield the first new records as a person reads them, by days at the site."""
    for row in plan.new[:MOST_RECORDS_SHOWN]:
        values = row.values
        start = values.get("period_start") or values.get("period_end")
        seconds = values.get("active_seconds")
        units = values.get("units_produced")
        yield (
            str(values["batch"]),
            day(start, zone.key) if start else "not known",
            STAGE_WORDS[values["stage"]],
            str(values.get("actor", "")),
            "not known" if units is None else count(units),
            "not known" if seconds is None else f"{seconds / 3600:,.2f}",
        )
