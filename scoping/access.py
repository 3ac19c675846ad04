"""Who may do what, for both apps: one table that every door asks.

Roles are held within a workspace. Anonymous visitors and holders of a private link are
roles too, so that the table has no gaps: what it does not list is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person is within one workspace."""

    SALES = "sales"
    MANAGER = "manager"
    ADMIN = "admin"
    CLIENT = "client"


ANONYMOUS = "anonymous"
LINK_HOLDER = "link"


class Act(StrEnum):
    """What a door lets somebody do."""

    SCOPE_IN_PUBLIC = "scope_in_public"
    SEE_CLIENT_VIEW = "see_client_view"
    ANSWER_QUOTE = "answer_quote"
    SEE_COST = "see_cost"
    EDIT_SCOPE = "edit_scope"
    EDIT_QUOTE = "edit_quote"
    SEND_QUOTE = "send_quote"
    APPROVE_QUOTE = "approve_quote"
    SEE_RATE_CARD = "see_rate_card"
    PUBLISH_RATE_CARD = "publish_rate_card"
    SEE_ACTUALS = "see_actuals"
    SEE_PEOPLE_LEVEL = "see_people_level"
    MOVE_BATCH = "move_batch"
    CHANGE_PLAN = "change_plan"
    GIVE_OUT_PACK = "give_out_pack"
    ANSWER_BATCH = "answer_batch"
    INGEST_ACTUALS = "ingest_actuals"
    IMPORT_PROJECT = "import_project"
    MANAGE_PEOPLE = "manage_people"
    SEE_RECORD = "see_record"


_DESK = {
    Act.SEE_CLIENT_VIEW,
    Act.SEE_COST,
    Act.EDIT_SCOPE,
    Act.EDIT_QUOTE,
    Act.SEND_QUOTE,
    Act.SEE_RATE_CARD,
}
_MANAGER = _DESK | {
    Act.APPROVE_QUOTE,
    Act.SEE_ACTUALS,
    Act.SEE_PEOPLE_LEVEL,
    Act.INGEST_ACTUALS,
    Act.MOVE_BATCH,
    Act.CHANGE_PLAN,
    Act.GIVE_OUT_PACK,
    Act.IMPORT_PROJECT,
}

TABLE: dict[str, frozenset[Act]] = {
    ANONYMOUS: frozenset({Act.SCOPE_IN_PUBLIC}),
    LINK_HOLDER: frozenset(
        {
            Act.SCOPE_IN_PUBLIC,
            Act.SEE_CLIENT_VIEW,
            Act.ANSWER_QUOTE,
            Act.ANSWER_BATCH,
        }
    ),
    Role.CLIENT: frozenset({Act.SCOPE_IN_PUBLIC, Act.SEE_CLIENT_VIEW}),
    Role.SALES: frozenset(_DESK),
    Role.MANAGER: frozenset(_MANAGER),
    Role.ADMIN: frozenset(
        _MANAGER | {Act.PUBLISH_RATE_CARD, Act.MANAGE_PEOPLE, Act.SEE_RECORD}
    ),
}
"""Everything that each role may do. There is no other permission in the product."""


def may(role: str, act: Act) -> bool:
    """Return whether a role may do something; unknown roles may do nothing."""
    return act in TABLE.get(role, frozenset())


