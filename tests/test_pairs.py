"""A client can never see a cost: two worlds that differ in costs alone look the same.

Each pair is two workspaces with equal particulars, price side, decided prices and
promised weeks; wages, utilisation, effort, errors, pre-labels and margins differ at
random. Everything that a client can open is compared byte for byte. Later doors add a
line to `client_bytes`; later states add one to `STATES`.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from io import BytesIO

import numpy as np
import pytest
import time_machine
from django.conf import settings as real_settings
from django.core import mail
from django.db import transaction
from django.test import Client, override_settings
from pypdf import PdfReader

from quotes import pdf
from quotes.actions import RefusedError
from quotes.actions.actuals import ingest_file
from quotes.actions.answers import accept_quote, decline_quote
from quotes.actions.approvals import request_approval
from quotes.actions.changes import Agreed, order_change
from quotes.actions.disputes import Decision, Reading, decide_dispute, raise_dispute
from quotes.actions.drafts import decide_price, decide_week, draft_quote
from quotes.actions.gate_evidence import CLIENT, Said
from quotes.actions.gates import plan_batches
from quotes.actions.revisions import revise_quote
from quotes.actions.sending import send_quote
from quotes.calc.change import Change
from quotes.jobs.clock import keep_time
from quotes.jobs.mail import deliver
from quotes.models import Project
from quotes.pdf import SIZES
from quotes.queries import quotes as queries
from quotes.queries.gates import rows_of
from quotes.queries.policy import out_of_policy
from quotes.queries.quotes import estimate_of, scenario_of
from scoping.access import LINK_HOLDER, Role
from tests.companies import ADDRESSES, filled
from tests.cost_sides import another_cost_side
from tests.factories import (
    LAUNCH_CARD,
    NOON,
    a_client,
    a_membership,
    a_published_card,
    a_user,
    a_workspace,
    approved,
)
from tests.quotes.a_project import DELIVERED, moved
from tests.scale import count

pytestmark = pytest.mark.django_db

STATES = ("sent", "accepted", "declined", "draft", "superseded", "expired")
FOLLOWS = ("list", "target", "floor", "typed")
TOKEN = "a-token-that-both-worlds-share"
CSRF = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')
NONCE = re.compile(r"'nonce-[^']*'")
SLUG = re.compile(rb"/scope/workspace-[0-9]+/")
"""Both worlds lie in one database, in which a slug is given once."""
BATCH = re.compile(
    rb'(batch-|<option value="|name="batch" value="|/batches/|why-|reject-)[0-9]+'
)
"""And so is the number of a batch."""
SPEC = {
    "name": "Streets",
    "items": 2000,
    "start_on": "2026-03-02",
    "seed": 271,
    "lines": [
        {
            "type": "bounding_box",
            "units_per_item": {"mean": {"p10": 4, "p50": 5, "p90": 7}},
            "classes": 12,
        },
        {"type": "image_tag", "units_per_item": 2},
        {"type": "semantic_mask", "units_per_item": 1, "optional": True},
    ],
}

PUBLIC_ANSWERS = {
    "form": {},
    "scope": {
        "need": "object_detection",
        "images": "2000",
        "low": "3",
        "typical": "5",
        "high": "8",
        "budget": "1500",
        "method": "polygon",
    },
    "scope on request": {"need": "object_detection", "complexity": "hard"},
    "scope of nothing known": {"need": "pose"},
}


RECIPIENT = "dana@acme.example"
NEAR_ITS_END = NOON + timedelta(days=29)
AFTER_ITS_END = NOON + timedelta(days=40)
ERRORS = {
    "missing": ("get", "/q/no-such-token", {}),
    "bad estimate": ("post", "/api/v1/estimates", {"items": "many"}),
    "acceptance of nothing": ("post", "/offer/accept", {}),
    "acceptance of another": (
        "post",
        "/offer/accept",
        {"typed_name": "Dana Reyes", "consent": "yes", "client_digest": "0"},
    ),
    "no question": ("post", "/offer/ask", {}),
    "no batch": ("post", "/offer/batches/999/reject", {"reason": "?"}),
    "no size": ("get", "/offer.pdf", {"size": "a0"}),
    "no choice": ("get", "/offer/", {"take": "77"}),
    "no desk": ("get", "/quotes/", {}),
}
CLIENT_PAGES = ("/offer/?take=2", "/offer/?scenario=B", "/offer/batches/")
OPEN_OFFERS = [
    "/" + filled(written, {})
    for written, one in ADDRESSES
    if str(one.name).startswith("offer")
]
ACTUALS = (
    "batch,stage,annotation_type,clock,period_end,items,units_produced,units_passed,"
    "units_accepted,active_seconds\n"
    "batch 001,label,bounding_box,label,2026-01-06,1000,5000,5000,5000,{seconds}\n"
)


class World:
    """One workspace with its quote; everything that a client could open."""

    def __init__(self, *, card, decisions, week, state, django_client):
        # The world with the other cost side took another time over the same work.
        self.seconds = 5_000 if card == LAUNCH_CARD else 9_000
        self.workspace = a_workspace(
            name="Northline",
            legal_name="Northline Labels Co., Ltd.",
            legal_address="14 Example Street, Hanoi",
            timezone="Asia/Ho_Chi_Minh",
        )
        a_published_card(workspace=self.workspace, text=card)
        owner = a_client(workspace=self.workspace, name="Acme Vision")
        self.by = a_user()
        self.draft = draft_quote(
            SPEC, workspace=self.workspace, client=owner, by=self.by, now=NOON
        )
        self.client = django_client
        self.member = a_membership(
            workspace=self.workspace,
            role=Role.CLIENT,
            client=owner,
            user=a_user(full_name="Dana Reyes"),
        ).user
        self.decisions, self.week, self.state = decisions, week, state

    def answered(self):
        """Do what leads to the state, and deliver its mails after each step."""
        mail.outbox.clear()
        for line, (value, binding) in self.decisions.items():
            decide_price(
                self.draft,
                line=line,
                value=value,
                binding=binding,
                why="as agreed",
                by=self.by,
                role="sales",
                now=NOON,
            )
        decide_week(self.draft, week=self.week, by=self.by, role="sales", now=NOON)
        self.draft.refresh_from_db()
        if self.state == "draft":
            self.blocked()
            return self
        self.sent = self.send(self.draft)
        revision = self.sent.revision
        deliver(clock=lambda: NOON)
        if self.state == "accepted":
            accept_quote(
                revision,
                typed_name="Dana Reyes",
                client_digest=revision.client_digest,
                address="127.0.0.1",
                user_agent="test",
                now=NOON + timedelta(days=1),
            )
            self.delivered(revision)
        elif self.state == "declined":
            decline_quote(revision, reason="Too dear", now=NOON + timedelta(days=1))
        elif self.state == "superseded":
            made = revise_quote(revision, by=self.by, role=Role.MANAGER, now=NOON)
            # A later start has another week of its own: it is promised again.
            decide_week(made, week=self.week, by=self.by, role="sales", now=NOON)
            made.refresh_from_db()
            self.send(made)
        elif self.state == "sent":
            keep_time(now=NEAR_ITS_END)
        elif self.state == "expired":
            keep_time(now=AFTER_ITS_END)
        deliver(clock=lambda: NEAR_ITS_END)
        return self

    def send(self, draft):
        return send_quote(
            approved(draft),
            by=self.by,
            role=Role.MANAGER,
            now=NOON,
            recipient_name="Dana Reyes",
            recipient_email=RECIPIENT,
        )

    def blocked(self):
        """Try to send what waits for an approval; a draft within policy just waits."""
        draft = self.draft
        if not out_of_policy(draft, today=NOON.date()):
            return
        request_approval(
            draft, edition=draft.edition, by=self.by, role="sales", now=NOON
        )
        draft.refresh_from_db()
        with pytest.raises(RefusedError):
            send_quote(draft, by=self.by, role=Role.MANAGER, now=NOON)

    def delivered(self, revision):
        """Deliver a batch of each line, and count work whose cost differs."""
        project = Project.objects.get(acceptance__revision=revision)
        now = NOON + timedelta(days=1)
        plan_batches(project, by=self.by, role=Role.MANAGER, now=now)
        for batch in rows_of(project).filter(key="batch 001"):
            way = [
                (name, Said(checked=10_000, wrong=3) if name == "decide" else said)
                for name, said in (
                    (name, Said(done=batch.items) if said.done else said)
                    for name, said in DELIVERED
                )
            ]
            moved(batch, *way, at=now)
            said = Reading(called_wrong_by="client", image="7.jpg", text="Two boxes.")
            row = raise_dispute(batch, said, by=CLIENT, role=LINK_HOLDER, now=now)
            verdict = Decision(verdict="labelling_error", why="Rule 4.2")
            decide_dispute(row, verdict, by=self.by, role=Role.MANAGER, now=now)
        # Agreed with the client at one price; what it costs us differs, and why.
        order_change(
            project,
            Change(
                effective=date(2026, 3, 9),
                units={0: 12_000},
                promised=date(2026, 6, 15),
                cost=Decimal(self.seconds) / 100,
            ),
            Agreed(
                why=f"It takes us {self.seconds:,} s more.",
                clause="An image has 5 boxes on average",
                client_word="Please do.",
                client_name="Dana Reyes",
            ),
            by=self.by,
            role=Role.MANAGER,
            now=now,
        )
        rows = ACTUALS.format(seconds=self.seconds)
        outcome = ingest_file(
            project, rows.encode(), name="x.csv", mapping=None, by=None, now=now
        )
        assert outcome.state == "published", outcome.plan.refused

    def client_bytes(self, settings):
        """Return everything that a client or a stranger can open, by name."""
        settings.PUBLIC_WORKSPACE = self.workspace.slug
        public = self.client.post(
            "/api/v1/estimates",
            {key: value for key, value in SPEC.items() if key != "seed"},
            content_type="application/json",
        )
        landing = self.client.get(f"/q/{TOKEN}")
        entered = self.client.post(f"/q/{TOKEN}", follow=True)
        found = {"public": public, "landing": landing, "page": entered}
        for name, said in PUBLIC_ANSWERS.items():
            page = self.client.get(f"/scope/{self.workspace.slug}/", said)
            found[name] = page
        for name in ("offer.json", "offer.pdf"):
            found[name] = self.client.get(f"/{name}")
        for kind in ("csv", "pdf"):
            found[f"report as {kind}"] = self.client.get(f"/offer/report.{kind}")
        for name, (method, address, said) in ERRORS.items():
            found[name] = getattr(self.client, method)(address, said)
        for address in CLIENT_PAGES:
            found[f"page {address}"] = self.client.get(address)
        for address in sorted(OPEN_OFFERS):
            found[f"options of {address}"] = self.client.options(address)
        signed_in = Client()
        signed_in.force_login(self.member)
        found["home"] = signed_in.get("/")
        if self.state != "draft":
            found["pdf of the client"] = signed_in.get(
                f"/your-quotes/{self.sent.revision}.pdf"
            )
        return {name: visible(response) for name, response in found.items()} | {
            f"mail {place}": self.visible_mail(one)
            for place, one in enumerate(
                one for one in mail.outbox if RECIPIENT in one.to
            )
        }

    def visible_mail(self, one):
        """Return a mail as `visible` does an answer; who answers it has an own name."""
        said = [one.subject, one.from_email, *one.to, one.body, str(one.alternatives)]
        heads = {
            name: value
            for name, value in one.extra_headers.items()
            if name != "Message-ID"
        }
        heads["Reply-To"] = [to.replace(self.by.email, "") for to in one.reply_to]
        return 200, heads, "\n".join(said).encode()


def visible(response):
    """Return all that an answer says, but for what is drawn anew for every answer."""
    body = response.content
    if response.headers.get("Content-Type", "").startswith("application/pdf"):
        body = text_of(body) + hashlib.sha256(body).hexdigest().encode()
    heads = {
        name: NONCE.sub("", value)
        for name, value in response.headers.items()
        if name not in ("Set-Cookie", "Content-Length")
    }
    body = BATCH.sub(rb"\1", SLUG.sub(b"", CSRF.sub(b"", body)))
    return response.status_code, heads, body


@lru_cache(maxsize=4)
def text_of(printed):
    reader = PdfReader(BytesIO(printed))
    text = [page.extract_text() for page in reader.pages]
    return repr((text, dict(reader.metadata or {}))).encode()


@pytest.fixture(scope="module", autouse=True)
def printed_once():
    """Print the same page of HTML once: two worlds that are alike take half the time.

    That it prints the same bytes each time is a test of `tests/doors/test_pdf.py`.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("quotes.pdf.render", lru_cache(maxsize=8)(pdf.render))
        yield


