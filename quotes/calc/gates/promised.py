"""What the promises on a line ask of a batch's sample: the quote's own clauses.

The clauses that were frozen with the plan decide, by the same count with which they are
evaluated later, so that no batch is released whose sample breaks a promise, and none is
blocked that breaks none. What nobody looked for decides nothing.
See docs/model.md#gates.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from scoping.calc.sla import (
    SEVERITIES,
    BatchEvidence,
    Clause,
    Counts,
    allowed_in,
    check_of,
    clause_from_data,
    is_seen,
)

from .error import GateError
from .plan import names_of
from .sample import ClassFound, Limit, Sample

IMAGES = frozenset({"image", "frame"})
"""Units that are images: a batch holds as many as it has images."""


def clauses_on(baseline: Mapping[str, Any], line: str) -> tuple[Clause, ...]:
    """Return the clauses that samples of a line decide, as they were frozen.

    `line` is its name at the gates.
    """
    index = {name: index for index, name in names_of(baseline).items()}.get(line)
    found = [clause_from_data(data) for data in baseline.get("clauses", ())]
    return tuple(
        one
        for one in found
        if index is not None and one.line == index and one.sample is not None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the promises on a line want counted in a sample beside what is wrong."""

    missed: bool
    critical: bool
    minor: bool
    classes: tuple[str, ...]


def asked(clauses: Sequence[Clause]) -> Asked:
    """Return what is wanted; nothing for a line without promises."""
    counts = [set(one.counts) for one in clauses if set(one.counts) != set(SEVERITIES)]
    named = [name for one in clauses for name in one.classes]
    return Asked(
        missed=any(one.metric in ("recall", "defect_share") for one in clauses),
        critical={"critical"} in counts,
        minor={"critical", "major"} in counts,
        classes=tuple(dict.fromkeys(named)),
    )


def evidence_of(
    clause: Clause, sample: Sample, *, batch: str, items: int, attempt: int = 1
) -> BatchEvidence:
    """Return a sample of a batch of so many images as evidence for a clause.

    The images of a sample are not on its record: at least those that the clause asks
    for were drawn, for it is read in full. A batch holds units as a planned one does.
    """
    planned, lot = clause.sample, sample.checked
    images = items
    if planned is not None and not sample.whole:
        of = planned.of_items
        images = min(items, ceil(planned.items * items / of))
        if not clause.classes:
            lot = max(lot, ceil(planned.lot * items / of))
    return BatchEvidence(
        batch=batch,
        items=items,
        sampled_items=images,
        units=lot,
        counts=sample.counts,
        classes=dict(_classes(clause, sample.classes, whole=sample.whole)),
        attempt=attempt,
    )


def _classes(
    clause: Clause, found: Sequence[ClassFound], *, whole: bool
) -> Iterator[tuple[str, tuple[int, Counts]]]:
    """Yield each class with its units in the batch: counted, else as planned."""
    for one in found:
        units = one.units
        if units is None and not (whole or one.checked or one.missed):
            continue  # neither counted nor read: nothing is known of the class
        if units is None:
            units = one.checked if whole else units_of_a_class(clause, one.checked)
        yield one.name, (units, one.counts)


def units_of_a_class(clause: Clause, checked: int) -> int:
    """Return the units of a class in a batch where nobody counted them: as planned.

    The classes of one promise share its units evenly; never fewer than were checked.
    """
    if clause.sample is None or not clause.classes:
        return checked
    return max(checked, ceil(clause.sample.lot / len(clause.classes)))


def limits(clauses: Sequence[Clause], sample: Sample, *, items: int) -> list[Limit]:
    """Return what each promise on every batch allows in a sample, and what was found.

    A promise that counts what nobody looked for says nothing. The plan's own number
    holds where no promise is about all that is wrong: an average is not decided here.
    """
    found = []
    is_main_held = False
    for clause in clauses:
        if clause.per == "project":
            continue
        check = check_of(clause, evidence_of(clause, sample, batch="", items=items))
        if check is None or check.wrong is None:
            continue
        is_main_held = is_main_held or _is_main(clause)
        allowed = allowed_in(clause, check)
        found.append(Limit(promise=clause.promise, found=check.wrong, allowed=allowed))
    if not is_main_held:
        plain = Limit(
            promise="Labels right", found=sample.wrong, allowed=sample.max_wrong
        )
        found.insert(0, plain)
    return found


def held_again(
    clauses: Sequence[Clause],
    sample: Sample,
    earlier: Sequence[Sample],
    *,
    items: int,
) -> None:
    """Refuse a sample that leaves out what an earlier sample of its batch broke.

    `sample` with its limits. Raises GateError `number_missing` naming the promise: not
    looking again would release what not looking at all could not have blocked.
    """
    kept = {limit.promise: limit.kept for one in earlier for limit in one.limits}
    decided = {limit.promise for limit in sample.limits}
    for clause in clauses:
        if kept.get(clause.promise, True) or clause.promise in decided:
            continue
        row = evidence_of(clause, sample, batch="", items=items)
        if clause.per == "project" or is_seen(clause, row):
            continue
        what = ", ".join(clause.classes) or "missed objects"
        raise GateError(
            "number_missing",
            f"An earlier sample of this batch broke “{clause.promise}”: count {what} "
            f"in this one, too.",
            field="classes" if clause.classes else "missed",
        )


def read_whole(sample: Sample, *, unit: str, items: int) -> None:
    """Refuse a batch said to be read whole of which images were left out.

    Where a sample counts images, the batch holds as many as it has: GateError
    `sample_not_read` for fewer. How many labels it holds, only the reader knows.
    """
    if sample.whole and unit in IMAGES and sample.checked < items:
        raise GateError(
            "sample_not_read",
            f"The batch holds {items:,} images; {sample.checked:,} were checked. Check "
            f"the rest, or do not say that the whole batch was read.",
            field="checked",
        )


def _is_main(clause: Clause) -> bool:
    """Return whether a clause counts all that is wrong, of every class."""
    is_of_all = not clause.classes and set(clause.counts) != {"critical"}
    return is_of_all and clause.metric != "recall"
