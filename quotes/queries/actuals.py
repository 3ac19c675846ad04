"""Reads of actuals: projects, the ledger as known at a moment, and the comparison."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from quotes import models
from quotes.calc.billing import billing, margin_bridge
from quotes.calc.disputes import overturned, settled
from quotes.calc.ending import doubt_of
from quotes.calc.field import Inputs
from quotes.calc.gates.batch import Batch
from quotes.calc.kept import kept
from quotes.calc.kept_client import ClientPromise, client_promises
from quotes.calc.learned import learned
from quotes.calc.matching import Actual, BatchFact, Delivered, match
from quotes.calc.reconcile import reconcile
from quotes.calc.sample_checks import sample_checks
from quotes.calc.standing import standing
from quotes.ingest.mappings import header_digest
from quotes.queries import gates
from quotes.queries.delays import waits_of
from quotes.queries.disputes import disputed, with_verdicts
from quotes.queries.grouped import (
    added_up,
    is_large,
    standing_rows,
)
from quotes.queries.ledger import current_records
from quotes.queries.paid_time import delays_of_client, paid_time
from quotes.queries.plans import plan_of
from quotes.queries.role_rates import rate_book
from scoping import queries as scoping
from scoping.calc.workdays import Calendar


class NoProjectError(LookupError):
    """Raised for a project that is not there, or not in this workspace."""


def projects(workspace: Any) -> QuerySet[models.Project]:
    """Return the projects of a workspace, newest first."""
    return models.Project.objects.filter(workspace=workspace).select_related(
        "client", "baseline"
    )


def every_project() -> QuerySet[models.Project]:
    """Return the projects of all workspaces, in the order in which they began."""
    return models.Project.objects.select_related("baseline", "workspace").order_by("pk")


def project_named(slug: str, *, workspace: Any) -> models.Project:
    """Return a project by its slug."""
    found = projects(workspace).filter(slug=slug).first()
    if found is None:
        raise NoProjectError(f"There is no project {slug} here.")
    return found


def file_named(project: models.Project, sha256: str) -> models.SourceFile | None:
    """Return a file of a project by its hash, the published one of several."""
    rows = project.files.filter(sha256=sha256).select_related("by")
    return rows.filter(state=models.SourceFile.PUBLISHED).first() or rows.first()


def mapping_of(workspace: Any, names: Sequence[str]) -> dict[str, Any] | None:
    """Return how files with these columns were mapped before, None if never."""
    found = models.ColumnMapping.objects.filter(
        workspace=workspace, header=header_digest(names)
    ).first()
    return None if found is None else dict(found.document)


def comparison(
    project: models.Project,
    *,
    as_of: datetime | None = None,
    on: date | None = None,
    today: date | None = None,
) -> dict[str, Any]:
    """Return estimated against delivered, as it was known at a moment.

    `on` is the day whose standing is wanted, by default the last one with work;
    `today` the day through which a delay that goes on counts.
    """
    sums = sums_of(project, as_of=as_of, on=on, today=today)
    rows, baseline = sums.rows, sums.baseline
    worked = [row.day for row in rows if row.day is not None]
    at_gates = [one.batch for one in gates.batches(project, as_of=as_of)]
    disputes = disputed(project, as_of=as_of)
    decided = [one.decided for one in disputes if one.decided is not None]
    day = on or max([*worked, *_moved(at_gates), *decided], default=project.start_on)
    return {
        **sums.found,
        "plan": {
            "promised": baseline["promised"],
            "cost": baseline["cost"],
            "price": baseline["price"],
            "first": {
                name: project.baseline.document[name]
                for name in ("promised", "cost", "price")
            },
        },
        "standing": sums.stands,
        "learned": learned(
            baseline,
            [row for row in rows if on is None or row.day is None or row.day <= on],
            paid_clock=project.paid_clock,
            doubt=doubt_of(baseline),
        ),
        "billing": billing(baseline, sums.found["lines"]),
        "margin": margin_bridge(baseline, sums.stands),
        "sample_checks": sample_checks(baseline, rows),
        "promises": kept(
            baseline,
            [row for row in rows if on is None or row.day is None or row.day <= on],
            as_of=day,
            batches=settled(at_gates, disputes, until=day),
            calendar=_client_calendar(project),
            delays=delays_of_client(project, as_of=as_of),
        ),
        "disputes": {
            "open": sum(one.verdict is None for one in disputes),
            "overturned": overturned(
                one for one in disputes if one.decided is None or one.decided <= day
            ),
        },
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """The rows of a project, their sums against the plan, and where it stands."""

    baseline: Mapping[str, Any]
    rows: list[Actual]
    entries: int
    found: dict[str, Any]
    stands: dict[str, Any]
    inputs: Inputs


def sums_of(
    project: models.Project,
    *,
    as_of: datetime | None = None,
    on: date | None = None,
    today: date | None = None,
) -> Sums:
    """Return what a project comes to on a day, as it was known at a moment."""
    if as_of is not None:
        today = gates.work_day(project, as_of)
    baseline = plan_of(project, as_of=as_of)
    records: list[models.WorkRecord] = []
    if is_large(project):
        standing_now = standing_rows(project, as_of=as_of)
        found = added_up(standing_now, zone=project.time_zone)
        rows = [*found.plain, *actuals(found.checked, zone=project.time_zone)]
        entries = found.entries
    else:
        records = list(current_records(project, as_of=as_of).values())
        rows = actuals(records, zone=project.time_zone)
        entries = len(rows)
    delivered = match(baseline, rows, paid_clock=project.paid_clock)
    scopes = sorted(
        {
            finding
            for file in _published(project, as_of=as_of)
            for finding in file.findings
            if finding.startswith("The seconds of this file run")
        }
    )
    plan = baseline.get("plan") or {}
    inputs = Inputs(
        paid_clock=project.paid_clock,
        calendar=scoping.workdays(project.workspace).calendar(
            plan.get("calendar", project.site)
        ),
        on=on,
        book=rate_book(project.workspace, currency=project.currency, as_of=as_of),
        paid=paid_time(project, records, as_of=as_of),
        waits=waits_of(project, as_of=as_of, today=today),
    )
    return Sums(
        baseline=baseline,
        rows=rows,
        entries=entries,
        found=reconcile(
            baseline, delivered, paid_clock=project.paid_clock, scopes=scopes
        ),
        stands=standing(baseline, rows, inputs=inputs),
        inputs=inputs,
    )


def _published(
    project: models.Project, *, as_of: datetime | None
) -> QuerySet[models.SourceFile]:
    found = project.files.filter(state=models.SourceFile.PUBLISHED)
    return found if as_of is None else found.filter(at__lte=as_of)


def promises_on(
    project: models.Project, *, day: date, as_of: datetime
) -> list[dict[str, Any]]:
    """Return the promises of a project as they stood at the end of a day."""
    rows = actuals(
        current_records(project, as_of=as_of).values(), zone=project.time_zone
    )
    return kept(
        plan_of(project, as_of=as_of),
        [row for row in rows if row.day is None or row.day <= day],
        as_of=day,
        batches=with_verdicts(
            [one.batch for one in gates.batches(project, as_of=as_of)],
            project,
            until=day,
            as_of=as_of,
        ),
        calendar=_client_calendar(project),
        delays=delays_of_client(project, as_of=as_of),
    )


def promises_to_client(
    project: models.Project, *, moment: datetime
) -> list[ClientPromise]:
    """Return the promises of a project as its client sees them at a moment."""
    records, today = current_records(project).values(), gates.work_day(project, moment)
    batches = [one.batch for one in gates.batches(project)]
    return client_promises(
        plan_of(project),
        actuals(records, zone=project.time_zone),
        batches=with_verdicts(batches, project, until=today),
        as_of=today,
        calendar=_client_calendar(project),
        delays=delays_of_client(project),
    )


def _moved(batches: Iterable[Batch]) -> list[date]:
    """Return the days on which batches were moved through the gates."""
    return [made.evidence.on for batch in batches for made in batch.history]


def _client_calendar(project: models.Project) -> Calendar | None:
    """Return the client's calendar, None for a plan of before it was kept."""
    key = project.baseline.document.get("gates", {}).get("client_calendar")
    return None if key is None else scoping.workdays(project.workspace).calendar(key)


