"""Texts, templates and terms in the admin: a change is a new version, on record."""

from __future__ import annotations

import pytest

from quotes.models import PublishedSection, PublishedTemplate, PublishedTerms
from quotes.queries.texts import library
from scoping.models import AuditEntry
from tests.factories import a_user, a_workspace

pytestmark = pytest.mark.django_db
ADMIN = "/admin/quotes"


@pytest.fixture
def workspace(client):
    client.force_login(a_user(is_staff=True, is_superuser=True))
    return a_workspace()


def test_a_text_is_published_anew_from_the_version_before(client, workspace):
    page = f"{ADMIN}/publishedsection/add/"
    said = {
        "workspace": workspace.pk,
        "key": "closing",
        "version": "A-1",
        "heading": "Next",
        "text": "Dear {client}.",
    }

    wrong = client.post(page, said | {"text": "Dear {wage}."})
    first = client.post(page, said)
    row = PublishedSection.objects.get()
    again = client.post(page, said | {"text": "Other words."})
    filled = client.get(f"{page}?like={row.pk}").text
    second = client.post(page, said | {"version": "A-2", "text": "Good day."})

    assert wrong.status_code == again.status_code == 200
    assert "Nothing fills {wage}" in wrong.text
    assert "already exists" in again.text
    assert (first.status_code, second.status_code) == (302, 302), first.context[
        "errors"
    ]
    assert "Dear {client}." in filled
    assert library(workspace).sections["closing"].text == "Good day."
    listed = client.get(f"{ADMIN}/publishedsection/").text
    assert f"?like={row.pk}" in listed
    change = client.post(f"{ADMIN}/publishedsection/{row.pk}/change/", said)
    assert change.status_code == 403
    entries = AuditEntry.objects.filter(action="publish_text")
    assert entries.count() == 2
    assert "set-up" not in set(entries.values_list("actor", flat=True))


def test_a_template_and_terms_are_published_in_the_same_way(client, workspace):
    sections = list(library(workspace).templates["standard"].sections)
    template = {
        "workspace": workspace.pk,
        "key": "standard",
        "version": "A-1",
        "name": "Ours",
        "kinds": ["labelling"],
        "sections": "\n".join(sections),
    }
    terms = {
        "workspace": workspace.pk,
        "version": "A-1",
        "clauses": "- heading: Data\n  text: Yours for {remedy_days} days.",
    }

    short = client.post(
        f"{ADMIN}/publishedtemplate/add/", template | {"sections": "costs"}
    )
    made = client.post(f"{ADMIN}/publishedtemplate/add/", template)
    odd = client.post(f"{ADMIN}/publishedterms/add/", terms | {"clauses": "[x"})
    kept = client.post(f"{ADMIN}/publishedterms/add/", terms)

    assert "leaves out payment" in short.text
    assert "No YAML" in odd.text
    assert (made.status_code, kept.status_code) == (302, 302), made.context["errors"]
    row, clauses = PublishedTemplate.objects.get(), PublishedTerms.objects.get()
    assert library(workspace).template_for("labelling").version == "A-1"
    for model, pk, words in (
        ("publishedtemplate", row.pk, "what_you_owe_us"),
        ("publishedterms", clauses.pk, "Yours for {remedy_days} days."),
    ):
        page = client.get(f"{ADMIN}/{model}/add/?like={pk}")
        assert words in page.text
    assert client.get(f"{ADMIN}/publishedterms/add/?like=x").status_code == 200
