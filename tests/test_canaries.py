"""A client can never see a cost: its figures are in no byte of thousands of answers.

`test_pairs` compares what a client opens. Here anything is asked: every address, with
every method, odd parameters and odd heads, by everybody; and no answer to one who may
not see a cost, and no paper for clients whoever takes it, holds a figure of one.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache, partial
from io import BytesIO
from typing import Any
from unittest.mock import patch

import numpy as np
import time_machine
from django.db import transaction
from django.test import Client
from pypdf import PdfReader

from quotes.models import QuoteRevision
from quotes.pdf import SIZES
from quotes.queries import quotes as queries
from quotes.queries.quotes import estimate_of, scenario_of
from scoping.access import Act, Role, may
from scoping.actions import client_named
from scoping.calc.estimate import estimate
from scoping.models import Workspace
from tests.companies import (
    ADDRESSES,
    NOWHERE,
    Cell,
    a_company,
    body_for,
    cells,
    filled,
    view_class,
)
from tests.cost_sides import another_cost_side
from tests.doors.api import Program
from tests.factories import NOON, a_client, a_membership
from tests.quotes.a_quote import a_spec
from tests.scale import count

FOR_CLIENTS = {"read_client_document", "read_quote_pdf", "read_choice"}
"""Operations whose answer is what the client gets, whoever asks."""
METHODS = ("GET",) * 8 + ("HEAD", "OPTIONS", "POST", "POST", "PUT", "PATCH", "DELETE")
PARAMETERS = (
    *("fields=cost,margin", "expand=estimate", "view=internal", "role=manager"),
    *("format=json", "format=api", "debug=1", "explain=1", "include=trace", "internal"),
    *("scenario=A", "currency=VND", "on=2026-03-02", "page=2", "q=cost", "lines=0"),
    *("need=object_detection&images=100000&low=3&typical=5&high=8", "budget=1500"),
)
HEADS: tuple[dict[str, str], ...] = (
    {},
    {"Accept": "application/json"},
    {"Accept": "text/html"},
    {"Accept": "application/pdf"},
    {"Accept-Language": "vi"},
    {"HX-Request": "true"},
    {"X-HTTP-Method-Override": "GET"},
    {"X-Forwarded-User": "admin"},
    {"X-Role": "manager"},
    {"Range": "bytes=0-100"},
    {"If-None-Match": "*"},
    {"Authorization": "Bearer none"},
)
SHORTEST = 5
"""Digits. Fewer are met by chance: in a date, a count, the place of a line."""


def renderings(value: Decimal) -> Iterator[str]:
    """Yield how a figure could be written, wherever five digits of it or more are."""
    yield f"{value:f}"
    for places in range(2, 9):
        yield f"{value:.{places}f}"
        yield f"{value:,.{places}f}"
        yield f"{100 * value:.{places}f}"


def canaries(made: Any) -> re.Pattern[str]:
    """Return what finds a figure of the cost side in a text."""
    figures = [
        *(getattr(made.cost, name) for name in ("mean", "p10", "p50", "p80", "p90")),
        *(getattr(made.margin, name) for name in ("mean", "p10", "p50", "p90")),
        *(getattr(made.hours, name) for name in ("mean", "p10", "p50", "p90")),
        *(one.per_unit.value for one in made.efforts.values()),
        *(one.value for one in made.rates.by_role.values()),
        made.rates.utilisation.value,
        # A price that was set at the least that pays is a price.
        *(
            one.floor.value
            for one in made.suggested.values()
            if one.decided.value != one.floor.value
        ),
        *(one.loop.outgoing_defect.value for one in made.checkings.values()),
    ]
    written = {
        text.lstrip("-")
        for one in figures
        for text in renderings(Decimal(str(one)))
        if len(re.sub(r"\D", "", text).strip("0")) >= SHORTEST
    }
    alternatives = "|".join(
        re.escape(one) for one in sorted(written, key=len, reverse=True)
    )
    return re.compile(rf"(?<![\w.,])(?:{alternatives})(?![\w])")


@dataclass
class World:
    """A company with odd costs, everybody who may ask it, and what must not be said."""

    own: dict[str, str]
    people: dict[str, Program]
    costs: re.Pattern[str]


@contextmanager
def a_world(settings: Any) -> Iterator[World]:
    """Make the company; take everything back in the end."""
    card = another_cost_side(np.random.default_rng(8))
    with (
        patch("scoping.actions.unmarked", lambda *_, **__: []),
        transaction.atomic(),
        patch("quotes.queries.quotes.estimate", partial(estimate, draws=256)),
        # A real PDF, on one paper: the other prints the same.
        patch("tests.quotes.a_quote.quickly", nullcontext),
        patch("quotes.actions.sending.SIZES", SIZES[:1]),
        time_machine.travel(NOON, tick=False),
    ):
        workspace, own = a_company("Own", first=0, card="2026-01", launch=card)
        settings.PUBLIC_WORKSPACE = workspace.slug
        settings.API_REQUESTS_PER_MINUTE = 1_000_000
        people = everybody(workspace, own["token"])
        sent = QuoteRevision.objects.get(workspace=workspace)
        made = estimate_of(scenario_of(sent), today=NOON.date())
        yield World(own, people, canaries(made))
        transaction.set_rollback(True)


def everybody(workspace: Workspace, token: str) -> dict[str, Program]:
    """Return a stranger, the holder of the link, and somebody of every role."""
    people = {"anonymous": Program(), "link": Program()}
    people["link"].client.post(f"/q/{token}")
    buyers = {
        "client": a_client(workspace=workspace),
        "their client": client_named("Acme Vision", workspace=workspace),
    }
    for name, buyer in buyers.items():
        people[name] = signed_in(workspace, Role.CLIENT, buyer)
    for role in (Role.SALES, Role.MANAGER, Role.ADMIN):
        people[role] = signed_in(workspace, role, None)
    return people


def signed_in(workspace: Workspace, role: Role, buyer: Any) -> Program:
    program = Program(client=Client(raise_request_exception=False))
    member = a_membership(workspace=workspace, role=role, client=buyer)
    program.client.force_login(member.user)
    return program


def doors() -> list[tuple[str, Cell | None]]:
    """Return every address with its holes, and the operation behind it if there is."""
    pages = [
        (f"/{written}", None) for written, one in ADDRESSES if view_class(one) is None
    ]
    return pages + [(one.path, one) for one in cells()]


def asked(world: World, chance: random.Random, many: int) -> Iterator[tuple[str, str]]:
    """Ask at random; yield what was asked and each answer that must hold no cost."""
    everywhere = doors()
    offers = [one for one in everywhere if one[0].startswith("/offer")]
    for _ in range(many):
        who = chance.choice(list(world.people))
        address, cell = chance.choice(everywhere)
        if chance.random() < 0.3:  # what a client really opens
            who, (address, cell) = "link", chance.choice(offers)
        things = chance.choice([world.own] * 4 + [NOWHERE])
        address = filled(address, things)
        if chance.random() < 0.5:
            address += "?" + "&".join(chance.sample(PARAMETERS, 2))
        method = chance.choice(METHODS)
        head = chance.choice(HEADS)
        answer = an_answer(world.people[who], method, address, cell, chance, head)
        what = f"{who}: {method} {address} {head}"
        assert answer.status_code < 500, what
        hidden = not may({"their client": Role.CLIENT}.get(who, who), Act.SEE_COST)
        if hidden or (cell is not None and cell.name in FOR_CLIENTS):
            yield what, said(answer)


def an_answer(
    program: Program,
    method: str,
    address: str,
    cell: Cell | None,
    chance: random.Random,
    head: dict[str, str],
) -> Any:
    """Ask, and leave nothing behind."""
    body: Any = None
    if method in ("POST", "PUT", "PATCH"):
        body = body_for(cell) if cell else {"typed_name": "Ann", "text": "?"}
        if not isinstance(body, dict) or chance.random() < 0.3:
            body = a_spec() | {"cost": "show", "margin": True}
    said_by = {name.replace("-", "_"): value for name, value in head.items()}
    with transaction.atomic():
        answer = program.ask(method, address, body, **said_by)
        transaction.set_rollback(True)
    return answer


def said(answer: Any) -> str:
    """Return all of an answer: its heads and its body, streamed or not."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    heads = json.dumps(dict(answer.headers))
    return f"{heads}\n{read_aloud(body)}"


