"""What a file would change: a project's figures now, and with its rows counted.

Both sides are the same sums over the entries of the ledger, once without the new rows
and once with them, so that what is foreseen is what the page will show afterwards. Of
units only the lines are named that the rows touch: boxes and tags do not add up.
See docs/model.md#foreseen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from .matching import Actual, match
from .reconcile import reconcile

HOUR = Decimal(3600)
UNITS = (("units", "made"), ("passed", "passed our checks"), ("accepted", "accepted"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """A figure now and after: units, hours, a share 0..1, or money; None: not known."""

    name: str
    kind: Literal["units", "hours", "share", "money"]
    now: Decimal | None
    after: Decimal | None

    @property
    def change(self) -> Decimal | None:
        """Return the difference; the whole of it where nothing was known before."""
        return None if self.after is None else self.after - (self.now or Decimal(0))


def foreseen(
    baseline: Mapping[str, Any],
    before: Sequence[Actual],
    new: Sequence[Actual],
    *,
    paid_clock: str,
    gone: Collection[int] = (),
) -> tuple[Foreseen, ...]:
    """Return the figures of a project that new rows would change.

    `before` are the entries that stand, `new` those that would join them. `gone` are
    the places in `before` of entries that new ones restate.
    """
    left = (one for place, one in enumerate(before) if place not in gone)
    after = [*left, *new]
    now, then = (
        _sums(baseline, rows, paid_clock=paid_clock) for rows in (before, after)
    )
    touched = [
        name
        for name, figures in then["lines"].items()
        if figures != now["lines"].get(name)
    ]
    return (
        *_units(now["lines"], then["lines"], touched),
        Foreseen(
            name="Hours in the tool",
            kind="hours",
            now=now["hours"],
            after=then["hours"],
        ),
        Foreseen(name="Cost", kind="money", now=now["cost"], after=then["cost"]),
    )


def _units(
    now: Mapping[str, Any], then: Mapping[str, Any], touched: Sequence[str]
) -> Iterator[Foreseen]:
    for name in touched:
        for key, words in UNITS:
            figures = now.get(name, {}).get(key), then[name][key]
            if figures != (None, None):
                yield Foreseen(
                    name=f"{name} {words}",
                    kind="units",
                    now=figures[0],
                    after=figures[1],
                )
        shares = now.get(name, {}).get("rework_share"), then[name]["rework_share"]
        if shares != (None, None):
            yield Foreseen(
                name=f"{name} sent back", kind="share", now=shares[0], after=shares[1]
            )


def _sums(
    baseline: Mapping[str, Any], rows: Sequence[Actual], *, paid_clock: str
) -> dict[str, Any]:
    seconds = [
        row.active_seconds
        for row in rows
        if row.clock == paid_clock and row.active_seconds is not None
    ]
    found = reconcile(
        baseline, match(baseline, rows, paid_clock=paid_clock), paid_clock=paid_clock
    )
    return {
        "hours": sum(seconds, Decimal(0)) / HOUR if seconds else None,
        "cost": _value(found["whole"]["cost"]),
        "lines": {
            line["name"]: {
                key: _value(line["actual"][key])
                for key in (*(key for key, _ in UNITS), "rework_share")
            }
            for line in found["lines"]
        },
    }


def _value(figure: Mapping[str, Any]) -> Decimal | None:
    return Decimal(str(figure["value"])) if figure["known"] else None
