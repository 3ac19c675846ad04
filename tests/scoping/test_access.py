"""Who may do what: the one table, row by row."""

from __future__ import annotations

import subprocess
import sys

import pytest

from scoping.access import ANONYMOUS, LINK_HOLDER, TABLE, Act, Role, may

EVERYBODY = [ANONYMOUS, LINK_HOLDER, *Role]
DESK = {Role.SALES, Role.MANAGER, Role.ADMIN}
LEADS = {Role.MANAGER, Role.ADMIN}
EXPECTED = {
    Act.SCOPE_IN_PUBLIC: {ANONYMOUS, LINK_HOLDER, Role.CLIENT},
    Act.SEE_CLIENT_VIEW: {LINK_HOLDER, Role.CLIENT, *DESK},
    Act.ANSWER_QUOTE: {LINK_HOLDER},
    Act.SEE_COST: DESK,
    Act.EDIT_SCOPE: DESK,
    Act.EDIT_QUOTE: DESK,
    Act.SEND_QUOTE: DESK,
    Act.SEE_RATE_CARD: DESK,
    Act.APPROVE_QUOTE: LEADS,
    Act.SEE_ACTUALS: LEADS,
    Act.SEE_PEOPLE_LEVEL: LEADS,
    Act.INGEST_ACTUALS: LEADS,
    Act.MOVE_BATCH: LEADS,
    Act.CHANGE_PLAN: LEADS,
    Act.GIVE_OUT_PACK: LEADS,
    Act.ANSWER_BATCH: {LINK_HOLDER},
    Act.IMPORT_PROJECT: LEADS,
    Act.PUBLISH_RATE_CARD: {Role.ADMIN},
    Act.MANAGE_PEOPLE: {Role.ADMIN},
    Act.SEE_RECORD: {Role.ADMIN},
}


@pytest.mark.parametrize("act", Act)
def test_an_act_is_allowed_to_these_roles_and_to_no_other(act):
    allowed = {role for role in EVERYBODY if may(role, act)}

    assert allowed == EXPECTED[act]


def test_the_table_has_no_gaps():
    assert set(TABLE) == set(EVERYBODY)


@pytest.mark.parametrize("act", Act)
def test_an_unknown_role_may_do_nothing(act):
    assert not may("owner", act)


def test_nobody_outside_of_the_company_sees_a_cost_a_person_or_what_happened():
    inside = {Act.SEE_COST, Act.SEE_PEOPLE_LEVEL, Act.SEE_ACTUALS, Act.SEE_RATE_CARD}

    for role in (ANONYMOUS, LINK_HOLDER, Role.CLIENT):
        assert not inside & TABLE[role]


def test_a_role_as_it_is_stored_is_the_role():
    assert may("manager", Act.APPROVE_QUOTE)


def test_the_table_needs_no_django():
    code = "import sys, scoping.access; print('django' in sys.modules)"

    output = subprocess.check_output([sys.executable, "-c", code], text=True)

    assert output == "False\n"
