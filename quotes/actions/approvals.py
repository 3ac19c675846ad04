"""Approvals: what is out of policy is sent only as a second person approved it.

In policy nobody is asked. An approval holds for one edition and for the digest of all
it holds; deleting a line and adding it again, or drafting the quote anew, is another
edition that has to be asked for again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from quotes import models
from quotes.actions import RefusedError
from quotes.actions.locking import begin, finish
from quotes.calc.policy import Finding
from quotes.queries import policy


def request_approval(  # noqa: PLR0913 - a request's particulars, named
    revision: models.QuoteRevision,
    *,
    edition: int,
    by: Any,
    role: str,
    now: datetime,
    note: str = "",
    found: Sequence[Finding] | None = None,
) -> models.Approval:
    """Ask a second person to approve a draft that is out of policy, as it stands.

    `found` is what policy says of that edition, where it was asked already.
    """
    if found is None:
        found = policy.out_of_policy(revision, today=now.date())
    if not found:
        raise RefusedError(
            "within_policy", "Nothing here is out of policy. Send the quote."
        )
    with transaction.atomic():
        locked = begin(
            revision, "request_approval", role=role, now=now, edition=edition
        )
        row = models.Approval.objects.create(
            workspace=locked.workspace,
            revision=locked,
            edition=locked.edition + 1,
            contents_digest=policy.contents_digest(locked),
            findings=[one.to_data() for one in found],
            note=note.strip()[:500],
            requested_by=by,
            requested_at=now,
        )
        finish(
            locked,
            "request_approval",
            by=by,
            now=now,
            recorded="request_approval",
            after={"contents": row.contents_digest, "findings": row.findings},
            topic="approval_requested",
            said=" ".join(one.text for one in found),
        )
    return row


@transaction.atomic
def answer_request(  # noqa: PLR0913 - a verdict's particulars, named
    revision: models.QuoteRevision,
    *,
    approved: bool,
    edition: int,
    by: Any,
    role: str,
    now: datetime,
    note: str = "",
) -> models.Approval:
    """Approve a request or refuse it; whoever asked does not answer."""
    action = "approve" if approved else "refuse_approval"
    locked = begin(revision, action, role=role, now=now, edition=edition)
    row = locked.approvals.get(verdict="")
    if row.requested_by_id == by.pk:
        raise RefusedError(
            "own_request", "You asked for this approval. Somebody else has to answer."
        )
    if not approved and not note.strip():
        raise RefusedError("why_missing", "Say in a few words what should change.")
    row.verdict = row.APPROVED if approved else row.REFUSED
    row.decided_by, row.decided_at, row.answer = by, now, note.strip()[:500]
    row.edition = locked.edition + 1
    row.save()
    finish(
        locked,
        action,
        by=by,
        now=now,
        recorded="approve_quote" if approved else "refuse_approval",
        after={"contents": row.contents_digest, "verdict": row.verdict},
        topic="approval_given" if approved else "approval_refused",
        said=row.answer,
    )
    return row


def take_back(locked: models.QuoteRevision, *, by: Any, now: datetime) -> None:
    """Void the request that waits, because what it speaks of is being changed."""
    locked.approvals.filter(verdict="").update(
        verdict=models.Approval.VOIDED, decided_by=by, decided_at=now
    )


def refuse_unapproved(
    locked: models.QuoteRevision, found: Sequence[Finding]
) -> models.Approval | None:
    """Refuse to send what is out of policy and was not approved as it stands."""
    if not found:
        return None
    row = policy.approval_of(locked)
    known = set() if row is None else {_key(one) for one in row.findings}
    new = [one for one in found if _key(one.to_data()) not in known]
    if row is None or new:
        raise RefusedError(
            "approval_needed",
            " ".join(one.text for one in new) + " Ask for an approval, or change it.",
        )
    return row


def _key(finding: dict[str, Any]) -> tuple[str, str, str]:
    # Approvals of before sentences named their scenario hold on.
    named = f"Scenario {finding['scenario']}. "
    text = finding["text"].removeprefix(named)
    return finding["code"], finding["scenario"], text
