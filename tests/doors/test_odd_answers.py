"""No form breaks, whatever is typed, chosen or forged in it."""

from __future__ import annotations

import random
import re

import pytest

from tests.quotes.a_quote import a_desk, a_draft, quickly
from tests.scale import count

pytestmark = pytest.mark.django_db

ODD = (
    *("", "0", "-1", "1", "50", "1e999", "NaN", "Infinity", "9" * 20, "١٢٣"),
    *("true", "None", "[]", "%00", "../../etc/passwd", "=cmd()", "5 boxes"),
    *("1,000.5", "1.000,5", "2027-01-04", "2027-13-45", "9999-12-31", "0001-01-01"),
    *("USD", "box", "á" * 3000, "\u202eabc", "<script>alert(1)</script>"),
)
FORMS = (
    *("/scope/", "/inbox/", "/role-rates/", "/api-keys/", "/quotes/", "/quotes/grid"),
    *("/scopes/new", "/schedule/", "/gold-sets/", "/audit-plans/", "/calculators/"),
    *("/agreement/", "/rate-cards/2026-01/", "/projects/all/paid-time/"),
)
OF_A_QUOTE = {
    "promises": "promises",
    "texts": "texts",
    "schedule": "schedule",
    "schedule/week": "schedule",
    **dict.fromkeys(("", "advice", "lines/0", "approval", "scope", "send"), ""),
}
NAMED = re.compile(r'name="([^"]+)"')
FILLED = re.compile(r'name="([^"]+)"[^>]*value="([^"]*)"')


def odd(page, rng):
    """Return answers to the fields of a page: as they stand, odd, or none."""
    standing = dict(FILLED.findall(page))
    names = sorted(set(NAMED.findall(page)) - {"csrfmiddlewaretoken", "viewport"})
    return {
        name: standing.get(name, "") if rng.random() < 0.5 else rng.choice(ODD)
        for name in names
        if rng.random() < 0.8
    }


@pytest.mark.timeout(600)
def test_odd_answers_are_refused_in_words_and_never_break_a_page(client, settings):
    for limit in ("FORM", "SAVES", "ESTIMATES"):
        setattr(settings, f"PUBLIC_{limit}_PER_HOUR", 100_000)
    workspace, by = a_desk("admin")
    settings.PUBLIC_WORKSPACE = workspace.slug
    quote = f"/quotes/{a_draft(workspace=workspace, by=by)}/"
    client.force_login(by)
    client.raise_request_exception = False
    pages = {address: address for address in FORMS}
    pages |= {quote + act: quote + form for act, form in OF_A_QUOTE.items()}
    broken = []

    with quickly():
        for address, form in pages.items():
            page = client.get(form, follow=True).text
            assert NAMED.search(page), f"{form} has no field"
            for number in range(count(60)):
                answers = odd(page, random.Random(f"{address} {number}"))
                for ask in (client.get, client.post):
                    found = ask(address, answers, follow=True)
                    if found.status_code >= 500:
                        broken.append((address, answers))

    assert broken == []
