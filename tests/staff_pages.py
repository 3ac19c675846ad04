"""Every page behind a desk of a company, about one thing of each kind and state."""

from __future__ import annotations

import re
from collections.abc import Iterator

from quotes.models import GateBatch, Project, QuoteRevision
from scoping.models import RateCard, Scope, Workspace
from tests.companies import PAGES
from tests.factories import ROOT

ACCOUNT = (
    *("login/", "logout/", "password/change/", "password/reset/", "2fa/"),
    *("reauthenticate/", "password/reset/done/", "2fa/totp/activate/"),
)
LEFT_ENGLISH = {"styleguide", "api_reference"}
"""Pages for who writes pages and programs: their head alone is translated."""
FILES = {
    *("deal_sheet", "quote_pdf", "client_pdf", "order_file", "export_project"),
    *("month_pack_file", "reading_list", "job_file"),
}
"""Addresses of files, some of which take seconds to print."""
LEFT_ENGLISH_TEMPLATES = {
    *("quotes/staff/styleguide.html", "scoping/api_reference.html"),
    "scoping/api_fields.html",
}
HOLE = re.compile(r"<(?:\w+:)?(\w+)>")
TEMPLATES = ROOT / "templates"
FILLED = "\ue000"
"""Stands in the text of a template for whatever is put in or left out there."""


def staff_addresses(workspace: Workspace) -> Iterator[tuple[str, str]]:
    """Yield each page with its address, once for each thing that it may be about."""
    things = things_of(workspace)
    for written, one in PAGES:
        name = str(one.name)
        if name in LEFT_ENGLISH | FILES:
            continue
        holes = HOLE.findall(written)
        about = next((hole for hole in holes if hole in ("name", "number")), "")
        kind = "batch" if "batches" in written else "scope"
        every = things.get(kind if about == "number" else about, [""])
        for thing in every:
            fixed = {hole: things.get(hole, ["1"])[0] for hole in holes}
            fixed |= {about: thing}
            yield name, "/" + HOLE.sub(lambda hole, of=fixed: of[hole[1]], written)  # type: ignore[misc]
    for address in ACCOUNT:
        yield "account", f"/accounts/{address}"
    yield "not_found", "/there-is-nothing"


def things_of(workspace: Workspace) -> dict[str, list[str]]:
    """Return what fills the holes of addresses: a quote and a batch of every state."""
    states = {
        one.state: str(one) for one in QuoteRevision.objects.filter(workspace=workspace)
    }
    project = Project.objects.filter(workspace=workspace).first()
    batches = GateBatch.objects.filter(project=project)
    moves = {
        getattr(one.moves.last(), "state", ""): str(one.pk)
        for one in batches.prefetch_related("moves")
    }
    return {
        "name": sorted(states.values()),
        "batch": sorted(moves.values()),
        "scope": [str(one.pk) for one in Scope.objects.filter(workspace=workspace)[:2]],
        "slug": [project.slug if project else "none"],
        "version": [RateCard.objects.filter(workspace=workspace)[0].version],
        "month": ["2026-10"],
        "kind": ["csv"],
        "key": ["total"],
        "line": ["0"],
    }


def sentences_of_templates() -> Iterator[tuple[str, str]]:
    """Yield each template of a page with its text, what is filled in cut out.

    The pages of a demo show some states; a template holds the words of all of them.
    """
    for path in sorted(TEMPLATES.rglob("*.html")):
        name = str(path.relative_to(TEMPLATES))
        if name in LEFT_ENGLISH_TEMPLATES or "/pdf/" in name:
            continue
        source = path.read_text("utf-8")
        yield name, re.sub(r"\{([{%#]).*?[}%#]\}", FILLED, source, flags=re.DOTALL)
