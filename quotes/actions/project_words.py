"""What timesheets call a project is confirmed once, and remembered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from quotes import models
from quotes.queries.paid import own_names
from quotes.queries.rollups import moved_by_pay
from scoping import audit

from . import RefusedError
from .rollups import roll_up

LONGEST_WORD = 120


@transaction.atomic
def confirm_project_word(
    project: models.Project, word: str, *, by: Any, now: datetime
) -> bool:
    """Remember that timesheets mean a project by a word; return whether that is new.

    Time that was paid under the word follows it from now on; a report as it was known
    before does not. Raises RefusedError for the name of a project, and for a word that
    is none or too long.
    """
    workspace = project.workspace
    type(workspace).objects.select_for_update().get(pk=workspace.pk)
    said = word.casefold()
    if not said or len(said) > LONGEST_WORD:
        raise RefusedError(
            "bad_word", f"Write a word of at most {LONGEST_WORD} characters."
        )
    if said in own_names(workspace):
        raise RefusedError(
            "bad_word", "A project bears this name already: its time goes there."
        )
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
    _follow(workspace, said, [project, *([last.project] if last else [])], now=now)
    return True


def _follow(
    workspace: Any, said: str, projects: Sequence[models.Project], *, now: datetime
) -> None:
    """Move the roll-ups of whom time follows that was paid under a word."""
    paid = models.PaidRecord.objects.filter(workspace=workspace, day__isnull=False)
    names = paid.order_by().values_list("project_name", flat=True).distinct()
    # Not the database's: SQLite's knows no small letter but those of English.
    written = [name for name in names if name.casefold() == said]
    paid = paid.filter(project_name__in=written)
    people = list(paid.order_by().values_list("person", flat=True).distinct())
    first = paid.order_by("day").values_list("day", flat=True).first()
    if first is not None:
        slugs = [one.slug for one in projects]
        moved = moved_by_pay(workspace, people=people, named=slugs, since=first)
        roll_up(moved, now=now)
