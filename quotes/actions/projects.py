"""Projects: an accepted quote becomes one with its baseline; others are imported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from quotes import models
from quotes.actions import RefusedError
from quotes.actions.rollups import roll_up, roll_up_gates
from quotes.calc.baseline import baseline_document
from quotes.calc.gates.plan import gates_document
from scoping import audit
from scoping import queries as scoping
from scoping.calc.document import document as estimate_document
from scoping.calc.estimate import estimate
from scoping.calc.spec import read_spec, to_document


def create_project(
    *,
    acceptance: models.Acceptance,
    plan: Mapping[str, Any],
    by: str,
    now: datetime,
) -> models.Project:
    """Begin the project of an accepted quote, in the caller's transaction.

    Its baseline is the plan of what was accepted: spec and estimate of the scenario as
    it was frozen, or of what was chosen in it.
    """
    revision = acceptance.revision
    spec, estimated = plan["spec"], plan["estimate"]
    return _create(
        workspace=revision.workspace,
        client=revision.quote.client,
        acceptance=acceptance,
        slug=revision.quote.number.lower(),
        name=revision.name,
        spec=spec,
        plan=estimated,
        start_on=date.fromisoformat(estimated["schedule"]["start"]),
        by=by,
        now=now,
    )


@transaction.atomic
def import_project(  # noqa: PLR0913 - a project's particulars, named
    document: object,
    *,
    workspace: Any,
    slug: str,
    start_on: date | None,
    paid_clock: str,
    by: str,
    now: datetime,
) -> models.Project:
    """Make a project and its baseline from a spec and dates alone, without a quote."""
    if models.Project.objects.filter(workspace=workspace, slug=slug).exists():
        raise RefusedError("project_exists", f"There is a project {slug} already.")
    spec = read_spec(document, door="staff", today=now.date())
    if start_on is not None:
        spec = replace(spec, start_on=start_on)
    card = scoping.card_on(now.date(), workspace=workspace)
    made = estimate(spec, card, workdays=scoping.workdays(workspace))
    project = _create(
        workspace=workspace,
        client=None,
        acceptance=None,
        slug=slug,
        name=spec.name or slug,
        spec=to_document(spec),
        plan=estimate_document(made),
        start_on=spec.start_on,
        by=by,
        now=now,
    )
    project.paid_clock = paid_clock
    project.save()
    return project


def _create(  # noqa: PLR0913 - a project's particulars, named
    *,
    workspace: Any,
    client: Any,
    acceptance: models.Acceptance | None,
    slug: str,
    name: str,
    spec: dict[str, Any],
    plan: dict[str, Any],
    start_on: date,
    by: str,
    now: datetime,
) -> models.Project:
    card = scoping.card_version(plan["card"], workspace=workspace)
    site = card.cost.site_of(spec["site"])
    project = models.Project.objects.create(
        workspace=workspace,
        client=client,
        acceptance=acceptance,
        slug=slugify(slug)[:60],
        name=name,
        currency=plan["currency"],
        site=site.key,
        time_zone=site.time_zone,
        start_on=start_on,
        created_at=now,
    )
    workdays = scoping.workdays(workspace)
    baseline = baseline_document(
        spec,
        plan,
        calendar=workdays.calendar(site.calendar),
        client_calendar=workdays.calendar(spec["client_calendar"]),
    ) | {
        "gates": gates_document(
            spec, plan, acceptance_days=int(card.price.acceptance_window_days.value)
        )
    }
    models.Baseline.objects.create(
        workspace=workspace,
        project=project,
        document=baseline,
        digest=audit.digest(baseline),
        frozen_at=now,
    )
    roll_up([project], now=now)
    roll_up_gates(project, now=now)
    audit.record(
        workspace=workspace,
        actor=by,
        action="create_project",
        subject=f"project {project.slug}",
        after=baseline,
        at=now,
    )
    return project