class Grant(StrEnum):
    """What an API key may be given: a part of what the member behind it may do."""

    READ_SCOPES = "scopes:read"
    WRITE_SCOPES = "scopes:write"
    CALCULATE = "calculate"
    READ_RATE_CARDS = "rate_cards:read"
    READ_QUOTES = "quotes:read"
    WRITE_QUOTES = "quotes:write"
    SEND_QUOTES = "quotes:send"
    APPROVE_QUOTES = "quotes:approve"
    READ_PROJECTS = "projects:read"
    MOVE_BATCHES = "batches:move"
    WRITE_ACTUALS = "projects:write"
    READ_RECORD = "record:read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What it takes to call an operation of the API.

    The role has to include `act`; None leaves it open to everybody. A key has to hold
    `grant` besides; None asks nothing more of it.
    """

    act: Act | None
    grant: Grant | None = None


OPERATIONS: dict[str, Operation] = {
    "read_caller": Operation(act=Act.SEE_CLIENT_VIEW),
    "read_spec_schema": Operation(act=None),
    "create_estimate": Operation(act=None, grant=Grant.CALCULATE),
    "create_schedule": Operation(act=Act.SEE_COST, grant=Grant.CALCULATE),
    "create_agreement": Operation(act=Act.EDIT_SCOPE, grant=Grant.CALCULATE),
    "create_audit_plan": Operation(act=Act.EDIT_SCOPE, grant=Grant.CALCULATE),
    "read_audit_plan_schema": Operation(act=Act.EDIT_SCOPE, grant=Grant.CALCULATE),
    "create_gold_set": Operation(act=Act.EDIT_SCOPE, grant=Grant.CALCULATE),
    "list_scopes": Operation(act=Act.EDIT_SCOPE, grant=Grant.READ_SCOPES),
    "create_scope": Operation(act=Act.EDIT_SCOPE, grant=Grant.WRITE_SCOPES),
    "read_scope": Operation(act=Act.EDIT_SCOPE, grant=Grant.READ_SCOPES),
    "list_rate_cards": Operation(act=Act.SEE_RATE_CARD, grant=Grant.READ_RATE_CARDS),
    "read_rate_card": Operation(act=Act.SEE_RATE_CARD, grant=Grant.READ_RATE_CARDS),
    "list_audit_events": Operation(act=Act.SEE_RECORD, grant=Grant.READ_RECORD),
    "read_audit_head": Operation(act=Act.SEE_RECORD, grant=Grant.READ_RECORD),
    "list_quotes": Operation(act=Act.EDIT_QUOTE, grant=Grant.READ_QUOTES),
    "read_quote": Operation(act=Act.EDIT_QUOTE, grant=Grant.READ_QUOTES),
    "read_quote_estimate": Operation(act=Act.SEE_COST, grant=Grant.READ_QUOTES),
    "read_client_document": Operation(act=Act.EDIT_QUOTE, grant=Grant.READ_QUOTES),
    "read_choice": Operation(act=Act.EDIT_QUOTE, grant=Grant.READ_QUOTES),
    "read_quote_pdf": Operation(act=Act.EDIT_QUOTE, grant=Grant.READ_QUOTES),
    "list_quote_events": Operation(act=Act.EDIT_QUOTE, grant=Grant.READ_QUOTES),
    "list_approvals": Operation(act=Act.EDIT_QUOTE, grant=Grant.READ_QUOTES),
    "read_order_file": Operation(act=Act.SEND_QUOTE, grant=Grant.READ_QUOTES),
    "draft_quote": Operation(act=Act.EDIT_QUOTE, grant=Grant.WRITE_QUOTES),
    "change_spec": Operation(act=Act.EDIT_QUOTE, grant=Grant.WRITE_QUOTES),
    "decide_price": Operation(act=Act.EDIT_QUOTE, grant=Grant.WRITE_QUOTES),
    "decide_week": Operation(act=Act.EDIT_QUOTE, grant=Grant.WRITE_QUOTES),
    "add_scenario": Operation(act=Act.EDIT_QUOTE, grant=Grant.WRITE_QUOTES),
    "remove_scenario": Operation(act=Act.EDIT_QUOTE, grant=Grant.WRITE_QUOTES),
    "read_texts": Operation(act=Act.EDIT_QUOTE, grant=Grant.READ_QUOTES),
    "choose_template": Operation(act=Act.EDIT_QUOTE, grant=Grant.WRITE_QUOTES),
    "write_text": Operation(act=Act.EDIT_QUOTE, grant=Grant.WRITE_QUOTES),
    "read_promises": Operation(act=Act.EDIT_QUOTE, grant=Grant.READ_QUOTES),
    "change_promises": Operation(act=Act.EDIT_QUOTE, grant=Grant.WRITE_QUOTES),
    "list_inbox": Operation(act=Act.EDIT_QUOTE, grant=Grant.READ_QUOTES),
    "assign_inbox_item": Operation(act=Act.EDIT_QUOTE, grant=Grant.WRITE_QUOTES),
    "finish_inbox_item": Operation(act=Act.EDIT_QUOTE, grant=Grant.WRITE_QUOTES),
    "request_approval": Operation(act=Act.EDIT_QUOTE, grant=Grant.WRITE_QUOTES),
    "answer_approval": Operation(act=Act.APPROVE_QUOTE, grant=Grant.APPROVE_QUOTES),
    "send_quote": Operation(act=Act.SEND_QUOTE, grant=Grant.SEND_QUOTES),
    "renew_link": Operation(act=Act.SEND_QUOTE, grant=Grant.SEND_QUOTES),
    "close_links": Operation(act=Act.SEND_QUOTE, grant=Grant.SEND_QUOTES),
    "withdraw_quote": Operation(act=Act.SEND_QUOTE, grant=Grant.SEND_QUOTES),
    "record_order": Operation(act=Act.SEND_QUOTE, grant=Grant.SEND_QUOTES),
    "revise_quote": Operation(act=Act.EDIT_QUOTE, grant=Grant.WRITE_QUOTES),
    "mark_lost": Operation(act=Act.EDIT_QUOTE, grant=Grant.WRITE_QUOTES),
    "list_projects": Operation(act=Act.SEE_ACTUALS, grant=Grant.READ_PROJECTS),
    "read_project": Operation(act=Act.SEE_ACTUALS, grant=Grant.READ_PROJECTS),
    "read_reconciliation": Operation(act=Act.SEE_ACTUALS, grant=Grant.READ_PROJECTS),
    "list_batches": Operation(act=Act.SEE_ACTUALS, grant=Grant.READ_PROJECTS),
    "read_batch": Operation(act=Act.SEE_ACTUALS, grant=Grant.READ_PROJECTS),
    "plan_batches": Operation(act=Act.MOVE_BATCH, grant=Grant.MOVE_BATCHES),
    "draw_sample": Operation(act=Act.MOVE_BATCH, grant=Grant.MOVE_BATCHES),
    "move_batch": Operation(act=Act.MOVE_BATCH, grant=Grant.MOVE_BATCHES),
    "list_disputes": Operation(act=Act.SEE_ACTUALS, grant=Grant.READ_PROJECTS),
    "raise_dispute": Operation(act=Act.MOVE_BATCH, grant=Grant.MOVE_BATCHES),
    "decide_dispute": Operation(act=Act.MOVE_BATCH, grant=Grant.MOVE_BATCHES),
    "upload_file": Operation(act=Act.INGEST_ACTUALS, grant=Grant.WRITE_ACTUALS),
    "read_file": Operation(act=Act.INGEST_ACTUALS, grant=Grant.READ_PROJECTS),
    "list_names": Operation(act=Act.INGEST_ACTUALS, grant=Grant.READ_PROJECTS),
    "say_name": Operation(act=Act.INGEST_ACTUALS, grant=Grant.WRITE_ACTUALS),
    "send_part": Operation(act=Act.INGEST_ACTUALS, grant=Grant.WRITE_ACTUALS),
    "read_recall": Operation(act=Act.SEE_PEOPLE_LEVEL, grant=Grant.READ_PROJECTS),
    "list_recalled_items": Operation(
        act=Act.SEE_PEOPLE_LEVEL, grant=Grant.READ_PROJECTS
    ),
    "read_item_times": Operation(act=Act.SEE_PEOPLE_LEVEL, grant=Grant.READ_PROJECTS),
    "read_manifests": Operation(act=Act.SEE_ACTUALS, grant=Grant.READ_PROJECTS),
    "load_manifest": Operation(act=Act.INGEST_ACTUALS, grant=Grant.WRITE_ACTUALS),
    "read_upload": Operation(act=Act.INGEST_ACTUALS, grant=Grant.READ_PROJECTS),
}
"""Every operation of the API by its name in the OpenAPI document.

An operation that is not here is refused to everybody, and a test fails the build.
"""


def usable(grant: Grant, role: str) -> bool:
    """Return whether somebody of this role could use a grant at all."""
    return any(
        one.grant == grant and one.act is not None and may(role, one.act)
        for one in OPERATIONS.values()
    )


OPEN_PAGES = frozenset(
    {
        *("livez", "readyz", "home", "api_openapi", "choose_language"),
        *("public_start", "public_scope", "kept_scope", "ask_for_quote"),
        *("quote_link", "offer", "offer_pdf", "offer_json"),
        *("offer_accept", "offer_ask", "offer_decline"),
        *("offer_batches", "offer_batches_accept", "offer_batch_reject"),
        "offer_dispute",
        *("offer_report_csv", "offer_report_pdf"),
    }
)
"""The addresses that are not behind a desk: probes, the way in, the public form, links.

Every other page is wrapped in `at_desk(act)`, and every endpoint names its operations;
a test finds the one that is neither.
"""
