"""A project with batches at the gates, and the ways to every state of a batch."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from quotes import models
from quotes.actions.gate_evidence import CLIENT, Said
from quotes.actions.gates import draw_sample, move_batch, plan_batches
from quotes.actions.projects import import_project
from quotes.queries.gates import rows_of
from scoping.access import LINK_HOLDER, Role
from tests.factories import NOON, a_published_card, a_workspace

MANAGER = "Minh"


BOXES: tuple[dict[str, Any], ...] = ({"type": "bounding_box", "units_per_item": 5},)


def a_project(
    workspace: Any = None,
    *,
    batches: int = 12,
    lines: tuple[dict[str, Any], ...] = BOXES,
    laid_out: bool = True,
    **quality: Any,
) -> models.Project:
    """Import a project of so many batches of 100 images, and lay them out if asked."""
    if workspace is None:
        workspace = a_workspace()
        a_published_card(workspace=workspace)
    project = import_project(
        {
            "name": "Streets",
            "items": 100 * batches,
            "lines": [*lines],
            "quality": {"batch_items": 100} | quality,
        },
        workspace=workspace,
        slug="streets",
        start_on=None,
        paid_clock="label",
        by="test",
        now=NOON,
    )
    if laid_out:
        plan_batches(project, by=MANAGER, role=Role.MANAGER, now=NOON)
    return models.Project.objects.select_related("baseline").get(pk=project.pk)


def a_batch(project: models.Project, number: int = 0) -> models.GateBatch:
    return rows_of(project)[number]


GOOD = Said(right=500)
DONE = Said(done=100)
PASSES, FAILS = Said(checked=500, wrong=0), Said(checked=500, wrong=500)
FIXED = Said(units=40, text="boxes redrawn")
WHY = Said(text="Boxes are too loose.")
PRODUCED = (("produce", GOOD),)
REVIEWED = (*PRODUCED, ("review", DONE))
AT_CHECK = (*REVIEWED, ("check", DONE))
RELEASED = (*AT_CHECK, ("decide", PASSES))
DELIVERED = (*RELEASED, ("deliver", Said()))
WAYS: dict[str, tuple[tuple[str, Said], ...]] = {
    "planned": (),
    "pilot": (("try_out", Said(right=20)),),
    "in_production": PRODUCED,
    "in_review": REVIEWED,
    "in_audit": AT_CHECK,
    "blocked": (*AT_CHECK, ("decide", FAILS)),
    "released": RELEASED,
    "delivered": DELIVERED,
    "redelivered": (
        *DELIVERED,
        ("reject", WHY),
        ("resubmit", FIXED),
        ("decide", PASSES),
        ("deliver", Said()),
    ),
    "accepted": (*DELIVERED, ("accept", Said())),
    "rejected": (*DELIVERED, ("reject", WHY)),
    "deemed_accepted": (*DELIVERED, ("lapse", Said())),
}


def moved(
    batch: models.GateBatch, *way: tuple[str, Said], at: datetime = NOON
) -> models.GateBatch:
    """Move a batch along a way; a sample is drawn where one is read."""
    for name, said in way:
        if name == "decide":
            draw(batch, at=at)
        client = name in ("accept", "reject")
        move_batch(
            batch,
            name,
            said,
            by=CLIENT if client else MANAGER,
            role=LINK_HOLDER if client else Role.MANAGER,
            now=at + timedelta(days=40) if name == "lapse" else at,
        )
    return batch


def draw(batch: models.GateBatch, *, at: datetime = NOON) -> models.SampleDraw:
    return draw_sample(batch, auditor="Hoa", by=MANAGER, role=Role.MANAGER, now=at)