@lru_cache(maxsize=64)
def read_aloud(body: bytes) -> str:
    """Return the text of a body; that of a PDF is packed, and no search finds it."""
    if not body.startswith(b"%PDF-1"):
        return body.decode(errors="replace")
    reader = PdfReader(BytesIO(body))
    text = "".join(page.extract_text() for page in reader.pages)
    return f"{text}\n{dict(reader.metadata or {})}"


def found(world: World, many: int, seed: int = 4) -> list[tuple[str, list[str]]]:
    """Return which answers hold a figure of the cost side, with the figures."""
    return [
        (what, world.costs.findall(text)[:3])
        for what, text in asked(world, random.Random(seed), many)
        if world.costs.search(text)
    ]


def test_no_answer_to_who_may_not_see_a_cost_holds_a_figure_of_one(db, settings):
    with a_world(settings) as world:
        assert found(world, count(8000)) == []

        # That the figures are those that the desk reads: it is shown plenty.
        # Somebody new: whoever opened the link lost the session that was taken back.
        boss = signed_in(Workspace.objects.get(), Role.MANAGER, None)
        name = world.own["name"]
        desk = said(boss.get(f"/quotes/{name}/"))
        desk += said(boss.get(f"quotes/{name}/estimate"))
        assert len(set(world.costs.findall(desk))) > 20


def test_a_cost_that_slips_into_the_papers_of_clients_is_found(
    db, settings, monkeypatch
):
    honest = queries.draft_document

    def leaking(revision: Any, scenario: Any, made: Any, **days: Any) -> Any:
        document = honest(revision, scenario, made, **days)
        document["offer"]["name"] += f" ({made.cost.mean:.4f})"
        return document

    monkeypatch.setattr(queries, "draft_document", leaking)
    with a_world(settings) as world:
        slips = [what for what, _ in found(world, 300)]
        # Its text is packed within the PDF: only who unpacks it finds the figure.
        paper = world.people["link"].get("/offer.pdf")

        assert world.costs.search(said(paper))
        assert not world.costs.search(paper.content.decode(errors="replace"))
    assert any(what.startswith("link: GET /offer") for what in slips)
