"""What the page of a dropped file says of it: trusted or not, and what it would do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from quotes.actions.actuals import Plan, findings, plan_reading
from quotes.actions.paid import PaidPlan
from quotes.calc.findings import BAD, Finding
from quotes.calc.foreseen import Foreseen
from quotes.calc.reconcile import CLOCKS as CLOCK_NAMES
from quotes.ingest.mappings import MappingFile
from quotes.models import PaidFile
from quotes.queries.foreseen import fits_no_line, would_change
from scoping.templatetags.plumbline import count, day
from scoping.web.components import Message

from .column_form import STAGE_WORDS, TYPE_CHOICES, Preview
from .file_checks import (
    DECIDING,
    LEVEL_KIND,
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
from .naming import NamesAsked, asked_of, names_check

MOST_ROWS_SHOWN = 100
MOST_RECORDS_SHOWN = 10
IF_COUNTED, IF_RESTATED = "if counted now", "if counted and restated"
BEFORE = "This file was counted on {} and stands."
KNOWN = "Every row of it was counted before. Nothing would change."


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


def with_problem(page: FilePage, text: str) -> FilePage:
    """Return a page that says what is wrong, whatever else stands on it."""
    return replace(page, problem=Message(text=text, kind="bad", role="alert"))


def judged_work(
    page: FilePage, plan: Plan, mapping: MappingFile | None, *, row: Any
) -> FilePage:
    """Return the page of a file of work, judged by its plan; `row`: the project."""
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
    checked = with_checks(
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


def judged_pay(page: FilePage, plan: PaidPlan, *, workspace: Any) -> FilePage:
    """Return the page of a file of paid time, as its plan judges it."""
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
    checked = with_checks(judged, good=len(plan.new) + len(plan.restated))
    if not plan.seen_before:
        return checked
    files = PaidFile.objects.filter(workspace=workspace)
    return _counted_before(checked, files, zone="")


def with_checks(
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
