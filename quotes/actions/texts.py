"""Texts of a workspace: terms are published in versions, for good."""

from __future__ import annotations

from datetime import datetime
from string import Formatter
from typing import Any

import yaml
from django.db import transaction

from quotes import models
from quotes.actions import RefusedError
from quotes.calc.snapshot import digest
from quotes.calc.texts import LANGUAGES
from scoping import audit
from scoping.queries import locked_workspace

FILLED = frozenset({"acceptance_window", "remedy_days"})
"""What a clause may name in braces; the rate card says how many days each is."""
LONGEST_VERSION = 40


@transaction.atomic
def publish_terms(
    text: str, *, workspace: Any, by: Any, now: datetime
) -> models.PublishedTerms:
    """Publish terms for a workspace: YAML with a version and clauses.

    The same again changes nothing; other clauses need another version. Raises
    RefusedError with what is wrong in which clause.
    """
    version, clauses = _read(text)
    marked = digest({"version": version, "clauses": clauses})
    # Of two people at once the second waits, and finds what the first published.
    locked_workspace(workspace)
    known = models.PublishedTerms.objects.filter(workspace=workspace, version=version)
    before = known.first()
    if before is not None:
        if before.digest == marked:
            return before
        raise RefusedError(
            "terms_published",
            f"Terms {version} are published with other clauses. Give the changed ones "
            f"a new version.",
        )
    row = models.PublishedTerms.objects.create(
        workspace=workspace,
        version=version,
        clauses=clauses,
        digest=marked,
        published_at=now,
        published_by=by,
    )
    audit.record(
        workspace=workspace,
        actor=str(by) if by else "set-up",
        action="publish_terms",
        subject=f"terms {version}",
        after={"digest": marked},
        at=now,
    )
    return row


def _read(text: str) -> tuple[str, list[dict[str, Any]]]:
    try:
        said = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise RefusedError("terms_unreadable", f"This is no YAML: {error}") from error
    if not isinstance(said, dict) or set(said) != {"version", "clauses"}:
        raise RefusedError(
            "terms_unreadable", "Terms are a version and clauses, and nothing else."
        )
    version, clauses = said["version"], said["clauses"]
    if not isinstance(version, str) or not 0 < len(version) <= LONGEST_VERSION:
        raise RefusedError(
            "terms_unreadable",
            f"The version is a text in quotes, at most {LONGEST_VERSION} characters.",
        )
    if not isinstance(clauses, list) or not clauses:
        raise RefusedError("terms_unreadable", "There is no clause.")
    return version, [_clause(one, number) for number, one in enumerate(clauses, 1)]


def _clause(said: object, number: int) -> dict[str, Any]:
    """Return a clause: heading and text, and both again under a language."""
    if not isinstance(said, dict):
        raise RefusedError(
            "terms_unreadable", f"Clause {number} is a heading and a text."
        )
    own = {name: one for name, one in said.items() if name not in LANGUAGES}
    other = {name: _words(said[name], number) for name in LANGUAGES if name in said}
    return {**_words(own, number), **other}


def _words(said: object, number: int) -> dict[str, str]:
    if not isinstance(said, dict) or set(said) != {"heading", "text"}:
        raise RefusedError(
            "terms_unreadable",
            f"Clause {number} is a heading and a text, and both again under "
            f"{' or '.join(LANGUAGES)} if it is in that language as well.",
        )
    found = {}
    for name in ("heading", "text"):
        value = said[name]
        if not isinstance(value, str) or not value.strip():
            raise RefusedError(
                "terms_unreadable", f"The {name} of clause {number} is empty."
            )
        found[name] = value.strip()
    _refuse_odd_names(found["text"], number)
    return found


def _refuse_odd_names(text: str, number: int) -> None:
    """Refuse braces that nothing fills; they would be printed, or stop the quote."""
    try:
        named = {part for _, part, _, _ in Formatter().parse(text) if part is not None}
    except ValueError as error:
        raise RefusedError(
            "terms_unreadable", f"Clause {number} has a brace that is not closed."
        ) from error
    if not named <= FILLED:
        odd = sorted(named - FILLED)[0]
        raise RefusedError(
            "terms_unreadable",
            f"Clause {number} names {{{odd}}}; there are "
            f"{' and '.join(sorted(FILLED))}.",
        )
