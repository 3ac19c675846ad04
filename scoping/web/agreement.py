"""Two annotation files of the same images, held against each other."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from scoping.access import Act
from scoping.samples.apart import BusyError
from scoping.samples.uploads import (
    Quota,
    compare_uploads,
    files_of,
    missing_of,
    most_said,
    with_quota,
)
from scoping.samples.values import ComparisonError
from scoping.web.agreement_rows import ComparedBlock, compared_block
from scoping.web.components import ErrorSummary, FoundProblem, Message
from scoping.web.desk import Desk, at_desk
from scoping.web.said import UnclearNumberError, number_said

LABELS = {
    "first": "First file",
    "second": "Reference",
    "iou": "One object from an overlap of",
}
USUAL = "0.5"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementPage:
    """The page: the form, what is wrong with it, and the comparison."""

    iou: str = USUAL
    limit: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    message: Message | None = None
    compared: ComparedBlock | None = None

    @property
    def summary(self) -> ErrorSummary | None:
        """Return what needs another look, if anything does."""
        if not self.errors:
            return None
        return ErrorSummary(
            problems=tuple(
                FoundProblem(text=f"{LABELS[name]}: {text}", field_id=f"id_{name}")
                for name, text in self.errors.items()
            )
        )


@csrf_exempt
def agreement(request: HttpRequest) -> HttpResponseBase:
    """Show the form, and what comes of two files; nothing is kept.

    The quota has to stand before anything reads the body, and the check of the form's
    token does: so it follows here, and is not left out.
    """
    return _guarded(request, with_quota(request))


@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def _guarded(request: HttpRequest, quota: Quota) -> HttpResponseBase:
    return _at_desk(request, quota)


@at_desk(Act.EDIT_SCOPE)
def _at_desk(request: HttpRequest, desk: Desk, quota: Quota) -> HttpResponse:
    if request.method != "POST":
        return _shown(request, AgreementPage(limit=most_said()))
    said = str(request.POST.get("iou", USUAL)).strip()[:40]
    errors = missing_of(request.FILES, quota)
    least = 0.0
    try:
        least = float(number_said(said))
    except UnclearNumberError as error:
        errors["iou"] = str(error)
    page = AgreementPage(iou=said, limit=most_said(), errors=errors)
    if errors:
        return _shown(request, page, status=413 if quota.too_large else 400)
    return _compared(request, page, least=least)


def _compared(
    request: HttpRequest, page: AgreementPage, *, least: float
) -> HttpResponse:
    first, second = files_of(request.FILES)
    try:
        found = compare_uploads(first, second, least=least)
    except ComparisonError as error:
        errors = {error.field or "second": str(error)}
        return _shown(
            request,
            AgreementPage(iou=page.iou, limit=page.limit, errors=errors),
            status=400,
        )
    except BusyError as error:
        busy = Message(kind="warn", text=str(error))
        response = _shown(
            request,
            AgreementPage(iou=page.iou, limit=page.limit, message=busy),
            status=503,
        )
        response.headers["Retry-After"] = "60"
        return response
    return _shown(
        request,
        AgreementPage(iou=page.iou, limit=page.limit, compared=compared_block(found)),
    )


def _shown(
    request: HttpRequest, page: AgreementPage, *, status: int = 200
) -> HttpResponse:
    return render(request, "scoping/agreement.html", {"page": page}, status=status)


agreement.act = Act.EDIT_SCOPE  # type: ignore[attr-defined]  # its desk is inside
