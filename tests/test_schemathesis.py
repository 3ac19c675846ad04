"""The API against its own document: whatever the schema allows, and what it does not.

schemathesis makes requests from the OpenAPI document, good ones and wrong ones, and
holds every answer to it: status, media type, headers, body, authentication, methods.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, settings

from scoping.access import Grant, Role
from scoping.actions.keys import make_api_key
from tests.factories import NOON, a_membership
from tests.quotes.a_quote import a_desk, a_draft, a_sent_quote, quickly
from tests.scale import SCALE, count

CONFIG = schemathesis.Config.from_dict(
    {
        # Every bound of every field by itself: thousands of requests, before a release.
        "phases": {"coverage": {"enabled": SCALE >= 1}},
        "checks": {
            # A spec that the schema allows may still be none that can be priced, and
            # what is changed may not be as it was seen: said as 400, 404, 409, 412.
            "positive_data_acceptance": {
                "expected-statuses": [200, 201, 304, 400, 404, 409, 412, 413, 422]
            },
        },
    }
)
SCHEMA = schemathesis.openapi.from_wsgi(
    "/api/v1/openapi.json", get_wsgi_application(), config=CONFIG
)


@pytest.fixture(scope="module")
def token(django_db_setup, django_db_blocker) -> Iterator[str]:
    """Open a company with something in it; nothing is left behind."""
    # A server closes its connections after a request; here all is one transaction.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    with django_db_blocker.unblock(), transaction.atomic(), quickly():
        workspace, boss = a_desk(Role.ADMIN)
        a_draft(workspace=workspace, by=boss)
        a_sent_quote(a_draft(workspace=workspace, by=boss))
        a_membership(workspace=workspace)
        yield make_api_key(
            workspace=workspace,
            user=boss,
            name="schemathesis",
            grants=list(Grant),
            by=boss,
            now=NOON,
        ).token
        transaction.set_rollback(True)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.database
@SCHEMA.parametrize()
@settings(
    max_examples=count(100),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_one_that_the_document_says(
    case: Any, token: str, settings: Any
) -> None:
    settings.API_REQUESTS_PER_MINUTE = 1_000_000
    with transaction.atomic():
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"})
        transaction.set_rollback(True)
