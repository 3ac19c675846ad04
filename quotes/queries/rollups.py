"""What the roll-ups of a project should hold, made from its plan, ledgers and gates.

The one place where they are made: actions store it, `verify_rollups` compares with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import F, Max, Q, QuerySet

from quotes import models
from quotes.calc.billing import billing
from quotes.calc.gates.batch import FINAL, WITH_CLIENT
from quotes.calc.rolled import rolled
from quotes.queries.actuals import sums_of
from quotes.queries.gates import work_day
from quotes.queries.paid import person, slugs_by_word


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A figure of a roll-up that is not what the ledger says."""

    project: str
    figure: str
    stored: object
    made: object

    def __str__(self) -> str:
        """Name the figure and both values."""
        return (
            f"{self.project}: {self.figure} is stored as {_said(self.stored)} and "
            f"made from the ledger {_said(self.made)}"
        )


def _said(value: object) -> str:
    return "not known" if value is None else str(value)[:80]


def work_figures(project: models.Project, now: datetime) -> dict[str, Any]:
    """Return the figures of a project's roll-up, made from the ledgers and the plan.

    A delay that goes on counts through the day of `now`.
    """
    sums = sums_of(project, today=work_day(project, now))
    return rolled(
        sums.baseline,
        sums.stands,
        sums.found["lines"],
        billing(sums.baseline, sums.found["lines"]),
    ) | {"entries": sums.entries}


def gate_figures(project: models.Project, _now: datetime) -> dict[str, Any]:
    """Return how many batches stand where, made from their last moves."""
    last = (
        models.GateMove.objects.filter(batch__project=project)
        .annotate(newest=Max("batch__moves__number"))
        .filter(number=F("newest"))
        .order_by()
        .values_list("state", "on", "evidence")
    )
    moves = list(last)
    blocked = [on for state, on, _ in moves if state == "blocked"]
    sent = [evidence for state, _, evidence in moves if state in WITH_CLIENT]
    return {
        "batches": models.GateBatch.objects.filter(project=project).count(),
        "accepted": sum(state in FINAL for state, _, _ in moves),
        "blocked": len(blocked),
        "blocked_since": min(blocked, default=None),
        "with_client": len(sent),
        "answer_by": min(
            (date.fromisoformat(one["answer_by"]) for one in sent), default=None
        ),
    }


def sharing(project: models.Project) -> QuerySet[models.Project]:
    """Return a project and those whose people it shares, where time is paid at all.

    The paid day of a person is split over projects, so that work on one of them moves
    what the others cost.
    """
    here = models.Project.objects.filter(workspace=project.workspace)
    paid = models.PaidRecord.objects.filter(workspace=project.workspace)
    if not paid.exists():
        return here.filter(pk=project.pk)
    own = models.WorkRecord.objects.filter(project=project).order_by()
    people = {person(name) for name in own.values_list("actor", flat=True).distinct()}
    return here.filter(pk__in={project.pk, *_working(project.workspace, people)})


def moved_by_pay(
    workspace: Any, *, people: Iterable[str], named: Iterable[str], since: date
) -> QuerySet[models.Project]:
    """Return the projects with work of these people on or after a day, or `named`.

    Timesheets say by a project's name that it waits for its client, which may be so
    after its last work, and of people whom no tool saw.
    """
    here = models.Project.objects.filter(workspace=workspace)
    found = _working(workspace, {person(name) for name in people})
    working = _standing_since(workspace, since).filter(pk__in=found)
    words = slugs_by_word(workspace)
    slugs = {words.get(name.casefold(), name) for name in named}
    return here.filter(Q(pk__in=working.values("pk")) | Q(slug__in=slugs))


def moved_by_rates(workspace: Any, *, since: date) -> QuerySet[models.Project]:
    """Return the projects with work on or after the first day of new rates."""
    return _standing_since(workspace, since)


def _standing_since(workspace: Any, since: date) -> QuerySet[models.Project]:
    """Return projects whose work goes on to a day or beyond, or is not dated at all."""
    return models.Project.objects.filter(workspace=workspace).exclude(
        rollup__stands_on__lt=since
    )


def _working(workspace: Any, people: set[str]) -> set[int]:
    pairs = (
        models.WorkRecord.objects.filter(workspace=workspace)
        .exclude(actor="")
        .order_by()
        .values_list("project_id", "actor")
        .distinct()
    )
    return {pk for pk, actor in pairs if person(actor) in people}


def differences(project: models.Project) -> Iterator[Difference]:
    """Yield each figure of a project's roll-ups that is not what the ledger says."""
    for row, made in (
        (models.ProjectRollup.objects.filter(project=project).first(), work_figures),
        (models.GateRollup.objects.filter(project=project).first(), gate_figures),
    ):
        if row is None:
            yield Difference(
                project=project.slug,
                figure=made.__name__.replace("_", " "),
                stored=None,
                made="known",
            )
            continue
        yield from _compared(project, row, made(project, row.at))


def _compared(
    project: models.Project, row: Any, figures: Mapping[str, Any]
) -> Iterator[Difference]:
    for name, made in figures.items():
        stored = getattr(row, name)
        if _plain(stored) != _plain(made):
            yield Difference(
                project=project.slug, figure=name, stored=stored, made=made
            )


def _plain(value: Any) -> Any:
    return value.normalize() if isinstance(value, Decimal) else value
