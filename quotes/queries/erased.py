"""What erased people are called now, and who has not been seen for long."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.db.models.functions import Coalesce
from django.utils.crypto import salted_hmac

from quotes import models
from quotes.queries.paid import person

ERASED = "erased "


def digest_of(workspace: Any, name: str) -> str:
    """Return the keyed hash of a name, the same however its case and spaces are."""
    said = f"{workspace.pk} {person(name)}"
    return salted_hmac("plumbline.erased", said, algorithm="sha256").hexdigest()


def names_now(workspace: Any) -> Callable[[str], str]:
    """Return a function from a name as written to the name in the ledgers."""
    known = dict(
        models.ErasedPerson.objects.filter(workspace=workspace).values_list(
            "digest", "name"
        )
    )
    found: dict[str, str] = {}

    def now(name: str) -> str:
        if not known or not name:
            return name
        if name not in found:
            found[name] = known.get(digest_of(workspace, name), name)
        return found[name]

    return now


def not_seen_since(workspace: Any, moment: datetime) -> list[str]:
    """Return the people whose last work and last paid day lie before a moment."""
    last: dict[str, datetime] = {}
    work = models.WorkRecord.objects.filter(workspace=workspace).exclude(actor="")
    for name, at in (
        work.order_by()
        .values_list("actor")
        .annotate(at=Max(Coalesce("period_end", "period_start", "recorded_at")))
    ):
        last[name] = max(at, last.get(name, at))
    paid = models.PaidRecord.objects.filter(workspace=workspace).exclude(person="")
    for name, day, at in (
        paid.order_by()
        .values_list("person")
        .annotate(day=Max("day"), at=Max("recorded_at"))
    ):
        seen = (
            at
            if day is None
            else datetime(day.year, day.month, day.day, tzinfo=moment.tzinfo)
        )
        last[name] = max(seen, last.get(name, seen))
    by_person: dict[str, datetime] = {}
    for name, at in last.items():
        by_person[person(name)] = max(at, by_person.get(person(name), at))
    return sorted(
        name
        for name, at in by_person.items()
        if at < moment and not name.startswith(ERASED)
    )
