"""Page, API, PDF and command line say the same figures for the same spec."""

from __future__ import annotations

import json
from io import BytesIO, StringIO

import pytest
import yaml
from django.core.management import call_command
from pypdf import PdfReader

from quotes.actions.drafts import draft_quote
from quotes.actions.sending import send_quote
from quotes.queries.quotes import frozen_pdf, sent_document
from scoping.access import Role
from scoping.calc.spec import to_document
from scoping.templatetags.plumbline import money, whole_money
from tests.calc.an_estimate import random_spec
from tests.factories import (
    NOON,
    a_client,
    a_membership,
    a_published_card,
    a_workspace,
    approved,
)
from tests.scale import count

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("number", range(count(20)))
def test_a_random_spec_has_one_total_at_every_door(client, tmp_path, number):
    workspace = a_workspace(timezone="UTC")
    a_published_card(workspace=workspace)
    member = a_membership(workspace=workspace, role=Role.MANAGER)
    client.force_login(member.user)
    document = to_document(random_spec(number + 300))
    path = tmp_path / "spec.yaml"
    path.write_text(yaml.safe_dump(document), "utf-8")
    out = StringIO()

    answered = client.post(
        "/api/v1/estimates", json.dumps(document), content_type="application/json"
    ).json()
    call_command("estimate", path, "--format", "json", stdout=out)
    printed = json.loads(out.getvalue())
    draft = draft_quote(
        document,
        workspace=workspace,
        client=a_client(workspace=workspace),
        by=member.user,
        now=NOON,
    )
    page = client.get(f"/quotes/{draft}/").content.decode()
    sent = send_quote(approved(draft), by=member.user, role=Role.MANAGER, now=NOON)

    total = answered["price"]["total"]
    assert printed["price"] == answered["price"]
    assert [line["amount"] for line in printed["lines"]] == [
        line["amount"] for line in answered["lines"]
    ]
    by_team = document["commercial"].get("basis") == "pod_month"
    own = [line["amount"] for line in answered["lines"]]
    assert by_team or None not in own
    amounts = [total, *(one for one in own if one)]
    if by_team:  # it is one amount; the lines that it labels have none of their own
        amounts.append(answered["price"]["subtotal"])
    amounts += [fee["amount"] for fee in answered["fees"]]
    assert [one for one in amounts if money(one) not in page] == []
    assert (
        sent_document(sent.revision, at=NOON).document["offer"]["price"]
        == (answered["price"])
    )
    pages = PdfReader(BytesIO(frozen_pdf(sent.revision, size="a4"))).pages
    text = "".join(page.extract_text() for page in pages)
    assert [one for one in amounts if money(one) not in text] == []
    ends = answered["price"]["range"]
    if ends["low"] != ends["high"]:  # a total without doubt has no range to print
        assert whole_money(ends["low"]) in text
        assert whole_money(ends["high"]) in text