@pytest.fixture
def shared_token(monkeypatch):
    """Give both worlds one token, and let each find its own quote by it."""
    return share_a_token(monkeypatch)


def share_a_token(monkeypatch):
    """Return what has to be called before each world is made."""
    serial = iter(range(10_000))
    plain = queries.token_hash
    current: dict[str, int] = {}

    def token(_):
        current["links"] += 1
        return TOKEN if current["links"] == 1 else f"{TOKEN}-{current['links']}"

    monkeypatch.setattr(secrets, "token_urlsafe", token)

    def hashed(token):
        return plain(f"{token}{current.get('world', '')}")

    monkeypatch.setattr(queries, "token_hash", hashed)

    def enter():
        current["world"], current["links"] = next(serial), 0

    return enter


def pair_of(rng, place, shared_token, settings, client_factory):
    """Return what clients see in two worlds that differ in costs alone."""
    state = STATES[place % len(STATES)]
    week = date(2026, 6, 1)
    decisions = None
    seen = []
    for card in (LAUNCH_CARD, another_cost_side(rng)):
        shared_token()
        world = World(
            card=card,
            decisions=decisions or {},
            week=week,
            state=state,
            django_client=client_factory(),
        )
        if decisions is None:
            decisions = world.decisions = followed(world.draft, place)
        world.answered()
        seen.append(world.client_bytes(settings))
    return seen


