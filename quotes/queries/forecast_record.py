"""Reads of how well forecasts would have done on the projects that are over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from quotes.calc.record import looks_back
from quotes.queries.actuals import projects, sums_of


def looks(workspace: Any) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield each project of a workspace with rows, and the looks back at it.

    There are none at a project that is not over, or of which too little is known.
    """
    for project in projects(workspace).filter(rollup__entries__gt=0):
        sums = sums_of(project)
        yield project.slug, looks_back(sums.baseline, sums.rows, inputs=sums.inputs)
