"""Grids of many rows as jobs: answered by the list, saved as scopes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

from quotes.actions.grids import save_row
from quotes.ingest.rfq import grid_from
from quotes.jobs.queue import JobError, Kind, Progress
from quotes.models import Job
from quotes.queries.grids import answer_data, answered_from, answers
from quotes.queries.jobs import job_here
from scoping import queries as scoping
from scoping.access import Act
from scoping.actions import client_named
from scoping.templatetags.plumbline import count

ANSWERS = "grid_answers"
SCOPES = "grid_scopes"
GONE = "The answers of this grid are no longer kept. Upload it again."


def day_of(job: Job) -> date:
    """Return the day at the workspace on which a job was asked for: its prices' day."""
    return job.created_at.astimezone(ZoneInfo(job.workspace.timezone)).date()


def answer_grid(job: Job) -> Iterator[Progress]:
    """Answer every row of the grid that was asked; the answers are the result."""
    grid = grid_from(job.asked)
    kept, good, total = [], 0, len(grid.lines)
    try:
        for one in answers(grid.lines, workspace=job.workspace, today=day_of(job)):
            kept.append(answer_data(one))
            good += one.answer is not None
            yield Progress(
                done=len(kept),
                total=total,
                message=f"{count(good)} of {count(len(kept))} rows answered.",
            )
    except scoping.NoCardError as error:
        raise JobError(str(error)) from error
    yield Progress(
        done=total,
        total=total,
        message=f"{count(good)} of {count(total)} rows answered.",
        result={"answers": kept, "good": good},
    )


def save_grid(job: Job) -> Iterator[Progress]:
    """Save a scope for every row that was answered, each once."""
    source = job_here(job.asked["grid"], workspace=job.workspace, kind=ANSWERS)
    if source is None or source.result is None:
        raise JobError(GONE)
    grid = grid_from(source.asked)
    good = [
        one.line
        for one in answered_from(grid, source.result["answers"])
        if one.answer is not None
    ]
    name, today = job.asked["client"], day_of(source)
    client = client_named(name, workspace=job.workspace) if name else None
    for saved, line in enumerate(good, start=1):
        save_row(
            line,
            workspace=job.workspace,
            client=client,
            client_name=name,
            by=job.owner,
            today=today,
            now=job.created_at,
            sent=f"grid-{source.pk}",
        )
        yield Progress(
            done=saved,
            total=len(good),
            message=f"{count(saved)} of {count(len(good))} scopes are saved.",
        )


KINDS: dict[str, Kind] = {ANSWERS: answer_grid, SCOPES: save_grid}
ACTS = {ANSWERS: Act.EDIT_QUOTE, SCOPES: Act.EDIT_SCOPE}