def followed(draft, place):
    """Return unit prices taken from the first world's suggestions, or typed."""
    made = estimate_of(scenario_of(draft), today=NOON.date())
    found = {}
    for index, suggested in made.suggested.items():
        # Every state meets every way to price a line.
        follows = FOLLOWS[(place // len(STATES) + index) % len(FOLLOWS)]
        value = (
            Decimal("0.0777")
            if follows == "typed"
            else getattr(suggested, follows).value
        )
        found[index] = (value, follows)
    return found


@pytest.fixture
def at_desk_time():
    """Let pages read a clock that stands shortly after sending."""
    with time_machine.travel(NOON + timedelta(days=2), tick=False):
        yield


MAILS = {"draft": 0, "sent": 2, "accepted": 3, "superseded": 2}
"""How many mails a client gets; where none is named, the one with the quote."""


@pytest.mark.parametrize("place", range(count(200)))
def test_costs_that_differ_leave_no_trace_in_what_a_client_can_open(
    place, shared_token, settings, at_desk_time
):
    rng = np.random.default_rng(place)

    first, second = pair_of(rng, place, shared_token, settings, Client)

    # A draft has no link yet: the public form alone answers.
    statuses = [first[name][0] for name in ("public", "page", "offer.json")]
    state = STATES[place % len(STATES)]
    assert statuses == {
        "draft": [200, 404, 403],
        "superseded": [200, 410, 410],
    }.get(state, [200, 200, 200])
    mails = len([name for name in first if name.startswith("mail ")])
    assert mails == MAILS.get(state, 1)
    assert [
        (name, *difference(first[name], one))
        for name, one in second.items()
        if one != first[name]
    ] == []


def difference(one, other):
    """Return the two places around the first byte in which two answers differ."""
    left, right = repr(one), repr(other)
    start = next(
        (at for at, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), 0
    )
    return left[max(0, start - 80) : start + 80], right[max(0, start - 80) : start + 80]


LEAKS = {
    "cost": lambda made: str(made.cost.mean),
    "cost at confidence": lambda made: str(made.cost.p80),
    "margin": lambda made: str(made.margin.mean),
    "loss": lambda made: str(made.margin.p10),
    "hours": lambda made: str(made.hours.p50),
    "seconds": lambda made: str(made.efforts[0].per_unit.value),
    "wage": lambda made: str(made.rates.by_role["annotator"].value),
    "utilisation": lambda made: str(made.rates.utilisation.value),
    "floor": lambda made: str(made.suggested[0].floor.value),
    "defects": lambda made: str(made.checkings[0].loop.outgoing_defect.value),
}


class Leak:
    """Says a cost in every answer: among its heads, and at the end of a body of text.

    The papers and the mails say one already, in the name of the quote.
    """

    said = ""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers["X-Plan"] = self.said
        if not response.headers.get("Content-Type", "").endswith("pdf"):
            response.content += f" (leak:{self.said})".encode()
        return response


@pytest.fixture(scope="module")
def leaky_pair(django_db_setup, django_db_blocker):
    """Return what clients see in two worlds that say all ten figures, each marked.

    All are planted in one pair of worlds: a pair takes seconds, and each leak is looked
    for with the nine others taken out.
    """
    honest = queries.draft_document

    def leaking(revision, scenario, made, **days):
        Leak.said = str(made.cost.mean)
        document = honest(revision, scenario, made, **days)
        document["offer"]["name"] += "".join(
            f" ({mark}:{leak(made)})" for mark, leak in enumerate(LEAKS.values())
        )
        return document

    with (
        django_db_blocker.unblock(),
        transaction.atomic(),
        pytest.MonkeyPatch.context() as patch,
        override_settings(
            PUBLIC_WORKSPACE="",
            MIDDLEWARE=[*real_settings.MIDDLEWARE, f"{__name__}.Leak"],
        ),
        time_machine.travel(NOON + timedelta(days=2), tick=False),
    ):
        patch.setattr(queries, "draft_document", leaking)
        # The paper that a client is given; the other one prints the same.
        patch.setattr("quotes.actions.sending.SIZES", SIZES[:1])
        seen = pair_of(
            np.random.default_rng(5), 1, share_a_token(patch), real_settings, Client
        )
        transaction.set_rollback(True)
    # Only bytes are left: no other test meets the leaks.
    return seen


def without(seen, marks):
    """Return what was seen without the figures of some marks, blanks and digests.

    A PDF breaks a long name into lines, even within a figure; a digest tells every
    difference, whichever it is.
    """
    plain = re.sub(rb"\s|\\\\n|\\n", b"", seen)
    plain = re.sub(rb"[0-9a-f]{32,}", b"", plain)
    for mark in marks:
        plain = re.sub(rb"\(%d:[^)]*\)" % mark, b"", plain)
    return re.sub(rb"\(leak:[^)]*\)", b"", plain)


def test_a_leak_is_found_through_whichever_door(leaky_pair):
    first, second = leaky_pair

    doors = {
        "page": "page",
        "JSON": "offer.json",
        "PDF": "offer.pdf",
        "export": "report as csv",
        "mail with the quote": "mail 0",
        "mail of the acceptance": "mail 1",
        "error of a page": "acceptance of another",
        "error of the API": "bad estimate",
        "page that is not there": "missing",
        "OPTIONS": "options of /offer/",
    }
    assert [
        door for door, name in doors.items() if first[name][2] == second[name][2]
    ] == []
    # And in the heads of every answer; a mail's are made elsewhere.
    answers = [name for name in first if not name.startswith("mail ")]
    assert [name for name in answers if first[name][1] == second[name][1]] == []


SHOWN = ("page", "offer.json", "offer.pdf")


@pytest.mark.parametrize("mark", range(len(LEAKS)), ids=list(LEAKS))
def test_a_planted_leak_is_found(mark, leaky_pair):
    first, second = leaky_pair
    others = [one for one in range(len(LEAKS)) if one != mark]

    for name in SHOWN:
        one, other = (without(seen[name][2], others) for seen in (first, second))
        said = [re.findall(rb"\(%d:([^)]+)\)" % mark, seen) for seen in (one, other)]
        assert said[0], name
        assert said[0] != said[1], name


def test_without_the_planted_leaks_nothing_is_found(leaky_pair):
    first, second = leaky_pair

    # The PDF differs still: names of other lengths break its lines elsewhere.
    for name in ("page", "offer.json"):
        one, other = (
            without(seen[name][2], range(len(LEAKS))) for seen in (first, second)
        )
        assert one == other, (name, *difference(one, other))
