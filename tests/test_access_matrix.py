"""Who reaches what: every operation and page, every role, one's own, another's, none.

The cells are made from the addresses of the service and from its OpenAPI document, so
that what is added is tried too, or fails here until somebody says who may.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, path
from drf_spectacular.generators import SchemaGenerator
from openapi_spec_validator import OpenAPIV31SpecValidator

from quotes.models import InboxItem, NumberSeries, Project, Quote, QuoteRevision
from scoping.access import OPEN_PAGES, OPERATIONS, Act, Grant, Operation, Role, may
from scoping.actions import client_named, publish_rate_card, save_scope
from scoping.actions.keys import make_api_key
from scoping.api.doors import Door
from scoping.audit import digest
from scoping.models import (
    AuditEntry,
    OutboxMessage,
    RateCard,
    Scope,
    User,
    Workspace,
)
from tests.doors.api import Program
from tests.factories import LAUNCH_CARD, NOON, a_client, a_membership, a_workspace
from tests.quotes.a_quote import a_draft, a_sent_quote, a_spec, accept, quickly

SAYS_NOTHING = {"retry_mail"}
"""Forms that lead back to their list, whether a thing is there or not."""
IN_DATABASE = pytest.mark.database
METHODS = ("get", "post", "put", "patch", "delete")
NOWHERE = {
    "name": "PL-2031-9999-1",
    "number": "999999",
    "version": "1999-01",
    "slug": "no-such-thing",
    "letter": "A",
    "line": "0",
    "token": "x",
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


# --- nothing is forgotten ----------------------------------------------------------


def unlisted(listed: dict[str, Operation]) -> list[str]:
    """Return the endpoints and methods that no row of the table speaks of."""
    found = []
    for written, one in ENDPOINTS:
        door = view_class(one)
        if not issubclass(door, Door):
            found.append(f"{written}: {door.__name__} is no Door")
            continue
        found += [
            f"{method.upper()} {written}"
            for method in METHODS
            if hasattr(door, method)
            and door.operations.get(method.upper()) not in listed
        ]
    return found


def test_every_endpoint_is_listed_with_who_may_call_it():
    assert unlisted(OPERATIONS) == []


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_endpoint_that_is_not_listed_is_found(name):
    rest = {one: said for one, said in OPERATIONS.items() if one != name}

    assert len(unlisted(rest)) == 1


def test_the_document_and_the_table_name_the_same_operations():
    named = [one.name for one in cells()]

    assert sorted(named) == sorted(OPERATIONS)
    assert len(set(named)) == len(named)


@IN_DATABASE
def test_an_operation_that_is_not_in_the_table_is_refused_to_everybody(
    world, monkeypatch
):
    monkeypatch.delitem(OPERATIONS, "list_scopes")

    assert world.programs[Role.ADMIN].get("scopes").status_code == 403


def test_every_page_is_behind_a_desk_or_named_as_open():
    assert unguarded(PAGES) == []
    assert {one.name for _, one in ADDRESSES} >= OPEN_PAGES


# --- every cell --------------------------------------------------------------------


@dataclass
class World:
    """Two companies with everything in them, and somebody of every role in one."""

    own: dict[str, str] = field(default_factory=dict)
    foreign: dict[str, str] = field(default_factory=dict)
    programs: dict[str, Program] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    canaries: tuple[str, ...] = ()


def a_company(name: str, *, first: int, card: str) -> tuple[Workspace, dict[str, str]]:
    """Make a company whose every thing has a name that no other company has."""
    workspace = a_workspace(name=f"{name} Labels", timezone="Asia/Ho_Chi_Minh")
    text = LAUNCH_CARD.replace('version: "2026-01"', f'version: "{card}"')
    publish_rate_card(text, workspace=workspace, by=None, now=NOON)
    boss = a_membership(workspace=workspace, role=Role.ADMIN).user
    NumberSeries.objects.create(workspace=workspace, prefix="PL", year=2026, last=first)
    spec = a_spec(name=f"{name} streets", client=f"{name} Motors")
    client_named(f"{name} Motors", workspace=workspace)
    scope = save_scope(spec, workspace=workspace, client=None, by=boss, now=NOON)
    sent = a_sent_quote(
        a_draft(workspace=workspace, by=boss, name=f"{name} streets")
    ).revision
    accept(sent)
    key = make_api_key(
        workspace=workspace,
        user=boss,
        name=f"{name} nightly",
        grants=list(Grant),
        by=boss,
        now=NOON,
    ).key
    return workspace, {
        "name": str(sent),
        "scope": str(scope.pk),
        "version": card,
        "slug": Project.objects.get(workspace=workspace).slug,
        "key": str(key.pk),
        "item": str(latest(InboxItem, workspace)),
        "mail": str(latest(OutboxMessage, workspace)),
        "letter": "A",
        "line": "0",
    }


@pytest.fixture(scope="module")
def companies(django_db_setup, django_db_blocker) -> Iterator[World]:
    """Make both companies once: no test here leaves anything behind."""
    made = World()
    with (
        django_db_blocker.unblock(),
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


@pytest.fixture
def world(companies: World) -> Iterator[World]:
    """Give a test both companies, to do with as it likes."""
    with transaction.atomic():
        yield companies
        transaction.set_rollback(True)


def filled(path: str, things: dict[str, str]) -> str:
    """Return an address with its holes filled; `number` is a scope or a key."""
    number = things.get("key" if "api-keys" in path else "scope", "999999")
    pk = things.get("mail" if "mails" in path else "item", "999999")
    for name, value in {**NOWHERE, **things, "number": number, "pk": pk}.items():
        for hole in (f"{{{name}}}", f"<str:{name}>", f"<int:{name}>", f"<slug:{name}>"):
            path = path.replace(hole, value)
    return path


def state_of_everything() -> str:
    """Return a digest of all that could be changed."""
    return digest(
        [
            list(AuditEntry.objects.values_list("hash", flat=True)),
            list(QuoteRevision.objects.values_list("pk", "state", "edition")),
            list(Scope.objects.values_list("pk", "digest")),
            [RateCard.objects.count(), Quote.objects.count(), Project.objects.count()],
        ]
    )


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


def allowed(role: str, operation: Operation) -> bool:
    return operation.act is None or may(role, operation.act)


@IN_DATABASE
def test_every_operation_for_every_role_and_owner(world):
    before = state_of_everything()
    tried = 0
    for cell in cells():
        operation = OPERATIONS[cell.name]
        for role, program in world.programs.items():
            for owner, things in (("foreign", world.foreign), ("none", NOWHERE)):
                if "{" not in cell.path:
                    continue
                answer = program.ask(
                    cell.method, filled(cell.path, things), body_for(cell), etag="*"
                )
                expected = (
                    404
                    if allowed(role, operation)
                    else 401
                    if role == "anonymous"
                    else 403
                )
                assert answer.status_code == expected, (cell.name, role, owner)
                assert_silent(answer, world, asked=filled(cell.path, things))
                tried += 1
    assert state_of_everything() == before
    assert tried >= 5 * 2 * 20


def assert_silent(answer: Any, world: World, *, asked: str) -> None:
    """Nothing of the other company, but what was asked itself."""
    said = answer.content.decode(errors="ignore").replace(asked, "")
    said += str(answer.headers)
    for one in world.canaries:
        if one not in asked:
            assert one not in said, (asked, one)


@IN_DATABASE
def test_what_is_foreign_is_answered_as_what_is_not_there(world):
    program = world.programs[Role.ADMIN]
    for cell in cells():
        if "{" not in cell.path:
            continue
        foreign, nowhere = (
            program.ask(
                cell.method, filled(cell.path, things), body_for(cell), etag="*"
            )
            for things in (world.foreign, NOWHERE)
        )

        assert masked(foreign, world.foreign) == masked(nowhere, NOWHERE), cell.name


def masked(answer: Any, things: dict[str, str]) -> tuple[int, str, str]:
    said = answer.content.decode()
    for one in things.values():
        if len(one) > 1:
            said = said.replace(one, "…")
    return answer.status_code, said, answer["Content-Type"]


@IN_DATABASE
def test_one_s_own_is_reached_by_who_may_and_by_nobody_else(world):
    before = state_of_everything()
    with quickly():
        for cell in cells():
            if cell.method != "GET" and "{" not in cell.path:
                continue  # makes something: tried where it is tested
            operation = OPERATIONS[cell.name]
            for role, program in world.programs.items():
                # A change says nothing of what was seen: it is let in, and goes no
                # further.
                answer = program.ask(
                    cell.method, filled(cell.path, world.own), body_for(cell)
                )
                if allowed(role, operation):
                    assert answer.status_code in (200, 400, 404, 415, 428), (
                        cell.name,
                        role,
                        answer.status_code,
                    )
                    if cell.method == "GET" and cell.name != "read_order_file":
                        assert answer.status_code == 200, (cell.name, answer.content)
                else:
                    refusal = 401 if role == "anonymous" else 403
                    assert answer.status_code == refusal, (cell.name, role)
                assert_silent(answer, world, asked="")
    assert state_of_everything() == before


@IN_DATABASE
def test_who_may_not_make_anything_makes_nothing(world):
    before = state_of_everything()
    for cell in cells():
        if cell.method != "POST" or "{" in cell.path:
            continue
        for role, program in world.programs.items():
            if allowed(role, OPERATIONS[cell.name]):
                continue
            answer = program.ask("POST", cell.path, body_for(cell))
            assert answer.status_code == (401 if role == "anonymous" else 403)
    assert state_of_everything() == before


@IN_DATABASE
def test_lists_filters_and_pages_hold_nothing_of_another_company(world):
    program = world.programs[Role.ADMIN]
    name, slug = world.foreign["name"], world.foreign["slug"]
    empty = [
        f"quotes?number={name[:-2]}",
        "quotes?client=Foreign",
        "scopes?name=Foreign",
        "projects?client=Foreign",
        f"audit-events?subject=quote%20{name}",
    ]
    for address in empty:
        assert program.get(address).json()["items"] == [], address
    for address, after, none in (
        ("quotes", name, "PL-2031-9999-1"),
        ("projects", slug, "no-such"),
        ("rate-cards", "2026-77", "1999-01"),
        ("scopes", world.foreign["scope"], "999999"),
        ("audit-events", "999999", "888888"),
    ):
        there, nowhere = (
            program.get(f"{address}?after={one}") for one in (after, none)
        )
        assert there.status_code == nowhere.status_code == 400, address
        assert there.json()["code"] == nowhere.json()["code"]


# --- keys --------------------------------------------------------------------------


@IN_DATABASE
def test_a_key_reaches_exactly_the_operations_of_its_grants(world):
    boss = world.people[Role.ADMIN]
    workspace = Workspace.objects.get(name="Own Labels")
    for grant in Grant:
        program = Program(
            make_api_key(
                workspace=workspace,
                user=boss,
                name=grant,
                grants=[grant],
                by=boss,
                now=NOON,
            ).token
        )
        for cell in cells():
            answer = program.ask(cell.method, filled(cell.path, NOWHERE), etag="*")
            needed = OPERATIONS[cell.name].grant
            refused = needed is not None and needed != grant
            assert (answer.status_code == 403) == refused, (grant, cell.name)
            if refused:
                assert answer.json()["code"] == "not_granted"


# --- pages -------------------------------------------------------------------------


@IN_DATABASE
def test_every_page_for_every_role_and_owner(world):
    before = state_of_everything()
    for written, one in PAGES:
        has_holes = "<" in written
        # A form without a hole makes something: tried where it is tested.
        methods = ("GET", "POST") if has_holes else ("GET",)
        shown = False
        for role, program in world.programs.items():
            wanted = page_status(
                role,
                one.callback.act,  # type: ignore[attr-defined]  # set by at_desk
                has_holes=has_holes,
            )
            if one.name in SAYS_NOTHING and 404 in wanted:
                wanted = (302, 405)
            if 200 in wanted and shown:
                continue  # it takes seconds, and one who may has seen it
            shown = shown or 200 in wanted
            for things in (world.foreign, NOWHERE) if has_holes else ({},):
                address = "/" + filled(written, things)
                for method in methods:
                    answer = program.client.generic(method, address)
                    assert answer.status_code in wanted, (one.name, role, method)
                    if not has_holes:
                        assert_silent(answer, world, asked="")
    assert state_of_everything() == before


def page_status(role: str, act: Act, *, has_holes: bool) -> tuple[int, ...]:
    """Return how a page may answer; 405 is said before anybody is looked at."""
    if role == "anonymous":
        return (302, 405)
    if not may(role, act):
        return (403, 405)
    return (404, 405) if has_holes else (200, 302, 405)


def latest(model: Any, workspace: Workspace) -> int:
    """Return the number of the last row of a company, 999999 where there is none."""
    row = model.objects.filter(workspace=workspace).order_by("-pk").first()
    return 999999 if row is None else int(row.pk)


def unguarded(pages: list[tuple[str, URLPattern]]) -> list[str]:
    return [str(one.name) for _, one in pages if not hasattr(one.callback, "act")]


def test_a_page_without_a_desk_is_found():
    def planted(request: object) -> HttpResponse: ...  # type: ignore[empty-body]

    page = path("planted/", planted, name="planted")

    assert unguarded([*PAGES, ("planted/", page)]) == ["planted"]


def test_the_document_is_one_that_openapi_knows():
    plain = json.loads(json.dumps(openapi(), default=str))

    OpenAPIV31SpecValidator(plain).validate()
    assert plain["openapi"].startswith("3.1")
