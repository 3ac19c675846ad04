"""Labels of rare classes counted from the batch's own file, for a sample to be drawn.

Nothing is kept of the file: its counts stand in the form of the sample, to be looked at
before anything is drawn.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

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


@csrf_exempt
def count_classes(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    """Count the classes of a batch that have a promise of their own, from its labels.

    The quota has to stand before anything reads the body, and the check of the form's
    token does: so it follows here, and is not left out.
    """
    return _guarded(request, with_quota(request), slug, number)


@csrf_protect
@require_POST
def _guarded(
    request: HttpRequest, quota: Quota, slug: str, number: int
) -> HttpResponseBase:
    return _at_desk(request, quota, slug, number)


@at_desk(Act.MOVE_BATCH)
def _at_desk(
    request: HttpRequest, desk: Desk, quota: Quota, slug: str, number: int
) -> HttpResponse:
    found = project_batch(desk, slug, number)
    if not gates.counts_labels(found.row):
        raise Http404

    def refused(why: str, status: int = 400) -> HttpResponse:
        message = Message(
            text=why, kind="bad", role="alert", strong="Nothing was counted."
        )
        return show_batch(request, desk, slug, number, message=message, status=status)

    file = request.FILES.get("labels")
    if too_large(quota, "labels") or file is None:
        why = too_large(quota, "labels") or "Choose the file of this batch's labels."
        return refused(why, TOO_LARGE if file is None and quota.too_large else 400)
    try:
        measured, name = measure_upload(file)
    except SampleError as error:
        return refused(str(error))
    except BusyError as error:
        response = refused(str(error), BUSY)
        response.headers["Retry-After"] = "60"
        return response
    if isinstance(measured, Pictures):
        return refused(f"{name} holds pictures and no labels.")
    if measured.images != found.batch.items:
        return refused(
            f"{name} holds {measured.images:,} images, {found.row.key} holds "
            f"{found.batch.items:,}: export the labels of this batch alone, with the "
            f"images that hold none."
        )
    units = {
        one: int(measured.classes.get(one, 0))
        for one in gates.asked_of(found.row).classes
    }
    return _counted(request, desk, (slug, number), units, name=name)


def _counted(
    request: HttpRequest,
    desk: Desk,
    batch: tuple[str, int],
    units: dict[str, int],
    *,
    name: str,
) -> HttpResponse:
    """Show the batch with the counts in the form of its sample."""
    typed: dict[str, Any] = {
        f"class-{place}-units": str(found)
        for place, found in enumerate(units.values(), start=1)
    }
    said = ", ".join(f"{found:,} of {one}" for one, found in units.items())
    message = Message(
        text=f"{name} holds {said}. They stand below; nothing is drawn yet.",
        kind="info",
        role="status",
        strong="Counted.",
    )
    return show_batch(request, desk, *batch, message=message, typed=typed)


count_classes.act = Act.MOVE_BATCH  # type: ignore[attr-defined]  # its desk is inside
