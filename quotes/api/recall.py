"""Recalls and manifests of deliveries, for programs.

Which batches certain work went into and which images were delivered in them, and what
was delivered, item by item. Whose work it was is for those who may see people alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.files.uploadedfile import UploadedFile
from django.utils.timezone import now
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from quotes.actions.manifests import Manifest, load_manifest
from quotes.api.projects import ProjectDoor
from quotes.calc.recall import Recalled, Wanted
from quotes.ingest.manifests import check_size
from quotes.ingest.mappings import MappingError
from quotes.ingest.tables import TableError
from quotes.queries.recall import delivered_counts, items_of, recalled
from scoping.actions.repeating import Answer
from scoping.api.doors import shown
from scoping.api.listing import list_query, page, place
from scoping.api.problems import RefusalError, problem
from scoping.api.reading import Said, day, text
from scoping.api.schema import MONEY, TEXT, component, exactly, many, or_null, page_of
from scoping.calc.money import to_coins
from scoping.calc.spec import Problem

MOST_REFUSED_SHOWN = 100
COUNT = {"type": "integer", "minimum": 0}
BATCH = component(
    "RecalledBatch",
    exactly(
        batch=TEXT,
        line=or_null(COUNT),
        sure={
            "type": "boolean",
            "description": "false: its records do not say who, which or when",
        },
        units=or_null(COUNT),
        of_units=or_null(COUNT),
        share=or_null({**TEXT, "description": "0 to 1, exact, as text"}),
        items=or_null(COUNT),
        delivered={"type": "boolean"},
        cost_to_relabel=or_null(MONEY),
    ),
)
RECALL = component(
    "Recall",
    exactly(currency=TEXT, batches=many(BATCH), delivered_items=COUNT),
)
ITEM = component(
    "DeliveredItem",
    exactly(
        item=TEXT,
        batch=TEXT,
        version={"type": "integer", "minimum": 1},
        hash=or_null(TEXT),
        prelabel_model=or_null(TEXT),
    ),
)
DELIVERED = exactly(
    batches=many(
        exactly(batch=TEXT, version={"type": "integer", "minimum": 1}, items=COUNT)
    )
)
ASKED: dict[str, Any] = {
    "actor": text(most=120),
    "pod": text(most=80),
    "guideline": text(most=40),
    "model": text(most=120),
    "since": day(),
    "until": day(),
}


def _found(project: Any, asked: Mapping[str, Any]) -> tuple[Wanted, list[Recalled]]:
    """Return the work that is meant and its batches; of nothing there are none."""
    wanted = Wanted(**{name: asked[name] for name in ASKED})
    return wanted, [] if wanted.is_empty else recalled(project, wanted)


class Recall(ProjectDoor):
    """The batches that certain work went into."""

    operations = {"GET": "read_recall"}
    query = {"GET": Said(ASKED)}
    answers: ClassVar[Any] = {"GET": (200, RECALL)}

    def get(self, request: Request, slug: str) -> Response:
        """Return the batches that certain work went into, and the cost to relabel it.

        What is asked must hold together; without a question no batch is named. A batch
        whose records do not say who did it, under which guideline, from whose
        pre-labels or when has `sure` false.
        """
        project = self.project(slug)
        wanted, found = _found(project, self.asked)
        body = {
            "currency": project.currency,
            "batches": [_batch(one, project.currency) for one in found],
            "delivered_items": items_of(project, found, wanted).count(),
        }
        return shown(request, body)


class RecalledItems(ProjectDoor):
    """The delivered items of recalled batches."""

    operations = {"GET": "list_recalled_items"}
    query = {"GET": list_query(**ASKED)}
    answers: ClassVar[Any] = {"GET": (200, page_of(ITEM))}

    def get(self, request: Request, slug: str) -> Response:
        """List the delivered items of the batches that certain work went into."""
        project = self.project(slug)
        wanted, batches = _found(project, self.asked)
        every = items_of(project, batches, wanted)
        rows = every.order_by("pk")
        after = self.asked["after"]
        if after:
            last = every.filter(pk=int(after)).first() if after.isdecimal() else None
            rows = rows.filter(pk__gt=place(last, after).pk)
        found = page(
            rows,
            limit=self.asked["limit"],
            show=lambda row: {
                "item": row.item,
                "batch": row.batch,
                "version": row.version,
                "hash": row.digest or None,
                "prelabel_model": row.prelabel_model,
            },
            name=lambda row: str(row.pk),
        )
        return shown(request, found)


class Manifests(ProjectDoor):
    """What was delivered, item by item."""

    operations = {"GET": "read_manifests", "POST": "load_manifest"}
    parser_classes = [MultiPartParser]
    answers: ClassVar[Any] = {
        "GET": (200, DELIVERED),
        "POST": (200, exactly(new=COUNT, repeated=COUNT)),
    }
    bodies = {
        "POST": {
            "type": "object",
            "required": ["file"],
            "properties": {
                "file": {
                    "type": "string",
                    "format": "binary",
                    "description": "a table of item, batch, version, hash and "
                    "prelabel_model",
                }
            },
        }
    }

    def get(self, request: Request, slug: str) -> Response:
        """Return how many items were delivered in which version of which batch."""
        return shown(request, {"batches": delivered_counts(self.project(slug))})

    def post(self, request: Request, slug: str) -> Response:
        """Keep the manifest of a delivery: all of it or, with a refused row, nothing.

        The same rows again change nothing.
        """
        project = self.project(slug)
        posted = request.FILES.get("file")
        if not isinstance(posted, UploadedFile):
            raise RefusalError(400, "required", "Send the manifest as file.", "/file")
        try:
            check_size(posted.size or 0)
        except TableError as error:
            raise RefusalError(413, error.code, str(error), "/file") from error
        body = posted.read()

        def load(_: object) -> Answer:
            found = load_manifest(project, body, by=self.member.user, now=now())
            if found.refused:
                raise _RefusedRowsError(found)
            said = {"new": found.new, "repeated": found.repeated}
            return Answer(status=200, body=said, headers={})

        try:
            return self.once(request, load)
        except _RefusedRowsError as refused:
            return _refused(refused.found)
        except (TableError, MappingError) as error:
            raise RefusalError(400, error.code, str(error), "/file") from error


class _RefusedRowsError(Exception):
    """Raised to keep no answer: a manifest with refused rows may be sent again."""

    def __init__(self, found: Manifest) -> None:
        self.found = found
        super().__init__("refused rows")


def _batch(one: Recalled, currency: str) -> dict[str, Any]:
    cost = None if one.cost is None else str(to_coins(one.cost, currency))
    return {
        "batch": one.batch,
        "line": one.line,
        "sure": one.units is not None or not one.unsure,
        "units": one.units,
        "of_units": one.whole,
        "share": None if one.share is None else str(one.share),
        "items": one.items,
        "delivered": one.delivered,
        "cost_to_relabel": cost,
    }


def _refused(found: Manifest) -> Response:
    return problem(
        409,
        code="manifest_refused",
        title="The manifest is refused",
        detail=f"Nothing was kept, for {len(found.refused)} rows cannot be.",
        errors=[
            Problem(
                code=one.code,
                path=f"/file/rows/{one.row}/{one.column}".rstrip("/"),
                message=one.message,
            )
            for one in found.refused[:MOST_REFUSED_SHOWN]
        ],
    )
