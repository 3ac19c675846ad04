"""The public form: questions on the left, what they come to on the right.

The answers stand in the address, so that a scope can be kept as a bookmark and nothing
is stored before somebody asks for it. Without scripts a button shows the range; with
them it moves as answers change, from the same address.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from scoping.samples.uploads import Quota, with_quota
from scoping.web.public.door import counted, open_workspace, shop_of, unlisted
from scoping.web.public.keeping import SAVES, keep
from scoping.web.public.page import address_of, form_of, shown

limited = counted(
    scope="public_form", setting="PUBLIC_FORM_PER_HOUR", methods=("GET", "POST")
)


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Go to the form of the one workspace whose prices are public."""
    return redirect("public_scope", slug=open_workspace().slug)


@csrf_exempt
def form(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the questions and, once there is an answer, the range.

    The quota has to stand before anything reads the body, and the check of the form's
    token does: so it follows here, and is not left out.
    """
    return _guarded(request, with_quota(request), slug)


@unlisted
@limited
@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def _guarded(request: HttpRequest, quota: Quota, slug: str) -> HttpResponse:
    workspace = open_workspace(slug)
    if request.method != "POST":
        shop = shop_of(workspace)
        return shown(request, workspace, form_of(request.GET.dict(), shop), shop)
    if request.POST.get("act", "") in SAVES:
        return keep(request, workspace, quota)
    return HttpResponseRedirect(f"{request.path}{address_of(request.POST)}#answer")
