"""Two companies with everything in them, and every address at which to ask for it.

The addresses are taken from the service itself and from its OpenAPI document, so that
what is added is asked too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from unittest.mock import patch

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.generators import SchemaGenerator

from quotes.actions.actuals import ingest_file
from quotes.actions.gates import plan_batches
from quotes.models import GateBatch, InboxItem, NumberSeries
from scoping.access import OPEN_PAGES, Grant, Role
from scoping.actions import client_named, publish_rate_card, save_scope
from scoping.actions.keys import make_api_key
from scoping.models import OutboxMessage, User, Workspace
from tests.doors.api import Program
from tests.factories import LAUNCH_CARD, NOON, a_client, a_membership, a_workspace
from tests.quotes.a_quote import a_draft, a_sent_quote, a_spec, accept, quickly

METHODS = ("get", "post", "put", "patch", "delete")
NOWHERE = {
    "name": "PL-2031-9999-1",
    "number": "999999",
    "version": "1999-01",
    "slug": "no-such-thing",
    "letter": "A",
    "line": "0",
    "section": "closing",
    "token": "x",
    "key": "999999",
    "sha256": "0" * 64,
}


def addresses(
    resolver: URLResolver | None = None, before: str = ""
) -> list[tuple[str, URLPattern]]:
    """Return every address of the service that is ours, as its pattern is written."""
    found = []
    for one in (resolver or get_resolver()).url_patterns:
        written = before + str(one.pattern)
        if written.startswith(("accounts/", "admin/")):
            continue  # other people's: sign-in, and Django's own admin
        if isinstance(one, URLResolver):
            found += addresses(one, written)
        else:
            found.append((written, one))
    return found


ADDRESSES = addresses()


def view_class(one: URLPattern) -> Any:
    return getattr(one.callback, "cls", None)


ENDPOINTS = [
    (written, one)
    for written, one in ADDRESSES
    if view_class(one) is not None and one.name not in OPEN_PAGES
]
PAGES = [
    (written, one)
    for written, one in ADDRESSES
    if view_class(one) is None and one.name not in OPEN_PAGES
]


@lru_cache(maxsize=1)
def openapi() -> dict[str, Any]:
    found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return found


@dataclass(frozen=True)
class Cell:
    """One operation: its name, method and address with holes."""

    name: str
    method: str
    path: str
    takes: dict[str, Any] = field(hash=False)


def cells() -> list[Cell]:
    return [
        Cell(said["operationId"], method.upper(), path, said)
        for path, methods in openapi()["paths"].items()
        for method, said in methods.items()
    ]


@dataclass
class World:
    """Two companies with everything in them, and somebody of every role in one."""

    own: dict[str, str] = field(default_factory=dict)
    foreign: dict[str, str] = field(default_factory=dict)
    programs: dict[str, Program] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    canaries: tuple[str, ...] = ()


WORK = b"batch,stage,annotation_type,clock\n1,label,bounding_box,label\n"


def a_company(
    name: str, *, first: int, card: str, launch: str = LAUNCH_CARD
) -> tuple[Workspace, dict[str, str]]:
    """Make a company whose every thing has a name that no other company has."""
    workspace = a_workspace(name=f"{name} Labels", timezone="Asia/Ho_Chi_Minh")
    text = launch.replace('version: "2026-01"', f'version: "{card}"')
    publish_rate_card(text, workspace=workspace, by=None, now=NOON)
    boss = a_membership(workspace=workspace, role=Role.ADMIN).user
    NumberSeries.objects.create(workspace=workspace, prefix="PL", year=2026, last=first)
    spec = a_spec(name=f"{name} streets", client=f"{name} Motors")
    client_named(f"{name} Motors", workspace=workspace)
    scope = save_scope(spec, workspace=workspace, client=None, by=boss, now=NOON)
    draft = a_draft(workspace=workspace, by=boss, name=f"{name} streets")
    link = a_sent_quote(draft)
    sent = link.revision
    project = accept(sent).project
    plan_batches(project, by=boss, role=Role.ADMIN, now=NOON)
    key = make_api_key(
        workspace=workspace,
        user=boss,
        name=f"{name} nightly",
        grants=list(Grant),
        by=boss,
        now=NOON,
    ).key
    ingest_file(project, WORK, name="night.csv", mapping=None, by=boss, now=NOON)
    return workspace, {
        "name": str(sent),
        "scope": str(scope.pk),
        "version": card,
        "slug": project.slug,
        "batch": str(latest(GateBatch, workspace)),
        "sha256": project.files.get().sha256,
        "api_key": str(key.pk),
        "item": str(latest(InboxItem, workspace)),
        "mail": str(latest(OutboxMessage, workspace)),
        "letter": "A",
        "line": "0",
        "token": link.token,
    }


@contextmanager
def two_companies() -> Iterator[World]:
    """Make both companies, and take everything back in the end."""
    made = World()
    with (
        patch("scoping.actions.unmarked", lambda *_, **__: []),
        transaction.atomic(),
        quickly(),
    ):
        workspace, made.own = a_company("Own", first=0, card="2026-01")
        _, made.foreign = a_company("Foreign", first=700, card="2026-77")
        for role in Role:
            buyer = a_client(workspace=workspace) if role == Role.CLIENT else None
            member = a_membership(workspace=workspace, role=role, client=buyer)
            made.people[role] = member.user
            program = Program()
            program.client.force_login(member.user)
            made.programs[role] = program
        made.programs["anonymous"] = Program()
        made.canaries = ("Foreign", made.foreign["name"], "2026-77")
        yield made
        transaction.set_rollback(True)


def filled(path: str, things: dict[str, str]) -> str:
    """Return an address with its holes filled; `number` is of what it is about."""
    kinds = {"api-keys": "api_key", "batches": "batch", "inbox": "item"}
    kind = next((name for part, name in kinds.items() if part in path), "scope")
    number = things.get(kind, "999999")
    pk = things.get("mail" if "mails" in path else "item", "999999")
    for name, value in {**NOWHERE, **things, "number": number, "pk": pk}.items():
        for hole in (f"{{{name}}}", f"<str:{name}>", f"<int:{name}>", f"<slug:{name}>"):
            path = path.replace(hole, value)
    return path


def body_for(cell: Cell) -> Any:
    """Return a body that would do something, where one is asked for."""
    if cell.name in ("create_scope", "draft_quote", "change_spec"):
        return a_spec(items=7)
    body = cell.takes.get("requestBody", {}).get("content", {})
    if "multipart/form-data" in body:
        return SimpleUploadedFile("order.pdf", b"%PDF-1.7", "application/pdf")
    schema = body.get("application/json", {}).get("schema", {})
    said = {
        name: usual(schema["properties"][name]) for name in schema.get("required", ())
    }
    if cell.name == "decide_price":
        said |= {"binding": "typed", "value": "0.05"}
    return said if cell.method in ("POST", "PUT") else None


def usual(schema: dict[str, Any]) -> Any:
    """Return something that a field takes."""
    if "enum" in schema:
        return schema["enum"][0]
    return {"string": "x", "boolean": True, "integer": 1}.get(str(schema.get("type")))


def latest(model: Any, workspace: Workspace) -> int:
    """Return the number of the last row of a company, 999999 where there is none."""
    row = model.objects.filter(workspace=workspace).order_by("-pk").first()
    return 999999 if row is None else int(row.pk)
