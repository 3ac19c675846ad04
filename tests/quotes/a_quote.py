"""Valid quotes, so that a test states only what it is about.

Sending takes seconds: an estimate on thousands of draws and two PDFs. A test that asks
neither of them what they hold gets both cheaply, `quickly()`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from copy import deepcopy
from datetime import UTC, date, datetime
from functools import cache, partial
from typing import Any
from unittest.mock import patch

import yaml

from quotes.actions.answers import accept_quote
from quotes.actions.drafts import draft_quote
from quotes.actions.sending import SentQuote, send_quote
from quotes.calc.snapshot import Identity, Parties, client_document
from quotes.models import Acceptance, PriceDecision, QuoteRevision
from quotes.queries.quotes import terms
from scoping.actions import client_named
from scoping.calc.estimate import estimate
from scoping.calc.offer import offer
from scoping.calc.rates import PriceSide, read_card
from scoping.calc.spec import read_spec
from scoping.models import User, Workspace
from scoping.queries import workdays
from tests.factories import (
    LAUNCH_CARD,
    a_membership,
    a_published_card,
    a_workspace,
    approved,
)
from tests.remembered import (
    remembered_advice,
    remembered_card,
    remembered_document,
    remembered_estimate,
)

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
EXPERT_WORDS = (
    "margin", "utilisation", "wage", "throughput", "P50", "P80", "P90", "CPI", "EAC",
    "LMDI", "posterior", "floor", "band", "rework", "seconds", "annotator",
)  # fmt: skip
"""What only experts say (DESIGN 2): no client page and no PDF does."""
STREET_SCENES = """
spec: 1
name: Street scenes
client: Acme Vision
items: 100000
start_on: "2026-03-02"
lines:
  - type: bounding_box
    units_per_item: {mean: {p10: "4.2", p50: "5", p90: "6.5"}}
    classes: 12
  - {type: image_tag, units_per_item: 2, classes: 6}
  - {type: polygon, units_per_item: "4.8", share_of_items: "0.08", classes: 4}
  - type: semantic_mask
    units_per_item: 1
    share_of_items: "0.02"
    complexity: hard
    optional: true
    classes: 20
"""


_STREET_SCENES: dict[str, Any] = yaml.safe_load(STREET_SCENES)


def a_spec(**changes: Any) -> dict[str, Any]:
    """Return a spec document: street scenes, four kinds of label."""
    return deepcopy(_STREET_SCENES) | changes


@cache
def _price_side() -> PriceSide:
    return read_card(yaml.safe_load(LAUNCH_CARD)).price


def a_client_document(**changes: Any) -> dict[str, Any]:
    """Return a client document at list prices, made without a database."""
    spec = read_spec(a_spec(**changes), door="staff", today=NOON.date())
    view = offer(
        spec,
        _price_side(),
        unit_prices=None,
        week=date(2026, 5, 11),
        workdays=workdays(),
    )
    return client_document(
        view,
        parties=Parties(
            vendor="Northline Labels",
            legal_name="Northline Labels Co., Ltd.",
            legal_address="14 Example Street, Hanoi, Vietnam",
            tax_id="0100 000 000",
            client="Acme Vision",
        ),
        identity=Identity(
            number="PL-2026-0042",
            revision=1,
            scenario="A",
            dated=date(2026, 1, 5),
            valid_until=date(2026, 1, 31),
            starts=spec.start_on,
            time_zone="Asia/Ho_Chi_Minh",
        ),
        terms=terms(),
        acceptance_days=10,
    )


@contextmanager
def quickly(*, anew: bool = False) -> Iterator[None]:
    """Estimate on few draws, the same question once a run, and print no PDF.

    `anew` is for tests that ask whether the same question has the same answer.
    """
    given: dict[str, Any] = {
        "quotes.actions.sending.render_quote": lambda *_, **__: b"%PDF-",
        "quotes.queries.quotes.estimate": partial(estimate, draws=256),
    }
    if not anew:
        given |= {
            "scoping.convert.rate_card": remembered_card,
            "quotes.queries.quotes.estimate": remembered_estimate,
            "quotes.queries.offers.estimate": remembered_estimate,
            "quotes.queries.advice.advice": remembered_advice,
            "quotes.queries.advice.document": remembered_document,
            "quotes.actions.choosing.estimate_document": remembered_document,
            "quotes.actions.sending.estimate_document": remembered_document,
        }
    with ExitStack() as patched:
        for name, by in given.items():
            patched.enter_context(patch(name, by))
        yield


def a_desk(role: str = "manager", **changes: Any) -> tuple[Workspace, User]:
    """Make a workspace with a card and somebody who works there."""
    workspace = a_workspace(**({"timezone": "Asia/Ho_Chi_Minh"} | changes))
    a_published_card(workspace=workspace)
    return workspace, a_membership(workspace=workspace, role=role).user


def a_draft(
    *,
    workspace: Workspace | None = None,
    by: User | None = None,
    now: datetime = NOON,
    **changes: Any,
) -> QuoteRevision:
    """Make a draft quote."""
    if workspace is None or by is None:
        workspace, by = a_desk()
    return draft_quote(
        a_spec(**changes),
        workspace=workspace,
        client=client_named("Acme Vision", workspace=workspace),
        by=by,
        now=now,
    )


def a_decided_draft() -> QuoteRevision:
    """Make a draft whose first line's price was decided."""
    draft = a_draft()
    PriceDecision.objects.create(
        workspace=draft.workspace,
        scenario=draft.scenarios.get(),
        line=0,
        value="0.09",
        binding="typed",
        why="agreed by telephone",
        who=draft.created_by,
        at=NOON,
    )
    return draft


def a_sent_quote(
    revision: QuoteRevision | None = None, *, now: datetime = NOON, **changes: Any
) -> SentQuote:
    """Send a draft, approved where it has to be; `whole=True` prints real PDFs."""
    whole = changes.pop("whole", False)
    draft = revision or a_draft(now=now, **changes)
    with nullcontext() if whole else quickly():
        if draft.state == "draft":
            approved(draft, now=now)
        return send_quote(draft, by=draft.created_by, role="manager", now=now)


def accept(revision: QuoteRevision, **changes: Any) -> Acceptance:
    """Accept a sent quote as its client would."""
    particulars: dict[str, Any] = {
        "typed_name": "Ann Example",
        "client_digest": revision.client_digest,
        "address": "192.0.2.1",
        "user_agent": "a browser",
        "now": NOON,
    }
    return accept_quote(revision, **(particulars | changes))


def expert_words_in(text: str) -> list[str]:
    """Return the expert words that a text for clients speaks."""
    return [
        word for word in EXPERT_WORDS if re.search(rf"\b{word}\b", text, re.IGNORECASE)
    ]
