"""A sample in, a quote out: its range is the doubt about the mean, never the spread."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO, StringIO

import pytest
import yaml
from django.core.management import call_command
from pypdf import PdfReader

from quotes.actions.drafts import draft_quote
from quotes.actions.sending import send_quote
from quotes.queries.quotes import frozen_pdf, sent_document
from scoping.access import Role
from scoping.templatetags.plumbline import money, whole_money
from tests.factories import (
    NOON,
    a_client,
    a_membership,
    a_published_card,
    a_workspace,
    approved,
)
from tests.shared import shared

pytestmark = pytest.mark.django_db


def test_the_taco_sample_becomes_a_quote_whose_range_is_the_doubt_about_the_mean(
    tmp_path,
):
    sample = shared("data/samples/exports/coco/taco_annotations.json")
    spec, out = tmp_path / "taco.yaml", StringIO()
    workspace = a_workspace(timezone="UTC")
    a_published_card(workspace=workspace)
    by = a_membership(workspace=workspace, role=Role.MANAGER).user

    call_command(
        "measure", sample, "--items", "100000", "--spec", spec, stdout=out, stderr=out
    )
    document = yaml.safe_load(spec.read_text("utf-8")) | {"start_on": "2026-03-02"}
    client = a_client(workspace=workspace)
    draft = draft_quote(document, workspace=workspace, client=client, by=by, now=NOON)
    sent = send_quote(approved(draft), by=by, role=Role.MANAGER, now=NOON)

    offer = sent_document(sent.revision, at=NOON).document["offer"]
    price = offer["price"]
    low, typical, high = (
        Decimal(price["range"][end]) for end in ("low", "typical", "high")
    )
    mean = document["lines"][0]["units_per_item"]["mean"]
    doubt = float(mean["p90"]) / float(mean["p10"])
    assert document["items"] == 100_000
    # Eight images of ten hold 0 to 7 objects, a spread without any ratio; the doubt
    # about the mean of 100,000 images is what the range is made of, and nothing else.
    assert float(high / low) == pytest.approx(doubt, rel=0.01)
    assert 1.1 < doubt < 2
    assert low < typical < high
    text = "".join(
        page.extract_text()
        for page in PdfReader(BytesIO(frozen_pdf(sent.revision, size="a4"))).pages
    )
    assert money(price["total"]) in text
    for end in ("low", "high"):
        assert whole_money(price["range"][end]) in text
