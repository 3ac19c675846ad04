"""What is promised beyond one accuracy: class floors, severities, credits, duties.

The key `quality.sla` of a spec; staff only. A spec that says nothing of it promises the
standard: every error counts, in every batch, and a failed batch is redone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from .shapes import Complaints

Measure = Literal["separate", "both"]
Per = Literal["batch", "project"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassFloor:
    """A floor of its own for some classes of a line, rare ones as a rule.

    `share`: of what the clause counts on that line, the part that is of these classes.
    `sample`: units of them that are drawn from each batch, None for as many as of the
    whole line.
    """

    line: int
    name: str
    classes: tuple[str, ...]
    share: Decimal
    accuracy: Decimal
    sample: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderStep:
    """Money back for each batch of whose sample more than this share is wrong."""

    wrong_over: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """Money back for a late delivery: shares of the price of the lines.

    `per_week` for each week begun, at most `most` in all. The first `grace_days` days
    after the promised week cost nothing, and weeks are counted from their end.
    """

    per_week: Decimal
    most: Decimal
    grace_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sla:
    """What differs from the standard promises; the standard where nothing is said.

    `measure`: wrong and missed as two promises, or both as one. `per`: whether the
    accuracy holds in every batch or on the average of the project. `critical`: the
    least share without a critical error, None without such a promise. `late` None: a
    late delivery gives no money back. `remedy_days` and `acceptance_days` None: those
    of the rate card.
    """

    measure: Measure = "separate"
    per: Per = "batch"
    minor_counts: bool = True
    critical: Decimal | None = None
    floors: tuple[ClassFloor, ...] = ()
    ladder: tuple[LadderStep, ...] = ()
    late: Late | None = None
    remedy_days: int | None = None
    acceptance_days: int | None = None
    data_by: date | None = None
    weekly_items: int | None = None
    tool_access_by: date | None = None
    exclusions: tuple[str, ...] = ()


def sla_of(said: Mapping[str, Any]) -> Sla:
    """Return the value of a `quality.sla` that was read."""
    plain = dict(said)
    if "floors" in plain:
        plain["floors"] = tuple(
            ClassFloor(**{**row, "classes": tuple(row["classes"])})
            for row in plain["floors"]
        )
    if "ladder" in plain:
        plain["ladder"] = tuple(LadderStep(**row) for row in plain["ladder"])
    if plain.get("late") is not None:
        plain["late"] = Late(**plain["late"])
    if "exclusions" in plain:
        plain["exclusions"] = tuple(plain["exclusions"])
    return Sla(**plain)


def check_sla(found: Mapping[str, Any], to: Complaints) -> None:
    """Add every problem of the promises of a document that was read."""
    quality = found.get("quality")
    sla = quality.get("sla") if isinstance(quality, Mapping) else None
    if not isinstance(sla, Mapping):
        return
    _check_floors(sla.get("floors"), found.get("lines"), to)
    commercial = found.get("commercial")
    credited = commercial.get("credits") if isinstance(commercial, Mapping) else None
    first = credited.get("failed_batch") if isinstance(credited, Mapping) else None
    _check_ladder(sla.get("ladder"), first, to)
    _check_late(sla.get("late"), to)


def _check_late(late: Any, to: Complaints) -> None:
    if not isinstance(late, Mapping):
        return
    week, most = late.get("per_week"), late.get("most")
    if isinstance(week, Decimal) and isinstance(most, Decimal) and most < week:
        to.add(
            "not_ordered",
            "/quality/sla/late/most",
            f"The most that is given back is less than for one week: write {week} or "
            f"more.",
        )


def _check_floors(floors: Any, lines: Any, to: Complaints) -> None:
    if not isinstance(floors, list) or not isinstance(lines, list):
        return
    names: set[tuple[object, object]] = set()
    for index, floor in enumerate(floors):
        if not isinstance(floor, Mapping):
            continue
        path, at = f"/quality/sla/floors/{index}", floor.get("line")
        if isinstance(at, int) and not _is_labelled(lines, at):
            to.add(
                "no_such_line",
                f"{path}/line",
                f"There is no line {at} whose labels are ours to promise. Lines are "
                f"counted from 0.",
            )
        name = (at, floor.get("name"))
        if name in names:
            to.add(
                "duplicate",
                f"{path}/name",
                f"“{floor.get('name')}” has a floor on this line already.",
            )
        names.add(name)


def _is_labelled(lines: list[Any], at: int) -> bool:
    if at >= len(lines):
        return False
    line = lines[at]
    return not isinstance(line, Mapping) or line.get("work") != "audit"


def _check_ladder(ladder: Any, first: Any, to: Complaints) -> None:
    if not isinstance(ladder, list):
        return
    share, amount = Decimal(0), first if isinstance(first, Decimal) else Decimal(0)
    for index, step in enumerate(ladder):
        if not isinstance(step, Mapping):
            continue
        path = f"/quality/sla/ladder/{index}"
        over, more = step.get("wrong_over"), step.get("amount")
        if isinstance(over, Decimal):
            if over <= share:
                to.add(
                    "not_ordered",
                    f"{path}/wrong_over",
                    f"Each step begins at more wrong than the one before: "
                    f"over {share}.",
                )
            share = over
        if isinstance(more, Decimal):
            if more <= amount:
                to.add(
                    "not_ordered",
                    f"{path}/amount",
                    f"Each step gives back more than the one before, and more than the "
                    f"credit for a failed batch: over {amount}.",
                )
            amount = more
