"""Requests that are sent again: done once, and answered as they were the first time.

The answer is kept in the transaction of what was done, so that there is never one
without the other: who gets no answer because a server died asks again, and either
nothing had happened or the answer is there. Only answers of what was done are kept; a
refusal changed nothing and is thought over again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from scoping import models

KEPT_FOR = timedelta(hours=24)


class OtherRequestError(ValueError):
    """Raised where a key was used before, at the same address, for something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request that may come again: by whom, where, under which key, saying what."""

    workspace: models.Workspace
    caller: str
    address: str
    key: str
    digest: str

    @property
    def key_hash(self) -> str:
        """Return the hash under which the key is kept."""
        return hashlib.sha256(self.key.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is answered, and whether it was answered before."""

    status: int
    body: Any
    headers: dict[str, str]
    repeated: bool = False


class _Lost(RuntimeError):  # noqa: N818 - no error: another request was first
    """Undoes what was done here, because the same request was done elsewhere."""


def kept_answer(asked: Asked, *, now: datetime) -> Answer | None:
    """Return the answer that a request got before, None if it was never done.

    Raises OtherRequestError.
    """
    row = (
        models.KeptAnswer.objects.filter(**_place(asked)).exclude(ends_at__lte=now)
    ).first()
    if row is None:
        return None
    if row.request_digest != asked.digest:
        raise OtherRequestError(
            "This Idempotency-Key was used here for another request. Take a new key "
            "for what is new."
        )
    return Answer(status=row.status, body=row.body, headers=row.headers, repeated=True)


def done_once(asked: Asked, do: Callable[[], Answer], *, now: datetime) -> Answer:
    """Do what is asked and keep the answer, in one transaction; or repeat the answer.

    Of the same request sent twice at once one is done; the other waits for it.
    """
    try:
        with transaction.atomic():
            models.KeptAnswer.objects.filter(
                workspace=asked.workspace, caller=asked.caller, ends_at__lte=now
            ).delete()
            row = _claim(asked, now=now)
            made = do()
            row.status, row.headers, row.body = made.status, made.headers, made.body
            row.save()
            return made
    except _Lost:
        found = kept_answer(asked, now=now)
        if found is None:  # what was first was undone after all
            return done_once(asked, do, now=now)
        return found


def _claim(asked: Asked, *, now: datetime) -> models.KeptAnswer:
    """Take the key; whoever comes second waits here until the first is through."""
    try:
        with transaction.atomic():
            return models.KeptAnswer.objects.create(
                **_place(asked),
                request_digest=asked.digest,
                status=0,
                made_at=now,
                ends_at=now + KEPT_FOR,
            )
    except IntegrityError as error:
        raise _Lost from error


def _place(asked: Asked) -> dict[str, Any]:
    return {
        "workspace": asked.workspace,
        "caller": asked.caller,
        "address": asked.address,
        "key_hash": asked.key_hash,
    }
