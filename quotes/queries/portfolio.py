"""Reads of the portfolio: every project of a workspace from its roll-ups alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from quotes import models
from quotes.calc.portfolio import Standing

OF_WORK = (
    *("currency", "site_currency", "site_rate", "promised", "finished", "stands_on"),
    *("budget_limit", "typical", "at_risk", "because", "spent", "cost_index"),
    "chance_promised",
)
OF_GATES = ("blocked", "blocked_since", "with_client", "answer_by")
OF_A_ROW = (
    *("currency", "budget_limit", "low", "typical", "high", "because"),
    *("share_accepted", "share_passed", "part", "part_amount", "forecast", "curve"),
    *("project__name", "project__slug", "project__client__name"),
)
"""What a row of the page shows, beside what ranking read."""


def standings(workspace: Any) -> list[tuple[Standing, int | None]]:
    """Return every project of a workspace as its roll-ups hold it, with its client.

    A project whose every batch was accepted at the gates is finished too.
    """
    rows = (
        models.ProjectRollup.objects.filter(workspace=workspace)
        .order_by("project_id")
        .values_list(
            "project_id",
            *OF_WORK,
            *(f"project__gate_rollup__{name}" for name in OF_GATES),
            "project__gate_rollup__batches",
            "project__gate_rollup__accepted",
            "project__client_id",
        )
    )
    return [(_standing(row), row[-1]) for row in rows.iterator(chunk_size=2_000)]


def _standing(row: tuple[Any, ...]) -> Standing:
    pk, *figures, batches, accepted, _ = row
    told = dict(zip((*OF_WORK, *OF_GATES), figures, strict=True))
    if batches is None:
        told |= {"blocked": 0, "with_client": 0}
    elif batches and batches == accepted:
        told["finished"] = True
    return Standing(pk=pk, **told)


def rolled_up(projects: Sequence[int]) -> dict[int, models.ProjectRollup]:
    """Return the roll-ups of some projects, with their names and clients."""
    rows = models.ProjectRollup.objects.filter(project__in=projects)
    found = rows.select_related("project__client").only(*OF_A_ROW)
    return {row.project_id: row for row in found}


def missing(workspace: Any) -> int:
    """Return how many projects have no roll-up yet."""
    return models.Project.objects.filter(workspace=workspace, rollup=None).count()


def clients_with_projects(workspace: Any) -> list[tuple[int, str]]:
    """Return the clients of a workspace that have a project, by name."""
    found = (
        models.Project.objects.filter(workspace=workspace, client__isnull=False)
        .order_by("client__name")
        .values_list("client_id", "client__name")
        .distinct()
    )
    return [(int(pk), str(name)) for pk, name in found]
