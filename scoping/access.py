"""Who may do what, for both apps: one table that every door asks.

Roles are held within a workspace. Anonymous visitors and holders of a private link are
roles too, so that the table has no gaps: what it does not list is refused.
"""

from __future__ import annotations

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
    ANSWER_BATCH = "answer_batch"
    INGEST_ACTUALS = "ingest_actuals"
    IMPORT_PROJECT = "import_project"
    MANAGE_PEOPLE = "manage_people"


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
    Role.ADMIN: frozenset(_MANAGER | {Act.PUBLISH_RATE_CARD, Act.MANAGE_PEOPLE}),
}
"""Everything that each role may do. There is no other permission in the product."""


def may(role: str, act: Act) -> bool:
    """Return whether a role may do something; unknown roles may do nothing."""
    return act in TABLE.get(role, frozenset())
