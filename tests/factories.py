"""Valid rows, so that a test states only what it is about."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from quotes.actions.approvals import answer_request, request_approval
from quotes.actions.drafts import draft_quote
from quotes.actions.sending import SentQuote, send_quote
from quotes.models import QuoteRevision
from quotes.queries.policy import out_of_policy
from scoping.access import Role
from scoping.actions import publish_rate_card
from scoping.models import Client, Membership, RateCard, User, Workspace

_numbers = count(1)


def a_workspace(**changes: Any) -> Workspace:
    """Make a labelling company."""
    number = next(_numbers)
    fields: dict[str, Any] = {
        "name": f"Workspace {number}",
        "slug": f"workspace-{number}",
        "legal_name": f"Workspace {number} Ltd",
        "legal_address": "1 Plumb Line, Hanoi",
    }
    return Workspace.objects.create(**(fields | changes))


def a_user(**changes: Any) -> User:
    """Make a person who can sign in."""
    fields: dict[str, Any] = {
        "email": f"person-{next(_numbers)}@example.com",
        "password": "correct horse",
    }
    return User.objects.create_user(**(fields | changes))


def a_client(**changes: Any) -> Client:
    """Make a company that buys."""
    fields: dict[str, Any] = {"name": f"Client {next(_numbers)}"}
    fields |= changes
    return Client.objects.create(
        **({"workspace": fields.pop("workspace", None) or a_workspace()} | fields)
    )


ROOT = Path(__file__).resolve().parents[1]
LAUNCH_CARD = (ROOT / "fixtures/rate_cards/2026-01.yaml").read_text("utf-8")
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def a_membership(**changes: Any) -> Membership:
    """Make somebody a member: sales, unless said otherwise."""
    fields: dict[str, Any] = {"role": Role.SALES} | changes
    fields.setdefault("workspace", None)
    workspace = fields.pop("workspace") or a_workspace()
    user = fields.pop("user", None) or a_user()
    return Membership.objects.create(workspace=workspace, user=user, **fields)


def a_published_card(**changes: Any) -> RateCard:
    """Publish the launch card for a workspace."""
    workspace = changes.pop("workspace", None) or a_workspace()
    text = changes.pop("text", LAUNCH_CARD)
    return publish_rate_card(text, workspace=workspace, by=None, now=NOON)


def a_draft(**changes: Any) -> QuoteRevision:
    """Make a draft quote: 1,000 images of five boxes, unless said otherwise."""
    workspace = changes.pop("workspace", None)
    if workspace is None:
        workspace = a_workspace(timezone="Asia/Ho_Chi_Minh")
        a_published_card(workspace=workspace)
    owner = changes.pop("client", None) or a_client(workspace=workspace)
    by = changes.pop("by", None) or a_user()
    token = changes.pop("form_token", "")
    document = {
        "name": "Streets",
        "items": 1000,
        "start_on": "2026-03-02",
        "seed": 271,
        "lines": [{"type": "bounding_box", "units_per_item": 5}],
    } | changes
    return draft_quote(
        document, workspace=workspace, client=owner, by=by, now=NOON, form_token=token
    )


def approved(draft: QuoteRevision, *, now: datetime = NOON) -> QuoteRevision:
    """Return a draft that may be sent, approved by a second person where it must be."""
    if not out_of_policy(draft, today=now.date()):
        return draft
    request = request_approval(
        draft, edition=draft.edition, by=draft.created_by, role=Role.SALES, now=now
    )
    answer_request(
        draft,
        approved=True,
        edition=request.edition,
        by=a_user(),
        role=Role.MANAGER,
        now=now,
    )
    draft.refresh_from_db()
    return draft


def a_sent_quote(**changes: Any) -> SentQuote:
    """Send a draft quote, approved where it has to be."""
    draft = approved(changes.pop("draft", None) or a_draft(**changes))
    return send_quote(draft, by=draft.created_by, role=Role.MANAGER, now=NOON)
