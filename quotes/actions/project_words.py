"""What timesheets call a project is confirmed once, and remembered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from quotes import models
from quotes.queries.rollups import moved_by_pay
from scoping import audit

from .rollups import roll_up


@transaction.atomic
def confirm_project_word(
    project: models.Project, word: str, *, by: Any, now: datetime
) -> bool:
    """Remember that timesheets mean a project by a word; return whether that is new.

    Time that was paid under the word follows it from now on; a report as it was known
    before does not.
    """
    workspace = project.workspace
    type(workspace).objects.select_for_update().get(pk=workspace.pk)
    said = word.casefold()
    words = models.ProjectWord.objects.filter(workspace=workspace, word=said)
    last = words.order_by("at", "pk").last()
    if last is not None and last.project_id == project.pk:
        return False
    models.ProjectWord.objects.create(
        workspace=workspace, project=project, word=said, by=by, at=now
    )
    audit.record(
        workspace=workspace,
        actor=str(by or "command line"),
        action="confirm_project_word",
        subject=f"project {project.slug}",
        after={"word": said},
        at=now,
    )
    paid = models.PaidRecord.objects.filter(
        workspace=workspace, project_name__iexact=word, day__isnull=False
    )
    people = list(paid.order_by().values_list("person", flat=True).distinct())
    first = paid.order_by("day").values_list("day", flat=True).first()
    if first is not None:
        roll_up(moved_by_pay(workspace, people=people, since=first), now=now)
    return True
