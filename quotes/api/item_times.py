"""How long images take, for programs: by kind of work, batch or person."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from quotes.api.projects import ProjectDoor
from quotes.queries.item_times import (
    BY_BATCH,
    BY_PERSON,
    BY_WORK,
    Timed,
    item_times,
)
from scoping.api.doors import shown
from scoping.api.reading import Said, one_of
from scoping.api.schema import TEXT, component, exactly, many, or_null

WAYS = {"work": BY_WORK, "batch": BY_BATCH, "person": BY_PERSON}
ITEM_TIMES = component(
    "ItemTimes",
    exactly(
        batch=or_null(TEXT),
        person=or_null(TEXT),
        annotation_type=TEXT,
        stage=TEXT,
        items={"type": "integer", "minimum": 1},
        seconds={**TEXT, "description": "of all of them together"},
        typical_seconds={**TEXT, "description": "their geometric mean"},
        spread_of_logs=or_null(
            {**TEXT, "description": "of natural logarithms; null below two items"}
        ),
        longest_seconds=TEXT,
    ),
)


class ItemTimes(ProjectDoor):
    """How long the images of a project took."""

    operations = {"GET": "read_item_times"}
    query = {"GET": Said({"by": one_of(*WAYS, default="work")})}
    answers: ClassVar[Any] = {"GET": (200, exactly(times=many(ITEM_TIMES)))}

    def get(self, request: Request, slug: str) -> Response:
        """Return how long images took, where a file timed them one by one.

        By kind of work, and with `by` by batch or person beside it. About two of three
        images take between the typical time divided and multiplied by e to the spread.
        """
        by = self.asked["by"]
        found = item_times(self.project(slug), WAYS[by])
        return shown(request, {"times": [_said(one, by) for one in found]})


def _said(timed: Timed, by: str) -> dict[str, Any]:
    *names, kind, stage = timed.of
    times = timed.times
    named = names[0] if names else None
    return {
        "batch": named if by == "batch" else None,
        "person": named if by == "person" else None,
        "annotation_type": kind,
        "stage": stage,
        "items": times.n,
        "seconds": f"{times.milliseconds / 1000:.3f}",
        "typical_seconds": f"{times.typical_seconds or 0:.3f}",
        "spread_of_logs": None if times.spread is None else f"{times.spread:.6f}",
        "longest_seconds": f"{times.longest / 1000:.3f}",
    }