def actuals(records: Iterable[models.WorkRecord], *, zone: str) -> list[Actual]:
    """Return ledger rows as values; their days are those of the site's zone."""
    there = ZoneInfo(zone)
    return [
        Actual(
            line=row.line,
            batch=row.batch,
            delivery_version=row.delivery_version,
            stage=row.stage,
            annotation_type=row.annotation_type,
            clock=row.clock,
            items=row.items,
            units_produced=row.units_produced,
            units_passed=row.units_passed,
            units_accepted=row.units_accepted,
            units_rejected=row.units_rejected,
            active_seconds=_decimal(row.active_seconds),
            audit_n=row.audit_n,
            audit_defects=row.audit_defects,
            day=_day(row.period_end or row.period_start, there),
            site=row.site,
            pod=row.pod,
            role=row.role,
            prelabel_units=row.prelabel_units,
            prelabel_accepted=row.prelabel_accepted,
            audit_missed=row.audit_missed,
            audit_extra=row.audit_extra,
            audit_classes=tuple(
                (name, checked, wrong, missed)
                for name, checked, wrong, missed in row.audit_classes or ()
            ),
            critical_defects=row.critical_defects,
            minor_defects=row.minor_defects,
            gold_n=row.gold_n,
            gold_correct=row.gold_correct,
        )
        for row in records
    ]


def _day(moment: datetime | None, zone: ZoneInfo) -> date | None:
    return None if moment is None else moment.astimezone(zone).date()


def _decimal(value: Decimal | None) -> Decimal | None:
    return None if value is None else Decimal(value)


__all__ = [
    "BatchFact",
    "Delivered",
    "NoProjectError",
    "Sums",
    "actuals",
    "comparison",
    "current_records",
    "every_project",
    "mapping_of",
    "project_named",
    "projects",
    "promises_on",
    "sums_of",
]
