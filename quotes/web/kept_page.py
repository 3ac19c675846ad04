"""The card of a project that holds its promises against what was delivered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from scoping.templatetags.plumbline import money, share_percent
from scoping.web.components import Badge

STATES = {
    "met": Badge(words="met", kind="good", icon="check"),
    "not_met": Badge(words="not met", kind="bad", icon="cross"),
    "not_shown_yet": Badge(words="not shown yet", kind="warn", icon="question"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRow:
    """A promise: how much, whether it is met, what was seen, samples, money back."""

    promise: str
    how_much: str
    badge: Badge
    seen: str
    samples: str
    credit: str
    why: str


def kept_rows(promises: Sequence[Mapping[str, Any]]) -> Iterator[KeptRow]:
    """Yield the promises of a project as rows; a line is named where there are more."""
    several = len({one["line"] for one in promises if one["line"]}) > 1
    for one in promises:
        line = f"{one['line']}: " if several and one["line"] else ""
        credit = Decimal(one["credit"])
        yield KeptRow(
            promise=f"{line}{one['promise']}",
            how_much=one["how_much"],
            badge=STATES[one["state"]],
            seen=_seen(one),
            samples=_samples(one["batches"]),
            credit=f"{money(credit)} {one['currency']}" if credit else "",
            why=one["why"],
        )


def _seen(one: Mapping[str, Any]) -> str:
    if one["observed"] is None:
        return ""
    return f"{share_percent(one['observed'], 1)} right"


def _samples(batches: Sequence[Mapping[str, Any]]) -> str:
    known = [one for one in batches if one["first_passed"] is not None]
    if not known:
        return ""
    passed = sum(one["first_passed"] for one in known)
    return f"{passed:,} of {len(known):,} passed the first time"
