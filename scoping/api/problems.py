"""Errors of the API as problem documents (RFC 9457): what, where, what to do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response

from scoping.calc.gold_sets.question import GoldQuestionError
from scoping.calc.plans.question import QuestionError
from scoping.calc.rates import MissingRateError
from scoping.calc.spec import Problem, SpecError
from scoping.queries import NoCardError

MEDIA_TYPE = "application/problem+json"


def problem(
    status_code: int,
    *,
    code: str,
    title: str,
    detail: str,
    errors: Iterable[Problem] = (),
) -> Response:
    """Return a problem document as a response."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": title,
        "status": status_code,
        "code": code,
        "detail": detail,
        "errors": [
            {"code": one.code, "path": one.path, "message": one.message}
            for one in errors
        ],
    }
    return Response(
        body,
        status=status_code,
        content_type=MEDIA_TYPE,
        headers={"Cache-Control": "no-store"},
    )


def _named(error: SpecError) -> tuple[str, str]:
    """Return the code and the title of a document that cannot be read."""
    if isinstance(error, GoldQuestionError):
        return "invalid_question", "The gold set cannot be sized"
    if isinstance(error, QuestionError):
        return "invalid_question", "The audit cannot be designed"
    return "invalid_spec", "The spec cannot be estimated"


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the problem document of an error; DRF calls this for every one."""
    if isinstance(error, SpecError):
        code, title = _named(error)
        return of_document(error, code=code, title=title)
    if isinstance(error, MissingRateError | NoCardError):
        return problem(
            status.HTTP_400_BAD_REQUEST,
            code="missing_rate",
            title="The rate card has a gap",
            detail=str(error),
        )
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if not isinstance(error, exceptions.APIException):
        return None
    found = problem(
        error.status_code,
        code=str(getattr(error, "default_code", "error")),
        title=str(error.default_detail),
        detail=str(error.detail),
    )
    wait = getattr(error, "wait", None)
    if wait:
        found.headers["Retry-After"] = str(int(wait) + 1)
    return found


def of_document(error: SpecError, *, code: str, title: str) -> Response:
    """Return the problem document of a document that cannot be used.

    `code` where its problems are of several kinds.
    """
    codes = {one.code for one in error.problems}
    first = error.problems[0]
    return problem(
        413 if codes == {"too_large"} else status.HTTP_400_BAD_REQUEST,
        code=first.code if len(codes) == 1 else code,
        title=title,
        detail=(
            first.message
            if len(error.problems) == 1
            else f"{len(error.problems)} things are wrong with this document."
        ),
        errors=error.problems,
    )
