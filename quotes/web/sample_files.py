"""Files that fill in the forms of a sample: a batch's labels, and a quality report.

Nothing of a file is kept: its counts stand in the form, to be looked at by somebody
before anything is drawn or decided.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from quotes.ingest.fields import CellError
from quotes.ingest.quality_reports import read_report
from quotes.queries import gates
from quotes.web.batches import project_batch, show_batch
from scoping.access import Act
from scoping.samples.apart import BusyError
from scoping.samples.pictures import Pictures
from scoping.samples.uploads import Quota, measure_upload, too_large, with_quota
from scoping.samples.values import SampleError
from scoping.web.components import Message
from scoping.web.desk import Desk, at_desk

TOO_LARGE, BUSY = 413, 503
COUNTS = ("checked", "wrong", "missed")
Typed = dict[str, str]
Reader = Callable[[Any, gates.AtGate], tuple[Typed, str]]
"""Reads a file of a batch: what stands in the form then, and what is said of it."""


class UnfitError(ValueError):
    """Raised for a file that can be read and is not of this batch; says why."""


@csrf_exempt
def count_classes(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    """Count the classes of a batch that have a promise of their own, from its labels.

    The quota has to stand before anything reads the body, and the check of the form's
    token does: so it follows here, and is not left out.
    """
    return _guarded(request, with_quota(request), slug, number, counted)


@csrf_exempt
def fill_in_report(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    """Fill in what a sample showed, from a quality report; guarded as above."""
    return _guarded(request, with_quota(request), slug, number, reported)


@csrf_protect
@require_POST
def _guarded(
    request: HttpRequest, quota: Quota, slug: str, number: int, read: Reader
) -> HttpResponseBase:
    return _at_desk(request, quota, slug, number, read)


@at_desk(Act.MOVE_BATCH)
def _at_desk(
    request: HttpRequest,
    desk: Desk,
    quota: Quota,
    slug: str,
    number: int,
    read: Reader,
) -> HttpResponse:
    found = project_batch(desk, slug, number)
    if read is counted and not gates.counts_labels(found.row):
        raise Http404

    def refused(why: str, status: int = 400) -> HttpResponse:
        message = Message(
            text=why, kind="bad", role="alert", strong="Nothing was counted."
        )
        return show_batch(request, desk, slug, number, message=message, status=status)

    file = request.FILES.get("file")
    if too_large(quota, "file"):
        return refused(too_large(quota, "file"), TOO_LARGE)
    if file is None:
        return refused("Choose the file.")
    try:
        typed, said = read(file, found)
    except (SampleError, CellError, UnfitError) as error:
        return refused(str(error))
    except BusyError as error:
        response = refused(str(error), BUSY)
        response.headers["Retry-After"] = "60"
        return response
    message = Message(text=said, kind="info", role="status", strong="Counted.")
    return show_batch(request, desk, slug, number, message=message, typed=typed)


def counted(file: Any, found: gates.AtGate) -> tuple[Typed, str]:
    """Return how many labels of each class with a promise a batch's file holds."""
    measured, name = measure_upload(file)
    if isinstance(measured, Pictures):
        raise UnfitError(f"{name} holds pictures and no labels.")
    if measured.images != found.batch.items:
        raise UnfitError(
            f"{name} holds {measured.images:,} images, {found.row.key} holds "
            f"{found.batch.items:,}: export the labels of this batch alone, with the "
            f"images that hold none."
        )
    asked = gates.asked_of(found.row).classes
    units = {one: int(measured.classes.get(one, 0)) for one in asked}
    said = ", ".join(f"{count:,} of {one}" for one, count in units.items())
    typed = {
        f"class-{place}-units": str(count)
        for place, count in enumerate(units.values(), start=1)
    }
    return typed, f"{name} holds {said}. They stand below; nothing is drawn yet."


def reported(file: Any, found: gates.AtGate) -> tuple[Typed, str]:
    """Return what a quality report counted, as the form of a sample takes it."""
    report = read_report(file.read())
    typed = {name: str(getattr(report, name)) for name in COUNTS}
    typed["extra"] = str(report.extra)
    for place, name in enumerate(gates.asked_of(found.row).classes, start=1):
        if name in report.classes:
            parts = zip(COUNTS, report.classes[name], strict=True)
            typed |= {f"class-{place}-{what}": str(count) for what, count in parts}
    return typed, (
        f"The report validated {report.frames:,} images. Its counts stand below: send "
        f"them if these are the images that the seed drew."
    )


for view in (count_classes, fill_in_report):
    view.act = Act.MOVE_BATCH  # type: ignore[attr-defined]  # their desk is inside
