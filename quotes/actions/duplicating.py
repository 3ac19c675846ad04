"""Another scenario that differs from one in a single thing, made in one act."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from quotes import models
from quotes.actions.advised import follow_advice
from quotes.actions.drafts import MOST_NAME, add_scenario, change_spec
from scoping.calc.spec.patch import Patch, apply_patch


@transaction.atomic
def duplicate_scenario(  # noqa: PLR0913 - a copy's particulars, named
    revision: models.QuoteRevision,
    *,
    like: str,
    name: str,
    patch: Patch,
    priced_anew: bool,
    edition: int,
    by: Any,
    role: str,
    now: datetime,
) -> models.Scenario:
    """Add a scenario like another one, with a name of its own and a patch applied.

    `priced_anew` leaves the decided unit prices behind, so that its price follows what
    changed. Raises SpecError for what the patch would make impossible.
    """
    made = add_scenario(
        revision,
        like=like,
        edition=edition,
        by=by,
        role=role,
        now=now,
        priced_anew=priced_anew,
    )
    document: Mapping[str, Any] = made.spec
    if name.strip():
        document = {**document, "name": name.strip()[:MOST_NAME]}
    document = apply_patch(document, patch)
    if document != made.spec:
        change_spec(
            revision,
            document,
            edition=made.revision.edition,
            by=by,
            role=role,
            now=now,
            letter=made.letter,
        )
        made.refresh_from_db()
    return made


@transaction.atomic
def advice_as_scenario(  # noqa: PLR0913 - an edit's particulars, named
    revision: models.QuoteRevision,
    key: str,
    *,
    like: str,
    edition: int,
    by: Any,
    role: str,
    now: datetime,
) -> models.Scenario:
    """Add a scenario like another one that follows a piece of its advice.

    The scenario that the advice is on stays as it is. Refused where it no longer fits.
    """
    made = add_scenario(revision, like=like, edition=edition, by=by, role=role, now=now)
    follow_advice(
        revision,
        key,
        edition=made.revision.edition,
        by=by,
        role=role,
        now=now,
        letter=made.letter,
    )
    return made
