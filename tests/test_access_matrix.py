"""Who reaches what: every operation and page, every role, one's own, another's, none.

The cells are made from the addresses of the service and from its OpenAPI document, so
that what is added is tried too, or fails here until somebody says who may.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.urls import URLPattern, path
from openapi_spec_validator import OpenAPIV31SpecValidator

from quotes.models import Project, Quote, QuoteRevision
from scoping.access import OPEN_PAGES, OPERATIONS, Act, Grant, Operation, Role, may
from scoping.actions.keys import make_api_key
from scoping.api.doors import Door
from scoping.audit import digest
from scoping.models import AuditEntry, RateCard, Scope, Workspace
from tests.companies import (
    ADDRESSES,
    ENDPOINTS,
    METHODS,
    NOWHERE,
    PAGES,
    World,
    body_for,
    cells,
    filled,
    openapi,
    two_companies,
    view_class,
)
from tests.doors.api import Program
from tests.factories import NOON
from tests.quotes.a_quote import quickly

SAYS_NOTHING = {"retry_mail"}
"""Forms that lead back to their list, whether a thing is there or not."""
DOES_AT_ONCE = {"assign_inbox_item", "finish_inbox_item"}
"""Changes that ask nobody what they saw; done again they change nothing."""
IN_DATABASE = pytest.mark.database

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


@pytest.fixture(scope="module")
def companies(django_db_setup, django_db_blocker) -> Iterator[World]:
    """Make both companies once: no test here leaves anything behind."""
    with django_db_blocker.unblock(), two_companies() as made:
        yield made


@pytest.fixture
def world(companies: World) -> Iterator[World]:
    """Give a test both companies, to do with as it likes."""
    with transaction.atomic():
        yield companies
        transaction.set_rollback(True)


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
            if cell.method != "GET" and (
                "{" not in cell.path or cell.name in DOES_AT_ONCE
            ):
                continue  # makes something: tried where it is tested
            operation = OPERATIONS[cell.name]
            for role, program in world.programs.items():
                # A change says nothing of what was seen: it is let in, and goes no
                # further.
                answer = program.ask(
                    cell.method, filled(cell.path, world.own), body_for(cell)
                )
                if allowed(role, operation):
                    assert answer.status_code in (200, 400, 404, 409, 415, 428), (
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
        (f"projects/{world.own['slug']}/batches", world.foreign["batch"], "999999"),
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


@IN_DATABASE
def test_a_form_is_not_taken_from_who_may_not_see_its_page(world):
    before = state_of_everything()
    for written, one in PAGES:
        for role, program in world.programs.items():
            if may(role, one.callback.act):  # type: ignore[attr-defined]  # set by at_desk
                continue
            # Its own things: it is the role that is refused, and not the address.
            address = "/" + filled(written, world.own)
            for method in ("POST", "PUT", "PATCH", "DELETE"):
                answer = program.client.generic(method, address)
                assert answer.status_code in page_status(
                    role,
                    one.callback.act,  # type: ignore[attr-defined]  # set by at_desk
                    has_holes=False,
                ), (one.name, role, method)
                assert_silent(answer, world, asked="")
    assert state_of_everything() == before


def page_status(role: str, act: Act, *, has_holes: bool) -> tuple[int, ...]:
    """Return how a page may answer; 405 is said before anybody is looked at."""
    if role == "anonymous":
        return (302, 405)
    if not may(role, act):
        return (403, 405)
    return (404, 405) if has_holes else (200, 302, 405)


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
