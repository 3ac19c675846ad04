"""Giving out the pack of a month: once, in order, and then never changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from quotes import models
from quotes.actions import RefusedError
from quotes.calc.month_pack import month_before
from quotes.queries.month_packs import last_day
from scoping import audit
from scoping.access import Act, may


@transaction.atomic
def give_out(  # noqa: PLR0913 - what is given out, by whom and when, all named
    workspace: Any,
    document: Mapping[str, Any],
    *,
    xlsx: bytes,
    pdf: bytes,
    by: Any,
    role: str,
    now: datetime,
) -> models.MonthPack:
    """Keep the pack of a month as it is given out; what comes later is in the next.

    Raises RefusedError for a month that is not over where the company is, was given
    out, lies before one that was, or skips one; and for a pack that opens otherwise
    than the newest one closed, because that was given out meanwhile.
    """
    if not may(role, Act.GIVE_OUT_PACK):
        raise RefusedError("not_allowed", f"The role {role} may not give out a pack.")
    type(workspace).objects.select_for_update().get(pk=workspace.pk)
    month = str(document["month"])
    if last_day(month) >= now.astimezone(ZoneInfo(workspace.timezone)).date():
        raise RefusedError("month_open", f"{month} is not over yet.")
    _check_order(workspace, month, document["previous"])
    body = json.dumps(document, sort_keys=True, ensure_ascii=False)
    pack = models.MonthPack.objects.create(
        workspace=workspace,
        month=month,
        body=body,
        digest=audit.digest(document),
        xlsx=xlsx,
        pdf=pdf,
        known_until=datetime.fromisoformat(document["known_until"]),
        by=str(by),
        at=now,
    )
    audit.record(
        workspace=workspace,
        actor=str(by),
        action="give_out_month_pack",
        subject=f"month {month}",
        after={"digest": pack.digest},
        at=now,
    )
    return pack


def _check_order(
    workspace: Any, month: str, previous: Mapping[str, Any] | None
) -> None:
    """Refuse a month that does not follow on the newest pack; the first one is free."""
    newest = (
        models.MonthPack.objects.filter(workspace=workspace)
        .order_by("-month")
        .values_list("month", "digest")
        .first()
    )
    if newest is None:
        return
    given_out, digest = newest
    if given_out >= month:
        raise RefusedError(
            "month_given_out",
            f"The pack of {given_out} was given out. What came later stands in the "
            f"next one.",
        )
    if given_out != month_before(month):
        raise RefusedError(
            "month_skipped",
            f"The newest pack is of {given_out}: give out the months between it and "
            f"{month} first, so that each opens as the one before closed.",
        )
    if previous is None or previous["digest"] != digest:
        raise RefusedError(
            "stale_version",
            f"The pack of {given_out} was given out meanwhile. Look at {month} again; "
            f"nothing of yours was saved.",
        )
