"""The endpoint that holds two annotation files against each other."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from rest_framework import status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from scoping.actions.repeating import Answer
from scoping.api.doors import Door
from scoping.api.problems import problem
from scoping.calc.spec import Problem
from scoping.samples.apart import BusyError
from scoping.samples.uploads import (
    compare_uploads,
    files_of,
    missing_of,
    with_quota,
)
from scoping.samples.values import ComparisonError

TITLE = "The files cannot be compared"
BODY = {
    "type": "object",
    "required": ["first", "second"],
    "properties": {
        "first": {"type": "string", "format": "binary"},
        "second": {
            "type": "string",
            "format": "binary",
            "description": "the reference",
        },
        "iou": {
            "type": "number",
            "default": 0.5,
            "exclusiveMinimum": 0,
            "maximum": 1,
        },
    },
}


class Agreements(Door):
    """Comparisons of two uploaded annotation files; nothing is stored."""

    operations = {"POST": "create_agreement"}
    bodies = {"POST": BODY}
    answers = {"POST": (200, {"type": "object"})}
    also_wrong = frozenset({503})
    parser_classes = [MultiPartParser]

    def initialize_request(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> Request:
        """Put the quota before whatever reads the body first."""
        self.quota = with_quota(request)
        return super().initialize_request(request, *args, **kwargs)

    def post(self, request: Request) -> Response:
        """Return precision, recall, F1 and mean overlap for each class.

        `first` is held against `second`; each is COCO, CVAT XML or Label Studio JSON.
        """
        errors = missing_of(request.FILES, self.quota)
        try:
            least = float(str(request.POST.get("iou", "0.5")))
        except ValueError:
            errors["iou"] = "Write a number, with a dot for decimals: 0.5 is usual."
            least = 0.0
        if errors:
            too_large = bool(self.quota.too_large)
            return _refused(
                errors,
                code="too_large" if too_large else "invalid",
                status_code=413 if too_large else status.HTTP_400_BAD_REQUEST,
            )

        def made(_: object) -> Answer:
            first, second = files_of(request.FILES)
            found = compare_uploads(first, second, least=least)
            return Answer(status=200, body=found, headers={})

        try:
            return self.once(request, made, stores=False)
        except ComparisonError as error:
            return _refused({error.field: str(error)}, code="not_comparable")
        except BusyError as error:
            busy = _refused({"": str(error)}, code="busy", status_code=503)
            busy.headers["Retry-After"] = "60"
            return busy


def _refused(
    errors: dict[str, str],
    *,
    code: str,
    status_code: int = status.HTTP_400_BAD_REQUEST,
) -> Response:
    return problem(
        status_code,
        code=code,
        title=TITLE,
        detail=" ".join(errors.values()),
        errors=[
            Problem(code=code, path=f"/{field}" if field else "", message=text)
            for field, text in errors.items()
        ],
    )
