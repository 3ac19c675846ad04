"""A scope form that was sent: one draft, however often and however late it comes."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from quotes import models
from quotes.actions.drafts import change_spec, draft_quote
from quotes.calc.snapshot import canonical
from scoping.actions import client_named
from scoping.calc.spec import Problem, SpecError, read_spec, to_document


def draft_from_form(
    document: object,
    *,
    workspace: Any,
    by: Any,
    role: str,
    now: datetime,
    form_token: str,
) -> models.QuoteRevision:
    """Save the answers of a form as a draft quote for the client they name.

    Sent twice, it is one draft. Sent again with other answers (somebody went back in
    the browser), the draft takes them; once that draft was sent to the client it is
    left alone and the answers become a new one. Raises SpecError.
    """
    try:
        return _draft(
            document,
            workspace=workspace,
            by=by,
            role=role,
            now=now,
            form_token=form_token,
        )
    except IntegrityError:
        # Two presses at once: the other one has made the draft by now.
        return _draft(
            document,
            workspace=workspace,
            by=by,
            role=role,
            now=now,
            form_token=form_token,
        )


@transaction.atomic
def _draft(
    document: object,
    *,
    workspace: Any,
    by: Any,
    role: str,
    now: datetime,
    form_token: str,
) -> models.QuoteRevision:
    spec = read_spec(document, door="staff", today=now.date())
    if not spec.client:
        raise SpecError(
            (
                Problem(
                    code="required",
                    path="/client",
                    message="Name the client that the quote is for.",
                ),
            )
        )

    def draft(token: str) -> models.QuoteRevision:
        return draft_quote(
            document,
            workspace=workspace,
            client=client_named(spec.client, workspace=workspace),
            by=by,
            now=now,
            form_token=token,
        )

    normal = to_document(spec)
    revision = draft(form_token)
    if revision.scenarios.get(letter="A").spec == normal:
        return revision
    if revision.state == models.State.DRAFT:
        return change_spec(
            revision,
            document,
            edition=revision.edition,
            by=by,
            role=role,
            now=now,
        )
    answers = hashlib.sha256(form_token.encode() + canonical(normal).encode())
    return draft(answers.hexdigest())
