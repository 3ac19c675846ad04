"""Errors of the API as problem documents (RFC 9457): what, where, what to do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response

from scoping.actions.repeating import OtherRequestError
from scoping.calc.gold_sets.question import GoldQuestionError
from scoping.calc.plans.question import QuestionError
from scoping.calc.rates import MissingRateError
from scoping.calc.spec import Problem, SpecError
from scoping.queries import NoCardError


class RefusalError(Exception):
    """Raised by an endpoint to answer with a problem document."""

    def __init__(
        self, status_code: int, code: str, detail: str, path: str = ""
    ) -> None:
        """Keep what to answer; `path` names the place that the sentence is about."""
        self.status_code, self.code, self.detail = status_code, code, detail
        self.path = path
        super().__init__(detail)


def refuse(status_code: int, code: str, detail: str, path: str = "") -> NoReturn:
    """Answer with a problem document. Raises RefusalError."""
    raise RefusalError(status_code, code, detail, path)


TITLES = {
    400: "The request cannot be read",
    403: "This is not allowed",
    404: "There is nothing here",
    409: "This cannot be done as things stand",
    412: "It was changed meanwhile",
    413: "The request is too large",
    422: "The key was used for another request",
    428: "Say which edition you saw",
}
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
    found = _as_refusal(error)
    if found is not None:
        return of_refusal(found)
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    return of_api(error) if isinstance(error, exceptions.APIException) else None


def _as_refusal(error: Exception) -> RefusalError | None:
    """Return what is refused, whoever refused it; None for any other error."""
    if isinstance(error, OtherRequestError):
        return RefusalError(422, "idempotency_mismatch", str(error))
    if isinstance(error, RequestDataTooBig):
        return RefusalError(413, "too_large", "The body is too large.")
    return error if isinstance(error, RefusalError) else None


def of_api(error: exceptions.APIException) -> Response:
    """Return the problem document of an error of the framework."""
    code = str(getattr(error, "default_code", "error"))
    if str(error.detail).startswith("CSRF Failed"):
        code = "csrf_failed"
    found = problem(
        error.status_code,
        code=code,
        title=str(error.default_detail),
        detail=str(error.detail),
    )
    header = getattr(error, "auth_header", "")
    if header:
        found.headers["WWW-Authenticate"] = header
    wait = getattr(error, "wait", None)
    if wait:
        found.headers["Retry-After"] = str(int(wait) + 1)
    return found


def of_refusal(error: RefusalError) -> Response:
    """Return the problem document of a refusal."""
    place = [Problem(code=error.code, path=error.path, message=error.detail)]
    return problem(
        error.status_code,
        code=error.code,
        title=TITLES[error.status_code],
        detail=error.detail,
        errors=place if error.path else (),
    )


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
